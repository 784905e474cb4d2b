"""Lines of a definition as parts of a form, and what was sent as lines again (表单与定义互换)."""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from tongban.doors.workbench.definitions.choices import Choice, Choices, condition, picked
from tongban.doors.workbench.definitions.sheets import Line, Rows, Section

ROWS_AT_MOST = 200
WHOLE = re.compile(r"-?\d{1,9}\Z", re.ASCII)
DECIMAL = re.compile(r"-?\d{1,9}\.\d{1,6}\Z", re.ASCII)
SELECT_AT_MOST = 60
"""Longer lists are typed with suggestions instead."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice as it is drawn."""

    value: str
    words: str
    chosen: bool = False
    group: str = ""


@dataclass(slots=True)
class Entry:
    """One line as it is drawn."""

    id: str
    name: str
    label: str
    kind: str
    value: str = ""
    options: list[Option] = field(default_factory=list)
    slots: list[str] = field(default_factory=list)
    """For ways: the choices made so far, in order, and room for more."""
    hint: str = ""
    said: str = ""
    """What the value is called."""
    faults: list[str] = field(default_factory=list)
    unless: str = ""
    feel: str = ""


@dataclass(slots=True)
class Row:
    """One row of a table as it is drawn."""

    number: int
    place: str
    title: str
    entries: list[Entry]
    rare: list[Entry]
    is_first: bool
    is_last: bool
    faults: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether its rare lines are shown: something in them is said, or wrong."""
        return any(e.faults or e.feel or e.value not in {"", "always"} for e in self.rare)


@dataclass(slots=True)
class Table:
    """A table as it is drawn."""

    name: str
    label: str
    hint: str
    rows: list[Row]
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Drawn:
    """A section as it is drawn."""

    entries: list[Entry]
    tables: list[Table]
    lists: dict[str, list[Choice]]
    """Suggestions for typed lines, each list once on the page."""


Faults = Mapping[str, Sequence[str]]
"""Place, written `field.3.source`, -> its sentences."""


def place_of(where: str) -> str:
    """`field[3].source` as the forms name it: `field.3.source`."""
    return re.sub(r"\[([^\]]*)\]", r".\1", where).strip(".")


def draw(section: Section, body: Mapping[str, Any], choices: Choices, faults: Faults) -> Drawn:
    """A section with its values, its choices, and each fault beside its line."""
    drawn = Drawn([], [], {})
    for line in section.lines:
        drawn.entries.append(_entry(line, line.name, body, body, choices, faults, drawn))
    for table in section.tables:
        drawn.tables.append(_table(table, body, choices, faults, drawn))
    return drawn


def _table(
    table: Rows, body: Mapping[str, Any], choices: Choices, faults: Faults, drawn: Drawn
) -> Table:
    rows = _rows(body, table.name)
    shown = []
    for n, row in enumerate(rows):
        place = f"{table.name}.{n}"
        made = [
            (line, _entry(line, f"{place}.{line.name}", row, body, choices, faults, drawn))
            for line in table.lines
        ]
        own = list(faults.get(place, ()))
        # A fault of a line that the sheet does not name still stands at its row.
        named = [entry.name for _, entry in made]
        for where, texts in faults.items():
            if where.startswith(f"{place}.") and not any(_covers(name, where) for name in named):
                own += texts
        shown.append(
            Row(
                number=n,
                place=place,
                title=table.title(row, choices) or gettext("new row"),
                entries=[entry for line, entry in made if not line.is_rare],
                rare=[entry for line, entry in made if line.is_rare],
                is_first=n == 0,
                is_last=n == len(rows) - 1,
                faults=own,
            )
        )
    return Table(table.name, table.label, table.hint, shown, list(faults.get(table.name, ())))


def _covers(name: str, where: str) -> bool:
    return where == name or where.startswith(f"{name}.")


def _entry(
    line: Line,
    name: str,
    row: Mapping[str, Any],
    body: Mapping[str, Any],
    choices: Choices,
    faults: Faults,
    drawn: Drawn,
) -> Entry:
    value = get(row, line.name)
    said = [text for where, texts in faults.items() if _covers(name, where) for text in texts]
    entry = Entry(
        id=f"id_{name.replace('.', '-')}",
        name=name,
        label=line.label,
        kind=line.kind,
        value=_text(value),
        hint=line.hint,
        faults=said,
        unless=line.unless,
    )
    offered = choices.of(line.choices, row) if line.choices else []
    match line.kind:
        case "choice" | "listed":
            _choose(entry, line, offered, drawn)
        case "many" | "picks":
            chosen = _keys(value)
            entry.options = [Option(v, words, v in chosen) for v, words in _with(offered, chosen)]
        case "ways":
            chosen = _keys(value)
            entry.slots = [*chosen, *[""] * max(1, 2 - len(chosen))]
            entry.options = [Option(v, words) for v, words in _with(offered, chosen)]
        case "yes_no":
            entry.value = "1" if value is True else ""
        case "options":
            entry.value = "\n".join(_option_line(o) for o in value) if _is_rows(value) else ""
        case "lines":
            entry.value = "\n".join(map(str, value)) if isinstance(value, list) else _text(value)
        case "condition":
            _condition(entry, line, value, choices)
    return entry


def _choose(entry: Entry, line: Line, offered: list[Choice], drawn: Drawn) -> None:
    if line.kind == "choice" and len(offered) <= SELECT_AT_MOST:
        if not any(value == entry.value for value, _ in offered):
            offered = [(entry.value, entry.value or "—"), *offered]
        entry.options = [Option(v, words, v == entry.value) for v, words in offered]
        return
    entry.kind = "listed"
    drawn.lists.setdefault(line.choices, offered)
    entry.options = [Option(line.choices, "")]
    entry.said = dict(offered).get(entry.value, "") if entry.value else ""


def _condition(entry: Entry, line: Line, value: Any, choices: Choices) -> None:
    is_always = value == line.always or (value in (None, "") and line.always is not True)
    text = value if isinstance(value, str) and not is_always else ""
    chosen = picked(text) if text else []
    entry.feel = text if chosen is None else ""
    marked = set(chosen or ())
    entry.options = [
        Option(f"{q.id}={o['value']}", str(o.get("text", o["value"])),
               f"{q.id}={o['value']}" in marked, q.text)
        for q in choices.questions
        for o in q.options
    ]  # fmt: skip
    if marked - {option.value for option in entry.options}:
        # It looks at a question that is not asked here: keep its words.
        entry.feel = text
        entry.options = [Option(o.value, o.words, False, o.group) for o in entry.options]
    entry.value = "always" if is_always else "when" if text else "never"


def _option_line(option: Any) -> str:
    if not isinstance(option, Mapping):
        return str(option)
    parts = [str(option.get(name, "")) for name in ("value", "text", "text_en")]
    return " | ".join(parts if parts[2] else parts[:2])


def _with(offered: list[Choice], chosen: Iterable[str]) -> list[Choice]:
    known = {value for value, _ in offered}
    return [*offered, *((value, value) for value in chosen if value and value not in known)]


def _keys(value: Any) -> list[str]:
    """The chosen keys, of plain values as of `{role, element}` rows."""
    values = value if isinstance(value, list) else [value] if value else []
    return [
        f"{one.get('role', '')}.{one.get('element', '')}" if isinstance(one, Mapping) else str(one)
        for one in values
    ]


def _is_rows(value: Any) -> bool:
    return isinstance(value, list)


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, bool | list | dict) else str(value)


def _rows(body: Mapping[str, Any], name: str) -> list[Any]:
    value = body.get(name, [])
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def get(body: Any, name: str) -> Any:
    """The value at a place: `before.days`, `when.0`; None where there is nothing."""
    for part in name.split("."):
        if isinstance(body, Mapping):
            body = body.get(part)
        elif isinstance(body, list) and part.isdecimal() and int(part) < len(body):
            body = body[int(part)]
        else:
            return None
    return body


def put(body: dict[str, Any], name: str, value: Any) -> None:
    """Write a value at a place; None takes the name out, and an emptied table with it."""
    first, _, rest = name.partition(".")
    if rest and rest.isdecimal():
        cells = list(body.get(first) or [])
        cells += [""] * (int(rest) + 1 - len(cells))
        cells[int(rest)] = "" if value is None else value
        body[first] = cells
    elif rest:
        inner = dict(body.get(first) or {}) if isinstance(body.get(first, {}), dict) else {}
        put(inner, rest, value)
        put(body, first, inner or None)
    elif value is None:
        body.pop(first, None)
    else:
        body[first] = value


# ── what was sent ────────────────────────────────────────────────────────────────────────────────


def read(section: Section, body: Mapping[str, Any], sent: QueryDict) -> dict[str, Any]:
    """The definition as the form of a section changes it; all else stays."""
    made: dict[str, Any] = copy.deepcopy(dict(body))
    for line in section.lines:
        put(made, line.name, _value(line, line.name, sent, get(body, line.name)))
    for table in section.tables:
        before = _rows(body, table.name)
        count = sent.get(f"{table.name}.rows", "")
        number = min(int(count), ROWS_AT_MOST) if WHOLE.match(count) else len(before)
        rows = []
        for n in range(number):
            base = before[n] if n < len(before) else {}
            rows.append(_read_row(table, f"{table.name}.{n}", base, sent))
        if rows or table.name in body:
            made[table.name] = rows
    return made


def _read_row(table: Rows, place: str, base: Mapping[str, Any], sent: QueryDict) -> dict[str, Any]:
    row = copy.deepcopy(dict(base))
    for line in table.lines:
        put(row, line.name, _value(line, f"{place}.{line.name}", sent, get(base, line.name)))
    return row


def _value(line: Line, name: str, sent: QueryDict, before: Any) -> Any:
    text = sent.get(name, "").replace("\r\n", "\n").strip()
    match line.kind:
        case "number" | "limit":
            return _number(text) if text else None
        case "yes_no":
            return bool(text) if text or before is not None else None
        case "many":
            return _several(_as_before(sent.getlist(name), before), before)
        case "ways":
            chosen = list(dict.fromkeys(v for v in sent.getlist(name) if v))
            # One source was written as a text, and stays one.
            is_one = line.choices == "source" and len(chosen) == 1 and not isinstance(before, list)
            return chosen[0] if is_one else _several(chosen, before)
        case "lines":
            return _several([part.strip() for part in text.split("\n")], before)
        case "picks":
            return _picks(sent.getlist(name), before)
        case "options":
            return list(_options(text, before)) or None
        case "condition":
            return _read_condition(line, name, sent)
    return text or ("" if before == "" else None)


def _number(text: str) -> Any:
    """A number, or the words as they were typed, which the check then faults at their line."""
    if WHOLE.match(text):
        return int(text)
    return float(text) if DECIMAL.match(text) else text


def _several(values: Iterable[str], before: Any) -> list[str] | None:
    found = [value for value in values if value]
    return found if found or before is not None else None


def _as_before(values: list[str], before: Any) -> list[str]:
    """Boxes come in the order of the page; what was chosen before keeps its own."""
    kept = [value for value in before if value in values] if isinstance(before, list) else []
    return [*kept, *(value for value in values if value not in kept)]


def _picks(values: list[str], before: Any) -> list[dict[str, Any]] | None:
    rows = [row for row in before or () if isinstance(row, dict)]
    kept = [row for row in rows if _keys([row])[0] in values]
    have = set(_keys(kept))
    fresh = [value.partition(".") for value in values if value not in have]
    found = [*kept, *({"element": element, "role": role} for role, _, element in fresh)]
    return found if found or before is not None else None


def _options(text: str, before: Any) -> Iterator[dict[str, Any]]:
    kept = {str(o.get("value")): o for o in before or () if isinstance(o, dict)}
    for line in text.split("\n"):
        parts = [part.strip() for part in re.split(r"[|｜]", line)]
        if not any(parts):
            continue
        value = parts[0]
        words = parts[1] if len(parts) > 1 and parts[1] else value
        row = {**kept.get(value, {}), "value": value, "text": words}
        row.pop("text_en", None)
        yield {**row, "text_en": parts[2]} if len(parts) > 2 and parts[2] else row


def _read_condition(line: Line, name: str, sent: QueryDict) -> Any:
    how = sent.get(f"{name}.how", "always")
    if how == "never":
        return False if line.always is True else None
    if how == "when":
        feel = sent.get(f"{name}.feel", "").strip()
        text = feel or condition(sent.getlist(f"{name}.is"))
        if text:
            return text
    return line.always if line.always != "" else None


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────


def change_rows(section: Section, body: dict[str, Any], act: str) -> str:
    """Add, move or take out a row: `field.add`, `field.3.up`; answers the place to look at next."""
    name, _, what = act.partition(".")
    table = next((table for table in section.tables if table.name == name), None)
    if table is None:
        return ""
    rows = _rows(body, name)
    if what == "add":
        if len(rows) < ROWS_AT_MOST:
            rows.append(copy.deepcopy(dict(table.fresh)))
        body[name] = rows
        _follow(body, name, list(range(len(rows))))
        return f"{name}.{len(rows) - 1}"
    number, _, verb = what.partition(".")
    if not WHOLE.match(number) or not 0 <= int(number) < len(rows):
        return ""
    at = int(number)
    moved = {"up": at - 1, "down": at + 1}.get(verb, at)
    order = list(range(len(rows)))
    if verb == "drop":
        del order[at]
    elif verb == "copy" and len(rows) < ROWS_AT_MOST:
        order.insert(at + 1, at)
        moved = at + 1
    elif 0 <= moved < len(rows):
        order[at], order[moved] = order[moved], order[at]
    else:
        moved = at
    body[name] = [copy.deepcopy(rows[n]) for n in order]
    _follow(body, name, order)
    if not body[name]:
        del body[name]
        return name
    return f"{name}.{min(moved, len(order) - 1)}"


COLUMNS = {"inputs": "when", "outputs": "then"}


def _follow(body: dict[str, Any], name: str, order: list[int]) -> None:
    """Let the cells of a decision table move with their columns."""
    cells = COLUMNS.get(name)
    for row in body.get("rules", ()) if cells else ():
        old = list(row.get(cells, ()))
        row[cells] = [old[n] if n < len(old) else "-" for n in order]

"""A form's fields as a page draws them: words for codes, numbers masked, the source named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from tongban.domains.cases.queries import DraftView
from tongban.domains.cases.queries import pages as known
from tongban.kernel import clock
from tongban.kernel.crypto import masking
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.ui import words
from tongban.kernel.ui.fields import FieldView, Option

SHOWN = 5
"""So many rows of a group stand open; the others are one click away."""
FEW = 5
ICONS = {
    "child": "baby",
    "mother": "user",
    "father": "user",
    "applicant": "user",
    "household": "house",
    "operator": "shop",
    "premises": "house",
    "home": "house",
    "manager": "user",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One value that is there: from a register, or put right by its owner."""

    key: str
    label: str
    text: str
    source: str
    mode: str
    to_confirm: bool
    others: Sequence[tuple[str, str]] = ()
    """What other registers say: (register, value)."""
    was: str = ""
    """What the register says that its owner has put right."""
    reported: bool = False
    is_mine: bool = False
    note: str = ""
    input: FieldView | None = None
    lang: str = ""

    @property
    def wants_a_look(self) -> bool:
        return self.to_confirm or bool(self.others) or bool(self.was) or self.input is not None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    key: str
    name: str
    icon: str
    rows: list[Row]
    lang: str = ""

    @property
    def first(self) -> list[Row]:
        """What stands open: whatever wants a look, then as many as there is room for."""
        ordered = sorted(self.rows, key=lambda row: not row.wants_a_look)
        looked = sum(row.wants_a_look for row in ordered)
        shown = {id(row) for row in ordered[: max(SHOWN, looked)]}
        return [row for row in self.rows if id(row) in shown]

    @property
    def rest(self) -> list[Row]:
        shown = {id(row) for row in self.first}
        return [row for row in self.rows if id(row) not in shown]


@dataclass(slots=True)
class FactsPage:
    """The merged form as it is shown."""

    groups: list[Group]
    asked: list[FieldView]
    filled: int
    total: int
    to_fill: int
    to_confirm: int
    sources: list[tuple[str, int]]
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def rest(self) -> int:
        """What is filled in and needs no look."""
        return max(0, self.filled - self.to_confirm)


def facts_page(
    view: DraftView,
    *,
    fix: str = "",
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, Sequence[Any]] | None = None,
    by_role: bool = False,
) -> FactsPage:
    """What is filled, what is to be looked at, and the few fields that are left."""
    typed, faults = typed or {}, said(problems or {})
    names = known.register_names()
    asked_about = known.reported(view)
    groups: dict[tuple[str, str], list[Row]] = {}
    headings: dict[tuple[str, str], eforms.Field] = {}
    asked: list[FieldView] = []
    sources: dict[str, int] = {}
    for one in view.fields:
        value = view.values.get(one.key)
        corrected = value is not None and value.is_correction
        fetched = value is not None and value.value is not None and value.source != "user"
        if fetched and value is not None and value.register in names:
            name = names[value.register]
            sources[name] = sources.get(name, 0) + 1
        if not fetched and not corrected:
            asked.append(
                draw(one, value, faults.get(one.key, []), typed.get(one.key), required=True)
            )
            continue
        assert value is not None
        place = (one.role.key, "") if by_role else (one.role.key, one.group)
        headings.setdefault(place, one)
        is_input = one.key == fix or one.key in faults
        groups.setdefault(place, []).append(
            _row(
                one,
                value,
                names,
                reported=(value.register, value.element) in asked_about,
                drawn=draw(one, value, faults.get(one.key, []), typed.get(one.key))
                if is_input and eforms.mode_of(one, value) != "locked"
                else None,
            )
        )
    required = _required(view)
    asked = [
        FieldView(**{**_as_dict(drawn), "required": drawn.name in required}) for drawn in asked
    ]
    counts = view.counts
    subject = view.thing.subject_role if view.thing else "applicant"
    # The one it is about comes first, the one who applies last.
    order = {subject: -1, "applicant": 1}
    places = sorted(groups, key=lambda place: order.get(place[0], 0))
    return FactsPage(
        groups=_united(
            _group(place, headings[place], groups[place], by_role=by_role) for place in places
        ),
        asked=sorted(asked, key=lambda drawn: not drawn.required),
        filled=counts.fetched,
        total=counts.visible,
        to_fill=counts.to_fill,
        to_confirm=counts.to_confirm,
        sources=sorted(sources.items(), key=lambda pair: -pair[1]),
        errors=faults,
    )


def _as_dict(drawn: FieldView) -> dict[str, Any]:
    return {name: getattr(drawn, name) for name in FieldView.__dataclass_fields__}


def _required(view: DraftView) -> set[str]:
    facts = eforms.facts_of(view.form, view.values, view.facts)
    return {one.key for one in view.fields if one.is_required(facts, eforms.holds)}


def _group(place: tuple[str, str], first: eforms.Field, rows: list[Row], *, by_role: bool) -> Group:
    english = _in_english()
    name = first.role.name if by_role or not first.group else first.group
    lang = ""
    if english:
        twin = first.role.name_en if by_role or not first.group else ""
        name, lang = (twin, "") if twin else (name, "zh-Hans")
    return Group(
        key="-".join(part for part in place if part.isascii() and part) or place[0],
        name=name,
        icon=ICONS.get(place[0], "doc"),
        rows=rows,
        lang=lang,
    )


def _united(drawn: Iterable[Group]) -> list[Group]:
    """One heading once: a group of one role may bear the name of another role."""
    found: dict[str, Group] = {}
    for group in drawn:
        if group.name in found:
            found[group.name].rows.extend(group.rows)
        else:
            found[group.name] = group
    return list(found.values())


def _row(
    one: eforms.Field,
    value: eforms.Value,
    names: Mapping[str, str],
    *,
    reported: bool,
    drawn: FieldView | None,
) -> Row:
    label, lang = label_of(one)
    mine = value.source in {"user", "clerk"}
    said_by_registers = [other for other in value.against if other.register]
    return Row(
        key=one.key,
        label=label,
        text=text_of(one, value.value),
        source=gettext("You put this right")
        if mine
        else names.get(value.register, "")
        or (gettext("Your own answer") if value.source == "prefill" else gettext("By rule")),
        mode=eforms.mode_of(one, value),
        to_confirm=eforms.is_to_confirm(one, value),
        others=()
        if mine
        else [
            (names.get(o.register, o.register), text_of(one, o.value)) for o in said_by_registers
        ],
        was=text_of(one, said_by_registers[0].value) if mine and said_by_registers else "",
        reported=reported,
        is_mine=mine or (value.source == "prefill" and value.register not in names),
        input=drawn,
        lang=lang,
    )


def draw(
    one: eforms.Field,
    value: eforms.Value | None,
    errors: Sequence[str] = (),
    typed: str | None = None,
    *,
    required: bool = True,
) -> FieldView:
    """One field as an input, with what stands in it or was typed."""
    plain = eforms.field_ui(one)
    kind: Any = {"yes_no": "radio", "number": "text", "date": "date", "tel": "tel"}.get(
        plain["widget"], plain["widget"]
    )
    if kind in {"person_number", "uscc", "bank_account"}:
        kind = "text"
    held = "" if value is None or value.value is None else str(value.value)
    now = held if typed is None else typed
    options = [
        Option(o.value, (o.name_en or o.name) if _in_english() else o.name, chosen=o.value == now)
        for o in one.options
    ]
    if plain["widget"] == "yes_no":
        options = [
            Option("yes", gettext("Yes"), chosen=now == "yes"),
            Option("no", gettext("No"), chosen=now == "no"),
        ]
    elif kind == "select":
        options = [Option("", gettext("Please choose"), chosen=not now), *options]
    label = full_label(one)
    hint = (one.hint_en or one.hint) if _in_english() else one.hint
    if not hint and one.element.example:
        hint = gettext("For example: %(example)s") % {"example": one.element.example}
    return FieldView(
        name=one.key,
        label=f"{label}（{one.element.unit}）" if one.element.unit else label,
        kind=kind,
        value="" if kind == "file" else now,
        hint=hint,
        errors=list(errors),
        required=required,
        options=options,
        autocomplete=str(plain["autocomplete"]),
        inputmode=str(plain["inputmode"]),
        attrs=_limits(one, kind),
        columns=2 if kind == "radio" and len(options) == 2 else 1,
    )


def _limits(one: eforms.Field, kind: str) -> dict[str, str]:
    attrs: dict[str, str] = {}
    if one.max_length and kind in {"text", "textarea", "tel"}:
        attrs["maxlength"] = str(one.max_length)
    if kind == "textarea":
        attrs["rows"] = "2"
    if kind == "date":
        for name, bounds in (("min", one.least), ("max", one.most)):
            days = [clock.today().isoformat() if b == "today" else str(b) for b in bounds]
            if days:
                attrs[name] = max(days) if name == "min" else min(days)
    return attrs


def label_of(one: eforms.Field) -> tuple[str, str]:
    """The label, and its language where the page speaks another."""
    if _in_english():
        return (one.label_en, "") if one.label_en else (one.label, "zh-Hans")
    return one.label, ""


def full_label(one: eforms.Field) -> str:
    """The label outside its group: whose datum it is, too."""
    label, _ = label_of(one)
    if _in_english():
        return f"{one.role.name_en or one.role.name}: {label}"
    return label if label.startswith(one.role.name) else f"{one.role.name}{label}"


def text_of(one: eforms.Field, value: Any) -> str:
    """A value in words: options by name, days as people write them, personal numbers masked."""
    if value in (None, ""):
        return ""
    match one.type:
        case "choice":
            found = next((o for o in one.element.options if o.value == value), None)
            if found is None:
                return str(value)
            return (found.name_en or found.name) if _in_english() else found.name
        case "yes_no":
            return gettext("Yes") if value == "yes" else gettext("No")
        case "date":
            try:
                return words.civil(date.fromisoformat(str(value)))
            except ValueError:
                return str(value)
        case "person_number":
            return masking.mask_person_number(str(value))
        case "phone":
            return masking.mask_phone(str(value))
        case "bank_account":
            return masking.mask_bank_account(str(value))
        case "number":
            return f"{value} {one.element.unit}".strip()
    return str(value)


def said(problems: Mapping[str, Sequence[Any]]) -> dict[str, list[str]]:
    """Problems as sentences in the reader's language, whether texts or the form engine's own."""
    return {
        key: [
            gettext(p.says).format(**p.facts) if isinstance(p, eforms.Problem) else gettext(str(p))
            for p in found
        ]
        for key, found in problems.items()
    }


def summary(view: DraftView, problems: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The lines of an error summary: each names its field."""
    found: dict[str, list[str]] = {}
    for key, sentences in problems.items():
        one = view.form.by_key.get(key)
        label = f"{full_label(one)}{': ' if _in_english() else '：'}" if one else ""
        target = f"{key}_0" if one and draw(one, None).kind == "radio" else key
        found[target] = [f"{label}{sentence}" for sentence in sentences]
    return found


def _in_english() -> bool:
    return (get_language() or "").startswith("en")

"""Who fixed what: the basic item above, the city's item, a district's variant (四级四同); pure.

A layer fixes what it writes, unless it names it in `open`; the layers below fill only what is left.
`at_most` lets a layer leave a number open below a bound. What a city writes of places, windows and
promises is open to its districts without a word.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault

Body = Mapping[str, Any]

LEVELS = {
    "1": N_("Nation"),
    "2": N_("Province"),
    "3": N_("City"),
    "4": N_("District"),
    "5": N_("Township"),
    "6": N_("Village"),
}
"""行使层级."""

SAME = ("name", "task_type", "law")
"""四同 besides the code: name, type and legal basis are equal at all four levels, always."""

OWN = frozenset(
    "key level authority division open at_most above item region drop source note".split()
)
"""What a layer says of itself; nothing below takes it over."""

PLACES = frozenset(
    "organ address hours contact supervise question before flow online ready".split()
)
PROMISES = frozenset(("promised_days", "visits", "extension_days", "process", "decision"))
"""What an implementing list leaves open below, unless a bound says otherwise."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one level wrote: its level, who it is, and the body."""

    level: str
    authority: str
    body: Body
    region: str = ""

    @property
    def open(self) -> frozenset[str]:
        """The names that a level below may write otherwise."""
        own = frozenset(map(str, self.body.get("open", ()))) - frozenset(SAME)
        return own if self.level in {"1", "2"} else own | PLACES | PROMISES


@dataclass(frozen=True, slots=True)
class Effective:
    """An item as it holds in a region, and which layer wrote each of its names."""

    layers: tuple[Layer, ...]
    body: dict[str, Any]
    written_by: Mapping[str, int]
    """Name, or `material.key`, to the number of the layer that wrote it."""
    fixed_by: Mapping[str, int]
    faults: tuple[tuple[int, Fault], ...] = field(default=())

    def faults_of(self, layer: int) -> list[Fault]:
        """What keeps one layer from being published; -1 is the lowest."""
        number = layer if layer >= 0 else len(self.layers) + layer
        return [fault for at, fault in self.faults if at == number]


def layer_of_basic(body: Body) -> Layer:
    """A row of the basic catalogue (基本目录)."""
    return Layer(
        str(body.get("level", "2")),
        str(body.get("authority", "")),
        body,
        str(body.get("division", "")),
    )


def layer_of_item(body: Body, region: str = "") -> Layer:
    """A city's item (实施清单)."""
    return Layer("3", str(body.get("organ", "")), body, region)


def layer_of_variant(body: Body) -> Layer:
    """A district's or township's differences (地区差异)."""
    region = str(body.get("region", ""))
    return Layer("4" if len(region) <= 6 else "5", str(body.get("organ", "")), body, region)


def chain(code: str, known: Known) -> list[Layer]:
    """The rows of the basic catalogue above an item, the topmost first."""
    found: list[Layer] = []
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        body = known.get("basic_item", code)
        if body is None:
            break
        found.append(layer_of_basic(body))
        code = str(body.get("above", ""))
    return found[::-1]


def resolve(layers: Sequence[Layer]) -> Effective:
    """Lay the layers over each other, the topmost first; what a lower one may not is a fault."""
    body: dict[str, Any] = {}
    written: dict[str, int] = {}
    fixed: dict[str, int] = {}
    bounds: dict[str, tuple[int, int]] = {}
    faults: list[tuple[int, Fault]] = []
    for number, layer in enumerate(layers):
        for name, value in layer.body.items():
            if name in OWN:
                continue
            if name in bounds:
                faults += ((number, f) for f in _over(name, value, bounds[name], layers))
            if name in fixed:
                above = layers[fixed[name]]
                faults += ((number, f) for f in differences(name, body[name], value, above))
                continue
            body[name] = _merged(body.get(name), value)
            written[name] = number
            for row in _keyed(value):
                written[f"{name}.{_key(row)}"] = number
        faults += ((number, f) for f in _dropped(layer, body))
        for name in layer.body:
            if name not in OWN and name not in layer.open:
                fixed.setdefault(name, number)
        for name, most in dict(layer.body.get("at_most", {})).items():
            if name not in bounds or most < bounds[name][0]:
                bounds[name] = (most, number)
    return Effective(tuple(layers), body, written, fixed, tuple(faults))


def _over(
    name: str, value: Any, bound: tuple[int, int], layers: Sequence[Layer]
) -> Iterator[Fault]:
    most, number = bound
    if isinstance(value, int) and value > most:
        yield Fault(
            name,
            N_("{authority} allows at most {most} here, this is {value}."),
            N_("Write {most} or less."),
            {"authority": layers[number].authority, "most": most, "value": value},
        )


def differences(name: str, above: Any, below: Any, layer: Layer) -> Iterator[Fault]:
    """Where a lower level says otherwise than what a level above fixed: each line to mend."""
    if name == "law":
        yield from _laws(above, below, layer)
    elif _keyed(above) and (_keyed(below) or below == []):
        yield from _rows(name, above, below, layer)
    elif above != below:
        yield _otherwise(name, above, below, layer)


def _laws(above: Iterable[Body], below: Any, layer: Layer) -> Iterator[Fault]:
    """依据 are equal when they name the same articles; how much is quoted is free."""
    given = {
        (row.get("title"), row.get("article", "")) for row in below if isinstance(row, Mapping)
    }
    for row in above:
        if (row.get("title"), row.get("article", "")) not in given:
            law = f"{row.get('title', '')}{row.get('article', '')}"
            yield Fault(
                "law",
                N_("The legal basis {law} is fixed by {authority} and is missing here."),
                N_("Write it as it stands above."),
                {"law": law, "authority": layer.authority},
            )
    known = {(row.get("title"), row.get("article", "")) for row in above}
    for n, row in enumerate(below):
        if (row.get("title"), row.get("article", "")) not in known:
            law = f"{row.get('title', '')}{row.get('article', '')}"
            yield Fault(
                f"law[{n}]",
                N_("{authority} does not name the legal basis {law}."),
                N_("Take it out, or have it added above first."),
                {"law": law, "authority": layer.authority},
            )


def _rows(name: str, above: Iterable[Body], below: Any, layer: Layer) -> Iterator[Fault]:
    upper = {_key(row): row for row in above}
    given = {_key(row) for row in below}
    for n, row in enumerate(below):
        fixed = upper.get(_key(row))
        if fixed is None:
            yield Fault(
                f"{name}[{n}]",
                N_("{authority} does not ask for “{row}”."),
                N_("Take it out: a level below adds nothing to what is asked."),
                {"authority": layer.authority, "row": row.get("name") or _key(row)},
            )
            continue
        for inner, value in fixed.items():
            if inner not in {"source", "note"} and row.get(inner, value) != value:
                yield _otherwise(f"{name}[{n}].{inner}", value, row[inner], layer)
    for key, row in upper.items():
        if key not in given:
            yield Fault(
                name,
                N_("{authority} writes “{row}”, which is missing here."),
                N_("Write it as it stands above."),
                {"authority": layer.authority, "row": row.get("name") or key},
            )


def _otherwise(where: str, above: Any, below: Any, layer: Layer) -> Fault:
    return Fault(
        where,
        N_("This is fixed by {authority} as “{above}”; here it is “{below}”."),
        N_("Write the same, or ask the level above to leave it open."),
        {"authority": layer.authority, "above": _short(above), "below": _short(below)},
    )


def _dropped(layer: Layer, body: dict[str, Any]) -> Iterator[Fault]:
    """Take out the materials that a level no longer asks for; what law asks for stays."""
    for n, key in enumerate(layer.body.get("drop", ())):
        row = next((r for r in body.get("material", ()) if r.get("key") == key), None)
        if row is None:
            yield Fault(
                f"drop[{n}]",
                N_("There is no material “{key}” above."),
                N_("Name one that the level above asks for."),
                {"key": key},
            )
        elif row.get("law"):
            yield Fault(
                f"drop[{n}]",
                N_("{law} asks for “{name}”."),
                N_("Take this line out: only what no law asks for may be left out."),
                {"law": row["law"], "name": row.get("name", key)},
            )
        else:
            body["material"] = [r for r in body["material"] if r is not row]


def _keyed(value: Any) -> list[Body]:
    """The rows of a list that all bear a key; an empty list where they do not."""
    rows = value if isinstance(value, list | tuple) else []
    return list(rows) if rows and all(isinstance(r, Mapping) and _key(r) for r in rows) else []


def _key(row: Body) -> str:
    return str(row.get("key") or row.get("id") or "")


def _merged(before: Any, value: Any) -> Any:
    """Rows with keys are laid over their namesakes; all else takes the place of what was."""
    if not _keyed(before) or not _keyed(value):
        return value
    rows = {_key(row): dict(row) for row in before}
    for row in value:
        rows[_key(row)] = {**rows.get(_key(row), {}), **row}
    return list(rows.values())


def _short(value: Any) -> str:
    text = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def check_basic(body: Body, known: Known) -> list[Fault]:
    """Find what keeps a row of the basic catalogue from being obeyed."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("name", "task_type", "authority", "law")
        if not body.get(name)
    ]
    code = str(body.get("key", ""))
    if len(code) != 12 or not code.isalnum():
        faults.append(
            Fault(
                "key",
                N_("A basic code has 12 characters: division 2, type 2, main item 5, sub-item 3."),
                N_("Mend it after GB/T 39554.1."),
            )
        )
    elif code[2:4] != body.get("task_type"):
        faults.append(
            Fault(
                "task_type",
                N_("The basic code names another type of item than task_type."),
                N_("Let characters 3 and 4 equal task_type."),
            )
        )
    if body.get("level") not in {"1", "2"}:
        faults.append(
            Fault(
                "level",
                N_("The basic catalogue is kept by the nation (1) and the province (2)."),
                N_('Write level = "1" or "2".'),
            )
        )
    faults += (
        Fault(
            "open",
            N_("“{name}” is the same at all levels."),
            N_("Take it out of `open`: name, type and legal basis are never open."),
            {"name": name},
        )
        for name in body.get("open", ())
        if name in SAME
    )
    for name, most in dict(body.get("at_most", {})).items():
        if not isinstance(most, int) or most < 0:
            faults.append(Fault(f"at_most.{name}", N_("This is no bound."), N_("Write a number.")))
    above = str(body.get("above", ""))
    if above and (above == code or known.get("basic_item", above) is None):
        faults.append(Fault("above", N_("There is no such basic item."), N_("Name one.")))
    elif above:
        faults += resolve([*chain(above, known), layer_of_basic(body)]).faults_of(-1)
    return faults

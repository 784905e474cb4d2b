"""What a datum is (数据元), whose it is (角色), and what one item asks (要求)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from tongban.kernel.decisions import engine
from tongban.kernel.errors import N_, Fault, Refusal

Type = Literal[
    "text", "number", "date", "choice", "yes_no",
    "person_number", "uscc", "phone", "bank_account", "address",
]  # fmt: skip
Mode = Literal["editable", "confirm", "locked"]
TYPES: tuple[str, ...] = get_args(Type)
MODES: tuple[str, ...] = get_args(Mode)
"""From the loosest to the strictest."""

FORMATS: Mapping[str, tuple[str, ...]] = {
    "text": ("long", "name"),
    "number": ("integer", "money"),
    "phone": ("mobile",),
    "bank_account": ("card", "entity"),
}
# Conditions name a datum `form.child.name`, so its parts must be names in FEEL.
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
PERIOD = re.compile(r"[a-z0-9_]+\Z")
LENGTHS: Mapping[str, int] = {"text": 200, "address": 300}
NUMBERS = ("min", "max")
TODAY = "today"

Bound = int | float | str


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    value: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class Element:
    """A data element (数据元): what a datum is, in whichever form it is asked."""

    key: str
    name: str
    type: Type
    name_en: str = ""
    format: str = ""
    hint: str = ""
    hint_en: str = ""
    example: str = ""
    unit: str = ""
    autocomplete: str = ""
    """The browser's token for it, used where people enter their own data."""
    options: tuple[Option, ...] = ()
    min_length: int = 0
    max_length: int | None = None
    min: Bound | None = None
    max: Bound | None = None
    pattern: str = ""
    grade: int = 1
    """Grade of sensitivity, 1 to 4 (数据分级)."""
    standard: str = ""


@dataclass(frozen=True)
class Role:
    """Whose datum it is (角色): child, mother, operator, premises."""

    key: str
    name: str
    name_en: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Source:
    """Where a datum can be fetched: `register.element`, about the role (`@role` if another's)."""

    register: str
    element: str
    role: str

    def __str__(self) -> str:
        return f"{self.register}.{self.element}@{self.role}"


@dataclass(frozen=True)
class Ask:
    """What one item asks (要求): this datum of this role, under its own conditions."""

    item: str
    role: Role
    element: Element
    period: str = ""
    required: bool | str = False
    """A text is a FEEL condition over `q` and `form`."""
    when: str = ""
    """A FEEL condition; asked only while it holds."""
    sources: tuple[Source, ...] = ()
    mode: Mode = "editable"
    group: str = ""
    name: str = ""
    name_en: str = ""
    hint: str = ""
    hint_en: str = ""
    options: tuple[str, ...] = ()
    min_length: int = 0
    max_length: int | None = None
    min: Bound | None = None
    max: Bound | None = None
    pattern: str = ""

    @property
    def key(self) -> str:
        """`child.name`, or `child.income@2025` for a period."""
        return field_key(self.role.key, self.element.key, self.period)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The FEEL texts it depends on."""
        required = self.required if isinstance(self.required, str) else ""
        return tuple(text for text in (self.when, required) if text)


def field_key(role: str, element: str, period: str = "") -> str:
    """The one name of a field, in forms, answers and pages."""
    return f"{role}.{element}@{period}" if period else f"{role}.{element}"


def element_faults(body: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with one `[[element]]`."""
    faults: list[Fault] = []
    if not NAME.match(str(body.get("key", ""))):
        faults.append(
            Fault(
                "key",
                N_("A data element's key is small ASCII letters, digits and underscores."),
                N_("Conditions name it: form.child.birth_date."),
            )
        )
    if not body.get("name"):
        faults.append(Fault("name", N_("A data element has a name.")))
    kind = body.get("type", "")
    if kind not in TYPES:
        faults.append(
            Fault("type", N_("“{type}” is no type of data element."), N_("Use one of {types}."),
                  {"type": kind, "types": ", ".join(TYPES)})
        )  # fmt: skip
        return faults
    if body.get("format") and body["format"] not in FORMATS.get(kind, ()):
        faults.append(
            Fault("format", N_("{type} has no format “{format}”."), "",
                  {"type": kind, "format": body["format"]})
        )  # fmt: skip
    faults += _option_faults(body, kind)
    faults += _limit_faults(body, kind)
    if body.get("grade", 1) not in (1, 2, 3, 4):
        faults.append(Fault("grade", N_("The grade is a number from 1 to 4.")))
    return faults


def _option_faults(body: Mapping[str, Any], kind: str) -> list[Fault]:
    options = body.get("options", [])
    if kind != "choice":
        return [Fault("options", N_("Only a choice has options."))] if options else []
    if not isinstance(options, list) or not options:
        return [Fault("options", N_("A choice needs options."))]
    if not all(isinstance(o, Mapping) and o.get("value") and o.get("name") for o in options):
        return [Fault("options", N_("Each option has a value and a name."))]
    values = [str(option["value"]) for option in options]
    if len(set(values)) < len(values):
        return [Fault("options", N_("Two options have the same value."))]
    return []


def _limit_faults(body: Mapping[str, Any], kind: str) -> list[Fault]:
    faults = [
        Fault(name, N_("This limit does not fit the type {type}."),
              N_("Numbers have numbers; dates have dates, or “today”."), {"type": kind})
        for name in NUMBERS
        if name in body and not _is_bound(body[name], kind)
    ]  # fmt: skip
    for name in ("min_length", "max_length"):
        number = body.get(name, 1)
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            faults.append(Fault(name, N_("A length is a whole number.")))
        elif name in body and kind not in LENGTHS:
            faults.append(Fault(name, N_("Only texts have a length."), N_("Leave it out.")))
    if "pattern" in body:
        try:
            re.compile(body["pattern"])
        except (re.error, TypeError):
            faults.append(Fault("pattern", N_("This is not a regular expression.")))
    return faults


def _is_bound(value: Any, kind: str) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind != "date" or not isinstance(value, str):
        return False
    return value == TODAY or is_date(value)


def is_date(value: Any) -> bool:
    """Whether it is a day of the calendar, written 2026-01-05."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def read_element(body: Mapping[str, Any]) -> Element:
    """An `[[element]]` that has no faults."""
    kind = body["type"]
    return Element(
        key=body["key"],
        name=body["name"],
        type=kind,
        name_en=body.get("name_en", ""),
        format=body.get("format", ""),
        hint=body.get("hint", ""),
        hint_en=body.get("hint_en", ""),
        example=body.get("example", ""),
        unit=body.get("unit", ""),
        autocomplete=body.get("autocomplete", ""),
        options=tuple(
            Option(str(o["value"]), o["name"], o.get("name_en", ""))
            for o in body.get("options", [])
        ),
        min_length=body.get("min_length", 0),
        max_length=body.get("max_length", LENGTHS.get(kind)),
        min=body.get("min"),
        max=body.get("max"),
        pattern=body.get("pattern", ""),
        grade=body.get("grade", 1),
        standard=body.get("standard", ""),
    )


def role_faults(body: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with one `[[role]]`."""
    faults = []
    if not NAME.match(str(body.get("key", ""))):
        faults.append(
            Fault("key", N_("A role's key is small ASCII letters, digits and underscores."))
        )
    if not body.get("name"):
        faults.append(Fault("name", N_("A role has a name.")))
    return faults


def read_role(body: Mapping[str, Any]) -> Role:
    """A `[[role]]` that has no faults."""
    return Role(body["key"], body["name"], body.get("name_en", ""), body.get("order", 100))


def field_faults(
    bodies: Iterable[Mapping[str, Any]],
    elements: Mapping[str, Mapping[str, Any]],
    roles: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Fault]:
    """What is wrong with one item's `[[field]]` list, each by itself."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for at, body in enumerate(bodies):
        found = _one_field_faults(body, elements, roles)
        key = field_key(*(str(body.get(name, "")) for name in ("role", "element", "period")))
        if key in seen:
            found.append(Fault("", N_("{key} is asked twice."), N_("Remove one."), {"key": key}))
        seen.add(key)
        faults += [
            Fault(f"field[{at}].{f.where}".rstrip("."), f.says, f.hint, f.facts) for f in found
        ]
    return faults


def _one_field_faults(
    body: Mapping[str, Any],
    elements: Mapping[str, Mapping[str, Any]],
    roles: Mapping[str, Mapping[str, Any]] | None,
) -> list[Fault]:
    faults: list[Fault] = []
    role, key = str(body.get("role", "")), str(body.get("element", ""))
    if not NAME.match(role) or (roles is not None and role not in roles):
        faults.append(
            Fault("role", N_("There is no role “{role}”."),
                  N_("Define the role first: roles.toml."), {"role": role})
        )  # fmt: skip
    element = elements.get(key)
    if element is None or element_faults(element):
        faults.append(
            Fault("element", N_("There is no data element “{element}”."),
                  N_("Define it in elements.toml."), {"element": key})
        )  # fmt: skip
        return faults
    kind = element["type"]
    if body.get("type", kind) != kind:
        faults.append(
            Fault("type", N_("“{element}” is a {type}, not a {other}."), "",
                  {"element": key, "type": kind, "other": body["type"]})
        )  # fmt: skip
    if body.get("period") and not PERIOD.match(str(body["period"])):
        faults.append(Fault("period", N_("A period is small letters, digits and underscores.")))
    if not isinstance(body.get("required", False), bool | str):
        faults.append(Fault("required", N_("Required is true, false, or a condition.")))
    faults += _source_faults(body)
    faults += _condition_faults(body)
    values = {str(option["value"]) for option in element.get("options", [])}
    strange = sorted({str(value) for value in body.get("options", [])} - values)
    if strange:
        faults.append(
            Fault("options", N_("“{element}” has no option {strange}."), "",
                  {"element": key, "strange": ", ".join(strange)})
        )  # fmt: skip
    return faults + _limit_faults(body, kind)


def _condition_faults(body: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for name in ("required", "when"):
        text = body.get(name)
        if isinstance(text, str) and text:
            reason = condition_fault(text)
            if reason:
                faults.append(
                    Fault(name, N_("This condition cannot be read: {reason}"),
                          N_("Write FEEL over q and form, such as q.married = \"yes\"."),
                          {"reason": reason})
                )  # fmt: skip
    return faults


def condition_fault(text: str) -> str:
    """Why a FEEL condition cannot be read; empty when it can."""
    try:
        engine.expression(text)
    except Refusal as refused:
        return refused.sentence()
    except ValueError as error:
        return str(error)
    return ""


def _source_faults(body: Mapping[str, Any]) -> list[Fault]:
    faults = []
    sources = _texts(body.get("source", []))
    mode = body.get("mode", "editable")
    if mode not in MODES:
        faults.append(
            Fault("mode", N_("There is no mode “{mode}”."), N_("Use one of {modes}."),
                  {"mode": mode, "modes": ", ".join(MODES)})
        )  # fmt: skip
    elif mode != "editable" and not sources:
        faults.append(
            Fault("mode", N_("A field without a source cannot be {mode}."),
                  N_("Name a source, or make it editable."), {"mode": mode})
        )  # fmt: skip
    faults += [
        Fault("source", N_("“{source}” is no source."), N_("Write register.element."),
              {"source": text})
        for text in sources
        if not re.fullmatch(r"[\w-]+\.[\w-]+(@[a-z][a-z0-9_]*)?", text, re.ASCII)
    ]  # fmt: skip
    return faults


def read_ask(item: str, body: Mapping[str, Any], element: Element, role: Role | None = None) -> Ask:
    """A `[[field]]` that has no faults."""
    whose = body["role"]
    sources = tuple(_source(text, whose) for text in _texts(body.get("source", [])))
    return Ask(
        item=item,
        role=role or Role(whose, whose, whose),
        element=element,
        period=str(body.get("period", "")),
        required=body.get("required", False),
        when=body.get("when", ""),
        sources=sources,
        # What comes from a register is looked at before it is sent, unless the item says otherwise.
        mode=body.get("mode", "confirm" if sources else "editable"),
        group=body.get("group", ""),
        name=body.get("name", ""),
        name_en=body.get("name_en", ""),
        hint=body.get("hint", ""),
        hint_en=body.get("hint_en", ""),
        options=tuple(str(value) for value in body.get("options", [])),
        min_length=body.get("min_length", 0),
        max_length=body.get("max_length"),
        min=body.get("min"),
        max=body.get("max"),
        pattern=body.get("pattern", ""),
    )


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(text) for text in value]


def _source(text: str, role: str) -> Source:
    place, _, other = text.partition("@")
    register, _, element = place.partition(".")
    return Source(register, element, other or role)

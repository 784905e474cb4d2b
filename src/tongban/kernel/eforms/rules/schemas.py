"""A form as JSON Schema 2020-12, and what a page needs beyond it."""

from typing import Any

from tongban.kernel.eforms.rules.forms import Field, Form

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OWN_DATA = frozenset({"applicant", "operator", "agent"})
"""Roles of the person at the keyboard: only for these may the browser offer what it remembers."""
FEW = 5
LONG = 100

_FORMATS = {"person_number": "person-number", "uscc": "uscc", "date": "date"}
_WIDGETS = {
    "number": "number", "date": "date", "yes_no": "yes_no", "person_number": "person_number",
    "uscc": "uscc", "phone": "tel", "bank_account": "bank_account", "address": "textarea",
}  # fmt: skip


def field_schema(field: Field) -> dict[str, Any]:
    """One field's own schema; dates have `x-least` and `x-most`, which JSON Schema cannot say."""
    schema: dict[str, Any] = {"title": field.label}
    match field.type:
        case "yes_no":
            return schema | {"type": "string", "enum": ["yes", "no"]}
        case "choice":
            return schema | {"type": "string", "enum": [o.value for o in field.options]}
        case "number":
            return schema | _number_schema(field)
    schema["type"] = "string"
    if field.type in {"text", "address"}:
        schema["minLength"] = max(1, field.min_length)
        if field.max_length is not None:
            schema["maxLength"] = field.max_length
    if field.type == "date":
        schema |= {
            f"x-{name}": list(b) for name in ("least", "most") if (b := getattr(field, name))
        }
    name = _format_name(field)
    if name:
        schema["format"] = name
    if field.patterns:
        schema["allOf"] = [{"pattern": f"^(?:{pattern})$"} for pattern in field.patterns]
    return schema


def _number_schema(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "number"}
    if field.element.format == "integer":
        schema["type"] = "integer"
    elif field.element.format == "money":
        # Not multipleOf: 19.99 is no multiple of 0.01 in binary numbers.
        schema["x-decimals"] = 2
    for name, bounds in (("minimum", field.least), ("maximum", field.most)):
        if bounds:
            schema[name] = bounds[0]
    return schema


def _format_name(field: Field) -> str:
    match field.type, field.element.format:
        case "phone", "mobile":
            return "mobile"
        case "phone", _:
            return "phone"
        case "bank_account", "entity":
            return "bank-account"
        case "bank_account", _:
            return "bank-card"
    return _FORMATS.get(field.type, "")


def schema(form: Form) -> dict[str, Any]:
    """The answers' schema: an object per role. Conditions are named, for who can evaluate FEEL."""
    roles: dict[str, dict[str, Any]] = {}
    for field in form.fields:
        role = roles.setdefault(
            field.role.key,
            {"type": "object", "title": field.role.name, "properties": {}, "required": [],
             "additionalProperties": False},
        )  # fmt: skip
        notes: dict[str, Any] = {"x-element": field.element.key, "x-grade": field.element.grade}
        if field.period:
            notes["x-period"] = field.period
        if all(ask.when for ask in field.asks):
            notes["x-when"] = sorted({ask.when for ask in field.asks})
        conditions = sorted({a.required for a in field.asks if isinstance(a.required, str)})
        if conditions and not field.required:
            notes["x-required-when"] = conditions
        role["properties"][field.place] = field_schema(field) | notes
        if field.required:
            role["required"].append(field.place)
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": roles,
        "required": [key for key, role in roles.items() if role["required"]],
        "additionalProperties": False,
    }


def bindings(form: Form) -> list[dict[str, Any]]:
    """Which standard data element each field is, where it is fetched, and how it is shown."""
    return [
        {
            "pointer": field.pointer,
            "key": field.key,
            "role": field.role.key,
            "element": field.element.key,
            "period": field.period,
            "standard": field.element.standard,
            "sources": [str(source) for source in field.sources],
            "mode": field.mode,
            "items": list(field.items),
        }
        for field in form.fields
    ]


def ui(form: Form) -> dict[str, Any]:
    """Headings, order, widgets, labels and hints in both languages."""
    return {
        "groups": [
            {
                "name": group or role.name,
                "name_en": "" if group else role.name_en,
                "role": role.key,
                "fields": [field_ui(field) for field in fields],
            }
            for group, role, fields in form.groups()
        ]
    }


def field_ui(field: Field) -> dict[str, Any]:
    """How one field is shown."""
    return {
        "key": field.key,
        "pointer": field.pointer,
        "widget": widget(field),
        "label": field.label,
        "label_en": field.label_en,
        "hint": field.hint,
        "hint_en": field.hint_en,
        "example": field.element.example,
        "unit": field.element.unit,
        "options": [
            {"value": o.value, "name": o.name, "name_en": o.name_en} for o in field.options
        ],
        "required": field.required,
        "autocomplete": autocomplete(field),
        "inputmode": inputmode(field),
        "max_length": field.max_length,
        "is_masked": field.element.grade >= 3,
    }


def widget(field: Field) -> str:
    """The page's control: text, textarea, radio, select, tel, or the name of the type."""
    if field.type == "choice":
        return "radio" if len(field.options) <= FEW else "select"
    if field.type == "text":
        is_long = field.element.format == "long"
        return "textarea" if is_long or (field.max_length or 0) > 2 * LONG else "text"
    return _WIDGETS[field.type]


def autocomplete(field: Field) -> str:
    """The browser's token; `off` for what belongs to somebody else."""
    if field.role.key not in OWN_DATA:
        return "off"
    return field.element.autocomplete or ("tel" if field.type == "phone" else "off")


def inputmode(field: Field) -> str:
    """Which keyboard a phone opens; empty for the usual one."""
    match field.type:
        case "number":
            return "numeric" if field.element.format == "integer" else "decimal"
        case "phone":
            return "tel"
        case "bank_account":
            return "numeric"
    return ""

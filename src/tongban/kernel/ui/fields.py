"""One way to draw a field, whether it comes from a Django form or from a city's form definition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django import forms
from django.forms import BoundField

Kind = Literal[
    "text", "number", "date", "tel", "email", "password", "search",
    "textarea", "select", "radio", "checkboxes", "checkbox", "file", "hidden",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """One of several to choose from."""

    value: str
    label: str
    hint: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as it is drawn: label always visible, hint before the input, errors beside it."""

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    hint: str = ""
    errors: Sequence[str] = ()
    required: bool = True
    options: Sequence[Option] = ()
    autocomplete: str = "off"
    inputmode: str = ""
    attrs: dict[str, str] = field(default_factory=dict)
    """Further attributes of the input: maxlength, min, max, step, accept, capture, pattern."""
    source: str = ""
    """Where the value came from, as a provenance chip under the label."""
    label_hidden: bool = False
    columns: int = 1

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of what explains the input."""
        parts = [(self.hint, "hint"), (self.source, "src"), (self.errors, "err")]
        return " ".join(f"{self.id}-{suffix}" for there, suffix in parts if there)

    @property
    def target(self) -> str:
        """Where an error summary leads: the input, or the first of a group."""
        return f"{self.id}_0" if self.kind in {"radio", "checkboxes"} else self.id


_KINDS: list[tuple[type[forms.Widget], Kind]] = [
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radio"),
    (forms.Select, "select"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Textarea, "textarea"),
    (forms.ClearableFileInput, "file"),
    (forms.FileInput, "file"),
    (forms.HiddenInput, "hidden"),
    (forms.PasswordInput, "password"),
    (forms.EmailInput, "email"),
    (forms.NumberInput, "number"),
    (forms.DateInput, "date"),
]
_OWN = {"class", "autocomplete", "inputmode", "id", "name", "type", "value", "required"}


def of_bound(bound: BoundField, **changes: Any) -> FieldView:
    """Read a field of a Django form."""
    widget = bound.field.widget
    kind: Kind = next((kind for cls, kind in _KINDS if isinstance(widget, cls)), "text")
    if kind == "text" and getattr(widget, "input_type", "") in {"tel", "search"}:
        kind = widget.input_type
    attrs = {**widget.attrs, **bound.field.widget_attrs(widget)}
    raw = bound.value()
    chosen = {str(v) for v in raw} if isinstance(raw, list | tuple) else {_text(raw)}
    value = "" if kind in {"file", "password"} else _text(widget.format_value(raw), first=True)
    options = [
        Option(str(key), str(label), chosen=str(key) in chosen)
        for key, label in _flat(getattr(bound.field, "choices", ()))
        if kind != "radio" or str(key) != ""
    ]
    known: dict[str, Any] = {
        "name": bound.html_name,
        "label": str(bound.label),
        "kind": kind,
        "value": ("1" if raw else "") if kind == "checkbox" else value,
        "hint": str(bound.help_text),
        "errors": [str(error) for error in bound.errors],
        "required": bound.field.required,
        "options": options,
        "autocomplete": str(attrs.get("autocomplete", "off")),
        "inputmode": str(attrs.get("inputmode", "")),
        "attrs": {k: str(v) for k, v in attrs.items() if k not in _OWN and v is not False},
    }
    return FieldView(**{**known, **changes})


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label


def _text(value: Any, *, first: bool = False) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if first and value else ""
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of an error summary."""

    says: str
    target: str = ""


def problems(
    source: "forms.BaseForm | Iterable[FieldView] | dict[str, list[str]] | None",
) -> list[Problem]:
    """The lines of an error summary, from a form, from fields, or from `Invalid.problems`."""
    if source is None:
        return []
    if isinstance(source, dict):
        return [Problem(text, f"id_{name}") for name, texts in source.items() for text in texts]
    if isinstance(source, forms.BaseForm):
        general = [Problem(str(text)) for text in source.non_field_errors()]
        return general + problems([of_bound(bound) for bound in source if bound.errors])
    return [Problem(text, view.target) for view in source for text in view.errors]

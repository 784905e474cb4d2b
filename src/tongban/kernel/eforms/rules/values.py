"""What stands in a field and where it came from; reading what people typed."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Literal

from tongban.kernel.eforms.rules.elements import TODAY
from tongban.kernel.eforms.rules.forms import Field, Form
from tongban.kernel.identity import codes

CLOCK = "now()"
"""The name under which the decision engine looks for the moment."""

Origin = Literal["user", "prefill", "rule", "clerk"]


@dataclass(frozen=True)
class Value:
    """A value (值) with its source, and what other sources say against it."""

    value: Any
    source: Origin = "user"
    register: str = ""
    element: str = ""
    """The register's own name of the datum: where a correction would be asked for."""
    organ: str = ""
    query_id: str = ""
    fetched_at: str = ""
    confirmed: bool = False
    against: tuple["Value", ...] = ()
    """Other values of the same datum: another register's, or the one the person corrected."""

    @property
    def is_contradicted(self) -> bool:
        """Whether a register says something else."""
        return bool(self.against)

    @property
    def is_correction(self) -> bool:
        """Whether a person replaced what a register says."""
        return self.source in {"user", "clerk"} and any(other.register for other in self.against)


Values = Mapping[str, Value]


def dump(values: Values) -> dict[str, dict[str, Any]]:
    """As JSON, leaving out what is empty."""
    return {key: _dump(value) for key, value in values.items()}


def load(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Value]:
    """Back from JSON."""
    return {key: _load(value) for key, value in stored.items()}


def _dump(value: Value) -> dict[str, Any]:
    found: dict[str, Any] = {"value": value.value, "source": value.source}
    for name in ("register", "element", "organ", "query_id", "fetched_at", "confirmed"):
        if getattr(value, name):
            found[name] = getattr(value, name)
    if value.against:
        found["against"] = [_dump(other) for other in value.against]
    return found


def _load(stored: Mapping[str, Any]) -> Value:
    return Value(**{**stored, "against": tuple(_load(one) for one in stored.get("against", ()))})


def answers(form: Form, values: Values) -> dict[str, dict[str, Any]]:
    """The bare answers by role, as JSON Schema and the API see them: `{"child": {"name": …}}`."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        field = form.by_key.get(key)
        if field is not None:
            found.setdefault(field.role.key, {})[field.place] = value.value
    return found


def facts_of(form: Form, values: Values, facts: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What conditions may speak of: the given facts, and `form.child.name`.

    Every field is there, null when empty, so that a condition never meets an unknown name; one of
    a period is `form.mother.income_2025`.
    """
    found: dict[str, dict[str, Any]] = {}
    for field in form.fields:
        name = field.place.replace("@", "_")
        value = values.get(field.key)
        typed = None if value is None else _typed(field.type, value.value)
        found.setdefault(field.role.key, {})[name] = typed
    return {**_moment(facts or {}), "form": found}


def _moment(facts: Mapping[str, Any]) -> dict[str, Any]:
    # So that today() in a condition is the day of the limits; a name `today` would hide it.
    day = facts.get(TODAY)
    moment = {CLOCK: datetime.combine(day, time(12))} if isinstance(day, date) else {}
    return moment | {name: fact for name, fact in facts.items() if name != TODAY}


def _typed(kind: str, value: Any) -> Any:
    # FEEL compares dates with dates; a text that is no date stays for the check to refuse.
    if kind == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def parse(form: Form, posted: Mapping[str, str], before: Values | None = None) -> dict[str, Value]:
    """The values after someone sent a page; `posted` may hold any part of the fields.

    What equals the fetched value counts as confirmed; another value is the person's own, with the
    fetched one kept against it. A locked field takes nothing. What cannot be read stays as typed,
    and `check` says what is wrong with it.
    """
    after = dict(before or {})
    for field in form.fields:
        if field.key not in posted:
            continue
        old = after.get(field.key)
        if old is not None and mode_of(field, old) == "locked":
            continue
        value = read(field, posted[field.key])
        if value in (None, ""):
            _emptied(after, field.key, old)
        else:
            after[field.key] = _answered(value, old)
    return after


def _emptied(after: dict[str, Value], key: str, old: Value | None) -> None:
    # Striking out what a register says is a correction too: the register's word is kept against it.
    said = _register_words(old)
    if said:
        after[key] = Value(None, against=said)
    else:
        after.pop(key, None)


def _answered(value: Any, old: Value | None) -> Value:
    said = _register_words(old)
    if old is not None and old.value == value and type(old.value) is type(value):
        return old if old.source == "user" else replace(old, confirmed=True)
    for one in said:
        if one.value == value:
            others = tuple(other for other in said if other is not one)
            return replace(one, confirmed=True, against=others)
    return Value(value, "user", confirmed=True, against=said)


def _register_words(old: Value | None) -> tuple[Value, ...]:
    """What registers say about the field, the first first."""
    if old is None:
        return ()
    own = (replace(old, against=(), confirmed=False),) if old.source == "prefill" else ()
    return own + tuple(one for one in old.against if one.source == "prefill")


def mode_of(field: Field, value: Value | None) -> str:
    """How the field is shown with this value: what registers disagree on is never locked."""
    if value is None or value.source not in {"prefill", "rule"}:
        return "editable"
    if value.source == "rule":
        return "locked"
    mode = field.mode_for(value.register)
    return "confirm" if value.against and mode == "locked" else mode


def refresh(before: Values, fetched: Values) -> dict[str, Value]:
    """Registers were asked again: their new words go in, and what people typed or confirmed stays.

    A confirmation holds for the value that was confirmed, not for another that came since.
    """
    after = dict(fetched)
    for key, old in before.items():
        new = fetched.get(key)
        if new is None:
            # A register that is silent today takes nothing away.
            after[key] = old
        elif old.source in {"user", "clerk"}:
            agrees = new.value == old.value
            after[key] = (
                replace(new, confirmed=True)
                if agrees
                else replace(old, against=_register_words(new))
            )
        elif old.confirmed:
            after[key] = _answered(old.value, new) if _is_said(old.value, new) else new
    return after


def _is_said(value: Any, by: Value) -> bool:
    return any(word.value == value for word in _register_words(by))


def corrections(values: Values) -> dict[str, tuple[Value, Value]]:
    """Where a person replaced what a register says: key -> (theirs, the register's)."""
    return {
        key: (value, next(other for other in value.against if other.register))
        for key, value in values.items()
        if value.is_correction
    }


# ── reading ─────────────────────────────────────────────────────────────────────────────────────

WIDE_RANGES = ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
WIDE = {code: code - 0xFEE0 for low, high in WIDE_RANGES for code in range(low, high + 1)}
"""Full-width digits and letters to half-width; punctuation is left alone."""
YES = {"yes", "true", "1", "on", "是", "有"}
NO = {"no", "false", "0", "off", "否", "无"}
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,18}\Z", re.ASCII)
DECIMAL = re.compile(r"[+-]?\d{1,18}\.\d{1,12}\Z", re.ASCII)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?\Z", re.ASCII)


def read(field: Field, text: Any) -> Any:
    """What someone typed, tidied: blanks, full-width digits, the ways to write a date."""
    if isinstance(text, bool) and field.type == "yes_no":
        return "yes" if text else "no"
    if not isinstance(text, str):
        return text
    match field.type:
        case "number":
            return _number(text)
        case "date":
            return _date(text)
        case "yes_no":
            word = _narrow(text).lower()
            return "yes" if word in YES else "no" if word in NO else word
        case "person_number" | "uscc":
            return codes.normal(text)
        case "phone":
            return _phone(text)
        case "bank_account":
            return codes.normal(text).replace("-", "")
        case "choice":
            return text.strip()
    return _prose(text, is_long=field.element.format == "long")


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _prose(text: str, *, is_long: bool) -> str:
    # Digits and letters become half-width; Chinese punctuation stays as it is written.
    text = unicodedata.normalize("NFC", text).translate(WIDE).replace("\u3000", " ")
    if not is_long:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _number(text: str) -> int | float | str:
    plain = _narrow(text).replace(" ", "")
    if THOUSANDS.match(plain):
        plain = plain.replace(",", "")
    if INTEGER.match(plain):
        return int(plain)
    if DECIMAL.match(plain):
        number = float(plain)
        return int(number) if number.is_integer() and math.fabs(number) < 2**53 else number
    return plain


def _date(text: str) -> str:
    plain = _narrow(text)
    if re.fullmatch(r"\d{8}", plain, re.ASCII):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    found = DATE.match(plain)
    if not found:
        return plain
    year, month, day = (int(group) for group in found.groups())
    return f"{year:04d}-{month:02d}-{day:02d}"


def _phone(text: str) -> str:
    plain = "".join(_narrow(text).split())
    plain = re.sub(r"^(\+|00)86-?", "", plain)
    if re.fullmatch(r"1[\d-]+", plain, re.ASCII):
        return plain.replace("-", "")
    return plain.replace("(", "").replace(")", "-")

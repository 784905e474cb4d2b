"""Whether answers can be taken: JSON Schema for shape, and a sentence for each problem."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from tongban.kernel.decisions import engine
from tongban.kernel.eforms.rules.elements import TODAY, Bound, is_date
from tongban.kernel.eforms.rules.forms import Condition, Field, Form
from tongban.kernel.eforms.rules.schemas import field_schema
from tongban.kernel.eforms.rules.values import Value, Values, facts_of
from tongban.kernel.errors import N_
from tongban.kernel.identity import codes


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer (问题): a format string and facts, for the door to translate."""

    says: str
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def sentence(self) -> str:
        """Say it in the source language."""
        return self.says.format(**self.facts) if self.facts else self.says


MISSING = Problem(N_("Please fill this in."))
STRANGE = Problem(N_("This form does not ask for this; leave it out."))
UNPRINTABLE = Problem(
    N_("Remove the characters that cannot be printed; type it instead of pasting.")
)

TYPE_SAYS: Mapping[str, str] = {
    "number": N_("Write a number, such as 12.5."),
    "integer": N_("Write a whole number, such as 12."),
    "money": N_("Write an amount in yuan with at most two decimals, such as 12.50."),
    "date": N_("Write a day of the calendar as year, month and day, such as 2026-01-05."),
    "yes_no": N_("Choose yes or no."),
    "choice": N_("Choose one of the options."),
    "phone": N_("Write a mobile number of 11 digits, or a landline with its area code."),
    "mobile": N_("Write a mobile number of 11 digits."),
    "entity": N_("A firm's bank account has 8 to 32 digits."),
}
CENTS = 2
# Control characters, halves of a pair, and code points that no font can have.
UNPRINTED = frozenset({"Cc", "Cs", "Cn"})
TEXT_SAYS = N_("Write a text.")

LANDLINE = re.compile(r"(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?\Z|400-?\d{3}-?\d{4}\Z", re.ASCII)
ENTITY_ACCOUNT = re.compile(r"\d{8,32}\Z", re.ASCII)


def holds(text: str, facts: Mapping[str, Any]) -> bool:
    """Whether a FEEL condition holds; what cannot be said (null) does not."""
    return engine.expression(text)(facts) is True


def visible(
    form: Form,
    values: Values,
    facts: Mapping[str, Any] | None = None,
    *,
    condition: Condition = holds,
) -> tuple[Field, ...]:
    """The fields that are asked as things are."""
    if not any(f.conditions for f in form.fields):
        return form.fields
    known = facts_of(form, values, facts)
    ask = _once(condition)
    return tuple(f for f in form.fields if f.is_asked(known, ask))


def relevant(
    form: Form,
    values: Values,
    facts: Mapping[str, Any] | None = None,
    *,
    condition: Condition = holds,
) -> dict[str, Value]:
    """The values of the visible fields; what was typed into one that has vanished is dropped."""
    keys = {f.key for f in visible(form, values, facts, condition=condition)}
    return {key: value for key, value in values.items() if key in keys}


def project(
    form: Form,
    values: Values,
    item: str,
    facts: Mapping[str, Any] | None = None,
    *,
    condition: Condition = holds,
) -> dict[str, Value]:
    """What one item's agency may see (最小必要): the fields that it asks itself, as things are."""
    known = facts_of(form, values, facts)
    ask = _once(condition)
    return {
        f.key: values[f.key]
        for f in form.fields
        if f.key in values and item in f.items and f.is_asked(known, ask, item)
    }


def check(
    form: Form,
    values: Values,
    facts: Mapping[str, Any] | None = None,
    *,
    condition: Condition = holds,
    partly: bool = False,
) -> dict[str, list[Problem]]:
    """Every problem, by field key; empty when all can be taken.

    `facts` are those of the conditions, and `today` (a date) for limits that move with it. `partly`
    leaves out what is merely missing: for a draft, or one page of several.
    """
    today = (facts or {}).get(TODAY)
    if today is None and any(TODAY in (*f.least, *f.most) for f in form.fields):
        raise LookupError("The form has limits that move with the day; pass today in the facts.")
    known = facts_of(form, values, facts)
    ask = _once(condition)
    problems: dict[str, list[Problem]] = {}
    for f in form.fields:
        if not f.is_asked(known, ask):
            continue
        value = values.get(f.key)
        if value is None or value.value is None:
            found = [] if partly or not f.is_required(known, ask) else [MISSING]
        else:
            found = check_value(f, value.value, today)
        if found:
            problems[f.key] = found
    for key in values.keys() - form.by_key.keys():
        problems[key] = [STRANGE]
    return problems


def check_value(f: Field, value: Any, today: Any = None) -> list[Problem]:
    """What is wrong with one answer by itself; limits that move need the day."""
    if isinstance(value, str):
        text = value.replace("\n", "") if f.element.format == "long" else value
        if any(unicodedata.category(letter) in UNPRINTED for letter in text):
            return [UNPRINTABLE]
    found = [_problem(f, error) for error in _validator(f).iter_errors(value)]
    if not found and f.type == "date":
        found = list(_date_problems(f, str(value), today))
    if not found and f.element.format == "money" and _decimals(value) > CENTS:
        found = [Problem(TYPE_SAYS["money"])]
    return list(dict.fromkeys(found))


def _decimals(value: Any) -> int:
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _date_problems(f: Field, value: str, today: Any) -> Iterator[Problem]:
    least, most = _resolved(f.least, today), _resolved(f.most, today)
    if least and value < max(least):
        yield Problem(N_("The first day that can be taken is {least}."), {"least": max(least)})
    if most and value > min(most):
        yield Problem(N_("The last day that can be taken is {most}."), {"most": min(most)})


def _resolved(bounds: Iterable[Bound], today: Any) -> list[str]:
    days = (today if bound == TODAY else bound for bound in bounds)
    return [str(day) for day in days if day is not None]


def _problem(f: Field, error: ValidationError) -> Problem:
    limit, kind = error.validator_value, f.element.format or f.type
    match error.validator:
        case "minLength":
            return Problem(N_("Write at least {least} characters."), {"least": limit})
        case "maxLength":
            return Problem(
                N_("Write at most {most} characters; these are {count}."),
                {"most": limit, "count": len(str(error.instance))},
            )
        case "minimum":
            return Problem(
                N_("The smallest number that can be taken is {least}."), {"least": limit}
            )
        case "maximum":
            return Problem(N_("The largest number that can be taken is {most}."), {"most": limit})
        case "enum":
            return Problem(TYPE_SAYS[f.type])
        case "pattern":
            if f.element.example:
                return Problem(
                    N_("This is not written as expected; for example {example}."),
                    {"example": f.element.example},
                )
            return Problem(N_("This is not written as expected; compare it with the document."))
        case "format" if f.type in NUMBER_KINDS and isinstance(error.instance, str):
            fault = codes.fault_in(NUMBER_KINDS[f.type], error.instance)
            if fault and kind != "entity":
                return Problem(fault.value)
    return Problem(TYPE_SAYS.get(kind) or TYPE_SAYS.get(f.type) or TEXT_SAYS)


NUMBER_KINDS: Mapping[str, str] = {
    "person_number": "person", "uscc": "uscc", "bank_account": "bank_card"
}  # fmt: skip

FORMATS = FormatChecker(formats=())


def _format(name: str) -> Callable[[Callable[[str], bool]], Callable[[str], bool]]:
    def add(test: Callable[[str], bool]) -> Callable[[str], bool]:
        FORMATS.checks(name)(lambda value: not isinstance(value, str) or test(value))
        return test

    return add


@_format("date")
def _(value: str) -> bool:
    return is_date(value)


@_format("person-number")
def _(value: str) -> bool:
    return codes.fault_in("person", value) is None


@_format("uscc")
def _(value: str) -> bool:
    return codes.fault_in("uscc", value) is None


@_format("bank-card")
def _(value: str) -> bool:
    return codes.fault_in("bank_card", value) is None


@_format("bank-account")
def _(value: str) -> bool:
    return ENTITY_ACCOUNT.match(value) is not None


@_format("mobile")
def _(value: str) -> bool:
    return codes.fault_in("mobile", value) is None


@_format("phone")
def _(value: str) -> bool:
    return codes.fault_in("mobile", value) is None or LANDLINE.match(value) is not None


@lru_cache(maxsize=4096)
def _validator(f: Field) -> Draft202012Validator:
    return Draft202012Validator(field_schema(f), format_checker=FORMATS)


def _once(condition: Condition) -> Condition:
    """Each condition is asked once per look at a form, however many fields hang on it."""
    known: dict[str, bool] = {}

    def ask(text: str, facts: Mapping[str, Any]) -> bool:
        if text not in known:
            known[text] = condition(text, facts)
        return known[text]

    return ask

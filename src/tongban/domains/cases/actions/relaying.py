"""What another portal collected (对接受理): filed and supplemented as if it were done here."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance, drafting, places
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import needs
from tongban.domains.cases.rules.state import State
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.files import actions as files

ONE_OF_BOTH = N_("Name an item or a one-thing, one of the two.")
MISSING = N_("This material is missing.")
CHOOSE = N_("The register holds several rows; your portal cannot choose for the applicant.")
NOT_ASKED = N_("The agency did not ask for this.")
FILL_IN = N_("Please fill this in.")


class Paper(NamedTuple):
    """A material as it was handed over: which, its name, its content."""

    key: str
    name: str
    data: bytes


class Filled(NamedTuple):
    """All that a portal asked its visitor."""

    answers: Mapping[str, str]
    values: Mapping[str, str]
    papers: Sequence[Paper] = ()
    promised: Sequence[str] = ()
    """Materials for which the visitor signed a promise."""
    later: Sequence[str] = ()
    """Materials that the visitor asks to hand in later (容缺)."""
    places: Mapping[str, Mapping[str, str]] = {}
    """Item -> region, and elsewhere the differences that the visitor agreed to."""


class Mended(NamedTuple):
    """What a visitor sends to one case that asked for it."""

    values: Mapping[str, str]
    papers: Sequence[Paper] = ()


def prepare(*, filled: Filled, by: Actor, item: str = "", thing: str = "") -> str:
    """Make a draft that only waits to be submitted, and answer its key; a refusal leaves none.

    The registers are asked in between, outside any transaction.
    """
    if bool(item) == bool(thing):
        raise Invalid({"item": [ONE_OF_BOTH]})
    key = drafting.begin(by=by, item=item, thing=thing).key
    try:
        _fill_in(key, filled, item=item, by=by)
    except BaseException:
        drafting.discard(key=key, by=by)
        raise
    return key


def _fill_in(key: str, filled: Filled, *, item: str, by: Actor) -> None:
    answers = filled.answers
    if item:
        answers = services.situation(services.item(item)[1], answers)
    drafting.answer(key=key, answers=answers, by=by)
    for name, place in filled.places.items():
        places.choose_place(
            key=key, item=name, region=place["region"], agreed=place.get("agreed", ""), by=by
        )
    if queries.view(drafting.fill(key=key, by=by)).unclear:
        raise Invalid({"answers": [CHOOSE]})
    drafting.write(key=key, posted=filled.values, by=by, partly=False)
    for paper in filled.papers:
        drafting.attach(key=key, material=paper.key, data=paper.data, name=paper.name, by=by)
    for material in filled.promised:
        drafting.promise(key=key, material=material, by=by)
    for material in filled.later:
        drafting.tolerate(key=key, material=material, by=by)
    missing = queries.view(queries.draft(key, by=by)).missing
    if missing:
        raise Invalid({need.key: [MISSING] for need in missing})


@transaction.atomic
def supplement(*, number: str, given: Mapping[str, Mended], by: Actor) -> list[Case]:
    """Answer all that the agencies of a filing asked for, each its own points and nothing else."""
    found = queries.application(number, by=by)
    waiting = [c for c in queries.cases_of(found) if c.state == State.SUPPLEMENT and c.told_at]
    if not waiting:
        raise needs.NotToldYet()
    problems = {no: [NOT_ASKED] for no in given if no not in {case.case_no for case in waiting}}
    answers: dict[str, acceptance.Answers] = {}
    for case in waiting:
        mended = given.get(case.case_no, Mended({}))
        values, faults = _values(case, mended.values)
        wanted = {d["key"] for d in case.defects if d["kind"] == "material"}
        faults |= {p.key: [NOT_ASKED] for p in mended.papers if p.key not in wanted}
        problems |= {f"{case.case_no}/{key}": list(said) for key, said in faults.items()}
        if not problems:
            sent = {
                p.key: files.store(data=p.data, name=p.name, by=by).sha256 for p in mended.papers
            }
            answers[case.case_no] = acceptance.Answers(values, sent)
    if problems:
        raise Invalid(problems)
    return acceptance.supplement_all(number=number, answers=answers, by=by)


def _values(
    case: Case, typed: Mapping[str, str]
) -> tuple[dict[str, Mapping[str, Any]], dict[str, list[Any]]]:
    """Each value as its field reads it, beside what the case held; and what cannot be taken."""
    form = queries.forms([queries.pinned(case)])
    held = eforms.load(queries.values_of(case))
    wanted = {d["key"] for d in case.defects if d["kind"] == "field"}
    values: dict[str, Mapping[str, Any]] = {}
    faults: dict[str, list[Any]] = {key: [NOT_ASKED] for key in typed if key not in wanted}
    for key in wanted & set(typed):
        one = form.by_key.get(key)
        if one is None:
            values[key] = {"value": typed[key].strip(), "source": "user"}
            continue
        value = eforms.read(one, typed[key])
        if value in (None, ""):
            faults[key] = [FILL_IN]
        elif said := eforms.check_value(one, value, clock.today()):
            faults[key] = list(said)
        else:
            before = {key: held[key]} if key in held else {}
            parsed = eforms.parse(form, {key: typed[key]}, before)
            values[key] = eforms.dump({key: parsed.get(key, eforms.Value(value))})[key]
    return values, faults

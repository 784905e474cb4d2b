"""Supplements (补正): asked once, collected into one notice, answered in one go."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import notices, steps
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.rules import needs, papers, state
from tongban.domains.cases.rules.state import State
from tongban.kernel import clock, rows
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.files import queries as stored
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes

Defect = Mapping[str, str]
"""kind ("field" | "material"), key, name, needed; in a second round also `from`: which point of
the first it arises from (kind:key), when that is not the point itself."""


class Answers(NamedTuple):
    """What is answered to one case: values by field, hashes of stored files by material."""

    values: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, str]


@transaction.atomic
def ask_supplement(
    *,
    item: int,
    defects: Sequence[Defect],
    by: Actor,
    version: int | None = None,
    key: str = "",
) -> Case:
    """Tell everything that is missing, once; the applicant's clock runs instead (row 3).

    Where other agencies of the same filing still look at theirs, the request is kept until all
    have spoken, or until the first acceptance limit: they leave as one notice (一次告知). The
    agency's own clock stops at once; the applicant's runs from the notice.
    """
    held = steps.hold(item)
    case = held.case
    if processes.take(item=held.item, verb="supplement", by=by, version=version, key=key) is False:
        return case
    state.check("ask_supplement", case.state)
    needs.check_stage(held.stage, "supplement")
    state.check_supplement(
        count=case.supplement_count, defects=defects, before=state.points(case.defects)
    )
    beside = queries.looked_at_beside(case)
    limits = queries.acceptance_limits([case.matter_id, *[row.matter_id for row in beside]])
    calendar = kept.calendar(case.matter.calendar)
    days = needs.collecting_days(limits, clock.today(), calendar) if beside else 0
    is_alone = not beside and not queries.is_collecting(case)
    found = held.version
    says = papers.supplement(
        item=found.name,
        case_no=case.case_no,
        days=state.SUPPLEMENT_DAYS,
        lapses=needs.lapses(found),
    )
    steps.conclude(
        case,
        "ask_supplement",
        by=by,
        says=says if is_alone else (),
        table=("需要补正的内容", [[d["name"], d["needed"]] for d in defects]),
        starts={"supplement": state.SUPPLEMENT_DAYS} if is_alone else None,
        reason="等待申请人补正",
        data={
            "defects": len(defects),
            "work_item": item,
            "told": is_alone,
            "at_once": not days,
        },
        supplement_count=case.supplement_count + 1,
        defects=[dict(d) for d in defects],
        told_at=clock.now() if is_alone else None,
    )
    if days:
        _collect(case.application, days=days, by=by)
    return case


@transaction.atomic(savepoint=False)
def _collect(application: Application, *, days: int, by: Actor) -> None:
    """Keep the requests until the morning of the first limit; the first request begins it."""
    if any(row.kind == "collect" for row in kept.open_clocks(application.matter_id)):
        return
    deadlines.start(
        matter=application.matter_id,
        kind="collect",
        budget=days,
        calendar=application.matter.calendar,
        by=by,
    )


@transaction.atomic(savepoint=False)
def _begin_terms(cases: Sequence[Case], *, by: Actor) -> None:
    for case in cases:
        deadlines.start_all(
            matter=case.matter_id,
            budgets={"supplement": state.SUPPLEMENT_DAYS},
            calendar=case.matter.calendar,
            by=by,
        )
        rows.change_row(case, told_at=clock.now())


@transaction.atomic
def tell_supplements(*, application: int, by: Actor, now: bool = False) -> list[Case]:
    """Let the collected requests leave as one notice, once every agency has looked at its part.

    With `now` they leave whoever has not: the first acceptance limit is reached. Answers the cases
    that were told.
    """
    held = queries.collected(application)
    if not held or (not now and queries.looked_at_beside(held[0])):
        return []
    found = held[0].application
    _begin_terms(held, by=by)
    items = {case.pk: queries.pinned(case) for case in held}
    notices.send(
        kind=papers.Kind.SUPPLEMENTS,
        application=found,
        case=None,
        paragraphs=papers.supplements(
            title=found.title,
            number_=found.number,
            organs=[queries.organ_names(case.organ).name for case in held],
            days=state.SUPPLEMENT_DAYS,
            lapsing=[items[case.pk].name for case in held if needs.lapses(items[case.pk])],
        ),
        rows=[
            [f"{queries.organ_names(case.organ).short}：{d['name']}", d["needed"]]
            for case in held
            for d in case.defects
        ],
        rows_title="需要补正的内容",
        by=by,
    )
    for row in kept.open_clocks(found.matter_id):
        if row.kind == "collect":
            deadlines.meet(clock=row, by=by)
    ledger.record(
        "application.supplement_told",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        cases=[case.case_no for case in held],
        defects=sum(len(case.defects) for case in held),
    )
    return held


@transaction.atomic
def supplement(
    *,
    case_no: str,
    values: Mapping[str, Mapping[str, Any]],
    files: Mapping[str, str],
    by: Actor,
) -> Case:
    """Answer every marked defect at once; the agency's clock starts again (row 4).

    What was not marked stays as it was filed, whatever is sent.
    """
    case = queries.locked(queries.own(case_no, by=by).matter_id)
    _answer(case, Answers(values, files), by=by)
    return case


@transaction.atomic
def supplement_all(*, number: str, answers: Mapping[str, Answers], by: Actor) -> list[Case]:
    """Answer all agencies of a filing in one go; of one that lacks an answer, none is taken.

    `answers`: by case number, for every case of the filing that waits for its applicant.
    """
    found = queries.application(number, by=by)
    waiting = [c for c in queries.cases_of(found) if c.state == State.SUPPLEMENT and c.told_at]
    if not waiting:
        raise needs.NotToldYet()
    missing = [
        name
        for case in waiting
        for name in _missing(case, answers.get(case.case_no, Answers({}, {})))
    ]
    if missing:
        raise state.NotAllAnswered(missing="、".join(dict.fromkeys(missing)))
    cases = []
    for one in waiting:
        case = queries.locked(queries.own(one.case_no, by=by).matter_id)
        _answer(case, answers[case.case_no], by=by)
        cases.append(case)
    return cases


def _missing(case: Case, given: Answers) -> list[str]:
    return [d["name"] for d in case.defects if not _given(d, given)]


def _given(defect: Defect, given: Answers) -> object:
    if defect["kind"] == "material":
        return given.files.get(defect["key"])
    return given.values.get(defect["key"], {}).get("value") not in (None, "")


@transaction.atomic(savepoint=False)
def _answer(case: Case, given: Answers, *, by: Actor) -> None:
    steps.check_scope(by, case.application.thing_key, [case.item_key])
    state.check("supplement", case.state)
    if case.told_at is None:
        raise needs.NotToldYet()
    missing = _missing(case, given)
    if missing:
        raise state.NotAllAnswered(missing="、".join(missing))
    held = queries.values_of(case)
    for defect in case.defects:
        if defect["kind"] == "field":
            held[defect["key"]] = dict(given.values[defect["key"]])
        else:
            _put_file(case, defect, given.files[defect["key"]], by=by)
    # 补正后重新计算受理审查期限: the agency looks at it afresh.
    steps.conclude(
        case,
        "supplement",
        by=by,
        starts={"acceptance": state.ACCEPTANCE_DAYS},
        reason="已补正",
        values=queries.sealed(held),
        form_hash=queries.digest(held),
        differences=sum(1 for v in held.values() if v.get("against")),
    )


@transaction.atomic(savepoint=False)
def _put_file(case: Case, defect: Defect, sha256: str, *, by: Actor) -> None:
    stored.stored(sha256=sha256)  # refuses what was never handed in
    steps.put_material(
        case, key=defect["key"], name=defect["name"], way="upload", file=sha256, trust="C"
    )


@transaction.atomic
def lapse(*, matter: int, by: Actor) -> Case:
    """The applicant did not answer in time (row 5).

    The case lapses only where the item says so and the notice warned; else its applicant is
    reminded once, and an official decides whether to end it.
    """
    found = queries.locked(matter)
    if found.state != State.SUPPLEMENT:
        return found
    item = queries.pinned(found)
    if not needs.lapses(item):
        _remind(found, item.name, by=by)
        return found
    says = papers.lapsed(item=item.name, case_no=found.case_no)
    steps.conclude(found, "lapse", by=by, says=says)
    return found


@transaction.atomic(savepoint=False)
def _remind(case: Case, name: str, *, by: Actor) -> None:
    steps.tell(
        case,
        papers.Kind.REMINDER,
        papers.reminder(item=name, case_no=case.case_no),
        by=by,
        rows=("尚未补正的内容", [[d["name"], d["needed"]] for d in case.defects]),
    )
    ledger.record(
        "case.reminded", case.matter.subject, by=by, matter=case.matter_id, item=case.item_key
    )

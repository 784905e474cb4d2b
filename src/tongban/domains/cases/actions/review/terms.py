"""The clocks of law changed by the head of the agency: extended, stopped, running again."""

from django.db import transaction

from tongban.domains.cases.actions import clocks, steps
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules import papers, state
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.files import queries as stored


@transaction.atomic
def extend(
    *, item: int, reasons: str, by: Actor, version: int | None = None, key: str = ""
) -> Case:
    """Give the clocks of law more days, once, before they end, told with the reason (row 11).

    The head of the agency approves it, whosever hands the case is in.
    """
    held, is_new = steps.hold_as_head(item, "extend", by=by, version=version, key=key)
    case, found = held.case, held.version
    if not is_new:
        return case
    state.check("extend", case.state)
    state.check_extension(
        extended=case.extension_count,
        allowed=found.extension_days,
        due_on=case.matter.due_on,
        today=clock.today(),
    )
    state.check_reasons(reasons=reasons, law=state.MOVES["extend"].law)
    extended = clocks.extend(case=case, days=found.extension_days, reason=reasons, by=by)
    steps.conclude(
        case,
        "extend",
        by=by,
        says=papers.extension(
            item=found.name, case_no=case.case_no, days=found.extension_days, reasons=reasons
        ),
        owed=extended["promised"],
        data={"days": found.extension_days},
        extension_count=case.extension_count + 1,
    )
    return case


@transaction.atomic
def suspend(
    *,
    item: int,
    reason: str,
    law: str,
    by: Actor,
    proof: str = "",
    version: int | None = None,
    key: str = "",
) -> Case:
    """Let the case stand still on a ground of law (中止, row 12): every clock of it stops.

    `reason` is one of `state.Suspension`; `proof` the hash of a stored file that shows it. The head
    of the agency decides it, as it stops what the applicant was promised.
    """
    held, is_new = steps.hold_as_head(item, "suspend", by=by, version=version, key=key)
    case = held.case
    if not is_new:
        return case
    state.check("suspend", case.state)
    state.check_ground(reason, state.Suspension)
    state.check_reasons(reasons=reason, law=law)
    words = papers.SUSPENSIONS[state.Suspension(reason)]
    if proof:
        stored.stored(sha256=proof)  # refuses what was never handed in
        steps.put_material(
            case,
            key=f"suspension_{held.item.pk}_{held.item.version}",
            name="中止办理证明材料",
            way="upload",
            file=proof,
            trust="C",
        )
    steps.conclude(
        case,
        "suspend",
        by=by,
        says=papers.suspended(item=held.version.name, case_no=case.case_no, reason=reason, law=law),
        reason=words,
        data={"reason": reason, "proved": bool(proof)},
    )
    return case


@transaction.atomic
def resume(
    *, item: int, reasons: str, by: Actor, version: int | None = None, key: str = ""
) -> Case:
    """Go on with a suspended case, in writing (恢复): its clocks run from where they stopped."""
    held, is_new = steps.hold_as_head(item, "resume", by=by, version=version, key=key)
    case = held.case
    if not is_new:
        return case
    state.check("resume", case.state)
    state.check_reasons(reasons=reasons, law=state.MOVES["resume"].law)
    owed = clocks.resume(case=case, kinds=clocks.ALL, by=by)["promised"]
    steps.conclude(
        case,
        "resume",
        by=by,
        says=papers.resumed(
            item=held.version.name, case_no=case.case_no, reasons=reasons, due_on=owed.due_on
        ),
        owed=owed,
        reason=reasons[:80],
    )
    return case

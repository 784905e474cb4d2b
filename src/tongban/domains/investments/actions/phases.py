"""A phase is begun from its project, and done when all that it needs is granted."""

from django.db import transaction

from tongban.domains.cases.actions import drafting
from tongban.domains.cases.models import Draft
from tongban.domains.investments import queries, rules
from tongban.domains.investments.actions.registering import SELF, _end
from tongban.domains.investments.models import PhaseDone, Project
from tongban.domains.investments.rules import Standing
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def begin_phase(*, code: str, phase: str, by: Actor) -> str:
    """Begin a phase's one form, or go on with it; answers the draft's key.

    A second click, or a second window, finds the draft of the first: the project is locked.
    """
    found = _own(code, by=by)
    view = queries.view(found)
    wanted = next((one for one in view.phases if one.phase.key == phase), None)
    if wanted is None:
        raise NotFound()
    rules.check_phase(wanted.standing, phase=wanted.phase.name, missing=wanted.missing)
    if wanted.draft:
        return wanted.draft
    draft = drafting.begin(
        by=by, thing=wanted.phase.thing, project=found.code, answers=wanted.phase.answers
    )
    ledger.record(
        "project.phase_begun",
        found.matter.subject,
        by=by,
        matter=found.matter_id,
        phase=phase,
        thing=wanted.phase.thing,
    )
    return draft.key


@transaction.atomic
def begin_item(*, code: str, item: str, by: Actor) -> Draft:
    """Apply again for what was not granted, by itself; the rest of the phase stays."""
    found = _own(code, by=by)
    view = queries.view(found)
    for phase in view.phases:
        line = next((one for one in phase.items if one.item.key == item), None)
        if line is None:
            continue
        if not line.may_repeat:
            raise rules.NothingToRepeat(item=line.item.name)
        draft = drafting.begin(by=by, item=item, project=found.code, answers=phase.phase.answers)
        ledger.record(
            "project.item_begun",
            found.matter.subject,
            by=by,
            matter=found.matter_id,
            phase=phase.phase.key,
            item=item,
        )
        return draft
    raise NotFound()


def _own(code: str, *, by: Actor) -> Project:
    found = queries.locked(code, by=by)
    if by.for_entity != found.firm:
        raise rules.FirmNeeded()
    rules.check_open(found.outcome, ended=found.ended_at is not None)
    return found


@transaction.atomic
def follow(*, code: str, by: Actor) -> list[str]:
    """Note the phases that are done now, and that the project ends with its last one.

    Harmless when nothing changed; answers the phases that became done.
    """
    found = Project.objects.select_for_update(of=("self",)).select_related("matter").get(code=code)
    if found.ended_at:
        return []
    view = queries.view(found)
    known = set(found.done.values_list("phase", flat=True))
    fresh = [
        one for one in view.phases if one.standing == Standing.DONE and one.phase.key not in known
    ]
    for one in fresh:
        PhaseDone.objects.create(
            project=found, phase=one.phase.key, done_at=clock.now(), days=one.count.used
        )
        ledger.record(
            "project.phase_done",
            found.matter.subject,
            by=SELF,
            matter=found.matter_id,
            phase=one.phase.key,
            days=one.count.used,
            budget=one.count.limit,
        )
    if all(one.standing == Standing.DONE for one in view.phases):
        _end(found, "finished")
        ledger.record(
            "project.ended",
            found.matter.subject,
            by=SELF,
            matter=found.matter_id,
            days=view.count.used,
            limit=view.count.limit,
        )
    return [one.phase.key for one in fresh]

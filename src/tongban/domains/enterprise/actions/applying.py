"""What a case granted comes onto the month's payment list of its policy (政策兑付名单)."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction

from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Case
from tongban.domains.enterprise import queries, rules
from tongban.domains.enterprise.models import Award, AwardBatch, PolicyMatch
from tongban.domains.enterprise.rules import BatchState, Policy
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue.queries import Version
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def propose(*, matter: int, by: Actor) -> Award | None:
    """Put what a case granted on the list; twice is once, and one award a period is all there is.

    `matter` is the case's. None where no policy is applied for by its item, or no sum follows.
    """
    by.require("policy.review")
    case = cases.by_matter(matter)
    found = queries.policy_by_item(case.item_key) if case else None
    if case is None or found is None or not case.entity:
        return None
    version, policy = found
    if already := Award.objects.filter(case_no=case.case_no).first():
        return already
    fen = rules.amount(policy, _facts(case), on=clock.today())
    if fen is None:
        return None
    batch = _batch(version, policy)
    try:
        with transaction.atomic():
            made = Award.objects.create(
                batch=batch,
                policy=policy.key,
                period=policy.starts,
                entity=case.entity,
                match=PolicyMatch.objects.filter(
                    entity=case.entity, policy=policy.key, is_current=True
                ).first(),
                case_no=case.case_no,
                fen=fen,
            )
    except IntegrityError:
        ledger.record(
            "award.doubled", batch, by=by, matter=matter, policy=policy.key, case_no=case.case_no
        )
        return None
    ledger.record(
        "award.proposed",
        made,
        by=by,
        matter=matter,
        policy=policy.key,
        case_no=case.case_no,
        fen=fen,
    )
    return made


def _facts(case: Case) -> dict[str, object]:
    """What the firm's form holds, by element, as the registers or its applicant gave it."""
    held = {
        pointer.partition(".")[2]: row["value"]
        for pointer, row in cases.values_of(case).items()
        if pointer.partition(".")[0] == rules.OPERATOR
    }
    return queries.typed(held)


@transaction.atomic(savepoint=False)
def _batch(version: Version, policy: Policy) -> AwardBatch:
    """This month's list of the policy; where it was submitted already, that of a later month."""
    month = clock.today().replace(day=1)
    while True:
        made, _ = AwardBatch.objects.get_or_create(
            policy=policy.key,
            month=month,
            defaults={
                "definition": version.id,
                "organ": identity.organ(policy.organ).uscc,
                "drawn_at": clock.now(),
            },
        )
        held = AwardBatch.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if held.state == BatchState.DRAWN:
            return held
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)

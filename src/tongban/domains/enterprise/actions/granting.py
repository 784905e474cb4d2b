"""The month's list of a policy (免申即享): drawn by rule, decided by two, within its funds."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from tongban.domains.enterprise import queries, rules
from tongban.domains.enterprise.models import Award, AwardBatch, PolicyBudget
from tongban.domains.enterprise.rules import AwardState, BatchState, Policy
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def draw(*, policy: str, month: date, by: Actor) -> AwardBatch:
    """Make the month's list of an apply-free policy from the firms that fit; once a month."""
    by.require("policy.review")
    first = month.replace(day=1)
    version, found = queries.policy(policy)
    if not (found.is_apply_free and found.is_open(clock.today())):
        raise rules.NotInThisState()
    made, is_new = AwardBatch.objects.get_or_create(
        policy=policy,
        month=first,
        defaults={
            "definition": version.id,
            "organ": identity.organ(found.organ).uscc,
            "drawn_at": clock.now(),
        },
    )
    if not is_new:
        return made
    drawn = [
        Award(
            batch=made,
            policy=policy,
            period=found.starts,
            entity=one.entity,
            match=one,
            fen=one.fen,
        )
        for one in queries.fitting(policy, found.starts)
        if one.fen
    ]
    Award.objects.bulk_create(drawn)
    ledger.record(
        "batch.drawn",
        made,
        by=by,
        policy=policy,
        month=f"{first:%Y-%m}",
        n=len(drawn),
        fen=sum(one.fen for one in drawn),
    )
    return made


@transaction.atomic
def strike(*, award: int, reason: str, by: Actor) -> Award:
    """Take a firm off a list that nobody submitted yet; it reads the reason."""
    by.require("policy.review")
    kept = rules.check_reason(reason)
    found = Award.objects.filter(pk=award, batch__organ=by.organ).first()
    if found is None:
        raise NotFound()
    if found.case_no and not queries.is_revoked(found.case_no):
        raise rules.GrantedByCase()
    batch = _locked(found.batch_id, by)
    if batch.state != BatchState.DRAWN or not Award.objects.filter(
        pk=award, state=AwardState.PROPOSED
    ).update(state=AwardState.STRUCK, reason=kept):
        raise rules.NotInThisState()
    ledger.record("award.struck", found, by=by, policy=found.policy)
    found.refresh_from_db()
    return found


@transaction.atomic
def submit(*, batch: int, by: Actor) -> AwardBatch:
    """Hand the list to a second person."""
    by.require("policy.review")
    held = _locked(batch, by)
    count = held.awards.filter(state=AwardState.PROPOSED).count()
    if not count:
        raise rules.NothingLeft()
    if not AwardBatch.objects.filter(pk=held.pk, state=BatchState.DRAWN).update(
        state=BatchState.SUBMITTED,
        submitted_by=by.key,
        submitter=by.person,
        submitted_at=clock.now(),
    ):
        raise rules.NotInThisState()
    struck = held.awards.filter(state=AwardState.STRUCK).count()
    ledger.record("batch.submitted", held, by=by, policy=held.policy, n=count, struck=struck)
    held.refresh_from_db()
    return held


@transaction.atomic
def give_back(*, batch: int, reason: str, by: Actor) -> AwardBatch:
    """Send the list back to whoever submitted it, with a reason."""
    by.require("policy.approve")
    kept = rules.check_reason(reason)
    held = _locked(batch, by)
    _check_second(held, by)
    if not AwardBatch.objects.filter(pk=held.pk, state=BatchState.SUBMITTED).update(
        state=BatchState.DRAWN, opinion=kept, decided_by=by.key, decided_at=clock.now()
    ):
        raise rules.NotInThisState()
    ledger.record("batch.returned", held, by=by, policy=held.policy)
    held.refresh_from_db()
    return held


@transaction.atomic
def approve(*, batch: int, by: Actor) -> AwardBatch:
    """Grant what the funds bear, in the order of the list; the rest waits for funds."""
    by.require("policy.approve")
    held = _locked(batch, by)
    _check_second(held, by)
    if not AwardBatch.objects.filter(pk=held.pk, state=BatchState.SUBMITTED).update(
        state=BatchState.APPROVED, decided_by=by.key, decided_at=clock.now(), opinion=""
    ):
        raise rules.NotInThisState()
    policy = queries.policy_of(held.definition)
    _funds(policy)
    last_day = rules.confirm_by(clock.today(), policy.confirm_days)
    granted = unfunded = fen = 0
    for award in queries.awards_of(held).filter(state=AwardState.PROPOSED):
        if reserve(policy=policy.key, starts=award.period, fen=award.fen, by=by):
            Award.objects.filter(pk=award.pk).update(state=AwardState.GRANTED, confirm_by=last_day)
            granted, fen = granted + 1, fen + award.fen
        else:
            Award.objects.filter(pk=award.pk).update(state=AwardState.UNFUNDED)
            unfunded += 1
    ledger.record(
        "batch.approved",
        held,
        by=by,
        policy=held.policy,
        granted=granted,
        unfunded=unfunded,
        fen=fen,
    )
    held.refresh_from_db()
    return held


def _locked(batch: int, by: Actor) -> AwardBatch:
    found = AwardBatch.objects.select_for_update(of=("self",)).filter(pk=batch).first()
    if found is None or found.organ != by.organ:
        raise NotFound()
    return found


def _check_second(held: AwardBatch, by: Actor) -> None:
    # The person, not the post: one who holds both posts is still one person.
    if held.submitted_by == by.key or (held.submitter is not None and held.submitter == by.person):
        raise rules.SecondPersonNeeded()


@transaction.atomic(savepoint=False)
def _funds(policy: Policy) -> None:
    """The row of the policy's funds; a later version may raise them, or lower what is left."""
    try:
        with transaction.atomic():
            PolicyBudget.objects.get_or_create(
                policy=policy.key, starts=policy.starts, defaults={"cap_fen": policy.funds}
            )
    except IntegrityError:
        pass
    _, current = queries.policy(policy.key)
    if current.starts == policy.starts:
        PolicyBudget.objects.filter(
            policy=policy.key, starts=policy.starts, granted_fen__lte=current.funds
        ).update(cap_fen=current.funds)


@transaction.atomic(savepoint=False)
def reserve(*, policy: str, starts: date, fen: int, by: Actor) -> bool:
    """Take a sum from a policy's funds; whether they bear it. One statement: never too much."""
    by.require("policy.approve")
    return bool(
        PolicyBudget.objects.filter(
            policy=policy, starts=starts, granted_fen__lte=F("cap_fen") - fen
        ).update(granted_fen=F("granted_fen") + fen)
    )


@transaction.atomic
def lapse(*, award: int, by: Actor) -> bool:
    """Free the funds of an award for which no account was named in time; whether this call did."""
    by.require("policy.review")
    if not Award.objects.filter(
        pk=award,
        state__in=(AwardState.GRANTED, AwardState.FAILED),
        confirm_by__lt=clock.today(),
    ).update(state=AwardState.LAPSED):
        return False
    found = Award.objects.get(pk=award)
    PolicyBudget.objects.filter(policy=found.policy, starts=found.period).update(
        granted_fen=F("granted_fen") - found.fen
    )
    ledger.record("award.lapsed", found, by=by, policy=found.policy, fen=found.fen)
    return True

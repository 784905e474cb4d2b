"""Shadow runs (影子运行): a rule that is not in force, tried on past cases; that is all it does."""

from django.db import transaction

from tongban.domains.cases.models import Assessment, ShadowDifference, ShadowRun
from tongban.domains.cases.queries import ruling as seen
from tongban.domains.cases.rules import switches
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import NotFound
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.ledger import actions as ledger

LAST = 500
"""On so many past cases, the newest first."""
BATCH = 50
JOB = "cases.shadow"


@transaction.atomic
def ask(*, definition: int, by: Actor, last: int = LAST) -> ShadowRun:
    """Ask to try a version of a rule on the last cases that the rule in force looked at."""
    by.require("rule.switch")
    row = catalogue.definition(definition)
    if row.kind != "decision":
        raise NotFound()
    if not Assessment.objects.filter(rule=row.key).exclude(facts="").exists():
        raise switches.NoPastCases()
    run = ShadowRun.objects.create(
        rule=row.key,
        decision=row.pk,
        content_hash=row.content_hash,
        wanted=max(1, min(last, LAST)),
        asked_by=by.key,
        asked_at=clock.now(),
    )
    run.job = jobs.enqueue(kind=JOB, args={"run": run.pk}, by=by).pk
    run.save(update_fields=["job"])
    ledger.record(
        "rule.shadow_asked", f"cases.rule:{row.key}", by=by, rule=row.key, hash=row.content_hash
    )
    return run


@transaction.atomic
def try_next(*, run: int, before: int | None, by: Actor) -> int | None:
    """Try the rule on the next few cases older than `before`; the last id, or None at the end.

    What a batch found is written once, however often it is done again after a crash.
    """
    found = ShadowRun.objects.get(pk=run)
    row = catalogue.definition(found.decision)
    left = found.wanted - found.seen
    looks = Assessment.objects.filter(rule=found.rule).exclude(facts="").select_related("case")
    if before is not None:
        looks = looks.filter(pk__lt=before)
    batch = list(looks.order_by("-id")[: min(BATCH, left)]) if left > 0 else []
    if not batch or row.content_hash != found.content_hash:
        ShadowRun.objects.filter(pk=run, ended_at=None).update(ended_at=clock.now())
        ledger.record(
            "rule.shadow_done",
            f"cases.rule:{found.rule}",
            by=by,
            rule=found.rule,
            seen=found.seen,
            different=found.differences.count(),
        )
        return None
    model = services.grid_model(row.body)
    different = []
    for look in batch:
        was, would = seen.said_then(look), seen.would_say(row.body, model, look)
        if was[0] != would[0]:
            different.append(
                ShadowDifference(
                    run=found,
                    case=look.case,
                    before=was[0],
                    before_reason=was[1][:80],
                    after=would[0],
                    after_reason=would[1][:80],
                )
            )
    ShadowDifference.objects.bulk_create(different, ignore_conflicts=True)
    ShadowRun.objects.filter(pk=run, seen=found.seen).update(seen=found.seen + len(batch))
    return batch[-1].pk

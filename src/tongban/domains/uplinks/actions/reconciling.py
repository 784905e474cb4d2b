"""Compare a day with the platform (日对账): counts and hashes, then keys where they differ."""

from datetime import date

from django.db import transaction

from tongban.connectors import superiors
from tongban.domains.uplinks import queries, rules
from tongban.domains.uplinks.actions.recording import renew
from tongban.domains.uplinks.models import UplinkDay, UplinkDifference, UplinkRecord
from tongban.domains.uplinks.rules import State, What
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger


def reconcile(*, uplink: str, day: date, by: Actor) -> int:
    """Compare one day that is over, kind by kind; answers how many records differ.

    Raises Unavailable. The same day again is compared anew: it may have been repaired.
    """
    by.require("uplink.keep")
    rules.check_day(day, clock.today())
    found = queries.uplink(uplink)
    platform = superiors.superior(uplink)
    theirs: dict[str, tuple[superiors.Tally, dict[str, str]]] = {}
    for kind in found.kinds:
        tally = platform.tally(day=day.isoformat(), kind=kind)
        ours, _ = queries.own_side(uplink, day, kind)
        same = tally == superiors.tally_of(ours)
        theirs[kind] = (tally, {} if same else platform.held(day=day.isoformat(), kind=kind))
    return _compared(uplink=uplink, day=day, theirs=theirs, by=by)


@transaction.atomic
def _compared(
    *,
    uplink: str,
    day: date,
    theirs: dict[str, tuple[superiors.Tally, dict[str, str]]],
    by: Actor,
) -> int:
    total = 0
    for kind, (tally, held) in theirs.items():
        ours, pending = queries.own_side(uplink, day, kind)
        is_equal = tally == superiors.tally_of(ours)
        row, _ = UplinkDay.objects.update_or_create(
            uplink=uplink,
            day=day,
            kind=kind,
            defaults={
                "ours": len(ours),
                "theirs": tally.count,
                "pending": pending,
                "is_equal": is_equal,
                "compared_at": clock.now(),
            },
        )
        row.differences.all().delete()
        differing = [] if is_equal else rules.differences(ours, held)
        UplinkDifference.objects.bulk_create(
            UplinkDifference(day=row, key=key, what=what) for key, what in differing
        )
        total += len(differing)
    ledger.record(
        "uplink.reconciled", f"uplinks.uplinkday:{uplink}", by=by, uplink=uplink,
        day=day.isoformat(), differs=total,
    )  # fmt: skip
    return total


@transaction.atomic
def repair(*, uplink: str, day: date, by: Actor) -> int:
    """Have what differed go up anew; what only the platform holds is taken back there.

    Answers how many records. They count under today from then on, on both sides.
    """
    by.require("uplink.keep")
    rows = UplinkDifference.objects.select_for_update(of=("self",)).select_related("day")
    open_ = list(rows.filter(day__uplink=uplink, day__day=day, repaired_at=None).order_by("id"))
    if not open_:
        raise rules.NothingDiffers()
    for one in open_:
        found = queries.find(uplink, one.day.kind, one.key)
        if found is None:
            UplinkRecord.objects.create(
                uplink=uplink, kind=one.day.kind, key=one.key, source="", operation="D",
                day=clock.today(), rows=queries.sealed({}), digest="", made_at=clock.now(),
            )  # fmt: skip
        elif one.what == What.FOREIGN and found.state not in {State.TAKEN, State.DROPPED}:
            pass  # it is on its way already
        else:
            is_ours = found.operation != "D" and found.state != State.DROPPED
            renew(found, queries.opened(found.rows), operation="U" if is_ours else "D")
    UplinkDifference.objects.filter(pk__in=[one.pk for one in open_]).update(
        repaired_at=clock.now()
    )
    ledger.record(
        "uplink.repaired", f"uplinks.uplinkday:{uplink}", by=by, uplink=uplink,
        day=day.isoformat(), records=len(open_),
    )  # fmt: skip
    return len(open_)

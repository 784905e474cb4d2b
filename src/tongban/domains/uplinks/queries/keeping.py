"""What waits, what was refused, how the two sides of a day compare."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from tongban.domains.services import queries as services
from tongban.domains.services.rules.columns import CodeMap
from tongban.domains.uplinks import rules
from tongban.domains.uplinks.models import (
    Downlink,
    UplinkBatch,
    UplinkDay,
    UplinkFault,
    UplinkRecord,
    UplinkState,
)
from tongban.domains.uplinks.rules import DownState, State, Uplink
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound

ROWS, BODY = "uplink.rows", "downlink.body"


def sealed(value: Any, purpose: str = ROWS) -> str:
    """As it is kept: it names people."""
    return vault.encrypt(json.dumps(value, ensure_ascii=False), purpose=purpose)


def opened(token: str, purpose: str = ROWS) -> Any:
    """The same read back."""
    return json.loads(vault.decrypt(token, purpose=purpose))


def _uplink(version: catalogue.Version) -> Uplink:
    return rules.uplink(version.body)


def uplinks() -> list[Uplink]:
    """The uplinks of this city; none where it has no platform above it."""
    return [catalogue.compiled(v, _uplink) for v in catalogue.all_current("uplink")]


def uplink(key: str) -> Uplink:
    """One of them."""
    version = catalogue.find("uplink", key)
    if version is None:
        raise NotFound()
    return catalogue.compiled(version, _uplink)


def codes_of(found: Uplink) -> CodeMap:
    """How its platform writes columns and codes."""
    return services.code_map(found.source)


def state_of(key: str) -> UplinkState:
    """How far it is; new where nothing went up yet."""
    return UplinkState.objects.filter(pk=key).first() or UplinkState(key=key)


def find(key: str, kind: str, name: str) -> UplinkRecord | None:
    """A record by what it tells."""
    return UplinkRecord.objects.filter(uplink=key, kind=kind, key=name).first()


def record(pk: int) -> UplinkRecord:
    """One record, locked; for actions."""
    return UplinkRecord.objects.select_for_update(of=("self",)).get(pk=pk)


def steps_noted(key: str, names: Collection[str]) -> set[str]:
    """Which of these steps are noted already."""
    rows = UplinkRecord.objects.filter(uplink=key, kind="process", key__in=names)
    return set(rows.values_list("key", flat=True))


def items_sent(key: str) -> dict[str, str]:
    """Item -> which version of it the platform was last told; what was taken back is not in it."""
    rows = UplinkRecord.objects.filter(uplink=key, kind="item").exclude(operation="D")
    return dict(rows.values_list("key", "source"))


def to_send(key: str, limit: int) -> list[int]:
    """What waits to go up, in the order in which it happened."""
    rows = UplinkRecord.objects.filter(uplink=key, state=State.WAITING)
    return list(rows.order_by("id").values_list("pk", flat=True)[:limit])


def open_batch(key: str) -> UplinkBatch | None:
    """A batch that was sent and is not answered: it is on its way, or whoever sent it died."""
    return UplinkBatch.objects.filter(uplink=key, answered_at=None).order_by("id").first()


def own_side(key: str, day: date, kind: str) -> tuple[dict[str, str], int]:
    """Key -> digest of what the platform took of a day, and how many are still to be taken."""
    rows = UplinkRecord.objects.filter(uplink=key, day=day, kind=kind)
    taken = rows.filter(state=State.TAKEN).exclude(operation="D")
    pending = rows.filter(state__in=[State.WAITING, State.SENDING, State.REFUSED]).count()
    return dict(taken.values_list("key", "digest")), pending


def waiting_down(key: str, limit: int) -> list[int]:
    """What came down and was not taken yet."""
    rows = Downlink.objects.filter(uplink=key, state=DownState.WAITING)
    return list(rows.order_by("id").values_list("pk", flat=True)[:limit])


def untold(key: str) -> list[Downlink]:
    """What became of something, though the platform does not know yet."""
    rows = Downlink.objects.filter(uplink=key, told_at=None).exclude(state=DownState.WAITING)
    return list(rows.order_by("id")[:500])


# For the data keeper


def _check(by: Actor) -> None:
    by.require("uplink.keep")


@dataclass(frozen=True, slots=True)
class Point:
    """A count beside its kind."""

    kind: str
    count: int


@dataclass(slots=True)
class Overview:
    """One uplink as its keeper sees it."""

    uplink: Uplink
    state: UplinkState
    counts: Mapping[str, int] = field(default_factory=dict)
    backlog: list[Point] = field(default_factory=list)
    oldest: datetime | None = None
    open_batches: int = 0


def overview(key: str, *, by: Actor) -> Overview:
    """How an uplink stands."""
    _check(by)
    rows = UplinkRecord.objects.filter(uplink=key)
    waiting = rows.filter(state__in=[State.WAITING, State.SENDING])
    return Overview(
        uplink=uplink(key),
        state=state_of(key),
        counts=dict(rows.order_by().values_list("state").annotate(Count("id"))),
        backlog=[
            Point(kind, count)
            for kind, count in waiting.order_by("kind").values_list("kind").annotate(Count("id"))
        ],
        oldest=waiting.aggregate(first=Min("made_at"))["first"],
        open_batches=UplinkBatch.objects.filter(uplink=key, answered_at=None).count(),
    )


def faults(key: str, *, by: Actor) -> QuerySet[UplinkFault]:
    """What was refused and is not settled, the oldest first."""
    _check(by)
    rows = UplinkFault.objects.filter(uplink=key, closed_at=None).select_related("matter")
    return rows.annotate(size=Count("records")).order_by("id")


def fault(pk: int, *, by: Actor, lock: bool = False) -> UplinkFault:
    """One refusal."""
    _check(by)
    rows = UplinkFault.objects.select_related("matter")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def records_of(found: UplinkFault, *, by: Actor) -> QuerySet[UplinkRecord]:
    """The records of a refusal, without their rows."""
    _check(by)
    return UplinkRecord.objects.filter(fault=found).defer("rows").order_by("id")


def days(key: str, *, by: Actor) -> QuerySet[UplinkDay]:
    """The comparisons, the newest day first."""
    _check(by)
    rows = UplinkDay.objects.filter(uplink=key).prefetch_related("differences")
    return rows.order_by("-day", "kind")


def downlinks(key: str, *, by: Actor) -> QuerySet[Downlink]:
    """What came down, the newest first."""
    _check(by)
    return Downlink.objects.filter(uplink=key).order_by("-id")

"""Couriers (寄递) that bring results home: what any courier must do, and one that is simulated.

Called from reactions outside any transaction. A parcel has the id that we give it; asking for it to
be fetched twice is asking once.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol

from tongban.kernel import clock
from tongban.kernel.errors import Unavailable

TIMEOUT = 10.0
"""Seconds after which a courier gives up: a worker that waits longer is taken for dead."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a parcel was (物流轨迹)."""

    at: datetime
    what: str
    place: str


@dataclass(frozen=True, slots=True)
class Track:
    """What a courier says of a parcel."""

    steps: tuple[Step, ...] = ()
    is_delivered: bool = False
    signed_by: str = ""
    """The name on the receipt."""


class Courier(Protocol):
    """A courier that fetches parcels and says where they are."""

    name: str

    def dispatch(self, *, parcel_id: str, sender: Mapping[str, str], to: Mapping[str, str]) -> str:
        """Have a parcel fetched; answers its number (邮件号), the same for the same id.

        `sender` and `to` are {"name", "phone", "address"}. Raises Unavailable when the courier does
        not take it now. Gives up after TIMEOUT.
        """

    def track(self, *, waybill: str) -> Track:
        """Where a parcel is. Raises Unavailable when the courier does not answer."""


@dataclass
class SimulatedCourier:
    """Delivers on the second day by the held clock; keeps no address."""

    name: str = "青禾邮政（模拟）"
    days: int = 2
    failures: int = 0
    """How many of the next calls it does not take; for tests."""
    returned: set[str] = field(default_factory=set)
    """The parcels that come back undelivered; for tests."""

    def dispatch(self, *, parcel_id: str, sender: Mapping[str, str], to: Mapping[str, str]) -> str:
        if not parcel_id or not to.get("name"):
            raise ValueError("A parcel needs an id and somebody to receive it.")
        self._fail()
        # The number bears the day, so that a later process of this courier knows how far it is.
        digits = int(hashlib.sha256(parcel_id.encode()).hexdigest(), 16) % 10**6
        return f"99{clock.today():%Y%m%d}{digits:06d}"

    def track(self, *, waybill: str) -> Track:
        self._fail()
        day = date.fromisoformat(waybill[2:10])
        begun = datetime.combine(day, time(17), clock.ZONE)
        route = (
            (timedelta(), "已收寄", "市政务服务中心"),
            (timedelta(hours=14), "运输中", "青禾邮件处理中心"),
            (timedelta(days=self.days - 1, hours=16), "已签收", "收件地址"),
        )
        now = clock.now()
        steps = tuple(Step(begun + after, what, at) for after, what, at in route)
        passed = tuple(step for step in steps if step.at <= now)
        if waybill in self.returned:
            passed = passed[:2]
        is_delivered = len(passed) == len(steps)
        return Track(passed, is_delivered, "本人" if is_delivered else "")

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable(system="The courier")


_simulated = SimulatedCourier()
_in_use: Courier | None = None


def courier() -> Courier:
    """The courier of this deployment; the simulated one until a city connects its own."""
    return _in_use or _simulated


@contextmanager
def use(other: Courier) -> Iterator[None]:
    """Send by another courier for a while; for tests."""
    global _in_use
    before, _in_use = _in_use, other
    try:
        yield
    finally:
        _in_use = before

"""Civil time (民用时间) for law and pages, held in the hand by tests and stories.

`now()` and `today()` are civil time in the city's zone. `instant()` is real time, for what must not
move when a story moves the calendar: sessions, leases, signatures, nonces.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

# The moment held by a test or a story; None while civil time is real time. One per process: a story
# runs in a process of its own, and worker threads must see the same moment as the web.
_held: datetime | None = None


def instant() -> datetime:
    """Real time, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Civil time, in the city's zone."""
    return _held if _held is not None else datetime.now(ZONE)


def today() -> date:
    """The civil date."""
    return now().date()


def moment(text: str | datetime) -> datetime:
    """Read `2026-01-05 10:00` as civil time."""
    value = datetime.fromisoformat(text) if isinstance(text, str) else text
    return value.replace(tzinfo=ZONE) if value.tzinfo is None else value.astimezone(ZONE)


def is_held() -> bool:
    """Whether a test or a story holds the clock."""
    return _held is not None


@contextmanager
def at(text: str | datetime) -> Iterator[None]:
    """Hold civil time at a moment."""
    global _held
    before, _held = _held, moment(text)
    try:
        yield
    finally:
        _held = before


def move(to: str | datetime | None = None, **by: float) -> datetime:
    """Move the held clock to a moment or by a span (`days=1, hours=2`); never back by itself."""
    global _held
    if _held is None:
        raise RuntimeError("The clock is not held: use `with clock.at(...)` around the story.")
    _held = moment(to) if to is not None else _held + timedelta(**by)
    return _held

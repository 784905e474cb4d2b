"""Finding the due among a million open clocks, and firing them in batches."""

from datetime import date, timedelta
from typing import Any

from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.workdays.tables import NATIONAL
from tongban.simulator.benches.world import median, report, row, wall, world

OPEN, FIRING, BATCH = 1_000_000, 5_000, 1_000
BY = part("bench")


def measure() -> dict[str, Any]:
    """A million clocks, of which some thousands fall due today."""
    with world(), clock.at("2026-09-07 09:00"):
        _fill()
        finding = median(wall(lambda: list(queries_due())) for _ in range(5))
        rates = []
        for _ in range(FIRING // BATCH):
            seconds = wall(lambda: deadlines.sweep(by=BY, limit=BATCH))
            rates.append(BATCH / seconds)
        return report(
            "due",
            [
                row(f"finding {BATCH} due among {OPEN} open clocks", finding, "s"),
                row(f"firing them in batches of {BATCH}, each with its event", median(rates), "/s"),
            ],
        )


def queries_due() -> list[Clock]:
    """As the sweep asks, without its lock."""
    found = Clock.objects.filter(fires_on__lte=clock.today()).order_by("fires_on", "id")
    return list(found[:BATCH])


def _fill() -> None:
    today = clock.today()
    print_ = queries.calendar(NATIONAL).fingerprint
    made: list[Clock] = []
    for n in range(OPEN):
        due_on = today + timedelta(days=5 + n % 400) if n >= FIRING else today - timedelta(days=1)
        made.append(_clock(n, due_on, print_, fires_on=due_on if n >= FIRING else today))
        if len(made) == 20_000:
            Clock.objects.bulk_create(made)
            made.clear()


def _clock(n: int, due_on: date, fingerprint: str, *, fires_on: date) -> Clock:
    return Clock(
        matter=n,
        kind="promised",
        budget=10,
        unit="workday",
        calendar=NATIONAL,
        calendar_rev=fingerprint,
        anchor_on=date(2026, 8, 24),
        running_since=date(2026, 8, 24),
        state="running",
        due_on=due_on,
        yellow_on=due_on,
        fires_on=fires_on,
        rung=1,
    )

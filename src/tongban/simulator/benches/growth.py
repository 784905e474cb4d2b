"""Whether an act costs more CPU when a city has a million cases behind it."""

from typing import Any

from tongban.kernel import clock
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.workdays.tables import NATIONAL
from tongban.simulator.benches import six_steps
from tongban.simulator.benches.world import ROUNDS, cpu, median, report, row, world

SMALL, LARGE, CASES = 10_000, 1_000_000, 20
BATCH = 10_000


def measure() -> dict[str, Any]:
    """The same acts with ten thousand and with a million cases stored."""
    with world(), clock.at("2026-09-07 09:00"):
        process = six_steps.publish()
        _store(process.id, 0, SMALL)
        small = _acts(process)
        _store(process.id, SMALL, LARGE)
        large = _acts(process)
        return report(
            "growth",
            [
                row(f"CPU of an act with {SMALL} cases stored", small, "ms"),
                row(
                    f"CPU of an act with {LARGE} cases stored",
                    large,
                    "ms",
                    peer=f"with {SMALL}",
                    peer_value=small,
                ),
            ],
        )


def _acts(process: Any) -> float:
    cpu(lambda: six_steps.one_case(process), 5)
    per_case = median(cpu(lambda: six_steps.one_case(process), CASES) for _ in range(ROUNDS))
    return per_case / 5


def _store(process: int, begin: int, end: int) -> None:
    """Cases in every state, with their work, clocks and events, as bulk rows."""
    now = clock.now()
    for start in range(begin, end, BATCH):
        numbers = range(start, min(start + BATCH, end))
        matters = Matter.objects.bulk_create(
            Matter(
                kind="bench", subject=f"bench.case:{n}", title="开办餐饮店", process=process,
                organ="bench", region="", calendar=NATIONAL, progress={"accept": "open"},
                opened_at=now, due_on=now.date(), yellow_on=now.date(),
                state="open" if n % 10 == 0 else "ended",
            )
            for n in numbers
        )  # fmt: skip
        WorkItem.objects.bulk_create(
            WorkItem(
                matter=m, stage="accept", name="受理", grant="case.examine",
                organ=f"organ{m.pk % 500}",
                status="open" if m.state == "open" else "done", opened_at=now, due_on=now.date(),
            )
            for m in matters
        )  # fmt: skip
        Clock.objects.bulk_create(
            Clock(
                matter=m.pk, kind="promised", budget=10, unit="workday", calendar=NATIONAL,
                calendar_rev="", anchor_on=now.date(), running_since=now.date(), due_on=now.date(),
                yellow_on=now.date(), state="running" if m.state == "open" else "met",
            )
            for m in matters
        )  # fmt: skip
        Event.objects.bulk_create(
            Event(
                name="matter.acted", subject=m.subject, matter=m.pk, actor="official:1", at=now,
                recorded_at=now, data={"stage": "accept"},
            )
            for m in matters
        )  # fmt: skip

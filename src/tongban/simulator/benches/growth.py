"""Whether an act costs more CPU when a city has a million cases behind it."""

from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Model

from tongban.kernel import clock
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.workdays.tables import NATIONAL
from tongban.simulator.benches import six_steps
from tongban.simulator.benches.world import ROUNDS, cpu, median, report, row, world

SMALL, LARGE, CASES = 10_000, 1_000_000, 20
BATCH = 2_000


def measure() -> dict[str, Any]:
    """The same acts with ten thousand and with a million cases stored."""
    with world(), clock.at("2026-09-07 09:00"):
        process = six_steps.publish()
        _store(process.id)
        _settle()
        small = _acts(process)
        _multiply()
        _settle()
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


def _settle() -> None:
    """As the database would have come to know its tables by itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _acts(process: Any) -> float:
    cpu(lambda: six_steps.one_case(process), 5)
    per_case = median(cpu(lambda: six_steps.one_case(process), CASES) for _ in range(ROUNDS))
    return per_case / 5


def _store(process: int) -> None:
    """Cases with their work, clocks and events: the first ten thousand."""
    now = clock.now()
    today = now.date()
    for start in range(0, SMALL, BATCH):
        matters = Matter.objects.bulk_create(
            Matter(
                kind="bench", subject=f"bench.case:{n}", title="开办餐饮店", process=process,
                organ="bench", region="", calendar=NATIONAL, progress={"accept": "open"},
                opened_at=now, due_on=today, yellow_on=today,
                state="open" if n % 10 == 0 else "ended",
            )
            for n in range(start, start + BATCH)
        )  # fmt: skip
        WorkItem.objects.bulk_create(
            WorkItem(
                matter=m, stage="accept", name="受理", grant="case.examine",
                organ=f"organ{m.pk % 500}", opened_at=now, due_on=today,
                status="open" if m.state == "open" else "done",
            )
            for m in matters
        )  # fmt: skip
        Clock.objects.bulk_create(
            Clock(
                matter=m.pk, kind="promised", budget=10, unit="workday", calendar=NATIONAL,
                calendar_rev="", anchor_on=today, running_since=today, due_on=today,
                yellow_on=today, state="running" if m.state == "open" else "met",
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


def _multiply() -> None:
    """The same rows again and again, each copy beside its own matter, until there are a million."""
    first = {model: _first(model) for model in (Matter, WorkItem, Clock, Event)}
    for _ in range(LARGE // SMALL - 1):
        shift = _last(Matter) + 1 - first[Matter]
        with transaction.atomic():
            for model, begin in first.items():
                _copy(model, begin, shift)


def _first(model: type[Model]) -> int:
    return int(model._default_manager.aggregate(first=Min("pk"))["first"])


def _last(model: type[Model]) -> int:
    return int(model._default_manager.aggregate(last=Max("pk"))["last"])


def _copy(model: type[Model], begin: int, shift: int) -> None:
    columns = [str(f.column) for f in model._meta.concrete_fields if not f.primary_key]
    moved = {"matter_id": f"matter_id + {shift}", "matter": f"matter + {shift}"}
    into = ", ".join(f'"{column}"' for column in columns)
    read = ", ".join(moved.get(column, f'"{column}"') for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({into}) SELECT {read} FROM {table}"
            " WHERE id BETWEEN %s AND %s ORDER BY id",
            [begin, begin + SMALL - 1],
        )

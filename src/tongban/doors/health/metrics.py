"""What Prometheus reads (指标): requests as they are answered, and what is owed as it is asked.

With several web processes each counts for itself and all are added up
(PROMETHEUS_MULTIPROC_DIR); what is owed comes from the database, the same from each.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tongban import __version__
from tongban.kernel import clock
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.jobs import queries as jobs
from tongban.kernel.ledger import queries as ledger

IS_SHARED = "PROMETHEUS_MULTIPROC_DIR" in os.environ
COUNTED = CollectorRegistry()
REQUESTS = Counter(
    "tongban_requests", "Requests answered.", ["route", "method", "status"], registry=COUNTED
)
SECONDS = Histogram(
    "tongban_request_seconds",
    "How long requests took.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=COUNTED,
)


class Owed(Collector):
    """What is owed at this moment, asked when someone looks."""

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: to ask the database while it is registered would be too early."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Ask."""
        yield InfoMetricFamily("tongban_build", "This version.", {"version": __version__})
        owed = ledger.oldest_owed()
        yield _gauge("deliveries_owed", "Deliveries that wait.", owed.count)
        yield _gauge("delivery_oldest_seconds", "Age of the oldest.", _seconds(owed.oldest))
        yield _gauge("deliveries_set_aside", "Given up by the program.", ledger.set_aside().count())
        tail = ledger.unsealed()
        yield _gauge("ledger_unsealed", "Events that no checkpoint covers yet.", tail.count)
        yield _gauge("ledger_unsealed_seconds", "Age of the oldest.", _seconds(tail.oldest))
        last = ledger.last_checkpoint()
        yield _gauge("ledger_sealed", "Events under a signed checkpoint.", last.size if last else 0)
        late = deadlines.lag(clock.today())
        yield _gauge("clocks_due", "Clocks that should have fired by today.", late.clocks)
        yield _gauge("clocks_due_lag_days", "Days that the oldest is late.", late.days)
        states = GaugeMetricFamily("tongban_jobs", "Jobs by state.", labels=["state"])
        for state, count in jobs.counts().items():
            states.add_metric([state], count)
        yield states
        loops = GaugeMetricFamily(
            "tongban_worker_loop_seconds", "Since a loop last turned.", labels=["loop"]
        )
        for pulse in jobs.pulses():
            loops.add_metric([pulse.loop], pulse.age.total_seconds())
        yield loops


def exposition() -> bytes:
    """Everything as text."""
    return b"".join(generate_latest(registry) for registry in (_counted(), _asked()))


def _counted() -> CollectorRegistry:
    if not IS_SHARED:
        return COUNTED
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def _asked() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Owed())
    return registry


def _gauge(name: str, does: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"tongban_{name}", does, value=value)


def _seconds(span: timedelta | None) -> float:
    return 0 if span is None else span.total_seconds()

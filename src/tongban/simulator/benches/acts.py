"""CPU of one case through its six steps, beside SpiffWorkflow on the same database."""

import importlib
import importlib.util
from typing import Any

from tongban.kernel import clock
from tongban.simulator.benches import six_steps
from tongban.simulator.benches.world import ROUNDS, cpu, median, report, row, world

CASES = 30


def measure() -> dict[str, Any]:
    """Rounds of both in turn, so that both see the same machine."""
    with world(), clock.at("2026-09-07 09:00"):
        process = six_steps.publish()
        peer = _peer()
        for work in (lambda: six_steps.one_case(process), peer):
            if work:
                cpu(work, 5)  # caches are warm in a running city
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(cpu(lambda: six_steps.one_case(process), CASES))
            if peer:
                theirs.append(cpu(peer, CASES))
        return report(
            "acts",
            [
                row(
                    "CPU of one case of six steps, five of them by people, all saved",
                    median(ours),
                    "ms",
                    peer="SpiffWorkflow" if peer else "",
                    peer_value=median(theirs) if peer else 0,
                )
            ],
        )


def _peer() -> Any:
    # A development dependency: without it only our own numbers are printed.
    if importlib.util.find_spec("SpiffWorkflow") is None:
        return None
    peer = importlib.import_module("tongban.simulator.benches.spiff")
    return peer.Engine(six_steps.FORM).one_case

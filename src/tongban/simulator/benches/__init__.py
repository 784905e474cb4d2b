"""What is measured, on the very actions that the product runs; `tongban bench NAME`."""

from collections.abc import Callable
from typing import Any

from tongban.simulator.benches import acts, definitions, due, growth, http, instant, lists

BENCHES: dict[str, Callable[[], dict[str, Any]]] = {
    "acts": acts.measure,
    "definitions": definitions.measure,
    "due": due.measure,
    "growth": growth.measure,
    "http": http.measure,
    "instant": instant.measure,
    "lists": lists.measure,
}

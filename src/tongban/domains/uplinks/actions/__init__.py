"""Everything that changes what goes up and comes down."""

from tongban.domains.uplinks.actions.exchanging import exchange, run, wake
from tongban.domains.uplinks.actions.mending import drop, mend
from tongban.domains.uplinks.actions.pushing import push
from tongban.domains.uplinks.actions.receiving import receive
from tongban.domains.uplinks.actions.reconciling import reconcile, repair
from tongban.domains.uplinks.actions.recording import (
    SELF,
    tell_all_items,
    tell_case,
    tell_item,
    tell_review,
)

__all__ = [
    "SELF",
    "drop",
    "exchange",
    "mend",
    "push",
    "receive",
    "reconcile",
    "repair",
    "run",
    "tell_all_items",
    "tell_case",
    "tell_item",
    "tell_review",
    "wake",
]

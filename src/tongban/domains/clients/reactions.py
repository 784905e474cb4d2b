"""What clients do when a day begins."""

from tongban.domains.clients import actions
from tongban.kernel.actor import part
from tongban.kernel.ledger.registry import Event, on

SELF = part("clients")


@on("day.began")
def forget_what_is_over(event: Event) -> None:
    """Nonces and answers are kept only as long as they are needed."""
    actions.forget(by=SELF)

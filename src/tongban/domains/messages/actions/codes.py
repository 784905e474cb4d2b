"""A code for consent, by SMS at once: who waits for it stands there, and it is never kept."""

from collections.abc import Callable

from tongban.connectors import messages as connector
from tongban.domains.messages import queries
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Unavailable
from tongban.kernel.identity import actions as identity

Issue = Callable[[], tuple[int, str]]


def send_code(*, person: int, template: str, title: str, issue: Issue, by: Actor) -> None:
    """Have a code issued and send it to the person's registered telephone.

    `issue` answers its key and the code. Outside any transaction, and without the outbox, which
    would have to keep the code: when the gateway does not take it, it is void, and a new one may
    be asked for at once. Raises Unavailable.
    """
    key, code = issue()
    try:
        connector.send(
            message_id=f"code:{key}",
            to=queries.address(person, "sms"),
            template=template,
            facts={"title": title, "number": code},
        )
    except Unavailable:
        identity.void_code(code=key, by=by)
        raise

"""Bring messages to the gateway: at least once, each with the id by which a repeat is dropped."""

from django.db import transaction
from django.db.models import F

from tongban.connectors import messages as connector
from tongban.domains.messages import queries, rules
from tongban.domains.messages.models import Sending
from tongban.domains.messages.rules import State
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound, Unavailable
from tongban.kernel.ledger import actions as ledger


def send(*, message: int, by: Actor) -> int:
    """Send what of a message may go out by now; answers how much did. Raises Unavailable."""
    return _send_all(queries.owed(message), by=by)


def send_owed(*, by: Actor) -> int:
    """Send what the quiet hours held back; answers how much went out. Raises Unavailable."""
    done = 0
    while rows := queries.owed():
        done += _send_all(rows, by=by)
    return done


def _send_all(rows: list[Sending], *, by: Actor) -> int:
    done = 0
    for row in rows:
        to = queries.address(row.message.person, row.channel)
        if not to:
            _noted(sending=row.pk, error="no address", is_final=True, by=by)
            continue
        try:
            connector.send(
                message_id=queries.name_of(row),
                to=to,
                template=row.message.template,
                facts={"title": row.message.title, "number": row.message.number},
            )
        except Unavailable as fault:
            if _noted(sending=row.pk, error=fault.sentence(), is_final=False, by=by):
                raise
            continue  # given up: what is still to be tried is no longer the ledger's
        _noted(sending=row.pk, error="", is_final=True, by=by)
        done += 1
    return done


@transaction.atomic
def _noted(*, sending: int, error: str, is_final: bool, by: Actor) -> bool:
    """Keep what came of it; whether it is to be tried again."""
    row = Sending.objects.select_related("message").select_for_update(of=("self",)).get(pk=sending)
    if row.state != State.WAITING:
        return False
    attempts = row.attempts + 1
    is_lost = bool(error) and (is_final or attempts >= rules.FAILURES)
    state = State.FAILED if is_lost else (State.WAITING if error else State.SENT)
    Sending.objects.filter(pk=sending).update(
        attempts=F("attempts") + 1,
        error=error[:300],
        state=state,
        sent_at=None if error else clock.now(),
    )
    if state == State.SENT:
        ledger.record(
            "message.sent", row, by=by, channel=row.channel, template=row.message.template
        )
    elif state == State.FAILED:
        ledger.record(
            "message.failed", row, by=by, channel=row.channel, template=row.message.template
        )
    return state == State.WAITING


@transaction.atomic
def retry(*, sending: int, by: Actor) -> None:
    """Have what failed sent once more; the gateway drops it if it had it after all."""
    by.require("message.operate")
    row = Sending.objects.select_related("message").filter(pk=sending).first()
    if row is None:
        raise NotFound()
    if not Sending.objects.filter(pk=sending, state=State.FAILED).update(
        state=State.WAITING, attempts=0, not_before=clock.now()
    ):
        raise rules.NotFailed()
    ledger.record("message.retried", row.message, by=by, channel=row.channel)

"""Leases (租约): one leader among many workers, by a conditional update."""

import os
import socket
import threading
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from tongban.kernel import clock
from tongban.kernel.ledger.models import Lease


def me() -> str:
    """Who holds what this thread claims: machine, process, thread."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"[:120]


def take(name: str, *, holder: str, span: timedelta) -> bool:
    """Take or prolong a lease; False while another holds it."""
    now = clock.instant()
    lapsed = Q(until__lte=now) | Q(holder=holder)
    if Lease.objects.filter(lapsed, name=name).update(holder=holder, until=now + span):
        return True
    try:
        with transaction.atomic():
            _, is_new = Lease.objects.get_or_create(
                name=name, defaults={"holder": holder, "until": now + span}
            )
    except IntegrityError:
        return False
    return is_new


def give_back(name: str, *, holder: str) -> None:
    """Let the next one have it at once."""
    Lease.objects.filter(name=name, holder=holder).update(until=clock.instant())

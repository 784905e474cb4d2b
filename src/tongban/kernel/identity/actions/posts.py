"""Who holds which post."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries, rules
from tongban.kernel.identity.models import Appointment, Person
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def appoint(
    *,
    person: int,
    post: int,
    by: Actor,
    from_on: date | None = None,
    to_on: date | None = None,
    basis: str = "",
) -> Appointment:
    """Give a person a post from a day on; several posts at once are usual (兼任)."""
    by.require("security.administer")
    if by.person == person:
        raise rules.NotYourself()
    # Held until the end: two appointments at once must not pass beside each other.
    holder = Person.objects.select_for_update().filter(pk=person).first()
    if holder is None:
        raise NotFound()
    wanted = queries.post(post)
    new = rules.Held(
        post=wanted.pk,
        name=wanted.name,
        grants=frozenset(wanted.grants),
        from_on=from_on or clock.today(),
        to_on=to_on,
    )
    rules.check_appointment(new, [_held(row) for row in queries.appointments_of(person)])
    appointment = Appointment.objects.create(
        person=holder, post=wanted, from_on=new.from_on, to_on=to_on, basis=basis
    )
    ledger.record(
        "appointment.made",
        appointment,
        by=by,
        person=person,
        post=post,
        organ=wanted.unit.organ.uscc,
        from_on=new.from_on.isoformat(),
        to_on=to_on.isoformat() if to_on else None,
    )
    return appointment


@transaction.atomic
def end_appointment(*, appointment: int, by: Actor, to_on: date | None = None) -> Appointment:
    """Let an appointment end, with its last day; the day before today when none is given.

    The row stays: who held the post when a decision was made must be answerable for good.
    """
    by.require("security.administer")
    row = Appointment.objects.select_related("post__unit__organ").filter(pk=appointment).first()
    if row is None:
        raise NotFound()
    last = to_on or max(clock.today() - timedelta(days=1), row.from_on)
    rules.check_period(row.from_on, last)
    ended = Appointment.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=clock.today()), pk=appointment
    ).update(to_on=last)
    if not ended:
        raise rules.AppointmentOver(to_on=row.to_on)
    row.to_on = last
    ledger.record(
        "appointment.ended",
        row,
        by=by,
        person=row.person_id,
        post=row.post_id,
        to_on=last.isoformat(),
    )
    return row


def _held(row: Appointment) -> rules.Held:
    return rules.Held(
        post=row.post_id,
        name=row.post.name,
        grants=frozenset(row.post.grants),
        from_on=row.from_on,
        to_on=row.to_on,
    )

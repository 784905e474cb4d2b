"""Questions about credit: whether a bad record counts, and what is noted about oneself."""

from datetime import date

from django.db.models import Q, QuerySet

from tongban.domains.credit import rules
from tongban.domains.credit.models import CreditEvent
from tongban.domains.credit.rules import CreditKind, Standing, SubjectKind
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Version
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound, SignInNeeded
from tongban.kernel.identity import queries as identity

SUBJECT = "credit.subject"


def subject_hash(*, subject_kind: str, subject: str) -> str:
    """The keyed hash under which a subject stands; `subject` as `has_bad_record` takes it."""
    if SubjectKind(subject_kind) == SubjectKind.ENTITY:
        return vault.keyed_hash(subject, purpose=SUBJECT)
    number = identity.number_in_clear(identity.person(int(subject)))
    return vault.keyed_hash(number, purpose=SUBJECT)


def has_bad_record(*, subject_kind: str, subject: str, on: date | None = None) -> bool:
    """Whether a bad record counts on a day (today): neither repaired nor over.

    `subject`: the id of an identity.Person as text, or a firm's USCC.
    """
    day = on or clock.today()
    rows = CreditEvent.objects.filter(
        subject_hash=subject_hash(subject_kind=subject_kind, subject=subject), until__gte=day
    )
    return any(
        row.noted_at and clock.moment(row.noted_at).date() <= day and counts(row, day)
        for row in rows
    )


def counts(row: CreditEvent, on: date | None = None) -> bool:
    return standing(row, on) == Standing.COUNTS


def standing(row: CreditEvent, on: date | None = None) -> Standing:
    """Where an event stands on a day (today)."""
    repaired = clock.moment(row.repaired_at).date() if row.repaired_at else None
    return rules.standing(until=row.until, repaired_on=repaired, on=on or clock.today())


def kind_in_force(key: str) -> tuple[Version, CreditKind]:
    """A kind as it is published today."""
    version = catalogue.current("credit_kind", key)
    return version, rules.kind(version.body)


def kind_of(row: CreditEvent) -> CreditKind:
    """The kind as it was when the event was noted."""
    return rules.kind(catalogue.by_id(row.definition).body)


def mine(*, by: Actor) -> QuerySet[CreditEvent]:
    """What is noted about the one for whom the actor acts, the newest first."""
    if by.kind == "nobody":
        raise SignInNeeded()
    whose = by.for_person or by.person
    if by.for_entity:
        found = Q(entity=by.for_entity)
    elif whose is not None:
        found = Q(person=whose)
    else:
        raise NotFound()
    return CreditEvent.objects.filter(found).order_by("-id")


def noted_by(*, by: Actor) -> QuerySet[CreditEvent]:
    """What the organ of the post held now noted, the newest first."""
    by.require("credit.repair")
    return CreditEvent.objects.filter(organ=by.organ).order_by("-id")


def event(id: int, *, by: Actor) -> CreditEvent:
    """One event of the own organ."""
    found = noted_by(by=by).filter(pk=id).first()
    if found is None:
        raise NotFound()
    return found


def shown_name(row: CreditEvent) -> str:
    """Whose word it was, as an official may read it: a person masked."""
    if row.person is not None:
        return identity.masked(identity.person(row.person)).name
    return identity.entity(row.entity).name

"""What the verbs of the catalogue share, run in the transaction of their caller."""

from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from tongban.kernel import trips
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import kinds, queries
from tongban.kernel.catalogue.kinds import Body, Kind, Known
from tongban.kernel.catalogue.models import Definition, Edition
from tongban.kernel.catalogue.rules import Faulty, UnknownKind, WrongState, shape_faults
from tongban.kernel.errors import Fault, Stale
from tongban.kernel.ledger import actions as ledger

TRIES = 3


def kind_named(name: str) -> Kind:
    """The registered kind; refuses a name that nobody registered."""
    kind = kinds.get(name)
    if kind is None:
        raise UnknownKind(kind=name, known=", ".join(k.name for k in kinds.all_kinds()))
    return kind


def check_shape(kind: Kind, key: str, body: Body) -> None:
    """Refuse what cannot be stored, hashed and written to a file again."""
    faults = shape_faults(body, key)
    if faults:
        raise Faulty(faults, title=key)


def check(row: Definition, known: Known) -> None:
    """Refuse a version that its kind's check faults."""
    faults = queries.faults(row.kind, row.key, row.body, known)
    if faults:
        raise Faulty(faults, title=row.title or row.key)


def check_status(row: Definition, needed: str) -> None:
    """Refuse an act that does not fit the state."""
    if row.status != needed:
        raise WrongState(no=row.no, title=row.title, status=row.status, needed=needed)


def move(row: Definition, before: str, after: str, **fields: Any) -> None:
    """Claim the step: of two who act at once, one is refused."""
    moved = Definition.objects.filter(
        pk=row.pk, status=before, content_hash=row.content_hash
    ).update(status=after, **fields)
    row.refresh_from_db()
    if not moved:
        raise WrongState(no=row.no, title=row.title, status=row.status, needed=before)


def hold() -> None:
    """Hold off other publications until this transaction ends."""
    if not Edition.objects.filter(pk=1).update(mark=F("mark")):
        Edition.objects.bulk_create([Edition(pk=1)], ignore_conflicts=True)
        Edition.objects.filter(pk=1).update(mark=F("mark"))


def new_edition() -> None:
    """Change the mark: before a change, which also holds off other publications, and after it.

    What this transaction itself read in between is cached under a mark that nobody will see again.
    """
    hold()
    Edition.objects.filter(pk=1).update(mark=uuid4().hex)
    trips.forget(queries.MARK)


def create(kind: str, key: str, **fields: Any) -> Definition:
    """A new version with the next number; of two at once, the later takes the number after."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return Definition.objects.create(
                    kind=kind, key=key, no=_next_no(kind, key), **fields
                )
        except IntegrityError:
            continue
    raise Stale()


def _next_no(kind: str, key: str) -> int:
    rows = Definition.objects.filter(kind=kind, key=key)
    return (rows.aggregate(last=Max(F("no")))["last"] or 0) + 1


def last_published(kind: str, key: str) -> int:
    """The newest number that was ever published; 0 when none was."""
    rows = Definition.objects.filter(kind=kind, key=key, status__in=queries.LASTING)
    return rows.aggregate(last=Max("no"))["last"] or 0


def author(by: Actor) -> dict[str, Any]:
    """Who writes, as the row keeps it."""
    return {"author": by.key, "author_name": by.name, "author_person": by.person}


def record(name: str, row: Definition, by: Actor, **data: Any) -> None:
    """Record an event of the version."""
    ledger.record(name, row, by=by, kind=row.kind, key=row.key, no=row.no, **data)


def placed(fault: Fault, before: str) -> Fault:
    """The same fault, with the file or the definition named before its place."""
    return Fault(f"{before}: {fault.where}".rstrip(": "), fault.says, fault.hint, fault.facts)

"""Note who checked a licence that was shown (谁验过)."""

from django.db import IntegrityError, transaction

from tongban.domains.licences.models import Licence, LicenceCheck
from tongban.domains.licences.rules import Standing
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def note_check(
    *, licence: Licence, showing: str, standing: Standing, shown: int, by: Actor
) -> LicenceCheck | None:
    """Note one look; the same viewer of the same code is noted once, and the holder not at all."""
    if by.person is not None and licence.keeper in {by.person, by.for_person}:
        return None
    try:
        with transaction.atomic():
            check = LicenceCheck.objects.create(
                licence=licence,
                showing=showing,
                viewer=by.key,
                organ=by.organ,
                standing=standing,
                shown=shown,
                seen_at=clock.now(),
            )
    except IntegrityError:
        return None
    ledger.record(
        "licence.checked",
        licence,
        by=by,
        type=licence.type,
        identifier=licence.identifier,
        standing=str(standing),
        shown=shown,
    )
    return check

"""Note each use of a licence (加注件)."""

from django.db import transaction

from tongban.domains.licences.models import Licence, LicenceUse
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger


@transaction.atomic(savepoint=False)
def note_use(*, identifier: str, purpose: str, organ: str, case_no: str, by: Actor) -> LicenceUse:
    """Note that a licence stood in the place of a paper; the same case notes it once."""
    licence = Licence.objects.get(identifier=identifier)
    use, is_new = LicenceUse.objects.get_or_create(
        licence=licence,
        case_no=case_no,
        defaults={"purpose": purpose[:200], "organ": organ, "used_at": clock.now()},
    )
    if is_new:
        ledger.record(
            "licence.used",
            licence,
            by=by,
            type=licence.type,
            identifier=identifier,
            case=case_no,
        )
    return use

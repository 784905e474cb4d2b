"""The firm's consent to having its registers asked for policies."""

from django.db import IntegrityError, transaction

from tongban.domains.enterprise import queries, rules
from tongban.domains.enterprise.models import MatchConsent, PolicyMatch
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def consent(*, by: Actor) -> MatchConsent:
    """Let the registers be asked about one's firm; twice is once."""
    firm = _as_representative(by)
    if held := queries.consent(firm):
        return held
    try:
        with transaction.atomic():
            made = MatchConsent.objects.create(entity=firm, given_by=by.key, given_at=clock.now())
    except IntegrityError:
        return MatchConsent.objects.get(entity=firm, withdrawn_at=None)
    ledger.record("consent.given", made, by=by)
    return made


@transaction.atomic
def withdraw(*, by: Actor) -> None:
    """Let them be asked no longer; what was found is not used any more either."""
    firm = _as_representative(by)
    held = queries.consent(firm)
    if held is None or not MatchConsent.objects.filter(pk=held.pk, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    ):
        raise rules.NotInThisState()
    PolicyMatch.objects.filter(entity=firm, is_current=True).update(is_current=False)
    ledger.record("consent.withdrawn", held, by=by)


def _as_representative(by: Actor) -> str:
    firm = queries.firm_of(by)
    if by.proxy is not None or by.is_official:
        raise rules.RepresentativeOnly()
    return firm

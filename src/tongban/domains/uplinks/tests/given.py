"""A city whose platform above is in the tests' hands."""

from tongban.connectors import superiors
from tongban.connectors.superiors import SimulatedSuperior
from tongban.domains.uplinks.models import UplinkRecord
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity

UPLINK = "province"


def platform() -> SimulatedSuperior:
    found = superiors.superior(UPLINK)
    assert isinstance(found, SimulatedSuperior)
    return found


def keeper() -> Actor:
    account = identity.account("sun")
    assert account is not None
    return identity.actor_for(account=account, post=identity.posts_of(account)[0].id)


def states() -> dict[tuple[str, str], str]:
    rows = UplinkRecord.objects.values_list("kind", "key", "state")
    return {(kind, key): state for kind, key, state in rows}

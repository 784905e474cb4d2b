"""Who appears in the tests of the enterprise zone: a firm that fits, two of the labour bureau."""

from datetime import date

from tests.given import FIRM, citizen, restaurateur
from tongban.domains.enterprise import actions
from tongban.domains.enterprise.models import Award, AwardBatch
from tongban.kernel.actor import Actor
from tongban.kernel.identity import queries as identity

__all__ = ["FIRM", "MONTH", "citizen", "granted", "official", "restaurateur"]

POLICY = "start-up-subsidy"
MONTH = date(2026, 9, 1)


def official(username: str) -> Actor:
    """The official in the first post held today."""
    account = identity.account(username)
    assert account is not None
    return identity.actor_for(account=account, post=identity.posts_of(account)[0].id)


def matched(by: Actor | None = None) -> Actor:
    """The restaurateur, who consented and was matched."""
    owner = by or restaurateur()
    actions.consent(by=owner)
    actions.match(firm=FIRM, by=owner)
    return owner


def submitted() -> AwardBatch:
    """The month's list of the start-up subsidy, looked through by one person."""
    drawn = actions.draw(policy=POLICY, month=MONTH, by=actions.SELF)
    return actions.submit(batch=drawn.pk, by=official("ge.xiuyuan"))


def granted() -> tuple[Actor, Award]:
    """The restaurateur's award, approved by a second person."""
    owner = matched()
    actions.approve(batch=submitted().pk, by=official("xi.mengyao"))
    return owner, Award.objects.get(entity=FIRM)

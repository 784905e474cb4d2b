"""For whom one may act, and by what right."""

from dataclasses import dataclass
from datetime import date

from django.db import models

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.identity.models import (
    Account,
    LegalEntity,
    Proxy,
    ProxyRequest,
)
from tongban.kernel.identity.queries.people import entity, person
from tongban.kernel.identity.queries.posts import in_force


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone for whom one may act, and by what right."""

    name: str
    basis: str
    person: int | None = None
    entity: str = ""
    proxy: int | None = None
    scope: tuple[str, ...] = ()
    to_on: date | None = None


def proxies_in_force(on: date | None = None) -> models.QuerySet[Proxy]:
    """Proxies that hold on a day: begun, not ended, not revoked."""
    return Proxy.objects.filter(in_force(on or clock.today()), revoked_at__isnull=True)


def proxies_for(person: int) -> list[Proxy]:
    """The proxies that the person holds today."""
    return list(
        proxies_in_force()
        .filter(agent_id=person)
        .select_related("principal_person", "principal_entity")
        .order_by("pk")
    )


def proxies_given_by(person: int) -> list[Proxy]:
    """The proxies in force by which others act for the person."""
    return list(
        proxies_in_force().filter(principal_person_id=person).select_related("agent").order_by("pk")
    )


def proxies_ended(*, since: date, before: date) -> models.QuerySet[Proxy]:
    """Proxies that ended by themselves in these days; a window's ends each evening, and is none."""
    found = Proxy.objects.filter(
        to_on__gte=since, to_on__lt=before, revoked_at__isnull=True
    ).exclude(basis="window")
    return found.select_related("principal_entity").order_by("pk")


def proxy(id: int) -> Proxy:
    """The proxy with this id, be it ended."""
    found = (
        Proxy.objects.select_related("principal_person", "principal_entity", "agent")
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def proxy_request(id: int) -> ProxyRequest:
    """The request for a proxy with this id, be it answered."""
    found = ProxyRequest.objects.select_related("principal", "agent").filter(pk=id).first()
    if found is None:
        raise NotFound()
    return found


def requests_to(person: int) -> list[ProxyRequest]:
    """What others ask of the person, and is still open."""
    return list(_open_requests().filter(principal_id=person))


def requests_by(person: int) -> list[ProxyRequest]:
    """What the person asks of others, and is still open."""
    return list(_open_requests().filter(agent_id=person))


def _open_requests() -> models.QuerySet[ProxyRequest]:
    return (
        ProxyRequest.objects.filter(state="asked", closes_on__gte=clock.today())
        .select_related("principal", "agent")
        .order_by("pk")
    )


def principal_name(actor: Actor) -> str:
    """The name of whom the actor acts for; empty when for oneself."""
    if actor.for_entity:
        return entity(actor.for_entity).name
    if actor.for_person is not None and actor.for_person != actor.person:
        return person(actor.for_person).name
    return ""


def principals_of(account: Account) -> list[Principal]:
    """For whom the account may act today besides itself: as legal representative, then by proxy."""
    person = account.person_id
    found: list[Principal] = []
    if not account.is_official:
        found += [
            Principal(name=firm.name, basis="representative", entity=firm.uscc)
            for firm in LegalEntity.objects.filter(
                legal_representative_id=person, status="active"
            ).order_by("name")
        ]
    for given in proxies_for(person):
        # A window proxy belongs to the clerk's post, every other to the citizen.
        if (given.basis == "window") != account.is_official:
            continue
        firm, natural = given.principal_entity, given.principal_person
        found.append(
            Principal(
                name=firm.name if firm else natural.name if natural else "",
                basis=given.basis,
                person=given.principal_person_id,
                entity=firm.uscc if firm else "",
                proxy=given.pk,
                scope=tuple(given.scope),
                to_on=given.to_on,
            )
        )
    return found

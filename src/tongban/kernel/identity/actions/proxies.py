"""Who may act for whom."""

from datetime import date

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotPermitted
from tongban.kernel.identity import codes, queries, rules
from tongban.kernel.identity.actions.people import NewPerson, enrol_person
from tongban.kernel.identity.models import LegalEntity, Proxy
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def give_proxy(
    *,
    agent: int,
    scope: list[str],
    basis: str,
    to_on: date,
    evidence: str,
    by: Actor,
    principal: int | None = None,
    entity: str = "",
    from_on: date | None = None,
) -> Proxy:
    """Let an agent act for a person or a firm, within a scope (keys, or `["*"]`), until a day.

    Only the principal gives a proxy; a guardian's or a window's is entered by an official
    (`window.serve`) who has seen the evidence, and a firm's by its legal representative.
    """
    if (principal is None) == (not entity):
        raise ValueError("Name either the person or the firm for whom one may act.")
    firm = queries.entity(entity) if entity else None
    _check_may_give(by, basis, principal, firm, agent)
    return keep_proxy(
        agent=agent,
        scope=scope,
        basis=basis,
        to_on=to_on,
        evidence=evidence,
        by=by,
        principal=principal,
        firm=firm,
        from_on=from_on,
    )


@transaction.atomic
def keep_proxy(
    *,
    agent: int,
    scope: list[str],
    basis: str,
    to_on: date,
    evidence: str,
    by: Actor,
    principal: int | None = None,
    firm: LegalEntity | None = None,
    from_on: date | None = None,
) -> Proxy:
    """Write a proxy whose consent the caller has proven, in the caller's transaction."""
    agent_row = queries.person(agent)
    person = queries.person(principal) if principal is not None else None
    if principal == agent:
        raise rules.ProxyToOneself()
    begins = from_on or clock.today()
    rules.check_proxy(
        basis=basis,
        scope=scope,
        from_on=begins,
        to_on=to_on,
        evidence=evidence,
        principal_born_on=person.born_on if person else None,
    )
    if firm is not None and firm.status != "active":
        raise rules.EntityNotActive(name=firm.name, status=firm.status)
    given = Proxy.objects.create(
        principal_person=person,
        principal_entity=firm,
        agent=agent_row,
        scope=scope,
        basis=basis,
        from_on=begins,
        to_on=to_on,
        evidence=evidence,
        evidence_hash=vault.sha256_hex(evidence.encode()),
        given_at=clock.now(),
        given_by=by.key,
    )
    ledger.record(
        "proxy.given",
        given,
        by=by,
        principal=_principal(given),
        agent=agent,
        basis=basis,
        to_on=to_on.isoformat(),
    )
    return given


@transaction.atomic
def serve_at_window(*, name: str, number: str, by: Actor, phone: str = "") -> Proxy:
    """Act for the person who stands at the window, today; whoever is new here is enrolled.

    The clerk has seen the document, so its name and number must agree with what is known.
    """
    by.require("window.serve")
    if by.person is None:
        raise NotPermitted(grant="window.serve")
    person = enrol_person(
        person=NewPerson(name=name.strip(), number=number, phone=phone, verified_level=3), by=by
    )
    if codes.normal(person.name) != codes.normal(name):
        raise rules.NameDiffers()
    given = (
        queries.proxies_in_force()
        .filter(principal_person=person, agent_id=by.person, basis="window")
        .first()
    )
    return given or give_proxy(
        principal=person.pk,
        agent=by.person,
        scope=[rules.EVERYTHING],
        basis="window",
        from_on=clock.today(),
        to_on=clock.today(),
        evidence="Identity document seen at the window; asked for in person.",
        by=by,
    )


@transaction.atomic
def revoke_proxy(*, proxy: int, by: Actor) -> Proxy:
    """Take a proxy back, at once; principal, agent, and an official at the window may."""
    given = queries.proxy(proxy)
    firm = given.principal_entity
    concerned = {given.principal_person_id, given.agent_id} - {None}
    if firm is not None and firm.legal_representative_id is not None:
        concerned.add(firm.legal_representative_id)
    if by.person not in concerned:
        by.require("window.serve")
    revoked = Proxy.objects.filter(pk=proxy, revoked_at__isnull=True).update(
        revoked_at=clock.now(), revoked_by=by.key
    )
    if revoked:
        ledger.record(
            "proxy.revoked", given, by=by, principal=_principal(given), agent=given.agent_id
        )
    return queries.proxy(proxy)


def _check_may_give(
    by: Actor, basis: str, principal: int | None, firm: LegalEntity | None, agent: int
) -> None:
    if basis in {"guardian", "window"}:
        # Neither can be consented to online by the principal: someone sees the paper or the person.
        by.require("window.serve")
        if basis == "window" and by.kind == "official" and by.person != agent:
            raise NotPermitted(grant="window.serve")
        return
    if by.kind == "part" or by.may("window.serve"):
        return
    # A proxy does not pass on: one who acts for another cannot let a third act (民法典 169).
    own = by.kind == "person" and by.proxy is None
    if own and principal is not None and by.person == principal:
        return
    if own and firm is not None and firm.legal_representative_id == by.person:
        return
    raise NotPermitted(grant="window.serve")


def _principal(given: Proxy) -> str:
    firm = given.principal_entity
    return f"entity:{firm.uscc}" if firm else f"person:{given.principal_person_id}"

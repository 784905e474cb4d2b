"""Asking to act for somebody: nothing holds until they agree, signed in or standing at a window."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound, NotPermitted
from tongban.kernel.identity import queries, rules
from tongban.kernel.identity.actions.consents import issue_code, try_code, use_code
from tongban.kernel.identity.actions.proxies import give_proxy, keep_proxy
from tongban.kernel.identity.models import ProxyRequest
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def ask_for_proxy(*, principal: int, scope: list[str], to_on: date, by: Actor) -> ProxyRequest:
    """Ask a relative to let one act for them, within a scope (keys, or `["*"]`), until a day.

    Refuses what could not be given either: no scope, a day past or more than a year away, oneself;
    and a second request to the same person, or a sixth at a time.
    """
    if by.kind != "person" or by.proxy is not None or by.person is None or by.for_entity:
        # One asks for oneself only: not from a post, and not in another's name.
        raise NotPermitted(grant="window.serve")
    if principal == by.person:
        raise rules.ProxyToOneself()
    today = clock.today()
    person = queries.person(principal)
    rules.check_proxy(
        basis="family",
        scope=scope,
        from_on=today,
        to_on=to_on,
        evidence="asked",
        principal_born_on=person.born_on,
    )
    # What nobody answered makes room for a new one.
    ProxyRequest.objects.filter(agent_id=by.person, state="asked", closes_on__lt=today).update(
        state="lapsed"
    )
    waiting = ProxyRequest.objects.filter(agent_id=by.person, state="asked").count()
    if waiting >= rules.REQUESTS_OPEN:
        raise rules.AskedTooOften(most=rules.REQUESTS_OPEN)
    try:
        with transaction.atomic():
            asked = ProxyRequest.objects.create(
                principal=person,
                agent_id=by.person,
                scope=scope,
                to_on=to_on,
                asked_at=clock.now(),
                closes_on=min(to_on, today + timedelta(days=rules.REQUEST_DAYS)),
            )
    except IntegrityError:
        raise rules.AskedAlready() from None
    ledger.record(
        "proxy.asked",
        asked,
        by=by,
        principal=f"person:{principal}",
        agent=by.person,
        to_on=to_on.isoformat(),
        closes_on=asked.closes_on.isoformat(),
    )
    return asked


@transaction.atomic
def answer_request(*, request: int, agrees: bool, by: Actor) -> ProxyRequest:
    """Agree or decline: the principal, signed in; or a clerk before whom the principal stands."""
    asked = queries.proxy_request(request)
    evidence = _check_may_answer(asked, by)
    _end(asked, state="declined", by=by)
    if agrees:
        given = give_proxy(
            principal=asked.principal_id,
            agent=asked.agent_id,
            scope=asked.scope,
            basis="family",
            to_on=asked.to_on,
            evidence=evidence,
            by=by,
        )
        ProxyRequest.objects.filter(pk=asked.pk).update(state="agreed", proxy=given)
    else:
        ledger.record("proxy.declined", asked, by=by, **_both(asked))
    return queries.proxy_request(request)


@transaction.atomic
def code_for_request(*, request: int, by: Actor) -> tuple[int, str]:
    """A code to be sent to the principal's telephone, by which they agree to this request."""
    asked = queries.proxy_request(request)
    _check_asker(asked, by)
    if asked.state != "asked" or asked.closes_on < clock.today():
        raise rules.RequestOver()
    return issue_code(person=asked.principal_id, subject=_subject(asked), by=by)


def agree_by_code(*, request: int, code: str, by: Actor) -> ProxyRequest:
    """The principal agrees by the code that they read out; whoever asked enters it.

    A wrong code is kept as a try, so it is tried before the transaction of the proxy begins.
    """
    asked = queries.proxy_request(request)
    _check_asker(asked, by)
    key = try_code(person=asked.principal_id, subject=_subject(asked), code=code, by=by)
    if key is None:
        raise rules.CodeWrong()
    with transaction.atomic():
        use_code(code=key, by=by)
        _end(asked, state="declined", by=by)
        given = keep_proxy(
            principal=asked.principal_id,
            agent=asked.agent_id,
            scope=asked.scope,
            basis="family",
            to_on=asked.to_on,
            evidence=f"Agreed to by a code sent to the registered phone; request {asked.pk}.",
            by=by,
        )
        ProxyRequest.objects.filter(pk=asked.pk).update(state="agreed", proxy=given)
    return queries.proxy_request(request)


def _check_asker(asked: ProxyRequest, by: Actor) -> None:
    """Whoever asked, signed in for themselves; or a clerk before whom they stand."""
    own = by.kind == "person" and not by.on_behalf and by.person == asked.agent_id
    serves = by.is_official and by.proxy is not None and by.for_person == asked.agent_id
    if not own and not (serves and by.may("window.serve")):
        raise NotFound()


def _subject(asked: ProxyRequest) -> str:
    return f"proxy:{asked.pk}"


@transaction.atomic
def take_request_back(*, request: int, by: Actor) -> ProxyRequest:
    """Whoever asked no longer does."""
    asked = queries.proxy_request(request)
    if by.person != asked.agent_id or by.on_behalf:
        raise NotFound()
    _end(asked, state="ended", by=by)
    ledger.record("proxy.request_ended", asked, by=by, **_both(asked))
    return queries.proxy_request(request)


def _check_may_answer(asked: ProxyRequest, by: Actor) -> str:
    """The words that prove the consent; refuses everyone who cannot give it."""
    if by.kind == "person" and by.proxy is None and by.person == asked.principal_id:
        return f"Agreed to by the principal, signed in; request {asked.pk}."
    serves = by.proxy is not None and by.for_person == asked.principal_id
    if by.is_official and serves and by.may("window.serve"):
        return f"Agreed to in person at the window, document seen; request {asked.pk}."
    raise NotFound()


def _end(asked: ProxyRequest, *, state: str, by: Actor) -> None:
    ended = ProxyRequest.objects.filter(
        pk=asked.pk, state="asked", closes_on__gte=clock.today()
    ).update(state=state, answered_at=clock.now(), answered_by=by.key)
    if not ended:
        raise rules.RequestOver()


def _both(asked: ProxyRequest) -> dict[str, Any]:
    return {"principal": f"person:{asked.principal_id}", "agent": asked.agent_id}

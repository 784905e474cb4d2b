"""The only writers of visits: begun and ended by the clerk, confirmed by the visitor."""

import secrets

from django.db import transaction

from tongban.domains.cases import queries as cases
from tongban.domains.cases.queries import DraftView
from tongban.domains.windows import queries, rules
from tongban.domains.windows.models import Visit
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import actions as identity
from tongban.kernel.identity import queries as people
from tongban.kernel.identity import rules as people_rules
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def begin(*, name: str, number: str, by: Actor, phone: str = "") -> Visit:
    """Serve the person who stands at the window; the visit before ends with it.

    The clerk has seen the document: its name and number must agree with what is known. Whoever is
    new is enrolled, for which the phone is needed.
    """
    by.require("case.receive")
    given = identity.serve_at_window(name=name, number=number, phone=phone, by=by)
    proxy = people.proxy(given.pk)
    assert proxy.principal_person_id is not None
    end(by=by)
    visit = Visit.objects.create(
        token=secrets.token_urlsafe(32),
        clerk=by.key,
        organ=by.organ,
        person=proxy.principal_person_id,
        proxy=proxy.pk,
        began_at=clock.now(),
    )
    ledger.record("visit.begun", visit, by=by, person=visit.person, organ=by.organ)
    return visit


@transaction.atomic
def confirm(*, token: str, shown: str, by: Actor) -> Visit:
    """The visitor confirms what stands on their screen; `shown` is the hash of what they saw."""
    visit = queries.by_token(token)
    view = queries.draft_of(visit)
    if view is None:
        raise rules.NothingToConfirm()
    rules.check_shown(shown=shown, stands=cases.stands(view))
    if visit.confirmed_hash == shown:
        return visit
    visit.draft, visit.confirmed_hash, visit.confirmed_at = view.draft.key, shown, clock.now()
    visit.save(update_fields=["draft", "confirmed_hash", "confirmed_at"])
    ledger.record("visit.confirmed", visit, by=by, draft=visit.draft, hash=shown, means="screen")
    return visit


@transaction.atomic
def code_for_visit(*, shown: str, by: Actor) -> tuple[int, str]:
    """A code to be sent to the visitor's telephone, by which they confirm what stands now."""
    visit, view = _standing(by)
    rules.check_shown(shown=shown, stands=cases.stands(view))
    return identity.issue_code(person=visit.person, subject=_subject(visit, shown), by=by)


def confirm_by_code(*, shown: str, code: str, by: Actor) -> Visit:
    """The visitor read out the code of their telephone: what it was sent for is confirmed.

    For whoever has no second screen before them. The code is bound to what stood in the form when
    it was sent; whatever was changed since is confirmed anew.
    """
    visit, view = _standing(by)
    rules.check_shown(shown=shown, stands=cases.stands(view))
    key = identity.try_code(person=visit.person, subject=_subject(visit, shown), code=code, by=by)
    if key is None:
        raise people_rules.CodeWrong()
    with transaction.atomic():
        identity.use_code(code=key, by=by)
        visit.draft, visit.confirmed_hash, visit.confirmed_at = view.draft.key, shown, clock.now()
        visit.save(update_fields=["draft", "confirmed_hash", "confirmed_at"])
        ledger.record("visit.confirmed", visit, by=by, draft=visit.draft, hash=shown, means="code")
    return visit


def _standing(by: Actor) -> tuple[Visit, DraftView]:
    by.require("case.receive")
    visit = queries.current(by=by)
    if visit is None:
        raise rules.VisitOver()
    view = queries.draft_of(visit)
    if view is None:
        raise rules.NothingToConfirm()
    return visit, view


def _subject(visit: Visit, shown: str) -> str:
    return f"filing:{visit.pk}:{shown}"


@transaction.atomic
def end(*, by: Actor) -> int:
    """End what the clerk serves now; answers how many visits that were."""
    by.require("case.receive")
    ended = 0
    for visit in Visit.objects.filter(clerk=by.key, ended_at=None):
        if Visit.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=clock.now()):
            ledger.record("visit.ended", visit, by=by)
            ended += 1
    return ended

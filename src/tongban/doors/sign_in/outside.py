"""Signing in by an identity service elsewhere: there and back."""

import logging
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tongban.connectors import identity_providers
from tongban.doors.sign_in import entering
from tongban.kernel.actor import NOBODY
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import actions
from tongban.kernel.identity.rules import NotTheirWord
from tongban.kernel.ui.access import open_to_all

log = logging.getLogger(__name__)

KEPT, NEXT = "outside", "outside_next"


@open_to_all
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the identity service; the session keeps what the answer must match.

    By a link: our policy lets no form lead to another site, and beginning changes nothing.
    """
    begun = _provider().begin(back=_back())
    request.session[KEPT] = begun.kept()
    request.session[NEXT] = entering.own_path(request.GET.get("next"))
    return HttpResponseRedirect(begun.address)


@open_to_all
def finish(request: HttpRequest) -> HttpResponse:
    """Come back from there; each beginning can be finished once."""
    kept = request.session.pop(KEPT, None)
    back = request.session.pop(NEXT, "")
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if kept is None or not code or not secrets.compare_digest(state, kept["state"]):
        log.warning("sign-in elsewhere: %s", request.GET.get("error", "no such beginning")[:60])
        raise NotTheirWord()
    word = _provider().finish(code=code, back=_back(), kept=kept)
    account = actions.sign_in_by_word(
        issuer=word.issuer,
        subject=word.subject,
        name=word.name,
        number=word.number,
        username=word.username,
        is_strong=word.is_strong,
        by=NOBODY,
    )
    return entering.enter(request, account, means="outside", back=back)


def _provider() -> identity_providers.Provider:
    found = identity_providers.provider()
    if found is None:
        raise NotFound()
    return found


def _back() -> str:
    return settings.BASE_URL.rstrip("/") + reverse("sign-in-outside-back")

"""What the pages of signing in share: who is there, where a refusal stands, which frame."""

from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Invalid, NotFound, Refusal
from tongban.kernel.identity import codes
from tongban.kernel.identity.queries import Account
from tongban.kernel.ui import layouts, menus, modes, refusals


def account(request: HttpRequest) -> Account:
    """The account that is signed in."""
    found = request.user
    if not isinstance(found, Account):
        raise NotFound()
    return found


def actor(request: HttpRequest) -> Actor:
    """Who acts."""
    return menus.actor_of(request)


def show(form: django_forms.Form, refusal: Refusal) -> int:
    """Put a refusal where it belongs on the form; answers the status of the page."""
    if isinstance(refusal, Invalid) and refusal.problems:
        for name, sentences in refusal.problems.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
    elif isinstance(refusal, codes.BadCode) and "number" in form.fields:
        form.add_error("number", gettext(refusal.fault.value))
    else:
        said = refusals.say(refusal)
        form.add_error(None, f"{said.says} {said.hint}".strip())
    return refusal.status


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in the frame of whoever looks: officials' or citizens', elder mode too."""
    official = isinstance(request.user, Account) and request.user.is_official
    layout = layouts.STAFF if official else layouts.of(request)
    known = {**context, "layout": layout, "today": clock.today()}
    return modes.page(request, template, known, status=status)

"""A refusal as it is shown: a page in the right layout, a fragment for htmx, or JSON."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.urls import NoReverseMatch
from django.utils.http import urlencode
from django.utils.translation import gettext

from tongban.kernel.errors import N_, Invalid, NotFound, NotPermitted, Refusal, SignInNeeded
from tongban.kernel.ui import grants, layouts


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong and what to do, in the reader's language."""

    says: str
    hint: str
    status: int
    problems: dict[str, list[str]] = field(default_factory=dict)


class BadRequest(Refusal):
    """The request itself cannot be read."""

    says = N_("This request cannot be read.")
    hint = N_("Go back to the page before and try again.")
    status = 400


class FormTooOld(Refusal):
    """The form's token is missing or no longer valid."""

    says = N_("This page stood open for too long, or your browser refuses cookies.")
    hint = N_("Open the page again and repeat the last step; nothing was changed.")
    status = 403


class Closed(Refusal):
    """Django refused by its own means."""

    says = N_("This page is not open to you.")
    hint = N_("Sign in as somebody who may see it, or ask the office in charge.")
    status = 403


class Broken(Refusal):
    """Our own fault."""

    says = N_("Something went wrong on our side.")
    hint = N_(
        "Nothing you sent was half done. Try again; if it happens again, tell us the number below."
    )
    status = 500


def say(refusal: Refusal) -> Said:
    """Translate first, then put the facts in."""
    problems = refusal.problems if isinstance(refusal, Invalid) else {}
    facts = refusal.facts
    if isinstance(refusal, NotPermitted) and "grant" in facts:
        facts = {**facts, "grant": grants.words(str(facts["grant"]))}
    return Said(
        says=_fill(refusal.says, facts),
        hint=_fill(refusal.hint, facts),
        status=refusal.status,
        problems=problems,
    )


def _fill(text: str, facts: dict[str, Any]) -> str:
    # gettext("") answers the header of the catalogue.
    return gettext(text).format(**facts) if text else ""


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a request with a refusal, in the form in which it was asked."""
    said = say(refusal)
    if wants_json(request):
        body: dict[str, Any] = {"says": said.says, "hint": said.hint, "status": said.status}
        if said.problems:
            body["problems"] = said.problems
        return JsonResponse(body, status=said.status, json_dumps_params={"ensure_ascii": False})
    sign_in = sign_in_address(request) if isinstance(refusal, SignInNeeded) else ""
    if is_htmx(request):
        fragment = render_to_string("ui/parts/refusal.html", {"said": said}, request)
        response = HttpResponse(fragment, status=said.status)
        if sign_in:
            response["HX-Redirect"] = sign_in
        return response
    if sign_in and request.method in {"GET", "HEAD"}:
        response = HttpResponse(status=302)
        response["Location"] = sign_in
        return response
    context = {"said": said, "layout": layouts.of(request), "sign_in": sign_in}
    return render(request, "ui/error.html", context, status=said.status)


def sign_in_address(request: HttpRequest) -> str:
    """Where one signs in and comes back from; nothing where no such page exists."""
    try:
        page = resolve_url(settings.LOGIN_URL)
    except NoReverseMatch:
        return ""
    if request.path == page:
        return page
    back = request.get_full_path() if request.method == "GET" else request.path
    return f"{page}?{urlencode({'next': back})}"


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a fragment; a restored history entry wants the whole page."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks."""
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept


# Django's own doors of error; named in urls.py and settings.


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return answer(request, BadRequest())


def not_permitted(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return answer(request, Closed())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return answer(request, NotFound())


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    return answer(request, FormTooOld())


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: leans on nothing that may be broken itself, neither session nor database."""
    said = say(Broken())
    if wants_json(request):
        return JsonResponse(
            {"says": said.says, "hint": said.hint, "status": 500},
            status=500,
            json_dumps_params={"ensure_ascii": False},
        )
    number = getattr(request, "request_id", "")
    page = render_to_string("ui/broken.html", {"said": said, "request_id": number})
    return HttpResponse(page, status=500)

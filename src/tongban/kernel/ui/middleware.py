"""What is done to every request: a number, the display, the headers, and refusals shown."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path

from tongban.kernel import trips
from tongban.kernel.errors import Refusal
from tongban.kernel.identity import actions as identity
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.menus import actor_of

GetResponse = Callable[[HttpRequest], HttpResponse]

CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)

_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The number of the request being answered, for the log; empty outside one."""
    return _current.get()


class RequestIdMiddleware:
    """Give each request a number, or the one that the gateway gave it, and a memory of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if _NUMBER.fullmatch(given) else uuid4().hex
        request.request_id = number  # type: ignore[attr-defined]
        token = _current.set(number)
        try:
            with trips.remembering():
                response = self.get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = number
        return response


class SecurityHeadersMiddleware:
    """A strict content policy, and nothing personal left in shared or back-button caches."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's own page for developers lives on inline styles.
        if not (settings.DEBUG and response.status_code in {404, 500}):
            response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if actor_of(request).kind != "nobody":
            response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ("HX-Request", "Cookie"))
        return response


class DisplayMiddleware:
    """Read the display from its cookie, and speak its language.

    `?ui=elder` on any page changes what it names, keeps it, and comes back to the page without it.
    A change of the display is harmless, so a plain link may do it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        display = modes.read(request.COOKIES.get(modes.COOKIE, ""))
        if _changes_display(request):
            display = modes.read(".".join(request.GET.getlist("ui")), display)
        request.ui = display  # type: ignore[attr-defined]
        translation.activate(display.language)
        request.LANGUAGE_CODE = display.language
        try:
            response = self.get_response(request)
        finally:
            translation.deactivate()
        if _changes_display(request):
            response = _without_change(request)
            modes.keep(response, display, secure=request.is_secure())
        response.headers.setdefault("Content-Language", display.language)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Remember a change for the one signed in, whom the door knows by now; skip the view."""
        if not _changes_display(request):
            return None
        account = getattr(request, "user", None)
        if account is not None and account.is_authenticated:
            display = modes.of(request)
            identity.prefer(
                account=account.pk,
                by=actor_of(request),
                language=display.language,
                display=str(replace(display, language="")).rstrip("."),
            )
        return HttpResponse(status=204)


def _changes_display(request: HttpRequest) -> bool:
    return request.method == "GET" and "ui" in request.GET


def _without_change(request: HttpRequest) -> HttpResponse:
    rest = request.GET.copy()
    del rest["ui"]
    # The path is our own; a second slash at its start would name another host.
    address = "/" + escape_uri_path(request.path).lstrip("/")
    return HttpResponseRedirect(f"{address}?{rest.urlencode()}" if rest else address)


class RefusalMiddleware:
    """Show a refusal that rose unhandled; nothing was changed when one is raised."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_: object) -> HttpResponse | None:
        """Refuse the character that no form can hold, and no database will take."""
        sent = [request.path, *_texts(request.GET)]
        # Whoever signs the body itself reads it, and refuses it, by itself.
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            sent += _texts(request.POST)
        is_broken = any("\0" in text for text in sent)
        return refusals.answer(request, refusals.BadRequest()) if is_broken else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; everything else goes its way."""
        return refusals.answer(request, exception) if isinstance(exception, Refusal) else None


def _texts(sent: QueryDict) -> list[str]:
    return [text for name, values in sent.lists() for text in (name, *values)]

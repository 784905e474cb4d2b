"""Where an account goes after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from tongban.doors.sign_in import session
from tongban.kernel.identity import queries
from tongban.kernel.identity.queries import Account
from tongban.kernel.ui import menus, modes


def own_path(text: str | None) -> str:
    """A path of our own to come back to; anything else is dropped."""
    path = text or ""
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own else ""


def enter(request: HttpRequest, account: Account, *, means: str, back: str) -> HttpResponse:
    session.begin(request, account, means=means)
    response = redirect(onward(account, back, demo=means == "demo"))
    if account.display or account.language:
        display = modes.read(f"{account.display}.{account.language}", modes.of(request))
        modes.keep(response, display, secure=request.is_secure())
    return response


def onward(account: Account, back: str, *, demo: bool = False) -> str:
    """Where an account goes after signing in."""
    if account.is_official and account.totp_confirmed_at is None and not demo:
        return reverse("second-factor")
    if len(queries.posts_of(account)) > 1:
        return reverse("acting") + (f"?{urlencode({'next': back})}" if back else "")
    return back or home(account)


def home(account: Account, *, serving: bool = False) -> str:
    # Whoever serves at the window goes where the citizen would go.
    official = account.is_official and not serving
    return (menus.address("office") if official else menus.address("home")) or "/"

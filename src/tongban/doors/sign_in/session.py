"""What a session keeps: when it began and was last used, the post held now, on whose behalf.

All in real time: a story that moves the calendar signs nobody out.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.contrib.auth import login, logout
from django.http import HttpRequest

from tongban.kernel import clock
from tongban.kernel.identity import queries
from tongban.kernel.identity.queries import Account

MINUTE: Final = 60
IDLE_OFFICIAL: Final = 30 * MINUTE
IDLE_CITIZEN: Final = 60 * MINUTE
ABSOLUTE: Final = 12 * 60 * MINUTE
WARNING: Final = 2 * MINUTE
BACKEND: Final = "django.contrib.auth.backends.ModelBackend"

BEGAN, SEEN, MEANS = "began", "seen", "means"
POST, PROXY, ENTITY = "post", "proxy", "entity"
ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Ends:
    """When a session ends unless it is used."""

    at: datetime
    seconds: int


def begin(request: HttpRequest, account: Account, *, means: str) -> None:
    """Begin a session under a new key, so that one planted before is worth nothing."""
    login(request, account, backend=BACKEND)
    now = clock.instant().timestamp()
    session = request.session
    session.set_expiry(ABSOLUTE)
    session[BEGAN], session[SEEN], session[MEANS] = now, now, means
    posts = queries.posts_of(account)
    if posts:
        # With several, the first until one is chosen; the page to choose comes next.
        session[POST] = posts[0].id


def end(request: HttpRequest, *, unused: bool = False) -> None:
    """End the session; the next page may say why."""
    logout(request)
    if unused:
        request.session[ENDED] = True


def ends(request: HttpRequest, account: Account) -> Ends:
    """When the session ends unless it is used."""
    session = request.session
    idle = IDLE_OFFICIAL if account.is_official else IDLE_CITIZEN
    at = min(session.get(SEEN, 0) + idle, session.get(BEGAN, 0) + ABSOLUTE)
    left = at - clock.instant().timestamp()
    return Ends(at=datetime.fromtimestamp(at, UTC).astimezone(clock.ZONE), seconds=int(left))


def use(request: HttpRequest) -> None:
    """Note that the session is used; once a minute is enough, and spares a write per page."""
    now = clock.instant().timestamp()
    if now - request.session.get(SEEN, 0) > MINUTE:
        request.session[SEEN] = now


def hold(request: HttpRequest, post: int) -> None:
    """Take another post; acting for someone ends with the post in which it began."""
    release(request)
    request.session[POST] = post


def act_for(request: HttpRequest, *, proxy: int | None = None, entity: str = "") -> None:
    """Act for someone from the next request on."""
    release(request)
    if proxy is not None:
        request.session[PROXY] = proxy
    elif entity:
        request.session[ENTITY] = entity


def release(request: HttpRequest) -> None:
    """Act for oneself again."""
    request.session.pop(PROXY, None)
    request.session.pop(ENTITY, None)

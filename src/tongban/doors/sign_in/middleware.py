"""Who acts in this request, and whether the page is open to them."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tongban.doors.sign_in import session
from tongban.kernel.actor import NOBODY, Actor
from tongban.kernel.crypto import masking
from tongban.kernel.errors import Refusal
from tongban.kernel.identity import queries
from tongban.kernel.identity.queries import Account
from tongban.kernel.ui import refusals
from tongban.kernel.ui.access import access_of

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

# What an official reaches before the second factor is confirmed.
BEFORE_SECOND_FACTOR = frozenset({"second-factor", "sign-out"})


class ActorMiddleware:
    """Set `request.actor`, and refuse every view that does not say to whom it is open.

    Also set: `request.acting_for`, the name of whom one acts for, and `request.session_ends`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        try:
            queries.check_demo_is_safe()
        except Refusal as unsafe:
            raise ImproperlyConfigured(str(unsafe)) from unsafe

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = NOBODY  # type: ignore[attr-defined]
        account = request.user
        if isinstance(account, Account) and account.is_authenticated:
            ends = session.ends(request, account)
            if ends.seconds <= 0:
                session.end(request, unused=True)
            else:
                session.use(request)
                request.session_ends = session.ends(request, account)  # type: ignore[attr-defined]
                try:
                    self._find_actor(request, account)
                except Refusal as refusal:
                    # Not in silence: whoever sends a form for someone must not send it for
                    # themselves instead.
                    session.release(request)
                    self._find_actor(request, account)
                    return refusals.answer(request, refusal)
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Refuse a view without a mark, and send an official to the second factor first."""
        access = access_of(view)
        if access is None:
            log.error("A view says not to whom it is open: %s", getattr(view, "__qualname__", view))
            raise PermissionDenied
        if access.to == "all" or not _owes_second_factor(request):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in BEFORE_SECOND_FACTOR:
            return None
        return redirect("second-factor")

    @staticmethod
    def _find_actor(request: HttpRequest, account: Account) -> None:
        kept = request.session
        proxy, entity = kept.get(session.PROXY), kept.get(session.ENTITY, "")
        actor = queries.actor_for(
            account=account,
            post=None if _owes_second_factor(request) else kept.get(session.POST),
            proxy=proxy,
            entity=entity,
            channel="window" if account.is_official and proxy is not None else "web",
        )
        request.actor = actor  # type: ignore[attr-defined]
        request.acting_for = _acting_for(actor)  # type: ignore[attr-defined]


def _owes_second_factor(request: HttpRequest) -> bool:
    account = request.user
    return (
        isinstance(account, Account)
        and account.is_official
        and account.totp_confirmed_at is None
        and request.session.get(session.MEANS) != "demo"
    )


def _acting_for(actor: Actor) -> str:
    """The name on the banner: a firm's whole, a person's masked, as others read the screen too."""
    if not actor.on_behalf:
        return ""
    name = queries.principal_name(actor)
    return name if actor.for_entity else masking.mask_name(name)

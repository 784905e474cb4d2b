"""Who may open a page: each view says so, and a view that says nothing is closed.

    @signed_in
    def progress(request): …

    @demands("case.accept")
    def queue(request): …

The mark is the attribute `access` of the view; the sign-in door refuses a view without one.
Write the mark as the topmost decorator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotPermitted, SignInNeeded

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], Answer]


@dataclass(frozen=True, slots=True)
class Access:
    """The mark on a view (开放范围)."""

    to: Literal["all", "signed_in", "grant"]
    grants: tuple[str, ...] = ()
    """One of these is enough."""

    def check(self, actor: Actor) -> None:
        """Refuse an actor to whom the page is not open."""
        if self.to == "all":
            return
        if actor.kind == "nobody":
            raise SignInNeeded()
        if self.grants and not any(actor.may(grant) for grant in self.grants):
            raise NotPermitted(grant=", ".join(self.grants))


def open_to_all(view: View[P, Answer]) -> View[P, Answer]:
    """Open a page to everyone, on purpose."""
    return _marked(view, Access("all"))


def signed_in(view: View[P, Answer]) -> View[P, Answer]:
    """Open a page to whoever is signed in; what they see is the page's own question."""
    return _marked(view, Access("signed_in"))


def demands(*grants: str) -> Callable[[View[P, Answer]], View[P, Answer]]:
    """Open a page to posts that carry the grant, or one of several."""
    if not grants:
        raise TypeError("Name the grant that opens the page, or use `signed_in`.")

    def mark(view: View[P, Answer]) -> View[P, Answer]:
        return _marked(view, Access("grant", grants))

    return mark


def access_of(view: Callable[..., Any]) -> Access | None:
    """The mark of a view; None means that it is closed."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None


def _marked(view: View[P, Answer], access: Access) -> View[P, Answer]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        # Where no door has found out who acts, this fails: closed, not open.
        access.check(request.actor)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded

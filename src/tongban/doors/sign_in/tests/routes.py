"""Routes of each kind, to try the door on."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_GET

from tongban.kernel.ui.access import demands, open_to_all, signed_in
from tongban.kernel.ui.menus import actor_of


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


@open_to_all
def everyone(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return HttpResponse(f"{actor.key} for {actor.on_behalf or 'self'} by {actor.channel}")


@signed_in
@require_GET
def members(request: HttpRequest) -> HttpResponse:
    return HttpResponse(actor_of(request).key)


@demands("case.accept", "case.decide")
def reviewers(request: HttpRequest) -> HttpResponse:
    return HttpResponse(actor_of(request).key)


urlpatterns = [
    path("", everyone, name="home"),
    path("unmarked/", unmarked),
    path("everyone/", everyone),
    path("members/", members),
    path("reviewers/", reviewers),
    path("", include("tongban.doors.sign_in.urls")),
]
handler403 = "tongban.kernel.ui.refusals.not_permitted"
handler404 = "tongban.kernel.ui.refusals.not_found"

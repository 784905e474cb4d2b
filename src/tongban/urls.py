"""One line per app; each app keeps its own routes."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tongban.doors.health.urls")),
    path("", include("tongban.doors.sign_in.urls")),
    path("", include("tongban.doors.portal.urls")),
    path("", include("tongban.domains.services.urls")),
    path("", include("tongban.domains.cases.urls")),
    path("", include("tongban.domains.licences.urls")),
    path("", include("tongban.domains.registries.urls")),
    path("", include("tongban.domains.reviews.urls")),
    path("office/", include("tongban.doors.workbench.urls")),
]

handler400 = "tongban.kernel.ui.refusals.bad_request"
handler403 = "tongban.kernel.ui.refusals.not_permitted"
handler404 = "tongban.kernel.ui.refusals.not_found"
handler500 = "tongban.kernel.ui.refusals.broken"

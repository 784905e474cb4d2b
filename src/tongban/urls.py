"""One line per app; each app keeps its own routes."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tongban.doors.health.urls")),
    path("", include("tongban.doors.sign_in.urls")),
    path("", include("tongban.doors.portal.urls")),
    path("", include("tongban.doors.api.urls")),
    path("", include("tongban.domains.services.urls")),
    path("", include("tongban.domains.cases.urls")),
    path("", include("tongban.domains.enterprise.urls")),
    path("", include("tongban.domains.appointments.urls")),
    path("", include("tongban.domains.licences.urls")),
    path("", include("tongban.domains.seals.urls")),
    path("", include("tongban.domains.payments.urls")),
    path("", include("tongban.domains.archives.urls")),
    path("", include("tongban.domains.messages.urls")),
    path("", include("tongban.domains.handovers.urls")),
    path("", include("tongban.domains.registries.urls")),
    path("", include("tongban.domains.credit.urls")),
    path("", include("tongban.domains.reviews.urls")),
    path("", include("tongban.domains.uplinks.urls")),
    path("", include("tongban.domains.investments.urls")),
    path("office/", include("tongban.doors.workbench.urls")),
    path("at-the-window/", include("tongban.doors.workbench.screens")),
]

handler400 = "tongban.kernel.ui.refusals.bad_request"
handler403 = "tongban.kernel.ui.refusals.not_permitted"
handler404 = "tongban.kernel.ui.refusals.not_found"
handler500 = "tongban.kernel.ui.refusals.broken"

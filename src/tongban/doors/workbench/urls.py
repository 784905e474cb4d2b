from django.urls import include, path

from tongban.doors.workbench import audit, definitions, posts, queue, window

urlpatterns = [
    path("", queue.queue, name="office"),
    path("next/", queue.claim_next, name="office-next"),
    path("done/", queue.done, name="office-done"),
    path("cases/", include("tongban.domains.cases.workbench.urls")),
    path("licences/", include("tongban.domains.licences.workbench.urls")),
    path("window/", window.intake, name="office-window"),
    path("window/<str:number>/receipt/", window.receipt, name="office-receipt"),
    path("definitions/", definitions.overview, name="office-definitions"),
    path("definitions/kinds/<slug:name>/", definitions.kind, name="office-kind"),
    path("definitions/<int:pk>/", definitions.definition, name="office-definition"),
    path("definitions/<int:pk>/act/", definitions.act, name="office-definition-act"),
    path("ledger/", audit.ledger, name="office-ledger"),
    path("ledger/verify/", audit.verify, name="office-ledger-verify"),
    path("deliveries/", audit.deliveries, name="office-deliveries"),
    path("deliveries/<int:pk>/", audit.delivery, name="office-delivery"),
    path("posts/", posts.organs, name="office-posts"),
    path("posts/<slug:key>/", posts.organ, name="office-organ"),
    path("posts/<slug:key>/appoint/", posts.appoint, name="office-appoint"),
    path("posts/<slug:key>/<int:pk>/end/", posts.end, name="office-end"),
]

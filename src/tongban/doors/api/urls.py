from django.urls import path

from tongban.doors.api import reading, views, writing

urlpatterns = [
    path("api/", views.about, name="api"),
    path("api/v1/openapi.json", views.document, name="api-document"),
    path("api/v1/items", reading.items, name="api-items"),
    path("api/v1/items/<str:key>", reading.item, name="api-item"),
    path("api/v1/one-things", reading.things, name="api-things"),
    path("api/v1/one-things/<str:key>", reading.thing, name="api-thing"),
    path("api/v1/forms", reading.form, name="api-form"),
    path("api/v1/cases/status", reading.status, name="api-status"),
    path("api/v1/cases/withdraw", writing.withdraw, name="api-withdraw"),
    path("api/v1/applications", writing.file, name="api-file"),
    path("api/v1/applications/status", reading.progress, name="api-progress"),
    path("api/v1/applications/supplement", writing.supplement, name="api-supplement"),
    path("api/v1/notices", reading.notices, name="api-notices"),
    path("api/v1/notices/document", reading.notice, name="api-notice"),
    path("api/v1/licences", reading.given, name="api-licences"),
    path("api/v1/reviews", writing.rate, name="api-rate"),
]

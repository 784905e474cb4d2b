from django.urls import path

from tongban.doors.api import views

urlpatterns = [
    path("api/", views.about, name="api"),
    path("api/v1/openapi.json", views.document, name="api-document"),
    path("api/v1/items", views.items, name="api-items"),
    path("api/v1/items/<str:key>", views.item, name="api-item"),
    path("api/v1/cases/status", views.status, name="api-status"),
    path("api/v1/applications", views.file, name="api-file"),
]

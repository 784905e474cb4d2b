from django.urls import path

from tongban.doors.health import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.exposition, name="metrics"),
]

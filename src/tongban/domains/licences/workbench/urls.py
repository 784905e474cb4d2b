from django.urls import path

from tongban.domains.licences.workbench import views

urlpatterns = [
    path("", views.issued, name="office-licences"),
    path("<str:identifier>/", views.licence, name="office-licence"),
]

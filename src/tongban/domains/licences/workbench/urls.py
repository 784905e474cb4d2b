from django.urls import path

from tongban.domains.licences.workbench import reports, views

urlpatterns = [
    path("", views.issued, name="office-licences"),
    path("reports/", reports.waiting, name="office-licence-reports"),
    path("reports/<int:pk>/", reports.task, name="office-licence-report"),
    path("<str:identifier>/", views.licence, name="office-licence"),
]

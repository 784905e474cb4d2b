from django.urls import path

from tongban.domains.handovers import workbench

app_name = "handovers"
urlpatterns = [
    path("office/handovers/", workbench.office, name="office"),
    path("office/handovers/<str:case_no>/", workbench.supervision, name="supervision"),
]

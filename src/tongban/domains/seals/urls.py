from django.urls import path

from tongban.domains.seals import workbench

urlpatterns = [
    path("office/seals/", workbench.seals, name="office-seals"),
    path("office/seals/<str:code>/", workbench.seal, name="office-seal"),
]

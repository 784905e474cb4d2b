from django.urls import path

from tongban.domains.registries import workbench

urlpatterns = [
    path("office/corrections/", workbench.corrections, name="corrections"),
    path("office/corrections/<int:pk>/", workbench.correction, name="correction"),
]

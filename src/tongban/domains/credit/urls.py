from django.urls import path

from tongban.domains.credit import portal, workbench

urlpatterns = [
    path("credit/", portal.mine, name="credit"),
    path("office/credit/", workbench.noted, name="office-credit"),
    path("office/credit/<int:id>/", workbench.event, name="office-credit-event"),
]

from django.urls import path

from tongban.domains.uplinks import workbench

app_name = "uplinks"
urlpatterns = [
    path("office/uplinks/", workbench.uplinks, name="all"),
    path("office/uplinks/<str:key>/", workbench.uplink, name="one"),
    path("office/uplinks/<str:key>/send/", workbench.send, name="send"),
    path("office/uplinks/<str:key>/days/", workbench.compare, name="compare"),
    path("office/uplinks/<str:key>/days/<str:day>/", workbench.day, name="day"),
    path("office/uplinks/<str:key>/down/", workbench.down, name="down"),
    path("office/uplinks/refusals/<int:pk>/", workbench.refusal, name="refusal"),
]

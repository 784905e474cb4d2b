from django.urls import path

from tongban.domains.archives import workbench

app_name = "archives"
urlpatterns = [
    path("office/archives/", workbench.packages, name="packages"),
    path("office/archives/<str:case_no>/", workbench.package, name="package"),
    path("office/archives/<str:case_no>/open/", workbench.take_out, name="open"),
    path("office/archives/<str:case_no>/pack/", workbench.pack, name="pack"),
]

from django.urls import path

from tongban.domains.investments import portal, workbench

app_name = "investments"
urlpatterns = [
    path("projects/", portal.paths, name="paths"),
    path("projects/mine/", portal.mine, name="mine"),
    path("projects/mine/new/", portal.register, name="register"),
    path("projects/mine/<str:code>/", portal.project, name="project"),
    path("projects/mine/<str:code>/begin/<slug:phase>/", portal.begin, name="begin"),
    path("projects/mine/<str:code>/again/<slug:item>/", portal.again, name="again"),
    path("projects/mine/<str:code>/stop/", portal.stop, name="stop"),
    path("projects/mine/<str:code>/drawings/<str:case_no>/", portal.correct, name="correct"),
    path("office/projects/", workbench.projects, name="office"),
    path("office/projects/joint/<str:case_no>/", workbench.joint, name="joint"),
    path("office/projects/<str:code>/", workbench.project, name="office-project"),
]

from django.urls import path

from tongban.doors.workbench import views

urlpatterns = [path("", views.home, name="office")]

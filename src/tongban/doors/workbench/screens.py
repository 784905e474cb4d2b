from django.urls import path

from tongban.doors.workbench import screen

urlpatterns = [
    path("<str:token>/", screen.screen, name="screen"),
    path("<str:token>/confirm/", screen.confirm, name="screen-confirm"),
]

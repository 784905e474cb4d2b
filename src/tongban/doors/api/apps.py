from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "tongban.doors.api"
    label = "api"

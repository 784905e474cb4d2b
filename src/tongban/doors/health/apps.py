from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "tongban.doors.health"
    label = "health"

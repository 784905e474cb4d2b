from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "tongban.kernel.deadlines"
    label = "deadlines"

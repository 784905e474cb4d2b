from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tongban.kernel.jobs"
    label = "jobs"

from django.apps import AppConfig


class WindowsConfig(AppConfig):
    name = "tongban.domains.windows"
    label = "windows"

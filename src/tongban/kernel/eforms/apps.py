from django.apps import AppConfig


class EformsConfig(AppConfig):
    """Only so that Django finds the translations: the engine itself knows no Django."""

    name = "tongban.kernel.eforms"
    label = "eforms"

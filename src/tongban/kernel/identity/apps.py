from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "tongban.kernel.identity"
    label = "identity"

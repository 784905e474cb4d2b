from django.apps import AppConfig

from tongban.domains.registries import rules
from tongban.kernel.catalogue import kinds


class RegistriesConfig(AppConfig):
    name = "tongban.domains.registries"
    label = "registries"

    def ready(self) -> None:
        kinds.register(kinds.Kind(name="register", folder="registers", check=rules.check, order=30))

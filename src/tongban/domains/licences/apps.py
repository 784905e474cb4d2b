from django.apps import AppConfig

from tongban.domains.licences import rules
from tongban.kernel.catalogue import kinds


class LicencesConfig(AppConfig):
    name = "tongban.domains.licences"
    label = "licences"

    def ready(self) -> None:
        kinds.register(
            kinds.Kind(
                name="licence_type", folder="licence_types", check=rules.check_type, order=20
            )
        )

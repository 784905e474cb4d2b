from django.apps import AppConfig

from tongban.domains.registries import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class RegistriesConfig(AppConfig):
    name = "tongban.domains.registries"
    label = "registries"

    def ready(self) -> None:
        """Let cities define registers, and enter the corrections in the officials' rail."""
        kinds.register(
            kinds.Kind(
                name="register",
                label=N_("Registers"),
                folder="registers",
                check=rules.check,
                order=30,
            )
        )
        menus.rail.add(
            MenuEntry(
                label=N_("Data corrections"),
                url_name="corrections",
                icon="db",
                grant="correction.handle",
                order=60,
            )
        )

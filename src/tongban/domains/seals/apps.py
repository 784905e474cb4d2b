from django.apps import AppConfig

from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class SealsConfig(AppConfig):
    name = "tongban.domains.seals"
    label = "seals"

    def ready(self) -> None:
        """Bring our page into the rail."""
        menus.rail.add(
            MenuEntry(
                label=N_("Seals"),
                url_name="office-seals",
                icon="shield",
                order=66,
                grant="seal.propose,seal.approve",
                group=N_("Rules and records"),
            )
        )

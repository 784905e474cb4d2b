from django.apps import AppConfig

from tongban.domains.uplinks import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class UplinksConfig(AppConfig):
    name = "tongban.domains.uplinks"
    label = "uplinks"

    def ready(self) -> None:
        """Bring our kind into the catalogue and our pages into the menus."""
        kinds.register(
            kinds.Kind(
                name="uplink",
                file="uplinks.toml",
                table="uplink",
                label=N_("Superior platforms"),
                check=rules.check,
                order=80,
            )
        )
        menus.rail.add(
            MenuEntry(
                label=N_("Superior platforms"),
                url_name="uplinks:all",
                icon="upload",
                grant="uplink.keep",
                order=75,
                group=N_("After the decision"),
            )
        )

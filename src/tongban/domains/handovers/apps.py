from django.apps import AppConfig

from tongban.domains.handovers import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class HandoversConfig(AppConfig):
    name = "tongban.domains.handovers"
    label = "handovers"

    def ready(self) -> None:
        """Bring our settings into the catalogue and our page into the menu."""
        kinds.register(
            kinds.Kind(
                name="handovers",
                label=N_("Handing over to supervision"),
                file="handovers.toml",
                check=rules.check,
                order=80,
            )
        )
        menus.rail.add(
            MenuEntry(
                label=N_("Grants to supervise"),
                url_name="handovers:office",
                icon="shield",
                grant="handover.receive",
                order=71,
                group=N_("After the decision"),
            )
        )

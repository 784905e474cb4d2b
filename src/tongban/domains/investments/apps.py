from django.apps import AppConfig

from tongban.domains.investments import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class InvestmentsConfig(AppConfig):
    name = "tongban.domains.investments"
    label = "investments"

    def ready(self) -> None:
        """Bring our kind into the catalogue and our pages into the menus."""
        kinds.register(
            kinds.Kind(
                name="investment_path",
                label=N_("Paths of investment projects"),
                folder="investment_paths",
                check=rules.check,
                order=65,
            )
        )
        mine = MenuEntry(
            label=N_("My investment projects"),
            url_name="investments:mine",
            icon="flow",
            signed_in=True,
        )
        menus.account.add(mine)
        menus.footer.add(
            MenuEntry(
                label=N_("Investment projects"),
                url_name="investments:paths",
                icon="flow",
                group=N_("Services"),
                order=14,
            )
        )
        menus.rail.add(
            MenuEntry(
                label=N_("Investment projects"),
                url_name="investments:office",
                icon="flow",
                grant="project.read,project.lead",
                order=40,
                group=N_("Investment projects"),
            )
        )

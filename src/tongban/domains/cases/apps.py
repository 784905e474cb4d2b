from importlib import import_module

from django.apps import AppConfig

from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class CasesConfig(AppConfig):
    name = "tongban.domains.cases"
    label = "cases"

    def ready(self) -> None:
        """Enter the citizens' pages in their menus."""
        entry = MenuEntry(
            label=N_("My cases"), url_name="my", icon="clock", order=40, signed_in=True
        )
        menus.portal.add(entry)
        menus.account.add(entry)
        menus.footer.add(
            MenuEntry(
                label=N_("What filing here saves"),
                url_name="savings",
                icon="chart",
                order=14,
                group=N_("Public results"),
            )
        )
        shown = import_module(f"{self.name}.workbench.rules")
        seen = import_module(f"{self.name}.queries.ruling")
        kinds.condition("decision", seen.check_tried)
        kinds.preview("decision", kinds.Preview("cases/office/shadow.html", shown.preview))
        menus.tabbar.add(MenuEntry(label=N_("Progress"), url_name="my", icon="clock", order=30))

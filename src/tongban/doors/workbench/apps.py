from django.apps import AppConfig

from tongban.kernel.errors import N_
from tongban.kernel.ui import layouts, menus
from tongban.kernel.ui.menus import MenuEntry


class WorkbenchConfig(AppConfig):
    name = "tongban.doors.workbench"
    label = "workbench"

    def ready(self) -> None:
        """Have errors under /office/ look like the workbench, and enter its home in the rail."""
        layouts.register("/office/", layouts.STAFF)
        menus.rail.add(
            MenuEntry(label=N_("Home"), url_name="office", icon="home", order=10, exact=True)
        )

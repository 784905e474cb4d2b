from django.apps import AppConfig

from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class PortalConfig(AppConfig):
    name = "tongban.doors.portal"
    label = "portal"

    def ready(self) -> None:
        """Enter our own pages in the menus; let halls know which results wait."""
        from tongban.domains.appointments import queries as appointments  # noqa: PLC0415 - tables
        from tongban.domains.cases import queries as cases  # noqa: PLC0415 - stand by now

        appointments.results_from(cases.results_waiting)
        menus.portal.add(
            MenuEntry(label=N_("Home"), url_name="home", icon="home", order=10, exact=True)
        )
        menus.tabbar.add(
            MenuEntry(label=N_("Home"), url_name="home", icon="home", order=10, exact=True)
        )
        # Shown as soon as there is a page of this name.
        menus.SEARCH["portal"] = "search"
        about, rights = N_("About"), N_("Your rights")
        menus.footer.add(
            MenuEntry(label=N_("About this site"), url_name="about", icon="info", group=about),
            MenuEntry(
                label=N_("Accessibility"), url_name="accessibility", icon="elder", group=rights
            ),
            MenuEntry(label=N_("Privacy"), url_name="privacy", icon="lock", group=rights),
        )

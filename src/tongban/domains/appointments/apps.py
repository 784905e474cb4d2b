from django.apps import AppConfig

from tongban.domains.appointments import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class AppointmentsConfig(AppConfig):
    name = "tongban.domains.appointments"
    label = "appointments"

    def ready(self) -> None:
        """Bring our kind into the catalogue and our pages into the menus."""
        kinds.register(
            kinds.Kind(
                name="hall",
                label=N_("Service halls"),
                file="halls.toml",
                table="hall",
                check=rules.check_hall,
                order=25,
            )
        )
        menus.footer.add(
            MenuEntry(
                label=N_("Service halls and queues"),
                url_name="halls",
                icon="map",
                group=N_("Offices"),
            )
        )
        menus.account.add(
            MenuEntry(
                label=N_("My appointments"), url_name="appointments", icon="clock", signed_in=True
            )
        )
        menus.rail.add(
            MenuEntry(
                label=N_("Queue at the desk"),
                url_name="office-desk",
                icon="users",
                grant="window.serve",
                order=26,
            )
        )

from django.apps import AppConfig

from tongban.domains.licences import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class LicencesConfig(AppConfig):
    name = "tongban.domains.licences"
    label = "licences"

    def ready(self) -> None:
        """Bring our definitions into the catalogue and our pages into the menus."""
        entry = MenuEntry(
            label=N_("My licences"), url_name="licences", icon="card", order=50, signed_in=True
        )
        menus.portal.add(entry)
        menus.account.add(entry)
        menus.tabbar.add(
            MenuEntry(label=N_("Licences"), url_name="licences", icon="card", order=40)
        )
        menus.footer.add(
            MenuEntry(
                label=N_("Check a licence"), url_name="verify", icon="shield", group=N_("Services")
            )
        )
        menus.rail.add(
            MenuEntry(
                label=N_("Errors reported"),
                url_name="office-licence-reports",
                icon="warn",
                order=41,
                grant="licence.correct",
            )
        )
        kinds.register(
            kinds.Kind(
                name="licence_type",
                label=N_("Types of licence"),
                folder="licence_types",
                check=rules.check_type,
                order=20,
            )
        )

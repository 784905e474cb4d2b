from django.apps import AppConfig

from tongban.domains.credit import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class CreditConfig(AppConfig):
    name = "tongban.domains.credit"
    label = "credit"

    def ready(self) -> None:
        """Bring our kinds into the catalogue and our pages into the menus."""
        kinds.register(
            kinds.Kind(
                name="credit_kind",
                label=N_("Kinds of credit event"),
                file="credit.toml",
                table="kind",
                check=rules.check_kind,
                order=20,
            )
        )
        menus.account.add(
            MenuEntry(
                label=N_("My credit record"), url_name="credit", icon="shield", signed_in=True
            )
        )
        menus.rail.add(
            MenuEntry(
                label=N_("Credit events"),
                url_name="office-credit",
                icon="shield",
                grant="credit.repair",
                order=75,
            )
        )

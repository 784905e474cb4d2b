from django.apps import AppConfig

from tongban.domains.payments import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class PaymentsConfig(AppConfig):
    name = "tongban.domains.payments"
    label = "payments"

    def ready(self) -> None:
        """Bring our settings into the catalogue and our pages into the menus."""
        kinds.register(
            kinds.Kind(
                name="payments",
                label=N_("Fees and payments"),
                file="payments.toml",
                check=rules.check,
                order=80,
            )
        )
        menus.account.add(
            MenuEntry(
                label=N_("My payments"), url_name="payments:mine", icon="coin", signed_in=True
            )
        )
        group = N_("Public fees")
        menus.rail.add(
            MenuEntry(
                label=N_("Bills"),
                url_name="payments:bills",
                icon="coin",
                grant="payment.read,payment.reconcile",
                order=50,
                group=group,
            ),
            MenuEntry(
                label=N_("Refunds to decide"),
                url_name="payments:refunds",
                icon="check-circle",
                grant="payment.approve",
                order=51,
                group=group,
            ),
            MenuEntry(
                label=N_("Daily reconciliation"),
                url_name="payments:days",
                icon="scales",
                grant="payment.reconcile",
                order=52,
                group=group,
            ),
        )

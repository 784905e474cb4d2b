from django.apps import AppConfig

from tongban.domains.enterprise import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class EnterpriseConfig(AppConfig):
    name = "tongban.domains.enterprise"
    label = "enterprise"

    def ready(self) -> None:
        """Bring policies and settings into the catalogue, and our pages into the menus."""
        kinds.register(
            kinds.Kind(
                name="policy",
                label=N_("Policies for firms"),
                folder="policies",
                check=rules.check_policy,
                order=85,
            )
        )
        kinds.register(
            kinds.Kind(
                name="enterprise",
                label=N_("Enterprise zone"),
                file="enterprise.toml",
                check=rules.check_settings,
                order=86,
            )
        )
        menus.account.add(
            MenuEntry(
                label=N_("Enterprise zone"),
                url_name="enterprise:zone",
                icon="shop",
                signed_in=True,
                order=40,
            )
        )
        menus.footer.add(
            MenuEntry(
                label=N_("Policies for firms"),
                url_name="enterprise:policies",
                icon="shop",
                order=30,
                group=N_("Services"),
            )
        )
        group = N_("Firms")
        menus.rail.add(
            MenuEntry(
                label=N_("Policy payments"),
                url_name="enterprise:batches",
                icon="coin",
                grant="policy.review,policy.approve",
                order=60,
                group=group,
            ),
            MenuEntry(
                label=N_("Questions of firms"),
                url_name="enterprise:owed",
                icon="chat",
                grant="firm.answer,knowledge.publish",
                order=61,
                group=group,
            ),
            MenuEntry(
                label=N_("What firms could not do"),
                url_name="enterprise:report",
                icon="chart",
                grant="firm.report",
                order=62,
                group=group,
            ),
        )

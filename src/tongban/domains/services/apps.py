from django.apps import AppConfig

from tongban.domains.services import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class ServicesConfig(AppConfig):
    name = "tongban.domains.services"
    label = "services"

    def ready(self) -> None:
        """Bring our definitions into the catalogue and our pages into the menus."""
        things = MenuEntry(label=N_("One thing"), url_name="things", icon="grid", order=20)
        menus.portal.add(
            things,
            MenuEntry(label=N_("All services"), url_name="items", icon="doc", order=30),
        )
        menus.tabbar.add(MenuEntry(label=N_("Services"), url_name="things", icon="grid", order=20))
        group = N_("Services")
        menus.footer.add(
            MenuEntry(label=N_("One thing"), url_name="things", icon="grid", order=10, group=group),
            MenuEntry(
                label=N_("All services"), url_name="items", icon="doc", order=11, group=group
            ),
        )
        kinds.register(kinds.Kind(name="city", file="city.toml", order=1))
        kinds.register(
            kinds.Kind(
                name="element",
                file="elements.toml",
                table="element",
                check=rules.check_element,
                order=10,
            )
        )
        kinds.register(
            kinds.Kind(
                name="role", file="roles.toml", table="role", check=rules.check_role, order=11
            )
        )
        kinds.register(
            kinds.Kind(name="decision", folder="decisions", check=rules.check_decision, order=30)
        )
        kinds.register(
            kinds.Kind(name="service_item", folder="items", check=rules.check_item, order=50)
        )
        kinds.register(
            kinds.Kind(name="one_thing", folder="one_things", check=rules.check_thing, order=60)
        )
        kinds.register(
            kinds.Kind(
                name="synonyms",
                file="synonyms.toml",
                table="group",
                check=rules.check_synonyms,
                order=70,
            )
        )

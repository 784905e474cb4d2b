from importlib import import_module

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
        offered = import_module(f"{self.name}.queries.offered")
        kinds.answer("organ", offered.organ_with_posts)
        self._menus()
        kinds.register(kinds.Kind(name="city", label=N_("City"), file="city.toml", order=1))
        kinds.register(
            kinds.Kind(
                name="element",
                label=N_("Data elements"),
                file="elements.toml",
                table="element",
                check=rules.check_element,
                order=10,
            )
        )
        kinds.register(
            kinds.Kind(
                name="role",
                label=N_("Roles"),
                file="roles.toml",
                table="role",
                check=rules.check_role,
                order=11,
            )
        )
        kinds.register(
            kinds.Kind(
                name="decision",
                label=N_("Decision tables"),
                folder="decisions",
                check=rules.check_decision,
                warn=rules.warn_decision,
                order=30,
            )
        )
        kinds.register(
            kinds.Kind(
                name="service_item",
                label=N_("Service items"),
                folder="items",
                check=rules.check_workable_item,
                warn=rules.warn_item,
                order=50,
            )
        )
        kinds.register(
            kinds.Kind(
                name="one_thing",
                label=N_("One-things"),
                folder="one_things",
                check=rules.check_thing,
                warn=rules.warn_thing,
                order=60,
            )
        )
        kinds.register(
            kinds.Kind(
                name="synonyms",
                label=N_("Everyday words"),
                file="synonyms.toml",
                table="group",
                check=rules.check_synonyms,
                order=70,
            )
        )
        self._catalogues()

    def _catalogues(self) -> None:
        """What stands above and beside the items: basic catalogue, variants, lists, code maps."""
        kinds.register(
            kinds.Kind(
                name="basic_item",
                label=N_("Basic catalogue"),
                folder="basic_items",
                check=rules.check_basic,
                order=40,
            )
        )
        kinds.register(
            kinds.Kind(
                name="item_variant",
                label=N_("Variants of regions"),
                folder="variants",
                check=rules.check_variant,
                order=55,
            )
        )
        kinds.register(
            kinds.Kind(
                name="code_map",
                label=N_("Code maps"),
                folder="code_maps",
                check=rules.check_code_map,
                order=75,
            )
        )
        for name, label, folder, check in (
            ("duty_list", N_("Lists of duties"), "lists/duties", rules.check_duty_list),
            ("power_list", N_("Lists of powers"), "lists/powers", rules.check_power_list),
            ("negative_list", N_("Negative lists"), "lists/negative", rules.check_negative_list),
            ("fund_list", N_("Lists of funds"), "lists/funds", rules.check_fund_list),
        ):
            kinds.register(kinds.Kind(name=name, label=label, folder=folder, check=check, order=45))

    def _menus(self) -> None:
        public = N_("Public information")
        menus.footer.add(
            MenuEntry(
                label=N_("Public information"), url_name="publicity", icon="doc", group=public
            ),
            MenuEntry(label=N_("Site map"), url_name="site-map", icon="grid", group=public),
        )
        group = N_("Service items")
        menus.rail.add(
            MenuEntry(
                label=N_("Differences between regions"),
                url_name="office-drifts",
                icon="map",
                grant="item.compare,item.mend",
                order=70,
                group=group,
            ),
            MenuEntry(
                label=N_("Looked for in vain"),
                url_name="office-searches",
                icon="search",
                grant="item.words",
                order=71,
                group=group,
            ),
        )

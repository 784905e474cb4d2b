from django.apps import AppConfig

from tongban.domains.archives import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class ArchivesConfig(AppConfig):
    name = "tongban.domains.archives"
    label = "archives"

    def ready(self) -> None:
        """Bring our settings into the catalogue and our pages into the menus."""
        kinds.register(
            kinds.Kind(
                name="archives",
                label=N_("Archives"),
                file="archives.toml",
                check=rules.check,
                order=80,
            )
        )
        menus.rail.add(
            MenuEntry(
                label=N_("Archive packages"),
                url_name="archives:packages",
                icon="book",
                grant="archive.read",
                order=70,
                group=N_("After the decision"),
            )
        )

from django.apps import AppConfig

from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class SignInConfig(AppConfig):
    name = "tongban.doors.sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Enter our own pages in the menus."""
        menus.account.add(
            MenuEntry(
                label=N_("Whom I act for"),
                url_name="acting",
                icon="users",
                order=80,
                signed_in=True,
            ),
        )

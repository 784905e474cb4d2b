from django.apps import AppConfig
from django.http import HttpRequest

from tongban.domains.messages import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class MessagesConfig(AppConfig):
    name = "tongban.domains.messages"
    label = "messages"

    def ready(self) -> None:
        """Bring our templates into the catalogue and our pages into the menus."""
        from tongban.domains.messages import queries  # noqa: PLC0415 - tables stand by now

        def unread(request: HttpRequest) -> int:
            return queries.unread(by=menus.actor_of(request))

        kinds.register(
            kinds.Kind(
                name="messages",
                label=N_("Messages"),
                file="messages.toml",
                check=rules.check,
                order=80,
            )
        )
        menus.account.add(
            MenuEntry(
                label=N_("Messages"),
                url_name="messages:inbox",
                icon="bell",
                signed_in=True,
                count=unread,
            )
        )
        group = N_("After the decision")
        menus.rail.add(
            MenuEntry(
                label=N_("Questions to answer"),
                url_name="messages:questions",
                icon="chat",
                grant="case.accept",
                order=40,
                group=N_("Citizens"),
            ),
            MenuEntry(
                label=N_("Outbox"),
                url_name="messages:outbox",
                icon="bell",
                grant="message.operate",
                order=72,
                group=group,
            ),
        )

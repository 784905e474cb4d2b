"""The workbench's own menu entries, and how errors under /office/ look."""

from django.http import HttpRequest

from tongban.kernel.errors import N_
from tongban.kernel.processes import queries as work
from tongban.kernel.ui import layouts, menus
from tongban.kernel.ui.menus import MenuEntry, actor_of

MOST = 1000
"""As many are counted for the rail, on each page; whoever owes more knows it."""


def owed(request: HttpRequest) -> int:
    """How much the post owes, for the number in the rail."""
    by = actor_of(request)
    return work.inbox(by=by)[:MOST].count() if by.is_official else 0


layouts.register("/office/", layouts.STAFF)
menus.SEARCH["staff"] = "office-search"
tools = N_("Rules and records")
menus.rail.add(
    MenuEntry(
        label=N_("My queue"),
        url_name="office",
        icon="inbox",
        order=10,
        exact=True,
        count=owed,
    ),
    MenuEntry(label=N_("Done by me"), url_name="office-done", icon="clock", order=12),
    MenuEntry(
        label=N_("Window intake"),
        url_name="office-window",
        icon="user",
        order=14,
        grant="case.receive",
    ),
    MenuEntry(
        label=N_("Taken in for elsewhere"),
        url_name="office-elsewhere",
        icon="globe",
        order=15,
        grant="case.receive",
    ),
    MenuEntry(
        label=N_("Between two cities"),
        url_name="office-coming",
        icon="globe",
        order=17,
        grant="case.accept,case.examine,case.decide",
    ),
    MenuEntry(
        label=N_("Pick-up desk"),
        url_name="office-pickup",
        icon="card",
        order=16,
        grant="case.deliver",
    ),
    MenuEntry(
        label=N_("Lights of all agencies"),
        url_name="office-lights",
        icon="clock",
        order=18,
        grant="case.oversee",
    ),
    MenuEntry(
        label=N_("What is saved"),
        url_name="office-savings",
        icon="chart",
        order=19,
        grant="case.oversee,definition.draft",
    ),
    MenuEntry(
        label=N_("Licences"),
        url_name="office-licences",
        icon="card",
        order=40,
        grant="licence.revoke",
    ),
    MenuEntry(
        label=N_("Definitions"),
        url_name="office-definitions",
        icon="book",
        order=50,
        grant="definition.draft,definition.publish",
        group=tools,
    ),
    MenuEntry(
        label=N_("Automatic rules"),
        url_name="office-rules",
        icon="flow",
        order=52,
        grant="rule.switch",
        group=tools,
    ),
    MenuEntry(
        label=N_("Ledger"),
        url_name="office-ledger",
        icon="shield",
        order=60,
        grant="audit.read",
        group=tools,
    ),
    MenuEntry(
        label=N_("Set-aside deliveries"),
        url_name="office-deliveries",
        icon="flow",
        order=62,
        grant="delivery.handle,audit.read",
        group=tools,
    ),
    MenuEntry(
        label=N_("Posts and appointments"),
        url_name="office-posts",
        icon="users",
        order=64,
        grant="system.administer,security.administer",
        group=tools,
    ),
)

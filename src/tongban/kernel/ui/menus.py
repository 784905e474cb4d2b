"""What stands in the menus: doors add entries; what is absent or not allowed is not shown.

menus.portal.add(MenuEntry(label=N_("One thing"), url_name="one-things", icon="grid", order=20))
menus.rail.add(MenuEntry(label=N_("My queue"), url_name="queue", icon="inbox", grant="case.accept"))
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.translation import gettext

from tongban.kernel.actor import NOBODY, Actor


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry; `label` and `group` are texts marked N_()."""

    label: str
    url_name: str
    icon: str
    grant: str | None = None
    """Whoever holds it sees the entry; of several, parted by a comma, one is enough."""
    order: int = 100
    group: str = ""
    """A heading in the rail or the footer; entries of one group stand together."""
    signed_in: bool = False
    """Shown only to those who are signed in."""
    exact: bool = False
    """Current only on its own page: a home, under whose address all others lie."""
    count: Callable[[HttpRequest], int] | None = None
    """A small number beside the label; nothing is shown for nought."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as this reader sees it."""

    label: str
    url: str
    icon: str
    current: bool
    count: int = 0


@dataclass(slots=True)
class Menu:
    """One menu; entries are kept in order and never twice."""

    entries: list[MenuEntry] = field(default_factory=list)

    def add(self, *entries: MenuEntry) -> None:
        """Add entries; one with the same address takes the place of the older."""
        names = {entry.url_name for entry in entries}
        kept = [entry for entry in self.entries if entry.url_name not in names]
        self.entries = sorted([*kept, *entries], key=lambda entry: entry.order)

    def shown(self, request: HttpRequest) -> list[Shown]:
        """The entries that this reader may use, with the current one marked."""
        return [entry for _, entries in self.groups(request) for entry in entries]

    def groups(self, request: HttpRequest) -> list[tuple[str, list[Shown]]]:
        """The same by heading, in the order of each heading's first entry."""
        rows = list(_visible(self.entries, request))
        current = _current(rows, request.path)
        found: dict[str, list[Shown]] = {}
        for entry, url in rows:
            found.setdefault(entry.group, []).append(
                Shown(
                    label=gettext(entry.label),
                    url=url,
                    icon=entry.icon,
                    current=url == current,
                    count=entry.count(request) if entry.count else 0,
                )
            )
        return [(gettext(group) if group else "", entries) for group, entries in found.items()]


def _visible(entries: list[MenuEntry], request: HttpRequest) -> Iterator[tuple[MenuEntry, str]]:
    actor = actor_of(request)
    for entry in entries:
        if entry.grant is not None and not any(map(actor.may, entry.grant.split(","))):
            continue
        if entry.signed_in and actor.kind == "nobody":
            continue
        if url := address(entry.url_name):
            yield entry, url


def _current(rows: list[tuple[MenuEntry, str]], path: str) -> str:
    """The longest address on the way to the page."""
    on_the_way = [
        url for entry, url in rows if path == url or (not entry.exact and path.startswith(url))
    ]
    return max(on_the_way, key=len, default="")


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, as the door found out; nobody before it has."""
    found = getattr(request, "actor", NOBODY)
    return found if isinstance(found, Actor) else NOBODY


def address(url_name: str) -> str:
    """The address of a named page, or nothing where that page is absent."""
    return _address(url_name, get_urlconf() or settings.ROOT_URLCONF)


# Every page asks for all of its menus; what has an address keeps it.
@cache
def _address(url_name: str, urlconf: str) -> str:
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""


portal = Menu()
"""The citizens' main navigation."""
tabbar = Menu()
"""The four of the phone's bottom bar; `icon` matters here."""
footer = Menu()
"""Links at the foot of each citizens' page, under their `group`."""
account = Menu()
"""What belongs to the one signed in: my progress, my licences, sign out."""
rail = Menu()
"""The officials' navigation."""

MENUS = {"portal": portal, "tabbar": tabbar, "footer": footer, "account": account, "rail": rail}
SEARCH: dict[str, str] = {}
"""Door (`portal`, `staff`) -> name of its search page; without one no search box is shown."""

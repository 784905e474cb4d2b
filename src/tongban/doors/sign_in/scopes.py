"""For which matters a proxy is given: all of them, or those that are named."""

from collections.abc import Sequence

from django.utils.translation import get_language, gettext

from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item, OneThing
from tongban.kernel.identity.rules import EVERYTHING


def offered() -> list[tuple[str, str]]:
    """What may be named: (key, name) of each one-thing and item that persons can apply for."""
    things = [one for one in services.things() if one.audience == "person"]
    items = [one for one in services.items() if one.ready and "person" in one.server_types]
    offers: list[Item | OneThing] = [*things, *items]
    return [(one.key, _name(one)) for one in offers]


def words(scope: Sequence[str]) -> str:
    """A scope as people read it; what is no longer offered keeps its key."""
    if EVERYTHING in scope:
        return gettext("all matters")
    names = dict(offered())
    return gettext(", ").join(names.get(key, key) for key in scope)


def _name(one: Item | OneThing) -> str:
    return one.name_en if get_language() == "en" and one.name_en else one.name

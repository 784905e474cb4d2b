"""What is offered, for citizens: search, one-things, guides, one-time notices, public lists."""

from tongban.domains.services.portal.cards import Card, Saved, Sheet, card, crumbs, organ, sheets
from tongban.domains.services.portal.finding import search, suggest
from tongban.domains.services.portal.guides import item, items
from tongban.domains.services.portal.notices import (
    item_notice,
    item_notice_paper,
    thing_notice_paper,
)
from tongban.domains.services.portal.publicity import four_list, lists, publicity, site_map
from tongban.domains.services.portal.things import checklist, thing, things

__all__ = [
    "Card",
    "Saved",
    "Sheet",
    "card",
    "checklist",
    "crumbs",
    "four_list",
    "item",
    "item_notice",
    "item_notice_paper",
    "items",
    "lists",
    "organ",
    "publicity",
    "search",
    "sheets",
    "site_map",
    "suggest",
    "thing",
    "thing_notice_paper",
    "things",
]

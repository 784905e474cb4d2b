"""The law of service items and one-things; pure."""

from tongban.domains.services.rules.items import (
    ANSWERS,
    Item,
    Law,
    Material,
    Outcome,
    check_decision,
    check_element,
    check_item,
    check_role,
    item,
)
from tongban.domains.services.rules.search import Entry, check_synonyms, search
from tongban.domains.services.rules.things import (
    Edge,
    Member,
    OneThing,
    Planned,
    Question,
    active_items,
    asked,
    check_thing,
    plan,
    thing,
)

__all__ = [
    "ANSWERS",
    "Edge",
    "Entry",
    "Item",
    "Law",
    "Material",
    "Member",
    "OneThing",
    "Outcome",
    "Planned",
    "Question",
    "active_items",
    "asked",
    "check_decision",
    "check_element",
    "check_item",
    "check_role",
    "check_synonyms",
    "check_thing",
    "item",
    "plan",
    "search",
    "thing",
]

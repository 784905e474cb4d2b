"""The law of service items and one-things; pure."""

from tongban.domains.services.rules import automatic
from tongban.domains.services.rules.automatic import warn_decision
from tongban.domains.services.rules.checks import (
    check_decision,
    check_element,
    check_item,
    check_role,
)
from tongban.domains.services.rules.columns import check_code_map
from tongban.domains.services.rules.composing import check_thing, warn_thing
from tongban.domains.services.rules.inheritance import Effective, Layer, check_basic
from tongban.domains.services.rules.items import (
    ANSWERS,
    TASK_TYPES,
    Item,
    Law,
    Material,
    Outcome,
    item,
)
from tongban.domains.services.rules.lists import (
    LISTS,
    FourList,
    ListEntry,
    check_duty_list,
    check_fund_list,
    check_negative_list,
    check_power_list,
    four_list,
)
from tongban.domains.services.rules.offers import (
    Offer,
    Paper,
    offer,
    papers,
    papers_of,
    questions_of,
)
from tongban.domains.services.rules.regions import Deviation, check_variant
from tongban.domains.services.rules.search import Entry, Index, check_synonyms
from tongban.domains.services.rules.simulation import (
    Outlook,
    Simulation,
    simulate,
    simulate_item,
    situations,
)
from tongban.domains.services.rules.things import (
    Edge,
    Member,
    OneThing,
    Planned,
    Question,
    active_items,
    asked,
    plan,
    thing,
)
from tongban.domains.services.rules.workable import check_workable_item, form_of, warn_item

__all__ = [
    "ANSWERS",
    "LISTS",
    "TASK_TYPES",
    "Deviation",
    "Edge",
    "Effective",
    "Entry",
    "FourList",
    "Index",
    "Item",
    "Law",
    "Layer",
    "ListEntry",
    "Material",
    "Member",
    "Offer",
    "OneThing",
    "Outcome",
    "Outlook",
    "Paper",
    "Planned",
    "Question",
    "Simulation",
    "active_items",
    "asked",
    "automatic",
    "check_basic",
    "check_code_map",
    "check_decision",
    "check_duty_list",
    "check_element",
    "check_fund_list",
    "check_item",
    "check_negative_list",
    "check_power_list",
    "check_role",
    "check_synonyms",
    "check_thing",
    "check_variant",
    "check_workable_item",
    "form_of",
    "four_list",
    "item",
    "offer",
    "papers",
    "papers_of",
    "plan",
    "questions_of",
    "simulate",
    "simulate_item",
    "situations",
    "thing",
    "warn_decision",
    "warn_item",
    "warn_thing",
]

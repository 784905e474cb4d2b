"""Acceptance (受理): taken on, taken on with something missing, told what is missing, or not."""

from tongban.domains.cases.actions.acceptance.owing import supply
from tongban.domains.cases.actions.acceptance.supplements import (
    Answers,
    ask_supplement,
    lapse,
    supplement,
    supplement_all,
    tell_supplements,
)
from tongban.domains.cases.actions.acceptance.taking import (
    accept,
    accept_tolerant,
    bring,
    decline,
    deem_accepted,
)

__all__ = [
    "Answers",
    "accept",
    "accept_tolerant",
    "ask_supplement",
    "bring",
    "decline",
    "deem_accepted",
    "lapse",
    "supplement",
    "supplement_all",
    "supply",
    "tell_supplements",
]

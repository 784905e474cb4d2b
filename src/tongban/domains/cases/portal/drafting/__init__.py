"""A draft, step by step: situation, facts, documents, signature; all works without JavaScript."""

from tongban.domains.cases.portal.drafting.beginning import discard, go_on, start
from tongban.domains.cases.portal.drafting.documents import materials
from tongban.domains.cases.portal.drafting.facts import ask_again, correct, facts
from tongban.domains.cases.portal.drafting.signing import sign
from tongban.domains.cases.portal.drafting.situation import question, questions, who
from tongban.domains.cases.portal.drafting.where import where

__all__ = [
    "ask_again",
    "correct",
    "discard",
    "facts",
    "go_on",
    "materials",
    "question",
    "questions",
    "sign",
    "start",
    "where",
    "who",
]

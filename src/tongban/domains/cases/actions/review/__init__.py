"""Between acceptance and decision: stages, special procedures, terms, asking others."""

from tongban.domains.cases.actions.promises import check_promise
from tongban.domains.cases.actions.review.asking import answer, consult
from tongban.domains.cases.actions.review.specials import (
    begin_special,
    end_special,
    finish_special,
    start_special,
    start_specials,
)
from tongban.domains.cases.actions.review.stages import hand_over, pass_on, send_back
from tongban.domains.cases.actions.review.terms import extend, resume, suspend

__all__ = [
    "answer",
    "begin_special",
    "check_promise",
    "consult",
    "end_special",
    "extend",
    "finish_special",
    "hand_over",
    "pass_on",
    "resume",
    "send_back",
    "start_special",
    "start_specials",
    "suspend",
]

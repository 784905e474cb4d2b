"""The verbs of the enterprise zone: consent, match, grant, disburse, ask and answer."""

from tongban.domains.enterprise.actions.answering import answer, ask, publish, retire
from tongban.domains.enterprise.actions.applying import propose
from tongban.domains.enterprise.actions.consenting import consent, withdraw
from tongban.domains.enterprise.actions.disbursing import carry_out, compare, confirm
from tongban.domains.enterprise.actions.granting import (
    approve,
    draw,
    give_back,
    lapse,
    reserve,
    strike,
    submit,
)
from tongban.domains.enterprise.actions.matching import match
from tongban.domains.enterprise.queries import SELF

__all__ = [
    "SELF",
    "answer",
    "approve",
    "ask",
    "carry_out",
    "compare",
    "confirm",
    "consent",
    "draw",
    "give_back",
    "lapse",
    "match",
    "propose",
    "publish",
    "reserve",
    "retire",
    "strike",
    "submit",
    "withdraw",
]

"""Where batches, awards and questions stand, and what may not be done with them."""

import re
from datetime import date, timedelta
from enum import StrEnum

from tongban.kernel.errors import N_, Refusal

REASON_AT_MOST = 300


class BatchState(StrEnum):
    """Where the month's list of a policy stands."""

    DRAWN = "drawn"
    SUBMITTED = "submitted"
    APPROVED = "approved"


BATCH_STATES: dict[BatchState, tuple[str, str]] = {
    BatchState.DRAWN: ("amber", N_("to be looked through")),
    BatchState.SUBMITTED: ("amber", N_("to be approved")),
    BatchState.APPROVED: ("green", N_("approved")),
}


class AwardState(StrEnum):
    """Where the money for one firm stands."""

    PROPOSED = "proposed"
    STRUCK = "struck"
    UNFUNDED = "unfunded"
    GRANTED = "granted"
    CONFIRMED = "confirmed"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    LAPSED = "lapsed"


AWARD_STATES: dict[AwardState, tuple[str, str]] = {
    AwardState.PROPOSED: ("run", N_("on the payment list")),
    AwardState.STRUCK: ("pause", N_("taken off")),
    AwardState.UNFUNDED: ("amber", N_("waits for funds")),
    AwardState.GRANTED: ("amber", N_("granted: name an account")),
    AwardState.CONFIRMED: ("run", N_("on its way to the treasury")),
    AwardState.SENT: ("run", N_("on its way to your account")),
    AwardState.PAID: ("green", N_("paid")),
    AwardState.FAILED: ("red", N_("your bank refused it: name another account")),
    AwardState.LAPSED: ("pause", N_("lapsed: no account was named")),
}

OVER = (AwardState.STRUCK, AwardState.UNFUNDED, AwardState.LAPSED)
"""States after which the same firm may be proposed again."""


class FirmNeeded(Refusal):
    """Policies are for firms; a person alone has none."""

    says = N_("This page belongs to a firm.")
    hint = N_("Choose the firm for which you act, at the top of the page.")
    status = 403


class RepresentativeOnly(Refusal):
    """民法典第六十一条: the legal representative speaks for the firm."""

    says = N_("Only the firm's legal representative may decide this.")
    hint = N_("Ask the representative to sign in and to do it.")
    status = 403


class ConsentNeeded(Refusal):
    """Registers are not asked behind a firm's back."""

    says = N_("The firm has not consented to its registers being asked for policies.")
    hint = N_("Its legal representative gives the consent in the enterprise zone.")


class NotInThisState(Refusal):
    """Someone was faster, or the button is an old one."""

    says = N_("This is no longer possible at this stage.")
    hint = N_("Load the page again and look where it stands now.")


class SecondPersonNeeded(Refusal):
    """岗位分离."""

    says = N_("Whoever submitted a list cannot approve it.")
    hint = N_("A second person must decide.")


class GrantedByCase(Refusal):
    """行政许可法第六十九条: what a decision granted, only a decision takes back."""

    says = N_("This was granted in a case, and cannot be struck off a list.")
    hint = N_("If the decision was wrong, have it revoked by a linked case first.")
    status = 409


class NothingLeft(Refusal):
    """An empty list needs nobody's approval."""

    says = N_("No firm is left on this list.")
    hint = N_("There is nothing to submit.")


class ReasonNeeded(Refusal):
    """Who is taken off learns why."""

    says = N_("Say why, in at most {most} characters.")
    hint = N_("The firm reads the reason.")
    status = 422


class BadAccount(Refusal):
    """Money must not travel to a mistyped account."""

    says = N_("This is not an account number of a firm.")
    hint = N_("It has 12 to 25 digits; copy it from the bank's letter, without spaces.")
    status = 422


class TextNeeded(Refusal):
    """An empty question helps nobody."""

    says = N_("Write between {least} and {most} characters.")
    hint = N_("Say what you wanted to do and what kept you from it.")
    status = 422


class NamesInside(Refusal):
    """个人信息保护法: what is published tells nobody's name, number or telephone."""

    says = N_("The text still says who asked: {what}.")
    hint = N_("Take names, numbers, addresses and telephones out before it is published.")
    status = 422


def check_reason(reason: str) -> str:
    kept = reason.strip()
    if not kept or len(kept) > REASON_AT_MOST:
        raise ReasonNeeded(most=REASON_AT_MOST)
    return kept


def check_account(number: str) -> str:
    """An account as a firm types it, without blanks and hyphens."""
    kept = re.sub(r"[\s-]", "", number)
    if not (kept.isascii() and kept.isdecimal() and 12 <= len(kept) <= 25):
        raise BadAccount()
    return kept


def check_text(text: str, *, least: int = 5, most: int = 1000) -> str:
    kept = text.strip()
    if not least <= len(kept) <= most:
        raise TextNeeded(least=least, most=most)
    return kept


_TELLING = (
    re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])"),
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),
    re.compile(r"(?<!\d)1\d{10}(?!\d)"),
    re.compile(r"(?<!\d)0\d{2,3}[-—）) ]?\d{7,8}(?!\d)"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
)
"""USCC, identity number, mobile, landline, mail: what may not stand in a published answer."""


def check_nameless(text: str, *names: str) -> str:
    """Refuse a text that still tells who asked; answers it as it is published."""
    kept = check_text(text)
    for one in names:
        if one and one in kept:
            raise NamesInside(what=one)
    for pattern in _TELLING:
        if told := pattern.search(kept):
            raise NamesInside(what=told.group())
    return kept


def confirm_by(granted_on: date, days: int) -> date:
    """The last day on which an account may be named."""
    return granted_on + timedelta(days=days)


def grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, by which a question finds its like in any language."""
    kept = re.sub(r"[\W_]+", "", text.lower())
    return frozenset(kept[n : n + 2] for n in range(len(kept) - 1)) or frozenset({kept} - {""})


def likeness(asked: frozenset[str], held: frozenset[str]) -> float:
    """How much of what is asked the other text holds, from 0 to 1."""
    return len(asked & held) / len(asked) if asked else 0.0

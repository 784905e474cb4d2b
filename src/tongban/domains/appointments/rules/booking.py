"""Who may book which slot, and when booking rests after appointments that were missed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.kernel.errors import N_, Refusal


class SlotFull(Refusal):
    says = N_("This time has just been taken.")
    hint = N_("Choose another time; nothing was booked.")
    status = 409


class NoSuchSlot(Refusal):
    says = N_("This time cannot be booked.")
    hint = N_("Choose one of the days and times that are offered.")
    status = 422


class TooLate(Refusal):
    says = N_("This appointment has begun already.")
    hint = N_("Come in and check in, or book another time tomorrow.")
    status = 409


class AlreadyBooked(Refusal):
    says = N_("You have an appointment for this already, or another at the same time.")
    hint = N_("Move or cancel the one you have; it is listed under your appointments.")
    status = 409


class NotBooked(Refusal):
    says = N_("This appointment does not stand any longer.")
    hint = N_("It was kept, cancelled or missed; book anew if you still want to come.")
    status = 409


class BookingRests(Refusal):
    """爽约限制."""

    says = N_("You missed {times} appointments; booking is open to you again from {day}.")
    hint = N_("You may come without an appointment at any time and take a number.")
    status = 409


class NotHere(Refusal):
    says = N_("This cannot be booked at a hall.")
    hint = N_("Its guide says where and how it is handled.")
    status = 404


class NothingToFetch(Refusal):
    """结果尚未出件、已领取、邮寄的，或者不是本人的：同一句话，不透露他人办件。"""

    says = N_("No result of this number waits to be fetched by you.")
    hint = N_("You are told by message when one does; the page of your filing says how it arrives.")
    status = 422


@dataclass(frozen=True, slots=True)
class Result:
    """A result on paper that waits at a desk for whoever applied."""

    case_no: str
    item: str


def to_fetch(waiting: Iterable[Result], *, item: str, case_no: str) -> str:
    """The case whose result is fetched; without a number the only one of the item."""
    found = [one.case_no for one in waiting if one.item == item]
    if case_no:
        found = [one for one in found if one == case_no]
    if len(found) != 1:
        raise NothingToFetch()
    return found[0]


@dataclass(frozen=True, slots=True)
class MissedRule:
    """After `times` missed within `within_days`, booking rests for `rest_days` (爽约规则)."""

    times: int
    within_days: int
    rest_days: int


def rests_until(missed: Iterable[date], rule: MissedRule, today: date) -> date | None:
    """The first day on which one may book again; None while one may.

    The day of the last missed appointment counts as the first of the days of rest.
    """
    days = sorted(missed)
    until = None
    for at in range(rule.times - 1, len(days)):
        if days[at] - days[at - rule.times + 1] < timedelta(days=rule.within_days):
            until = days[at] + timedelta(days=rule.rest_days)
    return until if until is not None and today < until else None


def check_slot(starts: datetime, *, offered: Iterable[datetime], now: datetime) -> None:
    """Refuse a slot that is not offered, or has begun."""
    if starts <= now:
        raise TooLate()
    if starts not in set(offered):
        raise NoSuchSlot()

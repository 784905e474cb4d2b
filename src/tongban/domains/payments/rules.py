"""What may be charged, and what a sum may become; all amounts are in fen (分)."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault, Refusal

REASON_AT_MOST = 300
ORDER_LIFE = timedelta(hours=2)
"""An order at the provider that was not paid by then is closed, and a new one opened."""

UNITS = "元", "拾", "佰", "仟"
DIGITS = "零壹贰叁肆伍陆柒捌玖"


class State(StrEnum):
    """The states of a bill."""

    OPEN = "open"
    PAID = "paid"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"


class PaymentState(StrEnum):
    """The states of one order at the provider."""

    PENDING = "pending"
    PAID = "paid"
    CLOSED = "closed"


class RefundState(StrEnum):
    """The states of a refund."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    DONE = "done"
    FAILED = "failed"


class Heard(StrEnum):
    """By which way it was known that money had arrived."""

    CALLBACK = "callback"
    QUERY = "query"
    STATEMENT = "statement"


class Difference(StrEnum):
    """How a line of one day may differ from the provider's."""

    OURS_ONLY = "ours_only"
    THEIRS_ONLY = "theirs_only"
    AMOUNT = "amount"


class OffList(Refusal):
    says = N_("“{code}” is not on the published list of fees of this item.")
    hint = N_("Nothing else may be charged; publish the fee with its law first.")
    status = 422


class AmountDiffers(Refusal):
    says = N_("The published price of “{name}” is {published} yuan; {asked} was asked.")
    hint = N_("Charge the published price, or publish another.")
    status = 422


class AmountMissing(Refusal):
    says = N_("“{name}” has no fixed price: say how much it comes to.")
    hint = N_("Work it out by the published standard: {standard}.")
    status = 422


class NothingToPay(Refusal):
    says = N_("A bill needs at least one fee, each once and of at least one.")
    hint = N_("Name what is charged.")
    status = 422


class NotOpen(Refusal):
    says = N_("This bill is no longer open.")
    hint = N_("Look at it again: it was paid or voided in the meantime.")
    status = 409


class NotPaid(Refusal):
    says = N_("Nothing was paid on this bill, or all of it was paid back.")
    hint = N_("Only what was paid can be refunded; an open bill is voided instead.")
    status = 409


class TooMuch(Refusal):
    says = N_("At most {left} yuan can still be refunded.")
    hint = N_("What was refunded, or is asked for, is already taken off.")
    status = 422


class ReasonMissing(Refusal):
    says = N_("Write the reason.")
    hint = N_("One sentence of at most 300 characters; it is kept with the bill.")
    status = 422


class SecondPersonNeeded(Refusal):
    says = N_("Whoever asked for a refund cannot approve it.")
    hint = N_("A second person decides about it.")
    status = 403


class AlreadyDecided(Refusal):
    says = N_("This refund was decided already.")
    hint = N_("Look at it again; nothing of yours was applied.")
    status = 409


class AlreadyResolved(Refusal):
    says = N_("This line was resolved already.")
    hint = N_("Look at it again; nothing of yours was applied.")
    status = 409


class DayNotOver(Refusal):
    says = N_("{day} is not over yet.")
    hint = N_("A day is reconciled from the next one on.")
    status = 422


@dataclass(frozen=True, slots=True)
class Fee:
    """One line of an item's published list of fees (收费目录)."""

    code: str
    name: str
    fen: int | None
    """The price of one; None where the standard has to be worked out case by case."""
    standard: str
    law: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be charged: a fee by its code."""

    code: str
    quantity: int = 1
    fen: int | None = None
    """The sum, only where the list has no fixed price."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill (缴款明细)."""

    code: str
    name: str
    quantity: int
    fen: int
    law: str

    @property
    def yuan(self) -> str:
        return yuan(self.fen)


def fees(body: Mapping[str, Any]) -> dict[str, Fee]:
    """The published list of fees of an item, by code; a fee without a code cannot be charged."""
    return {
        row["code"]: Fee(
            code=row["code"],
            name=row["name"],
            fen=row.get("fen"),
            standard=row.get("amount", ""),
            law=row.get("basis", ""),
        )
        for row in body.get("fee", ())
        if row.get("code")
    }


def price(published: Mapping[str, Fee], asked: Iterable[Asked]) -> list[Line]:
    """Work out the lines of a bill; refuse what is off the list or at another price."""
    lines: list[Line] = []
    for one in asked:
        fee = published.get(one.code)
        if fee is None:
            raise OffList(code=one.code)
        if one.quantity < 1 or one.code in {line.code for line in lines}:
            raise NothingToPay()
        lines.append(Line(fee.code, fee.name, one.quantity, _sum(fee, one), fee.law))
    if not lines:
        raise NothingToPay()
    return lines


def _sum(fee: Fee, asked: Asked) -> int:
    if fee.fen is None:
        if asked.fen is None or asked.fen < 1:
            raise AmountMissing(name=fee.name, standard=fee.standard)
        return asked.fen
    fen = fee.fen * asked.quantity
    if asked.fen is not None and asked.fen != fen:
        raise AmountDiffers(name=fee.name, published=yuan(fen), asked=yuan(asked.fen))
    return fen


def lines_hash(lines: Sequence[Line]) -> str:
    """What makes two bills of one case the same."""
    rows = [asdict(line) for line in lines]
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check_refund(*, paid: int, taken: int, fen: int, reason: str) -> str:
    """Refuse a refund of more than is left; answers the reason as it is kept."""
    if paid - taken < 1:
        raise NotPaid()
    if not 1 <= fen <= paid - taken:
        raise TooMuch(left=yuan(paid - taken))
    return check_reason(reason)


def check_reason(reason: str) -> str:
    kept = reason.strip()
    if not kept or len(kept) > REASON_AT_MOST:
        raise ReasonMissing()
    return kept


def check_day(day: date, today: date) -> None:
    if day >= today:
        raise DayNotOver(day=day)


def number(*, division: str, year: int, count: int) -> str:
    """The number of a bill: division 6, year 2, running number 11, check digit 1.

    The shape of the 缴款识别码 after 财库〔2017〕7号 as commonly described (待核实); the check is
    ISO 7064 MOD 11,10.
    """
    body = f"{division[:6]:0<6}{year % 100:02}{count:011}"
    return body + _check_digit(body)


def is_number(text: str) -> bool:
    """Whether a text is a number of ours, typed without a slip."""
    is_shaped = len(text) == 20 and text.isascii() and text.isdecimal()
    return is_shaped and _check_digit(text[:-1]) == text[-1]


def _check_digit(body: str) -> str:
    carry = 10
    for digit in body:
        carry = ((carry + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - carry) % 10)


def yuan(fen: int) -> str:
    """`12345` fen as `123.45`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def fen_of(text: str) -> int | None:
    """Read `123.45` yuan as it is typed; None for what is no sum."""
    whole, _, part = text.strip().replace(",", "").partition(".")
    if not (whole.isascii() and whole.isdecimal()) or len(whole) > 9 or len(part) > 2:
        return None
    if part and not (part.isascii() and part.isdecimal()):
        return None
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def capital(fen: int) -> str:
    """The sum in capital characters (大写), as receipts bear it: 壹佰贰拾叁元肆角伍分."""
    whole, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_capital_of(whole)}元" if whole or not fen else ""
    if not jiao and not rest:
        return f"{text}整"
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif whole:
        text += "零"
    return text + (f"{DIGITS[rest]}分" if rest else "整")


def _capital_of(whole: int) -> str:
    if not whole:
        return "零"
    sections: list[str] = []
    for unit in ("", "万", "亿"):
        whole, section = divmod(whole, 10_000)
        said = _section(section)
        # A gap is said once: 壹万零伍.
        gap = "零" if whole and section < 1000 and (said or sections) else ""
        sections.append(f"{gap}{said}{unit}" if said else gap)
    text = "".join(reversed(sections))
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.strip("零")


def _section(value: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            gap_said = "零" if gap and text else ""
            text += f"{gap_said}{DIGITS[digit]}{UNITS[place] if place else ''}"
            gap = False
        else:
            gap = True
    return text


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of money in one day's list, ours or the provider's."""

    number: str
    kind: str
    """`pay` or `refund`."""
    fen: int


@dataclass(frozen=True, slots=True)
class Differs:
    """A movement on which the two lists do not agree."""

    entry: Entry
    difference: Difference
    ours: int
    theirs: int


def compare(ours: Iterable[Entry], theirs: Iterable[Entry]) -> tuple[list[Entry], list[Differs]]:
    """What agrees, and what does not; a number that the provider lists twice is summed."""
    mine = _summed(ours)
    other = _summed(theirs)
    matched: list[Entry] = []
    differing: list[Differs] = []
    for key in sorted({*mine, *other}):
        kind, order = key
        a, b = mine.get(key), other.get(key)
        entry = Entry(order, kind, a if a is not None else b or 0)
        if a is None:
            differing.append(Differs(entry, Difference.THEIRS_ONLY, 0, b or 0))
        elif b is None:
            differing.append(Differs(entry, Difference.OURS_ONLY, a, 0))
        elif a != b:
            differing.append(Differs(entry, Difference.AMOUNT, a, b))
        else:
            matched.append(entry)
    return matched, differing


def _summed(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for entry in entries:
        key = (entry.kind, entry.number)
        sums[key] = sums.get(key, 0) + entry.fen
    return sums


@dataclass(frozen=True, slots=True)
class Settings:
    """How a city has its fees looked after (`payments.toml`)."""

    organ: str
    """Whose finance post looks into what differs."""
    receipt_code: str


def settings(body: Mapping[str, Any]) -> Settings:
    """Read a published definition."""
    return Settings(organ=body["organ"], receipt_code=str(body.get("receipt_code", "")))


def check(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a city's settings from working."""
    faults = []
    if not body.get("organ"):
        faults.append(Fault("organ", N_("This is missing."), N_("Name the one that reconciles.")))
    if not str(body.get("receipt_code", "")).isdecimal() or len(str(body["receipt_code"])) != 8:
        faults.append(
            Fault("receipt_code", N_("A receipt's code has eight digits."), N_("Write it."))
        )
    return faults


STATES: Mapping[State, tuple[str, str]] = {
    State.OPEN: ("amber", N_("To pay")),
    State.PAID: ("green", N_("Paid")),
    State.PART_REFUNDED: ("grey", N_("Partly refunded")),
    State.REFUNDED: ("grey", N_("Refunded")),
    State.VOIDED: ("grey", N_("No longer due")),
}
"""How pages show a bill: tone and words."""

REFUND_STATES: Mapping[RefundState, str] = {
    RefundState.ASKED: N_("Waits for a second person"),
    RefundState.APPROVED: N_("Approved, on its way"),
    RefundState.DECLINED: N_("Declined"),
    RefundState.DONE: N_("Paid back"),
    RefundState.FAILED: N_("The provider refused"),
}

DIFFERENCES: Mapping[Difference, str] = {
    Difference.OURS_ONLY: N_("Only in our books"),
    Difference.THEIRS_ONLY: N_("Only in the statement"),
    Difference.AMOUNT: N_("Another amount"),
}

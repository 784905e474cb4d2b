"""What law allows with a case, and when: one table, read by actions, pages and tests alike."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tongban.kernel.errors import N_, Refusal


class State(StrEnum):
    """The states of one case; overdue and extended are attributes, never states."""

    WAITING = "waiting"  # an earlier item of the one-thing has not finished
    SUBMITTED = "submitted"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    SPECIAL = "special"
    SUSPENDED = "suspended"
    DECIDED = "decided"
    DELIVERED = "delivered"  # on its way, or handed over, but the receipt is still owed
    CLOSED = "closed"
    ARCHIVED = "archived"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TERMINATED = "terminated"


ENDED = frozenset(
    {
        State.CLOSED,
        State.ARCHIVED,
        State.DECLINED,
        State.WITHDRAWN,
        State.LAPSED,
        State.TERMINATED,
    }
)
UNDONE = frozenset({State.DECLINED, State.WITHDRAWN, State.LAPSED, State.TERMINATED})
"""Ended without a decision: the same may be filed again."""

GIVEN = frozenset({State.DECIDED, State.DELIVERED})
"""Decided, and the result is still to reach the applicant."""

UNDECIDED = frozenset(State) - ENDED - GIVEN
BEFORE_AGENCY = UNDECIDED - {State.WAITING}


class Purpose(StrEnum):
    """What a case is for; all but the first are linked to the case that they are about (row 20)."""

    APPLY = "apply"
    CORRECT = "correct"  # 更正
    REVOKE = "revoke"  # 撤销
    ANNUL = "annul"  # 注销
    RECONSIDER = "reconsider"  # 复核：the human way out of a decision made by a rule


class Delivery(StrEnum):
    """How the result reaches the applicant."""

    ELECTRONIC = "electronic"
    PICKUP = "pickup"
    POST = "post"


class Result(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"
    BLOCKED = "blocked"
    """Never begun: what it needs from an earlier item was not granted."""


class Suspension(StrEnum):
    """Why a case may stand still without anybody's fault (中止)."""

    FORCE_MAJEURE = "force_majeure"
    PENDING_JUDGMENT = "pending_judgment"
    APPLICANT = "applicant"
    SUCCESSION = "succession"
    INTERPRETATION = "interpretation"
    BY_LAW = "by_law"


class Termination(StrEnum):
    """Why a case ends without a decision (终结)."""

    APPLICANT_GONE = "applicant_gone"
    OBJECT_GONE = "object_gone"
    TOLERANCE_EXPIRED = "tolerance_expired"
    LAW_CHANGED = "law_changed"
    BY_LAW = "by_law"


class Basis(StrEnum):
    """How a case came to be accepted."""

    EXPLICIT = "explicit"
    DEEMED = "deemed"
    TOLERANT = "tolerant"
    PROMISE = "promise"
    BY_RULE = "by_rule"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: an act, the states it may be done in, and where it leads."""

    act: str
    source: frozenset[State]
    target: State | None
    law: str


def _move(act: str, source: Iterable[State], target: State | None, law: str) -> tuple[str, Move]:
    return act, Move(act, frozenset(source), target, law)


DONE = frozenset({State.CLOSED, State.ARCHIVED})

MOVES = dict(
    [
        _move("submit", {State.WAITING}, State.SUBMITTED, "行政许可法第三十二条"),
        _move("accept", {State.SUBMITTED}, State.ACCEPTED, "行政许可法第三十二条第一款第五项"),
        _move(
            "deem_accepted", {State.SUBMITTED}, State.ACCEPTED, "行政许可法第三十二条第一款第四项"
        ),
        _move(
            "ask_supplement",
            {State.SUBMITTED},
            State.SUPPLEMENT,
            "行政许可法第三十二条第一款第四项",
        ),
        _move("supplement", {State.SUPPLEMENT}, State.SUBMITTED, "行政许可法第三十二条"),
        _move("lapse", {State.SUPPLEMENT}, State.LAPSED, "事项办理规定"),
        _move("decline", {State.SUBMITTED}, State.DECLINED, "行政许可法第三十二条第一款第一、二项"),
        _move("promise", {State.SUBMITTED}, State.DECIDED, "告知承诺制"),
        _move("start_special", {State.ACCEPTED}, State.SPECIAL, "行政许可法第四十五条"),
        _move("end_special", {State.SPECIAL}, State.ACCEPTED, "行政许可法第四十五条"),
        _move("accept_tolerant", {State.SUBMITTED}, State.ACCEPTED, "容缺受理办法"),
        _move(
            "supply",
            {State.ACCEPTED, State.SPECIAL, State.SUSPENDED},
            None,
            "容缺受理办法",
        ),
        _move("suspend", {State.ACCEPTED}, State.SUSPENDED, "中止办理规定"),
        _move("resume", {State.SUSPENDED}, State.ACCEPTED, "中止办理规定"),
        _move("terminate", BEFORE_AGENCY, State.TERMINATED, "终结办理规定"),
        _move("extend", {State.ACCEPTED}, None, "行政许可法第四十二条"),
        _move("work", {State.ACCEPTED, State.SPECIAL}, None, "行政许可法第三十四条"),
        _move("grant", {State.ACCEPTED}, State.DECIDED, "行政许可法第三十八条第一款"),
        _move("refuse", {State.ACCEPTED}, State.DECIDED, "行政许可法第三十八条第二款"),
        _move("grant_by_rule", {State.SUBMITTED}, State.DECIDED, "行政许可法第三十四条第二款"),
        _move("block", {State.WAITING}, State.WITHDRAWN, "前置事项未予办成"),
        _move("cancel", UNDECIDED, State.WITHDRAWN, "前置事项未予办成，本件一并终止"),
        _move("offer_hearing", {State.ACCEPTED}, None, "行政许可法第四十七条第一款"),
        _move("ask_hearing", {State.ACCEPTED}, None, "行政许可法第四十七条第一款"),
        _move("waive_hearing", {State.ACCEPTED}, None, "行政许可法第四十七条第一款"),
        _move("deem_granted", {State.ACCEPTED}, State.DECIDED, "行政许可法第五十条第二款"),
        _move("withdraw", UNDECIDED, State.WITHDRAWN, "申请人撤回"),
        _move("deliver", {State.DECIDED}, State.DELIVERED, "行政许可法第四十四条"),
        _move("close", {State.DELIVERED}, State.CLOSED, "行政许可法第四十四条"),
        _move("archive", {State.CLOSED}, State.ARCHIVED, "DA/T 85-2019"),
        _move("correct", DONE, None, "行政许可法第四十九条"),
        # A broken promise may come to light before the paper was fetched.
        _move("revoke", DONE | GIVEN, None, "行政许可法第六十九条"),
        _move("annul", DONE, None, "行政许可法第七十条"),
        _move("reconsider", DONE | GIVEN, None, "个人信息保护法第二十四条第三款"),
    ]
)

ACCEPTANCE_DAYS = 5
"""行政许可法 第三十二条: what is missing is told once, within five days; else deemed accepted."""

DELIVERY_DAYS = 10
"""行政许可法 第四十四条: the licence is handed over within ten days."""

HEARING_DAYS = 5
"""行政许可法 第四十七条: within so many days after being told, a hearing may be asked for."""

HEARING_WITHIN_DAYS = 20
"""行政许可法 第四十七条: within so many days after that it is held."""

LINKED_DAYS = 20
"""What a linked case may take: as long as any decision (行政许可法 第四十二条)."""

SUPPLEMENT_DAYS = 15
"""How long an applicant may take; a city's own figure, hence warned of in the notice."""

EXTENSION_DAYS = 10
"""行政许可法 第四十二条: once, by the head of the agency."""


class OutOfOrder(Refusal):
    says = N_("“{act}” cannot be done while the case is “{state}”.")
    hint = N_("It can be done while the case is: {possible}.")
    status = 409


class SupplementOnlyOnce(Refusal):
    says = N_("A supplement was already asked for in this case.")
    hint = N_(
        "The law allows it once, with everything in it (Administrative Licensing Law, article 32);"
        " a second time only for what arises from the answer itself. Accept or decline now."
    )
    status = 409


class NothingMarked(Refusal):
    says = N_("A supplement must mark what is missing.")
    hint = N_("Mark each wrong field or document, and say what is needed.")
    status = 422


class NotAllAnswered(Refusal):
    says = N_("Not everything that was asked for has been answered: {missing}.")
    hint = N_("Answer each point, then send it once.")
    status = 422


class ReasonsMissing(Refusal):
    says = N_("This needs a reason and the article of law it stands on.")
    hint = N_("Write both; the applicant reads them in the notice.")
    status = 422


class RemediesMissing(Refusal):
    says = N_("A refusal must tell the applicant how to object.")
    hint = N_(
        "Name reconsideration (60 days) and the court (6 months); Administrative Licensing Law,"
        " article 38."
    )
    status = 422


class NoSuchSpecial(Refusal):
    says = N_("“{procedure}” is not a special procedure of this item.")
    hint = N_("Only these stop the clock here: {possible}.")
    status = 422


class NotExtendable(Refusal):
    says = N_("This item allows no extension.")
    hint = N_("Decide within the term; the item's published terms name no further days.")
    status = 409


class ExtendedAlready(NotExtendable):
    says = N_("The term was already extended.")
    hint = N_("It may be extended once, before it ends, by the head of the agency.")


class TooLateToExtend(NotExtendable):
    says = N_("The term has ended or stands still, so it cannot be extended.")
    hint = N_("It may be extended once, before it ends, by the head of the agency.")


class FiledAlready(Refusal):
    says = N_("The same was already filed: {number}.")
    hint = N_("Open that filing; a second one would only slow it down.")
    status = 409


class NotComplete(Refusal):
    says = N_("The filing is not complete yet.")
    hint = N_("What is missing is shown at each point; nothing was sent.")
    status = 422


class TwoOfficersNeeded(Refusal):
    says = N_("A check on site needs two officers.")
    hint = N_("Name the second officer (Administrative Licensing Law, article 34).")
    status = 422


class OpinionMissing(Refusal):
    says = N_("Write your opinion.")
    hint = N_("Whoever acts next, and the trail, rely on it; one sentence is enough.")
    status = 422


class QuestionMissing(Refusal):
    says = N_("Say whom you ask, and what.")
    hint = N_("Choose at least one agency and write the question.")
    status = 422


class NobodyThere(Refusal):
    says = N_("There is nobody whose post could do this.")
    hint = N_("Choose a colleague, or an agency, that has such a post.")
    status = 422


class DaysMissing(Refusal):
    says = N_("A special procedure needs its own term.")
    hint = N_("Enter how many working days it will take; the applicant reads them.")
    status = 422


class NoPromise(Refusal):
    says = N_("There is no written promise in this case, or the item does not allow one.")
    hint = N_("Handle the case in the ordinary way.")
    status = 409


class NoSuchGround(Refusal):
    says = N_("This is not one of the grounds on which it can be done.")
    hint = N_("Choose one of the list: {possible}.")
    status = 422


class ReceiptMissing(Refusal):
    says = N_("A receipt needs the name and the document number of whoever takes it.")
    hint = N_("Look at the document and enter both; they prove that it was handed over.")
    status = 422


class HearingFirst(Refusal):
    says = N_("The applicant must be told of the right to a hearing before this is decided.")
    hint = N_("Offer the hearing; decide when it was held, or when nobody asked in time.")
    status = 409


class HearingPending(Refusal):
    says = N_("The applicant may still ask for a hearing.")
    hint = N_("Wait until {days} working days have passed, or the hearing was held.")
    status = 409


class HearingOffered(Refusal):
    says = N_("The hearing was already offered.")
    hint = N_("Once is enough; wait for the answer.")
    status = 409


class NoHearing(Refusal):
    says = N_("The law asks for no hearing in this item.")
    hint = N_("Decide without one.")
    status = 409


class TooLateForHearing(Refusal):
    says = N_("A hearing can no longer be asked for.")
    hint = N_("It can be asked for within five working days after it was offered.")
    status = 409


class NotByRule(Refusal):
    says = N_("This was not decided by a rule.")
    hint = N_("Against an official's decision, use the remedies named in the notice.")
    status = 409


class NotImpartial(Refusal):
    says = N_("Whoever made the rule may not look again at what it decided.")
    hint = N_("Hand the work item over to a colleague of another post.")
    status = 403


class NotAField(Refusal):
    says = N_("These were not filed in this case: {fields}.")
    hint = N_("Name only fields of the filing.")
    status = 422


class NotYours(Refusal):
    says = N_("This is not in your hands.")
    hint = N_("What belongs to others is shown only to them and to the posts that handle it.")
    status = 403


def check(act: str, state: str) -> Move:
    """Refuse an act out of order."""
    move = MOVES[act]
    if State(state) not in move.source:
        raise OutOfOrder(act=act, state=state, possible=", ".join(sorted(move.source)))
    return move


def points(defects: Iterable[Mapping[str, str]]) -> set[str]:
    """What a supplement asked for, as a later one names where it arises from."""
    return {f"{d.get('kind')}:{d.get('key')}" for d in defects}


def check_supplement(
    *, count: int, defects: Sequence[Mapping[str, str]], before: Collection[str] = ()
) -> None:
    """One notice with everything in it; each point says what is needed.

    A second round only for what arises from the answer to the first: a point of it (`from`, as
    `points` writes it), or the same point again. A third never.
    """
    arises = all((d.get("from") or f"{d.get('kind')}:{d.get('key')}") in before for d in defects)
    if count > 1 or (count and not arises):
        raise SupplementOnlyOnce()
    is_clear = all(
        d.get("kind") in {"field", "material"} and d.get("key") and d.get("needed", "").strip()
        for d in defects
    )
    if not defects or not is_clear:
        raise NothingMarked()


def check_ground(reason: str, known: type[StrEnum]) -> None:
    """Refuse a ground that is not on the list of law."""
    if reason not in list(known):
        raise NoSuchGround(possible="、".join(known))


def check_receipt(receipt: Mapping[str, str]) -> None:
    """Whoever takes a document away is named, with the document that shows it is them."""
    if not receipt.get("name", "").strip() or not receipt.get("document", "").strip():
        raise ReceiptMissing()


def check_hearing(is_offered: bool, may_ask: bool) -> None:
    """Before a decision that law wants heard: offered, and either asked for or let pass."""
    if not is_offered:
        raise HearingFirst()
    if may_ask:
        raise HearingPending(days=HEARING_DAYS)


def silence(body: Mapping[str, Any]) -> str | None:
    """The law by which silence grants, of an item whose law says so; None of any other."""
    rule = body.get("silence") or {}
    return str(rule["law"]) if rule.get("result") == "grant" and rule.get("law") else None


def check_reasons(*, reasons: str, law: str) -> None:
    if not reasons.strip() or not law.strip():
        raise ReasonsMissing()


def check_refusal(*, reasons: str, law: str, remedies: str) -> None:
    check_reasons(reasons=reasons, law=law)
    if not remedies.strip():
        raise RemediesMissing()


def check_extension(*, extended: int, allowed: int, due_on: date | None, today: date) -> None:
    if not allowed:
        raise NotExtendable()
    if extended:
        raise ExtendedAlready()
    if due_on is None or today > due_on:
        raise TooLateToExtend()


def is_decided(state: str) -> bool:
    """Whether nothing more will change what a case gives to those that wait for it."""
    return State(state) in ENDED | GIVEN


def is_blocked(after: Iterable[Mapping[str, str]], lost: Collection[str]) -> bool:
    """Whether a waiting item needs one that will not be granted."""
    return any(edge["item"] in lost and edge["on_refuse"] != "go_on" for edge in after)


def cancels_all(edges: Iterable[Mapping[str, str]], lost: str) -> bool:
    """Whether the loss of an item ends all that is undecided: some edge from it says so."""
    return any(edge["item"] == lost and edge["on_refuse"] == "cancel" for edge in edges)


def visible_acts(state: str) -> list[str]:
    """The acts that law allows now, for pages."""
    return [name for name, move in MOVES.items() if State(state) in move.source]


DRAFT_LIFE = timedelta(days=30)
"""How long a draft is kept for its owner."""

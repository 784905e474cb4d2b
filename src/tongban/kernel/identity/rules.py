"""The law of posts, proxies and sign-in; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from tongban.kernel.errors import N_, NotFound, Refusal

LOCK_AFTER: Final = 5
"""Failures in a row after which sign-in rests."""
LOCK_MINUTES: Final = 15
LINK_HOURS: Final = 24
FICTIONAL: Final = "99"
"""No division code begins so: numbers that do belong to nobody."""
MAJORITY: Final = 18
EVERYTHING: Final = "*"

ADMINISTRATIONS: Final = frozenset({"system.administer", "security.administer", "audit.read"})

Basis = Literal["guardian", "family", "agent", "window"]
REQUEST_DAYS: Final = 14
"""How long a request for a proxy waits for its answer."""
CODE_MINUTES: Final = 10
CODE_TRIES: Final = 5
CODE_WAIT_SECONDS: Final = 60
CODES_A_DAY: Final = 5
CODES_SENT_A_DAY: Final = 60
# Codes to one telephone, and by one sender to all of them, in 24 hours.
REQUESTS_OPEN: Final = 5
"""How many requests of one person may wait at a time."""
BASES: Final[tuple[str, ...]] = get_args(Basis)
STATUSES: Final = frozenset({"active", "suspended", "revoked", "cancelled"})
"""存续, 停业, 吊销, 注销: only an active entity may be acted for."""


class AdministratorsApart(Refusal):
    """三员分立: 系统管理员, 安全管理员, 审计管理员 never meet in one person."""

    says = N_("One person may hold only one of the three administrators' posts.")
    hint = N_("Appoint someone else, or end the appointment to the other post first ({held}).")


class NotYourself(Refusal):
    """Nobody appoints themselves."""

    says = N_("Nobody may give a post to themselves.")
    hint = N_("Ask another security administrator.")
    status = 403


class PeriodReversed(Refusal):
    """The period ends before it begins."""

    says = N_("The period ends ({to_on}) before it begins ({from_on}).")
    hint = N_("Enter the last day on or after the first day.")
    status = 422


class AlreadyAppointed(Refusal):
    """The person holds the post already."""

    says = N_("The person already holds this post in that period.")
    hint = N_("End the present appointment first.")


class AppointmentOver(Refusal):
    """The appointment has an end already."""

    says = N_("This appointment ended on {to_on}.")
    hint = N_("Look at the person's present posts.")


class ProxyToOneself(Refusal):
    """Nobody needs a proxy for themselves."""

    says = N_("Nobody needs a proxy to act for themselves.")
    hint = N_("Name someone else as the agent.")
    status = 422


class ProxyScopeUnknown(Refusal):
    """A proxy says what it is for."""

    says = N_("A proxy must say for which matters it is given.")
    hint = N_("Choose the items, or choose all.")
    status = 422


class ProxyBasisUnknown(Refusal):
    """A proxy has one of four bases."""

    says = N_("The basis of the proxy is not known: {basis}.")
    hint = N_("Choose guardian, family, agent or window.")
    status = 422


class ConsentMissing(Refusal):
    """A proxy needs evidence of consent, or of guardianship."""

    says = N_("There is no evidence that the proxy was consented to.")
    hint = N_("Write down how consent was given, or attach the paper.")
    status = 422


class OfAge(Refusal):
    """Guardianship of a child ends at eighteen (民法典 17)."""

    says = N_("The person is of age from {on}; a guardian's proxy must end before that day.")
    hint = N_("Choose an earlier last day, or have the person give a proxy themselves.")
    status = 422


class WindowOnlyToday(Refusal):
    """What is done at the window is done while the person stands there."""

    says = N_("A window proxy holds for one day only.")
    hint = N_("For longer, have the person give a family proxy.")
    status = 422


class FamilyForAYear(Refusal):
    """What nobody confirms again for a year was perhaps forgotten."""

    says = N_("A family proxy holds for a year at most, until {last}.")
    hint = N_("Choose an earlier last day; it can be given again.")
    status = 422


class AskedTooOften(Refusal):
    """Requests are not for trying out who might agree."""

    says = N_("{most} of your requests are still waiting for an answer.")
    hint = N_("Wait until they are answered, or take one back.")
    status = 422


class AskedAlready(Refusal):
    """One request at a time to one person."""

    says = N_("You have asked this person already.")
    hint = N_("Wait for the answer, or take the request back and ask anew.")
    status = 422


class RequestOver(Refusal):
    """Answered, taken back, or left open for too long."""

    says = N_("This request is no longer open.")
    hint = N_("Ask the person to send a new one.")


class NoPhoneKnown(Refusal):
    """A code goes to the registered telephone only, never to one that is told now."""

    says = N_("No mobile number of this person is known here.")
    hint = N_("They can agree after signing in, or at any window with their identity card.")
    status = 422


class PhoneIsShared(Refusal):
    """Whoever could read the code themselves would consent to their own request."""

    says = N_("This person's registered phone is also that of whoever asks.")
    hint = N_("They can agree after signing in, or at any window with their identity card.")
    status = 422


class CodeTooSoon(Refusal):
    """Messages are not for wearing anybody down."""

    says = N_("A code was sent just now, or too many today.")
    hint = N_("Wait a minute; after {most} codes in a day, wait until tomorrow.")
    status = 429


class CodeWrong(Refusal):
    """One sentence for wrong, used, too old and tried too often."""

    says = N_("This code is not right, or no longer holds.")
    hint = N_("It holds for ten minutes and five tries. Read it again, or have a new one sent.")
    status = 422


class NameDiffers(Refusal):
    """The document names someone else than the register."""

    says = N_("This number belongs to another name here.")
    hint = N_("Compare both with the document; if they are right, open a correction.")


class NoSuchPerson(NotFound):
    """One sentence for an unknown number and for another name, so that nobody can try names out."""

    says = N_("Nobody here has this name and number together.")
    hint = N_("Compare both with the document; whoever is new here signs in once first.")


class ProxyEnded(Refusal):
    """The proxy does not allow this today."""

    says = N_("You may no longer act for this person or firm.")
    hint = N_("Continue for yourself, or ask for a new proxy.")
    status = 403


class OutsideProxy(Refusal):
    """The proxy does not cover the matter."""

    says = N_("Your proxy does not cover this matter ({key}).")
    hint = N_("Ask for a proxy that names it.")
    status = 403


class EntityNotActive(Refusal):
    """A cancelled or suspended firm cannot act."""

    says = N_("{name} is not an active legal entity ({status}).")
    hint = N_("Check the unified social credit code with the market regulator.")


class NameTaken(Refusal):
    """Another person signs in by this name."""

    says = N_("Someone else already signs in as {username}.")
    hint = N_("Choose another user name.")


class SignInRefused(Refusal):
    """One sentence for every reason, so that nobody learns which names exist or rest."""

    says = N_("User name, password or code is not right, or sign-in rests after five failures.")
    hint = N_("Check all three. After five failures in a row, wait for 15 minutes.")
    status = 401


class NotTheirWord(Refusal):
    """The word of an identity service does not hold; the log says why, the page does not."""

    says = N_("The identity service's answer could not be relied on.")
    hint = N_("Begin again from the sign-in page; nothing was changed.")
    status = 401


class NotKnownHere(Refusal):
    """The identity service knows someone whom this platform does not, or knows as another."""

    says = N_("The identity service's name and number are not those of anyone known here.")
    hint = N_("Ask at a service window with your identity card; nothing was changed.")
    status = 403


class FactorMissing(Refusal):
    """Officials need a second factor, here or there."""

    says = N_("Officials sign in with a second factor, and none was used.")
    hint = N_("Use the second factor of the identity service, or sign in here with yours.")
    status = 403


class CodeNotRight(Refusal):
    """The one-time code does not match, or was used before."""

    says = N_("The six-digit code is not right, or was used already.")
    hint = N_("Wait for the next code and check that the clock of your phone is right.")
    status = 422


class SecondFactorStands(Refusal):
    """A confirmed second factor is not replaced by its holder alone."""

    says = N_("This account already has a second factor.")
    hint = N_("If the phone is lost, a security administrator can remove it.")


class LinkDead(Refusal):
    """A link that expired, was used, or never was: all look the same."""

    says = N_("This link does not work: it has expired, was used, or is not complete.")
    hint = N_("Ask your administrator for a new one.")
    status = 410


class RealDataInDemo(Refusal):
    """A demo lets anyone be anyone, so nobody real may be in it."""

    says = N_("A demo takes fictional people only: their numbers begin with 99.")
    hint = N_("Unset TONGBAN_DEMO to work with real data.")


class DemoBesideRealData(Refusal):
    """The demo sign-in would open real people's records to anyone."""

    says = N_("TONGBAN_DEMO is set, but {count} people here may be real.")
    hint = N_("Unset TONGBAN_DEMO, or use an empty database for the demo.")


class PurposeMissing(Refusal):
    """A record is opened for a purpose (个人信息保护法 6)."""

    says = N_("Say for what purpose you open this record.")
    hint = N_("Name the case or the duty that needs it.")
    status = 422


class CityFileWrong(Refusal):
    """A file of the city cannot be read as it is."""

    says = N_("The city's files have {count} faults; the first: {first}")
    hint = N_("Nothing was read. Correct the files and run the command again.")
    status = 422


class NoSuchOrgan(NotFound):
    """No organ has this key or code."""

    says = N_("There is no organ {key}.")
    hint = N_("See organs.toml of the city for the keys.")


@dataclass(frozen=True, slots=True)
class Held:
    """What one appointment carries, and when."""

    post: int
    name: str
    grants: frozenset[str]
    from_on: date
    to_on: date | None


def overlap(a_from: date, a_to: date | None, b_from: date, b_to: date | None) -> bool:
    """Whether two periods share a day; both ends belong to them."""
    return (b_to is None or a_from <= b_to) and (a_to is None or b_from <= a_to)


def check_period(from_on: date, to_on: date | None) -> None:
    """Refuse a period that ends before it begins."""
    if to_on is not None and to_on < from_on:
        raise PeriodReversed(from_on=from_on, to_on=to_on)


def check_post(name: str, grants: Iterable[str]) -> None:
    """Refuse a post that joins two administrations: whoever held it would hold both."""
    if len(ADMINISTRATIONS & set(grants)) > 1:
        raise AdministratorsApart(held=name)


def check_appointment(new: Held, others: Sequence[Held]) -> None:
    """Refuse a second appointment to the same post, and two administrations in one hand."""
    check_period(new.from_on, new.to_on)
    check_post(new.name, new.grants)
    mine = ADMINISTRATIONS & new.grants
    for other in others:
        if not overlap(new.from_on, new.to_on, other.from_on, other.to_on):
            continue
        if other.post == new.post:
            raise AlreadyAppointed()
        if mine and (ADMINISTRATIONS & other.grants) - mine:
            raise AdministratorsApart(held=other.name)


def majority_on(born_on: date) -> date:
    """The eighteenth birthday; of those born on 29 February the first of March."""
    try:
        return born_on.replace(year=born_on.year + MAJORITY)
    except ValueError:
        return date(born_on.year + MAJORITY, 3, 1)


def year_after(day: date) -> date:
    """The same day a year later; after 29 February the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


def check_proxy(
    *,
    basis: str,
    scope: Sequence[str],
    from_on: date,
    to_on: date,
    evidence: str,
    principal_born_on: date | None,
) -> None:
    """Refuse a proxy without scope, evidence or end, and guardianship past eighteen."""
    if basis not in BASES:
        raise ProxyBasisUnknown(basis=basis)
    if not scope or not all(isinstance(key, str) and key for key in scope):
        raise ProxyScopeUnknown()
    check_period(from_on, to_on)
    if not evidence.strip():
        raise ConsentMissing()
    if basis == "window" and to_on != from_on:
        raise WindowOnlyToday()
    if basis == "family" and to_on > (last := year_after(from_on)):
        raise FamilyForAYear(last=last)
    if basis == "guardian" and principal_born_on is not None:
        adult_on = majority_on(principal_born_on)
        if to_on >= adult_on > from_on:
            raise OfAge(on=adult_on)
        # Past eighteen a guardian is appointed by a court (民法典 28), so the evidence must say so;
        # the person who checks it reads it, no rule can.


def covers(scope: Iterable[str], key: str) -> bool:
    """Whether a proxy's scope holds the item or one-thing."""
    return bool({EVERYTHING, key} & set(scope))


def region_prefix(code: str) -> str:
    """The part of a division code that all divisions within it share: 990100 -> 9901."""
    parts = [code[:2], code[2:4], code[4:6], code[6:9], code[9:12]]
    while parts and not parts[-1].strip("0"):
        parts.pop()
    return "".join(parts)


def within(code: str, prefix: str) -> bool:
    """Whether a division lies in the region; an empty prefix holds nothing."""
    return bool(prefix) and code.startswith(prefix)


def is_fictional(number: str) -> bool:
    """Whether a person number can belong to nobody."""
    return number.startswith(FICTIONAL)

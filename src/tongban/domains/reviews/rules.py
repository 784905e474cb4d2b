"""Who may rate what until when, and what counts; the numbers come from the city's data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault, Invalid, Refusal

WORDS_AT_MOST = 1000

CHOOSE = N_("Choose one of the five faces.")
TOO_LONG = N_("Write at most a thousand characters.")
NOT_OFFERED = N_("Choose only among the points that are offered for this face.")
FINDING_MISSING = N_("Say what you found out, and how.")
ORGAN_MISSING = N_("Say which office is to put it right: one that took part.")
DONE_MISSING = N_("Say what was put right, and what keeps it from happening again.")
ANSWER_MISSING = N_("Write the answer; the reviewer reads it as it stands.")
OUTCOME_UNKNOWN = N_("Choose one of the outcomes that are offered.")


class Level(IntEnum):
    """The five levels (评价等次)."""

    VERY_GOOD = 5
    GOOD = 4
    FAIR = 3
    BAD = 2
    VERY_BAD = 1


LEVELS: Mapping[Level, str] = {
    Level.VERY_GOOD: N_("Very satisfied"),
    Level.GOOD: N_("Satisfied"),
    Level.FAIR: N_("Mostly satisfied"),
    Level.BAD: N_("Dissatisfied"),
    Level.VERY_BAD: N_("Very dissatisfied"),
}
"""What stands under the five faces, from the best to the worst."""


class Stage(StrEnum):
    """The stages of the process `bad-review` that this code knows how to carry out."""

    VERIFY = "verify"
    MEND = "mend"
    ANSWER = "answer"


class AlreadyRated(Refusal):
    """一事一评: at most one."""

    says = N_("You have already rated this.")
    hint = N_("A rating is given once. To add something, call the hotline 12345.")
    status = 409


class WindowClosed(Refusal):
    says = N_("This could be rated until {closes_on}.")
    hint = N_("You can still tell the hotline 12345 how it went.")
    status = 410


class NotAtThisStage(Refusal):
    says = N_("This review is no longer at that stage.")
    hint = N_("Look at it again: a colleague was faster.")
    status = 409


class Anonymous(Refusal):
    says = N_("This reviewer asked not to be known.")
    hint = N_("Look into it without calling; the answer still reaches them on their own page.")
    status = 403


@dataclass(frozen=True, slots=True)
class Aspect:
    """A point that one may tick (评价指标): some suit only certain levels, or only one channel."""

    key: str
    text: str
    text_en: str
    levels: tuple[Level, ...]
    channel: str = ""
    """`online` or `hall`; empty for both."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a city has itself rated, as its published definition says."""

    organ: str
    """Key of the organ that verifies and answers."""
    window_days: int
    public_from: int
    aspects: tuple[Aspect, ...]

    def offered(self, level: Level, channel: str) -> list[Aspect]:
        """The points that are offered at a level in a channel."""
        place = "hall" if channel == "window" else "online"
        return [a for a in self.aspects if level in a.levels and a.channel in {"", place}]


def settings(body: Mapping[str, Any]) -> Settings:
    """Read a published definition."""
    return Settings(
        organ=body["organ"],
        window_days=int(body["window_days"]),
        public_from=int(body.get("public_from", 1)),
        aspects=tuple(
            Aspect(
                key=row["key"],
                text=row["text"],
                text_en=row.get("text_en", ""),
                levels=tuple(Level(level) for level in row["levels"]),
                channel=row.get("channel", ""),
            )
            for row in body.get("aspect", ())
        ),
    )


def check(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a city's settings from working; each fault names its line."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("organ", "window_days")
        if not body.get(name)
    ]
    faults += [
        Fault(name, N_("This must be a whole number from 1."), N_("Mend it."))
        for name in ("window_days", "public_from")
        if name in body and (not isinstance(body[name], int) or body[name] < 1)
    ]
    seen: set[str] = set()
    for n, row in enumerate(body.get("aspect", ())):
        faults += _check_aspect(f"aspect[{n}]", row, seen)
    if not faults:
        found = settings(body)
        faults += [
            Fault(
                "aspect",
                N_("Nothing is asked at level {level}."),
                N_("Write an [[aspect]] that names this level."),
                {"level": int(level)},
            )
            for level in Level
            if not (found.offered(level, "web") and found.offered(level, "window"))
        ]
    return faults


def _check_aspect(where: str, row: Mapping[str, Any], seen: set[str]) -> Iterable[Fault]:
    if not row.get("key") or not row.get("text") or row["key"] in seen:
        yield Fault(where, N_("An aspect needs a key of its own, and a text."), N_("Write both."))
        return
    seen.add(row["key"])
    levels = row.get("levels", ())
    if not levels or not set(levels) <= set(Level):
        yield Fault(f"{where}.levels", N_("Levels run from 1 to 5."), N_("Name at least one."))
    if row.get("channel", "") not in {"", "online", "hall"}:
        yield Fault(f"{where}.channel", N_("This is unknown."), N_("Write online or hall."))


def is_bad(level: int) -> bool:
    """差评 are the last two of the five levels."""
    return level <= Level.BAD


def closes_on(invited_on: date, found: Settings) -> date:
    """The last day on which one may rate."""
    return invited_on + timedelta(days=found.window_days)


def prompts(definitions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one may be asked: not after a death, nor where a definition says no."""
    return all(body.get("review_prompt", True) for body in definitions)


def check_may_file(last_day: date, today: date, *, is_rated: bool) -> None:
    """Refuse a second rating, and one that comes too late."""
    if is_rated:
        raise AlreadyRated()
    if today > last_day:
        raise WindowClosed(closes_on=last_day.isoformat())


def read_level(text: str) -> Level:
    """The level that was chosen; none is chosen beforehand, and none is assumed."""
    try:
        return Level(int(text))
    except ValueError:
        raise Invalid({"level": [CHOOSE]}) from None


def check_said(
    found: Settings, level: Level, channel: str, aspects: Iterable[str], words: str
) -> None:
    """Refuse points that were not offered, and words that are too many."""
    problems: dict[str, list[str]] = {}
    if not set(aspects) <= {a.key for a in found.offered(level, channel)}:
        problems["aspects"] = [NOT_OFFERED]
    if len(words) > WORDS_AT_MOST:
        problems["words"] = [TOO_LONG]
    if problems:
        raise Invalid(problems)


def check_text(name: str, text: str, problem: str) -> None:
    """Refuse an empty text where someone else will rely on it."""
    if not text.strip():
        raise Invalid({name: [problem]})


def check_outcome(outcome: str, possible: Iterable[str]) -> None:
    """Refuse an outcome that the page did not offer."""
    if outcome not in possible:
        raise Invalid({"outcome": [OUTCOME_UNKNOWN]})


def check_verified(outcome: str, finding: str, organ: str, organs: Iterable[str]) -> None:
    """Refuse a verification that leaves open what was found, or who puts it right."""
    check_outcome(outcome, ("upheld", "unfounded"))
    check_text("finding", finding, FINDING_MISSING)
    if outcome == "upheld" and organ not in organs:
        raise Invalid({"organ": [ORGAN_MISSING]})


def answers(is_upheld: bool | None) -> tuple[str, ...]:
    """How an answer may end: for good, or with another look at what was not accepted."""
    return ("closed", "mend" if is_upheld else "verify")


@dataclass(frozen=True, slots=True)
class Tally:
    """What the public sees of an organ; a rating not given is in neither number."""

    organ: str
    invited: int
    rated: int
    good: int

    def rate(self, public_from: int) -> Fraction | None:
        """The good ones among those given; nothing while so few that one could be made out."""
        return Fraction(self.good, self.rated) if self.rated >= max(public_from, 1) else None

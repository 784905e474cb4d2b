"""How records go up: states, settings, what each refusal says, how two sides of a day compare."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tongban.domains.uplinks.rules.tables import KINDS
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault, Invalid, Refusal

LEASE = timedelta(minutes=2)
"""A batch that nobody answered for so long is sent again: whoever sent it has died."""
TRIES = 8
"""As often a record is sent without an acknowledgement before a person is asked."""
STUCK = timedelta(hours=1)
"""An exchange that was due so long ago is asked for again: its job was lost."""
SOON = timedelta(minutes=1)
"""So long records are gathered before they leave."""
REASON_AT_MOST = 300
REASON_MISSING = N_("Say what was mended, or why it is not sent.")
NO_ANSWER = "E000"
"""Our own code for a record that the platform never acknowledged."""
PROCESS = "uplink-refusal"
BATCH_AT_MOST = 1000


class State(StrEnum):
    """The states of a record."""

    WAITING = "waiting"
    SENDING = "sending"
    TAKEN = "taken"
    REFUSED = "refused"
    DROPPED = "dropped"


STATES: Mapping[State, tuple[str, str]] = {
    State.WAITING: ("amber", N_("Waiting to go up")),
    State.SENDING: ("blue", N_("On its way")),
    State.TAKEN: ("green", N_("Taken")),
    State.REFUSED: ("red", N_("Sent back")),
    State.DROPPED: ("grey", N_("Not sent")),
}


class DownState(StrEnum):
    """The states of what came down."""

    WAITING = "waiting"
    FILED = "filed"
    REFUSED = "refused"


DOWN_STATES: Mapping[DownState, tuple[str, str]] = {
    DownState.WAITING: ("amber", N_("To be taken")),
    DownState.FILED: ("green", N_("Taken")),
    DownState.REFUSED: ("red", N_("Sent back")),
}


class What(StrEnum):
    """How a record differs between the two sides."""

    LOST = "lost"
    DIFFERS = "differs"
    FOREIGN = "foreign"


WHATS: Mapping[What, str] = {
    What.LOST: N_("The platform does not hold it"),
    What.DIFFERS: N_("The platform holds other contents"),
    What.FOREIGN: N_("Only the platform holds it"),
}


class Settled(Refusal):
    says = N_("Nothing of this refusal is left to mend.")
    hint = N_("Look at it again: a colleague was faster, or the platform has taken it.")
    status = 409


class DayNotOver(Refusal):
    says = N_("Only a day that is over can be compared.")
    hint = N_("Choose an earlier day.")
    status = 422


class NothingDiffers(Refusal):
    says = N_("Nothing of that day is left to repair.")
    hint = N_("Compare the day again.")
    status = 409


@dataclass(frozen=True, slots=True)
class Uplink:
    """A superior platform as the city has set it up (上报通道)."""

    key: str
    name: str
    name_en: str
    source: str
    """The code map (代码映射) by which it writes columns and codes."""
    organ: str
    """The office that keeps the data which goes up."""
    kinds: tuple[str, ...]
    batch: int
    minutes: int
    receives: bool


def uplink(body: Mapping[str, Any]) -> Uplink:
    """Read a published definition."""
    return Uplink(
        key=body["key"],
        name=body["name"],
        name_en=body.get("name_en", body["name"]),
        source=body["codes"],
        organ=body["organ"],
        kinds=tuple(body["kinds"]),
        batch=int(body.get("batch", 200)),
        minutes=int(body.get("minutes", 30)),
        receives=bool(body.get("receives", False)),
    )


def check(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps an uplink from carrying anything."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("key", "name", "codes", "organ", "kinds", "source")
        if not body.get(name)
    ]
    if faults:
        return faults
    if not known.has("code_map", str(body["codes"])):
        faults.append(Fault("codes", N_("There is no such code map."), N_("Name one.")))
    if not known.has("process", PROCESS):
        faults.append(
            Fault("", N_("Its refusals need the process “uplink-refusal”."), N_("Write it."))
        )
    faults += [
        Fault(f"kinds[{at}]", N_("There is no such kind of record."), ", ".join(KINDS))
        for at, kind in enumerate(body["kinds"])
        if kind not in KINDS
    ]
    for name, most in (("batch", BATCH_AT_MOST), ("minutes", 1440)):
        given = body.get(name, 1)
        if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= most:
            faults.append(Fault(name, N_("This is no number that can be used."), f"1–{most}"))
    return faults


def check_reason(text: str) -> str:
    """Answer the words as they are kept."""
    kept = text.strip()
    if not kept or len(kept) > REASON_AT_MOST:
        raise Invalid({"reason": [REASON_MISSING]})
    return kept


def check_day(day: date, today: date) -> None:
    """Refuse a day on which records still go up."""
    if day >= today:
        raise DayNotOver()


def batch_number(day: date, count: int) -> str:
    """批次: the date and which of the day, as `2019041100002`."""
    return f"{day:%Y%m%d}{count:05d}"


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[tuple[str, What]]:
    """What differs between the two sides of a day, by key."""
    found = []
    for key in sorted({*ours, *theirs}):
        if key not in theirs:
            found.append((key, What.LOST))
        elif key not in ours:
            found.append((key, What.FOREIGN))
        elif ours[key] != theirs[key]:
            found.append((key, What.DIFFERS))
    return found

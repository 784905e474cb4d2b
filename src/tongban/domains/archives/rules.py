"""What a package must hold, what is checked, and how long it is kept."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tongban.domains.cases.rules.papers import Kind
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault, Refusal

FORMATS = frozenset({"pdf", "ofd", "jpeg", "png", "webp", "json", "xml", "text"})
"""DA/T 47 and GB/T 18894 want formats that stay readable; others are refused."""

PERMANENT = 0
"""Years, for what is kept for ever (永久)."""


class State(StrEnum):
    """The states of a package."""

    WAITING = "waiting"
    FAULTY = "faulty"
    PACKED = "packed"
    RECEIVED = "received"
    REJECTED = "rejected"


class Check(StrEnum):
    """The four checks (四性)."""

    AUTHENTICITY = "authenticity"
    COMPLETENESS = "completeness"
    USABILITY = "usability"
    SAFETY = "safety"


STATES: Mapping[State, tuple[str, str]] = {
    State.WAITING: ("amber", N_("To be packed")),
    State.FAULTY: ("red", N_("A check failed")),
    State.PACKED: ("green", N_("Packed, to be handed over")),
    State.RECEIVED: ("done", N_("Held by the archive office")),
    State.REJECTED: ("red", N_("Rejected by the archive office")),
}
CHECKS: Mapping[Check, str] = {
    Check.AUTHENTICITY: N_("Authenticity"),
    Check.COMPLETENESS: N_("Completeness"),
    Check.USABILITY: N_("Usability"),
    Check.SAFETY: N_("Safety"),
}


class NotPacked(Refusal):
    says = N_("This package is not there yet.")
    hint = N_("It is packed some days after the case closed; look at its checks.")
    status = 409


class PackedAlready(Refusal):
    says = N_("This package is closed and can no longer be changed.")
    hint = N_("What is found out later belongs to a case of its own.")
    status = 409


class PurposeMissing(Refusal):
    says = N_("Say what you open it for.")
    hint = N_("The purpose is recorded with your name.")
    status = 422


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a package."""

    path: str
    role: str
    """What it stands for: `notice:granted`, `material:id_card`, `licence`, `form`."""
    kind: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """A check that failed, in words for the archivist."""

    check: Check
    says: str


@dataclass(frozen=True, slots=True)
class Settings:
    """How a city archives (`archives.toml`)."""

    after_days: int
    retention: Mapping[str, int]
    """Result -> years; `ended` stands for each way to end without a decision."""

    def due_on(self, closed_on: date) -> date:
        return closed_on + timedelta(days=self.after_days)

    def years(self, result: str, item: Mapping[str, Any]) -> int:
        """How long it is kept: as its item says, else by result; 0 for ever."""
        own: Mapping[str, int] = item.get("retention", {})
        city = self.retention.get(result, self.retention.get(ENDED, PERMANENT))
        return int(own.get(result, city))


def settings(body: Mapping[str, Any]) -> Settings:
    """Read a published definition."""
    return Settings(after_days=int(body["after_days"]), retention=dict(body["retention"]))


def check(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a city's settings from working."""
    faults = []
    days = body.get("after_days")
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 365:
        faults.append(Fault("after_days", N_("A number of days is missing."), N_("Write it.")))
    retention = body.get("retention")
    if not isinstance(retention, Mapping) or not all(
        isinstance(years, int) and not isinstance(years, bool) and 0 <= years <= 100
        for years in retention.values()
    ):
        faults.append(
            Fault("retention", N_("Years by result are missing."), N_("Write 0 for ever."))
        )
    elif not {"granted", "refused"} <= retention.keys():
        faults.append(
            Fault("retention", N_("A result has no years."), N_("Name granted and refused."))
        )
    return faults


def required(
    *,
    result: str,
    uploads: Iterable[str],
    gives_licence: bool,
    was_filed: bool,
    was_accepted: bool,
    fees: bool,
) -> list[str]:
    """The roles that a package of such a case must hold."""
    roles = ["metadata", "form", "ledger", "verifier"]
    if was_filed:
        roles.append("notice:receipt")
    if was_accepted:
        roles.append("notice:acceptance")
    roles.append(f"notice:{result}")
    roles += [f"material:{key}" for key in uploads]
    if gives_licence and result == "granted":
        roles.append("licence")
    if fees:
        roles.append("receipt")
    return roles


ENDED = "ended"
UNDECIDED: Mapping[str, Kind] = {
    "case.declined": Kind.DECLINED,
    "case.lapsed": Kind.LAPSED,
    "case.withdrawn": Kind.WITHDRAWN,
    "case.terminated": Kind.TERMINATED,
    "case.cancelled": Kind.CANCELLED,
    "case.blocked": Kind.BLOCKED,
}
"""How a case ends without a decision: the document that tells of it, and the result's name."""

DECISIONS = frozenset(
    {"granted", "refused", "deemed_granted", "corrected", "revoked", "annulled", "reconsidered"}
)
"""The kinds of notice that tell the result of a case."""


def notice_role(kind: str, result: str) -> str:
    """What a notice stands for in a package."""
    return f"notice:{result}" if kind in DECISIONS else f"notice:{kind}"


def examine(
    pieces: Collection[Piece], *, needed: Iterable[str], unproved: int, unsafe: Mapping[str, str]
) -> list[Failed]:
    """The four checks before a package is closed; nothing when all is sound.

    `unproved`: how many events of the case no signed root vouches for; `unsafe`: path -> why a
    content may not be kept.
    """
    failed = []
    if unproved:
        failed.append(Failed(Check.AUTHENTICITY, f"{unproved} 条办理记录尚无存证证明"))
    lost = [role for role in needed if role not in {piece.role for piece in pieces}]
    if lost:
        failed.append(Failed(Check.COMPLETENESS, f"缺少：{'、'.join(lost)}"))
    strange = [p.path for p in pieces if p.kind not in FORMATS or not p.content]
    if strange:
        failed.append(Failed(Check.USABILITY, f"不能长期可读：{'、'.join(strange)}"))
    failed += [Failed(Check.SAFETY, f"{path}：{why}") for path, why in unsafe.items()]
    return failed


def keep_until(closed_on: date, years: int) -> date | None:
    """The last day of the retention period, counted from the next 1 January; None for ever."""
    return date(closed_on.year + years, 12, 31) if years else None

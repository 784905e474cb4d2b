"""What follows from each act in its own transaction: clocks, the matter, a document, an event.

One row per act, beside the row of `state.MOVES` that says when law allows it. `steps.conclude` does
what stands here, so that no act forgets a clock or a notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.domains.cases.rules.papers import Kind

LAW = ("statutory", "promised")
"""The clocks of law: what the agency owes the applicant after acceptance."""

ALL = ("*",)
"""Whatever clock the case has."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One row; what is not named does not happen."""

    event: str
    notice: Kind | None = None
    stamps: tuple[str, ...] = ()
    """The columns that take the moment of the act."""
    meets: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    owes: str = ""
    """The clock by which the matter is due from now on."""
    rests: bool = False
    """The matter stands still, and nothing in it is due."""
    wakes: bool = False
    ends: str = ""
    """With which outcome the matter ends, where its process does not end it by itself."""
    voids: bool = False
    """No clock of the case counts any longer."""


EFFECTS: Mapping[str, Effect] = {
    "submit": Effect("case.submitted", stamps=("submitted_at", "received_at")),
    "accept": Effect(
        "case.accepted", notice=Kind.ACCEPTANCE, stamps=("accepted_at",), meets=("acceptance",)
    ),
    "deem_accepted": Effect(
        "case.accepted", notice=Kind.ACCEPTANCE, stamps=("accepted_at",), meets=("acceptance",)
    ),
    "accept_tolerant": Effect(
        "case.accepted", notice=Kind.ACCEPTANCE, stamps=("accepted_at",), meets=("acceptance",)
    ),
    "decline": Effect(
        "case.declined", notice=Kind.DECLINED, stamps=("closed_at",), meets=("acceptance",)
    ),
    # 补正: the agency's term stands still, and begins anew with the answer.
    "ask_supplement": Effect(
        "case.supplement_asked", notice=Kind.SUPPLEMENT, pauses=("acceptance",), rests=True
    ),
    "supplement": Effect(
        "case.supplemented",
        stamps=("received_at",),
        meets=("supplement", "acceptance"),
        owes="acceptance",
        wakes=True,
    ),
    "lapse": Effect(
        "case.lapsed", notice=Kind.LAPSED, stamps=("closed_at",), ends="lapsed", voids=True
    ),
    "start_special": Effect(
        "case.special_started", notice=Kind.SPECIAL, pauses=LAW, owes="special"
    ),
    "end_special": Effect("case.special_ended", meets=("special",), resumes=LAW, owes="promised"),
    "extend": Effect("case.extended", notice=Kind.EXTENSION, owes="promised"),
    "suspend": Effect("case.suspended", notice=Kind.SUSPENDED, pauses=ALL, rests=True),
    "resume": Effect("case.resumed", notice=Kind.RESUMED, owes="promised", wakes=True),
    "terminate": Effect(
        "case.terminated",
        notice=Kind.TERMINATED,
        stamps=("closed_at",),
        ends="terminated",
        voids=True,
    ),
    "grant": Effect("case.granted", notice=Kind.GRANTED, stamps=("decided_at",), meets=LAW),
    "refuse": Effect("case.refused", notice=Kind.REFUSED, stamps=("decided_at",), meets=LAW),
    "grant_by_rule": Effect(
        "case.granted",
        notice=Kind.GRANTED,
        stamps=("accepted_at", "decided_at"),
        meets=("acceptance",),
        ends="grant",
    ),
    "promise": Effect(
        "case.granted",
        notice=Kind.GRANTED,
        stamps=("accepted_at", "decided_at"),
        meets=("acceptance",),
        ends="grant",
    ),
    "deem_granted": Effect(
        "case.granted",
        notice=Kind.DEEMED_GRANTED,
        stamps=("decided_at",),
        ends="deemed_granted",
        voids=True,
    ),
    "withdraw": Effect(
        "case.withdrawn",
        notice=Kind.WITHDRAWN,
        stamps=("closed_at",),
        ends="withdrawn",
        voids=True,
    ),
    "cancel": Effect(
        "case.cancelled",
        notice=Kind.CANCELLED,
        stamps=("closed_at",),
        ends="cancelled",
        voids=True,
    ),
    # 行政许可法 第四十五条: the time that a hearing needs does not count, from its offer on.
    "offer_hearing": Effect(
        "case.hearing_offered", notice=Kind.HEARING, pauses=LAW, owes="hearing"
    ),
    "ask_hearing": Effect("case.hearing_asked", meets=("hearing",), resumes=LAW, owes="promised"),
    "waive_hearing": Effect(
        "case.hearing_waived", meets=("hearing",), resumes=LAW, owes="promised"
    ),
    "block": Effect("case.blocked", notice=Kind.BLOCKED, stamps=("closed_at",), ends="blocked"),
    "deliver": Effect("case.dispatched", notice=Kind.DISPATCHED, stamps=("delivered_at",)),
    "close": Effect("case.closed", stamps=("closed_at",)),
}

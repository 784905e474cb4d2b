"""How a filing stands, lane by lane and day by day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tongban.domains.cases.models import (
    Application,
    Case,
    CaseMaterial,
    Crossing,
    Determination,
    Handover,
    Notice,
    Return,
)
from tongban.domains.cases.queries.linking import hearing_of
from tongban.domains.cases.queries.pages.choosing import register_names
from tongban.domains.cases.queries.parts import parts
from tongban.domains.cases.queries.rows import item_of, right_item
from tongban.domains.cases.rules import state
from tongban.domains.cases.rules.state import ENDED, State, is_decided
from tongban.domains.licences import queries as licences
from tongban.domains.licences.models import Licence
from tongban.domains.registries import queries as registries
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item
from tongban.kernel import clock
from tongban.kernel import rows as hot
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as processes

ORDER = {"filed": 0, "receipt": 1, "accepted": 2, "acceptance": 2, "finished": 9}
"""Which of two things that happened in one moment came first."""


@dataclass(slots=True)
class Lane:
    """One item of a filing before its agency (一个部门一条线)."""

    case: Case
    item: Item
    organ: Any
    waits_for: list[Item]
    stage: str
    determination: Determination | None
    materials: list[CaseMaterial]
    licences: list[Licence]
    notices: list[Notice]
    by_rule: bool = False
    dependants: list[Item] = field(default_factory=list)
    """What is taken back with it."""
    handover: Handover | None = None
    crossing: Crossing | None = None
    """How it went to an agency of another city, if a window took it in for that."""
    sent_back: Return | None = None
    """How its result comes back to the desk here, if another city decided it."""
    later: list[Case] = field(default_factory=list)
    """The linked cases about it (另案)."""
    is_explained: bool = False
    """Whether a rule looked at it, so that one can read how."""
    hearing: tuple[bool, bool] = (False, False)
    """Whether a hearing was offered, and may still be asked for."""

    @property
    def state(self) -> str:
        return self.case.state

    @property
    def may_withdraw(self) -> bool:
        # What the agency began of its own accord is not the applicant's to take back.
        acts = state.visible_acts(self.case.state)
        return "withdraw" in acts and self.case.application.channel != "system"

    @property
    def by_law(self) -> bool:
        """Whether nobody decided: the term passed, and law says what that means."""
        made = self.determination
        return bool(made and made.decision is None and made.made_by.startswith("part:"))

    @property
    def to_fetch(self) -> bool:
        return bool(
            self.handover
            and self.handover.way == state.Delivery.PICKUP
            and self.case.state == State.DECIDED
            and not self.is_coming
        )

    @property
    def is_coming(self) -> bool:
        """Whether the result is still on its way to the desk here."""
        return bool(self.sent_back and not self.sent_back.arrived_at)

    @property
    def asks(self) -> list[str]:
        """What the applicant may ask for now, beside taking it back."""
        found = []
        if self.case.state == State.SUBMITTED and self.item.decision and not self.case.by_person:
            found.append("person")
        if self.case.state == State.ACCEPTED and self.hearing == (True, True):
            found.append("hearing")
        if self.case.purpose != state.Purpose.APPLY or not self.determination:
            return found
        acts = state.visible_acts(self.case.state)
        open_ones = {row.purpose for row in self.later if row.state not in ENDED}
        if self.by_rule and "reconsider" in acts and "reconsider" not in open_ones:
            found.append("reconsider")
        if any(row.status == "valid" for row in self.licences):
            found += [name for name in ("correct", "annul") if name in acts]
        return [name for name in found if name not in open_ones]

    @property
    def is_over(self) -> bool:
        return is_decided(self.case.state)

    @property
    def is_my_turn(self) -> bool:
        """Whether a supplement was told: what is collected has not been asked for yet."""
        return self.case.state == State.SUPPLEMENT and self.case.told_at is not None

    @property
    def owed(self) -> list[CaseMaterial]:
        """What was tolerated and is still to be handed in."""
        return [row for row in self.materials if row.tolerated_until]

    @property
    def right_item(self) -> str | None:
        """Where a declined filing can go on: the same item at the agency that was named."""
        is_passed = any(row.purpose == state.Purpose.APPLY for row in self.later)
        return None if self.case.state != State.DECLINED or is_passed else right_item(self.case)

    @property
    def share(self) -> int:
        """How far it is, as a meter."""
        if self.is_over:
            return 100
        return {State.WAITING: 0, State.SUBMITTED: 25, State.SUPPLEMENT: 25}.get(
            State(self.case.state), 60
        )


@dataclass(slots=True)
class Moment:
    """One entry of the record of a filing (办理记录)."""

    at: datetime
    what: str
    item: Item | None = None
    organ: Any = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Questioned:
    """A registered value that its source was asked to verify."""

    register: str
    element: str
    status: str
    opened_at: datetime


@dataclass(slots=True)
class Progress:
    """A filing with all its agencies on one page."""

    application: Application
    lanes: list[Lane]
    notices: list[Notice]
    moments: list[Moment]
    calendar: Any
    corrections: list[Questioned] = field(default_factory=list)
    """What was reported to its source with this filing (数据纠错)."""

    @property
    def done(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.is_over]

    @property
    def running(self) -> list[Lane]:
        return [lane for lane in self.lanes if not lane.is_over]

    @property
    def refused(self) -> list[Lane]:
        return [
            lane
            for lane in self.lanes
            if lane.case.result == state.Result.REFUSED or lane.case.state == State.DECLINED
        ]

    @property
    def granted(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.case.result == state.Result.GRANTED]

    @property
    def to_supplement(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.is_my_turn]

    @property
    def owing(self) -> list[Lane]:
        """The parts for which a tolerated material is to be handed in."""
        return [lane for lane in self.lanes if lane.owed and not lane.is_over]

    @property
    def to_fetch(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.to_fetch]

    @property
    def on_their_way(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.handover and lane.case.state in state.GIVEN]

    @property
    def licences(self) -> list[Licence]:
        return [one for lane in self.lanes for one in lane.licences]

    @property
    def is_over(self) -> bool:
        return not self.running

    @property
    def is_late(self) -> bool:
        due = self.application.matter.due_on
        return bool(due and due < clock.today() and not self.is_over)


def progress(application: Application) -> Progress:
    """Everything that its owner may know of a filing."""
    shown = parts(application)
    shown.sort(key=lambda one: application.plan.get(one.case.item_key, {}).get("finish", 0))
    cases = [one.case for one in shown]
    items = {row.item_key: item_of(row) for row in cases}
    organs = {uscc: identity.organ(uscc) for uscc in {row.organ for row in cases}}
    issued: dict[str, list[Licence]] = {}
    for licence in licences.of_cases([row.case_no for row in cases]):
        issued.setdefault(licence.case_no, []).append(licence)
    papers = hot.read_where(Notice, "t0.application_id = %s ORDER BY t0.id", [application.pk])
    lanes = [
        Lane(
            case=(row := one.case),
            item=items[row.item_key],
            organ=organs[row.organ],
            waits_for=_waits_for(row, cases, items),
            stage=_stage(row),
            determination=one.determination,
            materials=one.materials,
            licences=issued.get(row.case_no, []),
            notices=[n for n in papers if n.case_id == row.pk],
            by_rule=bool(one.determination and one.determination.decision),
            dependants=_dependants(row, cases, items),
            handover=one.handover,
            crossing=one.crossing,
            sent_back=one.sent_back,
            later=one.later,
            is_explained=one.is_explained,
            hearing=hearing_of(row) if items[row.item_key].body.get("hearing") else (False, False),
        )
        for one in shown
    ]
    return Progress(
        application=application,
        lanes=lanes,
        notices=papers,
        moments=_moments(application, lanes, papers),
        calendar=deadlines.calendar(application.matter.calendar),
        corrections=questioned(application.number),
    )


def questioned(case_no: str) -> list[Questioned]:
    """The registered values that were questioned with a filing, in words."""
    reports = registries.corrections_of(case_no)
    if not reports:
        return []
    names, elements = register_names(), services.elements()
    return [
        Questioned(
            register=names.get(row.register, row.register),
            element=str(elements.get(row.element, {}).get("name", row.element)),
            status=row.status,
            opened_at=row.opened_at,
        )
        for row in reports
    ]


def _waits_for(row: Case, cases: list[Case], items: Mapping[str, Item]) -> list[Item]:
    if row.state != State.WAITING:
        return []
    over = {c.item_key for c in cases if is_decided(c.state)}
    return [items[e["item"]] for e in row.after if e["item"] in items and e["item"] not in over]


def _stage(row: Case) -> str:
    """What is being done now, as the process names it."""
    if row.state in ENDED or row.state in {State.WAITING, State.SUPPLEMENT}:
        return ""
    return "、".join(dict.fromkeys(i.name for i in processes.open_items(row.matter_id)))


def _dependants(row: Case, cases: list[Case], items: Mapping[str, Item]) -> list[Item]:
    """What cannot go on without it, through all that hangs on it."""
    stopped = {row.item_key}
    for _ in cases:
        for other in cases:
            needs = {e["item"] for e in other.after if e["on_refuse"] != "go_on"}
            if other.state == State.WAITING and needs & stopped:
                stopped.add(other.item_key)
    return [items[key] for key in items if key in stopped - {row.item_key}]


def _moments(application: Application, lanes: list[Lane], papers: list[Notice]) -> list[Moment]:
    found = [Moment(application.submitted_at, "filed")]
    told = {(n.case_id, n.kind) for n in papers}
    for lane in lanes:
        row = lane.case
        if row.accepted_at and (row.pk, "acceptance") not in told:
            found.append(Moment(row.accepted_at, "accepted", lane.item, lane.organ))
        if row.overdue_at:
            found.append(Moment(row.overdue_at, "overdue", lane.item, lane.organ))
    by_case = {lane.case.pk: lane for lane in lanes}
    for paper in papers:
        lane_of = by_case.get(paper.case_id) if paper.case_id else None
        found.append(
            Moment(
                paper.sent_at,
                paper.kind,
                lane_of.item if lane_of else None,
                lane_of.organ if lane_of else None,
                paper,
            )
        )
    if application.ended_at:
        found.append(Moment(application.ended_at, "finished"))
    # Of one moment, what follows from another stands above it: the newest first.
    return sorted(found, key=lambda moment: (moment.at, ORDER.get(moment.what, 5)), reverse=True)

"""A project with all that follows from its cases: phases, counter, critical path, holders.

Computed, never stored: a number on a page is as old as the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Application, Case
from tongban.domains.cases.rules import parties
from tongban.domains.cases.rules.state import ENDED, Result, State, is_decided
from tongban.domains.investments import rules
from tongban.domains.investments.models import Project
from tongban.domains.investments.queries.holding import Holder, holders
from tongban.domains.investments.queries.rows import path_of
from tongban.domains.investments.rules import (
    Between,
    Count,
    CriticalPath,
    Path,
    Phase,
    Span,
    Standing,
)
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item, Planned
from tongban.kernel import clock
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.identity import queries as identity


@dataclass(slots=True)
class ItemLine:
    """An item of a phase with its latest case, if there is one."""

    item: Item
    organ: str
    planned: Planned
    case: Case | None
    held: int = 0
    """Working days on which its agency held it; of a company outside government, none count."""
    is_company: bool = False
    is_critical: bool = False

    @property
    def is_granted(self) -> bool:
        return self.case is not None and self.case.result == Result.GRANTED

    @property
    def is_over(self) -> bool:
        """Ended, or decided: nothing more is owed by the agency."""
        case = self.case
        return case is not None and (case.state in ENDED or is_decided(case.state))

    @property
    def may_repeat(self) -> bool:
        return self.case is not None and self.case.state in ENDED and not self.is_granted

    @property
    def waits_for_firm(self) -> bool:
        """Whether the next act is the firm's: a supplement, or drawings to be put right."""
        case = self.case
        return case is not None and case.state in {State.SUPPLEMENT, State.SUSPENDED}

    @property
    def over(self) -> int:
        """By how many days it was held longer than promised."""
        return max(0, self.held - self.item.promised_days)


@dataclass(slots=True)
class PhaseView:
    """A phase as it stands."""

    phase: Phase
    lead: str
    standing: Standing
    count: Count
    items: list[ItemLine]
    path: CriticalPath
    missing: list[str] = field(default_factory=list)
    """The phases that must be done first."""
    draft: str = ""
    filings: list[Application] = field(default_factory=list)

    @property
    def is_current(self) -> bool:
        return self.standing in {
            Standing.READY, Standing.BEGUN, Standing.OPEN, Standing.STUCK,
        }  # fmt: skip

    @property
    def may_begin(self) -> bool:
        return self.standing in {Standing.READY, Standing.BEGUN}

    @property
    def words(self) -> str:
        return rules.STANDINGS[self.standing][0]

    @property
    def tone(self) -> str:
        return rules.STANDINGS[self.standing][1]


@dataclass
class ProjectView:
    """A project with its phases and its counter."""

    project: Project
    path: Path
    phases: list[PhaseView]
    count: Count
    spans: list[Span]
    cases: list[Case]

    @property
    def current(self) -> PhaseView | None:
        """The phase that something can be done about."""
        return next((one for one in self.phases if one.is_current), None)

    @cached_property
    def holders(self) -> list[Holder]:
        """In whose hands it is now, those on the critical path first."""
        live = [case for case in self.cases if case.state not in ENDED and not _is_out(case)]
        critical = {
            line.case.case_no
            for phase in self.phases
            for line in phase.items
            if line.case and line.is_critical
        }
        found = holders(live)
        return sorted(found, key=lambda row: (row.case_no not in critical,))

    @property
    def holder(self) -> Holder | None:
        """Who holds the whole up: on the critical path, the latest and longest."""
        return self.holders[0] if self.holders else None

    @property
    def waits_for_firm(self) -> list[ItemLine]:
        return [line for phase in self.phases for line in phase.items if line.waits_for_firm]

    def line(self, item: str) -> ItemLine | None:
        return next((one for p in self.phases for one in p.items if one.item.key == item), None)

    @property
    def delays(self) -> list[ItemLine]:
        """Who held an item longer than promised, the worst first."""
        found = [line for phase in self.phases for line in phase.items if line.over]
        return sorted(found, key=lambda line: (-line.over, line.item.key))


def _is_out(case: Case) -> bool:
    """Whether the agency has spoken, or it is the firm's turn."""
    return is_decided(case.state) or case.state in {
        State.WAITING, State.SUPPLEMENT, State.SUSPENDED,
    }  # fmt: skip


def view(project: Project) -> ProjectView:
    """One project with all that follows."""
    return views([project])[0]


def views(projects: Sequence[Project]) -> list[ProjectView]:
    """Several projects, in as few questions as one."""
    codes = [project.code for project in projects]
    by_code: dict[str, list[Case]] = {code: [] for code in codes}
    for case in cases.cases_of_projects(codes):
        by_code[case.application.project].append(case)
    matters = [case.matter_id for found in by_code.values() for case in found]
    held = _held(matters)
    return [_view(project, by_code[project.code], held) for project in projects]


def _held(matters: Sequence[int]) -> Mapping[int, list[Span]]:
    """By matter, the days on which an agency's clock ran."""
    today = clock.today()
    found: dict[int, list[Span]] = {}
    for row in deadlines.of_matters(matters, rules.AGENCY) if matters else ():
        stops = [rules.Stop(one.from_on, one.to_on) for one in row.segments.all()]
        ends = min(row.ended_on or today, today)
        found.setdefault(row.matter, []).extend(rules.spans(row.anchor_on, ends, stops))
    return found


def _view(project: Project, found: list[Case], held: Mapping[int, list[Span]]) -> ProjectView:
    path = path_of(project.path)
    calendar = deadlines.calendar(project.matter.calendar)
    latest = {case.item_key: case for case in found}
    companies = {case.item_key for case in found if _is_company(services.item_of(case.item))}
    spans = {
        case.item_key: [
            *(
                one
                for c in found
                if c.item_key == case.item_key
                for one in held.get(c.matter_id, ())
            )
        ]
        for case in found
        if case.item_key not in companies
    }
    facts = [
        rules.Fact(
            key,
            is_over=case.state in ENDED or is_decided(case.state),
            is_granted=case.result == Result.GRANTED,
        )
        for key, case in latest.items()
    ]
    done: set[str] = set()
    phases: list[PhaseView] = []
    for phase in path.phases:
        one = _phase(project, phase, path, latest, spans, facts, done, calendar.between)
        if one.standing == Standing.DONE:
            done.add(phase.key)
        one.filings = _filings(found, {line.item.key for line in one.items})
        phases.append(one)
    every = rules.union(one for rows in spans.values() for one in rows)
    is_done = len(done) == len(path.phases)
    left = 0 if project.ended_at else sum(one.path.days for one in phases)
    count = Count(
        used=rules.days(every, calendar.between),
        limit=path.limit,
        planned=left,
        is_done=is_done or project.ended_at is not None,
        warns=path.yellow,
    )
    return ProjectView(project, path, phases, count, every, found)


def _phase(
    project: Project,
    phase: Phase,
    path: Path,
    latest: Mapping[str, Case],
    spans: Mapping[str, list[Span]],
    facts: Sequence[rules.Fact],
    done: set[str],
    between: Between,
) -> PhaseView:
    version, thing = services.thing(phase.thing)
    items = {member.key: services.item(member.key)[1] for member in thing.members}
    rows = rules.planned(thing, phase.answers, {k: one.promised_days for k, one in items.items()})
    mine = [row.key for row in rows]
    draft = cases.draft_of_phase(project.code, version.id) if not set(mine) & set(latest) else None
    missing = [one.name for one in path.phases if one.key in phase.after and one.key not in done]
    standing = rules.standing(mine, facts, after_done=not missing, has_draft=draft is not None)
    # A company's days are not the government's: they count neither as held nor as planned.
    steps = [
        rules.Step(row.key, tuple(row.after), 0)
        if _is_company(items[row.key])
        else _step(row, latest.get(row.key))
        for row in rows
    ]
    way = rules.critical_path([] if standing == Standing.DONE else steps)
    lines = [
        ItemLine(
            item=items[row.key],
            organ=identity.organ(items[row.key].organ).short,
            planned=row,
            case=latest.get(row.key),
            held=rules.days(spans.get(row.key, ()), between),
            is_company=_is_company(items[row.key]),
            is_critical=row.key in way.keys,
        )
        for row in rows
    ]
    used = rules.days((one for key in mine for one in spans.get(key, ())), between)
    return PhaseView(
        phase=phase,
        lead=identity.organ(phase.lead).short,
        standing=standing,
        count=Count(used, phase.budget, way.days, is_done=standing == Standing.DONE),
        items=lines,
        path=way,
        missing=missing,
        draft=draft.key if draft else "",
    )


def _step(row: Planned, case: Case | None) -> rules.Step:
    """What a case still needs: until its day, as planned where it has none yet."""
    after = tuple(row.after)
    if case is None or case.state == State.WAITING:
        return rules.Step(row.key, after, row.days)
    if case.state in ENDED or is_decided(case.state):
        return rules.Step(row.key, after, 0 if case.result == Result.GRANTED else row.days)
    due = case.matter.due_on
    if due is None:
        return rules.Step(row.key, after, row.days)
    calendar = deadlines.calendar(case.matter.calendar)
    left = calendar.between(clock.today(), due) if due > clock.today() else 0
    # Late work still needs a day; before acceptance the matter is due by the day of acceptance.
    if case.state == State.SUBMITTED:
        left = max(left, row.days)
    return rules.Step(row.key, after, max(left, 1))


def _filings(found: Iterable[Case], items: set[str]) -> list[Application]:
    rows = {c.application_id: c.application for c in found if c.item_key in items}
    return [rows[key] for key in sorted(rows)]


def _is_company(found: Item) -> bool:
    return found.body.get("party") == parties.COMPANY

"""A case as its official reads it: differences first; registers are asked only when told to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet

from tongban.domains.cases.models import (
    Application,
    Case,
    CaseMaterial,
    Determination,
    Handover,
    Notice,
)
from tongban.domains.cases.queries import gathering, rows
from tongban.domains.cases.rules import state
from tongban.domains.licences import queries as licences
from tongban.domains.licences.models import Licence
from tongban.domains.registries import queries as registries
from tongban.domains.services.rules import Item
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.decisions import trace as traces
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import NotFound
from tongban.kernel.files import queries as files
from tongban.kernel.files.models import StoredFile
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import queries as ledger
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes import queries as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import Matter, WorkItem


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison (比对): what was filed, what its source says, and the verdict."""

    field: eforms.Field
    filed: eforms.Value | None
    shared: eforms.Value | None
    state: str
    register: str
    organ: str

    @property
    def needs_eyes(self) -> bool:
        return self.state in {"different", "only_shared"}

    @property
    def fetched_at(self) -> datetime | None:
        """When the source was asked."""
        at = self.shared.fetched_at if self.shared else ""
        return datetime.fromisoformat(at) if at else None


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another item of the same filing, and what it gave."""

    case: Case
    name: str
    organ: str
    licences: list[Licence]


@dataclass(frozen=True, slots=True)
class Hand:
    """The work item that the reader may act on now, with its stage."""

    item: WorkItem
    stage: flow.Stage
    is_check: bool = False
    """Whether it is the check of a promise, after the case itself was decided."""

    @property
    def is_claimed(self) -> bool:
        return self.item.status == flow.Status.CLAIMED


@dataclass(frozen=True, slots=True)
class Opinion:
    """A work item in the tree of opinions, with how deep it stands."""

    item: WorkItem
    depth: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why a rule decided: the table, the row that matched, its law, words and inputs."""

    title: str
    no: int
    rules: list[traces.Reason]
    inputs: list[tuple[str, str]]
    hash: str
    says: str


@dataclass
class CaseView:
    """A case with all that stands on its page; read part by part, as the page asks."""

    case: Case
    by: Actor
    shared: Mapping[str, eforms.Value] | None = None
    """What the registers said when asked again; what they said at the filing otherwise."""
    asked_at: datetime | None = None
    silent: tuple[str, ...] = ()

    @property
    def application(self) -> Application:
        return self.case.application

    @property
    def matter(self) -> Matter:
        return self.case.matter

    @cached_property
    def item(self) -> Item:
        return rows.pinned(self.case)

    @cached_property
    def applicant(self) -> str:
        if self.case.entity:
            return identity.entity(self.case.entity).name
        return identity.person(self.case.person).name

    @cached_property
    def organ(self) -> str:
        return identity.organ(self.case.organ).short

    # Comparison ------------------------------------------------------------------------------

    @cached_property
    def form(self) -> eforms.Form:
        return gathering.forms([self.item])

    @cached_property
    def values(self) -> dict[str, eforms.Value]:
        known = self.form.by_key
        return {k: v for k, v in eforms.load(rows.values_of(self.case)).items() if k in known}

    @cached_property
    def compared(self) -> list[Compared]:
        """Differences first, then what only one side has, then matches."""
        said = self.shared if self.shared is not None else said_at_filing(self.values)
        names = {v.key: v.body.get("name", v.key) for v in catalogue.all_current("register")}
        organs = {o.key: o.short for o in identity.organs()}
        found = []
        for row in eforms.difference(self.form, self.values, said):
            theirs = row.shared
            if row.state == "only_shared" and self.shared is None:
                continue
            found.append(
                Compared(
                    row.field,
                    row.form,
                    theirs,
                    row.state,
                    names.get(theirs.register, theirs.register) if theirs else "",
                    organs.get(theirs.organ, theirs.organ) if theirs else "",
                )
            )
        return found

    @property
    def differing(self) -> int:
        return sum(row.needs_eyes for row in self.compared)

    @property
    def agreeing(self) -> int:
        return sum(row.state == "same" for row in self.compared)

    # Materials, filing, notices ---------------------------------------------------------------

    @cached_property
    def materials(self) -> list[CaseMaterial]:
        return rows.materials(self.case)

    @cached_property
    def siblings(self) -> list[Sibling]:
        cases = [c for c in rows.cases_of(self.application) if c.pk != self.case.pk]
        given: dict[str, list[Licence]] = {}
        for licence in licences.of_cases(c.case_no for c in cases):
            given.setdefault(licence.case_no, []).append(licence)
        organs = {o.uscc: o.short for o in identity.organs()}
        return [
            Sibling(c, c.matter.title, organs.get(c.organ, ""), given.get(c.case_no, []))
            for c in cases
        ]

    @cached_property
    def notices(self) -> list[Notice]:
        return [n for n in rows.notices(self.application) if n.case_id in {None, self.case.pk}]

    @cached_property
    def licences(self) -> list[Licence]:
        return licences.of_case(self.case.case_no)

    @cached_property
    def determination(self) -> Determination | None:
        return rows.determination(self.case)

    @cached_property
    def why(self) -> Why | None:
        made = self.determination
        if made is None or made.decision is None or not made.trace:
            return None
        return why(made)

    # Work ------------------------------------------------------------------------------------

    @cached_property
    def graph(self) -> flow.Graph:
        return processes.graph(self.matter.process or 0)

    @cached_property
    def work(self) -> list[WorkItem]:
        return processes.trail(self.matter.pk)

    @cached_property
    def post_checks(self) -> list[WorkItem]:
        """The work of checking afterwards what was granted on a promise."""
        checks = WorkItem.objects.filter(matter__parent=self.matter, matter__kind="post_check")
        return list(checks.select_related("matter").order_by("id"))

    @cached_property
    def hand(self) -> Hand | None:
        """What the reader may act on: a question put to them before the organ's own stage."""
        mine = [item for item in (*self.work, *self.post_checks) if is_in_hands(item, self.by)]
        mine.sort(key=lambda item: (item.mode == flow.Mode.SERIAL, item.pk))
        if not mine:
            return None
        first = mine[0]
        is_check = first.matter_id != self.matter.pk
        graph = processes.graph(first.matter.process or 0) if is_check else self.graph
        return Hand(first, graph.stages[first.stage], is_check)

    @cached_property
    def opinions(self) -> list[Opinion]:
        """The tree of work in order, without what fell void unread."""
        below: dict[int | None, list[WorkItem]] = {}
        for item in self.work:
            if item.status != flow.Status.VOID:
                below.setdefault(item.parent_id, []).append(item)
        return list(_walk(below, None, 0))

    @cached_property
    def events(self) -> list[Event]:
        return list(ledger.of_matter(self.matter.pk).reverse())

    @cached_property
    def clocks(self) -> list[Clock]:
        return deadlines.of_matter(self.matter.pk)

    @cached_property
    def names(self) -> dict[str, str]:
        """The names behind every key on the page, in one query each for people and posts."""
        keys = {e.actor for e in self.events}
        for item in self.work:
            keys |= {item.done_by, item.assignee}
        keys |= {str(e.data.get("second_officer", "")) for e in self.events}
        if self.determination:
            keys.add(self.determination.made_by)
        return identity.names_of(keys - {""})

    @cached_property
    def organ_names(self) -> dict[str, str]:
        return {organ.uscc: organ.short for organ in identity.organs()}

    @cached_property
    def first_open(self) -> WorkItem | None:
        """What is owed in the case, whosever hands it is in: a promise is granted over it."""
        return next((item for item in self.work if item.status in flow.OWED), None)

    @property
    def is_promised(self) -> bool:
        """Whether a written promise lies before the agency."""
        return self.item.promise and any(m.way == "promise" for m in self.materials)

    @property
    def is_over(self) -> bool:
        return self.case.state in state.ENDED


def _walk(
    below: Mapping[int | None, list[WorkItem]], parent: int | None, depth: int
) -> Iterable[Opinion]:
    for item in below.get(parent, ()):
        yield Opinion(item, depth)
        yield from _walk(below, item.pk, depth + 1)


def view(found: Case, *, by: Actor) -> CaseView:
    """The page of a case that the actor has opened."""
    return CaseView(case=found, by=by)


def asked_again(found: Case, *, by: Actor) -> CaseView:
    """The same with what the registers say now; each look-up leaves its record."""
    seen = CaseView(case=found, by=by)
    gathered = gathering.gather(
        seen.form,
        answers=found.application.answers,
        by=by,
        purpose=f"办件审查核验：{seen.item.name}"[:200],
        basis=gathering.ground([seen.item]),
        case_no=found.case_no,
        person=found.person,
        entity=found.entity,
        chosen=rows.chosen(found.application_id),
    )
    places = gathered.places(
        seen.form, found.application.answers, rows.chosen(found.application_id)
    )
    seen.shared = eforms.prefill(seen.form, places).values
    seen.asked_at = clock.now()
    seen.silent = tuple(gathered.unavailable)
    return seen


def said_at_filing(values: Mapping[str, eforms.Value]) -> dict[str, eforms.Value]:
    """What the registers said when the form was filled, as each value kept it."""
    said = {}
    for key, value in values.items():
        if value.source == "prefill":
            said[key] = value
        elif words := [one for one in value.against if one.register]:
            said[key] = replace(words[0], against=tuple(words[1:]))
    return said


def is_in_hands(item: WorkItem, by: Actor) -> bool:
    """Whether the actor's post may act on the work item now."""
    return (
        item.status in {flow.Status.OPEN, flow.Status.CLAIMED, flow.Status.WAITING}
        and item.organ == by.organ
        and by.may(item.grant)
        and item.post in {"", by.post_key}
        and item.assignee in {"", by.key}
    )


def marks(matters: Iterable[int]) -> dict[int, int]:
    """How many fields differ, by matter, for the queue; one query for a whole page of it."""
    return dict(
        Case.objects.filter(matter__in=list(matters)).values_list("matter_id", "differences")
    )


def find(number: str, *, by: Actor) -> Case | None:
    """The case of that number, if the actor may see it."""
    found = (
        Case.objects.select_related("matter", "application").filter(case_no=number.strip()).first()
    )
    return found if found and rows.may_read(found, by=by) else None


def file_of(found: Case, key: str) -> tuple[CaseMaterial, StoredFile]:
    """The stored content of an uploaded material."""
    material = found.materials.filter(key=key).exclude(file="").first()
    if material is None:
        raise NotFound()
    return material, files.stored(sha256=material.file)


def taken_in(*, by: Actor, on: date) -> list[Application]:
    """What was taken in at the windows of the actor's organ on a day."""
    by.require("case.receive")
    return list(
        Application.objects.filter(intake_organ=by.organ, channel="window", submitted_at__date=on)
        .select_related("matter")
        .order_by("-id")[:100]
    )


def looked_up(found: Case) -> int:
    """How many look-ups the case has caused so far."""
    return registries.lookups_of_case(found.case_no).count()


def why(made: Determination) -> Why:
    """The trace of a decision by rule, read for people."""
    version = catalogue.by_id(made.decision or 0)
    trace = traces.Trace(rows.opened(made.trace, rows.TRACE))
    labels = {
        column["label"]: column["value"]
        for table in trace.data["tables"]
        for column in table["inputs"]
    }
    reasons = traces.why(trace)
    return Why(
        title=version.title,
        no=version.no,
        rules=reasons,
        inputs=[(label, str(_plain(value))) for label, value in labels.items()],
        hash=made.trace_hash,
        says=reasons[0].says if reasons else "",
    )


def _plain(value: Any) -> Any:
    decoded = traces.decode(value)
    return "—" if decoded is None else decoded


def handed_by_desk(case_no: str, *, by: Actor) -> Handover | None:
    """What the desk of the post held now owes of a case, or has handed out."""
    by.require("case.deliver")
    return (
        Handover.objects.filter(matter__organ=by.organ, case__case_no=case_no)
        .select_related("case", "case__application", "case__matter", "case__sent_back", "matter")
        .first()
    )


PAGE = 50
"""So many cases are found at a time; further ones follow by their key."""
NAMESAKES = 200
"""How many people of one name are looked among; who means another gives the number."""


def search(words: str, *, by: Actor, before: int = 0) -> list[Case]:
    """The cases of the actor's organ of that number, applicant or item, newest first.

    One question for each way, so that an index serves it: case number, number of a document
    (hashed), name of a person or a firm, code of a firm, item. `before`: the key of the last seen.
    """
    by.require("case.read")
    ours = Case.objects.filter(organ=by.organ, region__startswith=by.region)
    if before:
        ours = ours.filter(pk__lt=before)
    found: dict[int, Case] = {}
    for way in _ways(words):
        rows = ours.filter(**way).select_related("matter").defer("values")
        found |= {case.pk: case for case in rows.order_by("-pk")[:PAGE]}
    return [found[key] for key in sorted(found, reverse=True)[:PAGE]]


def _ways(words: str) -> Iterable[dict[str, Any]]:
    yield {"case_no": words}
    if person := identity.person_by_number(words):
        yield {"person": person.pk}  # and what they filed for their firm
    if people := identity.people_named(words, limit=NAMESAKES):
        yield {"person__in": people, "entity": ""}
    firms = [words, *identity.entities_named(words, limit=NAMESAKES)]
    yield {"application__entity__in": firms, "entity__in": firms}
    items = [v.key for v in catalogue.all_current("service_item") if words in v.body["name"]]
    if items and len(words) > 1:
        yield {"item_key__in": items[:20]}


def lights(*, by: Actor) -> list[Mapping[str, Any]]:
    """What each organ in the actor's region owes now, by light: {"organ", "red", "yellow", …}."""
    by.require("case.oversee")
    rows = _watched(by).values("organ").order_by("organ")
    return [
        *rows.annotate(
            **{str(lamp): Count("id", filter=processes.lit(lamp)) for lamp in flow.Light}
        )
    ]


def late(*, by: Actor) -> list[Matter]:
    """The cases that are latest in the actor's region, one page of them."""
    by.require("case.oversee")
    return list(_watched(by).filter(due_on__lt=clock.today()).order_by("due_on", "id")[:PAGE])


def _watched(by: Actor) -> QuerySet[Matter]:
    open_ones = Matter.objects.filter(kind="case", region__startswith=by.region)
    return open_ones.exclude(state=flow.State.ENDED)

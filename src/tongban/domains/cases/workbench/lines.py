"""What the templates of the case page read: lines in words, with their lights."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.workbench import words
from tongban.domains.registries import queries as registries
from tongban.domains.registries.rules import STATUSES
from tongban.kernel import clock
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import N_
from tongban.kernel.processes import rules as flow
from tongban.kernel.ui import lights, menus
from tongban.kernel.ui.lights import Light


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison."""

    label: str
    filed: str
    shared: str
    others: list[str]
    source: str
    at: datetime | None
    tone: str
    verdict: str


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock of the case."""

    name: str
    light: Light
    budget: int
    used: int
    due_on: date | None
    state: str
    segments: list[Any]


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A value that the filing says is wrong in its register, and what its source made of it."""

    label: str
    source: str
    status: str
    due_on: date | None
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trail."""

    at: datetime
    says: str
    who: str
    is_reading: bool


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """One work item in the tree of opinions."""

    depth: int
    name: str
    mode: str
    organ: str
    who: str
    outcome: str
    opinion: str
    question: str
    opened_at: datetime
    closed_at: datetime | None
    due_on: date | None
    is_open: bool


def lines(view: CaseView, *, clear: bool) -> Iterator[Line]:
    """The comparison, differences first."""
    for row in view.compared:
        tone, verdict = words.VERDICTS[row.state]
        against = row.shared.against if row.shared else ()
        yield Line(
            label=words.label(row.field),
            filed=words.value(row.field, row.filed, clear=clear),
            shared=words.value(row.field, row.shared, clear=clear),
            others=[words.value(row.field, one, clear=clear) for one in against],
            source=" · ".join(filter(None, (row.organ, row.register))),
            at=row.fetched_at,
            tone=tone,
            verdict=gettext(verdict),
        )


def materials(view: CaseView) -> Iterator[dict[str, Any]]:
    """What was handed in, and what stands in the place of a paper."""
    for row in view.materials:
        url = reverse("office-case-material", args=[view.case.case_no, row.key])
        yield {
            "name": row.name,
            "way": gettext(words.WAYS.get(row.way, row.way)),
            "trust": gettext(words.TRUST[row.trust]) if row.trust in words.TRUST else "",
            "tone": {"A": "green", "B": "green", "C": "", "D": "amber"}.get(row.trust, ""),
            "reference": row.reference if row.way in {"licence", "output"} else "",
            "url": url if row.file else "",
            "is_tolerated": row.is_tolerated,
        }


def opinions(view: CaseView) -> Iterator[OpinionLine]:
    """The tree of work, with what each wrote."""
    for one in view.opinions:
        item = one.item
        yield OpinionLine(
            depth=min(one.depth, 3),
            name=item.name,
            mode=gettext(words.MODES[item.mode]) if words.MODES.get(item.mode) else "",
            organ=view.organ_names.get(item.organ, ""),
            who=view.names.get(item.done_by or item.assignee, ""),
            outcome=words.outcome(item.outcome) if item.outcome else "",
            opinion=item.opinion,
            question=item.question,
            opened_at=item.opened_at,
            closed_at=item.closed_at,
            due_on=item.due_on,
            is_open=item.status in flow.OWED,
        )


def trail(view: CaseView) -> Iterator[Step]:
    """What happened, newest first."""
    stages = {stage.id: stage.name for stage in view.graph.stages.values()}
    for event in view.events:
        is_part = event.actor.startswith("part:")
        yield Step(
            at=event.at,
            says=words.event(event.name, event.data, stages),
            who=gettext("the system") if is_part else view.names.get(event.actor, event.actor),
            is_reading=event.name == "case.read",
        )


def clocks(view: CaseView) -> Iterator[ClockLine]:
    """The clocks of law, with each time they stood still."""
    today = clock.today()
    for row in view.clocks:
        calendar = deadlines.calendar(row.calendar)
        is_open = row.state in {"running", "paused"}
        left = deadlines.remaining(row, today) if is_open else 0
        light = lights.light(
            today=today,
            calendar=calendar,
            due_on=row.due_on,
            yellow_on=row.yellow_on,
            state="paused" if row.state == "paused" else "open" if is_open else "ended",
        )
        if row.state == "void":
            light = Light("done", gettext("void"))
        yield ClockLine(
            name=gettext(words.CLOCKS.get(row.kind, row.kind)),
            light=light,
            budget=row.budget,
            used=max(0, min(row.budget, row.budget - left)) if is_open else row.used,
            due_on=row.due_on,
            state=gettext(words.CLOCK_STATES[row.state]),
            segments=list(row.segments.all()),
        )


def corrections(view: CaseView) -> Iterator[CorrectionLine]:
    """The corrections that this filing reported, of what the case itself asks and of nothing else.

    Only the organ that owns the register opens one.
    """
    asked = {
        (source.register, source.element): words.label(one)
        for one in view.form.by_key.values()
        for source in one.sources
    }
    for row in registries.corrections_of(view.application.number):
        label = asked.get((row.register, row.element))
        if label is None:
            continue
        matter = row.matter
        is_ours = matter is not None and matter.organ == view.by.organ
        may_open = is_ours and view.by.may("correction.handle")
        yield CorrectionLine(
            label=label,
            source=catalogue.current("register", row.register).body.get("name", row.register),
            status=gettext(STATUSES.get(row.status, row.status)),
            due_on=matter.due_on if matter and row.status == "open" else None,
            url=reverse("correction", args=[row.pk]) if may_open else "",
        )


BESIDE = (
    ("messages:office-thread", "case.accept", "chat", N_("What was written with the applicant")),
    ("payments:bills", "payment.read", "card", N_("Bills of this case")),
)
"""Pages of other parts about a case: by the name of their address, for the post that may."""


def beside(view: CaseView) -> Iterator[tuple[str, str, str]]:
    """Address, icon and words of what other parts keep about the case."""
    case_no = view.case.case_no
    for name, grant, icon, label in BESIDE:
        if not view.by.may(grant) or view.case.organ != view.by.organ:
            continue
        try:
            url = reverse(name, args=[case_no])
        except NoReverseMatch:
            url = menus.address(name)
            url = f"{url}?q={case_no}" if url else ""
        if url:
            yield url, icon, gettext(label)

"""A path (审批流程) as a city publishes it: which phases a kind of project goes through."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.domains.services.rules import OneThing, Planned, active_items, item, plan, thing
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, Fault
from tongban.kernel.processes import rules as processes

LIMIT_AT_MOST = 90
"""浙江“最多 90 天”, working days from the code to acceptance; 国办发〔2019〕11号 asks for 120."""

ROUNDS_AT_MOST = 1
"""一次性告知：one list of opinions, one round of correction."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase (审批阶段): one one-thing, led by one agency, within its own budget."""

    key: str
    name: str
    name_en: str
    thing: str
    lead: str
    budget: int
    after: tuple[str, ...]
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Joint:
    """What several agencies review together (联审联验): an item, at one stage of its process."""

    item: str
    kind: str
    """`drawings`: one set, one list of opinions; `acceptance`: one day on site."""
    stage: str
    organs: tuple[str, ...]
    rounds: int


@dataclass(frozen=True, slots=True)
class Path:
    """What a kind of project goes through."""

    key: str
    name: str
    name_en: str
    limit: int
    yellow: int
    source: str
    phases: tuple[Phase, ...]
    joints: tuple[Joint, ...]

    def phase(self, key: str) -> Phase | None:
        return next((one for one in self.phases if one.key == key), None)

    def joint(self, item_key: str) -> Joint | None:
        return next((one for one in self.joints if one.item == item_key), None)


def path(body: Mapping[str, Any]) -> Path:
    """Read a published definition."""
    return Path(
        key=body["key"],
        name=body["name"],
        name_en=body.get("name_en", ""),
        limit=int(body["limit"]),
        yellow=int(body.get("yellow", 0)),
        source=body.get("source", ""),
        phases=tuple(
            Phase(
                key=row["key"],
                name=row["name"],
                name_en=row.get("name_en", ""),
                thing=row["thing"],
                lead=row["lead"],
                budget=int(row["budget"]),
                after=tuple(row.get("after", ())),
                answers=dict(row.get("answers", {})),
            )
            for row in body["phase"]
        ),
        joints=tuple(
            Joint(
                item=row["item"],
                kind=row["kind"],
                stage=row["stage"],
                organs=tuple(row["organs"]),
                rounds=int(row.get("rounds", ROUNDS_AT_MOST)),
            )
            for row in body.get("joint", ())
        ),
    )


def planned(found: OneThing, answers: Mapping[str, str], days: Mapping[str, int]) -> list[Planned]:
    """The items that a phase needs, laid on the time axis."""
    active = active_items(found, answers, eforms.holds)
    return list(plan(active, found.edges, days).values())


def longest(rows: list[Planned]) -> int:
    return max((row.finish for row in rows), default=0)


# ── what keeps a path from ever working ─────────────────────────────────────────────────────────

MISSING, WRITE = N_("This is missing."), N_("Write it.")
ROWS = {
    "phase": ("key", "name", "thing", "lead", "budget"),
    "joint": ("item", "kind", "stage", "organs"),
}


def check(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps projects of this kind from reaching their end within the limit."""
    faults = [
        Fault(name, MISSING, WRITE)
        for name in ("key", "name", "limit", "source", "phase")
        if not body.get(name)
    ]
    faults += [
        Fault(f"{table}[{n}].{name}", MISSING, WRITE)
        for table, names in ROWS.items()
        for n, row in enumerate(body.get(table, ()))
        for name in names
        if not row.get(name)
    ]
    if faults:
        return faults
    found = path(body)
    faults = [*_check_order(found), *_check_limit(found)]
    seen: dict[str, str] = {}
    for n, phase in enumerate(found.phases):
        faults += _check_phase(phase, f"phase[{n}]", known, seen)
    for n, joint in enumerate(found.joints):
        faults += _check_joint(joint, f"joint[{n}]", known, seen)
    return faults


def _check_order(found: Path) -> Iterator[Fault]:
    before: set[str] = set()
    for n, phase in enumerate(found.phases):
        if phase.key in before:
            yield Fault(f"phase[{n}].key", N_("This phase stands here twice."), N_("Rename one."))
        if not set(phase.after) <= before:
            yield Fault(
                f"phase[{n}].after",
                N_("A phase can only come after one that stands above it."),
                N_("Name earlier phases, or put them in order."),
            )
        before.add(phase.key)


def _check_limit(found: Path) -> Iterator[Fault]:
    if not 1 <= found.limit <= LIMIT_AT_MOST:
        yield Fault(
            "limit",
            N_("The limit must be from 1 to {most} working days."),
            N_("See what the province has promised."),
            {"most": LIMIT_AT_MOST},
        )
    total = sum(phase.budget for phase in found.phases)
    if total > found.limit:
        yield Fault(
            "limit",
            N_("The phases need {total} working days, more than the limit of {limit}."),
            N_("Shorten a phase."),
            {"total": total, "limit": found.limit},
        )


def _check_phase(phase: Phase, where: str, known: Known, seen: dict[str, str]) -> Iterator[Fault]:
    body = known.get("one_thing", phase.thing)
    if body is None:
        yield Fault(f"{where}.thing", N_("There is no such one-thing."), N_("Name one."))
        return
    found = thing(body)
    if not found.of_project:
        yield Fault(
            f"{where}.thing",
            N_("Anybody may begin this one-thing; it is no phase."),
            N_("Write of_project = true in it."),
        )
    if found.lead != phase.lead:
        yield Fault(
            f"{where}.lead",
            N_("Its one-thing is led by “{lead}”."),
            N_("Name the same agency in both."),
            {"lead": found.lead},
        )
    asked = {question.id: question.values() for question in found.questions}
    for question, options in asked.items():
        if phase.answers.get(question) not in options:
            yield Fault(
                f"{where}.answers",
                N_("The question “{question}” is left open, or answered with no option of it."),
                N_("The kind of project says what the situation is: answer it here."),
                {"question": question},
            )
    items = {
        member.key: one
        for member in found.members
        if (one := known.get("service_item", member.key)) is not None
    }
    days = {key: item(one).promised_days for key, one in items.items()}
    rows = planned(found, phase.answers, days)
    if not rows or longest(rows) > phase.budget:
        yield Fault(
            f"{where}.budget",
            N_("Its items need {days} working days, more than the budget."),
            N_("Give the phase more days, or let its items need fewer."),
            {"days": longest(rows)},
        )
    for row in rows:
        if row.key in seen:
            yield Fault(
                f"{where}.thing",
                N_("“{item}” is asked for in “{phase}” already."),
                N_("Let it belong to one phase."),
                {"item": row.key, "phase": seen[row.key]},
            )
        seen[row.key] = phase.key


def _check_joint(
    joint: Joint, where: str, known: Known, seen: Mapping[str, str]
) -> Iterator[Fault]:
    if joint.kind not in {"drawings", "acceptance"}:
        yield Fault(
            f"{where}.kind",
            N_("There is no such kind of joint review."),
            N_("Name one of the two."),
        )
    if not 0 <= joint.rounds <= ROUNDS_AT_MOST:
        yield Fault(
            f"{where}.rounds",
            N_("What is to be put right is told once, in one list."),
            N_("Write 1, or 0 where nothing may be put right."),
        )
    if joint.item not in seen:
        yield Fault(f"{where}.item", N_("No phase asks for this item."), N_("Name one that does."))
        return
    body = known.get("service_item", joint.item) or {}
    process = known.get("process", str(body.get("process", "")))
    if process is not None and joint.stage not in processes.parse(process).stages:
        yield Fault(
            f"{where}.stage",
            N_("The process of the item has no such stage."),
            N_("Name one of its stages."),
        )
    for organ in joint.organs if known.answers_for("organ") else ():
        there = known.get("organ", organ)
        posts = there.get("posts") if there else []
        if posts is not None and not any("case.consult" in post["grants"] for post in posts):
            yield Fault(
                f"{where}.organs",
                N_("Nobody in “{organ}” may give an opinion."),
                N_("Name an agency one of whose posts may, or give a post that grant."),
                {"organ": organ},
            )

"""The stage graph: what may follow what. Pure, so that it is tested in microseconds.

A stage opens when every stage it stands `after` is finished or was not needed. Loops exist only as
declared return edges.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.decisions import engine
from tongban.kernel.errors import N_, Fault, Refusal

Condition = Callable[[str, Mapping[str, Any]], bool]
"""(FEEL text, facts) -> whether it holds; given from outside so that the graph stays pure."""


class NotThisOutcome(Refusal):
    says = N_("The stage “{stage}” does not know the outcome “{outcome}”.")
    hint = N_("It may end with: {possible}.")
    status = 422


class AlreadyDone(Refusal):
    says = N_("This work was already finished by someone else.")
    hint = N_("Look at the trail; nothing of yours was applied.")
    status = 409


class AlreadyClaimed(Refusal):
    says = N_("A colleague is already working on this.")
    hint = N_("Take the next one, or ask for it to be transferred to you.")
    status = 409


class StillWaiting(Refusal):
    says = N_("Someone who was asked has not answered yet.")
    hint = N_("Wait for the answer, or take the question back.")
    status = 409


class IsPaused(Refusal):
    says = N_("This matter is paused: {reason}.")
    hint = N_("It can be acted upon again once it resumes.")
    status = 409


class HasEnded(Refusal):
    says = N_("This matter has ended.")
    hint = N_("An ended matter is never changed; a correction opens a new one.")
    status = 409


class NotEnded(Refusal):
    says = N_("This matter has not ended.")
    hint = N_("Return the work to an earlier stage instead.")
    status = 409


class NotInYourHands(Refusal):
    says = N_("This is not in the hands of your post.")
    hint = N_("It waits at: {holder}.")
    status = 403


class NothingAsked(Refusal):
    says = N_("Nobody was asked.")
    hint = N_("Name at least one, and no more answers than are asked.")
    status = 422


class NotBefore(Refusal):
    says = N_("Work cannot go back to “{stage}”.")
    hint = N_("It can go back to: {possible}.")
    status = 422


class KeyReused(Refusal):
    says = N_("The same request key was already used for something else.")
    hint = N_("Reload the page and try again.")
    status = 422


class State(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"


class Status(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    DONE = "done"
    RETURNED = "returned"
    VOID = "void"


OWED = (Status.OPEN, Status.CLAIMED, Status.WAITING)


class Mode(StrEnum):
    SERIAL = "serial"
    CONSULT = "consult"  # 征求意见
    ADD_SIGN = "add_sign"  # 加签
    COUNTERSIGN = "countersign"  # 会签
    URGE = "urge"  # 督办


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action of a stage does: the stage is done, the process ends, or work goes back."""

    kind: str  # done | end | return | resume
    target: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage (环节)."""

    id: str
    name: str
    grant: str
    days: int
    name_en: str = ""
    post: str = ""
    after: tuple[str, ...] = ()
    when: str = ""
    effects: Mapping[str, Effect] = field(default_factory=dict)
    legal: str = ""
    """The act of law this stage is competent for, in its domain's words: accept, decide."""
    officers: int = 1

    @property
    def outcomes(self) -> list[str]:
        return list(self.effects)


@dataclass(frozen=True)
class Graph:
    """The stages of one process, in the order in which they are written."""

    key: str
    name: str
    stages: Mapping[str, Stage]

    def downstream(self, stage: str) -> frozenset[str]:
        """The stages that stand after this one, directly or not."""
        return self._downstream[stage]

    @cached_property
    def _downstream(self) -> dict[str, frozenset[str]]:
        return {stage: frozenset(self._follow(stage)) for stage in self.stages}

    def _follow(self, stage: str) -> set[str]:
        found: set[str] = set()
        frontier = {stage}
        while frontier:
            frontier = {
                s.id for s in self.stages.values() if frontier & set(s.after) and s.id not in found
            }
            found |= frontier
        return found

    def last(self) -> list[Stage]:
        """The stages that nothing stands after."""
        followed = {a for s in self.stages.values() for a in s.after}
        return [s for s in self.stages.values() if s.id not in followed]

    def longest_path(self) -> int:
        """The days of the longest path, when every condition holds."""
        ends: dict[str, int] = {}

        def finish(stage: Stage) -> int:
            if stage.id not in ends:
                ends[stage.id] = stage.days + max(
                    (finish(self.stages[a]) for a in stage.after), default=0
                )
            return ends[stage.id]

        return max((finish(stage) for stage in self.stages.values()), default=0)


def effect(text: str) -> tuple[str, Effect]:
    """Read `pass`, `grant=end` or `back=return:examine`."""
    name, _, rest = text.partition("=")
    kind, _, target = rest.partition(":")
    return name.strip(), Effect(kind.strip() or "done", target.strip())


def parse(body: Mapping[str, Any]) -> Graph:
    """Build the graph from a published definition."""
    stages = {}
    for row in body.get("stage", ()):
        effects = dict(effect(text) for text in row.get("actions", ["pass"]))
        stages[row["id"]] = Stage(
            id=row["id"],
            name=row["name"],
            name_en=row.get("name_en", ""),
            grant=row["grant"],
            post=row.get("post", ""),
            days=int(row.get("days", 0)),
            after=tuple(row.get("after", ())),
            when=row.get("when", ""),
            effects=effects,
            legal=row.get("legal", ""),
            officers=int(row.get("officers", 1)),
        )
    return Graph(key=body["key"], name=body["name"], stages=stages)


def check(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what would keep the process from ever working; each fault names the line to mend."""
    faults: list[Fault] = []
    rows = body.get("stage", [])
    if not body.get("key") or not body.get("name"):
        faults.append(Fault("key", N_("A process needs a key and a name."), N_("Write both.")))
    if not rows:
        faults.append(Fault("stage", N_("A process needs a stage."), N_("Write [[stage]].")))
        return faults
    for n, row in enumerate(rows):
        faults += [
            Fault(f"stage[{n}].{name}", N_("This is missing."), N_("Write it."))
            for name in ("id", "name", "grant")
            if not row.get(name)
        ]
    if faults:
        return faults
    ids = [row["id"] for row in rows]
    if len(set(ids)) != len(ids):
        return [Fault("stage", N_("Two stages bear the same id."), N_("Rename one."))]
    graph = parse(body)
    for n, row in enumerate(rows):
        faults += _check_stage(graph, n, row)
    if not faults:
        faults += _check_whole(graph, ids)
    return faults


def _check_stage(graph: Graph, n: int, row: Mapping[str, Any]) -> Iterator[Fault]:
    stage = graph.stages[row["id"]]
    for other in stage.after:
        if other not in graph.stages:
            yield Fault(
                f"stage[{n}].after", N_("There is no such stage."), N_("Name one that exists.")
            )
    for name, does in stage.effects.items():
        if does.kind not in {"done", "end", "return", "resume"}:
            yield Fault(
                f"stage[{n}].actions.{name}",
                N_("This effect is unknown."),
                N_("Use done, end, return:<stage> or resume:<stage>."),
            )
        elif does.kind in BACK and (
            does.target not in row.get("returns", ()) or does.target not in graph.stages
        ):
            yield Fault(
                f"stage[{n}].actions.{name}",
                N_("Work goes back along an edge that is not declared."),
                N_("List the stage in `returns`: loops exist only as declared return edges."),
            )
    if not any(does.kind in {"done", "end"} for does in stage.effects.values()):
        yield Fault(
            f"stage[{n}].actions",
            N_("This stage can never be finished."),
            N_("Give it an action that finishes the stage, or the process."),
        )
    if stage.days < 0 or stage.officers < 1:
        yield Fault(f"stage[{n}].days", N_("A number is below its minimum."), N_("Mend it."))
    if stage.when:
        try:
            engine.expression(stage.when)
        except engine.DecisionModelError as fault:
            yield Fault(
                f"stage[{n}].when",
                N_("This condition cannot be read: {why}"),
                N_("Write it in FEEL."),
                {"why": str(fault)},
            )


def _check_whole(graph: Graph, ids: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    waiting = dict(graph.stages)
    while ready := [s for s in waiting.values() if set(s.after) <= seen]:
        for stage in ready:
            seen.add(stage.id)
            del waiting[stage.id]
    for left in waiting:
        yield Fault(
            f"stage[{ids.index(left)}].after",
            N_("This stage can never be reached: it waits for itself."),
            N_("Break the circle; to go back, declare a return edge."),
        )
    if waiting:
        return
    for stage in graph.stages.values():
        where = f"stage[{ids.index(stage.id)}].actions"
        if graph.downstream(stage.id) and not any(
            e.kind in {"done", "resume"} for e in stage.effects.values()
        ):
            yield Fault(
                where,
                N_("What stands after this stage can never open."),
                N_("Give it an action that finishes the stage."),
            )
        for name, does in stage.effects.items():
            if does.kind in BACK and stage.id not in graph.downstream(does.target):
                yield Fault(
                    f"{where}.{name}",
                    N_("Work goes back to a stage that does not lie before this one."),
                    N_("Name one that does; forward, stages follow by `after`."),
                )
    yield from _check_joins(graph, ids)


def _check_joins(graph: Graph, ids: list[str]) -> Iterator[Fault]:
    """A last stage that ends the process must stand after all others, or it cuts a branch off."""
    last = graph.last()
    for stage in last:
        if len(last) > 1 and any(e.kind == "end" for e in stage.effects.values()):
            others = [s.id for s in last if s.id != stage.id]
            yield Fault(
                f"stage[{ids.index(stage.id)}].after",
                N_("This stage ends the process while another branch may still be open: {others}"),
                N_("Let it stand after every branch, or let each branch merely finish."),
                {"others": ", ".join(others)},
            )


Progress = dict[str, str]
"""stage -> open | done | skipped | waits:<stage>; what is absent has not been reached."""

FINISHED = ("done", "skipped")
BACK = ("return", "resume")


def advance(
    graph: Graph, progress: Progress, facts: Mapping[str, Any], holds: Condition
) -> tuple[Progress, list[Stage]]:
    """Open every stage whose turn it is; skip those that the facts do not need."""
    progress = dict(progress)
    opened: list[Stage] = []
    moved = True
    while moved:
        moved = False
        for stage in graph.stages.values():
            status = progress.get(stage.id, "")
            if status and not _is_answered(status, progress):
                continue
            if any(progress.get(a) not in FINISHED for a in stage.after):
                continue
            moved = True
            if stage.when and not holds(stage.when, facts):
                progress[stage.id] = "skipped"
            else:
                progress[stage.id] = "open"
                opened.append(stage)
    return progress, opened


def _is_answered(status: str, progress: Progress) -> bool:
    """Whether a stage that sent work back, to resume here, has it back."""
    kind, _, other = status.partition(":")
    return kind == "waits" and progress.get(other) in FINISHED


def go_back(graph: Graph, progress: Progress, target: str) -> tuple[Progress, set[str]]:
    """Forget the target and all that stands after it; answers also which stages fall void."""
    forgotten = graph.downstream(target) | {target}
    kept = {stage: status for stage, status in progress.items() if stage not in forgotten}
    return kept, set(forgotten)


def ask_again(progress: Progress, stage: str, target: str) -> Progress:
    """Only the target works again; then the work comes straight back to the stage (resume here)."""
    kept = {key: status for key, status in progress.items() if key != target}
    return {**kept, stage: f"waits:{target}"}


def is_finished(graph: Graph, progress: Progress) -> bool:
    """Whether every stage is done or was not needed."""
    return all(progress.get(s) in FINISHED for s in graph.stages)


def check_join(join: str, asked: int) -> None:
    """Refuse a join that can never be reached: all, any, or a number of those asked."""
    needed = join if join in {"all", "any"} else int(join) if join.isdecimal() else 0
    if not asked or (isinstance(needed, int) and not 1 <= needed <= asked):
        raise NothingAsked()


def is_joined(join: str, answers: int, asked: int) -> bool:
    """Whether those who were asked have answered enough: all, any, or a number."""
    needed = asked if join == "all" else 1 if join == "any" else int(join)
    return answers >= needed


def request_hash(*parts: object) -> str:
    """What a request with a key must share with its repeat."""
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]

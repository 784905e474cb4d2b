"""The stage graph: what may follow what. Pure, so that it is tested in microseconds.

A stage opens when every stage it stands `after` is finished or was not needed. Loops exist only as
declared return edges.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tongban.kernel.processes.rules.verbs import Verb, allowed

Condition = Callable[[str, Mapping[str, Any]], bool]
"""(FEEL text, facts) -> whether it holds; given from outside so that the graph stays pure."""


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
    returns: tuple[str, ...] = ()
    verbs: frozenset[Verb] = frozenset()
    """How the work may go on besides its outcomes."""
    to: tuple[str, ...] = ()
    """To whose hands it may go: keys of posts; empty, to any."""

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

    def upstream(self, stage: str) -> frozenset[str]:
        """The stages that stand before this one, directly or not."""
        return frozenset(one for one in self.stages if stage in self.downstream(one))

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
            returns=tuple(row.get("returns", ())),
            verbs=allowed(
                [Verb(verb) for verb in row["verbs"]] if "verbs" in row else None,
                is_legal=bool(row.get("legal")),
            ),
            to=tuple(row.get("to", ())),
        )
    return Graph(key=body["key"], name=body["name"], stages=stages)


Progress = dict[str, str]
"""stage -> open | done | skipped | jumped | waits:<stage>; what is absent was not reached."""

FINISHED = ("done", "skipped", "jumped")
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


def jump(graph: Graph, progress: Progress, target: str) -> tuple[Progress, set[str]]:
    """Go to a stage over those before it; answers also whose open work falls void."""
    before = graph.upstream(target)
    left = {stage for stage in before if progress.get(stage) not in FINISHED}
    again = graph.downstream(target) | {target}
    beside = {s for s, status in progress.items() if status == "open" and s not in again}
    passed = dict.fromkeys(left | beside, "jumped")
    kept = {stage: status for stage, status in progress.items() if stage not in again}
    return {**kept, **passed}, left | beside | set(again)

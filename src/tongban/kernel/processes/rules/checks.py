"""What would keep a process from ever working; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.decisions import engine
from tongban.kernel.errors import N_, Fault
from tongban.kernel.processes.rules.graph import BACK, Graph, parse
from tongban.kernel.processes.rules.verbs import Verb


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
    unknown = [fault for n, row in enumerate(rows) for fault in _check_verbs(n, row)]
    if unknown:
        return unknown
    graph = parse(body)
    for n, row in enumerate(rows):
        faults += _check_stage(graph, n, row)
    if not faults:
        faults += _check_whole(graph, ids)
    return faults


def _check_verbs(n: int, row: Mapping[str, Any]) -> Iterator[Fault]:
    for verb in row.get("verbs", ()):
        if verb not in set(Verb):
            yield Fault(
                f"stage[{n}].verbs",
                N_("This verb is unknown: {verb}"),
                N_("Use {possible}."),
                {"verb": verb, "possible": ", ".join(Verb)},
            )


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

"""What every act on a case needs: its rows locked, its stage, its facts, its next state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import clocks, notices
from tongban.domains.cases.models import Application, Case, CaseMaterial
from tongban.domains.cases.rules import state
from tongban.domains.cases.rules.effects import EFFECTS, Effect
from tongban.domains.cases.rules.papers import Kind
from tongban.domains.cases.rules.state import State
from tongban.domains.licences import actions as wallet
from tongban.domains.licences import queries as licences
from tongban.domains.licences.models import Licence
from tongban.domains.services.rules import Item
from tongban.kernel import clock, rows, trips
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.deadlines.models import Clock
from tongban.kernel.errors import NotFound, Stale
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity import rules as people
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import queries as flows
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.actions import stages
from tongban.kernel.processes.models import Matter, WorkItem


@dataclass(frozen=True, slots=True)
class Held:
    """A work item in the hand, with its case: both locked, read in one question."""

    item: WorkItem
    case: Case
    stage: flow.Stage

    @property
    def version(self) -> Item:
        """The service item as the case pinned it."""
        return queries.item_of(self.case)

    def outcome(self, *names: str) -> str:
        """The first of the names that the stage knows."""
        for name in names:
            if name in self.stage.effects:
                return name
        raise flow.NotThisOutcome(
            stage=self.stage.name, outcome=names[0], possible=", ".join(self.stage.outcomes)
        )

    def is_repeated(self, outcome: str, *, by: Actor, opinion: str, key: str) -> bool:
        """Whether the same request already did this: it is answered as it was before."""
        asked = flow.request_hash("act", by.key, outcome, opinion)
        return flows.is_repeat(self.item, key=key, key_hash=asked)


def hold(item: int) -> Held:
    """The work item, its case and its matter, locked; the case always first."""
    read = rows.read_rows(
        _HELD + rows.locks("t2", "t1", "t0"), [item], WorkItem, Matter, Case, Application
    )
    if not read:
        raise NotFound()
    found, matter, case, application, edition, days = read[0]
    trips.remember(catalogue.MARK, edition or "")
    trips.remember(kept.MARK, days or "")
    found.matter = case.matter = matter
    case.application = application
    stage = flows.graph(matter.process or 0).stages[found.stage]
    return Held(found, case, stage)


_HELD = (
    f"SELECT {{0}}, {{1}}, {{2}}, {{3}}, {catalogue.MARK}, {kept.MARK}"
    f" FROM {WorkItem._meta.db_table} t0"
    f" JOIN {Matter._meta.db_table} t1 ON t1.id = t0.matter_id"
    f" JOIN {Case._meta.db_table} t2 ON t2.matter_id = t1.id"
    f" JOIN {Application._meta.db_table} t3 ON t3.id = t2.application_id WHERE t0.id = %s"
)


def take(
    item: int, verb: str, *, by: Actor, version: int | None, key: str = ""
) -> tuple[Held, bool]:
    """Hold a work item for something that does not finish it; False when it was already done."""
    held = hold(item)
    return held, processes.take(item=held.item, verb=verb, by=by, version=version, key=key)


def due(counts: Clock) -> processes.Due:
    """By when the matter is owed, while this is the clock that counts."""
    return counts.due_on, counts.yellow_on


def graph(case: Case) -> flow.Graph:
    """The stage graph that the case began with, and keeps."""
    return flows.graph(case.matter.process or 0)


def open_item(case: Case, *, legal: str) -> WorkItem:
    """The open work item that is competent for an act of law."""
    stages = graph(case).stages
    for item in flows.open_items(case.matter_id):
        if stages[item.stage].legal == legal and item.mode == flow.Mode.SERIAL:
            return item
    raise NotFound()


@transaction.atomic(savepoint=False)
def move(case: Case, act: str, **changes: Any) -> None:
    """Bring the case to the state that the table gives; of two that race, one gets through."""
    rule = state.MOVES[act]
    state.check(act, case.state)
    rows.change_row(case, state=rule.target or State(case.state), **changes)


@transaction.atomic(savepoint=False)
def conclude(
    case: Case,
    act: str,
    *,
    by: Actor,
    says: Sequence[str] = (),
    kind: Kind | None = None,
    table: tuple[str, Sequence[Sequence[str]]] = ("", ()),
    starts: Mapping[str, int] | None = None,
    reason: str = "",
    owed: Clock | None = None,
    data: Mapping[str, Any] | None = None,
    records: bool = True,
    **changes: Any,
) -> Clock | None:
    """Do what the tables say of an act: state, clocks, matter, document and event in one.

    `says` are the paragraphs of its document (none, and none is sent), `kind` another kind than
    its own; `starts` are new clocks with their working days; `owed` is a clock that the caller has
    moved already; `records` is False where the process recorded the event with its own step.
    Answers the clock that counts now.
    """
    effect = EFFECTS[act]
    now = clock.now()
    move(case, act, **{name: now for name in effect.stamps if name not in changes}, **changes)
    counts = clocks.apply(
        case=case,
        effect=effect,
        starts=starts or {},
        reason=reason,
        law=state.MOVES[act].law,
        by=by,
    )
    owed = owed or counts.get(effect.owes)
    _turn_matter(case, effect, owed, reason=reason, by=by)
    if says and (told := kind or effect.notice):
        tell(case, told, says, by=by, rows=table)
    if records:
        ledger.record(
            effect.event,
            case.matter.subject,
            by=by,
            matter=case.matter_id,
            **{"item": case.item_key, **(data or {})},
        )
    return owed


@transaction.atomic(savepoint=False)
def tell(
    case: Case,
    kind: Kind,
    says: Sequence[str],
    *,
    by: Actor,
    rows: tuple[str, Sequence[Sequence[str]]] = ("", ()),
) -> None:
    """Hand the applicant a document of this case; `rows` are a table under its title."""
    notices.send(
        kind=kind,
        application=case.application,
        case=case,
        paragraphs=says,
        rows_title=rows[0],
        rows=rows[1],
        by=by,
    )


@transaction.atomic(savepoint=False)
def _turn_matter(case: Case, effect: Effect, owed: Clock | None, *, reason: str, by: Actor) -> None:
    if effect.ends:
        processes.end(matter=case.matter, outcome=effect.ends, by=by, records=False)
    elif effect.rests:
        processes.pause(matter=case.matter, reason=reason, by=by, records=False)
    elif effect.wakes:
        due_on, yellow_on = due(owed) if owed else (None, None)
        processes.resume(
            matter=case.matter,
            reason=reason,
            by=by,
            due_on=due_on,
            yellow_on=yellow_on,
            records=False,
        )
    elif owed:
        processes.set_due(matter=case.matter, due_on=owed.due_on, yellow_on=owed.yellow_on, by=by)


def hold_as_head(
    item: int, verb: str, *, by: Actor, version: int | None, key: str = ""
) -> tuple[Held, bool]:
    """Hold a work item for what only the one who decides may do, whosever hands it is in.

    False when the same request already did it.
    """
    held = hold(item)
    asked = flow.request_hash(verb, by.key)
    if flows.is_repeat(held.item, key=key, key_hash=asked):
        return held, False
    by.require("case.decide")
    if held.case.organ != by.organ or not held.case.region.startswith(by.region):
        raise state.NotYours()
    if held.item.status not in flow.OWED:
        raise flow.AlreadyDone()
    if version is not None and held.item.version != version:
        raise Stale()
    stages.change(held.item, by=by, key=key, key_hash=asked)
    return held, True


def facts(case: Case) -> dict[str, Any]:
    """What conditions may ask: `q.<question>` and `form.<role>.<element>`."""
    form: dict[str, dict[str, Any]] = {}
    for pointer, value in queries.values_of(case).items():
        role, _, element = pointer.partition(".")
        form.setdefault(role, {})[element] = value.get("value")
    return {"q": dict(case.application.answers), "form": form, "today": clock.today()}


def others(stage: flow.Stage, organ: str, by: Actor) -> set[str]:
    """Who else of the organ may do the stage's work, as the ledger names them."""
    return {
        f"official:{holder.person}@post:{holder.post}"
        for holder in identity.officials_with(stage.grant, organ)
        if holder.person != by.person
    }


@transaction.atomic(savepoint=False)
def put_material(
    case: Case,
    *,
    key: str,
    name: str,
    way: str,
    reference: str = "",
    file: str = "",
    trust: str = "",
) -> None:
    """Note what stands in the place of a material; a later one takes the place of an earlier."""
    CaseMaterial.objects.update_or_create(
        case=case,
        key=key,
        defaults={
            "name": name,
            "way": way,
            "reference": reference,
            "file": file,
            "trust": trust,
        },
    )


def licences_of(case: Case, result: str) -> list[Licence]:
    """What a case gave under the named result."""
    return [row for row in licences.of_case(case.case_no) if row.result_key == result]


@transaction.atomic(savepoint=False)
def note_use(case: Case, identifier: str, *, by: Actor) -> None:
    """Note that a licence stood in the place of a paper of this case."""
    wallet.note_use(
        identifier=identifier,
        purpose=queries.pinned(case).name,
        organ=case.organ,
        case_no=case.case_no,
        by=by,
    )


def check_scope(by: Actor, thing: str, items: list[str]) -> None:
    """Refuse a proxy that covers neither the one-thing nor each item of it."""
    try:
        identity.check_scope(by, thing or items[0])
    except people.OutsideProxy:
        if not thing:
            raise
        for item in items:
            identity.check_scope(by, item)


def is_promised(case: Case, found: Item) -> bool:
    """Whether a written promise lies in the case, in a situation for which the item allows one."""
    terms = found.body.get("promise_terms", {})
    when = terms.get("when", "")
    allowed = found.promise and bool(terms) and (not when or flows.holds(when, facts(case)))
    return allowed and any(m.way == "promise" for m in queries.materials(case))

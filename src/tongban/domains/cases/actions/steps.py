"""What every act on a case needs: its row locked, its stage, its facts, its next state."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.models import Application, Case, CaseMaterial
from tongban.domains.cases.rules import state
from tongban.domains.cases.rules.state import State
from tongban.domains.licences import actions as wallet
from tongban.domains.licences import queries as licences
from tongban.domains.licences.models import Licence
from tongban.domains.services import queries as services
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound, Stale
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem


def of_item(item: int) -> tuple[Case, flow.Stage]:
    """The case behind a work item, locked, and the stage the work stands in."""
    row = (
        WorkItem.objects.filter(pk=item)
        .values_list("matter_id", "stage", "matter__process")
        .first()
    )
    found = (
        Case.objects.select_for_update(of=("self",))
        .select_related("matter", "application")
        .filter(matter=row[0])
        .first()
        if row
        else None
    )
    if row is None or found is None:
        raise NotFound()
    return found, processes.graph(row[2]).stages[row[1]]


def graph(case: Case) -> flow.Graph:
    """The stage graph that the case began with, and keeps."""
    return processes.graph(case.matter.process or 0)


def is_repeated(item: int, key: str) -> bool:
    """Whether the same request already did this work: it then answers as it did before."""
    return bool(key) and WorkItem.objects.filter(pk=item, done_key=key).exists()


def check_hands(item: int, *, by: Actor, version: int | None) -> WorkItem:
    """The work item, if it is in the actor's hands and as the actor saw it."""
    found = processes.item(item, by=by)
    if found.status not in flow.OWED:
        raise flow.AlreadyDone()
    processes.check_hands(found, by=by)
    if version is not None and found.version != version:
        raise Stale()
    return found


def check_seen(item: int, *, version: int | None) -> None:
    """Refuse when the work item is no longer as the actor saw it, whosever hands it is in."""
    found = WorkItem.objects.filter(pk=item).values_list("status", "version").first()
    if found is None or found[0] not in flow.OWED:
        raise flow.AlreadyDone()
    if version is not None and found[1] != version:
        raise Stale()


def open_item(case: Case, *, legal: str) -> WorkItem:
    """The open work item that is competent for an act of law."""
    stages = graph(case).stages
    for item in processes.open_items(case.matter_id):
        if stages[item.stage].legal == legal and item.mode == flow.Mode.SERIAL:
            return item
    raise NotFound()


def outcome(stage: flow.Stage, *names: str) -> str:
    """The first of the names that the stage knows."""
    for name in names:
        if name in stage.effects:
            return name
    raise flow.NotThisOutcome(
        stage=stage.name, outcome=names[0], possible=", ".join(stage.outcomes)
    )


def move(case: Case, act: str, **changes: Any) -> None:
    """Bring the case to the state that the table gives; only the first of two that race gets through."""
    changes.pop("matter_opened", None)
    rule = state.MOVES[act]
    target = rule.target or State(case.state)
    won = Case.objects.filter(
        pk=case.pk, version=case.version, state__in=[str(s) for s in rule.source]
    ).update(state=target, version=case.version + 1, **changes)
    if not won:
        raise Stale()
    case.state = target
    case.version += 1
    for name, value in changes.items():
        setattr(case, name, value)


def facts(case: Case) -> dict[str, Any]:
    """What conditions and decision tables may ask: answers and the case's own fields."""
    return facts_of(case.application.answers, queries.values_of(case))


def facts_of(answers: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """`q.<question>` and `form.<role>.<element>`, as definitions write them."""
    form: dict[str, dict[str, Any]] = {}
    for pointer, value in values.items():
        role, _, element = pointer.partition(".")
        form.setdefault(role, {})[element] = value.get("value")
    return {"q": dict(answers), "form": form}


def addressee(case: Case) -> str:
    """To whom a document is addressed."""
    if case.entity:
        return identity.entity(case.entity).name
    return identity.person(case.person).name


@transaction.atomic
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


def addressee_of(application: Application) -> str:
    """To whom a document about the whole filing is addressed."""
    if application.entity:
        return identity.entity(application.entity).name
    return identity.person(application.person).name


def licences_of(case: Case, result: str) -> list[Licence]:
    """What a case gave under the named result."""
    return [row for row in licences.of_case(case.case_no) if row.result_key == result]


@transaction.atomic
def note_use(case: Case, identifier: str, *, by: Actor) -> None:
    """Note that a licence stood in the place of a paper of this case."""
    wallet.note_use(
        identifier=identifier,
        purpose=services.item_of(case.item).name,
        organ=case.organ,
        case_no=case.case_no,
        by=by,
    )

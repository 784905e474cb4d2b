"""A project is registered by its code, and may be given up."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from tongban.domains.cases.queries import places
from tongban.domains.investments import queries, rules
from tongban.domains.investments.models import Project
from tongban.domains.registries import queries as registries
from tongban.domains.registries.rules import Question
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import Invalid, Unavailable
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes

SELF = part("investments")
REGISTER = "projects"
FIELDS = ("project_code", "project_name", "project_address")
BASIS = "《企业投资项目核准和备案管理条例》《政府投资条例》（条款号待核实）"


def register(*, code: str, path: str, by: Actor) -> Project:
    """Register a project for the firm one acts for; the platform says whose code it is.

    Asks the register, so never inside a transaction.
    """
    if not by.for_entity or by.person is None:
        raise rules.FirmNeeded()
    code = rules.check_code(code)
    if path not in {one.key for one in queries.paths()}:
        raise Invalid({"path": [rules.UNKNOWN_PATH]})
    if queries.by_code(code) is not None:
        raise rules.AlreadyRegistered(code=code)
    (answer,) = registries.lookup_many(
        by=by,
        purpose="核对投资项目代码",
        basis=BASIS,
        case_no=f"project:{code}",
        initiator=by.key,
        questions=[Question(REGISTER, by.for_entity, FIELDS)],
    )
    if not answer.is_available:
        raise Unavailable(system=answer.register_name)
    row = next((one for one in answer.rows if one.get("project_code") == code), None)
    if row is None:
        raise rules.NotOfYourFirm(code=code)
    return _keep(code=code, path=path, row=row, person=by.person, by=by)


@transaction.atomic
def _keep(*, code: str, path: str, row: Mapping[str, Any], person: int, by: Actor) -> Project:
    version = catalogue.current("investment_path", path)
    lead = identity.organ(queries.path_of(version.id).phases[0].lead)
    region = code[5:11]
    name = str(row.get("project_name") or code)[:200]
    matter = processes.start(
        process=None,
        kind=queries.KIND,
        subject=f"investments.project:{code}",
        title=name,
        number=code,
        organ=lead.uscc,
        region=lead.division,
        calendar=places.calendar_at(lead.division),
        by=by,
        opens=False,
        records=False,
    )
    try:
        with transaction.atomic():
            made = Project.objects.create(
                code=code,
                matter=matter,
                path=version.id,
                path_key=path,
                name=name,
                site=str(row.get("project_address") or "")[:200],
                firm=by.for_entity,
                firm_name=identity.entity(by.for_entity).name[:200],
                region=region,
                registered_by=person,
                registered_at=clock.now(),
            )
    except IntegrityError:
        # Two clicks in one moment: the first stands.
        raise rules.AlreadyRegistered(code=code) from None
    ledger.record(
        "project.registered",
        matter.subject,
        by=by,
        matter=matter.pk,
        path=path,
        firm=made.firm,
    )
    return made


@transaction.atomic
def stop(*, code: str, by: Actor) -> Project:
    """Give the project up; only while no agency holds a case of it."""
    found = queries.locked(code, by=by)
    if by.for_entity != found.firm:
        raise rules.FirmNeeded()
    rules.check_open(found.outcome, ended=found.ended_at is not None)
    if live := queries.has_live(queries.view(found).cases):
        raise rules.StillUnderWay(count=live)
    _end(found, "stopped")
    ledger.record("project.stopped", found.matter.subject, by=by, matter=found.matter_id)
    return found


def _end(found: Project, outcome: str) -> None:
    found.ended_at, found.outcome = clock.now(), outcome
    found.days = queries.view(found).count.used
    found.save(update_fields=["ended_at", "outcome", "days"])
    processes.end(matter=found.matter, outcome=outcome, by=SELF, records=False)

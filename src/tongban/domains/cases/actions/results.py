"""Results written back (回流): what a case gave stands in the register that the item names."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import issuing
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.state import Purpose, Result
from tongban.domains.licences import queries as licences
from tongban.domains.registries import actions as registries
from tongban.domains.registries import queries as registers
from tongban.domains.services.rules import Outcome
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import actions as identity
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def write_back(*, matter: int, by: Actor) -> None:
    """Write each result that names a register into it; what stands there already stays."""
    found = queries.locked(matter)
    if found.result != Result.GRANTED or found.purpose != Purpose.APPLY:
        return
    for result in queries.item_of(found).results:
        if result.register:
            _write(found, result, by=by)


@transaction.atomic(savepoint=False)
def _write(case: Case, result: Outcome, *, by: Actor) -> None:
    about = registers.register(result.register)
    issued = next(
        (row for row in licences.of_case(case.case_no) if row.result_key == result.key), None
    )
    # A number that was assigned stands in the licence; drawing another here would be a second one.
    fields: dict[str, Any] = (
        licences.record(issued)["fields"]
        if issued
        else issuing.fields_of(case=case, result=result, values=queries.values_of(case), by=by)
    )
    values = {
        element: value
        for pointer, value in fields.items()
        if (element := pointer.partition(".")[2]) in about.elements
        and pointer.partition(".")[0] == result.holder_role
    }
    about_it = next(r for r in queries.item_of(case).body["result"] if r["key"] == result.key)
    values |= _written(case, about_it)
    subject = _subject(case, result, values, pointer=about_it.get("subject", ""))
    if not subject or not values:
        return
    registries.apply_result(
        register=result.register,
        subject=subject,
        values=values,
        case=case.case_no,
        entry=case.case_no if not about.key_element else "",
        by=by,
    )
    if about_it.get("entity") == "enrol":
        _enrol(case, subject, values, by=by)
    elif about_it.get("entity") == "cancel":
        identity.set_entity_status(uscc=subject, status="cancelled", by=by)
    ledger.record(
        "case.written_back",
        case.matter.subject,
        by=by,
        matter=case.matter_id,
        item=case.item_key,
        register=result.register,
    )


def _written(case: Case, about_it: Mapping[str, Any]) -> dict[str, Any]:
    """What a result says beside its fields: `{element, value}` or `{element, from = pointer}`.

    A death does not stand on the certificate of deregistration, and yet ends the entry.
    """
    filed = queries.values_of(case)
    found = {
        row["element"]: row["value"] if "value" in row else filed.get(row["from"], {}).get("value")
        for row in about_it.get("writes", ())
    }
    return {element: value for element, value in found.items() if value is not None}


@transaction.atomic(savepoint=False)
def _enrol(case: Case, uscc: str, values: Mapping[str, Any], *, by: Actor) -> None:
    """A firm was founded: whoever founded it may act for it from now on."""
    identity.enrol_entities(
        entities=[
            identity.NewEntity(
                uscc=uscc,
                name=str(values["entity_name"]),
                kind=str(values["entity_type"]),
                division=uscc[2:8],
                representative=case.person,
                status="active",
                established_on=clock.today(),
            )
        ],
        by=by,
    )


def _subject(case: Case, result: Outcome, values: dict[str, Any], *, pointer: str = "") -> str:
    """Whom the entry is about: what the result names, else the number of who holds it."""
    filed = queries.values_of(case)
    if pointer:
        return str(filed.get(pointer, {}).get("value") or "")
    for element in ("uscc", "person_number"):
        held = values.get(element) or filed.get(f"{result.holder_role}.{element}", {}).get("value")
        if held:
            return str(held)
    return case.entity if result.holder_role == "operator" else ""

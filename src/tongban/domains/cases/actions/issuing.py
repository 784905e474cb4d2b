"""What a grant gives: the licences of its results, filled from the case and from earlier ones."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import numbers, steps
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.state import Result
from tongban.domains.licences import actions as licences
from tongban.domains.licences import queries as wallet
from tongban.domains.licences import rules as wallet_rules
from tongban.domains.licences.models import Licence
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item, Outcome
from tongban.kernel import clock
from tongban.kernel.actor import Actor


@transaction.atomic(savepoint=False)
def issue(*, case: Case, found: Item, by: Actor) -> str:
    """Issue every licence that the item gives; answers the first one's identifier, if any."""
    values = queries.values_of(case)
    renews = {row["key"]: row["renews"] for row in found.body.get("result", ()) if "renews" in row}
    issued = []
    for result in found.results:
        if result.licence_type:
            old = _standing(case, renews.get(result.key, ""))
            renewed = _renew(case, result, old, values, by=by) if old else ""
            issued.append(renewed or _issue(case, result, values, by=by))
    return issued[0] if issued else ""


def _standing(case: Case, material: str) -> Licence | None:
    """The licence that the case renews (延续): the one that stood for the named material."""
    row = case.materials.filter(key=material, way="licence").first() if material else None
    return Licence.objects.filter(identifier=row.reference).first() if row else None


@transaction.atomic(savepoint=False)
def _renew(
    case: Case, result: Outcome, old: Licence, values: Mapping[str, Any], *, by: Actor
) -> str:
    """The same licence for a further term, which begins when the old one ends."""
    today = clock.today()
    begin = max(today, old.valid_to or today)
    return licences.change(
        identifier=old.identifier,
        values=fields_of(case=case, result=result, values=values, by=by),
        valid_to=wallet_rules.years_on(begin, result.valid_years),
        reasons="延续",
        law="《中华人民共和国行政许可法》第五十条",
        case_no=case.case_no,
        result_key=result.key,
        by=by,
    ).identifier


def _from_output(case: Case, source: str, pointer: str) -> Any:
    """A value that an earlier item of the filing gave: `output:household_page.person_number`."""
    role = pointer.partition(".")[0]
    result, _, element = source.removeprefix("output:").partition(".")
    for before in case.application.cases.filter(result=Result.GRANTED):
        for licence in steps.licences_of(before, result):
            return wallet.record(licence)["fields"].get(f"{role}.{element}")
    return None


@transaction.atomic(savepoint=False)
def fields_of(
    *, case: Case, result: Outcome, values: Mapping[str, Any], by: Actor
) -> dict[str, Any]:
    """The fields of a result, by pointer; a number that the agency assigns is taken here."""
    fields: dict[str, Any] = {}
    for row in result.fields:
        pointer = f"{row.get('role', result.holder_role)}.{row['element']}"
        value = values.get(pointer, {}).get("value")
        if value is None and row.get("assigned"):
            value = numbers.assigned(
                pointer=pointer, values=values, division=services.city()["code"], by=by
            )
        if value is None and row.get("from"):
            value = _from_output(case, row["from"], pointer)
        if value is not None:
            fields[pointer] = value
    return fields


@transaction.atomic(savepoint=False)
def _issue(case: Case, result: Outcome, values: Mapping[str, Any], *, by: Actor) -> str:
    fields = fields_of(case=case, result=result, values=values, by=by)
    role = result.holder_role
    uscc = str(fields.get(f"{role}.uscc") or (case.entity if role == "operator" else ""))
    name = (
        values.get(f"{role}.name", {}).get("value")
        or values.get(f"{role}.entity_name", {}).get("value")
        or case.application.addressee
    )
    number = fields.get(f"{role}.person_number") or values.get(f"{role}.person_number", {}).get(
        "value"
    )
    issued = licences.issue(
        type_key=result.licence_type,
        organ=case.organ,
        holder=licences.Holder(
            kind="entity" if uscc else "person",
            uscc=uscc,
            number=str(number or ""),
            name=str(name),
            keeper=case.person,
        ),
        values=fields,
        case_no=case.case_no,
        serial=case.pk,
        result_key=result.key,
        valid_years=result.valid_years,
        by=by,
    )
    return issued.identifier

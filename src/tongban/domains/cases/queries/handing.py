"""How results on paper reach their applicants: what a desk or a courier owes."""

from typing import NamedTuple

from django.db.models import QuerySet

from tongban.domains.cases.models import Case, Handover, Return
from tongban.domains.cases.queries.rows import locked, opened, pinned
from tongban.domains.cases.rules import regions, state
from tongban.domains.services import queries as services
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Organ
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem


class Parcel(NamedTuple):
    """What the courier must know of a result that is to be posted."""

    id: str
    sender: dict[str, str]
    to: dict[str, str]


def desk_of(found: Case) -> Organ:
    """The organ at whose desk a result is handed out (统一出件).

    Where it was taken in, the city's own, or the agency itself, if there is such a desk. What the
    agency of another city posts to the applicant never passes a desk here.
    """
    if found.delivery == state.Delivery.POST and _is_elsewhere(found.region):
        return identity.organ(found.organ)
    city = str(services.city().get("delivery_organ", ""))
    for organ in (found.application.intake_organ, city, found.organ):
        if organ and identity.officials_with("case.deliver", organ):
            return identity.organ(organ)
    return identity.organ(found.organ)


def _is_elsewhere(region: str) -> bool:
    return regions.is_elsewhere(region, str(services.city().get("code", region)))


def must_come_back(found: Case, desk: Organ) -> bool:
    """Whether a result on paper is in another city than the desk that hands it out."""
    return regions.is_elsewhere(found.region, desk.division)


def return_days() -> int:
    """The working days in which a result reaches the desk of another city, as the city has it."""
    return int(services.city().get("return_days", regions.RETURN_DAYS))


def is_coming(found: Case) -> bool:
    """Whether the result is not at its desk yet."""
    return Return.objects.filter(case=found, arrived_at=None).exists()


def return_of(matter: int) -> Parcel | None:
    """The parcel by which a result goes to the desk of another city; None when nothing is owed."""
    row = (
        Return.objects.filter(case__matter=matter, waybill="", arrived_at=None)
        .select_related("case", "case__matter")
        .first()
    )
    if row is None:
        return None
    agency, desk = identity.organ(row.case.organ), identity.organ(row.desk)
    there, city = pinned(row.case).body, services.city()
    return Parcel(
        id=f"{row.case.case_no}:return",
        sender={
            "name": agency.name,
            "phone": str(there.get("contact", "")),
            "address": str(there.get("address", "")),
        },
        to={
            "name": desk.name,
            "phone": str(city.get("hotline", "")),
            "address": str(city.get("window_address", "")),
        },
    )


def returns_on_their_way() -> list[tuple[int, str]]:
    """Results that are on their way to a desk: (matter of the case, number)."""
    rows = Return.objects.filter(arrived_at=None).exclude(waybill="")
    return list(rows.order_by("id").values_list("case__matter", "waybill"))


def handover(found: Case) -> Handover:
    """How the case's result reaches the applicant."""
    row = Handover.objects.select_related("matter").filter(case=found).first()
    if row is None:
        raise NotFound()
    return row


def handover_locked(case_no: str) -> tuple[Case, Handover]:
    """A case that owes its result to somebody, locked, with what is owed."""
    row = Handover.objects.filter(case__case_no=case_no).values_list("case__matter").first()
    if row is None:
        raise NotFound()
    found = locked(row[0])
    return found, handover(found)


def desk_item(row: Handover) -> WorkItem:
    """What the desk owes, or did last."""
    items = WorkItem.objects.filter(matter=row.matter_id, mode=flow.Mode.SERIAL)
    return items.select_related("matter").order_by("-id")[0]


def handovers(*, by: Actor) -> QuerySet[Handover]:
    """What waits at the desk of the post held now, the most urgent first."""
    by.require("case.deliver")
    return (
        Handover.objects.filter(matter__organ=by.organ, received_at=None)
        .select_related("case", "case__application", "case__sent_back", "matter")
        .order_by("matter__due_on", "id")
    )


def results_waiting(person: int, entity: str = "") -> list[tuple[str, str]]:
    """Number and item of each result on paper that waits at a desk for somebody."""
    rows = Handover.objects.filter(
        way=state.Delivery.PICKUP, received_at=None, case__entity=entity
    ).exclude(case__in=Return.objects.filter(arrived_at=None).values("case"))
    if not entity:
        rows = rows.filter(case__person=person)
    return list(rows.order_by("id").values_list("case__case_no", "case__item_key"))


def parcels_on_their_way() -> list[tuple[int, str]]:
    """Parcels whose receipt is still owed: (matter of the case, number)."""
    rows = Handover.objects.filter(received_at=None).exclude(waybill="")
    return list(rows.order_by("id").values_list("case__matter", "waybill"))


def parcel_of(matter: int) -> Parcel | None:
    """The parcel that a case owes; None when nothing is to be posted, or it was already."""
    row = (
        Handover.objects.filter(case__matter=matter, way=state.Delivery.POST, waybill="")
        .select_related("case", "case__application", "matter")
        .first()
    )
    if row is None:
        return None
    found = row.case
    given = opened(found.application.deliver_to)
    desk = identity.organ(row.matter.organ)
    there = pinned(found).body if _is_elsewhere(desk.division) else {}
    return Parcel(
        id=f"{found.case_no}:{row.pk}",
        sender={
            "name": desk.name,
            "phone": str(there.get("contact") or services.city().get("hotline", "")),
            "address": str(there.get("address") or services.city().get("window_address", "")),
        },
        to={
            "name": str(given.get("name") or found.application.addressee),
            "phone": str(
                given.get("phone") or identity.phone_in_clear(identity.person(found.person))
            ),
            "address": str(given.get("address", "")),
        },
    )

"""How results on paper reach their applicants: what a desk or a courier owes."""

from typing import NamedTuple

from django.db.models import QuerySet

from tongban.domains.cases.models import Case, Handover
from tongban.domains.cases.queries.rows import locked, opened
from tongban.domains.cases.rules import state
from tongban.domains.services import queries as services
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.identity.models import Organ
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem


def desk_of(found: Case) -> Organ:
    """The organ at whose desk a result is handed out (统一出件).

    Where it was taken in, or the agency itself, if there is such a desk; else the city's own.
    """
    city = str(services.city().get("delivery_organ", ""))
    for organ in (found.application.intake_organ, city, found.organ):
        if organ and identity.officials_with("case.deliver", organ):
            return identity.organ(organ)
    return identity.organ(found.organ)


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
        .select_related("case", "case__application", "matter")
        .order_by("matter__due_on", "id")
    )


def parcels_on_their_way() -> list[tuple[int, str]]:
    """Parcels whose receipt is still owed: (matter of the case, number)."""
    rows = Handover.objects.filter(received_at=None).exclude(waybill="")
    return list(rows.order_by("id").values_list("case__matter", "waybill"))


class Parcel(NamedTuple):
    """What the courier must know of a result that is to be posted."""

    id: str
    sender: dict[str, str]
    to: dict[str, str]


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
    return Parcel(
        id=f"{found.case_no}:{row.pk}",
        sender={
            "name": desk.name,
            "phone": str(services.city().get("hotline", "")),
            "address": str(services.city().get("window_address", "")),
        },
        to={
            "name": str(given.get("name") or found.application.addressee),
            "phone": str(
                given.get("phone") or identity.phone_in_clear(identity.person(found.person))
            ),
            "address": str(given.get("address", "")),
        },
    )

"""What was taken in for another city, and has not reached its agency yet (异地代收)."""

from django.db.models import QuerySet

from tongban.domains.cases.models import Application, Case, Crossing, Return
from tongban.domains.cases.queries.handing import Parcel
from tongban.domains.cases.queries.rows import cases_of, locked
from tongban.domains.cases.rules import regions
from tongban.domains.cases.rules.state import State
from tongban.domains.services import queries as services
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem


def must_cross(case: Case) -> bool:
    """Whether the window of another city took it in."""
    station = case.application.intake_organ
    return bool(station) and regions.is_elsewhere(identity.organ(station).division, case.region)


def days() -> int:
    """The working days in which a station hands over, as the city has it."""
    return int(services.city().get("crossing_days", regions.CROSSING_DAYS))


def is_crossing(case: Case) -> bool:
    """Whether the case has not reached its agency yet."""
    return Crossing.objects.filter(case=case, arrived_at=None).exists()


def crossings(*, by: Actor) -> QuerySet[Crossing]:
    """What the station of the post held now took in for elsewhere, the most urgent first."""
    by.require("case.receive")
    rows = Crossing.objects.filter(matter__organ=by.organ)
    return rows.select_related("case", "case__application", "case__matter", "matter").order_by(
        "forwarded_at", "matter__due_on", "id"
    )


def crossing(case_no: str, *, by: Actor) -> Crossing:
    """One of them."""
    found = crossings(by=by).filter(case__case_no=case_no).first()
    if found is None:
        raise NotFound()
    return found


def coming(*, by: Actor) -> QuerySet[Crossing]:
    """What windows of other cities took in for the actor's agency and still owe it."""
    by.require("case.read")
    rows = Crossing.objects.filter(case__organ=by.organ, arrived_at=None)
    return rows.select_related("case", "case__application", "case__matter", "matter").order_by(
        "matter__due_on", "id"
    )


def returns(*, by: Actor) -> QuerySet[Return]:
    """The results that the actor's agency sends to a desk of another city, and that are not there.

    The desk sees those that it awaits in its own list.
    """
    by.require("case.read")
    rows = Return.objects.filter(case__organ=by.organ, arrived_at=None)
    return rows.select_related("case", "case__matter").order_by("due_on", "id")


def crossing_locked(case: Case) -> Crossing | None:
    """The crossing of a case that the caller has locked; None where it was filed directly."""
    return Crossing.objects.select_related("matter").filter(case=case).first()


def waits_at_station(case_no: str, *, by: Actor) -> tuple[Case, Crossing]:
    """A case that the actor's station owes to its agency, locked; refused when it is over."""
    found = crossing(case_no, by=by)
    case = locked(found.case.matter_id)
    row = crossing_locked(case)
    if row is None or row.forwarded_at or case.state != State.WAITING:
        raise regions.OverAlready()
    return case, row


def station_item(row: Crossing) -> WorkItem:
    """What the station owes, or did last."""
    items = WorkItem.objects.filter(matter=row.matter_id, mode=flow.Mode.SERIAL)
    return items.select_related("matter").order_by("-id")[0]


def originals_of(matter: int) -> Parcel | None:
    """The parcel of papers that follows a case; None when there is none, or it was fetched."""
    row = (
        Crossing.objects.filter(case__matter=matter, originals__gt=0, waybill="", arrived_at=None)
        .exclude(forwarded_at=None)
        .select_related("case", "matter")
        .first()
    )
    if row is None:
        return None
    station, agency = identity.organ(row.matter.organ), identity.organ(row.case.organ)
    address = str(services.city().get("window_address", ""))
    there = services.pinned(row.case.item, row.case.variant)
    return Parcel(
        id=f"{row.case.case_no}:originals",
        sender={
            "name": station.name,
            "phone": str(services.city().get("hotline", "")),
            "address": address,
        },
        to={
            "name": agency.name,
            "phone": str(there.body.get("contact", "")),
            "address": str(there.body.get("address", "")),
        },
    )


def originals_on_their_way() -> list[tuple[int, str]]:
    """Parcels of papers whose receipt is still owed: (matter of the case, number)."""
    rows = Crossing.objects.filter(arrived_at=None).exclude(waybill="")
    return list(rows.order_by("id").values_list("case__matter", "waybill"))


def crossings_of(application: Application) -> dict[int, Crossing]:
    """How the cases of a filing went over: case -> crossing."""
    rows = Crossing.objects.filter(case__in=[case.pk for case in cases_of(application)])
    return {row.case_id: row for row in rows.select_related("matter")}

"""Orders to companies outside government: what is to be handed over, and what is still owed."""

from datetime import date

from tongban.connectors import utilities
from tongban.connectors.utilities import Standing
from tongban.domains.cases.models import Case
from tongban.domains.cases.queries.rows import item_of, values_of
from tongban.domains.cases.rules import parties
from tongban.domains.cases.rules.state import BEFORE_AGENCY, Purpose, State
from tongban.domains.services import queries as services
from tongban.kernel.identity import queries as identity


def order_of(matter: int) -> parties.Order | None:
    """What a company is to do for a case; None when it is an agency's, or already on its way.

    Only the fields of the item's own form are given (最小必要).
    """
    found = Case.objects.select_related("application", "matter").filter(matter=matter).first()
    if found is None or found.purpose != Purpose.APPLY:
        return None
    item = item_of(found)
    if item.body.get("party") != parties.COMPANY or found.state not in BEFORE_AGENCY:
        return None
    organ = identity.organ(found.organ)
    filed = values_of(found)
    asked = [f"{field['role']}.{field['element']}" for field in item.fields]
    return parties.Order(
        id=found.case_no,
        service=item.key,
        organ_key=organ.key,
        organ_name=organ.short or organ.name,
        details={key: filed[key].get("value") for key in asked if key in filed},
    )


def _services() -> list[str]:
    """The items that companies do."""
    return [i.key for i in services.items() if i.body.get("party") == parties.COMPANY]


def orders_open() -> list[tuple[int, str, str]]:
    """Orders that a company has and owes an answer to: (matter, order id, key of the organ)."""
    rows = Case.objects.filter(
        item_key__in=_services(),
        purpose=Purpose.APPLY,
        state__in=(State.SUBMITTED, State.ACCEPTED),
    )
    return [
        (matter, case_no, identity.organ(organ).key)
        for matter, case_no, organ in rows.order_by("id").values_list("matter", "case_no", "organ")
    ]


def order_differences(*, organ: str, since: date) -> parties.Differences:
    """Compare our book of a company's orders with its own (对账). Raises Unavailable."""
    found = identity.organ(organ)
    rows = dict(
        Case.objects.filter(
            item_key__in=_services(),
            organ=found.uscc,
            purpose=Purpose.APPLY,
            received_at__date__gte=since,
        ).values_list("case_no", "state")
    )
    owed = {no for no, state in rows.items() if state in {State.SUBMITTED, State.ACCEPTED}}
    book = utilities.company(found.key, found.short).book(since=since)
    return parties.compare(
        owed, set(rows) - owed, {key: way != Standing.TAKEN for key, way in book.items()}
    )

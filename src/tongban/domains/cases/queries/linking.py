"""What decisions and linked cases ask: hearings, the owners of a rule, licences that stand."""

from tongban.domains.cases.models import Case, Determination
from tongban.domains.cases.queries.rows import item_of
from tongban.domains.cases.rules import state
from tongban.domains.licences import queries as licences
from tongban.domains.licences.models import Licence
from tongban.domains.licences.rules import Status as Standing
from tongban.domains.payments import queries as bills
from tongban.domains.services.rules import Item
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.deadlines.rules import State as Running


def hearing_of(found: Case) -> tuple[bool, bool]:
    """Whether the hearing was offered, and whether it may still be asked for."""
    rows = [row for row in deadlines.of_matter(found.matter_id) if row.kind == "hearing"]
    today = clock.today()
    return bool(rows), any(
        row.state == Running.RUNNING and row.due_on and row.due_on >= today for row in rows
    )


def open_linked(same_as: str) -> Case | None:
    """The linked case of the same purpose that is still open."""
    return Case.objects.filter(same_as=same_as).exclude(state__in=sorted(state.ENDED)).first()


def owners_of_rule(case: int) -> list[str]:
    """Who wrote and who approved the rule that decided a case, as the ledger names them."""
    decision = Determination.objects.filter(case=case).values_list("decision", flat=True).first()
    if not decision:
        return []
    rule = catalogue.definition(decision)
    return [key for key in (rule.author, rule.approver) if key]


def standing_licences(found: Case) -> list[Licence]:
    """What the case that a linked one is about gave, as it stands today after other linked ones."""
    if found.about is None:
        return []
    numbers = [found.about.case_no, *found.about.later.values_list("case_no", flat=True)]
    return [
        row
        for row in licences.of_cases(numbers)
        if row.status in {Standing.VALID, Standing.SUSPENDED}
    ]


def needs_hearing(item: Item) -> bool:
    """Whether those concerned must be told of their right to a hearing before a decision."""
    return bool(item.body.get("hearing"))


def check_hearing(found: Case, item: Item) -> None:
    """Refuse a decision before the hearing was offered, and while it may still be asked for."""
    if needs_hearing(item) and found.purpose == state.Purpose.APPLY:
        state.check_hearing(*hearing_of(found))


def about_no(found: Case) -> str:
    """The number of the case that a linked one is about."""
    return found.about.case_no if found.about else ""


def check_impartial(found: Case, *, by: Actor) -> None:
    """Who looks again at what a rule decided is not who made the rule, nor holds their post."""
    if found.purpose != state.Purpose.RECONSIDER or found.about_id is None or by.kind == "part":
        return
    post = by.key.partition("@")[2]
    if any(
        by.key == key or post == key.partition("@")[2] for key in owners_of_rule(found.about_id)
    ):
        raise state.NotImpartial()


def is_settled(found: Case) -> bool:
    """Whether nothing is due in the case any more; of an item that costs nothing, at once."""
    return item_of(found).is_free or bills.is_settled(found.case_no)

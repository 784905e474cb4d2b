"""Items that a company outside government does (联办企业): handed over, and brought back.

The company's own people may still act at their desk; whoever is first decides, and the other's act
changes nothing.
"""

from dataclasses import replace

from django.db import transaction

from tongban.connectors import utilities
from tongban.connectors.utilities import Answer, Standing
from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance, determination, review, steps
from tongban.domains.cases.models import Case
from tongban.domains.cases.queries import parties as orders
from tongban.domains.cases.rules import parties
from tongban.domains.cases.rules.state import State
from tongban.kernel.actor import Actor, part
from tongban.kernel.errors import Unavailable
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import queries as flows
from tongban.kernel.processes import rules as flow


def hand_over(*, matter: int, by: Actor) -> None:
    """Order what a case asks for from its company, outside any transaction (推送).

    Raises Unavailable when the company does not take it; ordering again is harmless.
    """
    order = orders.order_of(matter)
    if order is None:
        return
    company = utilities.company(order.organ_key, order.organ_name)
    receipt = company.order(order_id=order.id, service=order.service, details=order.details)
    note_taken(matter=matter, reference=receipt.reference, by=by)


def hear_all(*, by: Actor) -> int:
    """Ask every company for the answers it owes, and order again what it lost (对账).

    Answers how many cases came to an end. A company that is silent keeps none of the others.
    """
    ended, silent = 0, ""
    for matter, order_id, key in orders.orders_open():
        try:
            answer = utilities.company(key).answer(order_id=order_id)
            if answer.standing == Standing.UNKNOWN:
                hand_over(matter=matter, by=by)
            else:
                ended += bring_back(matter=matter, answer=answer, by=by)
        except Unavailable:
            silent = silent or key
    if silent:
        raise Unavailable(system=identity.organ(silent).name)
    return ended


@transaction.atomic
def note_taken(*, matter: int, reference: str, by: Actor) -> Case:
    """The company has the order: that accepts the case, if nobody has yet."""
    found = queries.locked(matter)
    if found.state != State.SUBMITTED:
        return found
    ledger.record(
        "case.ordered",
        found.matter.subject,
        by=by,
        matter=matter,
        item=found.item_key,
        organ=found.organ,
        reference=reference,
    )
    taking = steps.open_item(found, legal="accept")
    return acceptance.accept(item=taking.pk, opinion=f"企业已接单：{reference}", by=_company(found))


@transaction.atomic
def bring_back(*, matter: int, answer: Answer, by: Actor) -> bool:
    """What the company answered is the outcome of the case; False while there is nothing to do."""
    found = queries.locked(matter)
    if answer.standing == Standing.TAKEN or found.state != State.ACCEPTED:
        return False
    ledger.record(
        "case.order_answered",
        found.matter.subject,
        by=by,
        matter=matter,
        item=found.item_key,
        standing=str(answer.standing),
        reference=answer.reference,
    )
    company = _company(found)
    _pass_reviews(found, company)
    item = steps.open_item(found, legal="decide")
    law = "、".join(map(str, queries.item_of(found).laws))
    if answer.standing == Standing.REFUSED:
        determination.refuse(
            item=item.pk,
            reasons=answer.reason or parties.NO_REASON,
            law=law,
            remedies=parties.REMEDIES,
            by=company,
        )
    else:
        determination.grant(item=item.pk, reasons=parties.done(answer.reference), by=company)
    return True


@transaction.atomic(savepoint=False)
def _pass_reviews(case: Case, company: Actor) -> None:
    """Stages before the decision are the company's own affair; its answer ends them."""
    graph = steps.graph(case)
    for _ in graph.stages:
        waiting = [
            item
            for item in flows.open_items(case.matter_id)
            if item.mode == flow.Mode.SERIAL and graph.stages[item.stage].legal == ""
        ]
        if not waiting:
            return
        stage = graph.stages[waiting[0].stage]
        review.pass_on(item=waiting[0].pk, outcome=stage.outcomes[0], by=company)


def _company(case: Case) -> Actor:
    organ = identity.organ(case.organ)
    return replace(part("company"), name=organ.short or organ.name, organ=organ.uscc)

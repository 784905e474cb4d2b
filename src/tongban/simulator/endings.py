"""How cases end in a city that lives: fetched, posted, paid, suspended, heard, objected to.

Each act is one that a click could have done; what nobody does stays as it is, and turns red.
"""

from random import Random

from tongban.connectors import payments as provider
from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import drafting, ending, hearings, linked, review
from tongban.domains.cases.models import Case, Handover
from tongban.domains.cases.rules.state import ENDED, Delivery, Purpose, State
from tongban.domains.payments import actions as payments
from tongban.domains.payments.models import Bill
from tongban.domains.payments.rules import Heard
from tongban.domains.payments.rules import State as Billed
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.models import WorkItem

GROUNDS = ("applicant", "pending_judgment", "force_majeure")


def holders(grant: str, organ: str) -> list[Actor]:
    """Those of an organ whose posts carry a grant, as actors."""
    return [
        identity.actor_for(account=account, post=holder.post)
        for holder in identity.officials_with(grant, organ)
        if (account := identity.account_of(holder.person, is_official=True))
    ]


def applicant_of(case: Case) -> Actor:
    """The one who filed a case."""
    return Actor(
        kind="person",
        key=f"person:{case.person}",
        person=case.person,
        for_person=case.person,
        for_entity=case.entity,
    )


def choose_delivery(*, key: str, die: Random, by: Actor) -> None:
    """Most want it electronically, some come, some have it sent; where there is paper at all."""
    roll = die.random()
    if roll > 0.3 or not cases.view(cases.draft(key, by=by)).paper_results:
        return
    way = Delivery.PICKUP if roll < 0.18 else Delivery.POST
    to = {
        "name": "收件人",
        "phone": "19901000001",
        "address": "青禾市临溪区溪口街道梅溪路 1 号",
    }
    drafting.choose_delivery(key=key, way=way, to=to if way == Delivery.POST else None, by=by)


def a_day(*, die: Random) -> int:
    """What happens to cases on a working day beside the work itself; answers how many acts."""
    done = 0
    for act in (_pay, _hand_out, _stand_still, _go_on, _hear, _object, _terminate):
        done += act(die)
    return done


def pay_open(*, case_nos: list[str]) -> list[Bill]:
    """Pay every open bill of some cases, as their applicants would."""
    bills = Bill.objects.filter(state=Billed.OPEN, case_no__in=case_nos).order_by("id")
    return [bill for bill in bills if _pay_one(bill)]


def _pay_one(bill: Bill) -> bool:
    by = Actor(
        kind="person",
        key=f"person:{bill.payer_person}",
        person=bill.payer_person,
        for_person=bill.payer_person,
        for_entity=bill.payer_entity,
    )
    try:
        begun = payments.begin(bill=bill.number, by=by)
        if till := provider.simulated():
            # The till's book too, or the day's comparison finds money that nobody paid.
            till.pay(begun.order_no, mode=provider.Mode.SILENT)
        payments.settle(
            order_no=begun.order_no,
            fen=bill.fen,
            provider_ref=begun.provider_ref,
            paid_at=clock.now(),
            heard=Heard.CALLBACK,
            by=payments.SELF,
        )
    except Refusal:
        return False
    return True


def _pay(die: Random) -> int:
    bills = Bill.objects.filter(state=Billed.OPEN).order_by("id")
    return sum(_pay_one(bill) for bill in bills if die.random() <= 0.5)


def _hand_out(die: Random) -> int:
    done = 0
    waiting = Handover.objects.filter(way=Delivery.PICKUP, received_at=None)
    for row in waiting.select_related("case__application", "matter").order_by("id"):
        # One in nine never comes, and lies there in red.
        desk = holders("case.deliver", row.matter.organ)
        if not desk or row.case_id % 9 == 0 or die.random() > 0.35:
            continue
        person = identity.person(row.case.person)
        receipt = {"name": person.name, "document": identity.number_in_clear(person)}
        ending.hand_out(case_no=row.case.case_no, receipt=receipt, by=die.choice(desk))
        done += 1
    return done


def _open_item(case: Case) -> WorkItem | None:
    items = WorkItem.objects.filter(matter=case.matter_id, status__in=flow.OWED)
    return items.filter(mode=flow.Mode.SERIAL).order_by("id").first()


def _under(state: State) -> list[Case]:
    # An investment project goes its own way: `projects.Walk`.
    mine = Case.objects.filter(state=state, application__project="")
    found = mine.select_related("application", "matter")
    return list(found.order_by("id"))


def _stand_still(die: Random) -> int:
    done = 0
    for case in _under(State.ACCEPTED):
        item, heads = _open_item(case), holders("case.decide", case.organ)
        if item is None or not heads or die.random() > 0.015:
            continue
        try:
            review.suspend(
                item=item.pk,
                reason=die.choice(GROUNDS),
                law="《青禾市政务服务办理规定》（演示）",
                by=heads[0],
            )
        except Refusal:
            continue
        done += 1
    return done


def _go_on(die: Random) -> int:
    done = 0
    for case in _under(State.SUSPENDED):
        item, heads = _open_item(case), holders("case.decide", case.organ)
        if item is None or not heads or die.random() > 0.1:
            continue
        review.resume(item=item.pk, reasons="中止的原因已经消除", by=heads[0])
        done += 1
    return done


def _hear(die: Random) -> int:
    done = 0
    for case in _under(State.ACCEPTED):
        if not cases.needs_hearing(cases.item_of(case)) or die.random() > 0.2:
            continue
        if cases.hearing_of(case) == (True, True):
            hearings.ask(case_no=case.case_no, by=applicant_of(case))
            done += 1
    return done


def _object(die: Random) -> int:
    done = 0
    ruled = Case.objects.filter(
        state=State.CLOSED, purpose=Purpose.APPLY, determination__decision__isnull=False
    )
    for case in ruled.select_related("application", "matter").order_by("-id")[:40]:
        if die.random() > 0.01:
            continue
        try:
            linked.ask(
                case_no=case.case_no,
                purpose=Purpose.RECONSIDER,
                reasons="结果与我的实际情况不一致，请人工核对。",
                by=applicant_of(case),
            )
        except Refusal:
            continue
        done += 1
    return done


def _terminate(die: Random) -> int:
    done = 0
    for case in _under(State.ACCEPTED):
        item, heads = _open_item(case), holders("case.decide", case.organ)
        if item is None or not heads or die.random() > 0.003 or case.state in ENDED:
            continue
        ending.terminate(
            item=item.pk,
            reason="object_gone",
            law="《青禾市政务服务办理规定》（演示）",
            note="申请所涉场所已经拆除。",
            by=heads[0],
        )
        done += 1
    return done

"""Payments (非税缴费): what an agency may charge for a case, paid, refunded, reconciled.

Words   Bill (缴款书), Payment (缴款) by one order at the provider, receipt (电子票据),
        Refund (退付), Reconciliation (对账) of one day, Discrepancy (对账差错)
Life    open -> paid -> [part_refunded | refunded]; or open -> voided.
        Refund: asked -> approved | declined; approved -> done | failed
        payment that settles nothing (多缴款): a Matter until all of it is back
Limits  only what stands on the item's published list is charged; a refund takes two persons; each
        day is reconciled on the next, what differs is a Matter of the finance post
Other   rules.py: prices and sums, in fen · connectors/payments.py: the provider
Law     收支两条线; 行政许可法第五十八、五十九条: no fee but by law, all of it to the treasury;
        财政票据管理办法: a receipt for each payment
"""

EVENTS: dict[str, str] = {
    "bill.charged": "A fee is due in a case. data: case_no, fen, lines",
    "bill.paid": "The money has arrived. data: case_no, fen, heard (callback, query, statement)",
    "bill.voided": "The bill is no longer due. data: case_no",
    "payment.begun": "Someone began to pay. data: bill, fen",
    "payment.surplus": "Money arrived that settles nothing. data: bill, case_no, fen",
    "payment.closed": "An order was given up unpaid. data: bill",
    "refund.asked": "One post asked for a refund. data: bill, case_no, fen",
    "refund.approved": "A second person approved it. data: bill, case_no, fen",
    "refund.declined": "A second person declined it. data: bill, case_no",
    "refund.done": "The money went back. data: bill, case_no, fen",
    "refund.failed": "The provider would not pay back. data: bill, case_no",
    "reconciliation.made": "A day was compared with the provider. data: day, matched, ours, theirs,"
    " differs",
    "discrepancy.resolved": "Someone found out why a line differed. data: kind, day",
}

GRANTS: dict[str, str] = {
    "payment.read": "See the bills of one's organ (查看缴款书)",
    "payment.refund": "Ask for a refund (退付申请)",
    "payment.approve": "Approve or decline a refund, as the second person (退付复核)",
    "payment.reconcile": "Look into what differs from the provider's statement (对账处理)",
}

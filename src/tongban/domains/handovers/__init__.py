"""Handovers (审管衔接): who approved hands each grant to who supervises, against a receipt.

Words   Supervision (审管衔接单): one grant before its supervising organ
Life    handed -> received; or passed on to another organ, and received there
Limits  `handovers.toml`: which types of item, and within how many working days it is signed for
Hears   case.granted
Law     行政许可法第六十一条: who licenses supervises; 国发〔2021〕7号: approval and supervision are
        linked, and neither side is to lose sight of what the other did
"""

EVENTS: dict[str, str] = {
    "supervision.handed": "A grant lies before its supervising organ. data: case_no, item, organ",
    "supervision.received": "Somebody there signed for it. data: case_no, organ",
    "supervision.passed_on": "It belongs to another organ. data: case_no, organ",
}
GRANTS: dict[str, str] = {
    "handover.receive": "Sign for grants that one's organ is to supervise (审管衔接签收)",
}

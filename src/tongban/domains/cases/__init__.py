"""Cases (办件): from the first click to the licence, for one item or for many at once.

Words   Draft (申请草稿) -> Application (申请) -> Case (办件), Determination (决定), Notice (文书)
Life    waiting -> submitted <-> supplement -> accepted <-> special | suspended -> decided ->
        delivered -> closed -> archived;
        or declined, withdrawn, lapsed, terminated; afterwards linked cases, never reopened
Limits  told within five working days what is missing, once; decided within the promised days
Hears   case.*, clock.breached, matter.moved, day.began, bill.paid, bill.voided
Other   rules/state.py: what law allows when; rules/needs.py: which materials; rules/papers.py: what
        documents say
"""

EVENTS: dict[str, str] = {
    "draft.begun": "A form was begun and filled from the registers. data: thing, filled, fields",
    "draft.discarded": "A draft was thrown away by its owner. data: none",
    "application.submitted": "One filing for all its items. data: thing, cases, channel",
    "application.finished": "Every case of the filing has ended. data: thing, granted, refused",
    "case.submitted": "A case lies before its agency. data: item, organ",
    "case.taken_in": "Taken in for an agency of another city. data: item, station, organ",
    "case.forwarded": "The station handed it over. data: item, organ, originals",
    "case.arrived": "The agency of the other city has it. data: item, organ",
    "case.promised": "A written promise was signed. data: item, text (its hash)",
    "case.ordered": ("A company outside government has the order. data: item, organ, reference"),
    "case.order_answered": "The company answered. data: item, standing, reference",
    "case.accepted": "The agency took the case on. data: item, basis",
    "application.supplement_told": (
        "What all agencies of a filing ask for left as one notice. data: cases, defects"
    ),
    "case.supplement_asked": (
        "What is missing was marked; told at once, or kept for one notice of all agencies."
        " data: item, defects, told, at_once"
    ),
    "case.supplemented": "The applicant answered every defect. data: item",
    "case.supplied": "A tolerated material was handed in. data: item, materials, left",
    "case.reminded": "The applicant did not answer in time, and was reminded. data: item",
    "case.lapsed": "The applicant did not answer in time. data: item",
    "case.declined": "Not accepted, with reasons. data: item, organ_named",
    "case.special_started": "A special procedure stops the clocks of law. data: item, procedure",
    "case.special_ended": "The clocks of law run on. data: item, procedure, result",
    "case.extended": "The head of the agency gave more days, once. data: item, days",
    "case.to_a_person": "A rule did not decide; an official will. data: item, reason",
    "case.granted": "Granted. data: item, by_rule, licence",
    "case.refused": "Refused with reasons, law and remedies. data: item",
    "case.promise_checked": "A promise was checked afterwards. data: outcome",
    "case.overdue": "The promised or statutory day has passed. data: item, kind",
    "case.withdrawn": "The applicant took the case back. data: item, application",
    "case.blocked": "Never begun, as an earlier item was not granted. data: item, because",
    "case.suspended": "The case stands still on a ground of law. data: item, reason, proved",
    "case.resumed": "A suspended case goes on. data: item",
    "case.terminated": "Ended without a decision, on a ground of law. data: item, reason",
    "case.cancelled": "Ended with an item without which nothing goes on. data: item, because",
    "case.hearing_offered": "The applicant may ask for a hearing. data: item",
    "case.hearing_asked": "The applicant asked for the hearing in time. data: item",
    "case.hearing_waived": "Nobody asked for the hearing in time. data: item",
    "case.linked": "A finished case got a linked one. data: item, purpose, about",
    "case.written_back": "The result stands in its register. data: item, register",
    "case.delivery_owed": "A result on paper is owed to the applicant. data: item, way",
    "case.return_owed": "A result goes to the desk of another city. data: item, organ, desk",
    "case.returned": "It lies there, and may be fetched. data: item, organ",
    "case.dispatched": "The courier has the result. data: item, way",
    "case.handed_out": "The result was handed over against a receipt. data: item",
    "case.closed": "Delivered; nothing more is owed. data: item, organ, result",
    "case.archived": "Its archive package stands; nothing changes any more. data: item",
    "case.read": "An official opened the case. data: purpose",
    "rule.turned_off": "An automatic rule decides nothing from now on. data: rule",
    "rule.on_asked": "Someone asked to turn an automatic rule on again. data: rule",
    "rule.turned_on": "A second person turned an automatic rule on again. data: rule",
    "rule.shadow_asked": "A version of a rule is to be tried on past cases. data: rule, hash",
    "rule.shadow_done": "A version was tried on past cases. data: rule, seen, different",
}

GRANTS: dict[str, str] = {
    "case.receive": "Receive a filing at the window for a visitor (收件)",
    "case.accept": "Accept, ask for a supplement, decline (受理)",
    "case.examine": "Examine an accepted case (审查)",
    "case.check": "Check on site, two officers (现场核查)",
    "case.decide": "Grant or refuse (决定)",
    "case.deliver": "Hand results out at the desk against a receipt (统一出件)",
    "case.consult": "Give an opinion when asked (征求意见)",
    "case.oversee": "See the lights of every organ, without opening a case (电子监察)",
    "case.read": "Read the cases of one's organ (查阅本机关办件)",
    "rule.switch": "Turn automatic rules off, and with a second person on; try new ones (规则开关)",
}

"""Cases (办件): from the first click to the licence, for one item or for many at once.

Words   Draft (申请草稿) -> Application (申请) -> Case (办件), Determination (决定), Notice (文书)
Life    waiting -> submitted <-> supplement -> accepted <-> special -> decided -> closed;
        or declined, withdrawn, lapsed
Limits  told within five working days what is missing, once; decided within the promised days
Hears   case.*, clock.breached, matter.moved
Other   rules/state.py: what law allows when; rules/needs.py: which materials; rules/papers.py: what
        documents say
"""

EVENTS: dict[str, str] = {
    "draft.begun": "A form was begun and filled from the registers. data: thing, filled, fields",
    "draft.discarded": "A draft was thrown away by its owner. data: none",
    "application.submitted": "One filing for all its items. data: thing, cases, channel",
    "application.finished": "Every case of the filing has ended. data: thing, granted, refused",
    "case.submitted": "A case lies before its agency. data: item, organ",
    "case.accepted": "The agency took the case on. data: item, basis",
    "case.supplement_asked": "All that is missing was told at once. data: item, defects",
    "case.supplemented": "The applicant answered every defect. data: item",
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
    "case.closed": "Delivered; nothing more is owed. data: item, organ, result",
    "case.read": "An official opened the case. data: purpose",
}

GRANTS: dict[str, str] = {
    "case.receive": "Receive a filing at the window for a visitor (收件)",
    "case.accept": "Accept, ask for a supplement, decline (受理)",
    "case.examine": "Examine an accepted case (审查)",
    "case.check": "Check on site, two officers (现场核查)",
    "case.decide": "Grant or refuse (决定)",
    "case.consult": "Give an opinion when asked (征求意见)",
    "case.read": "Read the cases of one's organ",
}

"""Enterprise (企业服务): policies find the firm, money without applying, an officer who answers.

Words   Policy (惠企政策): a published rule; MatchConsent (政策匹配授权) -> PolicyMatch (政策匹配)
        AwardBatch (免申即享批次) of Award (兑付), PolicyBudget (政策资金)
        FirmQuestion (企业提问) -> KnowledgeEntry (问答知识)
Life    match: fits | prove | nearly | no, kept until the facts or the policy differ
        batch: drawn -> submitted -> approved; award: proposed -> struck
        | unfunded | granted -> confirmed -> sent -> paid | failed; granted -> lapsed
        question: asked -> answered -> published
Limits  registers are asked only while the representative's consent stands; a batch takes two
        persons; no policy grants more than its funds; a question is answered in `reply_days`
Hears   day.began, award.confirmed, case.granted
Law     优化营商环境条例第三十七条（条款号待核实）; 中小企业促进法; 公共数据: 一数一源, 授权使用
"""

EVENTS: dict[str, str] = {
    "consent.given": "A representative lets registers be asked for policies. data: -",
    "consent.withdrawn": "It may no longer be asked. data: -",
    "policy.matched": "A firm was held against a policy. data: policy, firm, outcome, failed,"
    " unknown",
    "batch.drawn": "The month's list of a policy was made. data: policy, month, n, fen",
    "batch.submitted": "One person has looked through it. data: policy, n, struck",
    "batch.approved": "A second person approved it. data: policy, granted, unfunded, fen",
    "batch.returned": "A second person sent it back. data: policy",
    "award.proposed": "A case granted it; it stands on the list. data: policy, case_no, fen",
    "award.doubled": "A case granted what the firm has in this period. data: policy, case_no",
    "award.struck": "A firm was taken off the list. data: policy",
    "award.confirmed": "The firm said to which account. data: policy, fen",
    "award.sent": "The order to pay is with the treasury. data: policy, fen",
    "award.paid": "The money is on the firm's account. data: policy, fen",
    "award.failed": "The account did not take it. data: policy, fen, reason",
    "award.lapsed": "No account was named in time; the funds are free. data: policy, fen",
    "award.differs": "The treasury's statement says otherwise. data: policy, fen, theirs",
    "firm.asked": "A firm asked its officer. data: organ, topic",
    "firm.answered": "The officer answered. data: organ, topic, late",
    "knowledge.published": "An answer was published without names. data: topic",
    "knowledge.withdrawn": "It is no longer true. data: topic",
}

GRANTS: dict[str, str] = {
    "policy.review": "Look through the month's list of a policy, strike off, submit (免申即享经办)",
    "policy.approve": "Approve or return that list, as the second person (免申即享复核)",
    "firm.answer": "Answer the questions of firms (服务专员答复)",
    "knowledge.publish": "Publish answers without names (知识库维护)",
    "firm.report": "Read what small firms asked for and could not do (企业诉求月报)",
}

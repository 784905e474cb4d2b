"""Credit (信用): what a decision noted about someone's word, until when it counts, and its repair.

Words   CreditKind (信用事件类别) -> CreditEvent (信用事件)
Life    noted -> repaired, or over on its last day
Limits  minor: at most three months; ordinary: three months to a year; serious: one to three years
        (信用修复管理办法, 发展改革委令第36号); repaired by the office that noted it
Hears   nothing: the decision that finds a word broken notes it in its own transaction
Note    a person stands here by id and keyed hash, never by number or name
"""

EVENTS: dict[str, str] = {
    "credit.noted": "A broken word was noted. data: kind, about, case, severity",
    "credit.repaired": "It counts no longer. data: kind, about, case",
}

GRANTS: dict[str, str] = {
    "credit.repair": "Repair a credit event that one's own organ noted (信用修复)",
}

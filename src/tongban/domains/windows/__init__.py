"""Windows (窗口): who stands before the clerk now, and what they have seen on their own screen.

Words   Visit (来访)
Life    begun -> confirmed, each time what stands in the form changes -> ended
Limits  a visit ends with the day, with the next visit, or when the clerk ends it; without an
        account and without the clerk's name nobody else's screen shows anything
Law     收受分离：收件的岗位不作受理、审查、决定；所填内容由申请人核对确认
"""

EVENTS: dict[str, str] = {
    "visit.begun": "A clerk began to serve someone who showed a document. data: person, organ",
    "visit.confirmed": "On their own screen, or by a code on their telephone, the visitor confirmed"
    " what the clerk had filled in. data: draft, hash, means",
    "visit.ended": "The clerk no longer serves them. data: none",
}

GRANTS: dict[str, str] = {}

"""Licences (电子证照): what a decision gives, as a signed record that anyone can check.

Words   LicenceType (证照类型) -> Licence (电子证照), LicenceUse (加注件), LicenceChange (证照变动),
        LicenceCheck (核验记录), LicenceReport (证照纠错)
Life    valid -> suspended -> valid; valid | suspended -> revoked; any of these -> cancelled;
        valid -> replaced, by the next version of the same number; expired is a date, not a status
Hears   day.began
Limits  the signed record is the licence; the PDF is a copy, rendered when first opened
Note    status is always read live: a licence file that is still around proves nothing about today
"""

EVENTS: dict[str, str] = {
    "licence.issued": "A licence was issued. data: type, case, identifier",
    "licence.changed": "A licence got its next version. data: type, case, identifier, replaces",
    "licence.suspended": "A licence was suspended. data: type, identifier, case",
    "licence.resumed": "A suspended licence holds again. data: type, identifier, case",
    "licence.revoked": "A licence was revoked. data: type, identifier, case",
    "licence.cancelled": "A licence was struck off. data: type, identifier, case",
    "licence.running_out": (
        "A licence runs out soon, once each. data: type, identifier, keeper, entity, days"
    ),
    "licence.expired": "A licence's last day has passed. data: type, identifier, keeper, entity",
    "licence.checked": (
        "Someone checked a licence that its holder showed. data: type, identifier, standing, shown"
    ),
    "licence.reported": "A holder reported an error. data: type, identifier, lines",
    "licence.report_answered": "The organ answered an error report. data: identifier, answer",
    "licence.used": "A licence stood in the place of a paper. data: type, identifier, case",
}

GRANTS: dict[str, str] = {
    "licence.correct": "Answer what holders report as wrong on a licence (证照纠错)",
    "licence.revoke": (
        "Change, suspend, resume, revoke or strike off a licence of one's organ"
        " (变更、暂扣、撤销、注销证照)"
    ),
}

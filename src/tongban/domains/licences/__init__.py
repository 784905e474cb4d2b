"""Licences (电子证照): what a decision gives, as a signed record that anyone can check.

Words   LicenceType (证照类型) -> Licence (电子证照), LicenceUse (加注件)
Life    valid -> suspended | revoked | expired; a change issues the next version of the same number
Limits  the signed record is the licence; the PDF is a copy, rendered when first opened
Note    status is always read live: a licence file that is still around proves nothing about today
"""

EVENTS: dict[str, str] = {
    "licence.issued": "A licence was issued. data: type, case, identifier",
    "licence.revoked": "A licence was revoked. data: type, identifier, reason",
    "licence.used": "A licence stood in the place of a paper. data: type, identifier, case",
}

GRANTS: dict[str, str] = {
    "licence.revoke": "Revoke a licence of one's organ (撤销、注销证照)",
}

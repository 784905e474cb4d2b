"""Electronic seals (电子印章): an organ's seal, and what was sealed with it.

Words   Seal (电子印章) -> Impression (电子签章); maker (制章人): this platform, which vouches that
        a seal's key is the organ's; SealCertificate (数字证书): an authority vouches for it too;
        Anchor (信任锚): an authority whom the city trusts, for seals or for time stamps (时间戳)
Life    proposed -> valid -> lost | ended; proposed -> rejected; past its last day it seals nothing
Limits  one who proposes does not approve; an organ has one valid seal of a kind; at most five years
Hears   nothing
Law     GB/T 38540-2020 (the structure of a seal and an impression), 国务院令第716号 第九条: an
        electronic seal has the force of one of metal; GB/T 33190-2016 (where it lies in an OFD)
Note    what a seal covers is verified from the file alone; the table of impressions tells who and
        when besides. Seals of a city's own service stand behind `connectors.seals`
"""

EVENTS: dict[str, str] = {
    "seal.proposed": "A seal was proposed for an organ. data: organ, kind, code",
    "seal.made": "A second official approved and the seal was made. data: organ, kind, code",
    "seal.rejected": "A second official rejected a proposal. data: organ, kind, code",
    "seal.lost": "A seal was reported lost and seals nothing more. data: organ, code, reason",
    "seal.ended": "A seal was taken out of use. data: organ, code, reason",
    "seal.certified": "A seal got a certificate. data: organ, code, serial",
    "seal.certificate_revoked": "A seal's certificate was revoked. data: organ, code, serial,"
    " reason",
    "seal.anchored": "An authority is trusted from now on. data: purpose, sha256",
    "seal.applied": "Something was sealed. data: organ, code, purpose, digest",
}

GRANTS: dict[str, str] = {
    "seal.propose": "Propose a seal for an organ, and report one lost or out of use (印章申领)",
    "seal.approve": "Approve what another proposed, and have the seal made (印章审批)",
}

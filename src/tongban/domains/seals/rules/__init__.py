"""The law of seals: their structure and their life; no Django."""

from tongban.domains.seals.rules.der import Malformed
from tongban.domains.seals.rules.life import (
    AlreadySettled,
    Kind,
    NoSeal,
    SealExists,
    SecondPersonNeeded,
    Status,
    Verdict,
    check_proposal,
    check_reason,
)
from tongban.domains.seals.rules.structure import (
    MadeSeal,
    Sealed,
    SealInfo,
    impression_der,
    read_impression,
    read_seal,
    seal_der,
    to_sign,
)

__all__ = [
    "AlreadySettled",
    "Kind",
    "MadeSeal",
    "Malformed",
    "NoSeal",
    "SealExists",
    "SealInfo",
    "Sealed",
    "SecondPersonNeeded",
    "Status",
    "Verdict",
    "check_proposal",
    "check_reason",
    "impression_der",
    "read_impression",
    "read_seal",
    "seal_der",
    "to_sign",
]

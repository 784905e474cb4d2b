"""The law of seals: their structure and their life; no Django."""

from tongban.domains.seals.rules.life import (
    AlreadySettled,
    CertificateEnded,
    Kind,
    NoCertificate,
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
    certificate_of,
    impression_der,
    read_impression,
    read_seal,
    seal_der,
    to_sign,
)
from tongban.kernel.crypto.der import Malformed

__all__ = [
    "AlreadySettled",
    "CertificateEnded",
    "Kind",
    "MadeSeal",
    "Malformed",
    "NoCertificate",
    "NoSeal",
    "SealExists",
    "SealInfo",
    "Sealed",
    "SecondPersonNeeded",
    "Status",
    "Verdict",
    "certificate_of",
    "check_proposal",
    "check_reason",
    "impression_der",
    "read_impression",
    "read_seal",
    "seal_der",
    "to_sign",
]

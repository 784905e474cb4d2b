"""The life of a seal: made by two, for at most five years, ended by one."""

from datetime import date
from enum import StrEnum
from typing import Final

from tongban.kernel.errors import N_, Invalid, Refusal

LONGEST_YEARS: Final = 5


class Status(StrEnum):
    PROPOSED = "proposed"
    REJECTED = "rejected"
    VALID = "valid"
    LOST = "lost"
    ENDED = "ended"


class Kind(StrEnum):
    """Kinds of seals (印章类型), as an organ may have them."""

    OFFICIAL = "official"
    """法定名称章"""
    BUSINESS = "business"
    """专用章，如行政审批专用章"""


class Verdict(StrEnum):
    """What is said of a sealed document."""

    GENUINE = "genuine"
    CHANGED = "changed"
    FORGED = "forged"
    UNSEALED = "unsealed"
    SEAL_LOST = "seal_lost"
    """Sealed at a moment at which the seal was no longer good."""
    CERTIFICATE_UNKNOWN = "certificate_unknown"
    """Nobody whom this city trusts certified the seal's key."""
    CERTIFICATE_EXPIRED = "certificate_expired"
    """Sealed outside the dates of the certificate."""
    CERTIFICATE_REVOKED = "certificate_revoked"
    """Sealed after the certificate had been revoked."""


class SecondPersonNeeded(Refusal):
    """Four eyes: who proposed a seal may not approve it."""

    says = N_("You proposed this seal yourself.")
    hint = N_("Another official approves it; that is the point of it.")
    status = 403


class AlreadySettled(Refusal):
    says = N_("This seal is not in a state for that.")
    hint = N_("Open the list again: someone was faster.")


class SealExists(Refusal):
    """One valid seal of a kind per organ: of two, nobody would know which one holds."""

    says = N_("{organ} has a seal of this kind already.")
    hint = N_("Take it out of use first.")


class NoSeal(Refusal):
    """The organ has no seal that is valid today."""

    says = N_("{organ} has no electronic seal that is valid today.")
    hint = N_("Ask for one in the workbench under “Seals”; a second official approves it.")


class CertificateEnded(Refusal):
    """A seal whose certificate ran out or was revoked seals nothing, though it is in the table."""

    says = N_("The certificate of this seal is no longer good.")
    hint = N_("Have a new certificate imported, or a new seal made.")


class NoCertificate(Refusal):
    """What was handed over is no certificate for this seal's key."""

    says = N_("This certificate does not fit: {reason}")
    hint = N_("Hand over the one that was issued for this seal's public key.")
    status = 422


def check_proposal(name: str, valid_from: date, valid_to: date) -> str:
    """Answer the name as it is kept. Raises Invalid."""
    problems: dict[str, list[str]] = {}
    kept = name.strip()
    if not kept or len(kept) > 60:
        problems["name"] = [N_("Write the seal's name, at most 60 characters.")]
    if valid_to < valid_from:
        problems["valid_to"] = [N_("The last day lies before the first.")]
    elif valid_to.year - valid_from.year > LONGEST_YEARS:
        problems["valid_to"] = [N_("A seal is valid for at most five years.")]
    if problems:
        raise Invalid(problems)
    return kept


def check_reason(reason: str) -> str:
    """Answer the reason as it is kept. Raises Invalid."""
    kept = reason.strip()
    if not kept or len(kept) > 200:
        raise Invalid({"reason": [N_("Write the reason, at most 200 characters.")]})
    return kept

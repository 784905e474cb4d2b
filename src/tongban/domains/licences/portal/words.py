"""How a licence's standing is said, and what colour a card has; for all pages of licences."""

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from tongban.domains.licences import queries
from tongban.domains.licences.rules import Standing
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import words

TONES = ("", "blue", "clay")
STANDINGS = {
    Standing.VALID: ("green", N_("Valid today")),
    Standing.NOT_YET: ("amber", N_("Not valid yet")),
    Standing.EXPIRED: ("amber", N_("Expired")),
    Standing.SUSPENDED: ("amber", N_("Suspended")),
    Standing.REVOKED: ("red", N_("Revoked")),
    Standing.CANCELLED: ("red", N_("Struck off")),
    Standing.REPLACED: ("amber", N_("Replaced by a later version")),
    Standing.ALTERED: ("red", N_("Altered: do not trust it")),
}
MEANS = {
    Standing.VALID: N_("The record is signed by its issuer and unchanged."),
    Standing.NOT_YET: N_("The record is genuine, but its first day is still to come."),
    Standing.EXPIRED: N_("The record is genuine, but its last day has passed."),
    Standing.SUSPENDED: N_("The record is genuine, but its issuer has suspended it."),
    Standing.REVOKED: N_("The record is genuine, but its issuer has revoked it."),
    Standing.CANCELLED: N_("The record is genuine, but its issuer has struck it off."),
    Standing.REPLACED: N_("The record is genuine, but a later version has taken its place."),
    Standing.ALTERED: N_("The record does not match its signature. Tell the issuer."),
}
ACTS = {
    "change": N_("Replaced by its next version"),
    "suspend": N_("Suspended"),
    "resume": N_("Holds again"),
    "revoke": N_("Revoked"),
    "cancel": N_("Struck off"),
}


def tone_of(type_key: str) -> str:
    """One colour per type of licence, always the same."""
    return TONES[sum(map(ord, type_key)) % len(TONES)]


def standing_of(row: queries.Licence) -> tuple[str, str]:
    """How a licence stands by its dates and status; for a list, signatures are not checked."""
    found = queries.standing(row)
    if found is not Standing.VALID:
        return STANDINGS[found][0], gettext(STANDINGS[found][1])
    if row.valid_to:
        return "", gettext("valid until %(day)s") % {"day": words.civil(row.valid_to)}
    return "", gettext("without end")


def qr(address: str) -> SafeString:
    """A QR code of an address of ours, as SVG."""
    # Drawn by segno from our own address: nothing in it comes from the request.
    return mark_safe(segno.make(address, error="m").svg_inline(scale=4, border=2, light="#fff"))


def organ_name(uscc: str) -> str:
    """An organ's short name; the code itself where it is none."""
    try:
        return identity.organ(uscc).short if uscc else ""
    except Refusal:
        return uscc


def said(problems: dict[str, list[str]]) -> dict[str, list[str]]:
    """Problems in the reader's language."""
    return {name: [gettext(one) for one in lines] for name, lines in problems.items()}

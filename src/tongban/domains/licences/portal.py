"""The wallet (我的证照), and the page on which anyone checks a licence."""

from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from tongban.domains.licences import actions, queries
from tongban.domains.licences.rules import Standing
from tongban.kernel import clock
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import masking
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, NotFound, Refusal
from tongban.kernel.identity import codes
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, menus, modes, words
from tongban.kernel.ui.access import open_to_all, signed_in

TONES = ("", "blue", "clay")
STANDINGS = {
    Standing.VALID: ("green", N_("Valid today")),
    Standing.NOT_YET: ("amber", N_("Not valid yet")),
    Standing.EXPIRED: ("amber", N_("Expired")),
    Standing.SUSPENDED: ("amber", N_("Suspended")),
    Standing.REVOKED: ("red", N_("Revoked")),
    Standing.ALTERED: ("red", N_("Altered: do not trust it")),
}
MEANS = {
    Standing.VALID: N_("The record is signed by its issuer and unchanged."),
    Standing.NOT_YET: N_("The record is genuine, but its first day is still to come."),
    Standing.EXPIRED: N_("The record is genuine, but its last day has passed."),
    Standing.SUSPENDED: N_("The record is genuine, but its issuer has suspended it."),
    Standing.REVOKED: N_("The record is genuine, but its issuer has revoked it."),
    Standing.ALTERED: N_("The record does not match its signature. Tell the issuer."),
}


@signed_in
def wallet(request: HttpRequest) -> HttpResponse:
    """One's own licences and one's children's, or the firm's."""
    rows = list(queries.mine(by=menus.actor_of(request))[:100])
    context = {
        "cards": [(row, tone_of(row.type), standing_of(row)) for row in rows],
        "layout": layouts.of(request),
    }
    return modes.page(request, "licences/wallet.html", context)


@signed_in
def licence(request: HttpRequest, identifier: str) -> HttpResponse:
    """One licence: what it says, how to show it, and who used it."""
    found = queries.own(identifier, by=menus.actor_of(request))
    checked = queries.verify(identifier)
    tone, says = STANDINGS[checked.standing]
    context = {
        "licence": found,
        "card_tone": tone_of(found.type),
        "tone": tone,
        "says": gettext(says),
        "means": gettext(MEANS[checked.standing]),
        "fields": _fields(found, checked.record),
        "qr": _qr(f"{settings.BASE_URL}/verify/{found.identifier}"),
        "uses": [(use, _organ(use.organ)) for use in queries.uses_of(found)],
        "layout": layouts.of(request),
        "crumbs": [
            (gettext("Home"), "/"),
            (gettext("My licences"), reverse("licences")),
            (found.name, ""),
        ],
    }
    return modes.page(request, "licences/licence.html", context)


@signed_in
def pdf(request: HttpRequest, identifier: str) -> HttpResponse:
    """The copy to print; the signed record is the licence."""
    by = menus.actor_of(request)
    found = queries.own(identifier, by=by)
    data = actions.pdf(licence=found, by=by, base_url=settings.BASE_URL)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.type}-{found.pk}.pdf"'
    return answer


@open_to_all
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a licence's identifier."""
    typed = request.GET.get("identifier", "").strip()
    if typed:
        return redirect("verified", identifier=codes.normal(typed).replace("/", ""))
    return modes.page(request, "licences/verify.html", {"layout": layouts.of(request)})


@open_to_all
def verified(request: HttpRequest, identifier: str) -> HttpResponse:
    """What anyone is told about a licence today; never what it says of its holder."""
    context: dict[str, Any] = {
        "identifier": identifier[:128],
        "layout": layouts.of(request),
        "at": clock.now(),
    }
    try:
        found = queries.verify(identifier)
    except NotFound:
        try:
            codes.LicenceIdentifier.read(identifier)
        except Refusal:
            context["misread"] = True
        return modes.page(request, "licences/verified.html", context, status=404)
    tone, says = STANDINGS[found.standing]
    holder = str(found.record.get("holder", {}).get("name", ""))
    context |= {
        "licence": found.licence,
        "tone": tone,
        "says": gettext(says),
        "means": gettext(MEANS[found.standing]),
        "holds": found.holds,
        # A firm is public; of a person only enough to compare with who stands there.
        "holder": holder if found.licence.entity else masking.mask_name(holder),
        "reason": found.licence.status_reason,
    }
    return modes.page(request, "licences/verified.html", context)


def tone_of(type_key: str) -> str:
    """One colour per type of licence, always the same."""
    return TONES[sum(map(ord, type_key)) % len(TONES)]


def standing_of(row: Any) -> tuple[str, str]:
    """How a licence stands by its dates and status; for a list, signatures are not checked."""
    today = clock.today()
    if row.status != "valid":
        return STANDINGS[Standing(row.status)][0], gettext(STANDINGS[Standing(row.status)][1])
    if row.valid_to and row.valid_to < today:
        return "amber", gettext("Expired")
    if row.valid_to:
        return "", gettext("valid until %(day)s") % {"day": words.civil(row.valid_to)}
    return "", gettext("without end")


def _fields(row: Any, record: dict[str, Any]) -> list[tuple[str, str]]:
    """What stands on the licence, in words, for its holder."""
    kind = queries.type_of(row.definition)
    return [
        (kind.label(pointer), _text(pointer, value))
        for pointer, value in record.get("fields", {}).items()
    ]


def _text(pointer: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    element = pointer.partition(".")[2].partition("@")[0]
    version = catalogue.find("element", element)
    if version is None:
        return str(value)
    one = eforms.read_element(version.body)
    match one.type:
        case "choice":
            return next((o.name for o in one.options if o.value == value), str(value))
        case "yes_no":
            return gettext("Yes") if value == "yes" else gettext("No")
        case "person_number":
            return masking.mask_person_number(str(value))
        case "phone":
            return masking.mask_phone(str(value))
        case "bank_account":
            return masking.mask_bank_account(str(value))
        case "date":
            try:
                return words.civil(clock.moment(str(value)).date())
            except ValueError:
                return str(value)
    return f"{value}{one.unit}"


def _qr(address: str) -> SafeString:
    # Drawn by segno from our own address: nothing in it comes from the request.
    return mark_safe(segno.make(address, error="m").svg_inline(scale=4, border=2, light="#fff"))


def _organ(uscc: str) -> str:
    try:
        return identity.organ(uscc).short
    except Refusal:
        return uscc

"""The page on which anyone checks a licence or a sealed document (核验): one for all ways."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tongban.client import licences as client
from tongban.domains.licences import actions, queries
from tongban.domains.licences.portal.words import MEANS, STANDINGS
from tongban.domains.licences.rules import CodeExpired, CodeForged, Standing
from tongban.domains.seals import queries as seals
from tongban.domains.seals.rules import Verdict
from tongban.kernel import clock
from tongban.kernel.crypto import masking
from tongban.kernel.errors import N_, Invalid, NotFound, Refusal
from tongban.kernel.identity import codes
from tongban.kernel.ui import layouts, menus, modes, refusals
from tongban.kernel.ui.access import open_to_all

MOST = 20 * 1024 * 1024
"""Bytes of a file that is handed over to be checked; it is kept nowhere."""
VERDICTS = {
    Verdict.GENUINE: ("green", N_("Sealed and unchanged"), N_("It is as it was when sealed.")),
    Verdict.CHANGED: (
        "red",
        N_("Changed since it was sealed"),
        N_("The seal is genuine, but this is not what was sealed. Do not trust it."),
    ),
    Verdict.FORGED: (
        "red",
        N_("The seal is not genuine"),
        N_("What looks like a seal was not made by an organ here. Do not trust it."),
    ),
    Verdict.UNSEALED: (
        "amber",
        N_("No seal in this file"),
        N_("It may be a print or a picture of a sealed document: only the file itself can prove."),
    ),
    Verdict.SEAL_LOST: (
        "red",
        N_("Sealed when the seal was no longer good"),
        N_("The seal had been reported lost, ended, or run out. Ask the organ."),
    ),
    Verdict.CERTIFICATE_UNKNOWN: (
        "red",
        N_("The seal's certificate is of nobody whom this city trusts"),
        N_("The signature holds, but not who is behind it. Do not trust it; ask the organ."),
    ),
    Verdict.CERTIFICATE_EXPIRED: (
        "red",
        N_("Sealed when the certificate had run out"),
        N_("The certificate of the seal's key was not valid on that day. Ask the organ."),
    ),
    Verdict.CERTIFICATE_REVOKED: (
        "red",
        N_("Sealed after the certificate had been revoked"),
        N_("Whoever held the key then may not have been the organ. Do not trust it."),
    ),
}


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for an identifier, or take a file: a licence's own, a sealed PDF or OFD."""
    typed = request.GET.get("identifier", "").strip()
    if typed:
        return redirect("verified", identifier=codes.normal(typed).replace("/", "")[:128] or "-")
    context: dict[str, Any] = {"layout": layouts.of(request), "at": clock.now()}
    if request.method != "POST":
        return modes.page(request, "licences/verify.html", context)
    try:
        return _of_file(request, context)
    except Refusal as refusal:
        if refusal.status not in {413, 422}:
            raise
        context["refusal"] = refusals.say(refusal)
        return modes.page(request, "licences/verify.html", context, status=refusal.status)


def _of_file(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    sent = request.FILES.get("file")
    if sent is None or not sent.size:
        raise Invalid({"file": [N_("Choose a file.")]})
    if sent.size > MOST:
        raise TooLarge()
    data = sent.read()
    if data.lstrip()[:1] == b"{":
        return _of_licence_file(request, data, context)
    said = seals.check_document(data)
    tone, says, means = VERDICTS[said.verdict]
    context |= {"said": said, "tone": tone, "says": gettext(says), "means": gettext(means)}
    return modes.page(request, "licences/sealed.html", context)


def _of_licence_file(request: HttpRequest, data: bytes, context: dict[str, Any]) -> HttpResponse:
    """By the signature as anyone would; and since we are here, by the status of this moment."""
    try:
        document = json.loads(data)
        found = queries.in_file(document)
        status = queries.status_list(found.organ) if found else None
        verdict = client.verify(document, keys=queries.keys(), now=clock.now(), status=status)
    except (ValueError, RecursionError, client.NotVerifiable):
        raise NotALicence() from None
    if verdict.standing == "forged" or found is None:
        standing = Standing.ALTERED
    else:
        standing = queries.verify(found.identifier).standing
    tone, says = STANDINGS[standing]
    context |= {
        "licence": found if verdict.standing != "forged" else None,
        "identifier": str(verdict.facts.get("identifier", "")),
        "tone": tone,
        "says": gettext(says),
        "means": gettext(MEANS[standing]),
        "reason": found.status_reason if found else "",
        "statements": _said(verdict.statements),
        "holder": "",
    }
    return modes.page(request, "licences/verified.html", context)


@open_to_all
@require_safe
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
    holder = str(found.record.get("holder", {}).get("name", ""))
    # A firm is public; of a person only enough to compare with who stands there.
    context |= _told(found.licence, found.standing)
    context["holder"] = holder if found.licence.entity else masking.mask_name(holder)
    return modes.page(request, "licences/verified.html", context)


@open_to_all
@require_safe
def shown(request: HttpRequest, token: str) -> HttpResponse:
    """A scanned code: whether it holds at this moment, and what its holder chose to show."""
    context: dict[str, Any] = {"layout": layouts.of(request), "at": clock.now()}
    try:
        found = queries.shown(token)
    except (CodeExpired, CodeForged) as refusal:
        context["refusal"] = refusals.say(refusal)
        return modes.page(request, "licences/verified.html", context, status=refusal.status)
    checked = queries.verify(found.licence.identifier)
    if request.method == "GET":
        actions.note_check(
            licence=found.licence,
            showing=found.showing.number,
            standing=checked.standing,
            shown=len(found.statements),
            by=menus.actor_of(request),
        )
    holder = str(checked.record.get("holder", {}).get("name", ""))
    context |= _told(found.licence, checked.standing)
    context["holder"] = holder if found.licence.entity else masking.mask_name(holder)
    context["statements"] = _said((one.pointer, one.label, one.value) for one in found.statements)
    context["live"] = True
    answer = modes.page(request, "licences/verified.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@open_to_all
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Our public keys, for those who verify offline."""
    return _public(queries.keys())


@open_to_all
@require_safe
def status(request: HttpRequest, issuer: str) -> HttpResponse:
    """The signed status list of one organ."""
    return _public(queries.status_list(issuer))


def _told(found: queries.Licence, standing: Standing) -> dict[str, Any]:
    tone, says = STANDINGS[standing]
    return {
        "licence": found,
        "tone": tone,
        "says": gettext(says),
        "means": gettext(MEANS[standing]),
        "holds": standing is Standing.VALID,
        "reason": found.status_reason,
    }


def _said(statements: Any) -> list[tuple[str, str]]:
    """Disclosed statements in words; the holder chose them, so nothing is masked."""
    return [
        (label, queries.in_words(pointer.removeprefix("fields."), value))
        for pointer, label, value in statements
    ]


def _public(document: dict[str, Any]) -> JsonResponse:
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    # Anyone's page may fetch these: they are signed or public, and tell nothing of who asks.
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "public, max-age=60"
    return answer


class TooLarge(Refusal):
    says = N_("The file is larger than 20 MB.")
    hint = N_("A licence or a letter is far smaller: choose the file as you received it.")
    status = 413


class NotALicence(Refusal):
    says = N_("This is not a licence's file.")
    hint = N_("Choose the file as you received it: PDF, OFD or JSON.")
    status = 422

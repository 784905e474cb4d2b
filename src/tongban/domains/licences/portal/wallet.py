"""The wallet (我的证照): what one holds, what it says, its copies, and errors reported."""

import json
from datetime import date, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tongban.domains.licences import actions, queries
from tongban.domains.licences.portal.words import (
    ACTS,
    MEANS,
    STANDINGS,
    organ_name,
    qr,
    said,
    standing_of,
    tone_of,
)
from tongban.domains.licences.rules import COPY_DAYS, Standing
from tongban.kernel import clock
from tongban.kernel.errors import Invalid
from tongban.kernel.ui import layouts, menus, modes
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.fields import FieldView, Option

HELD = {Standing.VALID, Standing.NOT_YET, Standing.SUSPENDED}


@signed_in
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """One's own licences and one's children's, or the firm's; those that hold before the others."""
    rows = list(queries.mine(by=menus.actor_of(request))[:200])
    cards = [(row, tone_of(row.type), standing_of(row)) for row in rows]
    context = {
        "cards": [card for card in cards if queries.standing(card[0]) in HELD],
        "ended": [card for card in cards if queries.standing(card[0]) not in HELD],
        "layout": layouts.of(request),
    }
    return modes.page(request, "licences/wallet.html", context)


@signed_in
@require_safe
def licence(request: HttpRequest, identifier: str) -> HttpResponse:
    """One licence: what it says, how to show it, who used and who checked it, what was done."""
    found = queries.own(identifier, by=menus.actor_of(request))
    checked = queries.verify(identifier)
    tone, says = STANDINGS[checked.standing]
    context = {
        "licence": found,
        "card_tone": tone_of(found.type),
        "tone": tone,
        "says": gettext(says),
        "means": gettext(MEANS[checked.standing]),
        "holds": checked.holds,
        "fields": [(label, text) for _, label, text in queries.face(found, masked=True)],
        "qr": qr(f"{settings.BASE_URL}/verify/{found.identifier}"),
        "uses": [(use, use.user or organ_name(use.organ)) for use in queries.uses_of(found)],
        "checks": [
            (check, _viewer(check), gettext(STANDINGS[Standing(check.standing)][1]))
            for check in queries.checks_of(found)
        ],
        "changes": [(one, gettext(ACTS[one.act])) for one in queries.changes_of(found)],
        "versions": [one for one in queries.versions_of(found) if one.pk != found.pk],
        "reports": [
            (one, queries.said(one), queries.answered(one)) for one in queries.reports_of(found)
        ],
        "layout": layouts.of(request),
        "crumbs": _crumbs(found),
    }
    return modes.page(request, "licences/licence.html", context)


@signed_in
@require_safe
def pdf(request: HttpRequest, identifier: str) -> HttpResponse:
    """The copy to print, sealed; the signed record is the licence."""
    by = menus.actor_of(request)
    found = queries.own(identifier, by=by)
    data = actions.pdf(licence=found, by=by, base_url=settings.BASE_URL)
    return _file(data, f"{found.type}-{found.pk}.pdf", "application/pdf")


@signed_in
@require_safe
def ofd(request: HttpRequest, identifier: str) -> HttpResponse:
    """The same as OFD."""
    by = menus.actor_of(request)
    found = queries.own(identifier, by=by)
    data = actions.ofd(licence=found, by=by, base_url=settings.BASE_URL)
    return _file(data, f"{found.type}-{found.pk}.ofd", "application/ofd", inline=False)


@signed_in
@require_safe
def offline(request: HttpRequest, identifier: str) -> HttpResponse:
    """The file that proves itself: with all it says, or with the lines the holder ticked."""
    found = queries.own(identifier, by=menus.actor_of(request))
    picked = request.GET.getlist("show")
    document = queries.presentation(found, pointers=picked if "some" in request.GET else None)
    data = json.dumps(document, ensure_ascii=False, indent=1).encode()
    return _file(data, f"{found.type}-{found.pk}.json", "application/json", inline=False)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, identifier: str) -> HttpResponse:
    """Make a copy good for one use (加注件)."""
    by = menus.actor_of(request)
    found = queries.own(identifier, by=by)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            use = actions.annotate(
                identifier=identifier,
                purpose=request.POST.get("purpose", ""),
                user=request.POST.get("user", ""),
                valid_to=_day(request.POST.get("valid_to", "")),
                by=by,
            )
        except Invalid as invalid:
            problems = said(invalid.problems)
        else:
            return redirect("licence-copy-pdf", identifier, use.pk)
    today, sent = clock.today(), request.POST
    last = today + timedelta(days=COPY_DAYS)
    if found.valid_to:
        last = min(last, found.valid_to)
    fields = [
        FieldView(
            name="user",
            label=gettext("Who will use it"),
            value=sent.get("user", ""),
            hint=gettext("The bank, school or office; it is printed on the copy."),
            errors=problems.get("user", ()),
            attrs={"maxlength": "60"},
        ),
        FieldView(
            name="purpose",
            label=gettext("What for"),
            value=sent.get("purpose", ""),
            errors=problems.get("purpose", ()),
            attrs={"maxlength": "60"},
        ),
        FieldView(
            name="valid_to",
            label=gettext("Good until"),
            kind="date",
            value=sent.get("valid_to", "") or min(today + timedelta(days=30), last).isoformat(),
            errors=problems.get("valid_to", ()),
            attrs={"min": today.isoformat(), "max": last.isoformat()},
        ),
    ]
    context = {
        "licence": found,
        "fields": fields,
        "layout": layouts.of(request),
        "crumbs": _crumbs(found, gettext("A copy for one use")),
    }
    return modes.page(request, "licences/copy.html", context, status=422 if problems else 200)


@signed_in
@require_safe
def copy_pdf(request: HttpRequest, identifier: str, use: int) -> HttpResponse:
    """The copy made for a use, by its holder or for a case."""
    by = menus.actor_of(request)
    found = queries.use_of(queries.own(identifier, by=by), use)
    data = actions.annotated(use=found, by=by, base_url=settings.BASE_URL)
    return _file(data, f"copy-{found.pk}.pdf", "application/pdf")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, identifier: str) -> HttpResponse:
    """Report what is wrong on a licence."""
    by = menus.actor_of(request)
    found = queries.own(identifier, by=by)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            actions.report(
                identifier=identifier,
                pointers=request.POST.getlist("pointers"),
                words=request.POST.get("words", ""),
                by=by,
            )
        except Invalid as invalid:
            problems = said(invalid.problems)
        else:
            return redirect(f"{reverse('licence', args=[identifier])}#reports")
    fields = [
        FieldView(
            name="pointers",
            label=gettext("Which lines are wrong?"),
            kind="checkboxes",
            options=_lines(found, set(request.POST.getlist("pointers"))),
            errors=problems.get("pointers", ()),
        ),
        FieldView(
            name="words",
            label=gettext("How should it read, and why?"),
            kind="textarea",
            value=request.POST.get("words", ""),
            errors=problems.get("words", ()),
            attrs={"maxlength": "1000"},
        ),
    ]
    context = {
        "licence": found,
        "fields": fields,
        "layout": layouts.of(request),
        "crumbs": _crumbs(found, gettext("Report an error")),
    }
    return modes.page(request, "licences/report.html", context, status=422 if problems else 200)


def _lines(found: queries.Licence, chosen: set[str]) -> list[Option]:
    holder = str(queries.record(found)["holder"].get("name", ""))
    lines = [("holder.name", gettext("Holder"), holder)]
    lines += [
        (f"fields.{key}", label, text) for key, label, text in queries.face(found, masked=True)
    ]
    return [Option(key, f"{label}：{text}", chosen=key in chosen) for key, label, text in lines]


def _viewer(check: queries.LicenceCheck) -> str:
    organ = organ_name(check.organ)
    if organ:
        return organ
    if check.viewer == "nobody":
        return gettext("Someone who was not signed in")
    return gettext("A signed-in user")


def _crumbs(found: queries.Licence, last: str = "") -> list[tuple[str, str]]:
    rows = [
        (gettext("Home"), "/"),
        (gettext("My licences"), reverse("licences")),
        (found.name, reverse("licence", args=[found.identifier]) if last else ""),
    ]
    return [*rows, (last, "")] if last else rows


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


def _file(data: bytes, name: str, content_type: str, *, inline: bool = True) -> HttpResponse:
    answer = HttpResponse(data, content_type=content_type)
    how = "inline" if inline else "attachment"
    answer["Content-Disposition"] = f'{how}; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer

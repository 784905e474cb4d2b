"""The pick-up desk (统一出件): results on paper that wait, handed out against a signature."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tongban.connectors import identity_readers
from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import ending
from tongban.domains.cases.queries import office
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.workbench import forms
from tongban.doors.workbench.window import desk
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import masking
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.documents import renderer
from tongban.kernel.errors import NotFound, Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import lights, modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.fields import FieldView
from tongban.kernel.ui.lights import Light
from tongban.kernel.ui.menus import actor_of
from tongban.kernel.ui.refusals import BadRequest

ROWS = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One result that waits at the desk."""

    case_no: str
    title: str
    whose: str
    is_posted: bool
    coming: Any
    """The parcel in which it comes from another city; None once it is here."""
    light: Light


@require_safe
@demands("case.deliver")
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits, the most urgent first; found by the case's number or the applicant's document."""
    by = actor_of(request)
    words = request.GET.get("q", "").strip()[:60]
    rows = cases.handovers(by=by)
    if words:
        rows = rows.filter(_of(words))
    if after := _place(request.GET.get("after", "")):
        day, key = after
        rows = rows.filter(Q(matter__due_on__gt=day) | Q(matter__due_on=day, pk__gt=key))
    found = list(rows[: ROWS + 1])
    last = found[ROWS - 1] if len(found) > ROWS else None
    more = ""
    if last:
        more = urlencode({"q": words, "after": f"{last.matter.due_on}:{last.pk}"})
    context = {"words": words, "rows": [_row(row) for row in found[:ROWS]], "more": more}
    return modes.page(request, "workbench/pickup.html", context)


@require_safe
@demands("case.deliver")
def result(request: HttpRequest, case_no: str) -> HttpResponse:
    """One result, and the receipt to fill in."""
    return _page(request, _handover(case_no, by=actor_of(request)))


@require_POST
@demands("case.deliver")
def read(request: HttpRequest, case_no: str) -> HttpResponse:
    """Read the document of whoever takes it into the receipt."""
    by = actor_of(request)
    found = _handover(case_no, by=by)
    if settings.TONGBAN_DEMO and "card" in request.POST:
        identity_readers.simulated().lay(desk=desk(by), card=request.POST["card"][:60])
    try:
        card = identity_readers.read(desk=desk(by))
    except Refusal as refusal:
        return _page(request, found, refusal=refusal)
    sent = QueryDict(mutable=True)
    sent.update({"name": card.name, "document": card.number})
    return _page(request, found, sent=sent)


@require_POST
@demands("case.deliver")
def hand_out(request: HttpRequest, case_no: str) -> HttpResponse:
    """Hand it out to whoever signed for it."""
    by, sent = actor_of(request), request.POST
    found = _handover(case_no, by=by)
    try:
        if not sent.get("signed"):
            raise state.ReceiptMissing()
        ending.hand_out(
            case_no=case_no,
            receipt={"name": sent.get("name", "")[:80], "document": sent.get("document", "")[:40]},
            version=_version(sent.get("version", "")),
            key=sent.get("key", "")[:80],
            by=by,
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(request, found, sent=sent, refusal=refusal)
    return redirect(reverse("office-pickup-result", args=[case_no]) + "?done=1")


@require_safe
@demands("case.deliver")
def receipt(request: HttpRequest, case_no: str) -> HttpResponse:
    """The receipt (送达回证) to be signed by hand, before or after the result is handed out."""
    by = actor_of(request)
    row = _handover(case_no, by=by)
    signed = cases.opened(row.receipt, cases.RECEIPT)
    organ = identity.organ(row.matter.organ)
    number = signed.get("document", "")
    data = renderer.render(
        "letter",
        {
            "organ": organ.name,
            "title": "送达回证",
            "number": case_no,
            "addressee": row.case.application.addressee,
            "paragraphs": [
                f"送达文书：{row.case.matter.title}（办件编号 {case_no}）。",
                f"领取人：{signed.get('name') or '________________'}",
                f"证件号码：{masking.mask_person_number(number) if number else '________________'}",
                "领取人（签名）：________________　　签收日期：________________",
            ],
            "table": None,
            "date": papers.chinese_date(clock.moment(row.received_at or clock.now()).date()),
            "made_at": clock.moment(row.received_at or clock.now()),
            "demo": settings.TONGBAN_DEMO,
            "seal": False,
        },
    )
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="handed-{case_no[-12:]}.pdf"'
    return response


def _of(words: str) -> Q:
    """By the number of the case or the filing, of a firm, or of a person's document."""
    known = Q(case__case_no=words) | Q(case__application__number=words) | Q(case__entity=words)
    person = identity.person_by_number(words)
    return known | Q(case__person=person.pk) if person else known


def _place(text: str) -> tuple[date, int] | None:
    day, _, key = text.partition(":")
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


def _version(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadRequest()
    return int(text)


def _handover(case_no: str, *, by: Actor) -> Any:
    found = office.handed_by_desk(case_no, by=by)
    if found is None:
        raise NotFound()
    return found


def _row(row: Any) -> Waiting:
    return Waiting(
        case_no=row.case.case_no,
        title=row.matter.title,
        whose=row.matter.detail,
        is_posted=row.way == state.Delivery.POST,
        coming=_coming(row),
        light=_light(row),
    )


def _coming(row: Any) -> Any:
    found = getattr(row.case, "sent_back", None)
    return None if found is None or found.arrived_at else found


def _light(row: Any) -> Light:
    return lights.light(
        today=clock.today(),
        calendar=deadlines.calendar(row.matter.calendar),
        due_on=row.matter.due_on,
        yellow_on=row.matter.yellow_on,
        state=row.matter.state,
    )


def _page(
    request: HttpRequest,
    row: Any,
    *,
    sent: QueryDict | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    sent = sent or QueryDict()
    cards = identity_readers.simulated().cards() if settings.TONGBAN_DEMO else {}
    is_handed = row.received_at is not None
    context = {
        "row": _row(row),
        "handover": row,
        "is_handed": is_handed,
        "item": None if is_handed else cases.desk_item(row),
        "key": sent.get("key") or forms.fresh_key(),
        "fields": [
            FieldView("name", gettext("Name of whoever takes it"), value=sent.get("name", "")),
            FieldView("document", gettext("Number of their document"),
                      value=sent.get("document", "")),
        ],
        "signed": bool(sent.get("signed")),
        "said": refusals.say(refusal) if refusal else None,
        "cards": [(key, card.name) for key, card in cards.items()],
        "toasts": (
            [{"tone": "", "text": gettext("Handed out; the case is closed.")}]
            if request.GET.get("done") and is_handed
            else []
        ),
    }  # fmt: skip
    status = refusal.status if refusal else 200
    return modes.page(request, "workbench/result.html", context, status=status)

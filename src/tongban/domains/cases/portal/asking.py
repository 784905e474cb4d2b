"""What an applicant may ask for in one form: a person, a hearing, another look, a correction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.cases import queries
from tongban.domains.cases.actions import determination, hearings, linked
from tongban.domains.cases.portal import filings, rows
from tongban.domains.cases.queries import pages
from tongban.domains.cases.rules.state import Purpose
from tongban.domains.licences import queries as wallet
from tongban.kernel.actor import Actor
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, NotFound
from tongban.kernel.ui import layouts, menus, modes
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.fields import FieldView, Option


@dataclass(frozen=True, slots=True)
class Asked:
    """What was written in the form."""

    case_no: str
    reasons: str
    values: Mapping[str, str]
    by: Actor


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that may be asked for, in the words of its page."""

    title: str
    says: str
    button: str
    do: Callable[[Asked], Any]
    wants_reasons: bool = False
    wants_field: bool = False
    may_name_field: bool = False
    """Which value is wrong may be named; who objects to the whole names none."""


def _linked(purpose: Purpose) -> Callable[[Asked], Any]:
    def do(asked: Asked) -> Any:
        return linked.ask(
            case_no=asked.case_no,
            purpose=purpose,
            reasons=asked.reasons,
            values=asked.values,
            by=asked.by,
        )

    return do


ASKS: Mapping[str, Ask] = {
    "person": Ask(
        N_("Let a person decide"),
        N_("A published rule would decide this at once. You may have a person decide instead; that"
           " takes up to the promised days."),
        N_("Have a person decide"),
        lambda asked: determination.ask_for_a_person(case_no=asked.case_no, by=asked.by),
    ),
    "hearing": Ask(
        N_("Ask for a hearing"),
        N_("You are heard before this is decided. It costs you nothing, and the days until then do"
           " not count."),
        N_("Ask for the hearing"),
        lambda asked: hearings.ask(case_no=asked.case_no, by=asked.by),
    ),
    "reconsider": Ask(
        N_("Object: let a person look again"),
        N_("A published rule decided this. A person of another post than the rule's makes looks at"
           " it again, and confirms or replaces the decision. Your other remedies remain."),
        N_("Object"),
        _linked(Purpose.RECONSIDER),
        wants_reasons=True,
        may_name_field=True,
    ),
    "correct": Ask(
        N_("Ask for a correction"),
        N_("What reads wrong is put right by a case of its own; the old one stays as it was."),
        N_("Ask for the correction"),
        _linked(Purpose.CORRECT),
        wants_reasons=True,
        wants_field=True,
    ),
    "annul": Ask(
        N_("Give the licence up"),
        N_("It is struck off by a case of its own, and holds no longer from that day."),
        N_("Give it up"),
        _linked(Purpose.ANNUL),
        wants_reasons=True,
    ),
}  # fmt: skip


@signed_in
def ask(request: HttpRequest, number: str, case_no: str, what: str) -> HttpResponse:
    """One form for what may be asked in a case; what law does not allow now is not there."""
    by = menus.actor_of(request)
    asked = ASKS.get(what)
    shown = pages.progress(queries.application(number, by=by))
    lane = filings.lane_of(shown, case_no)
    if asked is None or (what not in lane.asks and request.method != "POST"):
        raise NotFound()
    fields, values, problems = _fields(request, asked, lane)
    if request.method == "POST" and not problems:
        reasons = request.POST.get("reasons", "").strip()
        made = asked.do(Asked(case_no=case_no, reasons=reasons, values=values, by=by))
        return redirect("progress", number=made.application.number)
    context = {
        "asked": asked,
        "title": gettext(asked.title),
        "says": gettext(asked.says),
        "button": gettext(asked.button),
        "fields": fields,
        "lane": lane,
        "application": shown.application,
        "layout": layouts.of(request),
        "crumbs": [
            (gettext("My cases"), reverse("my")),
            (number, reverse("progress", args=[number])),
            (gettext(asked.title), ""),
        ],
    }
    return modes.page(request, "cases/ask.html", context, status=422 if problems else 200)


def _fields(
    request: HttpRequest, asked: Ask, lane: pages.Lane
) -> tuple[list[FieldView], dict[str, str], dict[str, str]]:
    """The fields of the form, what was chosen to read otherwise, and what is missing."""
    posted = request.POST
    problems: dict[str, str] = {}
    fields: list[FieldView] = []
    values: dict[str, str] = {}
    missing = gettext("Please fill this in.")
    choices = _readable(lane) if asked.wants_field or asked.may_name_field else {}
    if asked.wants_field or choices:
        pointer, value = posted.get("field", ""), posted.get("value", "").strip()
        if request.method == "POST" and (asked.wants_field or pointer or value):
            if pointer not in choices:
                problems["field"] = missing
            if not value or len(value) > 200:
                problems["value"] = missing
            values = {pointer: value}
        fields.append(
            FieldView(
                name="field",
                label=gettext("What reads wrong"),
                kind="select",
                value=pointer,
                required=asked.wants_field,
                options=[
                    *([] if asked.wants_field else [Option("", gettext("The whole decision"))]),
                    *(Option(key, label) for key, label in choices.items()),
                ],
                errors=_of(problems, "field"),
            )
        )
        fields.append(
            FieldView(
                name="value",
                label=gettext("What should stand there"),
                value=value,
                required=asked.wants_field,
                errors=_of(problems, "value"),
            )
        )
    if asked.wants_reasons:
        reasons = posted.get("reasons", "").strip()
        if request.method == "POST" and not 0 < len(reasons) <= 2000:
            problems["reasons"] = missing
        fields.append(
            FieldView(
                name="reasons",
                label=gettext("Why"),
                kind="textarea",
                value=reasons,
                hint=gettext("In your own words; whoever looks at it reads it."),
                errors=_of(problems, "reasons"),
            )
        )
    return fields, values, problems


def _of(problems: Mapping[str, str], name: str) -> list[str]:
    return [problems[name]] if name in problems else []


def _readable(lane: pages.Lane) -> dict[str, str]:
    """What the licences of the case say, by pointer, in words."""
    form: eforms.Form = queries.forms([lane.item])
    found: dict[str, str] = {}
    for licence in lane.licences:
        for pointer, value in wallet.record(licence)["fields"].items():
            if one := form.by_key.get(pointer):
                found[pointer] = f"{rows.full_label(one)}：{rows.text_of(one, value)}"
    return found

"""What holders reported as wrong (证照纠错): corrected by a next version, or answered."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tongban.domains.licences import actions, queries
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.processes import queries as flow
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.fields import FieldView, Option
from tongban.kernel.ui.menus import actor_of

OUTCOMES = {
    "corrected": N_("It is wrong; correct it"),
    "unfounded": N_("It is right as it stands"),
}


@require_safe
@demands("licence.correct")
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for the post, the nearest due first."""
    context = {"rows": queries.reports_waiting(by=actor_of(request))}
    return modes.page(request, "licences/office/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@demands("licence.correct")
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: the lines that are said to be wrong, and the answer."""
    by = actor_of(request)
    report = queries.report_to_answer(pk, by=by)
    fields = {key: (label, text) for key, label, text in queries.face(report.licence)}
    named = [one.removeprefix("fields.") for one in report.pointers]
    raw = queries.record(report.licence)["fields"]
    problems: dict[str, list[str]] = {}
    sent = request.POST
    if request.method == "POST":
        values = {
            key: sent.get(f"v-{key}", "").strip()
            for key in named
            if key in fields and sent.get(f"v-{key}", "").strip() not in {"", str(raw[key])}
        }
        version = sent.get("version", "")
        try:
            actions.answer(
                report=pk,
                outcome=sent.get("outcome", ""),
                answer=sent.get("answer", ""),
                values=values,
                version=int(version) if version.isdecimal() else 0,
                by=by,
            )
        except Invalid as invalid:
            problems = {
                name: [gettext(one) for one in lines] for name, lines in invalid.problems.items()
            }
        else:
            return redirect("office-licence-reports")
    items = flow.open_items(report.matter_id or 0)
    context = {
        "report": report,
        "words": queries.said(report),
        "answer": queries.answered(report),
        "version": items[0].version if items else None,
        "lines": [(key, *fields[key]) for key in named if key in fields],
        "fields": _form(named, fields, raw, sent, problems),
        "problems": problems,
    }
    return modes.page(
        request, "licences/office/report.html", context, status=422 if problems else 200
    )


def _form(
    named: list[str],
    fields: Mapping[str, tuple[str, str]],
    raw: Mapping[str, object],
    sent: Mapping[str, str],
    problems: Mapping[str, list[str]],
) -> list[FieldView]:
    rows = [
        FieldView(
            name="outcome",
            label=gettext("What did you find?"),
            kind="radio",
            options=[
                Option(key, gettext(text), chosen=sent.get("outcome") == key)
                for key, text in OUTCOMES.items()
            ],
            errors=problems.get("outcome", ()),
        )
    ]
    rows += [
        FieldView(
            name=f"v-{key}",
            label=fields[key][0],
            value=sent.get(f"v-{key}", str(raw[key])),
            required=False,
            errors=problems.get("values", ()),
        )
        for key in named
        if key in fields
    ]
    rows.append(
        FieldView(
            name="answer",
            label=gettext("The answer"),
            kind="textarea",
            value=sent.get("answer", ""),
            hint=gettext("The holder reads it as it stands."),
            errors=problems.get("answer", ()),
            attrs={"maxlength": "1000"},
        )
    )
    return rows

"""Automatic rules: on or off, what they did, their golden cases, replay, and shadow runs."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tongban.domains.cases.actions import shadowing, switching
from tongban.domains.cases.queries import ruling
from tongban.domains.cases.rules import guards
from tongban.domains.cases.rules.guards import Guard
from tongban.domains.services.rules import automatic
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue import rules as definitions
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.fields import FieldView
from tongban.kernel.ui.menus import actor_of

OUTCOMES = {
    automatic.GRANT: N_("granted"),
    automatic.NEED_INPUT: N_("asks for input"),
    automatic.HUMAN: N_("to a person"),
}


@require_safe
@demands("rule.switch")
def overview(request: HttpRequest) -> HttpResponse:
    """Every automatic rule with its switch and what it did."""
    rules = ruling.rules_in_force(by=actor_of(request))
    return modes.page(request, "cases/office/rules.html", {"rules": rules})


@require_safe
@demands("rule.switch")
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """One rule: its rows, its golden cases, its last looks, its switch."""
    return _page(request, key)


@require_POST
@demands("rule.switch")
def switch(request: HttpRequest, key: str) -> HttpResponse:
    """Off at once; on again by a second person."""
    by = actor_of(request)
    reason = request.POST.get("reason", "")
    try:
        match request.POST.get("act"):
            case "off":
                switching.turn_off(rule=key, reason=reason, by=by)
            case "ask":
                switching.ask_to_turn_on(rule=key, reason=reason, by=by)
            case "on":
                switching.turn_on(rule=key, by=by)
            case _:
                raise NotFound()
    except Invalid as invalid:
        return _page(request, key, problems=invalid.problems, status=422)
    return redirect("office-rule", key)


@require_POST
@demands("rule.switch")
def replay(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Evaluate a past look again: the same inputs and the same version give the same hash."""
    found = ruling.look(pk, by=actor_of(request))
    if found.rule != key:
        raise NotFound()
    again = ruling.replayed(found)
    return _page(
        request, key, replayed={"look": found, "again": again, "same": again == found.trace_hash}
    )


@require_POST
@demands("rule.switch")
def shadow(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a version that is not in force on past cases; its page shows the differences."""
    shadowing.ask(definition=pk, by=actor_of(request))
    return redirect("office-definition", pk)


def _page(
    request: HttpRequest,
    key: str,
    *,
    problems: Mapping[str, list[str]] | None = None,
    replayed: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    by = actor_of(request)
    found = ruling.rule_in_force(key, by=by)
    body = found.version.body
    context = {
        "rule": found,
        "inputs": [row.get("label", "") for row in body.get("inputs", ())],
        "rows": [
            (
                row.get("key", ""),
                [guards.in_words(str(test)) for test in row.get("when", ())],
                gettext(OUTCOMES.get(str(row["then"][0]).strip('"'), N_("to a person"))),
                row.get("law", ""),
            )
            for row in body.get("rules", ())
        ],
        "sample": body.get("sample", 0),
        "near": [row["label"] for row in body.get("near", ())],
        "credit": bool(body.get("credit")),
        "golden": _golden(body),
        "looks": [
            (row, [guards.WORDS[Guard(code)] for code in row.guards])
            for row in ruling.looks(key, by=by)
        ],
        "may_turn_on": bool(found.switch.asked_by) and found.switch.asked_by != by.key,
        "reason": FieldView(
            name="reason",
            label=gettext("Reason"),
            kind="textarea",
            value=request.POST.get("reason", ""),
            errors=[gettext(text) for text in (problems or {}).get("reason", ())],
        ),
        "replayed": replayed,
        "crumbs": [(gettext("Automatic rules"), reverse("office-rules")), (found.name, "")],
    }
    return modes.page(request, "cases/office/rule.html", context, status=status)


def _golden(body: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    return [
        (one.name, gettext(OUTCOMES.get(one.outcome, N_("to a person"))), one.holds)
        for one in automatic.golden(body)
    ]


def preview(body: Mapping[str, Any], known: Known) -> Mapping[str, Any]:
    """What the second signer sees of a rule: its golden cases, and the differences it makes."""
    content = definitions.content_hash(body)
    run = ruling.shadow_of(content)
    key = str(body.get("key", ""))
    draft = next(
        (row for row in catalogue.open_drafts("decision", key) if row.content_hash == content),
        None,
    )
    return {
        "golden": _golden(body),
        "run": run,
        "draft": draft,
        "needs_trial": ruling.needs_trial(key, content),
        "differences": [
            (
                row.case.case_no,
                gettext(OUTCOMES.get(row.before, N_("to a person"))),
                gettext(OUTCOMES.get(row.after, N_("to a person"))),
                row.case.result,
            )
            for row in (ruling.differences(run) if run else ())
        ],
    }

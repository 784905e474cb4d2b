"""What the city has written (定义库): versions, drafts that wait, and the second signature."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.doors.workbench.definitions import saying, trying
from tongban.doors.workbench.definitions.kinds import STATES, label_of, writable
from tongban.doors.workbench.definitions.sheets.all import SHEETS
from tongban.kernel.catalogue import actions, kinds, queries
from tongban.kernel.catalogue.rules import Faulty, changes
from tongban.kernel.errors import NotFound, Refusal
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

WRITERS = ("definition.draft", "definition.publish")


@require_safe
@demands(*WRITERS)
def overview(request: HttpRequest) -> HttpResponse:
    """Every kind with how many are in force, and the drafts that wait."""
    by = actor_of(request)
    listed = [
        (kind.name, label_of(kind.name), len(queries.all_current(kind.name)))
        for kind in kinds.all_kinds()
    ]
    context = {
        "kinds": listed,
        "drafts": [_stated(row) for row in queries.drafts(by=by)],
        "may_write": by.may("definition.draft"),
    }
    return modes.page(request, "workbench/definitions/overview.html", context)


@require_safe
@demands(*WRITERS)
def kind(request: HttpRequest, name: str) -> HttpResponse:
    """What of one kind is in force."""
    known = kinds.get(name)
    if known is None:
        raise NotFound()
    words = request.GET.get("q", "").strip()
    versions = [
        v for v in queries.all_current(name) if words in v.title or words.lower() in v.key.lower()
    ]
    page = Paginator(versions, 50).get_page(request.GET.get("page"))
    context = {
        "name": name,
        "label": label_of(name),
        "page": page,
        "words": words,
        "may_write": actor_of(request).may("definition.draft") and name in writable(),
    }
    return modes.page(request, "workbench/definitions/kind.html", context)


@require_safe
@demands(*WRITERS)
def definition(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it says, what it changes, and its history."""
    return _page(request, pk)


@require_POST
@demands(*WRITERS)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit, publish or send back; what can be mended is said on the page itself."""
    by, name = actor_of(request), request.POST.get("act", "")
    try:
        if name == "submit":
            actions.submit(definition=pk, by=by)
        elif name == "publish":
            actions.publish(definition=pk, by=by, expected=request.POST.get("expected", "-"))
        elif name == "refuse":
            actions.refuse(definition=pk, reason=request.POST.get("reason", ""), by=by)
        elif name == "discard":
            actions.discard(definition=pk, by=by)
            return redirect("office-definitions")
        else:
            raise refusals.BadRequest()
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        return _page(request, pk, refusal=refusal)
    return redirect("office-definition", pk)


def _page(request: HttpRequest, pk: int, refusal: Refusal | None = None) -> HttpResponse:
    by, row = actor_of(request), queries.definition(pk)
    history = queries.history(row.kind, row.key)
    before = next((one for one in history if one.no < row.no and one.published_at), None)
    is_author = queries.is_author(row, by)
    text = saying.text_of(row.body)
    is_open = row.status in {"draft", "submitted"}
    found = queries.faults(row.kind, row.key, row.body) if is_open else []
    if isinstance(refusal, Faulty):
        found = list(refusal.faults)
    faults = saying.say(found, text)
    context = {
        "row": row,
        "kind_label": label_of(row.kind),
        "state": STATES[row.status],
        "before": before,
        "changes": [
            (c.where, _short(c.before), _short(c.after)) for c in changes(before.body, row.body)
        ]
        if before
        else [],
        "lines": saying.numbered(text, faults),
        "faults": faults,
        "warnings": saying.say(queries.warnings(row.kind, row.key, row.body), text)
        if is_open and not faults
        else [],
        "previews": trying.previews(row) if is_open else [],
        "history": [_stated(one) for one in history],
        "is_author": is_author,
        "may_publish": row.status == "submitted" and by.may("definition.publish"),
        "may_refuse": row.status == "submitted" and (is_author or by.may("definition.publish")),
        "may_submit": row.status == "draft" and is_author and by.may("definition.draft"),
        "may_revise": row.status != "draft" and by.may("definition.draft"),
        "edit_section": SHEETS[row.kind].sections({})[0].key if row.kind in SHEETS else "",
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "workbench/definitions/definition.html", context, status=status)


def _stated(row: Any) -> tuple[Any, str, str]:
    return (row, *STATES[row.status])


def _short(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:600]

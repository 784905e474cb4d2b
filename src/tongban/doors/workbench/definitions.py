"""What the city has written (定义库): versions, drafts that wait, and the second signature."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.kernel.catalogue import actions, kinds, queries
from tongban.kernel.catalogue.rules import changes
from tongban.kernel.errors import N_, NotFound, Refusal
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

WRITERS = ("definition.draft", "definition.publish")

KINDS = {
    "city": N_("City"),
    "decision": N_("Decision tables"),
    "element": N_("Data elements"),
    "licence_type": N_("Types of licence"),
    "one_thing": N_("One-things"),
    "process": N_("Stage graphs"),
    "register": N_("Registers"),
    "reviews": N_("Reviews"),
    "role": N_("Roles"),
    "service_item": N_("Service items"),
    "synonyms": N_("Everyday words"),
}
STATES = {
    "draft": (N_("draft"), ""),
    "submitted": (N_("waits for the second person"), "amber"),
    "published": (N_("published"), "green"),
    "retired": (N_("ended"), ""),
    "refused": (N_("sent back"), "red"),
}


@require_safe
@demands(*WRITERS)
def overview(request: HttpRequest) -> HttpResponse:
    """Every kind with how many are in force, and the drafts that wait."""
    by = actor_of(request)
    listed = [
        (kind.name, KINDS.get(kind.name, kind.name), len(queries.all_current(kind.name)))
        for kind in kinds.all_kinds()
    ]
    context = {"kinds": listed, "drafts": [_stated(row) for row in queries.drafts(by=by)]}
    return modes.page(request, "workbench/definitions.html", context)


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
    context = {"name": name, "label": KINDS.get(name, name), "page": page, "words": words}
    return modes.page(request, "workbench/kind.html", context)


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
        else:
            raise refusals.BadRequest()
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(request, pk, refusal=refusal)
    return redirect("office-definition", pk)


def _page(request: HttpRequest, pk: int, refusal: Refusal | None = None) -> HttpResponse:
    by, row = actor_of(request), queries.definition(pk)
    history = queries.history(row.kind, row.key)
    before = next((one for one in history if one.no < row.no and one.published_at), None)
    is_author = by.key == row.author or (by.person is not None and by.person == row.author_person)
    context = {
        "row": row,
        "kind_label": KINDS.get(row.kind, row.kind),
        "state": STATES[row.status],
        "before": before,
        "changes": [
            (c.where, _short(c.before), _short(c.after)) for c in changes(before.body, row.body)
        ]
        if before
        else [],
        "lines": _lines(row.body),
        "history": [_stated(one) for one in history],
        "is_author": is_author,
        "may_publish": row.status == "submitted" and by.may("definition.publish"),
        "may_refuse": row.status == "submitted" and (is_author or by.may("definition.publish")),
        "may_submit": row.status == "draft" and is_author and by.may("definition.draft"),
        "said": refusals.say(refusal) if refusal else None,
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "workbench/definition.html", context, status=status)


def _stated(row: Any) -> tuple[Any, str, str]:
    return (row, *STATES[row.status])


def _short(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:600]


def _lines(body: Any) -> list[tuple[str, str]]:
    """The plain values of a definition first, one a line; lists and tables as their own text."""
    plain = [(k, v) for k, v in body.items() if not isinstance(v, list | dict)]
    nested = [(k, v) for k, v in body.items() if isinstance(v, list | dict)]
    return [(k, str(v)) for k, v in plain] + [
        (k, json.dumps(v, ensure_ascii=False, indent=1)) for k, v in nested
    ]

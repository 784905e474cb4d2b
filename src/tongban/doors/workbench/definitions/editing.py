"""Writing a definition in the browser (编制): a sheet for those who write no code, or its text."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from tongban.doors.workbench.definitions import entries, saying
from tongban.doors.workbench.definitions.choices import Choices
from tongban.doors.workbench.definitions.kinds import label_of, writable
from tongban.doors.workbench.definitions.sheets import Section
from tongban.doors.workbench.definitions.sheets.all import SHEETS, section_of
from tongban.kernel import clock
from tongban.kernel.catalogue import actions, lines, queries
from tongban.kernel.catalogue.rules import Faulty, content_hash
from tongban.kernel.errors import Invalid, NotFound, Refusal, Stale
from tongban.kernel.ui import modes, refusals
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of

WRITE = "definition.draft"
TEXT_AT_MOST = 400_000


@require_http_methods(["GET", "HEAD", "POST"])
@demands(WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a definition from an empty template, or from a copy of one that exists."""
    sent = request.POST if request.method == "POST" else request.GET
    if request.method != "POST":
        return _new_page(request, sent)
    kind, key = sent.get("kind", ""), sent.get("key", "").strip()
    try:
        if kind not in writable():
            raise NotFound()
        body = _first_body(kind, key, sent.get("name", "").strip(), sent.get("copy_of", "").strip())
        row = actions.begin(kind=kind, key=key, body=body, by=actor_of(request), is_new=True)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _new_page(request, sent, refusal)
    return redirect(_first_page(row.kind, row.pk))


def _first_body(kind: str, key: str, name: str, copied: str) -> dict[str, Any]:
    if copied:
        original = queries.head(kind, copied)
        if original is None:
            raise Invalid({"copy_of": [gettext("There is no definition with this key.")]})
        return {**original.body, "key": key, **({"name": name} if name else {})}
    sheet = SHEETS.get(kind)
    return {"key": key, "name": name, **(sheet.fresh if sheet else {})}


def _new_page(request: HttpRequest, sent: Any, refusal: Refusal | None = None) -> HttpResponse:
    kind = sent.get("kind", "service_item")
    if kind not in writable():
        raise NotFound()
    said = refusals.say(refusal) if refusal else None
    if isinstance(refusal, Faulty) and said:
        said.problems.clear()
        for fault in refusal.faults:
            said.problems.setdefault(fault.where, []).append(saying.sentence(fault))
    context = {
        "kinds": [(name, gettext(label_of(name)), name == kind) for name in writable()],
        "kind": kind,
        "label": label_of(kind),
        "existing": [(row.key, row.title) for row in queries.heads(kind).defer("body")],
        "sent": sent,
        "said": said,
        "problems": (said.problems if said else {}),
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "workbench/definitions/new.html", context, status=status)


@require_POST
@demands(WRITE)
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on from a version: one's open draft of the key, or a new one with the same words."""
    row = queries.definition(pk)
    began = actions.begin(kind=row.kind, key=row.key, body=row.body, by=actor_of(request))
    return redirect(_first_page(began.kind, began.pk))


def _first_page(kind: str, pk: int) -> str:
    if kind in SHEETS:
        return reverse("office-definition-edit", args=[pk, SHEETS[kind].sections({})[0].key])
    return reverse("office-definition-text", args=[pk])


@require_http_methods(["GET", "HEAD", "POST"])
@demands(WRITE)
def edit(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One section of a draft; every button saves first."""
    row = _mine(request, pk)
    here = _section(row, section)
    if request.method != "POST":
        return _edit_page(request, row, here, row.body)
    sent, act = request.POST, request.POST.get("do", "save")
    made = entries.read(here, row.body, sent)
    by = actor_of(request)
    try:
        _check_seen(row, made, sent.get("expected", ""))
        kept = actions.keep(definition=pk, body=made, expected=row.content_hash, by=by)
        place = ""
        if "." in act:
            changed = dict(kept.body)
            place = entries.change_rows(here, changed, act)
            kept = actions.keep(definition=pk, body=changed, expected=kept.content_hash, by=by)
    except (Faulty, Stale) as refusal:
        row.refresh_from_db()
        return _edit_page(request, row, here, made, refusal)
    if refusals.is_htmx(request):
        return modes.page(
            request, "workbench/definitions/parts/saved.html", {"row": kept, "at": clock.now()}
        )
    if act.startswith("to:") and _find(kept, act.removeprefix("to:")):
        return redirect("office-definition-edit", pk, act.removeprefix("to:"))
    if act == "done":
        return redirect("office-definition", pk)
    address = reverse("office-definition-edit", args=[pk, section])
    return redirect(f"{address}#{place.replace('.', '-')}" if place else address)


def _check_seen(row: Any, made: dict[str, Any], expected: str) -> None:
    """Refuse when another window saved something else since this one was opened."""
    if expected != row.content_hash and content_hash(made) != row.content_hash:
        raise Stale()


def _mine(request: HttpRequest, pk: int) -> Any:
    row, by = queries.definition(pk), actor_of(request)
    if row.status != "draft" or not queries.is_author(row, by):
        raise NotFound()
    return row


def _sections(row: Any) -> list[Section]:
    sheet = SHEETS.get(row.kind)
    return sheet.sections(row.body) if sheet else []


def _find(row: Any, key: str) -> Section | None:
    return next((one for one in _sections(row) if one.key == key), None)


def _section(row: Any, key: str) -> Section:
    found = _find(row, key)
    if found is None:
        raise NotFound()
    return found


def _edit_page(
    request: HttpRequest, row: Any, here: Section, body: dict[str, Any], refusal: Any = None
) -> HttpResponse:
    known = queries.known(clock.today(), **{row.kind: {row.key: body}})
    found = queries.faults(row.kind, row.key, body, known)
    if isinstance(refusal, Faulty):
        found = list(refusal.faults)
    said = saying.say(found, "")
    sections = SHEETS[row.kind].sections(body)
    here = next((one for one in sections if one.key == here.key), here)
    choices = Choices(row.kind, body, known)
    context = {
        **_frame(row, by=actor_of(request)),
        "section": here,
        "sections": [
            (one, sum(section_of(sections, s.place) is one for s in said)) for one in sections
        ],
        "drawn": entries.draw(here, body, choices, saying.by_place(said)),
        "faults": [
            (one, section_of(sections, one.place), f"id_{one.place.replace('.', '-')}")
            for one in said
        ],
        "elsewhere": [one for one in said if section_of(sections, one.place) is not here],
        "said": refusals.say(refusal) if refusal else None,
        "next": _after(sections, here),
        "asks": bool(choices.questions),
    }
    status = refusal.status if refusal else 200
    return modes.page(request, "workbench/definitions/edit.html", context, status=status)


def _after(sections: list[Section], here: Section) -> Section | None:
    keys = [one.key for one in sections]
    at = keys.index(here.key) + 1
    return sections[at] if at < len(sections) else None


def _frame(row: Any, *, by: Any) -> dict[str, Any]:
    """What every page of a draft shows: its name, and who else is writing on the same key."""
    others = [one for one in queries.open_drafts(row.kind, row.key) if one.pk != row.pk]
    return {
        "row": row,
        "kind_label": label_of(row.kind),
        "has_sheet": row.kind in SHEETS,
        "first_section": SHEETS[row.kind].sections({})[0].key if row.kind in SHEETS else "",
        "others": [one for one in others if not queries.is_author(one, by)],
        "overtaken": (queries.head(row.kind, row.key) or row).no > row.based_on
        and queries.head(row.kind, row.key) is not None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@demands(WRITE)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as text, for every kind; each fault names its line."""
    row = _mine(request, pk)
    if request.method != "POST":
        written = saying.text_of(row.body)
        said = saying.say(queries.faults(row.kind, row.key, row.body), written)
        return _text_page(request, row, written, said)
    written = request.POST.get("text", "")[:TEXT_AT_MOST].replace("\r\n", "\n")
    read = lines.read(written)
    if read.body is None:
        assert read.fault is not None
        wrong = saying.Said("", "", saying.sentence(read.fault), read.line)
        return _text_page(request, row, written, [wrong], status=422)
    try:
        _check_seen(row, read.body, request.POST.get("expected", ""))
        actions.keep(definition=pk, body=read.body, expected=row.content_hash, by=actor_of(request))
    except Faulty as refusal:
        return _text_page(request, row, written, saying.say(refusal.faults, written), status=422)
    except Stale as refusal:
        row.refresh_from_db()
        return _text_page(request, row, written, [], status=412, refusal=refusal)
    if request.POST.get("do") == "done":
        return redirect("office-definition", pk)
    query = urlencode({"saved": 1})
    return redirect(f"{reverse('office-definition-text', args=[pk])}?{query}")


def _text_page(
    request: HttpRequest,
    row: Any,
    written: str,
    said: list[saying.Said],
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        **_frame(row, by=actor_of(request)),
        "text": written,
        "height": min(40, max(12, written.count("\n") + 2)),
        "faults": said,
        "marked": [one for one in saying.numbered(written, said) if one[2]],
        "said": refusals.say(refusal) if refusal else None,
    }
    return modes.page(request, "workbench/definitions/text.html", context, status=status)

"""A draft, step by step: situation, facts, documents, signature; all works without JavaScript."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tongban.domains.cases import queries
from tongban.domains.cases.actions import drafting, filing
from tongban.domains.cases.portal import rows
from tongban.domains.cases.queries import DraftView, pages
from tongban.domains.registries import actions as registries
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, Invalid, NotFound, Refusal
from tongban.kernel.files import rules as files
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, menus, modes, refusals
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.fields import FieldView

STEPS = (N_("Situation"), N_("Check the facts"), N_("Documents"), N_("Sign and send"))
CHOOSE_A_FILE = N_("Choose a file first.")
SAY_WHAT_IS_RIGHT = N_("Write what is right.")
SUGGESTED = "suggested"


@signed_in
def start(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Begin a filing, or go on with the one begun before; a firm's thing asks for which firm."""
    by = menus.actor_of(request)
    thing, item = (key, "") if kind == "thing" else ("", key)
    if kind not in {"thing", "item"}:
        raise NotFound()
    offered: Any = (
        services.offered_thing(key)[1] if kind == "thing" else services.offered_item(key)[1]
    )
    for_firms = (
        offered.audience == "entity" if kind == "thing" else offered.server_types == ("entity",)
    )
    if request.method == "POST" and not (for_firms and not by.for_entity):
        found = pages.open_draft(by=by, thing=thing, item=item)
        found = found or drafting.begin(by=by, thing=thing, item=item)
        return redirect("draft", key=found.key)
    firms = []
    if for_firms and not by.for_entity:
        account = request.user
        firms = [
            one
            for one in identity.principals_of(account)  # type: ignore[arg-type]
            if one.entity
        ]
    context = {
        "offered": offered,
        "kind": kind,
        "for_firms": for_firms,
        "firms": firms,
        "needs_firm": for_firms and not by.for_entity,
        "acting_url": menus.address("acting"),
        "here": request.path,
        "layout": layouts.of(request),
    }
    return modes.page(request, "cases/start.html", context)


@signed_in
def go_on(request: HttpRequest, key: str) -> HttpResponse:
    """The step at which a draft stands."""
    view = _view(request, key)
    return redirect(_next(view))


@signed_in
def questions(request: HttpRequest, key: str) -> HttpResponse:
    """The first question without an answer, or the first of all."""
    view = _view(request, key)
    for one in view.questions:
        if one.id not in view.draft.answers:
            return redirect("draft-question", key=key, question=one.id)
    if view.questions:
        return redirect("draft-question", key=key, question=view.questions[0].id)
    return _answered(request, key)


@signed_in
def question(request: HttpRequest, key: str, question: str) -> HttpResponse:
    """One situation question (情形引导), why it is asked, and what it saves."""
    by = menus.actor_of(request)
    view = _view(request, key)
    asked = {one.id: one for one in view.questions}
    if question not in asked:
        return redirect("draft-questions", key=key)
    one = asked[question]
    error = ""
    if request.method == "POST":
        given = request.POST.get(question, "")
        try:
            if not given:
                raise Invalid({question: [gettext("Please choose one of the answers.")]})
            drafting.answer(
                key=key, answers={**view.draft.answers, question: given}, by=by, partly=True
            )
        except Invalid as invalid:
            error = rows.said(invalid.problems).get(question, [""])[0]
        else:
            left = _view(request, key)
            order = [q.id for q in left.questions]
            after = order[order.index(question) + 1 :] if question in order else order
            if after:
                return redirect("draft-question", key=key, question=after[0])
            return (
                redirect("draft-questions", key=key)
                if not left.is_answered
                else _answered(request, key)
            )
    order = list(asked)
    at = order.index(question)
    suggested, register = _suggestions(request, view).get(question, ("", ""))
    chosen = view.draft.answers.get(question, "") or suggested
    context = {
        **_frame(view, 1),
        "question": one,
        "options": [(o, o["value"] == chosen) for o in one.options],
        "suggested_by": register if suggested and question not in view.draft.answers else "",
        "error": error,
        "at": at + 1,
        "total": len(order),
        "back": reverse("draft-question", args=[key, order[at - 1]]) if at else "",
        "count": _count(view),
    }
    return modes.page(request, "cases/question.html", context, status=422 if error else 200)


@signed_in
def who(request: HttpRequest, key: str) -> HttpResponse:
    """Which of several is meant: which child, which home."""
    by = menus.actor_of(request)
    view = _view(request, key)
    if not view.is_answered:
        return redirect("draft-questions", key=key)
    found = pages.choices(view, by=by)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        chosen: dict[str, int] = {}
        for one in found:
            given = request.POST.get(one.role, "")
            if given.isdigit() and int(given) < len(one.rows):
                chosen[one.role] = int(given)
            else:
                problems[f"{one.role}_0"] = [gettext("Please choose one of the answers.")]
        if not problems:
            drafting.fill(key=key, by=by, chosen=chosen)
            return redirect("draft-facts", key=key)
    if not found:
        return redirect("draft-facts", key=key)
    context = {
        **_frame(view, 1),
        "choices": [
            (
                one,
                [
                    [(rows.label_of(f)[0], rows.text_of(f, value)) for f, value in row]
                    for row in one.rows
                ],
                view.draft.chosen.get(one.role),
            )
            for one in found
        ],
        "problems": problems,
    }
    return modes.page(request, "cases/who.html", context, status=422 if problems else 200)


@signed_in
def facts(request: HttpRequest, key: str) -> HttpResponse:
    """The one form of all agencies, filled: look, put right, and fill in the few that are left."""
    view = _view(request, key)
    if not view.is_answered:
        return redirect("draft-questions", key=key)
    if view.draft.filled_at is None:
        return _answered(request, key)
    if modes.of(request).elder:
        return _facts_elder(request, view)
    posted = _posted(request)
    problems: Mapping[str, Any] = {}
    if request.method == "POST":
        going_on = request.POST.get("do") == "next"
        if going_on:
            posted = {**_confirmations(view), **posted}
        problems = _write(request, view, posted)
        view = _view(request, key)
        if going_on:
            problems = {**view.problems(), **problems}
        if refusals.is_htmx(request):
            return render(
                request,
                "cases/parts/saved.html",
                {"saved_at": view.draft.saved_at, "left": len(problems)},
            )
        if not problems:
            return redirect("draft-materials" if going_on else "draft-facts", key=key)
    page = rows.facts_page(
        view, fix=request.GET.get("fix", ""), typed=posted if problems else {}, problems=problems
    )
    context = {
        **_frame(view, 2),
        "page": page,
        "problems": rows.summary(view, page.errors),
        "count": _count(view),
        "plan": _plan(view),
        "silent": view.draft.unavailable,
        "without": pages.without_entry(view),
        "gives": [result for one in view.items for result in one.results],
    }
    return modes.page(request, "cases/facts.html", context, status=422 if problems else 200)


def _facts_elder(request: HttpRequest, view: DraftView) -> HttpResponse:
    """The same form on one page per person, then one per open question: 都对, 有不对的."""
    key = view.draft.key
    number = request.GET.get("page", "1")
    at = int(number) if number.isdigit() and number != "0" else 1
    posted = _posted(request)
    problems: Mapping[str, Any] = {}
    page = rows.facts_page(view, fix=request.GET.get("fix", ""), by_role=True)
    screens: list[rows.Group | FieldView] = [*page.groups, *page.asked]
    at = min(at, len(screens)) or 1
    if request.method == "POST" and screens:
        screen = screens[at - 1]
        if isinstance(screen, rows.Group):
            confirmed = _confirmations(view)
            posted = {
                **{r.key: confirmed[r.key] for r in screen.rows if r.key in confirmed},
                **posted,
            }
        elif screen.required and not posted.get(screen.name, "").strip():
            problems = {screen.name: [eforms.Problem("Please fill this in.")]}
        problems = problems or _write(request, view, posted)
        if not problems:
            if request.GET.get("fix"):
                return redirect(f"{reverse('draft-facts', args=[key])}?page={at}")
            view = _view(request, key)
            after = rows.facts_page(view, by_role=True)
            # A field once filled in is a field still: the screens stay as they are.
            total = len(after.groups) + len(after.asked)
            if at < total:
                return redirect(f"{reverse('draft-facts', args=[key])}?page={at + 1}")
            if not view.problems():
                return redirect("draft-materials", key=key)
            first = next(iter(view.problems()))
            names = [s.name for s in after.asked]
            there = len(after.groups) + names.index(first) + 1 if first in names else 1
            return redirect(f"{reverse('draft-facts', args=[key])}?page={there}")
    page = rows.facts_page(
        view, fix=request.GET.get("fix", ""), typed=posted, problems=problems, by_role=True
    )
    drawn: list[rows.Group | FieldView] = [*page.groups, *page.asked]
    shown = drawn[at - 1] if drawn else None
    context = {
        **_frame(view, 2),
        "screen": shown,
        "is_group": isinstance(shown, rows.Group),
        "fixing": bool(request.GET.get("fix")),
        "listing": "wrong" in request.GET,
        "problems": rows.summary(view, page.errors),
        "at": at,
        "total": len(drawn),
    }
    return modes.page(request, "cases/facts.html", context, status=422 if problems else 200)


@signed_in
@require_POST
def ask_again(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the registers once more; what was typed stays."""
    _view(request, key)
    drafting.fill(key=key, by=menus.actor_of(request))
    return redirect("draft-facts", key=key)


@signed_in
def correct(request: HttpRequest, key: str) -> HttpResponse:
    """Have the source verify a value that only the source may change."""
    by = menus.actor_of(request)
    view = _view(request, key)
    name = request.GET.get("field", "")
    one, value = view.form.by_key.get(name), view.values.get(name)
    source = pages.source_of(view, name)
    if one is None or value is None or source is None:
        raise NotFound()
    register, element, subject = source
    typed, errors = request.POST.get(name, ""), []
    if request.method == "POST":
        claimed = eforms.read(one, typed)
        if claimed in (None, "") or claimed == value.value:
            errors = [gettext(SAY_WHAT_IS_RIGHT)]
        else:
            found = {name: eforms.check_value(one, claimed, clock.today())}
            errors = rows.said(found)[name]
        if not errors:
            registries.open_correction(
                register=register,
                element=element,
                subject=subject,
                claimed=claimed,
                case_no=f"draft:{view.draft.key}",
                by=by,
            )
            return redirect(f"{reverse('draft-facts', args=[key])}#f-{name}")
    context = {
        **_frame(view, 2),
        "label": rows.label_of(one)[0],
        "held": rows.text_of(one, value.value),
        "register": pages.register_names().get(register, register),
        "input": rows.draw(one, None, errors, typed),
        "problems": {name: errors} if errors else {},
    }
    return modes.page(request, "cases/correct.html", context, status=422 if errors else 200)


@signed_in
def materials(request: HttpRequest, key: str) -> HttpResponse:
    """Only what no source has: upload it, or promise it; below, what was struck out and by what."""
    by = menus.actor_of(request)
    view = _view(request, key)
    if view.draft.filled_at is None:
        return redirect("draft", key=key)
    problems: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        material = request.POST.get("material", "")
        sent = request.FILES.get("file")
        try:
            if request.POST.get("do") == "promise":
                drafting.promise(key=key, material=material, by=by)
                return redirect("draft-materials", key=key)
            if not isinstance(sent, UploadedFile):
                raise Invalid({material: [gettext(CHOOSE_A_FILE)]})
            drafting.attach(
                key=key, material=material, data=sent.read(), name=sent.name or "", by=by
            )
            return redirect("draft-materials", key=key)
        except Invalid as invalid:
            problems, status = rows.said(invalid.problems), invalid.status
        except Refusal as refusal:
            if material not in {need.key for need in view.needs}:
                raise
            said = refusals.say(refusal)
            problems, status = {material: [f"{said.says}{said.hint}"]}, refusal.status
    names = pages.register_names()
    wanted = [need for need in view.needs if not need.is_free]
    items = {one.key: one for one in view.items}
    context = {
        **_frame(view, 3),
        "wanted": [
            (
                need,
                view.draft.materials.get(need.key),
                [items[k] for k in need.items],
                problems.get(need.key, []),
            )
            for need in wanted
        ],
        "struck": [(need, _replaced_by(need, names)) for need in view.needs if need.is_free],
        "missing": len(view.missing),
        "count": _count(view),
        "problems": problems,
        "accept": ",".join(sorted(files.CONTENT_TYPES[kind] for kind in files.MATERIALS)),
    }
    return modes.page(request, "cases/materials.html", context, status=status)


def _replaced_by(need: Any, names: Mapping[str, str]) -> str:
    if need.way == "register":
        return gettext("checked against: %(register)s") % {
            "register": names.get(need.reference, need.reference)
        }
    if need.way == "licence":
        return gettext("your e-licence is used")
    return gettext("an earlier step of this filing gives it")


@signed_in
def sign(request: HttpRequest, key: str) -> HttpResponse:
    """The answers once more, what happens next, and the signature."""
    by = menus.actor_of(request)
    draft = queries.draft(key, by=by)
    view = queries.view(draft)
    problems: Mapping[str, Any] = {}
    if request.method == "POST":
        try:
            found = filing.submit(key=key, by=by, signed=bool(request.POST.get("signed")))
        except Invalid as invalid:
            problems = invalid.problems
        else:
            return redirect("progress", number=found.number)
    if draft.application_id:
        return redirect("progress", number=_number_of(view))
    if draft.filled_at is None:
        return redirect("draft", key=key)
    names = {f"material.{need.key}": need.name for need in view.needs}
    lines = {
        key: [f"{names[key]}{gettext(': ')}{text}" for text in found] if key in names else found
        for key, found in rows.summary(view, rows.said(problems)).items()
    }
    open_points = rows.summary(view, rows.said(view.problems())) if not problems else {}
    page = rows.facts_page(view)
    context = {
        **_frame(view, 4),
        "page": page,
        "mine": [
            (
                rows.label_of(one)[0],
                rows.text_of(one, value.value),
                bool(value.is_correction),
                one.key,
            )
            for one in view.fields
            if (value := view.values.get(one.key)) and value.source in {"user", "clerk"}
        ],
        "answers": [
            (
                q,
                next((o for o in q.options if o["value"] == view.draft.answers.get(q.id)), {}),
            )
            for q in view.questions
        ],
        "given": [
            (need, view.draft.materials.get(need.key, {}))
            for need in view.needs
            if not need.is_free
        ],
        "free": sum(need.is_free for need in view.needs),
        "plan": _plan(view),
        "problems": lines,
        "open_points": len(open_points) + len(view.missing),
        "name": view.person_name,
    }
    return modes.page(request, "cases/sign.html", context, status=422 if problems else 200)


@signed_in
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Throw a draft away, after asking."""
    view = _view(request, key)
    if request.method == "POST":
        drafting.discard(key=key, by=menus.actor_of(request))
        return redirect("my")
    return modes.page(request, "cases/discard.html", {**_frame(view, 0)})


# ── what the steps share ────────────────────────────────────────────────────────────────────────


class Filed(Refusal):
    """A draft that was filed is no longer changed."""

    says = N_("This was already filed as {number}.")
    hint = N_("Follow it there; nothing was changed.")
    status = 409


def _view(request: HttpRequest, key: str) -> DraftView:
    """One's own draft that has not been filed."""
    view = queries.view(queries.draft(key, by=menus.actor_of(request)))
    if view.draft.application_id:
        raise Filed(number=_number_of(view))
    return view


def _number_of(view: DraftView) -> str:
    application = view.draft.application
    return application.number if application else ""


def _next(view: DraftView) -> str:
    key = view.draft.key
    if not view.is_answered or view.draft.filled_at is None:
        return reverse("draft-questions", args=[key])
    if view.problems():
        return reverse("draft-facts", args=[key])
    if view.missing:
        return reverse("draft-materials", args=[key])
    return reverse("draft-sign", args=[key])


def _answered(request: HttpRequest, key: str) -> HttpResponse:
    """All is answered: ask the registers, and first who is meant where there are several."""
    by = menus.actor_of(request)
    view = _view(request, key)
    unclear = [c for c in pages.choices(view, by=by) if c.role not in view.draft.chosen]
    if unclear:
        return redirect("draft-who", key=key)
    drafting.fill(key=key, by=by)
    return redirect("draft-facts", key=key)


def _frame(view: DraftView, step: int) -> dict[str, Any]:
    """What every step shows: the title, the steps, the way back."""
    return {
        "view": view,
        "draft": view.draft,
        "key": view.draft.key,
        "steps": [gettext(name) for name in STEPS],
        "step": step,
        "crumbs": [
            (gettext("Home"), "/"),
            (gettext("My cases"), reverse("my")),
            (view.title_en if rows._in_english() else view.title, ""),
        ],
    }


def _posted(request: HttpRequest) -> dict[str, str]:
    """What was sent for fields: their names hold a dot."""
    return {key: value for key, value in request.POST.items() if "." in key}  # type: ignore[misc]


def _confirmations(view: DraftView) -> dict[str, str]:
    """The fetched values that wait for a look, sent back as they are: the button confirms them."""
    return {
        one.key: str(value.value)
        for one in view.fields
        if (value := view.values.get(one.key)) is not None
        and value.value is not None
        and eforms.is_to_confirm(one, value)
    }


def _write(request: HttpRequest, view: DraftView, posted: dict[str, str]) -> dict[str, Any]:
    """Keep what can be taken, and answer what cannot: nobody types anything twice."""
    by, key = menus.actor_of(request), view.draft.key
    if not posted:
        return {}
    try:
        drafting.write(key=key, posted=posted, by=by)
    except Invalid as invalid:
        good = {name: text for name, text in posted.items() if name not in invalid.problems}
        mine = {name: found for name, found in invalid.problems.items() if name in posted}
        if good and mine:
            drafting.write(key=key, posted=good, by=by)
        return mine or dict(invalid.problems)
    return {}


def _suggestions(request: HttpRequest, view: DraftView) -> dict[str, tuple[str, str]]:
    """What the registers answer to the questions; asked once per draft."""
    kept: dict[str, Any] = request.session.get(SUGGESTED, {})
    if kept.get("draft") != view.draft.key:
        found = pages.suggestions(view, by=menus.actor_of(request))
        kept = {"draft": view.draft.key, "answers": {k: list(v) for k, v in found.items()}}
        request.session[SUGGESTED] = kept
    return {k: (v[0], v[1]) for k, v in kept["answers"].items()}


def _count(view: DraftView) -> dict[str, int]:
    """The running count: materials before, and what is left as things are answered."""
    before = view.thing.before if view.thing else view.item.before if view.item else {}
    if view.draft.filled_at:
        left = sum(not need.is_free for need in view.needs)
    elif view.thing:
        left = services.offer(view.thing, view.draft.answers, undecided=True).to_hand_in
    else:
        left = 0
    return {"before": int(before.get("materials", 0)), "left": left}


def _plan(view: DraftView) -> list[dict[str, Any]]:
    """Who acts, and when each is done."""
    return [
        {
            "item": one,
            "organ": identity.organ(one.organ),
            "days": view.plan[one.key].finish,
            "instant": one.is_instant,
        }
        for one in view.items
    ]

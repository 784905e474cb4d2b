"""A filing after it was sent: who has it, by when, what was decided, why; and what one can do."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance, ending, notices
from tongban.domains.cases.portal import rows
from tongban.domains.cases.queries import pages
from tongban.domains.cases.rules import state
from tongban.domains.licences import portal as wallet
from tongban.domains.services import queries as services
from tongban.kernel import clock
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, NotFound, Refusal
from tongban.kernel.files import actions as files
from tongban.kernel.files import rules as kinds
from tongban.kernel.ui import layouts, menus, modes, refusals, words
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.fields import FieldView
from tongban.kernel.ui.lights import Light
from tongban.kernel.ui.templatetags.ui import light_of

WORDS = {
    state.State.WAITING: N_("Waiting its turn"),
    state.State.SUBMITTED: N_("Handed over"),
    state.State.SUPPLEMENT: N_("Your turn"),
    state.State.ACCEPTED: N_("Under way"),
    state.State.SPECIAL: N_("Under way"),
    state.State.DECIDED: N_("Decided"),
    state.State.CLOSED: N_("Done"),
    state.State.DECLINED: N_("Not accepted"),
    state.State.WITHDRAWN: N_("Taken back"),
    state.State.LAPSED: N_("Given up"),
}
SHOWN = 8
"""So many entries of the record stand open."""
MOMENTS = {
    "filed": N_("Sent"),
    "accepted": N_("Taken on"),
    "overdue": N_("The promised day has passed"),
    "finished": N_("All done"),
    "receipt": N_("Receipt handed over"),
    "acceptance": N_("Taken on"),
    "supplement": N_("Asked for a supplement"),
    "declined": N_("Not accepted"),
    "special": N_("A special procedure began"),
    "extension": N_("The term was extended"),
    "granted": N_("Granted"),
    "refused": N_("Refused"),
    "lapsed": N_("Given up, because the term ran out"),
    "withdrawn": N_("Taken back"),
}


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """My drafts and my filings."""
    by = menus.actor_of(request)
    drafts = [queries.view(one) for one in queries.drafts(by=by)[:20]]
    filed = [
        (one, pages.progress(one)) for one in queries.applications(by=by).filter(ended_at=None)[:20]
    ]
    ended = list(queries.applications(by=by).exclude(ended_at=None)[:40])
    context = {
        "drafts": drafts,
        "filed": [(one, shown, headline(shown)[0]) for one, shown in filed],
        "ended": ended,
        "layout": layouts.of(request),
    }
    return modes.page(request, "cases/mine.html", context)


@signed_in
def progress(request: HttpRequest, number: str) -> HttpResponse:
    """All agencies of one filing on one page, the sentence first."""
    shown = pages.progress(queries.application(number, by=menus.actor_of(request)))
    title, sentence = headline(shown)
    moments = [(m, gettext(MOMENTS.get(m.what, m.what))) for m in shown.moments]
    context = {
        "shown": shown,
        "application": shown.application,
        "title": title,
        "sentence": sentence,
        "lanes": [(lane, lane_light(lane, shown), _when(lane, shown)) for lane in shown.lanes],
        "moments": moments[:SHOWN],
        "earlier": moments[SHOWN:],
        "licences": [(row, wallet.tone_of(row.type)) for row in shown.licences],
        "savings": shown.application.savings,
        "review_url": review_url() if shown.is_over else "",
        "crumbs": [
            (gettext("Home"), "/"),
            (gettext("My cases"), reverse("my")),
            (number, ""),
        ],
    }
    return modes.page(request, "cases/progress.html", context)


@signed_in
def notice(request: HttpRequest, number: str, notice: str) -> HttpResponse:
    """A document of law as PDF."""
    by = menus.actor_of(request)
    found = queries.notice(notice, by=by)
    if found.application.number != number:
        raise NotFound()
    answer = HttpResponse(notices.pdf(notice=found, by=by), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.kind}-{found.pk}.pdf"'
    return answer


@signed_in
def withdraw(request: HttpRequest, number: str, case_no: str) -> HttpResponse:
    """Take one case back, after showing what is taken back with it."""
    by = menus.actor_of(request)
    shown = pages.progress(queries.application(number, by=by))
    lane = _lane(shown, case_no)
    if request.method == "POST":
        ending.withdraw(case_no=case_no, by=by)
        return redirect("progress", number=number)
    state.check("withdraw", lane.case.state)
    context = {
        "lane": lane,
        "application": shown.application,
        "layout": layouts.of(request),
        "crumbs": [
            (gettext("My cases"), reverse("my")),
            (number, reverse("progress", args=[number])),
            (gettext("Take this back"), ""),
        ],
    }
    return modes.page(request, "cases/withdraw.html", context)


@signed_in
def supplement(request: HttpRequest, number: str, case_no: str) -> HttpResponse:
    """One list, once: only what is wrong, as it was and as it is needed."""
    by = menus.actor_of(request)
    shown = pages.progress(queries.application(number, by=by))
    lane = _lane(shown, case_no)
    state.check("supplement", lane.case.state)
    item = services.item_of(lane.case.item)
    form = queries.forms([item])
    held = eforms.load(queries.values_of(lane.case))
    problems: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        values, sent, problems = _answers(request, lane.case.defects, form, held)
        status = 422
        if not problems:
            stored = {}
            for key, (data, name) in sent.items():
                try:
                    stored[key] = files.store(data=data, name=name, by=by).sha256
                except Refusal as refusal:
                    said = refusals.say(refusal)
                    problems[key] = [f"{said.says}{said.hint}"]
                    status = refusal.status
            if not problems:
                acceptance.supplement(case_no=case_no, values=values, files=stored, by=by)
                return redirect("progress", number=number)
    context = {
        "lane": lane,
        "application": shown.application,
        "defects": [
            (defect, *_defect(request, defect, form, held, problems.get(defect["key"], [])))
            for defect in lane.case.defects
        ],
        "problems": problems,
        "days": state.SUPPLEMENT_DAYS,
        "accept": ",".join(sorted(kinds.CONTENT_TYPES[kind] for kind in kinds.MATERIALS)),
        "layout": layouts.of(request),
        "crumbs": [
            (gettext("My cases"), reverse("my")),
            (number, reverse("progress", args=[number])),
            (gettext("Supplement"), ""),
        ],
    }
    return modes.page(request, "cases/supplement.html", context, status=status)


def _answers(
    request: HttpRequest, defects: list[dict[str, str]], form: eforms.Form, held: eforms.Values
) -> tuple[dict[str, Any], dict[str, tuple[bytes, str]], dict[str, list[str]]]:
    """What was typed and sent for each defect, and what of it cannot be taken."""
    values: dict[str, Any] = {}
    sent: dict[str, tuple[bytes, str]] = {}
    problems: dict[str, list[str]] = {}
    for defect in defects:
        key = defect["key"]
        if defect["kind"] == "material":
            upload = request.FILES.get(key)
            if isinstance(upload, UploadedFile):
                sent[key] = (upload.read(), upload.name or "")
            else:
                problems[key] = [gettext("Choose a file first.")]
            continue
        one = form.by_key.get(key)
        typed = request.POST.get(key, "")
        if one is None:
            if typed.strip():
                values[key] = {"value": typed.strip(), "source": "user"}
            else:
                problems[key] = [gettext("Please fill this in.")]
            continue
        value = eforms.read(one, typed)
        found = (
            [eforms.Problem("Please fill this in.")]
            if value in (None, "")
            else eforms.check_value(one, value, clock.today())
        )
        if found:
            problems[key] = rows.said({key: found})[key]
        else:
            parsed = eforms.parse(form, {key: typed}, {k: v for k, v in held.items() if k == key})
            values.update(eforms.dump({key: parsed.get(key, eforms.Value(value))}))
    return values, sent, problems


def _defect(
    request: HttpRequest,
    defect: dict[str, str],
    form: eforms.Form,
    held: eforms.Values,
    errors: list[str],
) -> tuple[str, Any]:
    """A defect as it was filed, and its input."""
    one, value = form.by_key.get(defect["key"]), held.get(defect["key"])
    if defect["kind"] == "material":
        return "", FieldView(
            name=defect["key"],
            label=defect["name"],
            kind="file",
            hint=gettext("JPG, PNG or PDF; a phone can take the picture."),
            errors=errors,
            attrs={"accept": "image/jpeg,image/png,application/pdf"},
        )
    typed = request.POST.get(defect["key"])
    if one is None:
        return "", FieldView(
            name=defect["key"], label=defect["name"], value=typed or "", errors=errors
        )
    was = rows.text_of(one, value.value) if value else ""
    return was, rows.draw(one, value, errors, typed)


def headline(shown: pages.Progress) -> tuple[str, str]:
    """The one sentence of a filing, and what its owner has to do."""
    due = shown.application.matter.due_on
    nothing = gettext("You need not do anything.")
    if shown.to_supplement:
        n = sum(len(lane.case.defects) for lane in shown.to_supplement)
        return (
            ngettext("Your turn: %(n)s point to mend", "Your turn: %(n)s points to mend", n)
            % {"n": n},
            gettext("Told once, all of it. The clock stands still until you answer."),
        )
    if shown.is_over:
        if shown.refused:
            n = len(shown.refused)
            return (
                ngettext(
                    "Finished; %(n)s part was not granted",
                    "Finished; %(n)s parts were not granted",
                    n,
                )
                % {"n": n},
                gettext("The reasons, the law and how to object stand below."),
            )
        if not shown.granted:
            return gettext("Taken back"), gettext("You can file it again at any time.")
        return gettext("All done"), gettext("Your licences lie in “My licences”.")
    if shown.is_late:
        return (
            gettext("Later than we promised"),
            gettext("The promised day has passed; the office has been told.") + nothing,
        )
    done = len([lane for lane in shown.lanes if lane.case.result == state.Result.GRANTED])
    if due is None:
        return gettext("We are working on it"), nothing
    day = words.civil(due, short=True)
    if not done:
        return gettext("We are working on it, done by %(day)s") % {"day": day}, nothing
    return (
        ngettext(
            "%(n)s part is done, all of it by %(day)s",
            "%(n)s parts are done, all of it by %(day)s",
            done,
        )
        % {"n": done, "day": day},
        nothing,
    )


def lane_light(lane: pages.Lane, shown: pages.Progress) -> Light:
    """The light of one agency's part, in the words of its state."""
    word = gettext(WORDS[state.State(lane.case.state)])
    if lane.case.result == state.Result.REFUSED:
        return Light("red", gettext("Refused"))
    if lane.case.state == state.State.DECLINED:
        return Light("red", word)
    if lane.case.state in {state.State.CLOSED, state.State.DECIDED}:
        return Light("done", gettext("Done"))
    if lane.case.state in {state.State.WITHDRAWN, state.State.LAPSED, state.State.WAITING}:
        return Light("pause", word)
    if lane.case.state == state.State.SUPPLEMENT:
        return Light("amber", word)
    derived = light_of(lane.case.matter, shown.calendar)
    if derived.tone in {"red", "amber"}:
        return derived
    return Light("run", word)


def _when(lane: pages.Lane, shown: pages.Progress) -> str:
    """When it was done, or is due."""
    row = lane.case
    if lane.is_over:
        ended = row.decided_at or row.closed_at
        return words.civil(ended, short=True) if ended else ""
    if row.state == state.State.WAITING:
        planned = shown.application.plan.get(row.item_key, {}).get("due_on", "")
        return gettext("planned by %(day)s") % {"day": _short(planned)} if planned else ""
    if row.state == state.State.SUPPLEMENT:
        return gettext("clock paused")
    due = row.matter.due_on
    return gettext("by %(day)s") % {"day": words.civil(due, short=True)} if due else ""


def _short(text: str) -> str:
    return words.civil(clock.moment(text).date(), short=True)


def review_url() -> str:
    """Where one says how it went; nothing where there is no such page."""
    return menus.address("reviews:mine")


def _lane(shown: pages.Progress, case_no: str) -> pages.Lane:
    for lane in shown.lanes:
        if lane.case.case_no == case_no:
            return lane
    raise NotFound()

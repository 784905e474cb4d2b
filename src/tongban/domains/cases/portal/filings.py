"""A filing after it was sent: who has it, by when, what was decided, why; and what one can do."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from tongban.domains.cases import queries
from tongban.domains.cases.actions import ending, notices
from tongban.domains.cases.queries import pages
from tongban.domains.cases.rules import state
from tongban.domains.licences import portal as wallet
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.errors import N_, NotFound
from tongban.kernel.ui import layouts, menus, modes, words
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.lights import Light
from tongban.kernel.ui.templatetags.ui import light_of

WORDS = {
    state.State.WAITING: N_("Waiting its turn"),
    state.State.SUBMITTED: N_("Handed over"),
    state.State.SUPPLEMENT: N_("Your turn"),
    state.State.ACCEPTED: N_("Under way"),
    state.State.SPECIAL: N_("Under way"),
    state.State.SUSPENDED: N_("Standing still"),
    state.State.DECIDED: N_("Decided"),
    state.State.DELIVERED: N_("On its way to you"),
    state.State.CLOSED: N_("Done"),
    state.State.ARCHIVED: N_("Done"),
    state.State.DECLINED: N_("Not accepted"),
    state.State.WITHDRAWN: N_("Taken back"),
    state.State.LAPSED: N_("Given up"),
    state.State.TERMINATED: N_("Ended without a decision"),
}
RESTING = frozenset(
    {
        state.State.WITHDRAWN,
        state.State.LAPSED,
        state.State.WAITING,
        state.State.SUSPENDED,
        state.State.TERMINATED,
    }
)
SHOWN = 8
"""So many entries of the record stand open."""
MOMENTS = {
    "filed": N_("Application sent"),
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
    "supplements": N_("Asked for a supplement"),
    "reminder": N_("Reminded of the supplement"),
    "tolerance": N_("Taken on with something to be handed in"),
    "promise": N_("Promised in writing"),
    "lapsed": N_("Given up, because the term ran out"),
    "withdrawn": N_("Taken back"),
    "blocked": N_("Not begun, because an earlier item was not granted"),
    "cancelled": N_("Ended with the item without which nothing goes on"),
    "suspended": N_("The clocks stand still"),
    "resumed": N_("Goes on again"),
    "terminated": N_("Ended without a decision"),
    "deemed_granted": N_("Granted by law, because nothing was decided in time"),
    "hearing": N_("You may ask for a hearing"),
    "pickup": N_("Ready to be fetched"),
    "dispatched": N_("Sent to you"),
    "linked": N_("A case of its own was opened"),
    "corrected": N_("Decided on the correction"),
    "revoked": N_("Decided on the revocation"),
    "annulled": N_("Decided on striking it off"),
    "reconsidered": N_("A person looked again and decided"),
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
    by = menus.actor_of(request)
    shown = pages.progress(queries.application(number, by=by))
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
        "may_ask": any({"hearing", "reconsider"} & set(lane.asks) for lane in shown.lanes),
        "savings": shown.application.savings,
        "review_url": review_url(number, by=by),
        "crumbs": [
            (gettext("Home"), "/"),
            (gettext("My cases"), reverse("my")),
            (number, ""),
        ],
    }
    return modes.page(request, "cases/progress.html", context)


@signed_in
def notice(request: HttpRequest, number: str, notice: str) -> HttpResponse:
    """A document of law as PDF, or with `?form=ofd` as OFD."""
    by = menus.actor_of(request)
    found = queries.notice(notice, by=by)
    if found.application.number != number:
        raise NotFound()
    if request.GET.get("form") == "ofd":
        data, form, how = notices.ofd(notice=found, by=by), "ofd", "attachment"
    else:
        data, form, how = notices.pdf(notice=found, by=by), "pdf", "inline"
    answer = HttpResponse(data, content_type=f"application/{form}")
    answer["Content-Disposition"] = f'{how}; filename="{found.kind}-{found.pk}.{form}"'
    return answer


@signed_in
def withdraw(request: HttpRequest, number: str, case_no: str) -> HttpResponse:
    """Take one case back, after showing what is taken back with it."""
    by = menus.actor_of(request)
    shown = pages.progress(queries.application(number, by=by))
    lane = lane_of(shown, case_no)
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


def headline(shown: pages.Progress) -> tuple[str, str]:
    """The one sentence of a filing, and what its owner has to do."""
    due = shown.application.matter.due_on
    nothing = gettext("You need not do anything.")
    if shown.to_supplement:
        n = len(supplement_points(shown))
        return (
            ngettext("Your turn: %(n)s point to mend", "Your turn: %(n)s points to mend", n)
            % {"n": n},
            gettext("Told once, all of it. The clock stands still until you answer."),
        )
    if shown.to_fetch:
        n = len(shown.to_fetch)
        return (
            ngettext(
                "%(n)s result is ready to be fetched", "%(n)s results are ready to be fetched", n
            )
            % {"n": n},
            gettext("Bring your identity card; the place and the last day stand below."),
        )
    if shown.is_over and shown.on_their_way:
        return gettext("Decided; the result is on its way to you"), nothing
    if shown.owing:
        n = sum(len(lane.owed) for lane in shown.owing)
        return (
            ngettext(
                "Taken on; %(n)s document is still to be handed in",
                "Taken on; %(n)s documents are still to be handed in",
                n,
            )
            % {"n": n},
            gettext("It is granted once they are here."),
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


def supplement_points(shown: pages.Progress) -> set[tuple[str, str, str]]:
    """What is to be mended, each once, however many agencies ask for it."""
    return {
        (d["kind"], d["key"], d["name"]) for lane in shown.to_supplement for d in lane.case.defects
    }


def lane_light(lane: pages.Lane, shown: pages.Progress) -> Light:
    """The light of one agency's part, in the words of its state."""
    word = gettext(WORDS[state.State(lane.case.state)])
    if lane.case.result == state.Result.REFUSED:
        return Light("red", gettext("Refused"))
    if lane.case.state == state.State.DECLINED:
        return Light("red", word)
    if lane.to_fetch:
        return Light("amber", gettext("Ready to be fetched"))
    if lane.handover and lane.case.state in state.GIVEN:
        return Light("run", gettext(WORDS[state.State.DELIVERED]))
    if lane.case.state in state.DONE | state.GIVEN:
        return Light("done", gettext("Done"))
    if lane.case.state in RESTING:
        return Light("pause", word)
    if lane.is_my_turn:
        return Light("amber", word)
    if lane.case.state == state.State.SUPPLEMENT:
        # Its request is collected with those of the others, and not told yet.
        return Light("run", gettext(WORDS[state.State.SUBMITTED]))
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
    if lane.is_my_turn:
        return gettext("clock paused")
    due = row.matter.due_on
    return gettext("by %(day)s") % {"day": words.civil(due, short=True)} if due else ""


def _short(text: str) -> str:
    return words.civil(clock.moment(text).date(), short=True)


INVITED: list[Callable[[str, Actor], str]] = []
"""Who asks how it went enters here: the address for a filing, nothing where nobody was asked."""


def review_url(number: str, *, by: Actor) -> str:
    """Where one says how it went; nothing unless one was invited to."""
    return next(filter(None, (found(number, by) for found in INVITED)), "")


def lane_of(shown: pages.Progress, case_no: str) -> pages.Lane:
    for lane in shown.lanes:
        if lane.case.case_no == case_no:
            return lane
    raise NotFound()

"""What is still to be handed in after the filing: supplements of all agencies, tolerated papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tongban.domains.cases import queries
from tongban.domains.cases.actions import acceptance, filing, passing, ruling
from tongban.domains.cases.portal import rows
from tongban.domains.cases.portal.filings import lane_of
from tongban.domains.cases.queries import pages
from tongban.domains.cases.rules import needs, state
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import Refusal
from tongban.kernel.files import actions as files
from tongban.kernel.files import rules as kinds
from tongban.kernel.ui import layouts, menus, modes, refusals
from tongban.kernel.ui.access import signed_in
from tongban.kernel.ui.fields import FieldView


@dataclass(slots=True)
class Point:
    """One thing to mend, whichever agencies asked for it: answered once for all of them."""

    id: str
    kind: str
    key: str
    name: str
    lanes: list[pages.Lane] = field(default_factory=list)
    needed: list[tuple[str, str]] = field(default_factory=list)
    """What each agency needs: (its short name, its words)."""
    was: str = ""
    input: FieldView | None = None
    value: dict[str, Any] | None = None
    file: str = ""


@signed_in
def supplement(request: HttpRequest, number: str, case_no: str) -> HttpResponse:
    """One list, once, for all agencies of the filing: only what is wrong, as it is needed."""
    by = menus.actor_of(request)
    shown = pages.progress(queries.application(number, by=by))
    state.check("supplement", lane_of(shown, case_no).case.state)
    lanes = shown.to_supplement
    if not lanes:
        raise needs.NotToldYet()
    form = queries.forms([queries.pinned(lane.case) for lane in lanes])
    points = _points(lanes)
    problems: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        status, problems = _read(request, points, form, by=by)
        if not problems:
            acceptance.supplement_all(number=number, answers=_answers(points), by=by)
            return redirect("progress", number=number)
    _draw(request, points, form, problems)
    context = {
        "lanes": lanes,
        "application": shown.application,
        "points": points,
        "problems": problems,
        "days": state.SUPPLEMENT_DAYS,
        "until": min((d for lane in lanes if (d := _until(lane))), default=None),
        "layout": layouts.of(request),
        "crumbs": _crumbs(number, gettext("Supplement")),
    }
    return modes.page(request, "cases/supplement.html", context, status=status)


def _crumbs(number: str, here: str) -> list[tuple[str, str]]:
    return [
        (gettext("My cases"), reverse("my")),
        (number, reverse("progress", args=[number])),
        (here, ""),
    ]


def _until(lane: pages.Lane) -> Any:
    return queries.owed_on(lane.case.matter_id, "supplement")


def _points(lanes: Sequence[pages.Lane]) -> list[Point]:
    found: dict[tuple[str, str, str], Point] = {}
    taken: set[str] = set()
    for lane in lanes:
        for defect in lane.case.defects:
            what = (defect["kind"], defect["key"], defect["name"])
            if what not in found:
                # Two agencies may each ask for “further” papers under one key: two points.
                name = defect["key"]
                while name in taken:
                    name += "_"
                taken.add(name)
                found[what] = Point(name, *what)
            found[what].lanes.append(lane)
            found[what].needed.append((lane.organ.short, defect["needed"]))
    return list(found.values())


def _read(
    request: HttpRequest, points: Sequence[Point], form: eforms.Form, *, by: Actor
) -> tuple[int, dict[str, list[str]]]:
    """Take what was typed and sent for each point; answers what of it cannot be taken."""
    problems: dict[str, list[str]] = {}
    sent: list[tuple[Point, UploadedFile[Any]]] = []
    for point in points:
        if point.kind == "material":
            upload = request.FILES.get(point.id)
            if isinstance(upload, UploadedFile):
                sent.append((point, upload))
            else:
                problems[point.id] = [gettext("Choose a file first.")]
        elif faults := _read_value(point, request.POST.get(point.id, ""), form):
            problems[point.id] = faults
    if problems:
        return 422, problems
    status = 422
    for point, upload in sent:
        try:
            point.file = files.store(data=upload.read(), name=upload.name or "", by=by).sha256
        except Refusal as refusal:
            said = refusals.say(refusal)
            problems[point.id], status = [f"{said.says}{said.hint}"], refusal.status
    return status, problems


def _read_value(point: Point, typed: str, form: eforms.Form) -> list[str]:
    one = form.by_key.get(point.key)
    if one is None:
        point.value = {"value": typed.strip(), "source": "user"}
        return [] if typed.strip() else [gettext("Please fill this in.")]
    value = eforms.read(one, typed)
    faults = (
        [eforms.Problem("Please fill this in.")]
        if value in (None, "")
        else eforms.check_value(one, value, clock.today())
    )
    if faults:
        return rows.said({point.key: faults})[point.key]
    point.value = {"typed": typed}
    return []


def _answers(points: Sequence[Point]) -> dict[str, acceptance.Answers]:
    """By case: each agency gets only what it asked for, compared with what it held."""
    values: dict[str, dict[str, Mapping[str, Any]]] = {}
    sent: dict[str, dict[str, str]] = {}
    for point in points:
        for lane in point.lanes:
            no = lane.case.case_no
            values.setdefault(no, {})
            sent.setdefault(no, {})
            if point.kind == "material":
                sent[no][point.key] = point.file
            elif point.value is not None:
                values[no][point.key] = _compared(point, lane)
    return {no: acceptance.Answers(values[no], sent[no]) for no in values}


def _compared(point: Point, lane: pages.Lane) -> Mapping[str, Any]:
    """What was typed, beside what the case held: what a register said stays visible."""
    assert point.value is not None
    if "typed" not in point.value:
        return point.value
    typed = str(point.value["typed"])
    form = queries.forms([queries.pinned(lane.case)])
    one = form.by_key.get(point.key)
    if one is None:
        return {"value": typed.strip(), "source": "user"}
    held = eforms.load(queries.values_of(lane.case))
    before = {key: value for key, value in held.items() if key == point.key}
    parsed = eforms.parse(form, {point.key: typed}, before)
    found = parsed.get(point.key, eforms.Value(eforms.read(one, typed)))
    return eforms.dump({point.key: found})[point.key]


def _draw(
    request: HttpRequest,
    points: Sequence[Point],
    form: eforms.Form,
    problems: Mapping[str, list[str]],
) -> None:
    for point in points:
        errors = problems.get(point.id, [])
        one = form.by_key.get(point.key)
        typed = request.POST.get(point.id)
        if point.kind == "material":
            point.input = _file(point.id, point.name, errors)
        elif one is None:
            point.input = FieldView(
                name=point.id, label=point.name, value=typed or "", errors=errors
            )
        else:
            held = eforms.load(queries.values_of(point.lanes[0].case)).get(point.key)
            point.was = rows.text_of(one, held.value) if held else ""
            point.input = rows.draw(one, held, errors, typed)


def _file(name: str, label: str, errors: list[str]) -> FieldView:
    return FieldView(
        name=name,
        label=label,
        kind="file",
        hint=gettext("JPG, PNG or PDF; a phone can take the picture."),
        errors=errors,
        attrs={"accept": ",".join(sorted(kinds.CONTENT_TYPES[kind] for kind in kinds.MATERIALS))},
    )


@signed_in
def supply(request: HttpRequest, number: str, case_no: str) -> HttpResponse:
    """Hand in what was tolerated, each with the day by which it is due; one or several at once."""
    by = menus.actor_of(request)
    shown = pages.progress(queries.application(number, by=by))
    lane = lane_of(shown, case_no)
    owed = lane.owed
    problems: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        given: dict[str, str] = {}
        for row in owed:
            upload = request.FILES.get(row.key)
            if not isinstance(upload, UploadedFile):
                continue
            try:
                stored = files.store(data=upload.read(), name=upload.name or "", by=by)
            except Refusal as refusal:
                said = refusals.say(refusal)
                problems[row.key], status = [f"{said.says}{said.hint}"], refusal.status
            else:
                given[row.key] = stored.sha256
        if not given and not problems and owed:
            problems, status = {owed[0].key: [gettext("Choose a file first.")]}, 422
        if not problems:
            acceptance.supply(case_no=case_no, files=given, by=by)
            return redirect("progress", number=number)
    context = {
        "lane": lane,
        "application": shown.application,
        "owed": [(row, _file(row.key, row.name, problems.get(row.key, []))) for row in owed],
        "problems": problems,
        "layout": layouts.of(request),
        "crumbs": _crumbs(number, gettext("Hand in what is owed")),
    }
    return modes.page(request, "cases/supply.html", context, status=status)


@signed_in
@require_POST
def pass_on(request: HttpRequest, number: str, case_no: str) -> HttpResponse:
    """Pass a declined filing on to the agency in charge: at once where nothing more is needed."""
    by = menus.actor_of(request)
    draft = passing.pass_on(case_no=case_no, by=by)
    view = queries.view(draft)
    if draft.application:
        return redirect("progress", number=draft.application.number)
    if view.is_answered and not view.problems() and not view.missing:
        found = filing.submit(key=draft.key, by=by, signed=True)
        ruling.decide_at_once(application=found, by=ruling.SELF)
        return redirect("progress", number=found.number)
    return redirect("draft", key=draft.key)

"""One filing (一次提交): the application and one case per item; the first ones begin."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import crossing, notices, numbers, steps
from tongban.domains.cases.actions.acceptance import bring
from tongban.domains.cases.models import Application, Case, CaseMaterial, Draft
from tongban.domains.cases.queries import DraftView, places
from tongban.domains.cases.queries import crossing as crossings
from tongban.domains.cases.rules import filing, needs, papers, state
from tongban.domains.cases.rules.state import State
from tongban.domains.licences import actions as licences
from tongban.domains.registries import actions as registries
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item
from tongban.kernel import clock, rows, trips
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import masking, vault
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import Invalid, Stale
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.processes import actions as processes
from tongban.kernel.trips import Write, together

SAME = "case.same"


@transaction.atomic
@together()
def submit(
    *,
    key: str,
    by: Actor,
    signed: bool = False,
    wants_person: bool = False,
    confirmed: str = "",
) -> Application:
    """File a draft once: a second click answers with the first filing.

    With `wants_person` an official decides what a rule would have (个人信息保护法 第二十四条).
    A clerk files for a visitor only what that visitor confirmed: `confirmed` is the hash of it,
    as `queries.stands` had it on the visitor's own screen.
    """
    draft = queries.draft(key, by=by, lock=True)
    if draft.application:
        return draft.application
    view = queries.view(draft)
    _check_complete(view, signed=signed)
    if by.is_official:
        needs.check_confirmed(confirmed=confirmed, stands=queries.stands(view))
    steps.check_scope(by, view.thing.key if view.thing else "", [i.key for i in view.items])
    # Claim the draft first: of two submits in the same moment only one opens cases.
    if not Draft.objects.filter(pk=draft.pk, version=draft.version, application=None).update(
        version=draft.version + 1
    ):
        raise Stale()
    application = _application(view, by=by)
    cases = [
        _case(application, view, item, by=by, wants_person=wants_person) for item in view.items
    ]
    trips.write(
        Write(
            f"UPDATE {Draft._meta.db_table} SET application_id = %s WHERE id = %s",
            [application.pk, draft.pk],
        )
    )
    _send_receipt(application, cases, view, by=by)
    _keep_promises(application, cases, view, by=by)
    _open_corrections(application, view, by=by)
    for case in cases:
        if crossings.must_cross(case):
            crossing.take_in(case=case, by=by)
        elif not case.after:
            bring(case=case, by=by)
        if case.by_person:
            ledger.record(
                "case.to_a_person",
                case.matter.subject,
                by=by,
                matter=case.matter_id,
                item=case.item_key,
                reason=case.by_person,
            )
    ledger.record(
        "application.submitted",
        application.matter.subject,
        by=by,
        matter=application.matter_id,
        thing=application.thing_key,
        cases=[case.case_no for case in cases],
        channel=by.channel,
        filled=view.counts.fetched,
        fields=view.counts.visible,
        materials=len(view.needs),
        handed_in=sum(not n.is_free for n in view.needs),
    )
    return application


def _check_complete(view: DraftView, *, signed: bool) -> None:
    if not view.is_answered or view.draft.filled_at is None or view.unclear:
        raise state.NotComplete()
    problems = view.problems()
    if problems:
        raise Invalid(problems)
    if view.missing:
        raise Invalid({f"material.{n.key}": [filing.HAND_IN] for n in view.missing})
    if view.rests_on_trust and not view.is_trusted:
        raise needs.BadRecord()
    if not signed:
        raise Invalid({"signed": [filing.SIGN]})
    if wanting := queries.wanting(view):
        raise Invalid(wanting)
    places.check_places(view)


@transaction.atomic(savepoint=False)
def _application(view: DraftView, *, by: Actor) -> Application:
    draft = view.draft
    now = clock.now()
    city = services.city()
    day = f"{now:%Y%m%d}"
    count = numbers.take(series=f"application:{day}", by=by)
    number = f"{city.get('letters', 'TB')}{day}{count:05d}"
    values = eforms.dump(
        eforms.relevant(view.form, view.values, view.facts, condition=services.holds)
    )
    calendar = str(city["calendar"])
    planned = deadlines.calendar(calendar)
    lead = identity.organ(view.thing.lead if view.thing else view.items[0].organ)
    matter = processes.start(
        process=None,
        kind="application",
        subject=f"cases.application:{number}",
        title=view.title,
        number=number,
        detail=masking.mask_name(view.person_name),
        organ=lead.uscc,
        region=lead.division,
        calendar=calendar,
        due_on=planned.add(clock.today(), max(view.days, 1)),
        yellow_on=planned.add(clock.today(), max(view.days - 1, 0)),
        by=by,
        opens=False,
        records=False,
    )
    application = Application(
        number=number,
        matter=matter,
        thing=draft.thing,
        thing_key=view.thing.key if view.thing else "",
        title=view.title,
        person=draft.person,
        addressee=view.addressee[:120],
        entity=draft.entity,
        agent=by.person if by.person != draft.person else None,
        channel=by.channel,
        intake_organ=by.organ,
        intake_region=_intake_region(view, by=by),
        project=draft.project,
        delivery=draft.delivery,
        deliver_to=draft.deliver_to,
        answers=draft.answers,
        values=queries.sealed(values),
        form_hash=queries.digest(values),
        savings=_savings(view),
        plan={
            key: {
                "start": row.start,
                "finish": row.finish,
                "slack": row.slack,
                "due_on": planned.add(clock.today(), row.finish).isoformat(),
            }
            for key, row in view.plan.items()
        },
        submitted_at=now,
    )
    rows.add_later(application)
    return application


def _intake_region(view: DraftView, *, by: Actor) -> str:
    """Where a window took it in, when another region handles any of it (异地代收)."""
    if not by.organ:
        return ""
    here = identity.organ(by.organ).division
    handled = {identity.organ(item.organ).division for item in view.items}
    return here if handled - {here} else ""


def _savings(view: DraftView) -> dict[str, Any]:
    before: Mapping[str, Any] = (
        view.thing.before if view.thing else view.item.before if view.item else {}
    )
    return filing.savings(
        before=before,
        items=view.items,
        asked_apart=view.form.asked,
        fields=view.counts.visible,
        typed=sum(
            1 for f in view.fields if (v := view.values.get(f.key)) and v.source != "prefill"
        ),
        materials=len(view.needs),
        handed_in=sum(not n.is_free for n in view.needs),
        plan=view.plan,
    )


@transaction.atomic(savepoint=False)
def _case(
    application: Application,
    view: DraftView,
    item: Item,
    *,
    by: Actor,
    wants_person: bool,
) -> Case:
    organ = identity.organ(item.organ)
    values = eforms.dump(
        eforms.project(view.form, view.values, item.key, view.facts, condition=services.holds)
    )
    subjects = queries.opened(view.draft.subjects)
    same = vault.keyed_hash(
        filing.same_as(item.key, item.same_filing, subjects, application.person), purpose=SAME
    )
    _check_new(same)
    day = f"{clock.today():%Y%m%d}"
    code = f"{organ.uscc}{organ.level}{item.basic_code}"
    case_no = filing.case_number(code, day, numbers.take(series=f"case:{code}:{day}", by=by))
    matter = processes.start(
        process=catalogue.current("process", item.process),
        kind="case",
        subject=f"cases.case:{case_no}",
        title=item.name,
        number=case_no,
        detail=application.matter.detail,
        badge="一件事" if application.thing_key else "",
        parent=application.matter,
        organ=organ.uscc,
        region=organ.division,
        calendar=places.calendar_at(organ.division),
        by=by,
        opens=False,
        records=False,
    )
    row = Case(
        case_no=case_no,
        application=application,
        matter=matter,
        item=view.pins[item.key][0],
        variant=view.pins[item.key][1],
        item_key=item.key,
        organ=organ.uscc,
        region=organ.division,
        person=application.person,
        entity=application.entity,
        state=State.WAITING,
        after=[
            {"item": e.of, "output": e.output, "on_refuse": e.on_refuse}
            for e in view.edges
            if e.to == item.key
        ],
        values=queries.sealed(values),
        form_hash=queries.digest(values),
        same_as=same,
        differences=sum(1 for v in values.values() if v.get("against")),
        delivery=application.delivery if filing.paper_results(item) else state.Delivery.ELECTRONIC,
        about_id=view.draft.passed_from,
        by_person=papers.ASKED_FOR_A_PERSON if wants_person and item.decision else "",
    )
    if not rows.add_unless_there(row):
        _check_new(same)  # another filing came first in the same moment, and is named
        raise Stale()
    _materials(row, view, item, by=by)
    return row


def _check_new(same: str) -> None:
    already = queries.filed_already(same)
    if already:
        raise state.FiledAlready(number=already.application.number)


@transaction.atomic(savepoint=False)
def _materials(case: Case, view: DraftView, item: Item, *, by: Actor) -> None:
    given_in = []
    for need in view.needs:
        if item.key not in need.items:
            continue
        given = view.draft.materials.get(need.key, {})
        way = need.way if need.is_free else given.get("way", "upload")
        given_in.append(
            CaseMaterial(
                case=case,
                key=need.key,
                name=need.name,
                way=way,
                reference=need.reference,
                file=given.get("file", ""),
                trust=filing.TRUST.get(way, ""),
            )
        )
        if way == "licence":
            licences.note_use(
                identifier=need.reference,
                purpose=item.name,
                organ=case.organ,
                case_no=case.case_no,
                by=by,
            )
    rows.add_later(*given_in)


@transaction.atomic(savepoint=False)
def _send_receipt(
    application: Application, cases: list[Case], view: DraftView, *, by: Actor
) -> None:
    notices.send(
        kind=papers.Kind.RECEIPT,
        application=application,
        case=None,
        paragraphs=papers.receipt(
            title=view.title,
            number_=application.number,
            cases=[{"no": case.case_no} for case in cases],
        ),
        rows=[[queries.pinned(case).name, case.case_no] for case in cases],
        rows_title="办理事项",
        by=by,
    )


@transaction.atomic(savepoint=False)
def _keep_promises(
    application: Application, cases: list[Case], view: DraftView, *, by: Actor
) -> None:
    """Pin each promise that was signed: its text in a document, its hash in the ledger (row 9)."""
    by_item = {case.item_key: case for case in cases}
    for promised in view.promises:
        case = by_item[promised.item]
        notices.send(
            kind=papers.Kind.PROMISE,
            application=application,
            case=case,
            paragraphs=[*promised.paragraphs, f"文本校验值：{promised.text_hash}"],
            by=by,
        )
        ledger.record(
            "case.promised",
            case.matter.subject,
            by=by,
            matter=case.matter_id,
            item=case.item_key,
            text=promised.text_hash,
        )


@transaction.atomic(savepoint=False)
def _open_corrections(application: Application, view: DraftView, *, by: Actor) -> None:
    """What the applicant put right, and what two sources say differently, goes to the source.

    What was reported while the form was filled in belongs to the filing from now on.
    """
    registries.adopt_reports(case_no=f"draft:{view.draft.key}", by_case=application.number, by=by)
    subjects = queries.opened(view.draft.subjects)
    for field, (theirs, held) in eforms.corrections(view.values).items():
        source = next(
            (s for s in view.form.by_key[field].sources if s.register == held.register), None
        )
        subject = subjects.get(source.role) if source else None
        if source is None or not subject:
            continue
        registries.open_correction(
            register=source.register,
            element=source.element,
            subject=subject,
            claimed=theirs.value,
            case_no=application.number,
            by=by,
        )

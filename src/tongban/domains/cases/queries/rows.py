"""Questions about cases, on whose behalf; the only way to a row."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet

from tongban.domains.cases.models import (
    Application,
    Case,
    CaseMaterial,
    Crossing,
    Determination,
    Draft,
    Notice,
)
from tongban.domains.cases.rules import state
from tongban.domains.credit import queries as credit
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item
from tongban.kernel import clock, trips
from tongban.kernel import rows as hot
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.crypto import vault
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.errors import NotFound, SignInNeeded
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as processes
from tongban.kernel.processes.models import Matter

VALUES = "case.values"
NOTICE = "notice.body"
TRACE = "determination.trace"
RECEIPT = "handover.receipt"


def sealed(values: Mapping[str, Any], purpose: str = VALUES) -> str:
    """Encrypt personal contents as one token."""
    return vault.encrypt(json.dumps(values, ensure_ascii=False, default=str), purpose=purpose)


def opened(token: str, purpose: str = VALUES) -> dict[str, Any]:
    """Read what `sealed` wrote."""
    return json.loads(vault.decrypt(token, purpose=purpose)) if token else {}


def digest(values: Mapping[str, Any]) -> str:
    """The hash of what was filed, in canonical form."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _owner(by: Actor) -> int:
    if by.kind == "nobody":
        raise SignInNeeded()
    owner = by.for_person or by.person
    if owner is None:
        raise NotFound()
    return owner


def mine(by: Actor) -> Q:
    """What belongs to the one for whom the actor acts: the firm, or the person alone."""
    if by.for_entity:
        return Q(entity=by.for_entity)
    return Q(person=_owner(by), entity="")


def draft(key: str, *, by: Actor, lock: bool = False) -> Draft:
    """One's own draft that has not run out."""
    read = hot.read_rows(_DRAFT + (hot.locks("t0") if lock else ""), [key], Draft)
    found: Draft | None = read[0][0] if read else None
    if found is None or not _is_theirs(found, by) or found.expires_at < clock.now():
        raise NotFound()
    return found


_DRAFT = f"SELECT {{0}} FROM {Draft._meta.db_table} t0 WHERE t0.key = %s"


def drafts(*, by: Actor) -> QuerySet[Draft]:
    """One's own drafts that were not filed yet."""
    return Draft.objects.filter(mine(by), application=None, expires_at__gte=clock.now()).order_by(
        "-saved_at"
    )


def applications(*, by: Actor) -> QuerySet[Application]:
    """One's own filings, newest first, with their cases."""
    return (
        Application.objects.filter(mine(by))
        .select_related("matter")
        .prefetch_related(Prefetch("cases", Case.objects.select_related("matter").order_by("id")))
        .order_by("-id")
    )


def application(number: str, *, by: Actor) -> Application:
    """A filing of the actor's own, or one that the clerk took in at the window."""
    ours = Q(number=number)
    if by.is_official:
        found = Application.objects.select_related("matter").filter(ours).first()
        if found and by.may("case.receive") and found.intake_organ == by.organ:
            return found
        if found and any(may_read(case, by=by) for case in cases_of(found)):
            return found
        raise NotFound()
    read = hot.read_rows(_APPLICATION, [number], Application, Matter)
    if not read or not _is_theirs(read[0][0], by):
        raise NotFound()
    filed: Application
    filed, filed.matter = read[0]
    return filed


_APPLICATION = (
    f"SELECT {{0}}, {{1}} FROM {Application._meta.db_table} t0"
    f" JOIN {Matter._meta.db_table} t1 ON t1.id = t0.matter_id WHERE t0.number = %s"
)


def cases_of(application: Application) -> list[Case]:
    """The cases of a filing, in the order of its plan."""
    return list(application.cases.select_related("matter").order_by("id"))


def case(case_no: str, *, by: Actor) -> Case:
    """A case that the actor filed, or that the actor's post handles; refusals of access say why."""
    read = hot.read_rows(_CASE, [case_no], Case, Matter, Application)
    if not read:
        raise NotFound()
    found: Case
    found, found.matter, found.application = read[0]
    acts_for_them = by.proxy is not None and _is_theirs(found, by)
    if (by.is_official or by.kind == "part") and not acts_for_them:
        if not may_read(found, by=by):
            raise state.NotYours()
        return found
    if not _is_theirs(found, by):
        raise NotFound()
    return found


# By hand: every page and every act of a case begins with it.
_CASE = (
    f"SELECT {{0}}, {{1}}, {{2}} FROM {Case._meta.db_table} t0"
    f" JOIN {Matter._meta.db_table} t1 ON t1.id = t0.matter_id"
    f" JOIN {Application._meta.db_table} t2 ON t2.id = t0.application_id WHERE t0.case_no = %s"
)


def _is_theirs(found: Case | Draft | Application, by: Actor) -> bool:
    """Whether it is of the firm or the person for whom the actor acts."""
    if found.entity or by.for_entity:
        return found.entity == by.for_entity
    return found.person == _owner(by)


def may_read(found: Case, *, by: Actor) -> bool:
    """Whether the post held now handles this case, or was asked about it.

    What a station of another city has not handed over yet is not before its agency.
    """
    if by.is_official and found.state == state.State.WAITING and _is_crossing(found):
        return False
    return processes.may_see(found.matter, by=by)


def _is_crossing(found: Case) -> bool:
    return Crossing.objects.filter(case=found, arrived_at=None).exists()


def locked(matter: int) -> Case:
    """The case behind a matter, both locked, the case first; for actions."""
    read = hot.read_rows(_BEHIND + hot.locks("t0", "t1"), [matter], Case, Matter, Application)
    if not read:
        raise NotFound()
    found: Case
    found, found.matter, found.application, edition, days = read[0]
    trips.remember(catalogue.MARK, edition or "")
    trips.remember(deadlines.MARK, days or "")
    return found


_BEHIND = (
    f"SELECT {{0}}, {{1}}, {{2}}, {catalogue.MARK}, {deadlines.MARK}"
    f" FROM {Case._meta.db_table} t0"
    f" JOIN {Matter._meta.db_table} t1 ON t1.id = t0.matter_id"
    f" JOIN {Application._meta.db_table} t2 ON t2.id = t0.application_id WHERE t0.matter_id = %s"
)


def own(case_no: str, *, by: Actor) -> Case:
    """A case of the one for whom the actor acts; for what only applicants may do.

    An official has none, but at the window acts for the visitor by the visitor's proxy.
    """
    if by.is_official and by.proxy is None:
        raise state.NotYours()
    found = (
        Case.objects.select_related("matter", "application")
        .filter(mine(by), case_no=case_no)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def dependants(found: Case) -> list[Case]:
    """The cases of the filing that cannot begin without this one, directly or not, in order."""
    waiting = list(
        Case.objects.filter(application=found.application_id, state=state.State.WAITING)
        .select_related("matter", "application")
        .order_by("id")
    )
    lost = {found.item_key}
    while more := {
        row.item_key
        for row in waiting
        if row.item_key not in lost and state.is_blocked(row.after, lost)
    }:
        lost |= more
    return [row for row in waiting if row.item_key in lost and row.pk != found.pk]


def cases_before(*, by: Actor) -> QuerySet[Case]:
    """The cases of the organ of the post held now."""
    by.require("case.read")
    return (
        Case.objects.filter(organ=by.organ, region__startswith=by.region)
        .exclude(crossing__isnull=False, crossing__arrived_at=None)
        .select_related("matter", "application")
        .order_by("-id")
    )


def materials(found: Case) -> list[CaseMaterial]:
    return hot.read_where(CaseMaterial, "t0.case_id = %s ORDER BY t0.id", [found.pk])


def notices(application: Application) -> list[Notice]:
    """The documents of a filing, in order."""
    return list(application.notices.select_related("case").order_by("id"))


def notice(number: str, *, by: Actor) -> Notice:
    """A document of a filing that the actor may see."""
    found = Notice.objects.select_related("application", "case").filter(number=number).first()
    if found is None:
        raise NotFound()
    if found.case is not None and by.is_official:
        case(found.case.case_no, by=by)
    else:
        application(found.application.number, by=by)
    return found


def tolerance_asked(found: Case) -> list[CaseMaterial]:
    """The materials that the applicant asked in writing to hand in later (容缺)."""
    return list(found.materials.filter(way="tolerance").order_by("id"))


def has_bad_record(found: Case) -> bool:
    """Whether a credit event counts against the one for whom it was filed."""
    kind, subject = ("entity", found.entity) if found.entity else ("person", str(found.person))
    return credit.has_bad_record(subject_kind=kind, subject=subject)


def right_item(found: Case) -> str | None:
    """The key of the item that the named organ has for a declined filing: the same basic code."""
    if not found.named_organ:
        return None
    mine = pinned(found)
    return next(
        (
            one.key
            for one in services.items()
            if one.ready
            and one.basic_code == mine.basic_code
            and identity.organ(one.organ).uscc == found.named_organ
        ),
        None,
    )


def owed_on(matter: int, kind: str) -> date | None:
    """The day by which a term of a case ends; None when it is over, or stands still."""
    return next((r.due_on for r in deadlines.open_clocks(matter) if r.kind == kind), None)


def open_tolerance(found: Case) -> list[CaseMaterial]:
    """What was tolerated and has not been handed in; nothing is granted before it is."""
    return list(found.materials.filter(tolerated_until__isnull=False).order_by("id"))


def looked_at_beside(found: Case) -> list[Case]:
    """The other cases of the filing whose agencies have not spoken yet."""
    return list(
        Case.objects.filter(application=found.application_id, state=state.State.SUBMITTED)
        .exclude(pk=found.pk)
        .defer("values")
    )


def is_collecting(found: Case) -> bool:
    """Whether another agency's request of the same filing waits to be told."""
    held = Case.objects.filter(
        application=found.application_id, state=state.State.SUPPLEMENT, told_at=None
    )
    return held.exclude(pk=found.pk).exists()


def collected(application: int) -> list[Case]:
    """The cases of a filing whose requests for a supplement wait to be told, locked in order."""
    return list(
        Case.objects.select_for_update(of=("self", "matter"))
        .select_related("matter", "application__matter")
        .filter(application=application, state=state.State.SUPPLEMENT, told_at=None)
        .order_by("id")
    )


def acceptance_limits(matters: Iterable[int]) -> list[date]:
    """The days by which the agencies of these matters must have spoken."""
    return [
        row.due_on
        for matter in matters
        for row in deadlines.open_clocks(matter)
        if row.kind == "acceptance" and row.due_on
    ]


def determination(found: Case) -> Determination | None:
    return Determination.objects.filter(case=found).first()


def values_of(found: Case | Application | Draft) -> dict[str, Any]:
    """What was filed, in the clear: field -> value with its source."""
    return opened(found.values)


def waiting_for(application: int, item: str) -> list[Case]:
    """The cases of the filing that wait for an item of it."""
    rows = Case.objects.filter(application=application, state=state.State.WAITING)
    return [row for row in rows if any(edge["item"] == item for edge in row.after)]


def filed_already(same_as: str) -> Case | None:
    """An open or granted case that is the same filing."""
    undone = sorted(map(str, state.UNDONE))
    read = hot.read_rows(
        f"SELECT {{0}}, {{1}} FROM {Case._meta.db_table} t0"
        f" JOIN {Application._meta.db_table} t1 ON t1.id = t0.application_id"
        f" WHERE t0.same_as = %s AND t0.state NOT IN ({', '.join(['%s'] * len(undone))})"
        " AND t0.result <> %s ORDER BY t0.id LIMIT 1",
        [same_as, *undone, state.Result.REFUSED.value],
        Case,
        Application,
    )
    if not read:
        return None
    found: Case
    found, found.application = read[0]
    return found


def application_of(matter: int) -> int:
    """The filing to which the case behind a matter belongs."""
    return Case.objects.values_list("application_id", flat=True).get(matter=matter)


def application_behind(matter: int) -> int:
    """The filing whose own matter this is."""
    return Application.objects.values_list("id", flat=True).get(matter=matter)


def by_matter(matter: int) -> Case | None:
    return Case.objects.filter(matter=matter).first()


def chosen(application: int) -> dict[str, int]:
    """Which of several rows the applicant meant."""
    draft = Draft.objects.filter(application=application).values_list("chosen", flat=True).first()
    return dict(draft or {})


class OrganNames(NamedTuple):
    """What a document calls an agency."""

    short: str
    name: str


_organs: dict[str, tuple[datetime, OrganNames]] = {}


def organ_names(uscc: str) -> OrganNames:
    """An agency's names; kept for a minute, since every document bears them."""
    kept = _organs.get(uscc)
    now = clock.instant()
    if kept is None or now - kept[0] > timedelta(minutes=1):
        found = identity.organ(uscc)
        kept = _organs[uscc] = (now, OrganNames(found.short, found.name))
    return kept[1]


class Note(NamedTuple):
    """That a document lies ready, as its applicant is told of it."""

    message_id: str
    person: int
    entity: str
    title: str
    number: str


def notes_of(matter: int, kind: str) -> list[Note]:
    """The notes that tell of a kind of document, each with the id by which it is told once."""
    rows = (
        Notice.objects.filter(kind=kind)
        .filter(Q(case__matter=matter) | Q(case=None, application__matter=matter))
        .select_related("application")
    )
    return [
        Note(
            row.message_id,
            row.application.person,
            row.application.entity,
            row.application.title,
            row.application.number,
        )
        for row in rows
    ]


def pinned(found: Case) -> Item:
    """The service item as it held where the case is handled: its version and the variant there."""
    if found.variant is None:
        return services.item_of(found.item)
    return services.pinned(found.item, found.variant)


def item_of(found: Case) -> Item:
    """The service item as the case pinned it; of a linked case with the terms of a linked case."""
    item = pinned(found)
    if found.purpose == state.Purpose.APPLY:
        return item
    return replace(
        item,
        name=found.matter.title,
        statutory_days=state.LINKED_DAYS,
        promised_days=state.LINKED_DAYS,
        extension_days=0,
        decision="",
        promise=False,
        tolerance=False,
        results=(),
    )

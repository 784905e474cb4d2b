"""Questions about cases, on whose behalf; the only way to a row."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet

from tongban.domains.cases.models import (
    Application,
    Case,
    CaseMaterial,
    Determination,
    Draft,
    Notice,
)
from tongban.domains.cases.rules import state
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound, SignInNeeded
from tongban.kernel.identity import queries as identity
from tongban.kernel.processes import queries as processes

VALUES = "case.values"
NOTICE = "notice.body"
TRACE = "determination.trace"


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
    rows = Draft.objects.select_for_update() if lock else Draft.objects.all()
    found = rows.filter(mine(by), key=key).first()
    if found is None or found.expires_at < clock.now():
        raise NotFound()
    return found


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
    found = Application.objects.select_related("matter").filter(ours & mine(by)).first()
    if found is None:
        raise NotFound()
    return found


def cases_of(application: Application) -> list[Case]:
    """The cases of a filing, in the order of its plan."""
    return list(application.cases.select_related("matter").order_by("id"))


def case(case_no: str, *, by: Actor) -> Case:
    """A case that the actor filed, or that the actor's post handles; refusals of access say why."""
    found = Case.objects.select_related("matter", "application").filter(case_no=case_no).first()
    if found is None:
        raise NotFound()
    acts_for_them = by.proxy is not None and _is_theirs(found, by)
    if (by.is_official or by.kind == "part") and not acts_for_them:
        if not may_read(found, by=by):
            raise state.NotYours()
        return found
    if not _is_theirs(found, by):
        raise NotFound()
    return found


def _is_theirs(found: Case, by: Actor) -> bool:
    """Whether the case is of the firm or the person for whom the actor acts."""
    if found.entity or by.for_entity:
        return found.entity == by.for_entity
    return found.person == _owner(by)


def may_read(found: Case, *, by: Actor) -> bool:
    """Whether the post held now handles this case, or was asked about it."""
    return processes.may_see(found.matter, by=by)


def locked(matter: int) -> Case:
    """The case behind a matter, both locked, the case first; for actions."""
    found = (
        Case.objects.select_for_update(of=("self", "matter"))
        .select_related("matter", "application")
        .filter(matter=matter)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


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
        .select_related("matter", "application")
        .order_by("-id")
    )


def materials(found: Case) -> list[CaseMaterial]:
    return list(found.materials.order_by("id"))


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
    return (
        Case.objects.select_related("application")
        .filter(same_as=same_as)
        .exclude(state__in=[state.State.DECLINED, state.State.WITHDRAWN, state.State.LAPSED])
        .exclude(result=state.Result.REFUSED)
        .first()
    )


def application_of(matter: int) -> int:
    """The filing to which the case behind a matter belongs."""
    return Case.objects.values_list("application_id", flat=True).get(matter=matter)


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


def messages_of(matter: int, kind: str) -> list[tuple[str, str, str]]:
    """The messages that tell of a kind of document: (id, phone, title); none without a phone."""
    rows = (
        Notice.objects.filter(kind=kind)
        .filter(Q(case__matter=matter) | Q(case=None, application__matter=matter))
        .select_related("application")
    )
    return [
        (row.message_id, phone, row.application.title)
        for row in rows
        if (phone := identity.phone_in_clear(identity.person(row.application.person)))
    ]

"""Which licences there are, and whose: the wallet, the organ's, a case's."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection
from django.db.models import QuerySet

from tongban.domains.licences import rules
from tongban.domains.licences.models import (
    Licence,
    LicenceChange,
    LicenceCheck,
    LicenceReport,
    LicenceUse,
)
from tongban.domains.licences.queries.records import holder_hash
from tongban.kernel import clock, rows
from tongban.kernel.actor import Actor
from tongban.kernel.errors import NotFound


def mine(*, by: Actor) -> QuerySet[Licence]:
    """The wallet: one's own and one's children's, or the firm's."""
    if by.for_entity:
        return Licence.objects.filter(entity=by.for_entity).order_by("-id")
    owner = by.for_person or by.person
    if owner is None:
        return Licence.objects.none()
    return Licence.objects.filter(keeper=owner, entity="").order_by("-id")


def own(identifier: str, *, by: Actor) -> Licence:
    """A licence in the actor's wallet, or of the organ whose post may revoke it."""
    rows = Licence.objects.filter(identifier=identifier)
    if by.is_official:
        by.require("licence.revoke")
        rows = rows.filter(organ=by.organ)
    else:
        rows = rows.filter(pk__in=mine(by=by))
    found = rows.first()
    if found is None:
        raise NotFound()
    return found


def to_act_on(identifier: str, *, by: Actor, case_no: str = "") -> Licence:
    """A licence on which an organ acts: its own, by a post that may; or by a case's decision."""
    if not case_no:
        by.require("licence.revoke")
    found = Licence.objects.filter(identifier=identifier).first()
    if found is None or (not case_no and by.is_official and found.organ != by.organ):
        raise NotFound()
    return found


def uses_of(licence: Licence) -> list[LicenceUse]:
    """Where a licence stood in the place of a paper, the newest first; for its holder's page."""
    return list(licence.uses.order_by("-used_at", "-id")[:200])


def issued_by(*, by: Actor) -> QuerySet[Licence]:
    """The licences of the organ of the post held now."""
    by.require("licence.revoke")
    return Licence.objects.filter(organ=by.organ).order_by("-id")


def of_case(case_no: str) -> list[Licence]:
    """What a case gave."""
    return list(Licence.objects.filter(case_no=case_no).order_by("id"))


def of_cases(case_nos: Iterable[str]) -> list[Licence]:
    """What several cases gave."""
    numbers = list(case_nos)
    where = f"t0.case_no IN ({rows.marks(numbers)}) ORDER BY t0.id"
    return rows.read_where(Licence, where, numbers)


def in_force(
    wanted: Iterable[tuple[str, str, str]], *, keeper: int, entity: str = ""
) -> dict[tuple[str, str], str]:
    """Which of (type, role, number in the role) are held: (type, role) -> identifier."""
    asked = list(wanted)
    if not asked:
        return {}
    hashes = {number: holder_hash(number) for _, _, number in asked if number}
    types = sorted({key for key, _, _ in asked})
    # By hand, as every page of a draft asks it.
    day = connection.ops.adapt_datefield_value(clock.today())
    holders = sorted({*hashes.values()})
    held = rows.read_where(
        Licence,
        f"(t0.holder_hash IN ({rows.marks(holders)}) OR (t0.entity = %s AND t0.entity <> ''))"
        f" AND t0.type IN ({rows.marks(types)}) AND t0.status = %s AND t0.valid_from <= %s"
        " AND (t0.valid_to IS NULL OR t0.valid_to >= %s) ORDER BY t0.id",
        [*holders, entity, *types, rules.Status.VALID.value, day, day],
    )
    found: dict[tuple[str, str], str] = {}
    for licence in held:
        for key, role, number in asked:
            same = (
                licence.entity == entity
                if licence.entity
                else (bool(number) and licence.holder_hash == hashes[number])
            )
            if key == licence.type and same:
                found[key, role] = licence.identifier
    return found


def changes_of(licence: Licence) -> list[LicenceChange]:
    """What was done to a licence, the newest first."""
    return list(licence.changes.order_by("-id")[:200])


def checks_of(licence: Licence) -> list[LicenceCheck]:
    """Who checked it when it was shown (谁验过), the newest first."""
    return list(licence.checks.order_by("-id")[:100])


def versions_of(licence: Licence) -> list[Licence]:
    """All versions of the same number, the newest first; the one in hand among them."""
    base = licence.identifier.rsplit(".", 2)[0]
    return list(Licence.objects.filter(identifier__startswith=f"{base}.").order_by("-version"))


def next_of(licence: Licence) -> Licence | None:
    """The version that took its place."""
    return Licence.objects.filter(replaces=licence).first()


def use_of(licence: Licence, pk: int) -> LicenceUse:
    """One use of a licence, for the copy made for it."""
    found = licence.uses.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def reports_of(licence: Licence) -> list[LicenceReport]:
    """What its holder reported as wrong, the newest first."""
    return list(licence.reports.select_related("matter").order_by("-id")[:20])


REMINDED_BEFORE = timedelta(days=60)


def running_out(today: date, *, limit: int) -> list[Licence]:
    """Licences that run out within sixty days and whose holder was not told."""
    return list(
        Licence.objects.filter(
            status=rules.Status.VALID,
            valid_to__gte=today,
            valid_to__lte=today + REMINDED_BEFORE,
            reminded_on=None,
        ).order_by("valid_to", "id")[:limit]
    )


def ran_out(last: date, *, limit: int) -> list[Licence]:
    """Licences whose last day was `last` or before it, and nobody noted it."""
    return list(
        Licence.objects.filter(
            status=rules.Status.VALID, valid_to__lte=last, ran_out_on=None
        ).order_by("valid_to", "id")[:limit]
    )

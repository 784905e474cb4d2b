"""Organs and administrative divisions."""

from datetime import date

from django.db.models import Q

from tongban.kernel import clock
from tongban.kernel.identity import rules
from tongban.kernel.identity.models import (
    Division,
    Organ,
)


def organ(key_or_uscc: str) -> Organ:
    """The organ with this key or unified social credit code."""
    found = Organ.objects.filter(Q(key=key_or_uscc) | Q(uscc=key_or_uscc)).first()
    if found is None:
        raise rules.NoSuchOrgan(key=key_or_uscc)
    return found


def organs(*, region: str = "") -> list[Organ]:
    """Every organ, or those within a region."""
    rows = Organ.objects.order_by("level", "division", "key")
    return list(rows.filter(division__startswith=region) if region else rows)


def division(code: str, *, on: date | None = None) -> Division | None:
    """The division that bore the code on a day; the latest one when none did."""
    day = on or clock.today()
    rows = sorted(Division.objects.filter(code=code), key=lambda row: row.valid_from)
    for row in rows:
        if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
            return row
    return rows[-1] if rows else None


def subdivisions(code: str = "", *, on: date | None = None) -> list[Division]:
    """The divisions directly below one, in force on a day; the topmost ones without a code."""
    day = on or clock.today()
    return list(
        Division.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day), parent=code, valid_from__lte=day
        ).order_by("code")
    )


def division_today(code: str) -> Division | None:
    """What a code, perhaps abolished, has become: follows mergers to the division now in force."""
    seen: set[str] = set()
    found = division(code)
    while found is not None and found.merged_into and found.code not in seen:
        seen.add(found.code)
        if found.valid_to is None or found.valid_to >= clock.today():
            break
        found = division(found.merged_into)
    return found

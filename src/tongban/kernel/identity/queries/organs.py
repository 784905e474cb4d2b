"""Organs and administrative divisions."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Q

from tongban.kernel import clock, rows, trips
from tongban.kernel.identity import rules
from tongban.kernel.identity.models import (
    Division,
    Organ,
)


def organ(key_or_uscc: str) -> Organ:
    """The organ with this key or unified social credit code."""
    name = f"organ:{key_or_uscc}"
    found: Organ | None = trips.remembered(name)
    if found is None:
        read = rows.read_rows(_ORGAN, [key_or_uscc, key_or_uscc], Organ)
        if not read:
            raise rules.NoSuchOrgan(key=key_or_uscc)
        ((found,),) = read
        trips.remember(name, found)
    return found


# By hand: no page and no act goes without the name of an agency.
_ORGAN = (
    f"SELECT {{0}} FROM {Organ._meta.db_table} t0 WHERE t0.key = %s OR t0.uscc = %s"
    " ORDER BY t0.id LIMIT 1"
)


def organs(*, region: str = "") -> list[Organ]:
    """Every organ, or those within a region."""
    found = Organ.objects.order_by("level", "division", "key")
    return list(found.filter(division__startswith=region) if region else found)


_short: list[tuple[datetime, dict[str, str]]] = []


def short_names(keys: Collection[str]) -> Mapping[str, str]:
    """What organs are called in a line, by key; kept for a minute, and read anew for a new one."""
    now = clock.instant()
    if _short and now - _short[0][0] <= timedelta(minutes=1) and _short[0][1].keys() >= set(keys):
        return _short[0][1]
    found = dict(Organ.objects.values_list("key", "short"))
    _short[:] = [(now, found)]
    return found


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

"""Running numbers (流水号), taken by one statement so that no two are the same."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction

from tongban.domains.cases.models import Counter
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.identity import codes


@transaction.atomic(savepoint=False)
def take(*, series: str, by: Actor, count: int = 1) -> int:
    """Take the next number of a series, or the first of several; part of the caller's decision."""
    table = Counter._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (series, value) VALUES (%s, %s)"
            f" ON CONFLICT (series) DO UPDATE SET value = {table}.value + excluded.value"
            " RETURNING value",
            [series, count],
        )
        row = cursor.fetchone()
    return int(row[0]) - count + 1


SERIES = {"contract_no": "QHWQ", "deed_tax_no": "QS"}
"""Numbers of a city's own series, with what they begin with."""


@transaction.atomic(savepoint=False)
def assigned(*, pointer: str, values: Mapping[str, Any], division: str, by: Actor) -> str | None:
    """What the agency itself assigns with its decision: a newborn's number, a new firm's code.

    A real city asks the ministry's service here; the demo city has the unassigned prefix 99, and
    keeps the upper half of each day's serials for those who are born in it, and of the firms'
    serials for those that are founded in it.
    """
    role, _, element = pointer.partition(".")
    if element == "established_on":
        return clock.today().isoformat()
    if element == "uscc":
        serial = take(series=f"uscc:{division}", by=by)
        return codes.fictional_uscc(division, 500_000 + serial % 500_000)
    if element in SERIES:
        year = clock.today().year
        return f"{SERIES[element]}{year}{take(series=f'{element}:{year}', by=by):07}"
    born = str(values.get(f"{role}.birth_date", {}).get("value") or "")
    if element != "person_number" or not born:
        return None
    is_male = str(values.get(f"{role}.sex", {}).get("value") or "") == "1"
    count = take(series=f"person:{division}:{born}", by=by)
    return codes.fictional_person_number(
        division, date.fromisoformat(born), 500 + (count * 2 + is_male) % 500
    )

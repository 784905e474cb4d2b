"""Long lists by key: each page begins behind the last row of the one before.

Nothing is counted, a page costs the same wherever it lies, and what comes in meanwhile neither
shows a row twice nor hides one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, Q, QuerySet

from tongban.kernel.ui.refusals import BadRequest

NAME = "after"
"""What the address calls it."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of rows, and where the next begins."""

    rows: list[Any]
    onward: str
    """Behind which row the next page begins; empty where this is the last."""
    is_first: bool


def cut(
    rows: QuerySet[Any],
    *,
    column: str,
    read: Callable[[str], Any],
    after: str,
    size: int,
    newest_first: bool = False,
) -> Slice:
    """One page, ordered by a column (rows without a value stand last) and the id.

    `read` turns the column's ISO text back into its value; an `after` that is none is refused.
    """
    order = F(column).desc(nulls_last=True) if newest_first else F(column).asc(nulls_last=True)
    rows = rows.order_by(order, "-id" if newest_first else "id")
    if after:
        rows = rows.filter(_behind(column, *_position(after, read), newest_first=newest_first))
    found = list(rows[: size + 1])
    onward = _text(found[size - 1], column) if len(found) > size else ""
    return Slice(rows=found[:size], onward=onward, is_first=not after)


def _text(row: Model, column: str) -> str:
    value = getattr(row, column)
    return f"{value.isoformat() if value is not None else ''}~{row.pk}"


def _position(after: str, read: Callable[[str], Any]) -> tuple[Any, int]:
    text, _, key = after.partition("~")
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        raise BadRequest()
    try:
        return (read(text) if text else None), int(key)
    except ValueError as error:
        raise BadRequest() from error


def _behind(column: str, value: Any, key: int, *, newest_first: bool) -> Q:
    way = "lt" if newest_first else "gt"
    same = Q(**{f"id__{way}": key})
    if value is None:
        return Q(**{column: None}) & same
    beyond = Q(**{f"{column}__{way}": value}) | Q(**{column: None})
    return beyond | (Q(**{column: value}) & same)

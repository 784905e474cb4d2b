"""Hot rows: statements that are compiled once, where the ORM compiles them each time.

Only for the few tables that every act writes: the ORM spends five times as long on making the SQL
of such a statement as the database on running it. What is read and written are the ORM's models.

Inside `kernel.trips.together` writes wait for each other and go to the database in one trip.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar

from django.db import connections, models
from django.db.models.expressions import Col

from tongban.kernel import trips
from tongban.kernel.errors import Stale
from tongban.kernel.trips import DATABASE, Write

M = TypeVar("M", bound=models.Model)
Converter = Callable[[Any], Any]


def add_rows(*rows: models.Model) -> None:
    """Insert new rows of one model in one statement; each learns its key."""
    add_later(*rows)
    trips.send()


def add_unless_there(row: models.Model) -> bool:
    """Insert a new row; False where a unique column or index says that there is such a one."""
    database = connections[DATABASE]
    sql, fields = _insert(type(row), 1)
    before, _, key = sql.rpartition(" RETURNING ")
    values = [f.get_db_prep_save(getattr(row, f.attname), database) for f in fields]
    with database.cursor() as cursor:
        cursor.execute(f"{before} ON CONFLICT DO NOTHING RETURNING {key}", values)
        found = cursor.fetchone()
    if found is None:
        return False
    (row.pk,) = found
    row._state.adding, row._state.db = False, DATABASE
    return True


def add_later(*rows: models.Model) -> None:
    """Insert new rows of one model; inside `together` they learn their keys only with its trip."""
    if not rows:
        return
    database = connections[DATABASE]
    sql, fields = _insert(type(rows[0]), len(rows))
    values = [
        field.get_db_prep_save(getattr(row, field.attname), database)
        for row in rows
        for field in fields
    ]

    def learn(cursor: Any) -> None:
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, DATABASE

    trips.write(Write(sql, values, learn))


@lru_cache(256)
def _insert(model: type[models.Model], count: int) -> tuple[str, Sequence[Any]]:
    fields = [f for f in model._meta.concrete_fields if not f.primary_key]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    key = model._meta.pk.column
    table = model._meta.db_table
    every = ", ".join([one] * count)
    return f'INSERT INTO "{table}" ({columns}) VALUES {every} RETURNING "{key}"', fields


def change_row(row: models.Model, **changes: Any) -> None:
    """Write some columns of a row that has a `version`, and show them on the row in hand.

    Raises `Stale` when it was changed since it was read; inside `together`, when the trip is made.
    """
    database = connections[DATABASE]
    sql, fields = _update(type(row), tuple(changes))
    version = row.version  # type: ignore[attr-defined]
    values = [
        field.get_db_prep_save(value, database)
        for field, value in zip(fields, changes.values(), strict=True)
    ]
    trips.write(Write(sql, [*values, version + 1, row.pk, version], _won))
    for name, value in changes.items():
        setattr(row, name, value)
    row.version = version + 1  # type: ignore[attr-defined]


def _won(cursor: Any) -> None:
    if cursor.rowcount != 1:
        raise Stale()


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, Sequence[Any]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = "".join(f'"{f.column}" = %s, ' for f in fields)
    key, table = model._meta.pk.column, model._meta.db_table
    return (
        f'UPDATE "{table}" SET {columns}"version" = %s WHERE "{key}" = %s AND "version" = %s',
        fields,
    )


def locks(*aliases: str) -> str:
    """How a reading ends that locks these tables' rows, in this order; SQLite locks as a whole."""
    if connections[DATABASE].features.has_select_for_update:
        return f" FOR UPDATE OF {', '.join(aliases)}"
    return ""


def read_rows(sql: str, values: Sequence[Any], *parts: type[models.Model]) -> list[tuple[Any, ...]]:
    """Read rows that hold one model after another, then what other columns the text asks for.

    `{0}` in the text stands for the columns of the first, whose table goes by the alias t0.
    """
    database = connections[DATABASE]
    with database.cursor() as cursor:
        cursor.execute(_select(sql, parts), values)
        found = cursor.fetchall()
    return [_made(row, parts) for row in found]


def read_where(model: type[M], where: str, values: Sequence[Any]) -> list[M]:
    """Read rows of one model, whose table goes by the alias t0; `where` may go on to the order."""
    sql = f"SELECT {{0}} FROM {model._meta.db_table} t0 WHERE {where}"
    return [row for (row,) in read_rows(sql, values, model)]


def marks(values: Collection[Any]) -> str:
    """As many places as there are values, for an `IN`; NULL when there are none."""
    return ", ".join(["%s"] * len(values)) or "NULL"


@cache
def _select(sql: str, parts: tuple[type[models.Model], ...]) -> str:
    columns = [
        ", ".join(f't{n}."{f.column}"' for f in part._meta.concrete_fields)
        for n, part in enumerate(parts)
    ]
    return sql.format(*columns)


def _made(row: Sequence[Any], parts: tuple[type[models.Model], ...]) -> tuple[Any, ...]:
    made = []
    start = 0
    for part in parts:
        names, converters = _reading(part)
        values = list(row[start : start + len(names)])
        start += len(names)
        for place, convert in converters:
            values[place] = convert(values[place])
        made.append(part.from_db(DATABASE, names, values))
    return (*made, *row[start:])


@cache
def _reading(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Converter]]]:
    """The columns of a model in order, and what turns those that need it into Python."""
    database = connections[DATABASE]
    fields = model._meta.concrete_fields
    converters = []
    for place, field in enumerate(fields):
        column = Col(model._meta.db_table, field)
        steps = [
            *database.ops.get_db_converters(column),
            *field.get_db_converters(database),
        ]
        if steps:
            converters.append((place, _chain(steps, column)))
    return [f.attname for f in fields], converters


def _chain(steps: Sequence[Callable[..., Any]], column: Col) -> Converter:
    def convert(value: Any) -> Any:
        for step in steps:
            value = step(value, column, connections[DATABASE])
        return value

    return convert

"""No migration since the last release locks a large table: judged by its operations, and measured.

PostgreSQL adds a column that is null, or has a constant for its default, without touching a row; it
builds an index beside the running work when asked to. Whatever else an upgrade would do to a table
that a city has filled is refused here, with what to write instead.
"""

import sqlite3
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Value
from django.db.models.functions import Now

from tongban.kernel import online

SNAPSHOTS = Path(__file__).parent / "snapshots"
HARMLESS = (
    migrations.CreateModel,
    migrations.DeleteModel,
    migrations.RemoveField,
    migrations.RemoveIndex,
    migrations.RemoveConstraint,
    migrations.RenameIndex,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
)


def published(folder: Path) -> set[tuple[str, str]]:
    """The migrations that a city of the last release has run."""
    newest = sorted(SNAPSHOTS.glob("*-sqlite.tar.xz"))[-1]
    with tarfile.open(newest) as held:
        held.extract("./database.sqlite3", folder, filter="data")
    with sqlite3.connect(folder / "database.sqlite3") as database:
        return set(database.execute("select app, name from django_migrations"))


def refused(
    operation: Operation, *, label: str, old: set[str], state: ProjectState, atomic: bool
) -> str:
    """Why an operation may not meet a large table; empty where it may."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        found = (
            refused(one, label=label, old=old, state=state, atomic=atomic)
            for one in operation.database_operations
        )
        return next(filter(None, found), "")
    if isinstance(operation, HARMLESS):
        return ""
    name = str(getattr(operation, "model_name", "")).lower()
    if name and f"{label}.{name}" not in old:
        return ""
    if isinstance(operation, migrations.AddField):
        return _column(operation.field)
    if isinstance(operation, online.AddIndex | online.PutConstraint | online.IndexKey):
        return (
            "write atomic = False: an index is not built beside others in a transaction"
            if atomic
            else ""
        )
    if isinstance(operation, migrations.AddIndex):
        return "use online.AddIndex"
    if isinstance(operation, migrations.AddConstraint):
        return "use online.PutConstraint, or check in the rules: a constraint reads every row"
    if isinstance(operation, migrations.AlterField):
        before = state.models[label, name].fields[operation.name]
        return _altered(before, operation.field)
    return f"{type(operation).__name__} rewrites rows or renames what running programs use"


def _column(field: "models.Field[Any, Any]") -> str:
    if field.unique or field.db_index:
        return "add it with db_index=False, and its index by online.IndexKey"
    if field.has_db_default():
        given = field.db_default
        constant = not hasattr(given, "resolve_expression") or isinstance(given, Value)
        return "" if constant else "its db_default is computed row by row"
    if field.null or field.has_default() or (field.blank and field.empty_strings_allowed):
        return ""
    return "make it null=True, or give it a db_default"


def _altered(before: "models.Field[Any, Any]", after: "models.Field[Any, Any]") -> str:
    """Choices and words stay in the program; a longer text and null cost nothing either."""
    if type(before) is not type(after):
        return "another type rewrites the table: add a column beside it"
    longer = (before.max_length or 0) <= (after.max_length or 0)
    looser = after.null or not before.null
    same = (before.unique, before.db_index) == (after.unique, after.db_index)
    if longer and looser and same:
        return ""
    return "only choices, a longer text, or null may be altered"


def unpublished(folder: Path) -> Iterator[tuple[str, Operation, str]]:
    """Each operation since the last release, with what speaks against it."""
    ran = published(folder)
    loader = MigrationLoader(None)
    state = ProjectState(real_apps=loader.unmigrated_apps)
    old: set[str] = set()
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        held = loader.graph.nodes[key]
        for operation in held.operations:
            if key in ran:
                if isinstance(operation, migrations.CreateModel):
                    old.add(f"{key[0]}.{operation.name.lower()}")
            else:
                why = refused(operation, label=key[0], old=old, state=state, atomic=held.atomic)
                yield f"{key[0]}.{key[1]}: {operation.describe()}", operation, why
            operation.state_forwards(key[0], state)


def test_no_migration_since_the_last_release_locks_a_large_table(tmp_path: Path) -> None:
    found = list(unpublished(tmp_path))
    assert found, "nothing was looked at"
    faults = [f"{where}: {why}" for where, _, why in found if why]
    assert not faults, "\n".join(faults)


NOW = models.DateTimeField(db_default=Now())
KEY = models.ForeignKey("t.big", models.PROTECT, null=True)
INDEX = models.Index(fields=["name"], name="big_name")
CHECK = models.CheckConstraint(condition=models.Q(name="a"), name="c")
CHOSEN = models.CharField(max_length=9, choices=[("a", "a")])


@pytest.mark.parametrize(
    ("operation", "atomic", "is_refused"),
    [
        (migrations.AddField("big", "a", models.DateField(null=True)), True, False),
        (migrations.AddField("big", "a", models.CharField(blank=True, max_length=9)), True, False),
        (migrations.AddField("big", "a", models.IntegerField(db_default=1)), True, False),
        (migrations.AddField("big", "a", models.IntegerField()), True, True),
        (migrations.AddField("big", "a", NOW), True, True),
        (migrations.AddField("big", "a", KEY), True, True),
        (migrations.AddField("new", "a", models.IntegerField()), True, False),
        (migrations.AddIndex("big", INDEX), True, True),
        (online.AddIndex("big", INDEX), True, True),
        (online.AddIndex("big", INDEX), False, False),
        (migrations.AlterField("big", "name", CHOSEN), True, False),
        (migrations.AlterField("big", "name", models.CharField(max_length=8)), True, True),
        (migrations.AlterField("big", "name", models.TextField()), True, True),
        (migrations.RunPython(migrations.RunPython.noop), True, True),
        (migrations.RunSQL("update t_big set name = ''"), True, True),
        (migrations.RenameField("big", "name", "title"), True, True),
        (migrations.AddConstraint("big", CHECK), True, True),
    ],
)  # fmt: skip
def test_what_would_lock_is_refused(operation: Operation, atomic: bool, is_refused: bool) -> None:
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=9)),
    ]
    migrations.CreateModel("big", fields).state_forwards("t", state)
    why = refused(operation, label="t", old={"t.big"}, state=state, atomic=atomic)
    assert bool(why) is is_refused, why


BIG = "lockedbig"
OPEN_KEY = models.ForeignKey("t.lockedbig", models.PROTECT, null=True, db_index=False)
ONCE = models.UniqueConstraint(fields=["id"], condition=models.Q(name="n1"), name="big_once")
MEASURED = [
    migrations.AddField(BIG, "day", models.DateField(null=True)),
    migrations.AddField(BIG, "no", models.IntegerField(default=1)),
    migrations.AddField(BIG, "key", OPEN_KEY),
    online.IndexKey(BIG, "key", models.ForeignKey("t.lockedbig", models.PROTECT, null=True)),
    online.AddIndex(BIG, models.Index(fields=["name"], name="big_n")),
    online.PutConstraint(BIG, ONCE),
]
FILL = "insert into t_lockedbig (name) select 'n' || g % 9 from generate_series(1, 1000000) g"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_table_of_a_million_rows_is_held_for_less_than_a_second() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("It is PostgreSQL's locks that are measured.")
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=9)),
    ]
    made = migrations.CreateModel(BIG, fields)
    before = state.clone()
    made.state_forwards("t", state)
    with connection.schema_editor() as editor:
        made.database_forwards("t", editor, before, state)
    try:
        with connection.cursor() as cursor:
            cursor.execute("alter table t_lockedbig set unlogged")
            cursor.execute(FILL)
        waited = [_longest_wait(state, operation) for operation in MEASURED]
        with connection.cursor() as cursor:
            names = connection.introspection.get_constraints(cursor, "t_lockedbig")
        assert {"big_n", "big_once"} <= names.keys()
        assert max(waited) < 1.0, waited
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop table t_lockedbig cascade")


def _longest_wait(state: ProjectState, operation: Operation) -> float:
    """How long a writer had to wait while the operation ran."""
    held = connection.settings_dict
    over, waits = threading.Event(), [0.0]

    def write() -> None:
        with psycopg.connect(
            host=held["HOST"],
            port=held["PORT"] or 5432,
            user=held["USER"],
            password=held["PASSWORD"],
            dbname=held["NAME"],
            autocommit=True,
        ) as other:
            while not over.is_set():
                began = time.monotonic()
                other.execute("update t_lockedbig set name = 'n2' where id = 17")
                waits.append(time.monotonic() - began)
                over.wait(0.005)

    writer = threading.Thread(target=write)
    before = state.clone()
    operation.state_forwards("t", state)
    writer.start()
    try:
        with connection.schema_editor(atomic=operation.atomic) as editor:
            operation.database_forwards("t", editor, before, state)
    finally:
        over.set()
        writer.join(30)
    return max(waits)

"""Operations of migrations that build an index while others write.

An index that is built in the usual way locks its table against writing, for a large one for many
seconds. On PostgreSQL these build it beside the running work (CREATE INDEX CONCURRENTLY); a
migration with any of them says `atomic = False` and holds nothing else. One that was interrupted
leaves an index that is not valid: each takes away its own remains first, so it can be run again.
"""

from contextlib import AbstractContextManager
from typing import Any

from django.db import migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


def _is_postgresql(editor: BaseDatabaseSchemaEditor) -> bool:
    return editor.connection.vendor == "postgresql"


class AddIndex(migrations.AddIndex):
    """Add an index to a table that has rows."""

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Build it."""
        if not _is_postgresql(schema_editor):
            with _whole(schema_editor):
                super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(
            f"DROP INDEX CONCURRENTLY IF EXISTS {_quoted(schema_editor, self.index.name)}"
        )
        statement = self.index.create_sql(model, schema_editor, concurrently=True)
        schema_editor.execute(statement, params=None)


class PutConstraint(migrations.AddConstraint):
    """Put a unique constraint with a condition, in place of an older one of its name.

    The old one holds until the new one is there: at no moment may a thing be done twice. Remove
    the old one from the state alone (SeparateDatabaseAndState) before.
    """

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Build it under another name, then change places."""
        model = to_state.apps.get_model(app_label, self.model_name)
        name = self.constraint.name
        if not _is_postgresql(schema_editor):
            with _whole(schema_editor):
                schema_editor.execute(f"DROP INDEX IF EXISTS {_quoted(schema_editor, name)}")
                super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        held, made = _quoted(schema_editor, name), _quoted(schema_editor, f"{name}_new")
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {made}")
        statement = str(self.constraint.create_sql(model, schema_editor))
        plain = f"CREATE UNIQUE INDEX {held} "
        if not statement.startswith(plain):
            raise NotImplementedError(f"{name} is no unique constraint with a condition.")
        schema_editor.execute(
            f"CREATE UNIQUE INDEX CONCURRENTLY {made} " + statement.removeprefix(plain), params=None
        )
        with _whole(schema_editor):
            schema_editor.execute(f"DROP INDEX IF EXISTS {held}", params=None)
            schema_editor.execute(f"ALTER INDEX {made} RENAME TO {held}", params=None)


class IndexKey(migrations.AlterField):
    """Give the index that is its own to a key that was added without one (`db_index=False`)."""

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Build it."""
        if not _is_postgresql(schema_editor):
            with _whole(schema_editor):
                super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        field: models.Field[Any, Any] = model._meta.get_field(self.name)
        table, column = model._meta.db_table, str(field.column)
        unique = "UNIQUE " if field.unique else ""
        name = _quoted(schema_editor, f"{table}_{column}_{'uniq' if unique else 'idx'}"[:60])
        on = _quoted(schema_editor, table)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        schema_editor.execute(
            f"CREATE {unique}INDEX CONCURRENTLY {name} ON {on} ({_quoted(schema_editor, column)})"
        )
        if unique:
            schema_editor.execute(
                f"ALTER TABLE {on} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}"
            )


def _whole(editor: BaseDatabaseSchemaEditor) -> AbstractContextManager[None]:
    """All or nothing, though the migration itself is not: SQLite alters a table by copying it."""
    return transaction.atomic(editor.connection.alias)


def _quoted(editor: BaseDatabaseSchemaEditor, name: str) -> str:
    return editor.quote_name(name)

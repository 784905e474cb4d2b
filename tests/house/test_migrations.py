"""Migrations follow the tables, in one line."""

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from tests.house.source import SOURCE, none, place


def test_tables_and_migrations_agree() -> None:
    with translation.override(None):
        loader = MigrationLoader(None)
        stand, want = loader.project_state(), ProjectState.from_apps(apps)
        changes = MigrationAutodetector(stand, want).changes(graph=loader.graph)
    none(
        f"{label}: tables and migrations differ; makemigrations -n what-it-brings"
        for label in changes
    )


def test_migrations_are_numbered_in_one_line() -> None:
    """Cities run on them: a new one is added at the end, none is changed or left out."""
    none(
        f"{place(folder)}: {', '.join(found)}; number them from 0001 on, each once"
        for folder in sorted(SOURCE.rglob("migrations"))
        if (found := sorted(p.name for p in folder.glob("*.py") if p.name != "__init__.py"))
        and [name[:4] for name in found] != [f"{n:04}" for n in range(1, len(found) + 1)]
    )

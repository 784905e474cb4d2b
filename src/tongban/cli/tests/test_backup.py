"""A backup taken beside running processes goes back into an empty place, and verifies."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.worlds import World, database_named, small_city, until

Make = Callable[[str], World]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("worlds")
    small_city(made / "city")
    return made


def world_in(folder: Path, name: str, database: str) -> World:
    (folder / name).mkdir()
    return World(folder / name, database, folder / "city")


@pytest.fixture(scope="module")
def sqlite(folder: Path) -> Iterator[World]:
    world = world_in(folder, "first", f"sqlite:///{folder / 'first' / 'db.sqlite3'}")
    world.run("setup")
    yield world
    world.close()


def fresh(folder: Path, name: str, keys: Path | None) -> World:
    world = world_in(folder, name, f"sqlite:///{folder / name / 'db.sqlite3'}")
    if keys:
        shutil.copytree(keys / "keys", world.var / "keys")
    return world


def test_what_was_taken_goes_back_and_verifies(sqlite: World, folder: Path) -> None:
    worker = sqlite.start("worker")
    until(lambda: not unsealed(sqlite), what="sealing")
    # Daily work goes on beside it: ask until a moment when nothing new is open.
    until(lambda: "not sealed" not in sqlite.run("ledger", "verify"), what="a whole seal")
    said = sqlite.run("backup", str(folder / "taken"))
    assert worker.poll() is None, "the worker went on"
    sqlite.stop()
    assert "are not in it" in said
    assert not list((folder / "taken").rglob("keyring*"))

    second = fresh(folder, "second", sqlite.var)
    said = second.run("restore", str(folder / "taken"))
    assert "Restored as of" in said
    assert "are as they were sealed" in said
    assert second.run("ledger", "verify").split()[0] != "0"
    # It goes on from there: the next sealing finds file and database in agreement.
    second.run("worker", "--once")
    assert "are as they were sealed" in second.run("ledger", "verify")


def test_a_backup_writes_over_nothing(sqlite: World, folder: Path) -> None:
    place = folder / "something"
    place.mkdir()
    (place / "kept").write_text("kept")
    assert "is not empty" in sqlite.run("backup", str(place), code=2)
    assert [path.name for path in place.iterdir()] == ["kept"]


def test_a_restoration_writes_over_nothing(sqlite: World, folder: Path) -> None:
    sqlite.run("backup", str(folder / "again"))
    events = count(sqlite)
    assert "is not empty" in sqlite.run("restore", str(folder / "again"), code=2)
    assert count(sqlite) == events


def test_a_backup_that_was_touched_is_refused(sqlite: World, folder: Path) -> None:
    taken = folder / "touched"
    sqlite.run("backup", str(taken))
    with closing(sqlite3.connect(taken / "database.sqlite3")) as copy, copy:
        copy.execute("UPDATE ledger_event SET actor = 'nobody' WHERE id = 1")
    third = fresh(folder, "third", None)
    assert "is not a whole backup" in third.run("restore", str(taken), code=2)
    assert not (third.var / "db.sqlite3").exists() or not count_tables(third)


def test_an_edited_event_is_named_after_restoring(sqlite: World, folder: Path) -> None:
    sqlite.run("ledger", "seal")
    with closing(sqlite3.connect(sqlite.var / "db.sqlite3")) as copy:
        first = copy.execute("SELECT id, actor FROM ledger_event ORDER BY id LIMIT 1").fetchone()
        with copy:
            copy.execute("UPDATE ledger_event SET actor = 'nobody' WHERE id = ?", first[:1])
        said = sqlite.run("ledger", "verify", code=1)
        with copy:
            copy.execute("UPDATE ledger_event SET actor = ? WHERE id = ?", first[::-1])
    assert f"Event {first[0]} " in said
    assert "are as they were sealed" in sqlite.run("ledger", "verify")


def test_production_does_not_start_unsafe(sqlite: World) -> None:
    sqlite.extra = {"TONGBAN_PRODUCTION": "1"}
    for command in ("serve", "worker"):
        assert "Production does not start" in sqlite.run(command, code=2)
    sqlite.extra["TONGBAN_SECRET_KEY"] = "s" * 50
    sqlite.extra["TONGBAN_KEYS"] = str(sqlite.var / "no-keys")
    assert "There is no key ring" in sqlite.run("worker", "--once", code=2)
    sqlite.extra["TONGBAN_KEYS"] = str(sqlite.var / "keys")
    sqlite.run("worker", "--once")
    sqlite.extra = {}


def test_the_doctor_names_what_is_unsafe(sqlite: World) -> None:
    sqlite.extra = {"TONGBAN_DEBUG": "1", "TONGBAN_HOSTS": "*", "TONGBAN_DEMO": "1"}
    said = sqlite.run("doctor", code=1)
    sqlite.extra = {}
    for word in ("DEBUG", "secret of sessions", "host name", "anyone may be anyone"):
        assert word in said
    (sqlite.var / "keys" / "keyring.json").chmod(0o644)
    assert "may be read or changed by other users" in sqlite.run("doctor", code=1)
    (sqlite.var / "keys" / "keyring.json").chmod(0o600)


def test_a_city_is_set_up_once(sqlite: World, folder: Path) -> None:
    assert "There is a city" in sqlite.run("setup", code=2)
    empty = fresh(folder, "empty", None)
    assert "city.toml is missing" in empty.run("setup", "--city", str(empty.var), code=2)


def count(world: World) -> int:
    with closing(sqlite3.connect(world.var / "db.sqlite3")) as found:
        return int(found.execute("SELECT count(*) FROM ledger_event").fetchone()[0])


def unsealed(world: World) -> int:
    """Asked in the file: a command for each look would leave the worker no time."""
    with closing(sqlite3.connect(world.var / "db.sqlite3")) as found:
        (newest,) = found.execute("SELECT max(newest) FROM ledger_checkpoint").fetchone()
        tail = "SELECT count(*) FROM ledger_event WHERE id > ?"
        return int(found.execute(tail, (newest or 0,)).fetchone()[0])


def count_tables(world: World) -> int:
    with closing(sqlite3.connect(world.var / "db.sqlite3")) as found:
        return int(found.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


@pytest.fixture
def databases() -> Iterator[list[str]]:
    """Two empty databases on the tests' PostgreSQL server."""
    url = os.environ.get("TONGBAN_TEST_DATABASE_URL", "")
    if not url.startswith("postgres"):
        if os.environ.get("CI") == "true":
            pytest.fail("TONGBAN_TEST_DATABASE_URL names no PostgreSQL server.")
        pytest.skip("TONGBAN_TEST_DATABASE_URL names no PostgreSQL server.")
    names = [f"tongban_{which}_{os.getpid()}" for which in ("taken", "restored")]
    with psycopg.connect(url, autocommit=True) as server:
        for name in names:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield [database_named(url, name) for name in names]
    with psycopg.connect(url, autocommit=True) as server:
        for name in names:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.postgres
def test_the_same_on_postgresql(databases: list[str], folder: Path) -> None:
    first = world_in(folder, "pg-first", databases[0])
    first.run("setup")
    first.run("ledger", "seal")
    first.run("backup", str(folder / "pg-taken"))
    second = world_in(folder, "pg-second", databases[1])
    shutil.copytree(first.var / "keys", second.var / "keys")
    assert "are as they were sealed" in second.run("restore", str(folder / "pg-taken"))
    assert "is not empty" in second.run("restore", str(folder / "pg-taken"), code=2)
    lite = fresh(folder, "lite", None)
    assert "names sqlite" in lite.run("restore", str(folder / "pg-taken"), code=2)

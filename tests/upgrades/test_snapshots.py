"""A city of an earlier version, with running cases, goes on under this one."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.worlds import World, database_named

HERE = Path(__file__).parent
SQLITE = sorted(path.name for path in (HERE / "snapshots").glob("*-sqlite.tar.xz"))
POSTGRESQL = sorted(path.name for path in (HERE / "snapshots").glob("*-postgresql.tar.xz"))


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[World]:
    var = tmp_path / "var"
    var.mkdir()
    world = World(var, f"sqlite:///{var / 'tongban.sqlite3'}", extra={"TONGBAN_DEMO": "1"})
    yield world
    world.close()


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[World]:
    url = os.environ.get("TONGBAN_TEST_DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("TONGBAN_TEST_DATABASE_URL names no PostgreSQL server.")
    if shutil.which("pg_restore") is None:
        pytest.skip("PostgreSQL's client programs are not installed.")
    var = tmp_path / "var"
    var.mkdir()
    name = f"tongban_upgrade_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    world = World(var, database_named(url, name), extra={"TONGBAN_DEMO": "1"})
    yield world
    world.close()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.parametrize("archive", SQLITE)
def test_on_sqlite(on_sqlite: World, archive: str, tmp_path: Path) -> None:
    _goes_on(on_sqlite, archive, tmp_path)


@pytest.mark.postgres
@pytest.mark.parametrize("archive", POSTGRESQL)
def test_on_postgresql(on_postgresql: World, archive: str, tmp_path: Path) -> None:
    _goes_on(on_postgresql, archive, tmp_path)


def _goes_on(world: World, archive: str, folder: Path) -> None:
    taken = folder / "taken"
    with tarfile.open(HERE / "snapshots" / archive) as held:
        held.extractall(taken, filter="data")
    keys = world.var / "keys"
    keys.mkdir(mode=0o700)
    shutil.move(taken / "keyring.json", keys / "keyring.json")
    world.run("restore", str(taken))
    world.run("migrate")
    world.run("ledger", "verify")
    done = subprocess.run(
        [sys.executable, str(HERE / "go_on.py")],
        env=world.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert not told["lost"]
    assert told["running"] > 10
    assert told["ended"] >= told["running"] // 4, told
    assert told["new"] > 0
    world.run("ledger", "verify")

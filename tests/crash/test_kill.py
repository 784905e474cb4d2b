"""Kill web, worker and those who act, again and again, in the middle of the birth story.

What was promised to a citizen is there afterwards, and nothing is there twice.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.worlds import ROOT, World, database_named, free_port, status, until

pytestmark = pytest.mark.crash
FAMILIES = 10
KILLS = 12


@pytest.fixture(autouse=True)
def wanted(request: pytest.FixtureRequest) -> None:
    if os.environ.get("CI") != "true" and "crash" not in request.config.option.markexpr:
        pytest.skip("It kills processes and takes a minute; ask for it: pytest -m crash.")


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    var = tmp_path / "var"
    var.mkdir()
    if request.param == "sqlite":
        made = World(var, f"sqlite:///{var / 'tongban.sqlite3'}", extra={"TONGBAN_DEMO": "1"})
        yield made
        made.close()
        return
    url = os.environ.get("TONGBAN_TEST_DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("TONGBAN_TEST_DATABASE_URL names no PostgreSQL server.")
    name = sql.Identifier(f"tongban_crash_{os.getpid()}")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
    database = database_named(url, f"tongban_crash_{os.getpid()}")
    made = World(var, database, extra={"TONGBAN_DEMO": "1"})
    yield made
    made.close()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def asker(world: World) -> Callable[[str], list[tuple[Any, ...]]]:
    """Questions to the database itself, past all of our code."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        if world.database.startswith("sqlite"):
            with closing(sqlite3.connect(world.var / "tongban.sqlite3", timeout=20)) as found:
                return found.execute(query).fetchall()
        with psycopg.connect(world.database) as found:
            return found.execute(query).fetchall()

    return ask


def test_nothing_is_lost_and_nothing_is_there_twice(world: World) -> None:
    world.run("run", "--only-build", "--persons", "900", "--firms", "40", "--days", "0")
    ask = asker(world)
    port = str(free_port())
    journal = world.var / "journal"
    starts: dict[str, Callable[[], subprocess.Popen[str]]] = {
        "web": lambda: world.start("serve", "--port", port),
        "worker": lambda: world.start("worker"),
        "people": lambda: people(world, journal),
    }
    up = {name: start() for name, start in starts.items()}

    def count() -> int:
        return int(ask("SELECT count(*) FROM ledger_event")[0][0])

    die = random.Random(20)
    before = count()
    amid = 0
    for kill in range(KILLS):
        # A moment that is different each time, and in which something is going on.
        goal = count() + die.randrange(3, 12)
        until(lambda goal=goal: count() >= goal or is_done(journal), seconds=90, what="an event")
        amid += not is_done(journal)
        name = ("worker", "people", "worker", "people", "web")[kill % 5]
        world.kill(up[name])
        up[name] = starts[name]()
    assert amid >= KILLS - 2, "the story was over before it was disturbed enough"
    until(lambda: status(f"http://127.0.0.1:{port}/readyz") == 200, what="the web")
    until(lambda: is_done(journal), seconds=180, what="the end of filing")
    until(lambda: is_over(ask), seconds=180, what="the end of the cases")
    world.stop()
    world.run("worker", "--once")

    assert count() > before
    promised(ask, journal)
    once(ask)
    delivered(ask)
    sealed(world, ask)
    messages(world)


def people(world: World, journal: Path) -> subprocess.Popen[str]:
    log = (world.var / "people.log").open("a")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.people", str(journal), str(FAMILIES)],
        cwd=ROOT,
        env={**world.environment, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    log.close()
    world.started.append(process)
    return process


def is_done(journal: Path) -> bool:
    return journal.with_suffix(".done").exists()


OWED = "SELECT count(*) FROM ledger_delivery WHERE done_at IS NULL"


def is_over(ask: Callable[[str], list[tuple[Any, ...]]]) -> bool:
    """Every filing has come to its end, and all of it was told to all who hear it."""
    filed = ask("SELECT count(*), count(ended_at) FROM cases_application")[0]
    return filed[0] == filed[1] and ask(OWED)[0][0] == 0


def lines(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines() if line.startswith("{")]


def promised(ask: Callable[[str], list[tuple[Any, ...]]], journal: Path) -> None:
    """Every number that a citizen was given is kept, and none is there that nobody has."""
    told = {line["number"] for line in lines(journal) if "number" in line}
    kept = {row[0] for row in ask("SELECT number FROM cases_application")}
    assert len(told) >= FAMILIES // 2, lines(journal)
    assert told == kept


def once(ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """One case per item, one event per decision, one notice of a kind, one licence per result."""
    cases = ask("SELECT application_id, item_key FROM cases_case")
    assert cases and not twice(cases)
    decided = ask("SELECT case_id FROM cases_determination")
    assert not twice(decided)
    by_name = Counter(row[0] for row in ask("SELECT name FROM ledger_event"))
    filed = ask("SELECT count(*) FROM cases_application")[0][0]
    assert by_name["application.submitted"] == filed
    for name in ("case.submitted", "case.accepted", "case.granted", "case.closed"):
        events = ask(f"SELECT subject FROM ledger_event WHERE name = '{name}'")
        assert events and not twice(events), name
    licences = ask("SELECT case_no, result_key, identifier FROM licences_licence")
    assert licences and not twice([row[:2] for row in licences])
    assert by_name["licence.issued"] == len(licences)
    notices = ask("SELECT application_id, case_id, kind, message_id FROM cases_notice")
    assert notices and not twice([row[:3] for row in notices])
    assert not twice([row[3:] for row in notices])


def delivered(ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """Each event reached each of its hearers; nothing was given up."""
    assert ask(OWED)[0][0] == 0
    assert ask("SELECT count(*) FROM ledger_delivery WHERE set_aside_at IS NOT NULL")[0][0] == 0
    assert not twice(ask("SELECT event_id, reaction FROM ledger_delivery"))


def sealed(world: World, ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """The whole ledger is sealed, and what is sealed is what is there."""
    assert "are as they were sealed" in world.run("ledger", "verify")
    leaves, events = ask(
        "SELECT (SELECT count(*) FROM ledger_leaf), (SELECT count(*) FROM ledger_event)"
    )[0]
    assert leaves == events


def messages(world: World) -> None:
    """What phones would have got: each message once."""
    file = world.var / "messages.jsonl"
    if file.exists():
        ids = [json.loads(line)["id"] for line in file.read_text().splitlines()]
        assert len(ids) == len(set(ids))


def twice(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row for row, count in Counter(rows).items() if count > 1]

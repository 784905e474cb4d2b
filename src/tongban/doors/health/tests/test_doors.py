"""What machines see: alive, ready, owed; and who may look."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tongban.cli.logs import JsonFormatter
from tongban.doors.health import readiness
from tongban.kernel.actor import part
from tongban.kernel.crypto import keyring
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.ledger import actions as ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """The log as it is written."""
    written: list[dict[str, Any]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(JsonFormatter().format(record)))

    handler = Kept()
    logger = logging.getLogger("tongban.requests")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


def test_alive_asks_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_ready_names_what_does_not_answer(client: Client, settings: Any, tmp_path: Path) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "keys": "ok",
        "worker": "no worker has run yet",
    }
    jobs.beat(worker="w:1", loop="due")
    assert client.get("/readyz").json()["worker"] == "ok"
    settings.TONGBAN_KEYS = tmp_path / "none"
    keyring.reload_keyring.__globals__["_cache"].clear()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert "doctor" in answer.json()["keys"]


def test_not_ready_before_the_migrations(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_migrated", [False])
    monkeypatch.setattr(readiness, "pending_migrations", lambda: 2)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "2 are pending; run `tongban migrate`"


def test_metrics_say_what_is_owed(client: Client) -> None:
    ledger.record("delivery.pruned", "ledger.delivery", by=part("ledger"), count=0, days=30)
    jobs.beat(worker="w:1", loop="sealing")
    text = client.get("/metrics").content.decode()
    for name in (
        "tongban_build_info{",
        "tongban_deliveries_owed ",
        "tongban_delivery_oldest_seconds ",
        "tongban_deliveries_set_aside 0.0",
        "tongban_ledger_unsealed 1.0",
        "tongban_ledger_unsealed_seconds ",
        "tongban_clocks_due_lag_days 0.0",
        'tongban_jobs{state="queued"} 0.0',
        'tongban_worker_loop_seconds{loop="sealing"}',
    ):
        assert f"\n{name}" in text, name


def test_requests_are_counted_by_route_and_never_by_path(client: Client) -> None:
    client.get("/sign-in/link/990101199208158117/")
    client.get("/no/such/990101199208158117")
    text = client.get("/metrics").content.decode()
    assert 'route="sign-in-link"' in text
    assert 'route="unknown"' in text
    assert "990101199208158117" not in text


@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "::1", 200),
        ("", {}, "10.0.0.8", 404),
        # Behind a gateway everyone seems to come from this machine.
        ("", {"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", 404),
        ("secret", {}, "127.0.0.1", 404),
        ("secret", {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        ("secret", {"Authorization": "Bearer secret"}, "10.0.0.8", 200),
    ],
)
def test_metrics_are_for_this_machine_or_the_token(
    token: str, headers: dict[str, str], address: str, status: int, client: Client, settings: Any
) -> None:
    settings.TONGBAN_METRICS_TOKEN = token
    assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status


def test_each_request_leaves_one_line(client: Client, lines: list[dict[str, Any]]) -> None:
    answer = client.get("/sign-in/", headers={"X-Request-ID": "abcdef0123"})
    client.get("/healthz")
    [line] = lines
    assert line["request_id"] == "abcdef0123" == answer["X-Request-ID"]
    assert (line["route"], line["method"], line["status"]) == ("sign-in", "GET", 200)
    assert line["actor"] == "nobody"
    assert line["ms"] > 0


def test_a_personal_number_in_an_address_is_not_written_down(
    client: Client, lines: list[dict[str, Any]]
) -> None:
    client.get("/nowhere/990101199208158117?q=13900001111")
    assert "990101199208158117" not in json.dumps(lines)
    assert "13900001111" not in json.dumps(lines)

"""Each finding appears when its cause does, and goes when that goes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tongban.doors.health import findings, readiness, safety
from tongban.doors.health.findings import Finding
from tongban.kernel import clock
from tongban.kernel.actor import part
from tongban.kernel.jobs import actions as jobs
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Event


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def sound(settings: Any) -> None:
    """A deployment with nothing wrong."""
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.SECRET_KEY, settings.SECRET_KEY_IS_DEFAULT = "x" * 50, False
    settings.TONGBAN_DEMO = False
    settings.ALLOWED_HOSTS = ["qinghe.example"]
    settings.BASE_URL = "https://qinghe.example"


def words(found: list[Finding]) -> str:
    return "\n".join(one.sentence() for one in found)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DEBUG", True, "DEBUG shows"),
        ("SECRET_KEY_IS_DEFAULT", True, "the one that everyone knows"),
        ("SECRET_KEY", "short", "short enough to be guessed"),
        ("ALLOWED_HOSTS", ["*"], "Every host name"),
        ("TONGBAN_DEMO", True, "anyone may be anyone"),
        ("TONGBAN_KEYS", Path("/nowhere"), "no key ring in /nowhere"),
    ],
)
def test_production_refuses_to_start_with(name: str, value: Any, says: str, settings: Any) -> None:
    safety.refuse_unsafe()
    setattr(settings, name, value)
    with pytest.raises(safety.Unsafe, match=says):
        safety.refuse_unsafe()


def test_elsewhere_only_what_cannot_work_is_refused(settings: Any) -> None:
    settings.PRODUCTION, settings.DEBUG, settings.TONGBAN_DEMO = False, True, True
    safety.refuse_unsafe()
    settings.TONGBAN_KEYS = Path("/nowhere")
    with pytest.raises(safety.Unsafe):
        safety.refuse_unsafe()


def test_sqlite_bears_one_process(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engines = settings.DATABASES["default"]
    monkeypatch.setitem(engines, "ENGINE", "django.db.backends.sqlite3")
    with pytest.raises(safety.Unsafe, match="2 web processes"):
        safety.refuse_unsafe(processes=2)
    monkeypatch.setitem(engines, "ENGINE", "django.db.backends.postgresql")
    safety.refuse_unsafe(processes=2)


@pytest.mark.django_db
def test_the_calendar_of_the_coming_year_is_wanted_from_november() -> None:
    with clock.at("2026-10-31 09:00"):
        assert "2027" not in words(findings.everything())
    with clock.at("2026-11-01 09:00"):
        assert "working days of 2027 are provisional" in words(findings.everything())


@pytest.mark.django_db
def test_workers_and_the_unsealed_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No worker" in words(findings.everything())
    jobs.beat(worker="w:1", loop="due")
    assert "No worker" not in words(findings.everything())
    monkeypatch.setattr(readiness, "worker_age", lambda: timedelta(seconds=61))
    assert "for 61 s" in words(findings.everything())
    ledger.record("delivery.pruned", "ledger.delivery", by=part("ledger"), count=0, days=30)
    assert "not sealed" not in words(findings.everything())
    Event.objects.update(recorded_at=clock.instant() - timedelta(seconds=40))
    assert "1 events are not sealed, the oldest for 40 s" in words(findings.everything())


@pytest.mark.django_db
def test_a_full_disk_and_a_missing_city(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "LEAST_FREE", 10**18)
    settings.TONGBAN_CITY = Path("/nowhere")
    found = words(findings.everything())
    assert "MB are free" in found
    assert "no city in /nowhere" in found


def test_production_says_why_in_the_language_of_who_reads(settings: Any) -> None:
    settings.DEBUG = True
    with translation.override("zh-hans"), pytest.raises(safety.Unsafe, match="TONGBAN_DEBUG") as no:
        safety.refuse_unsafe()
    with translation.override("zh-hans"):
        assert "DEBUG 会把程序内部展示给群众" in str(no.value.facts["problems"])

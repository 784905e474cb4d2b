"""Many lists at one policy's funds in the same moment: the funds bear what they bear."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from tongban.domains.enterprise import actions
from tongban.domains.enterprise.models import MatchConsent, PolicyBudget
from tongban.kernel.actor import Actor
from tongban.kernel.ledger.tests.databases import shared

START = date(2026, 1, 1)


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    with shared(tmp_path):
        yield


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """What each answered."""
    start = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        try:
            start.wait()
            while True:
                try:
                    with transaction.atomic():
                        return work()
                except OperationalError:
                    continue  # SQLite: another is writing
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(one, work) for work in works]]


@pytest.mark.usefixtures("database")
def test_the_funds_are_never_exceeded() -> None:
    PolicyBudget.objects.create(policy="p", starts=START, cap_fen=1000)

    def take() -> object:
        return actions.reserve(policy="p", starts=START, fen=300, by=actions.SELF)

    answers = at_once([take] * 6)
    assert answers.count(True) == 3
    assert PolicyBudget.objects.get().granted_fen == 900


@pytest.mark.usefixtures("database")
def test_two_consents_at_once_are_one() -> None:
    owner = Actor(kind="person", key="person:1", person=1, for_entity="91990101MAQH000001")

    def consent() -> object:
        return actions.consent(by=owner).pk

    assert len(set(at_once([consent] * 4))) == 1
    assert MatchConsent.objects.count() == 1

"""Two hands at one work item in the same moment: one verb happens, the other is refused."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from tongban.kernel.errors import Refusal
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.tests.databases import shared
from tongban.kernel.processes import actions, rules
from tongban.kernel.processes.models import WorkItem
from tongban.kernel.processes.rules import Verb
from tongban.kernel.processes.tests.given import item, matter, official


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    with shared(tmp_path):
        yield


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each answered, or its refusal."""
    start = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        try:
            start.wait()
            while True:
                try:
                    with transaction.atomic():
                        return work()
                except Refusal as refusal:
                    return refusal
                except OperationalError:
                    continue  # SQLite: another is writing
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(one, work) for work in works]]


@pytest.mark.usefixtures("database")
def test_of_two_verbs_one_happens() -> None:
    one = item(matter(), "accept")
    order = {"item": one.pk, "version": one.version}
    to = [actions.Asked(organ="organ", assignee="official:2@post:2")]
    verbs = (Verb.TRANSFER, Verb.SEND, Verb.FINISH, Verb.CIRCULATE)
    answers = at_once(
        *(
            lambda verb=verb, n=n: actions.perform(  # type: ignore[misc]
                verb=verb, by=official(n), to=to, words="x", key=f"k{n}", **order
            )
            for n, verb in enumerate(verbs, start=11)
        )
    )
    assert sum(not isinstance(answer, Refusal) for answer in answers) == 1
    assert Event.objects.exclude(name="matter.started").count() == 1


@pytest.mark.usefixtures("database")
def test_what_is_taken_back_was_not_claimed_and_what_is_claimed_stays() -> None:
    me, other = official(1), official(2)
    one = item(matter(), "accept")
    actions.transfer(item=one.pk, organ="organ", assignee=other.key, by=me)
    back, claimed = at_once(
        lambda: actions.take_back(item=one.pk, by=me),
        lambda: actions.claim(item=one.pk, by=other),
    )
    one = WorkItem.objects.get(pk=one.pk)
    assert isinstance(back, Refusal) != isinstance(claimed, Refusal)
    assert one.assignee == (other.key if isinstance(back, rules.AlreadyOpened) else me.key)

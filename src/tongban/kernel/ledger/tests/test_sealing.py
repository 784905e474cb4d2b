"""What was sealed cannot be changed unseen, and the first change is named."""

import json
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection

from tongban.kernel import clock
from tongban.kernel.ledger import actions, checkpoints, queries
from tongban.kernel.ledger.actions import leases, sealing
from tongban.kernel.ledger.models import Checkpoint, Event, EventCursor, Leaf
from tongban.kernel.ledger.rules import Finding, LogBroken, Wrong
from tongban.kernel.ledger.tests.given import BY, happened

pytestmark = pytest.mark.django_db


def sql(text: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def file() -> Path:
    return Path(settings.TONGBAN_CHECKPOINTS)


def lines() -> list[str]:
    return file().read_text().splitlines(keepends=True)


@pytest.fixture
def log() -> list[int]:
    """Three checkpoints over four events each; answers the numbers of the events."""
    numbers: list[int] = []
    for batch in range(3):
        numbers += [happened(no=batch, subject=f"test.thing:{number}").pk for number in range(4)]
        assert actions.seal(by=BY) == 4
    return numbers


def found() -> Finding:
    report = queries.verify()
    assert not report.ok and report.finding is not None
    return report.finding


def test_an_untouched_log_holds(log: list[int]) -> None:
    report = queries.verify()
    assert report.ok
    assert (report.size, report.checkpoints, report.unsealed) == (12, 3, 0)
    assert [json.loads(line)["size"] for line in lines()] == [4, 8, 12]
    assert json.loads(lines()[-1])["root"] == Checkpoint.objects.get(size=12).root
    assert "$" in json.loads(lines()[-1])["signature"]
    assert actions.seal(by=BY) == 0, "nothing new, no checkpoint"


def test_an_empty_ledger_holds() -> None:
    assert actions.seal(by=BY) == 0
    assert queries.verify().ok
    assert not file().exists()


def test_the_tail_is_shown_and_not_vouched_for(log: list[int]) -> None:
    assert queries.unsealed() == queries.Unsealed(0, None)
    happened(no=99)
    moved = clock.instant() + timedelta(seconds=7)
    with mock.patch.object(clock, "instant", return_value=moved):
        tail = queries.unsealed()
    assert tail.count == 1 and tail.oldest is not None and tail.oldest >= timedelta(seconds=6)
    assert queries.verify().unsealed == 1


EDITS = {
    "name": "'test.other'",
    "subject": "'test.thing:9'",
    "matter": "12",
    "actor": "'person:1'",
    "on_behalf": "'person:2'",
    "channel": "'web'",
    "at": "'2020-01-01 00:00:00+00'",
    "recorded_at": "'2020-01-01 00:00:00+00'",
    "data": """'{"no": 5000}'""",
}


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_event_is_named(log: list[int], column: str) -> None:
    sql(f"UPDATE ledger_event SET {column} = {EDITS[column]} WHERE id IN (%s, %s)", log[5], log[9])
    finding = found()
    assert (finding.wrong, finding.event, finding.position) == (Wrong.EDITED, log[5], 5)
    assert str(log[5]) in finding.sentence()


def test_an_event_edited_into_nonsense_is_named(log: list[int]) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL keeps no nonsense in its columns.")
    sql("UPDATE ledger_event SET at = 'yesterday' WHERE id = %s", log[5])
    assert (found().wrong, found().event) == (Wrong.EDITED, log[5])


def test_an_edited_leaf_is_named(log: list[int]) -> None:
    sql("UPDATE ledger_leaf SET hash = %s WHERE position = 7", b"x" * 32)
    finding = found()
    assert (finding.wrong, finding.event, finding.position) == (Wrong.EDITED, log[7], 7)


def test_an_event_edited_with_its_leaf_breaks_the_root(log: list[int]) -> None:
    sql("UPDATE ledger_event SET actor = 'person:1' WHERE id = %s", log[6])
    row = Event.objects.filter(pk=log[6]).values_list(*sealing.COLUMNS).get()
    forged = sealing.rules.entry(**dict(zip(sealing.COLUMNS, row, strict=True)))
    sql("UPDATE ledger_leaf SET hash = %s WHERE position = 6", sealing.leaf_hash(forged))
    finding = found()
    assert (finding.wrong, finding.event) == (Wrong.REWRITTEN, log[4])
    assert (finding.position, finding.until) == (4, 7)


@pytest.mark.parametrize("place", [0, 5, 11])
def test_a_deleted_event_is_named(log: list[int], place: int) -> None:
    sql("DELETE FROM ledger_event WHERE id = %s", log[place])
    finding = found()
    assert (finding.wrong, finding.event, finding.position) == (Wrong.DELETED, log[place], place)


def test_a_deleted_leaf_is_named(log: list[int]) -> None:
    sql("DELETE FROM ledger_leaf WHERE position = 5")
    finding = found()
    assert (finding.wrong, finding.after, finding.position) == (Wrong.UNPROVED, log[4], 5)


def test_an_event_deleted_with_its_leaf_and_the_gap_closed(log: list[int]) -> None:
    sql("DELETE FROM ledger_event WHERE id = %s", log[5])
    sql("DELETE FROM ledger_leaf WHERE position = 5")
    for position in range(6, 12):
        sql("UPDATE ledger_leaf SET position = %s WHERE position = %s", position - 1, position)
    finding = found()
    assert (finding.wrong, finding.position, finding.until) == (Wrong.REWRITTEN, 4, 7)


def test_an_inserted_event_is_named(log: list[int]) -> None:
    sql("UPDATE ledger_event SET id = id + 1000000 WHERE id > %s", log[5])
    sql("UPDATE ledger_leaf SET event = event + 1000000 WHERE event > %s", log[5])
    Checkpoint.objects.all().delete()
    Leaf.objects.all().delete()
    file().unlink()
    actions.seal(by=BY)
    assert queries.verify().ok, "a log with a gap in its numbers"
    columns = "name, subject, matter, actor, on_behalf, channel, at, recorded_at, data"
    sql(
        f"INSERT INTO ledger_event (id, {columns})"
        f" SELECT id + 100, {columns} FROM ledger_event WHERE id = %s",
        log[5],
    )
    finding = found()
    assert (finding.wrong, finding.event, finding.position) == (
        Wrong.INSERTED,
        log[5] + 100,
        6,
    )
    assert actions.seal(by=BY) == 0, "sealing does not take it in afterwards"
    assert found() == finding


def test_an_event_inserted_before_the_first(log: list[int]) -> None:
    Event.objects.create(
        pk=-5, name="test.happened", subject="x", actor="x", at=clock.now(), recorded_at=clock.now()
    )
    assert (found().wrong, found().event) == (Wrong.INSERTED, -5)


def test_swapped_events_are_named(log: list[int]) -> None:
    low, high = log[2], log[9]
    for old, new in ((low, -1), (high, low), (-1, high)):
        sql("UPDATE ledger_event SET id = %s WHERE id = %s", new, old)
    assert (found().wrong, found().event, found().position) == (Wrong.EDITED, low, 2)


def test_swapped_leaves_are_named(log: list[int]) -> None:
    for old, new in ((2, -1), (9, 2), (-1, 9)):
        sql("UPDATE ledger_leaf SET position = %s WHERE position = %s", new, old)
    finding = found()
    assert (finding.wrong, finding.event, finding.position) == (Wrong.SWAPPED, log[9], 2)


def cut(after: int, position: int, *, checkpoints_too: bool) -> None:
    sql("DELETE FROM ledger_event WHERE id > %s", after)
    sql("DELETE FROM ledger_leaf WHERE position >= %s", position)
    if checkpoints_too:
        sql("DELETE FROM ledger_checkpoint WHERE size > %s", position)


@pytest.mark.parametrize("checkpoints_too", [False, True])
def test_a_cut_log_is_found_by_the_file(log: list[int], checkpoints_too: bool) -> None:
    cut(log[7], 8, checkpoints_too=checkpoints_too)
    finding = found()
    assert (finding.wrong, finding.after, finding.position) == (Wrong.TRUNCATED, log[7], 8)
    assert finding.size == 12
    happened(no=1)
    with pytest.raises(LogBroken, match="was cut"):
        actions.seal(by=BY)
    assert Leaf.objects.count() == 8


def test_an_emptied_ledger_is_found_by_the_file(log: list[int]) -> None:
    cut(0, 0, checkpoints_too=True)
    assert (found().wrong, found().position) == (Wrong.TRUNCATED, 0)


def test_a_forged_checkpoint_is_named(log: list[int]) -> None:
    sql("UPDATE ledger_checkpoint SET root = %s WHERE size = 8", "0" * 64)
    finding = found()
    assert (finding.wrong, finding.size, finding.reason) == (Wrong.CHECKPOINT, 8, "differs")


def test_leaves_that_no_checkpoint_covers(log: list[int]) -> None:
    number = happened(no=1).pk
    Leaf.objects.create(position=12, event=number, hash=b"x" * 32)
    assert (found().wrong, found().event, found().reason) == (Wrong.CHECKPOINT, number, "leaves")


@pytest.mark.parametrize(
    ("change", "reason", "size"),
    [
        (lambda text: text.replace('"size": 8', '"size": 9'), "file", 8),
        (lambda text: text.replace('"root": "', '"root": "0'), "differs", 4),
        (lambda text: "nonsense\n" + text, "unreadable", -1),
        (lambda text: "".join(text.splitlines(keepends=True)[1:]), "file", 4),
        (lambda text: "".join(text.splitlines(keepends=True)[:1]), "file", 12),
    ],
)
def test_a_changed_file_is_found(log: list[int], change: object, reason: str, size: int) -> None:
    assert callable(change)
    file().write_text(change(file().read_text()))
    finding = found()
    assert (finding.wrong, finding.reason, finding.size) == (Wrong.CHECKPOINT, reason, size)


@pytest.mark.parametrize("part", [0, 40])
def test_a_line_that_a_crash_left_out_is_written_by_the_next_sealing(
    log: list[int], part: int
) -> None:
    whole = file().read_text()
    file().write_text("".join(lines()[:2]) + lines()[2][:part])
    assert queries.verify().ok
    actions.seal(by=BY)
    assert file().read_text() == whole


def test_sealing_stops_at_a_forged_frontier(log: list[int]) -> None:
    sql("UPDATE ledger_checkpoint SET peaks = '[]' WHERE size = 12")
    happened(no=1)
    with pytest.raises(LogBroken):
        actions.seal(by=BY)
    assert Leaf.objects.count() == 12


def test_a_batch_is_limited_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    for number in range(7):
        happened(no=number)
    assert [actions.seal(by=BY) for _ in range(4)] == [3, 3, 1, 0]
    assert queries.verify().ok


def test_another_leader_is_respected_until_its_lease_lapses() -> None:
    happened(no=1)
    span = timedelta(seconds=10)
    assert leases.take("sealing", holder="other", span=span)
    assert actions.seal(by=BY) == 0
    moved = clock.instant() + timedelta(seconds=11)
    with mock.patch.object(clock, "instant", return_value=moved):
        assert actions.seal(by=BY) == 1


def test_a_sealer_that_was_overtaken_gives_way(log: list[int]) -> None:
    happened(no=1)
    Leaf.objects.create(position=12, event=999_999, hash=b"x" * 32)
    assert actions.seal(by=BY) == 0
    assert len(lines()) == 3


def test_an_old_line_is_not_appended_again(log: list[int]) -> None:
    checkpoints.append([checkpoints.note_of(Checkpoint.objects.get(size=8))])
    assert len(lines()) == 3


def test_folding_gets_each_event_once_in_order(log: list[int]) -> None:
    batches: list[list[int]] = []

    def collect(events: list[Event]) -> None:
        batches.append([event.pk for event in events])

    while actions.fold(name="count", by=BY, fold=collect, limit=5):
        pass
    assert batches == [log[:5], log[5:10], log[10:]]
    assert EventCursor.objects.get().position == log[-1]


def test_a_fold_that_fails_is_repeated(log: list[int]) -> None:
    def fail(events: list[Event]) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        actions.fold(name="count", by=BY, fold=fail)
    assert actions.fold(name="count", by=BY, fold=lambda events: None) == 12

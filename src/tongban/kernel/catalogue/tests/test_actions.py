from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.catalogue import actions, files, kinds, queries, rules
from tongban.kernel.catalogue.kinds import Body, Fault, Kind, Known
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.catalogue.tests.given import AUTHOR, SECOND, published
from tongban.kernel.errors import NotPermitted
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db


def check_leaf(body: Body, known: Known) -> list[Fault]:
    if not body.get("name"):
        return [Fault("name", "A leaf has a name.", "Write one.")]
    return []


def check_tree(body: Body, known: Known) -> list[Fault]:
    return [
        Fault(f"leaves[{at}]", "There is no leaf {key}.", "", {"key": key})
        for at, key in enumerate(body.get("leaves", []))
        if not known.has("leaf", key)
    ]


@pytest.fixture(autouse=True)
def forest(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(kinds, "_answers", {})
    kinds.register(Kind("leaf", file="leaves.toml", table="leaf", check=check_leaf, order=1))
    kinds.register(Kind("tree", folder="trees", check=check_tree, order=2))
    kinds.register(Kind("drawing", folder="drawings", texts={".dmn": "dmn"}))
    kinds.register(Kind("forest", file="forest.toml"))
    with clock.at("2026-01-05 10:00"):
        yield


def city(folder: Path) -> Path:
    (folder / "trees").mkdir(parents=True)
    (folder / "drawings").mkdir()
    (folder / "leaves.toml").write_text(
        '# the leaves\n[[leaf]]\nkey = "oak"\nname = "橡"\n\n[[leaf]]\nkey = "elm"\nname = "榆"\n'
    )
    (folder / "trees" / "big.toml").write_text(
        'key = "big"\nname = "大树"\nplanted = 1999-03-12\nleaves = ["oak", "elm"]\n'
        'before = { days = 3, ratio = 0.5 }\n[[ring]]\nid = 1\noptions = [{ value = "a" }]\n'
    )
    (folder / "drawings" / "plan.dmn").write_text("<definitions>\n\t“x”\n</definitions>\n")
    (folder / "forest.toml").write_text('words = ["a", "b"]\n[[group]]\nmeans = ["big"]\n')
    return folder


def seed(folder: Path) -> actions.Seeded:
    return actions.seed(folder=folder, by=part("setup"))


def test_an_empty_city_is_published_at_once_as_one_event(tmp_path: Path) -> None:
    result = seed(city(tmp_path))
    assert set(result.published) == {
        "leaf/oak", "leaf/elm", "tree/big", "drawing/plan", "forest/forest",
    }  # fmt: skip
    tree = queries.current("tree", "big")
    assert (tree.no, tree.title, tree.valid_from) == (1, "大树", date(2026, 1, 5))
    assert tree.body["planted"] == "1999-03-12"
    row = Definition.objects.get(pk=tree.id)
    assert (row.author_name, row.approver_name, row.source) == ("city files", "setup", "file")
    [event] = Event.objects.all()
    assert event.name == "definition.seeded"
    assert event.data["published"] == 5
    assert event.data["kinds"] == {"drawing": 1, "forest": 1, "leaf": 2, "tree": 1}


def test_reading_the_same_files_again_does_nothing(tmp_path: Path) -> None:
    seed(city(tmp_path))
    again = seed(tmp_path)
    assert (again.drafted, again.published, again.unchanged) == ((), (), 5)
    assert Event.objects.count() == 1


def test_a_comment_is_no_change(tmp_path: Path) -> None:
    seed(city(tmp_path))
    path = tmp_path / "leaves.toml"
    path.write_text("# another comment\n" + path.read_text())
    assert seed(tmp_path).drafted == ()


def test_faulty_files_are_named_and_nothing_is_taken(tmp_path: Path) -> None:
    city(tmp_path)
    (tmp_path / "leaves.toml").write_text('[[leaf]]\nkey = "oak"\n')
    with pytest.raises(rules.Unreadable) as refused:
        seed(tmp_path)
    said = [f"{fault.where} | {fault.sentence()}" for fault in refused.value.faults]
    assert said == [
        "leaves.toml oak: name | A leaf has a name. Write one.",
        "trees/big.toml big: leaves[1] | There is no leaf elm.",
    ]
    assert queries.is_empty()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"[[leaf]\n", "This is not TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b'[[leaf]]\nname = "x"\n', "The key is missing"),
        (b'[leaf]\nkey = "x"\n', "must be a list"),
        (b'[[leaf]]\nkey = "a b"\nname = "x"\n', "cannot be a key"),
        (b'[[leaf]]\nkey = "../../etc"\nname = "x"\n', "cannot be a key"),
        (b'[[leaf]]\nkey = "a"\nname = "x"\n[[leaf]]\nkey = "a"\nname = "y"\n', "defined twice"),
        (b'[[leaf]]\nkey = "a"\nname = "x"\nn = nan\n', "must be finite"),
    ],
)
def test_unreadable_files(tmp_path: Path, text: bytes, says: str) -> None:
    (tmp_path / "leaves.toml").write_bytes(text)
    with pytest.raises(rules.Unreadable, match=says):
        seed(tmp_path)
    assert queries.is_empty()


def test_a_changed_file_waits_for_a_second_person(tmp_path: Path) -> None:
    seed(city(tmp_path))
    path = tmp_path / "leaves.toml"
    path.write_text(path.read_text().replace("橡", "橡树"))
    assert seed(tmp_path).drafted == ("leaf/oak",)
    assert queries.current("leaf", "oak").body["name"] == "橡"
    [row] = queries.drafts(by=SECOND)
    assert (row.no, row.status, row.source, row.based_on) == (2, "submitted", "file", 1)
    assert seed(tmp_path).drafted == ()
    actions.publish(definition=row.pk, by=SECOND)
    assert queries.current("leaf", "oak").body["name"] == "橡树"
    assert seed(tmp_path).drafted == ()


def test_a_file_changed_again_replaces_its_own_proposal(tmp_path: Path) -> None:
    seed(city(tmp_path))
    path = tmp_path / "leaves.toml"
    for name in ("橡一", "橡二"):
        path.write_text(path.read_text().replace('name = "橡', f'name = "{name}', 1))
        seed(tmp_path)
    states = [(row.no, row.status) for row in queries.history("leaf", "oak")]
    assert states == [(3, "submitted"), (2, "refused"), (1, "published")]


def test_the_workbench_is_never_written_over_and_a_reverted_file_is_noticed(
    tmp_path: Path,
) -> None:
    seed(city(tmp_path))
    published("leaf", "oak", {"key": "oak", "name": "工作台"})
    assert seed(tmp_path).drafted == ()
    assert queries.current("leaf", "oak").body["name"] == "工作台"
    old = (tmp_path / "leaves.toml").read_text()
    with clock.at("2026-01-06 10:00"):
        assert actions.export(folder=tmp_path, by=AUTHOR) == ["leaves.toml"]
        assert seed(tmp_path).drafted == ()
    with clock.at("2026-01-07 10:00"):
        (tmp_path / "leaves.toml").write_text(old)
        assert seed(tmp_path).drafted == ("leaf/oak",)


def test_a_file_that_the_workbench_has_overtaken_blocks_nothing(tmp_path: Path) -> None:
    seed(city(tmp_path))
    published("tree", "big", {"key": "big", "name": "树", "leaves": ["elm"]})
    actions.retire(definition=queries.current("leaf", "oak").id, reason="felled", by=SECOND)
    path = tmp_path / "leaves.toml"
    path.write_text('[[leaf]]\nkey = "elm"\nname = "榆树"\n')
    result = seed(tmp_path)  # trees/big.toml still names the oak, but nobody asked it
    assert (result.drafted, result.missing) == (("leaf/elm",), ())
    path.write_text('[[leaf]]\nkey = "elm"\n')
    with pytest.raises(rules.Unreadable, match="A leaf has a name"):
        seed(tmp_path)
    assert queries.current("leaf", "elm").body["name"] == "榆"


def test_missing_files_change_nothing_but_are_named(tmp_path: Path) -> None:
    seed(city(tmp_path))
    (tmp_path / "trees" / "big.toml").unlink()
    assert seed(tmp_path).missing == ("tree/big",)
    assert queries.find("tree", "big")


def test_export_into_another_folder_seeds_the_same_city(tmp_path: Path) -> None:
    seed(city(tmp_path / "a"))
    written = actions.export(folder=tmp_path / "b", by=AUTHOR)
    assert written == ["drawings/plan.dmn", "forest.toml", "leaves.toml", "trees/big.toml"]
    one, faults = files.read(tmp_path / "a")
    two, more = files.read(tmp_path / "b")
    assert faults == more == []
    assert {(f.kind.name, f.key): f.body for f in one} == {
        (f.kind.name, f.key): f.body for f in two
    }
    assert seed(tmp_path / "b").drafted == ()
    assert actions.export(folder=tmp_path / "b", by=AUTHOR) == []
    # What already says the same keeps its comments.
    assert actions.export(folder=tmp_path / "a", by=AUTHOR) == []


def test_export_keeps_the_name_of_the_file(tmp_path: Path) -> None:
    city(tmp_path)
    (tmp_path / "trees" / "big.toml").rename(tmp_path / "trees" / "01-big.toml")
    seed(tmp_path)
    published("tree", "big", {"key": "big", "name": "树", "leaves": ["elm"]})
    assert actions.export(folder=tmp_path, by=AUTHOR) == ["trees/01-big.toml"]
    assert seed(tmp_path).drafted == ()


def leaf(name: str = "橡", key: str = "oak") -> Body:
    return {"key": key, "name": name}


def submitted(body: Body, by: Actor = AUTHOR) -> Definition:
    row = actions.draft(kind="leaf", key=body["key"], body=body, by=by)
    return actions.submit(definition=row.pk, by=by)


def test_four_eyes() -> None:
    row = submitted(leaf())
    with pytest.raises(rules.SecondPersonNeeded):
        actions.publish(definition=row.pk, by=AUTHOR)
    other_post = replace(AUTHOR, key="official:901@post:7", post=7)
    with pytest.raises(rules.SecondPersonNeeded):
        actions.publish(definition=row.pk, by=other_post)
    with pytest.raises(rules.PersonNeeded):
        actions.publish(definition=row.pk, by=part("cases"))
    with pytest.raises(NotPermitted):
        actions.publish(definition=row.pk, by=replace(SECOND, grants=frozenset()))
    assert queries.find("leaf", "oak") is None
    actions.publish(definition=row.pk, by=SECOND)
    assert queries.current("leaf", "oak").body == leaf()
    row.refresh_from_db()
    assert (row.author_person, row.approver_person, row.approver_name) == (901, 902, "Bo")


def test_a_faulty_draft_is_kept_but_not_submitted() -> None:
    row = actions.draft(kind="leaf", key="oak", body={"key": "oak"}, by=AUTHOR)
    with pytest.raises(rules.Faulty) as refused:
        actions.submit(definition=row.pk, by=AUTHOR)
    assert refused.value.problems == {"name": ["A leaf has a name. Write one."]}
    row.refresh_from_db()
    assert row.status == "draft"


def test_drafting_again_writes_over_ones_own_open_draft() -> None:
    one = actions.draft(kind="leaf", key="oak", body=leaf("a"), by=AUTHOR)
    two = actions.draft(kind="leaf", key="oak", body=leaf("b"), by=AUTHOR)
    other = actions.draft(kind="leaf", key="oak", body=leaf("c"), by=SECOND)
    assert one.pk == two.pk != other.pk
    assert (two.no, other.no, two.body["name"]) == (1, 2, "b")


def test_what_equals_the_published_text_is_refused() -> None:
    published("leaf", "oak", leaf())
    with pytest.raises(rules.NothingChanged):
        actions.draft(kind="leaf", key="oak", body=leaf(), by=AUTHOR)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(rules.UnknownKind, match="leaf"):
        actions.draft(kind="rock", key="x", body={}, by=AUTHOR)


def test_a_draft_that_was_overtaken_is_refused() -> None:
    mine = submitted(leaf("mine"))
    theirs = submitted(leaf("theirs"), by=SECOND)
    actions.publish(definition=theirs.pk, by=AUTHOR)
    with pytest.raises(rules.Overtaken, match="Version 2"):
        actions.publish(definition=mine.pk, by=SECOND)


def test_publishing_what_was_not_read_is_refused() -> None:
    row = submitted(leaf())
    with pytest.raises(rules.NotWhatWasRead):
        actions.publish(definition=row.pk, by=SECOND, expected="0" * 64)
    actions.publish(definition=row.pk, by=SECOND, expected=row.content_hash)


def test_acts_out_of_order() -> None:
    row = actions.draft(kind="leaf", key="oak", body=leaf(), by=AUTHOR)
    with pytest.raises(rules.WrongState):
        actions.publish(definition=row.pk, by=SECOND)
    with pytest.raises(rules.WrongState):
        actions.retire(definition=row.pk, reason="x", by=SECOND)
    actions.submit(definition=row.pk, by=AUTHOR)
    with pytest.raises(rules.ReasonNeeded):
        actions.refuse(definition=row.pk, reason=" ", by=SECOND)
    actions.refuse(definition=row.pk, reason="too short", by=SECOND)
    with pytest.raises(rules.WrongState):
        actions.publish(definition=row.pk, by=SECOND)
    with pytest.raises(rules.NoSuchDefinition):
        actions.publish(definition=1, by=SECOND)


def test_windows_follow_each_other_without_gap_or_overlap() -> None:
    published("leaf", "oak", leaf("one"))
    later = submitted(leaf("two"))
    actions.publish(definition=later.pk, by=SECOND, valid_from=date(2026, 3, 1))
    assert queries.current("leaf", "oak").body["name"] == "one"
    assert queries.current("leaf", "oak", date(2026, 2, 28)).body["name"] == "one"
    assert queries.current("leaf", "oak", date(2026, 3, 1)).body["name"] == "two"
    between = submitted(leaf("between"))
    actions.publish(definition=between.pk, by=SECOND, valid_from=date(2026, 2, 1))
    names = [queries.current("leaf", "oak", date(2026, m, 15)).body["name"] for m in (1, 2, 3)]
    assert names == ["one", "between", "two"]
    assert [(w.begins, w.ends) for w in queries.windows("leaf", "oak")] == [
        (date(2026, 1, 5), date(2026, 2, 1)),
        (date(2026, 3, 1), None),
        (date(2026, 2, 1), date(2026, 3, 1)),
    ]
    assert queries.find("leaf", "oak", date(2026, 1, 4)) is None
    with pytest.raises(rules.NotInForce, match="oak"):
        queries.current("leaf", "oak", date(2026, 1, 4))


def test_two_versions_on_one_day_the_later_holds() -> None:
    one = published("leaf", "oak", leaf("one"))
    two = published("leaf", "oak", leaf("two"))
    assert queries.current("leaf", "oak") == two
    assert queries.by_id(one.id).body["name"] == "one"


def test_the_past_is_a_fact() -> None:
    row = submitted(leaf())
    with pytest.raises(rules.PastDate):
        actions.publish(definition=row.pk, by=SECOND, valid_from=date(2026, 1, 4))


def test_retiring_ends_a_key_and_history_still_answers() -> None:
    version = published("leaf", "oak", leaf())
    with clock.at("2026-02-01 10:00"):
        actions.retire(definition=version.id, reason="felled", by=SECOND)
        assert queries.find("leaf", "oak") is None
        assert queries.find("leaf", "oak", date(2026, 1, 31)) == version
        assert queries.by_id(version.id).body == leaf()
        again = published("leaf", "oak", leaf())
        assert (again.no, queries.current("leaf", "oak")) == (2, again)


def test_retiring_what_has_not_begun_lets_the_one_before_go_on() -> None:
    one = published("leaf", "oak", leaf("one"))
    two = submitted(leaf("two"))
    actions.publish(definition=two.pk, by=SECOND, valid_from=date(2026, 3, 1))
    actions.retire(definition=two.pk, reason="no longer wanted", by=SECOND)
    assert queries.current("leaf", "oak", date(2027, 1, 1)) == one
    assert queries.head("leaf", "oak").pk == one.id  # type: ignore[union-attr]


def test_what_others_stand_on_is_neither_retired_nor_broken() -> None:
    oak = published("leaf", "oak", leaf())
    published("tree", "big", {"key": "big", "name": "树", "leaves": ["oak"]})
    with pytest.raises(rules.WouldBreak) as refused:
        actions.retire(definition=oak.id, reason="felled", by=SECOND)
    assert refused.value.problems == {"tree big: leaves[0]": ["There is no leaf oak."]}
    published("leaf", "oak", leaf("renamed"))


def test_a_version_must_pass_on_the_day_it_begins() -> None:
    row = submitted(leaf())
    actions.publish(definition=row.pk, by=SECOND, valid_from=date(2026, 3, 1))
    tree = actions.draft(kind="tree", key="big", body={"key": "big", "leaves": ["oak"]}, by=AUTHOR)
    with pytest.raises(rules.Faulty):
        actions.submit(definition=tree.pk, by=AUTHOR)


def test_reading_what_is_in_force_is_cheap(tmp_path: Path) -> None:
    seed(city(tmp_path))
    oak = queries.current("leaf", "oak")
    queries.all_current("leaf")
    with CaptureQueriesContext(connection) as none:
        assert queries.by_id(oak.id) is oak
        assert queries.compiled(oak, upper) is queries.compiled(oak, upper)
    assert len(none) == 0
    with CaptureQueriesContext(connection) as one:
        queries.current("leaf", "elm")
    assert len(one) == 1
    with CaptureQueriesContext(connection) as one:
        assert [version.key for version in queries.all_current("leaf")] == ["elm", "oak"]
    assert len(one) == 1


def test_another_workers_publication_is_noticed() -> None:
    one = published("leaf", "oak", leaf("one"))
    assert queries.current("leaf", "oak") == one
    kept = dict(queries._windows._kept)
    two = published("leaf", "oak", leaf("two"))
    queries._windows._kept.update(kept)  # as in a process that did not publish
    assert queries.current("leaf", "oak") == two


def upper(version: queries.Version) -> list[str]:
    return [str(version.body["name"]).upper()]


def test_a_rolled_back_publication_leaves_nothing_in_the_cache() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = published("leaf", "oak", leaf("lost"))
        assert queries.current("leaf", "oak") == lost
        raise ZeroDivisionError
    assert queries.find("leaf", "oak") is None
    kept = published("leaf", "oak", leaf("kept"))
    assert kept.id != lost.id
    assert queries.current("leaf", "oak").body["name"] == "kept"


def test_drafts_are_seen_by_their_author_and_by_who_may_sign() -> None:
    own = actions.draft(kind="leaf", key="oak", body=leaf(), by=AUTHOR)
    assert [row.pk for row in queries.drafts(by=AUTHOR)] == [own.pk]
    assert queries.drafts(by=SECOND) == []
    actions.submit(definition=own.pk, by=AUTHOR)
    assert [row.pk for row in queries.drafts(by=SECOND)] == [own.pk]
    with pytest.raises(NotPermitted):
        queries.drafts(by=replace(SECOND, grants=frozenset()))


def test_kinds_are_registered_once() -> None:
    with pytest.raises(RuntimeError, match="registered twice"):
        kinds.register(Kind("leaf", folder="leaves"))
    with pytest.raises(RuntimeError, match="either a folder or a file"):
        kinds.register(Kind("moss"))
    with pytest.raises(RuntimeError, match="nobody else may answer"):
        kinds.answer("leaf", lambda key: None)


def test_checks_may_ask_about_what_is_no_definition() -> None:
    kinds.answer("organ", lambda key: {"name": "公安局"} if key == "psb" else None)
    known = queries.known(leaf={"oak": leaf()})
    assert known.has("organ", "psb")
    assert not known.has("organ", "moon")
    assert known.all("leaf") == {"oak": leaf()}
    assert not known.has("leaf", "elm")
    # What was given whole is all there is: a check without a city asks nobody.
    assert not Known.of(leaf={}).has("organ", "psb")
    assert not Known.of(leaf={}).answers_for("organ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time.")
def test_of_two_who_publish_at_once_one_is_refused() -> None:
    rows = [submitted(leaf("a")), submitted(leaf("b"), by=SECOND)]
    at_once = Barrier(2)

    def publish(row: Definition, by: Actor) -> str:
        try:
            at_once.wait(timeout=10)
            actions.publish(definition=row.pk, by=by)
            return "published"
        except rules.Overtaken:
            return "overtaken"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(publish, rows[0], SECOND), pool.submit(publish, rows[1], AUTHOR)]
    assert sorted(result.result() for result in results) == ["overtaken", "published"]
    assert len(queries.windows("leaf", "oak")) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time.")
def test_two_who_install_or_draft_at_once_do_not_collide(tmp_path: Path) -> None:
    city(tmp_path)
    at_once = Barrier(2)

    def work(by: Actor) -> int:
        try:
            at_once.wait(timeout=10)
            seeded = actions.seed(folder=tmp_path, by=by)
            at_once.wait(timeout=10)
            actions.draft(kind="leaf", key="ash", body=leaf("a", "ash"), by=by)
            return len(seeded.published)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(work, AUTHOR), pool.submit(work, SECOND)]
    assert sorted(result.result() for result in results) == [0, 5]
    assert sorted(row.no for row in queries.history("leaf", "ash")) == [1, 2]

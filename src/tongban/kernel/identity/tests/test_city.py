import shutil
from datetime import date
from pathlib import Path

import pytest

from tongban.kernel import clock
from tongban.kernel.errors import NotPermitted
from tongban.kernel.identity import actions, city_files, queries, rules
from tongban.kernel.identity.models import (
    Account,
    Appointment,
    Division,
    Organ,
    Person,
    Post,
)
from tongban.kernel.identity.tests import people
from tongban.kernel.ledger.models import Event

TABLES = [Account, Appointment, Division, Organ, Person, Post]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(people.CITY, tmp_path / "qing")


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.django_db
def test_reading_twice_changes_nothing(folder: Path) -> None:
    first = actions.seed(folder=folder, by=people.SETUP)
    assert first == {
        "divisions": 4,
        "organs": 3,
        "units": 3,
        "posts": 6,
        "accounts": 5,
        "appointments": 6,
    }
    counts, events = [table.objects.count() for table in TABLES], Event.objects.count()
    assert actions.seed(folder=folder, by=people.SETUP) == {}
    assert [table.objects.count() for table in TABLES] == counts
    assert Event.objects.count() == events
    event = Event.objects.get(name="city.read")
    assert event.data["counts"] == first
    assert len(event.data["sha256"]) == 64


@pytest.mark.django_db
def test_line_and_area_are_set_whatever_the_order(folder: Path) -> None:
    actions.seed(folder=folder, by=people.SETUP)
    district, bureau = queries.organ("market-linxi"), queries.organ("market")
    assert district.line_parent == bureau
    assert bureau.area_parent == queries.organ("gov")
    assert bureau.line_parent is None


@pytest.mark.django_db
def test_a_changed_file_changes_only_what_it_says(folder: Path) -> None:
    actions.seed(folder=folder, by=people.SETUP)
    change(folder, "organs.toml", 'name = "综合窗口"', 'name = "综合受理窗口"')
    assert actions.seed(folder=folder, by=people.SETUP) == {"posts": 1}
    assert queries.post_at("market/permit/clerk").name == "综合受理窗口"


@pytest.mark.django_db
def test_a_post_taken_away_does_not_come_back(folder: Path) -> None:
    with clock.at("2026-01-05 10:00"):
        actions.seed(folder=folder, by=people.SETUP)
        appointment = queries.appointments_of(people.person_named("chen"))[0]
        actions.end_appointment(
            appointment=appointment.pk, to_on=date(2026, 1, 5), by=people.acting("sec")
        )
    with clock.at("2026-02-02 10:00"):
        assert actions.seed(folder=folder, by=people.SETUP) == {}
        assert len(queries.posts_of(people.official("chen"))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("organs.toml", 'uscc = "1199', 'uscc = "1299', "check character"),
        ("organs.toml", 'line = "market"', 'line = "markt"', "unknown organ markt"),
        ("organs.toml", 'division = "990102"', 'division = "990109"', "unknown division 990109"),
        ("organs.toml", 'key = "market-linxi"', 'key = "market"', "market stands there twice"),
        ("organs.toml", '["audit.read"]', '["audit.read", "system.administer"]', "three admin"),
        ("organs.toml", 'short = "市监局"', "short = ", "organs.toml"),
        ("divisions.toml", 'merged_into = "990102"', 'merged_into = "990104"', "990104"),
        ("divisions.toml", 'level = "street"', 'level = "road"', "unknown level 'road'"),
        ("divisions.toml", 'code = "990103"\n', "", "lacks 'code'"),
        ("officials.toml", '"gov/office/audit"', '"gov/office/cook"', "gov/office/cook"),
        (
            "officials.toml",
            '"gov/office/audit"',
            '"gov/office/audit", "gov/office/system"',
            "three administrators",
        ),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_read(
    folder: Path, name: str, old: str, new: str, says: str
) -> None:
    change(folder, name, old, new)
    with pytest.raises(rules.CityFileWrong, match="faults; the first") as caught:
        actions.seed(folder=folder, by=people.SETUP)
    assert any(says in fault and name in fault for fault in caught.value.facts["all"])
    assert not any(table.objects.exists() for table in TABLES)


@pytest.mark.django_db
def test_a_post_may_not_gain_an_administration_its_holder_must_not_join(folder: Path) -> None:
    actions.seed(folder=folder, by=people.SETUP)
    actions.appoint(
        person=people.person_named("sys"),
        post=queries.post_at("market/permit/clerk").pk,
        by=people.acting("sec"),
    )
    change(folder, "organs.toml", '["window.serve"]', '["window.serve", "audit.read"]')
    with pytest.raises(rules.AdministratorsApart):
        actions.seed(folder=folder, by=people.SETUP)
    assert queries.post_at("market/permit/clerk").grants == ["window.serve"]


@pytest.mark.django_db
def test_only_administrators_read_a_city(folder: Path) -> None:
    actions.seed(folder=folder, by=people.SETUP)
    with pytest.raises(NotPermitted):
        actions.seed(folder=folder, by=people.acting("chen"))


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert city_files.read(tmp_path).faults


@pytest.mark.django_db
def test_divisions_remember_what_they_were(folder: Path) -> None:
    actions.seed(folder=folder, by=people.SETUP)
    with clock.at("2026-01-05 10:00"):
        assert [row.code for row in queries.subdivisions("990100")] == ["990102"]
        assert [row.code for row in queries.subdivisions()] == ["990100"]
        now = queries.division_today("990103")
        assert now is not None and now.code == "990102"
    then = queries.subdivisions("990100", on=date(2004, 12, 31))
    assert [row.code for row in then] == ["990102", "990103"]
    old = queries.division("990103")
    assert old is not None and old.name == "旧城区"
    assert queries.division("000000") is None

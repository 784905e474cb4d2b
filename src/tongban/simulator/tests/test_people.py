"""The same seed gives the same city; its registers agree, but where faults were planted."""

from datetime import date
from pathlib import Path

import pytest

from tongban.domains.registries import queries
from tongban.domains.registries.models import RegisterRow
from tongban.domains.registries.rules import SubjectMissing
from tongban.kernel import actor, clock
from tongban.kernel.catalogue import actions as definitions
from tongban.kernel.identity import actions as identity
from tongban.kernel.identity import codes
from tongban.kernel.identity import queries as who
from tongban.kernel.ledger.models import Event
from tongban.simulator import people
from tongban.simulator.people import Drawn, Summary

ON = date(2026, 1, 5)
SETUP = actor.part("setup")
CASES = actor.part("cases")


def drawn(folder: Path, **changed: int) -> Drawn:
    return people.draw(folder=folder, on=ON, **{"persons": 60, "firms": 12, **changed})


def test_the_same_seed_gives_the_same_city(folder: Path) -> None:
    first, again, other = drawn(folder), drawn(folder), drawn(folder, seed=2)
    assert first.rows == again.rows and first.manifest == again.manifest
    assert first.rows != other.rows


def test_it_has_the_size_that_was_asked_for(folder: Path) -> None:
    city = drawn(folder, persons=600, firms=90, couples=40, restaurants=20)
    assert 600 <= len(city.town.people) <= 606
    assert len(city.firms) == 90
    assert len({birth.mother.number for birth in city.town.births}) == 40 + 2  # of the story
    assert sum(firm.is_restaurant for firm in city.firms) == 20 + 1


def test_nobody_and_nothing_in_it_can_be_real(folder: Path) -> None:
    city = drawn(folder, persons=300, firms=40)
    for one in city.town.people:
        read = codes.PersonNumber.read(one.number, today=ON)
        assert (read.kind, read.birth) == ("fictional", one.born)
        assert {"male": "1", "female": "2"}[read.sex] == one.sex
    for firm in city.firms:
        assert codes.Uscc.read(firm.uscc).division.startswith("99")
        assert codes.read_real_estate_unit(firm.shop.code).startswith("99")
    for row in city.rows["social_insurance"]:
        codes.read_bank_card(row["bank_account"])
    for row in city.rows["accounts"]:
        codes.read_mobile(row["phone"])


def test_families_are_possible(folder: Path) -> None:
    city = drawn(folder, persons=800, firms=40)
    for one in city.town.people:
        for parent in filter(None, (one.mother, one.father)):
            assert one.born.year - parent.born.year >= 16, (one.born, parent.born)
        assert one.spouse is None or one.spouse.spouse is one
        assert one in one.home.members
    for marriage in city.town.marriages:
        assert marriage.on < ON
        assert (marriage.husband.sex, marriage.wife.sex) == ("1", "2")
    for birth in city.town.births:
        assert 0 < (ON - birth.at).days <= 60
        assert birth.mother.age(ON) >= 22
    assert len({row["person_number"] for row in city.rows["population"]}) == len(city.town.people)


def test_the_manifest_tells_each_fault(folder: Path) -> None:
    city = drawn(folder, persons=1500, firms=200)
    kinds = {fault.kind for fault in city.manifest}
    assert kinds == {
        "mismatched name",
        "lagging household",
        "deregistered firm",
        "missing premises",
        "expired certificate",
    }
    about = {"social_insurance": "person_number", "entities": "uscc", "births": "birth_no"}
    for fault in city.manifest:
        assert fault.held != fault.truth or fault.kind == "deregistered firm"
        if key := about.get(fault.register):
            (row,) = [r for r in city.rows[fault.register] if r[key] == fault.subject]
            assert row[fault.element] == fault.held
    people_ = {fault.subject for fault in city.manifest}
    assert 0.01 < len(people_) / len(city.town.people) < 0.06


def test_without_its_manifest_the_city_agrees(folder: Path) -> None:
    city = drawn(folder, persons=400, firms=60)
    wrong = {(f.register, f.subject) for f in city.manifest}
    names = {row["person_number"]: row["name"] for row in city.rows["population"]}
    for row in city.rows["social_insurance"]:
        if ("social_insurance", row["person_number"]) not in wrong:
            assert row["name"] == names[row["person_number"]]
    premises = {row["premises_code"] for row in city.rows["premises"]}
    for row in city.rows["entities"]:
        code = row["premises_code"]
        assert (code in premises) is (("premises", code) not in wrong)


@pytest.fixture
def built(db: None, folder: Path) -> Summary:
    with clock.at("2026-01-05 09:00"):
        identity.seed(folder=folder, by=SETUP)
        definitions.seed(folder=folder, by=SETUP)
        return people.build(folder=folder, persons=60, firms=12, on=ON, by=SETUP)


def ask(register: str, subject: str, *fields: str) -> dict[str, object]:
    answer = queries.lookup(
        by=CASES,
        purpose="birth",
        basis="《户口登记条例》第七条",
        case_no="C-1",
        initiator="person:1",
        register=register,
        subject=subject,
        fields=fields,
    )
    return answer.values


def test_a_city_is_built_into_the_registers(built: Summary) -> None:
    assert sum(built.rows.values()) == RegisterRow.objects.count()
    assert not built.skipped
    assert Event.objects.filter(name="register.loaded").count() == len(built.rows)
    assert sum(e.data["count"] for e in Event.objects.filter(name="people.enrolled")) >= 60
    text = str(list(Event.objects.values_list("data", flat=True)))
    assert not any(number in text for number in built.parents)


def test_a_drawn_mother_s_facts_are_found_by_her_number(built: Summary) -> None:
    number = built.parents[0]
    child = ask("births", number, "birth_no", "father_number", "birth_date")
    assert date(2025, 11, 1) < date.fromisoformat(str(child["birth_date"])) < ON
    assert ask("population", str(child["father_number"]), "name")
    assert ask("vaccinations", str(child["birth_no"]), "vaccination_unit")
    assert ask("accounts", number, "phone", "postal_address")


def test_a_drawn_restaurateur_s_firm_and_premises_are_found(built: Summary) -> None:
    firms = [ask("entities", number, "uscc", "premises_code") for number, _ in built.restaurateurs]
    assert [firm["uscc"] for firm in firms] == [uscc for _, uscc in built.restaurateurs]
    assert ask("health_certificates", built.restaurateurs[0][0], "health_certificate_no")


def test_the_people_of_the_stories_live_in_it(built: Summary) -> None:
    li = who.account("lixiaoyun")
    assert li is not None and li.is_demo
    number = who.number_in_clear(li.person)
    child = ask("births", number, "birth_no", "birth_date", "plurality", "name")
    assert child["birth_date"] == "2025-12-30"  # six days before
    assert child["plurality"] == "single"
    assert "name" not in child  # not chosen yet
    assert ask("vaccinations", str(child["birth_no"]), "bcg_date") == {"bcg_date": "2025-12-31"}
    married = ask("marriages", number, "husband_name", "marriage_date")
    assert married == {"husband_name": "王建国", "marriage_date": "2022-05-20"}
    assert ask("medical_insurance", number, "maternity_insured") == {"maternity_insured": "yes"}
    assert built.proxies == 1
    granny = who.account("wangxiulan")
    assert granny is not None and granny.display == "elder"


def test_the_restaurateur_of_the_story_has_firm_premises_and_certificate(built: Summary) -> None:
    zhou = who.account("zhoumei")
    assert zhou is not None
    number = who.number_in_clear(zhou.person)
    firm = ask("entities", number, "uscc", "premises_code", "entity_status")
    assert (firm["uscc"], firm["entity_status"]) == ("92990102MAQH008860", "open")
    assert ask("premises", str(firm["premises_code"]), "premises_area") == {"premises_area": 128}
    assert ask("health_certificates", number, "health_certificate_no")
    assert who.entity("92990102MAQH008860").legal_representative_id == zhou.person_id


def test_the_faults_of_the_stories_are_as_the_file_names_them(built: Summary) -> None:
    said = {
        (fault.register, fault.element): fault.held
        for fault in built.manifest
        if fault.held in {"高子函", "cancelled"} or "谷仓街道" in str(fault.held)
    }
    assert said[("social_insurance", "name")] == "高子函"
    assert who.entity("92990102MAQH009904").status == "cancelled"
    sun = who.account("sunyulan")
    assert sun is not None
    number = who.number_in_clear(sun.person)
    told = ask("population", number, "household_address")["household_address"]
    held = ask("households", number, "household_address")["household_address"]
    assert told == "青禾市松岭区松门街道鹿鸣路 12 号 602" != held


def test_building_fails_whole_or_not_at_all(db: None, folder: Path) -> None:
    identity.seed(folder=folder, by=SETUP)
    text = (folder / "registers" / "births.toml").read_text(encoding="utf-8")
    text = text.replace('key_element = "birth_no"', 'key_element = "birth_certificate_no"')
    (folder / "registers" / "births.toml").write_text(text, encoding="utf-8")
    definitions.seed(folder=folder, by=SETUP)
    before = Event.objects.count()
    with pytest.raises(SubjectMissing):
        people.build(folder=folder, persons=60, firms=12, on=ON, by=SETUP)
    assert not RegisterRow.objects.exists()
    assert Event.objects.count() == before

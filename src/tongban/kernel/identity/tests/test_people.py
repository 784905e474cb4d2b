from datetime import date

import pytest

from tongban.kernel import clock
from tongban.kernel.actor import NOBODY
from tongban.kernel.errors import NotFound, NotPermitted, SignInNeeded
from tongban.kernel.identity import actions, codes, queries, rules
from tongban.kernel.identity.models import Person
from tongban.kernel.identity.tests import people
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db


def numbers(count: int) -> list[str]:
    return [codes.fictional_person_number("990102", date(1980, 1, 1), at) for at in range(count)]


def test_a_number_is_found_but_not_stored_in_clear() -> None:
    person = people.citizen(7)
    number = queries.number_in_clear(person)
    assert queries.person_by_number(f" {number.lower()} ") == person
    row = Person.objects.filter(pk=person.pk).values().get()
    assert number not in str(row)
    assert "13800000001" not in str(row)
    assert list(queries.people_by_phone("13800000001")) == [person]
    assert queries.person_by_number(numbers(1)[0]) is None


def test_birth_and_sex_are_read_from_the_number() -> None:
    man, woman = people.citizen(7), people.citizen(8)
    assert (man.sex, woman.sex, man.born_on) == ("male", "female", date(1990, 5, 17))
    assert man.division == "990101"


def test_others_see_a_person_masked() -> None:
    seen = queries.masked(people.citizen(7))
    assert (seen.name, seen.phone) == ("王*国", "138****0001")
    assert seen.number.startswith("990101********")


def test_a_wrong_number_is_refused_and_nobody_enrolled() -> None:
    wrong = numbers(1)[0][:-1] + ("0" if numbers(1)[0][-1] != "0" else "1")
    with pytest.raises(codes.BadCode, match="check character"):
        actions.enrol_people(
            people=[actions.NewPerson("甲", numbers(2)[1]), actions.NewPerson("乙", wrong)],
            by=people.SETUP,
        )
    assert not Person.objects.exists()


def test_a_person_not_yet_born_is_refused() -> None:
    with clock.at("1979-12-31 12:00"), pytest.raises(codes.BadCode, match="future"):
        actions.enrol_person(person=actions.NewPerson("甲", numbers(1)[0]), by=people.SETUP)


def test_many_are_enrolled_once_in_the_order_given() -> None:
    new = [actions.NewPerson(f"甲{at}", number) for at, number in enumerate(numbers(600))]
    first = actions.enrol_people(people=new[:300], by=people.SETUP)
    again = actions.enrol_people(people=[*new, new[0]], by=people.SETUP)
    assert [person.pk for person in again[:300]] == [person.pk for person in first]
    assert again[-1].pk == first[0].pk
    assert Person.objects.count() == 600
    assert len(queries.people_by_numbers(numbers(600))) == 600
    counts = [event.data["count"] for event in Event.objects.filter(name="people.enrolled")]
    assert counts == [300, 300]


def test_enrolling_many_takes_few_queries(django_assert_max_num_queries: object) -> None:
    new = [actions.NewPerson("甲", number) for number in numbers(1000)]
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        actions.enrol_people(people=new, by=people.SETUP)


def test_an_official_who_opens_a_record_leaves_a_read_record(city: object) -> None:
    person = people.citizen(7)
    by = people.acting("li")
    record = actions.open_record(person=person.pk, purpose="cases.case:12", by=by)
    assert record.number == queries.number_in_clear(person)
    assert record.phone == "13800000001"
    event = Event.objects.get(name="person.read")
    assert (event.subject, event.actor) == (f"identity.person:{person.pk}", by.key)
    assert event.data == {"purpose": "cases.case:12", "organ": by.organ}


def test_a_record_is_not_opened_without_grant_or_purpose(city: object) -> None:
    person = people.citizen(7)
    stranger = people.signed_up(people.citizen(9))
    for by, purpose, refusal in [
        (people.acting("sys"), "curious", NotPermitted),
        (stranger, "curious", NotPermitted),
        (NOBODY, "curious", SignInNeeded),
        (people.acting("li"), " ", rules.PurposeMissing),
    ]:
        with pytest.raises(refusal):
            actions.open_record(person=person.pk, purpose=purpose, by=by)
    with pytest.raises(NotFound):
        actions.open_record(person=10**6, purpose="x", by=people.acting("li"))
    assert not Event.objects.filter(name="person.read").exists()


def test_one_opens_ones_own_record(city: object) -> None:
    person = people.citizen(7)
    mine = actions.open_record(person=person.pk, purpose="own", by=people.signed_up(person))
    assert mine.person == person


def test_firms_are_enrolled_with_their_representative() -> None:
    boss = people.citizen(7)
    uscc = codes.fictional_uscc("990101", 1)
    firm = actions.NewEntity(uscc=uscc, name="青禾面馆", kind="firm", representative=boss.pk)
    (enrolled,) = actions.enrol_entities(entities=[firm], by=people.SETUP)
    assert actions.enrol_entities(entities=[firm, firm], by=people.SETUP) == [enrolled, enrolled]
    assert queries.entity(uscc).legal_representative == boss
    actions.set_entity_status(uscc=uscc, status="cancelled", by=people.SETUP)
    actions.set_entity_status(uscc=uscc, status="cancelled", by=people.SETUP)
    assert Event.objects.filter(name="entity.changed").count() == 1
    with pytest.raises(codes.BadCode):
        actions.enrol_entities(
            entities=[actions.NewEntity(uscc=uscc[:-1] + "?", name="x", kind="firm")],
            by=people.SETUP,
        )

from datetime import date

import pytest

from tongban.kernel import clock
from tongban.kernel.errors import NotFound, NotPermitted
from tongban.kernel.identity import actions, queries, rules
from tongban.kernel.identity.models import Appointment
from tongban.kernel.identity.tests import people
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(request: pytest.FixtureRequest) -> object:
    with clock.at("2026-01-05 10:00"):
        request.getfixturevalue("city")
        yield


def test_an_actor_carries_the_grants_of_the_post_held_and_of_no_other() -> None:
    account = people.official("chen")
    reviewer, clerk = queries.posts_of(account)
    actor = queries.actor_for(account=account, post=clerk.id)
    assert actor.grants == {"window.serve"}
    assert actor.key == f"official:{account.person_id}@post:{clerk.id}"
    assert (actor.post_key, actor.region, actor.level) == ("clerk", "9901", "3")
    assert actor.organ == queries.organ("market").uscc
    assert queries.actor_for(account=account, post=reviewer.id).may("case.accept")
    assert not queries.actor_for(account=account).grants


def test_anothers_post_brings_nothing() -> None:
    theirs = queries.posts_of(people.official("sec"))[0]
    actor = queries.actor_for(account=people.official("chen"), post=theirs.id)
    assert (actor.post, actor.grants, actor.organ, actor.region) == (None, frozenset(), "", "")


def test_a_district_post_sees_its_district() -> None:
    assert people.acting("li").region == "990102"


def test_an_ended_appointment_brings_no_grants() -> None:
    account = people.official("chen")
    reviewer = queries.posts_of(account)[0]
    appointment = queries.appointments_of(account.person_id)[0]
    actions.end_appointment(
        appointment=appointment.pk, to_on=date(2026, 1, 9), by=people.acting("sec")
    )
    with clock.at("2026-01-09 23:59"):
        assert queries.actor_for(account=account, post=reviewer.id).may("case.accept")
    with clock.at("2026-01-10 00:00"):
        assert not queries.actor_for(account=account, post=reviewer.id).grants
        assert queries.officials_with("case.accept", "market") == []
        with pytest.raises(rules.AppointmentOver):
            actions.end_appointment(appointment=appointment.pk, by=people.acting("sec"))
    assert len(queries.appointments_of(account.person_id)) == 2, "history is kept"


def test_an_appointment_to_come_brings_no_grants_yet() -> None:
    person = people.person_named("li")
    post = queries.post_at("market/permit/reviewer")
    actions.appoint(person=person, post=post.pk, from_on=date(2026, 2, 1), by=people.acting("sec"))
    account = people.official("li")
    assert not queries.actor_for(account=account, post=post.pk).grants
    with clock.at("2026-02-01 00:00"):
        assert queries.actor_for(account=account, post=post.pk).may("case.accept")


def test_ending_without_a_day_takes_the_grants_at_once() -> None:
    appointment = queries.appointments_of(people.person_named("chen"))[0]
    with clock.at("2026-03-02 10:00"):
        ended = actions.end_appointment(appointment=appointment.pk, by=people.acting("sec"))
        assert ended.to_on == date(2026, 3, 1)
        assert len(queries.posts_of(people.official("chen"))) == 1


@pytest.mark.parametrize("path", ["gov/office/security", "gov/office/audit"])
def test_a_second_administration_is_refused_and_nothing_changes(path: str) -> None:
    before = Appointment.objects.count()
    with pytest.raises(rules.AdministratorsApart, match="系统管理员"):
        actions.appoint(
            person=people.person_named("sys"),
            post=queries.post_at(path).pk,
            by=people.acting("sec"),
        )
    assert Appointment.objects.count() == before


def test_a_second_account_does_not_get_round_it() -> None:
    person = queries.person(people.person_named("sys"))
    people.signed_up(person, "sys-at-home")
    with pytest.raises(rules.AdministratorsApart):
        actions.appoint(
            person=person.pk,
            post=queries.post_at("gov/office/audit").pk,
            by=people.acting("sec"),
        )


def test_an_administration_may_follow_another() -> None:
    person = people.person_named("sys")
    (appointment,) = queries.appointments_of(person)
    actions.end_appointment(
        appointment=appointment.pk, to_on=date(2026, 1, 31), by=people.acting("sec")
    )
    audit = queries.post_at("gov/office/audit").pk
    actions.appoint(person=person, post=audit, from_on=date(2026, 2, 1), by=people.acting("sec"))
    with clock.at("2026-02-01 09:00"):
        assert people.acting("sys").grants == {"audit.read"}


def test_only_the_security_administrator_appoints_and_never_themselves() -> None:
    post = queries.post_at("market/permit/reviewer").pk
    with pytest.raises(NotPermitted):
        actions.appoint(person=people.person_named("li"), post=post, by=people.acting("sys"))
    with pytest.raises(rules.NotYourself):
        actions.appoint(person=people.person_named("sec"), post=post, by=people.acting("sec"))


def test_citizens_hold_no_posts_even_if_the_person_does() -> None:
    person = queries.person(people.person_named("chen"))
    at_home = people.signed_up(person, "chen-at-home")
    account = people.official("chen-at-home")
    assert (at_home.kind, at_home.key) == ("person", f"person:{person.pk}")
    assert queries.posts_of(account) == []
    post = queries.posts_of(people.official("chen"))[0].id
    assert not queries.actor_for(account=account, post=post).grants


def test_officials_with_a_grant() -> None:
    found = queries.officials_with("case.accept", "market")
    assert [(one.name, one.post_key) for one in found] == [("陈静", "reviewer")]
    assert queries.officials_with("case.accept", queries.organ("market").uscc) == found
    assert queries.officials_with("audit.read", "market") == []


def test_what_is_not_there() -> None:
    with pytest.raises(rules.NoSuchOrgan, match="no organ nowhere"):
        queries.organ("nowhere")
    for path in ["market", "market/permit/nobody", ""]:
        with pytest.raises(NotFound):
            queries.post_at(path)


def test_an_appointment_stands_in_the_ledger_without_a_name() -> None:
    event = Event.objects.filter(name="appointment.made").last()
    assert event is not None
    assert set(event.data) == {"person", "post", "organ", "from_on", "to_on"}
    assert "李四" not in str(event.data)

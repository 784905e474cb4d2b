"""Who is told of what neighbours decide: proxies, appointments, policies, awards, answers."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests import given
from tests.city import city as city  # a fixture
from tongban.domains.appointments import actions as appointments
from tongban.domains.appointments.tests.given import booked, slot
from tongban.domains.enterprise import actions as enterprise
from tongban.domains.enterprise.models import Award, FirmQuestion
from tongban.domains.enterprise.tests import people as firms
from tongban.domains.messages import queries, reactions
from tongban.domains.messages.models import Message, Sending
from tongban.domains.messages.tests.people import forget_the_founding
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.identity import actions as identity
from tongban.kernel.identity import queries as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
LAST = date(2026, 9, 30)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        forget_the_founding()
        yield


def days(count: int = 1) -> None:
    """Days begin, and what hears it does its work."""
    for _ in range(count):
        clock.move(days=1)
        deadlines.begin_day(by=part("deadlines"))
        given.settle()


def told(by: Actor) -> list[str]:
    """The templates of somebody's inbox, oldest first; each has words in both languages."""
    given.settle()
    found = [row.template for row in queries.inbox(by=by).order_by("id")]
    for key in found:
        words = queries.template(key)
        assert words and words.title_en and words.text_en, key
    return found


def grandmother() -> Actor:
    return given.citizen("wangxiulan")


def asked() -> int:
    request = identity.ask_for_proxy(
        principal=grandmother().person or 0, scope=["elder-card"], to_on=LAST, by=given.mother()
    )
    return request.pk


def test_who_is_asked_hears_it_and_who_asked_hears_the_answer() -> None:
    request = asked()
    assert told(grandmother()) == ["proxy_asked"]
    assert told(given.mother()) == []
    identity.answer_request(request=request, agrees=False, by=grandmother())
    assert told(given.mother()) == ["proxy_declined"]
    identity.take_request_back(request=asked(), by=given.mother())
    assert told(grandmother()) == ["proxy_asked", "proxy_asked", "proxy_taken_back"]
    # The inbox says that there is a request, never who asks or for what.
    name = people.person(given.mother().person or 0).name
    for row in Message.objects.all():
        assert name not in row.title and "elder-card" not in row.title


def test_given_and_revoked_the_other_side_hears_it() -> None:
    identity.answer_request(request=asked(), agrees=True, by=grandmother())
    assert told(given.mother()) == ["proxy_given_agent"]
    assert told(grandmother()) == ["proxy_asked"], "what one did oneself is no news"
    (proxy,) = people.proxies_for(given.mother().person or 0)
    identity.revoke_proxy(proxy=proxy.pk, by=given.mother())
    assert told(grandmother()) == ["proxy_asked", "proxy_revoked_principal"]
    assert told(given.mother()) == ["proxy_given_agent"]


def test_what_a_clerk_entered_both_hear() -> None:
    clerk = Actor(kind="official", key="official:9@post:9", grants=frozenset({"window.serve"}))
    identity.give_proxy(
        principal=grandmother().person,
        agent=given.mother().person or 0,
        scope=["*"],
        basis="family",
        to_on=LAST,
        evidence="paper",
        by=clerk,
    )
    assert told(grandmother()) == ["proxy_given_principal"]
    assert told(given.mother()) == ["proxy_given_agent"]


def test_a_proxy_ends_and_both_hear_it_once() -> None:
    identity.answer_request(request=asked(), agrees=True, by=grandmother())
    given.settle()
    with clock.at("2026-09-30 09:00"):
        days()  # brings the first of October
        assert told(grandmother())[-1] == "proxy_ended_principal"
        assert told(given.mother())[-1] == "proxy_ended_agent"
        before = Message.objects.count()
        days()
        given.settle()
        assert Message.objects.filter(template__startswith="proxy").count() <= before
        assert told(grandmother()).count("proxy_ended_principal") == 1


def test_appointments_from_booking_to_the_day_before() -> None:
    made = booked(starts="2026-09-10 10:00")
    assert told(given.mother()) == ["appointment_booked"]
    row = Message.objects.get()
    assert (row.number, row.link) == (made.code, f"/appointments/{made.code}/")
    appointments.move(code=made.code, starts=slot("2026-09-09 14:00"), by=given.mother())
    given.settle()
    days()  # the eighth: the appointment is tomorrow
    assert told(given.mother())[-2:] == ["appointment_moved", "appointment_tomorrow"]
    appointments.cancel(code=made.code, by=given.mother())
    given.settle()
    days()
    assert told(given.mother())[-1] == "appointment_cancelled"
    cancelled = Message.objects.get(template="appointment_cancelled")
    assert not Sending.objects.filter(message=cancelled).exists(), "who cancelled knows it"


def test_who_did_not_come_hears_it() -> None:
    booked(starts="2026-09-08 10:00")
    given.settle()
    days(2)
    assert told(given.mother())[-1] == "appointment_missed"


def test_a_policy_that_fits_is_told_once() -> None:
    owner = firms.matched()
    first = told(owner)
    assert set(first) == {"policy_fits", "policy_prove"}
    clock.move(days=1)
    assert enterprise.match(firm=firms.FIRM, by=owner), "judged anew"
    assert told(owner) == first
    rows = queries.inbox(by=owner)
    assert {row.link.split("/")[2] for row in rows} == {"policies"}


def test_an_award_from_the_list_to_its_lapse() -> None:
    owner, award = firms.granted()
    assert told(owner)[-1] == "award_granted"
    assert Message.objects.get(template="award_granted").link == f"/enterprise/awards/{award.pk}/"
    assert award.confirm_by is not None
    with clock.at(f"{award.confirm_by} 09:00"):
        days()
        assert Award.objects.get().state == "lapsed"
        assert "award_lapsed" in told(owner)


def test_a_firm_hears_its_officer() -> None:
    owner = given.restaurateur()
    topic = next(iter(enterprise_topics()))
    made = enterprise.ask(topic=topic, words="怎么申请？", key="k", by=owner)
    assert isinstance(made, FirmQuestion)
    officer = firms.official("ge.xiuyuan")
    for login in ("ge.xiuyuan", "xi.mengyao", "zhao", "chen"):
        officer = firms.official(login)
        if officer.organ == made.organ and officer.may("firm.answer"):
            break
    else:
        officer = Actor(
            kind="official",
            key="official:9@post:9",
            organ=made.organ,
            region="9901",
            grants=frozenset({"firm.answer"}),
        )
    enterprise.answer(question=made.pk, words="请到专区办理。", by=officer)
    assert told(owner)[-1] == "firm_answered"
    assert Message.objects.get(template="firm_answered").link.endswith(f"/{made.pk}/")


def enterprise_topics() -> list[str]:
    from tongban.domains.enterprise import queries as zone  # noqa: PLC0415

    return [one.key for one in zone.settings().topics]


def test_every_template_that_is_told_has_its_words() -> None:
    wanted = {
        *reactions.BOOKED.values(),
        *reactions.AWARDS.values(),
        *reactions.FITS.values(),
        "appointment_tomorrow",
        "award_granted",
        "firm_answered",
        *(f"proxy_{verb}_{side}" for verb in ("given", "revoked", "ended")
          for side in ("agent", "principal")),
    }  # fmt: skip
    assert {key for key in wanted if queries.template(key) is None} == set()


def test_a_firms_proxy_is_told_in_the_firms_inbox() -> None:
    owner = given.restaurateur()
    clerk = Actor(kind="official", key="official:9@post:9", grants=frozenset({"window.serve"}))
    identity.give_proxy(
        entity=owner.for_entity,
        agent=given.mother().person or 0,
        scope=["*"],
        basis="agent",
        to_on=LAST,
        evidence="paper",
        by=clerk,
    )
    assert told(owner) == ["proxy_given_principal"]
    assert Message.objects.get(template="proxy_given_principal").entity == owner.for_entity

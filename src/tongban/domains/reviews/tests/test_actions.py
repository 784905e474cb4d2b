from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tongban.domains.reviews import actions, queries, rules
from tongban.domains.reviews.models import Invitation, Review
from tongban.domains.reviews.rules import Level, Stage
from tongban.domains.reviews.tests import people
from tongban.domains.reviews.tests.people import HEALTH, NUMBER, POLICE, official
from tongban.kernel import clock
from tongban.kernel.actor import NOBODY, Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import Invalid, NotFound, NotPermitted, Refusal, SignInNeeded, Stale
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes.models import Matter

pytestmark = pytest.mark.django_db


def bad(by: Actor, **changed: Any) -> Review:
    people.invited(by)
    said: dict[str, Any] = {"encounter": NUMBER, "level": Level.BAD, "by": by}
    return actions.file(**{**said, **changed})


def verified(review: Review, **changed: Any) -> Review:
    said: dict[str, Any] = {"outcome": "upheld", "finding": "属实", "organ": HEALTH}
    return actions.verify(review=review.pk, by=official("zhou"), **{**said, **changed})


def test_inviting_twice_is_harmless(lin: Actor) -> None:
    assert people.invited(lin) == people.invited(lin)
    assert Event.objects.filter(name="review.invited").count() == 1


def test_a_city_without_settings_asks_nobody(lin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "find", lambda *_: None)
    with pytest.raises(AssertionError):
        people.invited(lin)
    assert not Invitation.objects.exists()


def test_after_a_death_nobody_is_asked(lin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "prompts", lambda thing, items: thing != "passing")
    with pytest.raises(AssertionError):
        people.invited(lin, thing="passing")
    people.invited(lin, thing="birth")


def test_the_end_of_a_filing_invites_once_for_all_its_agencies(lin: Actor) -> None:
    with transaction.atomic():
        matter = processes.start(
            process=None, kind="application", subject=f"cases.application:{NUMBER}",
            title="新生儿出生一件事", organ=HEALTH, region="990100", calendar="national",
            by=people.CASES,
        )  # fmt: skip
        ledger.record(
            "application.finished", matter.subject, by=people.CASES, matter=matter.pk,
            thing="", items=[], granted=2, refused=0, number=NUMBER, person=lin.person,
            entity="", channel="web", organs=[HEALTH, POLICE],
        )  # fmt: skip
    while ledger.deliver():
        pass
    invitation = Invitation.objects.get()
    assert (invitation.encounter, invitation.title) == (NUMBER, "新生儿出生一件事")
    assert [code for code, _ in queries.organs_of(invitation)] == [HEALTH, POLICE]
    assert queries.invitations(by=lin).get() == invitation


def test_a_good_one_is_closed_at_once(lin: Actor) -> None:
    review = bad(lin, level=Level.GOOD, aspects=["fast"], words=" 很快 ")
    assert review.closed_at and review.matter is None
    assert queries.said(review) == "很快" and "很快" not in review.words
    assert not Matter.objects.filter(kind=queries.KIND).exists()


def test_one_filing_is_rated_once(lin: Actor) -> None:
    bad(lin, level=Level.GOOD)
    with pytest.raises(rules.AlreadyRated):
        actions.file(encounter=NUMBER, level=Level.VERY_BAD, by=lin)
    assert Review.objects.get().level == Level.GOOD


def test_a_refused_one_changes_nothing(lin: Actor) -> None:
    for wrong in ({"aspects": ["fast"]}, {"words": "x" * 1001}):
        with pytest.raises(Invalid):
            bad(lin, **wrong)
    with clock.at("2026-02-05 09:00"), pytest.raises(rules.WindowClosed):
        actions.file(encounter=NUMBER, level=Level.BAD, by=lin)
    assert not Review.objects.exists()
    assert not Event.objects.filter(name="review.filed").exists()


def test_only_whoever_was_served_rates(lin: Actor) -> None:
    people.invited(lin)
    stranger = people.citizen("王建国", 301)
    for by, refusal in ((stranger, NotFound), (official("he"), NotFound), (NOBODY, SignInNeeded)):
        with pytest.raises(refusal):
            actions.file(encounter=NUMBER, level=Level.GOOD, by=by)
    son = people.citizen("陈安", 401)
    actions.file(encounter=NUMBER, level=Level.GOOD, by=son.acting_for(person=lin.person))
    assert Review.objects.get().filed_by == son.key


def test_the_ledger_does_not_say_who_rated(lin: Actor) -> None:
    bad(lin, words="电话 13812340052")
    for event in Event.objects.filter(name__startswith="review."):
        assert event.actor != lin.key and str(lin.person) not in event.data
        assert "13812340052" not in str(event.data)
    assert Event.objects.get(name="review.filed").actor == "part:reviews"


def test_the_rated_see_what_was_said_but_not_by_whom(lin: Actor) -> None:
    review = verified(bad(lin, words="窗口的人叫我回去，电话 13812340052"))
    seen = queries.task(review.pk, by=official("he"))
    assert seen.stage is Stage.MEND and "窗口的人叫我回去" in seen.words
    assert "13812340052" not in seen.words
    assert (seen.encounter, seen.organs, seen.may_call) == ("", (), False)
    for refused in (actions.contact, queries.task):
        with pytest.raises(Refusal):
            refused(review.pk, by=official("wu")) if refused is queries.task else refused(
                review=review.pk, by=official("he")
            )
    matter = Matter.objects.get(kind=queries.KIND)
    shown = f"{matter.title}{matter.number}{matter.detail}{matter.subject}"
    assert NUMBER not in shown and "林" not in shown


def test_whoever_verifies_may_call_and_leaves_a_trace(lin: Actor) -> None:
    review = bad(lin)
    record = actions.contact(review=review.pk, by=official("zhou"))
    assert (record.person.name, record.phone) == ("林小雨", "19901000001")
    read = Event.objects.get(name="person.read")
    assert (read.actor, read.data["purpose"]) == (official("zhou").key, "bad-review")


def test_whoever_is_anonymous_is_not_called(lin: Actor) -> None:
    review = bad(lin, is_anonymous=True)
    assert not queries.task(review.pk, by=official("zhou")).may_call
    with pytest.raises(rules.Anonymous):
        actions.contact(review=review.pk, by=official("zhou"))
    assert not Event.objects.filter(name="person.read").exists()


def test_each_step_belongs_to_its_post(lin: Actor) -> None:
    review = bad(lin)
    with pytest.raises(NotPermitted):
        actions.verify(review=review.pk, outcome="unfounded", finding="误评", by=official("he"))
    with pytest.raises(NotPermitted):
        actions.mend(review=review.pk, done="改了", by=official("zhou"))
    with pytest.raises(NotPermitted):
        actions.answer(review=review.pk, outcome="closed", answer="已改", by=official("he"))
    verified(review)
    with pytest.raises(Refusal):
        # Of another organ than the one that was found at fault.
        actions.mend(review=review.pk, done="改了", by=official("wu"))
    assert queries.waiting(Stage.MEND, by=official("wu")) == []
    assert len(queries.waiting(Stage.MEND, by=official("he"))) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"finding": " "}, "finding"),
        ({"organ": ""}, "organ"),
        ({"organ": "11990100MB0000011U"}, "organ"),
        ({"outcome": "mended"}, "outcome"),
    ],
)
def test_a_half_verification_is_refused(lin: Actor, wrong: dict[str, str], field: str) -> None:
    review = bad(lin)
    with pytest.raises(Invalid) as refused:
        verified(review, **wrong)
    assert list(refused.value.problems) == [field]
    review.refresh_from_db()
    assert (review.is_upheld, review.finding) == (None, "")


def test_steps_out_of_order_and_from_a_stale_page_are_refused(lin: Actor) -> None:
    review = bad(lin)
    with pytest.raises(rules.NotAtThisStage):
        actions.answer(review=review.pk, outcome="closed", answer="x", by=official("zhou"))
    with pytest.raises(Stale):
        verified(review, version=99)
    verified(review)
    with pytest.raises(rules.NotAtThisStage):
        verified(review)
    assert Event.objects.filter(name="review.verified").count() == 1


def test_an_unfounded_one_is_answered_without_mending_and_not_counted(lin: Actor) -> None:
    review = verified(bad(lin), outcome="unfounded", organ="")
    assert [(t.organ, t.invited, t.rated) for t in queries.results()] == [
        (HEALTH, 1, 0),
        (POLICE, 1, 0),
    ]
    with pytest.raises(Invalid):
        actions.answer(review=review.pk, outcome="mend", answer="x", by=official("zhou"))
    actions.answer(review=review.pk, outcome="verify", answer="不认可", by=official("zhou"))
    verified(review)
    assert [(t.rated, t.good) for t in queries.results()] == [(1, 0), (1, 0)]


def test_the_public_sees_what_was_given(lin: Actor) -> None:
    for n, level in enumerate([5, 4, 3, 2, None, 1]):
        people.invited(lin, f"{NUMBER}-{n}")
        if level:
            actions.file(encounter=f"{NUMBER}-{n}", level=Level(level), by=lin)
    tally = queries.results()[0]
    assert (tally.invited, tally.rated, tally.good) == (6, 5, 3)


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_one_browser_give_one_rating(lin: Actor) -> None:
    people.invited(lin)

    def give(level: Level) -> str:
        try:
            actions.file(encounter=NUMBER, level=level, by=lin)
        except rules.AlreadyRated:
            return "refused"
        finally:
            connections.close_all()
        return "taken"

    if connection.vendor == "sqlite" and "mode=memory" in str(connection.settings_dict["NAME"]):
        with ThreadPoolExecutor(1) as pool:
            outcomes = list(pool.map(give, [Level.BAD, Level.GOOD]))
    else:
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(give, [Level.BAD, Level.GOOD]))
    assert sorted(outcomes) == ["refused", "taken"]
    assert Event.objects.filter(name="review.filed").count() == 1

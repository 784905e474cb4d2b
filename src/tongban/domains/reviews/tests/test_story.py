"""The tale of one bad review, day by day."""

from datetime import date

import pytest

from tongban.domains.reviews import actions, queries
from tongban.domains.reviews.models import Review
from tongban.domains.reviews.rules import Level, Stage
from tongban.domains.reviews.tests import people
from tongban.domains.reviews.tests.people import HEALTH, NUMBER, official
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import Matter

SWEEP = part("deadlines")


def sweep() -> None:
    while deadlines.sweep(by=SWEEP):
        pass


def breaches() -> list[str]:
    found = Event.objects.filter(name="clock.breached").order_by("id")
    return [event.data["kind"] for event in found]


def due(review: Review, stage: str) -> date | None:
    assert review.matter is not None
    item = review.matter.items.filter(stage=stage).latest("id")
    assert Matter.objects.get(pk=review.matter_id).due_on == item.due_on
    return item.due_on


@pytest.mark.django_db
def test_a_bad_review_is_mended_and_answered(lin: Actor) -> None:
    people.invited(lin)
    zhou, he = official("zhou"), official("he")

    # Monday: Lin had to come twice, and says so.
    review = actions.file(
        encounter=NUMBER, level=Level.BAD, aspects=["told-late"], words="让我跑了两趟", by=lin
    )
    assert due(review, "verify") == date(2026, 1, 6)

    with clock.at("2026-01-06 17:00"):  # Tuesday: not late yet
        sweep()
        assert breaches() == []

    with clock.at("2026-01-07 09:00"):  # Wednesday: nobody called Lin back
        sweep()
        sweep()
        assert breaches() == ["review.verify"]
        assert actions.contact(review=review.pk, by=zhou).person.name == "林小雨"
        actions.verify(
            review=review.pk, outcome="upheld", organ=HEALTH, by=zhou,
            finding="属实：第一次未一次告知缺少的材料。电话核实。",
        )  # fmt: skip
        # Fifteen working days after Wednesday the 7th; no holiday lies between.
        assert due(review, "mend") == date(2026, 1, 28)
        [(item, _)] = queries.waiting(Stage.MEND, by=he)
        assert item.organ == HEALTH

    with clock.at("2026-01-20 15:00"):
        actions.mend(review=review.pk, done="补训窗口人员，更新一次性告知单。", by=he)
        assert due(review, "answer") == date(2026, 1, 22)

    with clock.at("2026-01-21 10:00"):  # Lin is not content: the guide is still wrong
        actions.answer(review=review.pk, outcome="mend", answer="已补训人员。", by=zhou)
        # The new term runs across the Spring Festival (15 to 23 February 2026 are free,
        # Saturday the 14th is worked).
        assert due(review, "mend") == date(2026, 2, 11)
        assert queries.waiting(Stage.MEND, by=official("wu")) == []

    with clock.at("2026-01-26 10:00"):
        actions.mend(review=review.pk, done="指南已更正。", by=he)

    with clock.at("2026-01-27 11:00"):
        actions.answer(review=review.pk, outcome="closed", answer="指南已更正，谢谢您。", by=zhou)
        sweep()

    with clock.at("2026-06-01 09:00"):  # nothing is owed any more
        sweep()
    assert breaches() == ["review.verify"]
    review.refresh_from_db()
    assert (review.answer, review.is_upheld) == ("指南已更正，谢谢您。", True)
    assert review.closed_at == clock.moment("2026-01-27 11:00")
    assert review.matter is not None and review.matter.state == "ended"
    told = Event.objects.filter(name__startswith="review.").order_by("id")
    assert [event.name for event in told] == [
        "review.invited", "review.filed", "review.verified", "review.mended", "review.answered",
        "review.mended", "review.answered", "review.closed",
    ]  # fmt: skip

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory

from tongban.domains.reviews import actions, portal, workbench
from tongban.domains.reviews.models import Review
from tongban.domains.reviews.rules import Level
from tongban.domains.reviews.tests import people
from tongban.domains.reviews.tests.people import HEALTH, NUMBER, official
from tongban.kernel import clock
from tongban.kernel.actor import NOBODY, Actor
from tongban.kernel.errors import NotFound, NotPermitted, SignInNeeded, Stale
from tongban.kernel.processes import queries as work
from tongban.kernel.ui import modes

pytestmark = pytest.mark.django_db

View = Callable[..., HttpResponse]
QUEUES = (workbench.verify_queue, workbench.mend_queue, workbench.answer_queue)


def ask(view: View, by: Actor, *args: Any, post: dict[str, Any] | None = None, **query: str) -> Any:
    """One request as the sign-in door hands it on, in English."""
    factory = RequestFactory()
    request: HttpRequest = factory.get("/", query) if post is None else factory.post("/", post)
    request.actor = by  # type: ignore[attr-defined]
    request.ui = modes.read("en")  # type: ignore[attr-defined]
    answer = view(request, *args)
    return answer.render() if isinstance(answer, TemplateResponse) else answer


def bad(lin: Actor) -> Review:
    people.invited(lin)
    return actions.file(encounter=NUMBER, level=Level.BAD, words="电话 13812340052", by=lin)


def test_no_face_is_chosen_beforehand(lin: Actor) -> None:
    people.invited(lin)
    page = ask(portal.file, lin, NUMBER).content.decode()
    assert page.count('name="level"') == 5 and "checked" not in page
    refused = ask(portal.file, lin, NUMBER, post={})
    assert refused.status_code == 422 and not Review.objects.exists()


def test_the_points_suit_the_face(lin: Actor) -> None:
    people.invited(lin)
    bad_page = ask(portal.file, lin, NUMBER, level="1").content.decode()
    good_page = ask(portal.file, lin, NUMBER, level="5").content.decode()
    assert 'value="slow"' in bad_page and 'value="fast"' not in bad_page
    assert 'value="fast"' in good_page and 'value="slow"' not in good_page
    assert 'name="anonymous"' in bad_page and "csrfmiddlewaretoken" in bad_page
    assert ask(portal.file, lin, NUMBER, level="9").status_code == 422


def test_what_was_typed_is_kept_when_refused(lin: Actor) -> None:
    people.invited(lin)
    said = {"level": "2", "words": "好" * 1001, "aspects": ["slow"], "anonymous": "1"}
    refused = ask(portal.file, lin, NUMBER, post=said)
    page = refused.content.decode()
    assert refused.status_code == 422 and not Review.objects.exists()
    assert "好" * 1001 in page and page.count("checked") == 2


def test_rating_and_what_became_of_it(lin: Actor) -> None:
    people.invited(lin)
    taken = ask(
        portal.file, lin, NUMBER, post={"level": "2", "aspects": ["slow"], "words": "<b>慢"}
    )
    assert (taken.status_code, taken["Location"]) == (302, f"/reviews/{NUMBER}/")
    page = ask(portal.file, lin, NUMBER).content.decode()
    assert "&lt;b&gt;慢" in page and "<b>慢" not in page and "回访核实" in page
    assert NUMBER in ask(portal.mine, lin).content.decode()


def test_a_closed_window_and_a_stranger_are_refused(lin: Actor) -> None:
    people.invited(lin)
    with pytest.raises(NotFound):
        ask(portal.file, people.citizen("王建国", 301), NUMBER)
    with pytest.raises(SignInNeeded):
        ask(portal.file, NOBODY, NUMBER)
    with clock.at("2026-03-01 09:00"), pytest.raises(actions.rules.WindowClosed):
        ask(portal.file, lin, NUMBER)


@pytest.mark.parametrize(
    "view", [workbench.verify_queue, workbench.mend_queue, workbench.answer_queue]
)
def test_a_queue_is_closed_to_citizens(view: View, lin: Actor) -> None:
    with pytest.raises(NotPermitted):
        ask(view, lin)


def test_the_loop_through_the_pages(lin: Actor) -> None:
    review = bad(lin)
    zhou, he = official("zhou"), official("he")
    assert f"/office/reviews/{review.pk}/" in ask(workbench.verify_queue, zhou).content.decode()
    page = ask(workbench.task, zhou, review.pk)
    assert NUMBER in page.content.decode() and "林小雨" not in page.content.decode()
    called = ask(workbench.contact, zhou, review.pk, post={}).content.decode()
    assert "林小雨" in called and "19901000001" in called
    version = review.matter.items.get().version  # type: ignore[union-attr]
    half = {"outcome": "upheld", "organ": HEALTH, "finding": "", "version": str(version)}
    assert ask(workbench.task, zhou, review.pk, post=half).status_code == 422
    whole = {**half, "finding": "属实"}
    assert ask(workbench.task, zhou, review.pk, post=whole).status_code == 302
    mending = ask(workbench.task, he, review.pk).content.decode()
    for secret in (NUMBER, "林小雨", "13812340052", "19901000001"):
        assert secret not in mending
    version = review.matter.items.get(stage="mend").version  # type: ignore[union-attr]
    assert ask(workbench.task, he, review.pk, post={"done": "已改", "version": str(version)})
    version = review.matter.items.get(stage="answer").version  # type: ignore[union-attr]
    said = {"outcome": "closed", "answer": "已督促改正", "version": str(version)}
    assert ask(workbench.task, zhou, review.pk, post=said).status_code == 302
    assert "已督促改正" in ask(portal.file, lin, NUMBER).content.decode()


def test_a_form_without_its_version_is_stale(lin: Actor) -> None:
    review = bad(lin)
    said = {"outcome": "unfounded", "finding": "误评"}
    with pytest.raises(Stale):
        ask(workbench.task, official("zhou"), review.pk, post=said)


def test_results_are_public_and_hide_the_few(lin: Actor, client: Client) -> None:
    empty = client.get("/reviews/")
    assert empty.status_code == 200
    for n in range(5):
        people.invited(lin, f"{NUMBER}-{n}", organs=[HEALTH] if n else [HEALTH, people.POLICE])
        level = Level.BAD if n == 0 else Level.GOOD
        actions.file(encounter=f"{NUMBER}-{n}", level=level, by=lin)
    page = client.get("/reviews/").content.decode()
    assert "80.0%" in page and "0.0%" not in page.replace("80.0%", "")
    assert "评价太少，不显示" in page


def test_only_who_was_asked_is_led_to_the_form(lin: Actor) -> None:
    assert portal.invited_at(NUMBER, lin) == ""
    people.invited(lin)
    assert portal.invited_at(NUMBER, lin).endswith(f"/reviews/{NUMBER}/")
    assert portal.invited_at(NUMBER, people.citizen("赵一", 204)) == ""
    assert portal.invited_at(NUMBER, official("he")) == ""
    with clock.at("2026-03-05 09:00"):
        assert portal.invited_at(NUMBER, lin) == "", "the time to rate is over"


def test_a_bad_one_lies_in_the_in_tray_of_the_post_that_owes_the_reply(lin: Actor) -> None:
    review = bad(lin)
    for stage, holder in ((None, "zhou"), ("mend", "he")):
        if stage:
            actions.verify(
                review=review.pk,
                outcome="upheld",
                finding="属实",
                organ=HEALTH,
                by=official("zhou"),
            )
        owed = [item.matter_id for item in work.inbox(by=official(holder))]
        assert owed == [review.matter_id]
        assert work.inbox_counts(by=official(holder))["all"] == 1

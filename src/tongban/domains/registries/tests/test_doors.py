"""The officials' pages of corrections: only the source's own, masked, and each opening recorded."""

import re

import pytest
from django.http import HttpResponseBase
from django.test import RequestFactory
from django.urls import include, path

from tongban.domains.registries import actions, workbench
from tongban.domains.registries.models import Correction
from tongban.domains.registries.tests.people import CASES, MOTHER, keeper
from tongban.kernel.actor import NOBODY, Actor
from tongban.kernel.errors import NotFound, NotPermitted, SignInNeeded
from tongban.kernel.ledger.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
urlpatterns = [
    path("", include("tongban.domains.registries.urls")),
    path("", include("tongban.urls")),
]


@pytest.fixture
def disputed(city: None) -> Correction:
    return actions.open_correction(
        register="birth",
        element="weight",
        subject=MOTHER,
        claimed=3350,
        case_no="C-1",
        evidence="出院小结",
        by=CASES,
    )


def visit(by: Actor, pk: int = 0, **posted: str) -> tuple[HttpResponseBase, str]:
    make = RequestFactory()
    request = make.post("/", posted) if posted else make.get("/")
    request.actor = by  # type: ignore[attr-defined]
    page = workbench.correction(request, pk=pk) if pk else workbench.corrections(request)
    return page, getattr(page, "content", b"").decode()


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_the_list_shows_what_the_own_organ_owes(disputed: Correction) -> None:
    _, page = visit(keeper("he"))
    assert "出生医学信息 · 出生体重" in page
    assert f"/office/corrections/{disputed.pk}/" in page
    _, others = visit(keeper("wu"))
    assert "出生体重" not in others


def test_a_page_masks_the_person_and_leaves_a_read_record(disputed: Correction) -> None:
    _, page = visit(keeper("he"), disputed.pk)
    assert "3200" in page and "3350" in page and "出院小结" in page
    assert MOTHER not in page and MOTHER[-4:] in page
    assert Event.objects.filter(name="correction.read").count() == 1


def test_both_steps_are_taken_on_the_page(disputed: Correction) -> None:
    he = keeper("he")
    _, page = visit(he, disputed.pk)
    answer, _ = visit(
        he, disputed.pk, step="upheld", opinion="查病历", value="", version=version_in(page)
    )
    assert answer.status_code == 302
    _, page = visit(he, disputed.pk)
    visit(he, disputed.pk, step="answer", answer="已更正", version=version_in(page))
    _, page = visit(he, disputed.pk)
    assert "已更正" in page and "<textarea" not in page
    assert Correction.objects.get().status == "upheld"


def test_what_is_not_offered_is_refused(disputed: Correction) -> None:
    for posted in ({"step": "delete"}, {"version": "1"}):
        with pytest.raises(workbench.NoSuchStep):
            visit(keeper("he"), disputed.pk, **posted)
    assert Correction.objects.get().status == "open"


def test_the_pages_are_closed_to_others(disputed: Correction) -> None:
    citizen = Actor(kind="person", key="person:1", person=1)
    for by, refusal in ((NOBODY, SignInNeeded), (citizen, NotPermitted)):
        for pk in (0, disputed.pk):
            with pytest.raises(refusal):
                visit(by, pk)
    with pytest.raises(NotFound):
        visit(keeper("wu"), disputed.pk)

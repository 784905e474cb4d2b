"""Free flow (自由流转) on the case page: each verb as a form, and what it does to the work."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.city import city
from tests.office.people import acting, filed, now, owed, signed_in
from tongban.domains.cases.actions import acceptance
from tongban.domains.cases.models import Case
from tongban.domains.cases.queries import office
from tongban.domains.cases.workbench.acts import ACTS
from tongban.kernel import clock
from tongban.kernel.ledger.models import Event
from tongban.kernel.processes.models import WorkItem

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

COLLEAGUE = "qin.xiuyuan"
LEGAL = "ren.zhiruo"


@pytest.fixture(autouse=True)
def monday(settings: Any) -> Iterator[None]:
    settings.TONGBAN_DEMO = True
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def case() -> Case:
    """A case under examination."""
    found = filed(food="hot")
    acceptance.accept(item=owed(found).pk, by=acting("chen"))
    return now(found)


def do(login: str, case: Case, act: str, item: WorkItem | None = None, **fields: Any) -> Any:
    item = item or owed(case)
    sent = {"item": item.pk, "version": item.version, "key": f"{act}-{login}", **fields}
    return signed_in(login).post(reverse("office-case-act", args=[case.case_no, act]), sent)


def shown(login: str, case: Case) -> set[str]:
    view = office.view(now(case), by=acting(login))
    return {act.name for act in ACTS.values() if act.is_possible(view)}


def asked(case: Case, mode: str) -> WorkItem:
    return WorkItem.objects.get(matter=case.matter_id, mode=mode)


@pytest.mark.parametrize(
    ("act", "mode"), [("add-before", "add_sign"), ("countersign", "countersign")]
)
def test_others_sign_and_the_work_waits_for_them(case: Case, act: str, mode: str) -> None:
    assert do("chen", case, act, whom=[], words="请审核").status_code == 422
    assert do("chen", case, act, whom=["official:9@post:9"], words="请审核").status_code == 422
    legal = acting(LEGAL).key
    assert do("chen", case, act, whom=[legal], words="请审核").status_code == 302
    assert owed(case).status == "waiting"
    assert {"drop", "take-back"} <= shown("chen", case) and "pass" not in shown("chen", case)
    item = asked(case, mode)
    assert shown(LEGAL, case) >= {"answer"}
    answer = do(LEGAL, case, "answer", item, agrees="yes", opinion="同意")
    assert answer.status_code == 302
    assert "pass" in shown("chen", case)


def test_one_of_several_signs_for_all(case: Case) -> None:
    whom = [acting(LEGAL).key, "organ:psb"]
    assert do("chen", case, "or-sign", whom=whom, words="请会签").status_code == 302
    first = WorkItem.objects.filter(matter=case.matter_id, mode="countersign").order_by("id")[0]
    assert do(LEGAL, case, "answer", first, agrees="yes", opinion="同意").status_code == 302
    assert owed(case).status == "claimed"


def test_a_signer_is_dropped(case: Case) -> None:
    whom = [acting(LEGAL).key, acting(COLLEAGUE).key]
    assert do("chen", case, "countersign", whom=whom, words="请会签").status_code == 302
    item = owed(case)
    row = WorkItem.objects.get(matter=case.matter_id, assignee=whom[1], mode="countersign")
    hands = f"hands:{row.organ}|{row.post}|{row.assignee}"
    assert do("chen", case, "drop", item, whom=[hands]).status_code == 302
    row.refresh_from_db()
    assert row.status == "void" and owed(case).status == "waiting"


def test_it_is_shown_to_others_and_nothing_waits(case: Case) -> None:
    legal = acting(LEGAL).key
    assert do("chen", case, "circulate", whom=[legal]).status_code == 302
    assert "pass" in shown("chen", case)
    assert "read" in shown(LEGAL, case) and "answer" not in shown(LEGAL, case)
    assert do(LEGAL, case, "read", asked(case, "circulate")).status_code == 302
    assert "read" not in shown(LEGAL, case)


def test_work_is_sent_on_and_done_on_behalf(case: Case) -> None:
    colleague = acting(COLLEAGUE).key
    assert do("chen", case, "delegate", whom=colleague).status_code == 302
    assert owed(case).assignee == colleague
    assert do(COLLEAGUE, case, "send", whom=[acting("chen").key], words="请办").status_code == 302
    assert owed(case).assignee == acting("chen").key


def test_the_head_reminds_and_the_holder_reports(case: Case) -> None:
    assert "urge" not in shown("chen", case) and "urge" in shown("zhao", case)
    assert do("zhao", case, "urge", words=" ").status_code == 422
    assert do("zhao", case, "urge", words="请尽快办理").status_code == 302
    assert do("zhao", case, "supervise", words="请说明进度").status_code == 302
    assert Event.objects.filter(name="matter.urged").count() == 2
    assert "reply" in shown("zhao", case), "the heads say what they did"


def test_whoever_steers_cannot_jump_over_law(case: Case) -> None:
    """Acceptance and decision are acts of law: no verb goes over them."""
    assert "jump" not in shown("chen", case)
    before = owed(case)
    refused = do("zhao", case, "jump", stage="accept", words="重新受理")
    assert refused.status_code in {403, 409, 422}
    assert owed(case).pk == before.pk


def test_the_stage_that_decides_allows_asking_but_never_sending_away(case: Case) -> None:
    answer = do("chen", case, "pass", outcome="pass", opinion="属实")
    assert answer.status_code == 302
    offered = shown("zhao", case)
    assert {"countersign", "circulate", "consult", "grant", "refuse"} <= offered
    assert not {"send", "return", "ask-again", "jump"} & offered


def test_a_second_press_of_the_same_button_asks_once(case: Case) -> None:
    legal, item = acting(LEGAL).key, owed(case)
    for _ in range(2):
        assert (
            do("chen", case, "countersign", item, whom=[legal], words="请会签").status_code == 302
        )
    assert WorkItem.objects.filter(matter=case.matter_id, mode="countersign").count() == 1

"""A policy that is applied for: a form the registers fill, a case, the list, the money."""

from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.given import FIRM, item_of, restaurateur, settle
from tongban.connectors.disbursements import SimulatedTreasury
from tongban.domains.cases import queries as cases
from tongban.domains.cases.models import Application, Case
from tongban.domains.enterprise import actions, queries, rules
from tongban.domains.enterprise.models import Award, AwardBatch
from tongban.domains.enterprise.tests.people import official
from tongban.domains.enterprise.tests.test_doors import as_, owner, page
from tongban.kernel import clock
from tongban.kernel.ledger.models import Event
from tongban.simulator import citizens, desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday", "treasury")]

POLICY, ITEM = "catering-quality", "kitchen-grant"
ACCOUNT = "6222990000000000131"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.TONGBAN_DEMO = True


def applied(client: Client) -> Case:
    """From the page of the policy to the signature, as one who clicks."""
    assert reverse("start", args=["item", ITEM]) in page(client, f"/enterprise/policies/{POLICY}/")
    begun = client.post(reverse("start", args=["item", ITEM]))
    key = str(begun["Location"]).rstrip("/").rpartition("/")[2]
    client.get(reverse("draft-questions", args=[key]))
    view = cases.view(cases.draft(key, by=restaurateur()))
    typed = [f.key for f in view.fields if f.key not in view.values]
    assert typed == [], "every field of the policy is filled from a register"
    assert [need.key for need in view.missing] == ["kitchen_works"], "only what no register shows"
    sent = {"material": "kitchen_works", "file": SimpleUploadedFile("a.pdf", citizens.paper())}
    assert client.post(reverse("draft-materials", args=[key]), sent).status_code == 302
    signed = {"signed": "1", "delivery": "electronic"}
    assert client.post(reverse("draft-sign", args=[key]), signed).status_code == 302
    settle()
    return Case.objects.get(item_key=ITEM)


def granted(case: Case) -> Case:
    for _ in range(3):
        desk.work(item_of(case), die=Random(1))
        settle()
    case.refresh_from_db()
    assert case.result == "granted"
    return case


def test_from_the_policy_to_the_money(treasury: SimulatedTreasury) -> None:
    client = owner()
    client.post("/enterprise/consent/")
    case = applied(client)
    assert case.entity == FIRM
    assert "已申领" in page(client, f"/enterprise/policies/{POLICY}/")
    assert case.application.number in page(client, "/enterprise/"), "it stands in the zone"
    granted(case)
    award = Award.objects.get()
    assert (award.fen, award.case_no, award.state) == (400000, case.case_no, "proposed")
    assert award.match is not None and award.batch.month.isoformat() == "2026-09-01"
    assert "已列入兑付名单" in page(client, "/enterprise/")
    clerk, chief = official_of("policy.review"), official_of("policy.approve")
    office = f"/office/policies/{award.batch_id}/"
    assert case.case_no in page(as_(clerk), office)
    strike = {"do": "strike", "award": str(award.pk), "reason": "x"}
    assert as_(clerk).post(office, strike).status_code == 409, "what a case granted stays"
    assert as_(clerk).post(office, {"do": "submit"}).status_code == 302
    assert as_(chief).post(office, {"do": "approve"}).status_code == 302
    address = f"/enterprise/awards/{award.pk}/"
    assert client.post(address, {"account": ACCOUNT}).status_code == 302
    settle()
    clock.move("2026-09-09 09:00")
    actions.carry_out(award=award.pk, by=actions.SELF)
    award.refresh_from_db()
    assert award.state == "paid"
    assert "已享受" in page(owner(), f"/enterprise/policies/{POLICY}/")
    assert Event.objects.filter(name="award.proposed").count() == 1


def official_of(grant: str) -> str:
    """Somebody of the market bureau whose post carries a grant."""
    for login in ("wu", "chen", "zhao", "sun.boyuan"):
        try:
            if official(login).may(grant) and official(login).organ:
                return login
        except AssertionError:
            continue
    raise AssertionError(grant)


def test_twice_is_once_and_one_a_period_is_all() -> None:
    case = granted(applied(owner()))
    found = Award.objects.get()
    assert found.match is None, "without a consent nothing was matched"
    again = actions.propose(matter=case.matter_id, by=actions.SELF)
    assert again and again.pk == found.pk and Award.objects.count() == 1
    Award.objects.update(case_no="another")
    assert actions.propose(matter=case.matter_id, by=actions.SELF) is None
    assert Event.objects.filter(name="award.doubled").count() == 1
    assert Award.objects.count() == 1


def test_a_list_that_was_submitted_takes_no_more() -> None:
    case = applied(owner())
    version, policy = queries.policy(POLICY)
    AwardBatch.objects.create(
        policy=POLICY,
        month=clock.today().replace(day=1),
        definition=version.id,
        organ=case.organ,
        state="submitted",
        drawn_at=clock.now(),
    )
    granted(case)
    assert Award.objects.get().batch.month.isoformat() == "2026-10-01"
    assert policy.item == ITEM


def test_what_was_revoked_may_be_struck_off() -> None:
    case = granted(applied(owner()))
    award = Award.objects.get()
    by = official(official_of("policy.review"))
    with pytest.raises(rules.GrantedByCase):
        actions.strike(award=award.pk, reason="有误", by=by)
    Case.objects.filter(pk=case.pk).update(about=case, purpose="revoke")
    assert actions.strike(award=award.pk, reason="决定已撤销", by=by).state == "struck"


def test_other_cases_reach_no_list() -> None:
    assert queries.policy_by_item("food-licence") is None
    assert Application.objects.count() == 0 and Award.objects.count() == 0

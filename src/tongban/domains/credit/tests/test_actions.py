from collections.abc import Iterator

import pytest
from django.test import Client

from tests.city import city
from tests.given import FIRM, citizen, mother, restaurateur
from tongban.domains.credit import actions, queries, rules
from tongban.domains.credit.models import CreditEvent
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.errors import NotFound, NotPermitted, SignInNeeded
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger.models import Event

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
LAW = "《中华人民共和国行政许可法》第六十九条"


@pytest.fixture(autouse=True)
def held() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


def market() -> str:
    return identity.organ("market").uscc


def chief(**changes: object) -> Actor:
    kept = {"organ": market(), "grants": frozenset({"credit.repair"}), **changes}
    return Actor(kind="official", key="official:1@post:1", **kept)  # type: ignore[arg-type]


def noted(kind: str = "false_promise", case_no: str = "990121X") -> CreditEvent:
    return actions.note(
        subject_kind="entity",
        subject=FIRM,
        kind=kind,
        law=LAW,
        case_no=case_no,
        organ=market(),
        by=part("cases"),
    )


def bad(on: str = "") -> bool:
    day = clock.moment(f"{on} 00:00").date() if on else None
    return queries.has_bad_record(subject_kind="entity", subject=FIRM, on=day)


def test_a_broken_word_counts_until_its_last_day() -> None:
    assert not bad()
    row = noted()
    assert row.until.isoformat() == "2027-09-07"
    assert bad()
    assert bad("2027-09-07")
    assert not bad("2027-09-08")
    assert not bad("2026-09-06"), "nothing counted before it was noted"


def test_noted_once_and_without_personal_contents() -> None:
    person = mother().person
    assert person is not None
    for _ in range(2):
        row = actions.note(
            subject_kind="person",
            subject=str(person),
            kind="tolerance_unmet",
            law=LAW,
            case_no="990121X",
            by=chief(),
        )
    assert CreditEvent.objects.count() == 1
    [event] = Event.objects.filter(name="credit.noted")
    number = identity.number_in_clear(identity.person(person))
    assert number not in str(event.data)
    assert number not in str(CreditEvent.objects.values())
    assert row.organ == market()
    assert queries.has_bad_record(subject_kind="person", subject=str(person))
    assert not queries.has_bad_record(subject_kind="entity", subject=FIRM)


@pytest.mark.parametrize(("kind", "law"), [("false_promise", " "), ("no-such", LAW)])
def test_without_law_or_kind_nothing_is_noted(kind: str, law: str) -> None:
    with pytest.raises((rules.ReasonNeeded, NotFound)):
        actions.note(
            subject_kind="entity", subject=FIRM, kind=kind, law=law, case_no="1", by=chief()
        )
    assert not CreditEvent.objects.exists()


def test_repaired_by_the_office_that_noted_it_after_the_shortest_period() -> None:
    row = noted()
    with pytest.raises(rules.TooEarly):
        actions.repair(event=row.pk, reason="已改正", law=LAW, by=chief())
    clock.move(days=91)
    with pytest.raises(NotFound):
        actions.repair(event=row.pk, reason="已改正", law=LAW, by=chief(organ="other"))
    with pytest.raises(NotPermitted):
        actions.repair(event=row.pk, reason="已改正", law=LAW, by=chief(grants=frozenset()))
    with pytest.raises(rules.ReasonNeeded):
        actions.repair(event=row.pk, reason=" ", law=LAW, by=chief())
    assert bad()
    actions.repair(event=row.pk, reason="已改正", law=LAW, by=chief())
    assert not bad()
    with pytest.raises(rules.NotCounting):
        actions.repair(event=row.pk, reason="已改正", law=LAW, by=chief())
    assert Event.objects.filter(name="credit.repaired").count() == 1


def as_(login: str) -> Client:
    client = Client(headers={"host": "localhost"})
    assert client.post("/sign-in/demo/", {"username": login}).status_code == 302
    return client


def test_one_reads_ones_own_and_nobody_elses(settings) -> None:
    settings.TONGBAN_DEMO = True
    person = mother().person
    actions.note(
        subject_kind="person",
        subject=str(person),
        kind="tolerance_unmet",
        law=LAW,
        case_no="990121Y",
        organ=market(),
        by=part("cases"),
    )
    page = as_("lixiaoyun").get("/credit/").content.decode()
    assert "容缺受理逾期未补" in page
    assert "990121Y" in page
    client = as_("lixiaoyun")
    client.cookies["ui"] = "elder"
    assert "容缺受理逾期未补" in client.get("/credit/").content.decode()
    assert "容缺受理逾期未补" not in as_("gaozihan").get("/credit/").content.decode()
    assert Client(headers={"host": "localhost"}).get("/credit/").status_code == 302
    assert list(queries.mine(by=citizen("zhoumei"))) == []
    noted()
    assert [row.kind for row in queries.mine(by=restaurateur())] == ["false_promise"]
    with pytest.raises(SignInNeeded):
        queries.mine(by=Actor(kind="nobody", key="nobody"))


def test_the_chief_repairs_it_at_the_workbench(settings) -> None:
    settings.TONGBAN_DEMO = True
    row = noted(kind="tolerance_unmet")
    chief_ = as_("zhao")
    assert "容缺受理逾期未补" in chief_.get("/office/credit/").content.decode()
    address = f"/office/credit/{row.pk}/"
    assert chief_.post(address, {"reason": "", "law": LAW}).status_code == 422
    assert bad()
    assert chief_.post(address, {"reason": "已补交", "law": LAW}).status_code == 302
    assert not bad()
    assert as_("wu").get(address).status_code == 403

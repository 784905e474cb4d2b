from collections.abc import Iterator
from typing import Any

import pytest

from tests import given as people
from tests.city import city
from tests.office.people import signed_in
from tongban.domains.cases.models import Case
from tongban.domains.uplinks import actions
from tongban.domains.uplinks.models import UplinkDifference, UplinkFault, UplinkRecord
from tongban.domains.uplinks.rules import State
from tongban.domains.uplinks.tests.given import UPLINK, platform, states
from tongban.kernel import clock

__all__ = ["city"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
HERE = f"/office/uplinks/{UPLINK}/"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at("2026-09-07 09:00"):
        yield


@pytest.fixture
def keeper() -> Any:
    return signed_in("sun")


def finished() -> Case:
    application = people.birth()
    people.work_all(application)
    people.settle()
    return application.cases.filter(accepted_at__isnull=False).order_by("id")[0]


def test_the_keeper_sees_the_backlog_sends_it_and_compares_the_day(keeper: Any) -> None:
    finished()
    page = keeper.get("/office/uplinks/").content.decode()
    assert HERE in page
    page = keeper.get(HERE).content.decode()
    assert "受理" in page and "办理过程" in page
    assert keeper.post(f"{HERE}send/").status_code == 302
    assert set(states().values()) == {State.TAKEN}
    assert keeper.post(f"{HERE}days/", {"day": "2026-09-07"}).status_code == 422, "not over"
    assert keeper.post(f"{HERE}days/", {"day": "x"}).status_code == 422
    clock.move("2026-09-08 09:00")
    lost = UplinkRecord.objects.filter(kind="process").order_by("id")[0]
    platform().lose("process", lost.key)
    done = keeper.post(f"{HERE}days/", {"day": "2026-09-07"})
    assert done["Location"] == f"{HERE}days/2026-09-07/"
    assert lost.key in keeper.get(done["Location"]).content.decode()
    assert keeper.post(done["Location"]).status_code == 302
    assert keeper.post(done["Location"]).status_code == 409, "a second click"
    assert UplinkDifference.objects.get().repaired_at
    keeper.post(f"{HERE}send/")
    keeper.post(f"{HERE}days/", {"day": "2026-09-07"})
    assert lost.key not in keeper.get(done["Location"]).content.decode()
    assert keeper.get(f"{HERE}days/2026-02-30/").status_code == 404
    assert keeper.get("/office/uplinks/nothing/").status_code == 404


def test_what_was_refused_is_mended_at_its_page(keeper: Any) -> None:
    case = finished()
    platform().refusing[case.case_no] = ("3001", "缺少联系电话")
    actions.push(uplink=UPLINK, by=actions.SELF)
    fault = UplinkFault.objects.get(kind="accept")
    page = keeper.get(HERE).content.decode()
    assert "缺少联系电话" in page
    address = f"/office/uplinks/refusals/{fault.pk}/"
    page = keeper.get(address).content.decode()
    assert case.case_no in page and case.application.addressee not in page
    answer = keeper.post(address, {"reason": "", "do": "mend"})
    assert answer.status_code == 422 and 'id="id_reason"' in answer.content.decode()
    platform().refusing.clear()
    assert keeper.post(address, {"reason": "已补", "do": "mend"}).status_code == 302
    assert keeper.post(address, {"reason": "已补", "do": "mend"}).status_code == 409
    keeper.post(f"{HERE}send/")
    fault.refresh_from_db()
    assert fault.closed_at
    assert "已补" in keeper.get(address).content.decode()


def test_a_platform_that_is_down_is_shown_as_such(keeper: Any) -> None:
    finished()
    platform().failures = 1
    assert keeper.post(f"{HERE}send/").status_code == 302
    assert "没有应答" in keeper.get(HERE).content.decode()


@pytest.mark.parametrize("login", ["chen", "lin", "lixiaoyun"])
def test_others_see_nothing_of_it(login: str) -> None:
    other = signed_in(login)
    for address in ("/office/uplinks/", HERE, f"{HERE}days/2026-09-07/", f"{HERE}down/"):
        assert other.get(address).status_code in {302, 403}
    assert other.post(f"{HERE}send/").status_code in {302, 403}
    assert not UplinkRecord.objects.filter(state=State.SENDING).exists()

"""The pages of a project, over HTTP: for its firm, for officials, for nobody else."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.city import city as city  # a fixture
from tests.office import people
from tongban.domains.cases.models import Draft
from tongban.domains.investments.models import Project
from tongban.kernel import clock
from tongban.simulator import desk
from tongban.simulator.projects import LOGIN, MIDWAY, Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def monday(settings: object) -> Iterator[None]:
    settings.TONGBAN_DEMO = True  # type: ignore[attr-defined]
    desk.forget()
    with clock.at("2026-09-07 09:30"):
        yield


@pytest.fixture
def walk() -> Walk:
    found = Walk(MIDWAY)
    found.register()
    return found


def signed_in(login: str, firm: str = "") -> Client:
    client = Client()
    client.post("/sign-in/demo/", {"username": login})
    if firm:
        client.post("/sign-in/acting/", {"as": f"entity:{firm}"})
    return client


def test_everybody_may_read_the_paths() -> None:
    page = Client().get("/projects/").content.decode()
    assert "政府投资房屋建筑" in page and "不超过 90 个工作日" in page


def test_nobody_sees_a_project_without_signing_in(walk: Walk) -> None:
    for path in ("/projects/mine/", f"/projects/mine/{walk.code}/", "/office/projects/"):
        assert Client().get(path).status_code in {302, 401, 403}
    stranger = signed_in("hewentao", "91990102MA00991157")
    assert stranger.get(f"/projects/mine/{walk.code}/").status_code == 404


def test_a_firm_registers_and_begins_phase_one(walk: Walk) -> None:
    code = walk.code
    Project.objects.all().delete()
    client = signed_in(LOGIN, walk.by.for_entity)
    bad = client.post("/projects/mine/new/", {"code": "2026-99", "path": "government"})
    assert bad.status_code == 422 and 'aria-invalid="true"' in bad.content.decode()
    assert not Project.objects.exists()
    made = client.post("/projects/mine/new/", {"code": code, "path": "government"})
    assert made.status_code == 302 and made["Location"] == f"/projects/mine/{code}/"
    page = client.get(f"/projects/mine/{code}/").content.decode()
    assert "申报本阶段" in page and "上限 90 个工作日" in page
    early = client.post(f"/projects/mine/{code}/begin/design/")
    assert early.status_code == 409 and not Draft.objects.exists()
    begun = client.post(f"/projects/mine/{code}/begin/land/")
    key = Draft.objects.get().key
    assert begun["Location"] == f"/my/drafts/{key}/"
    # The kind of project answers the situation: the next step is the form, not a question.
    assert "questions" not in client.get(begun["Location"])["Location"]
    assert code in client.get("/projects/mine/").content.decode()
    assert client.get(f"/projects/mine/{code}/stop/").status_code == 200


def test_officials_see_who_holds_it(walk: Walk) -> None:
    walk.day()
    reviewer = people.signed_in("shi.suxin")
    page = reviewer.get("/office/projects/").content.decode()
    assert walk.code in page and "市自然资源局" in page
    for path in ("?light=red", "?light=nonsense", f"{walk.code}/"):
        assert reviewer.get(f"/office/projects/{path}").status_code == 200
    assert "审查岗" in reviewer.get(f"/office/projects/{walk.code}/").content.decode()
    assert reviewer.get("/office/projects/2026-990102-04-01-999999/").status_code == 404
    # Whose post does not carry the grant sees no list of projects.
    assert people.signed_in("chen").get("/office/projects/").status_code == 403
    mine = signed_in(LOGIN, walk.by.for_entity).get(f"/projects/mine/{walk.code}/")
    assert "审查岗" in mine.content.decode()

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest import MonkeyPatch
from pytest_django.fixtures import Settings

from tongban.doors.sign_in.entering import own_path
from tongban.doors.sign_in.middleware import ActorMiddleware
from tongban.doors.sign_in.tests import routes
from tongban.kernel import clock
from tongban.kernel.identity import actions, queries, totp
from tongban.kernel.identity.tests import people

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tongban.doors.sign_in.tests.routes")]

PASSWORD = "green-rice-77"


@pytest.fixture(autouse=True)
def _day(request: pytest.FixtureRequest) -> Iterator[None]:
    with clock.at("2026-01-05 10:00"):
        request.getfixturevalue("city")
        yield


class Watch:
    """Real time, moved by hand."""

    def __init__(self, monkeypatch: MonkeyPatch) -> None:
        self.at = clock.instant()
        monkeypatch.setattr(clock, "instant", lambda: self.at)

    def wait(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def watch(monkeypatch: MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


def citizen(client: Client, serial: int = 1) -> int:
    """A citizen, signed in with a password; answers the id of the person."""
    person = people.citizen(serial)
    people.signed_up(person, f"citizen{serial}")
    account = people.official(f"citizen{serial}")
    actions.set_password(account=account.pk, password=PASSWORD, by=people.SETUP)
    sign_in(client, f"citizen{serial}")
    return person.pk


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    data = {"username": username, "password": password, **more}
    return client.post("/sign-in/", data)  # type: ignore[return-value]


def official(client: Client, username: str = "chen") -> None:
    """An official signed in with both factors, in the first post."""
    account = people.official(username)
    actions.set_password(account=account.pk, password=PASSWORD, by=people.SETUP)
    sign_in(client, username)
    client.get("/sign-in/second-factor/")
    secret = queries.totp_secret_in_clear(people.official(username))
    code = totp.code_at(secret, int(clock.instant().timestamp() // totp.STEP))
    assert client.post("/sign-in/second-factor/", {"code": code}).status_code == 302


def seen(client: Client, path: str = "/everyone/") -> str:
    return client.get(path).content.decode()


# Every route is closed unless opened on purpose


@pytest.mark.parametrize(
    ("path", "nobody", "citizen_", "official_"),
    [
        ("/unmarked/", 403, 403, 403),
        ("/everyone/", 200, 200, 200),
        ("/members/", 302, 200, 200),
        ("/reviewers/", 302, 403, 200),
    ],
)
def test_a_page_opens_to_whom_it_says(
    path: str, nobody: int, citizen_: int, official_: int
) -> None:
    one, two, three = Client(), Client(), Client()
    citizen(two)
    official(three)
    found = [client.get(path) for client in (one, two, three)]
    assert [answer.status_code for answer in found] == [nobody, citizen_, official_]
    assert not any(b"secret" in answer.content for answer in found)


def test_a_marked_view_without_the_middleware_is_closed() -> None:
    with pytest.raises(AttributeError):
        routes.members(RequestFactory().get("/members/"))


def test_whoever_must_sign_in_comes_back_to_the_page(client: Client) -> None:
    answer = client.get("/members/?a=1")
    assert unquote(answer["Location"]) == "/sign-in/?next=/members/?a=1"
    person = citizen(Client())
    back = sign_in(client, "citizen1", next="/members/?a=1")
    assert back["Location"] == "/members/?a=1"
    assert seen(client, "/members/") == f"person:{person}"


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", "members/", ""],
)
def test_other_sites_are_not_come_back_to(path: str) -> None:
    assert own_path(path) == ""


# Sign-in


def test_a_wrong_password_gets_a_sentence_and_no_session(client: Client) -> None:
    citizen(Client())
    answer = sign_in(client, "citizen1", "wrong")
    assert answer.status_code == 401
    assert seen(client).startswith("nobody")
    assert sign_in(client, "", "").status_code == 422


def test_signing_in_changes_the_session_key(client: Client) -> None:
    citizen(Client())
    client.get("/everyone/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = str(planted)
    sign_in(client, "citizen1")
    assert client.session.session_key != planted
    assert not Client(headers={"Cookie": f"sessionid={planted}"}).session.get("began")


def test_signing_out_takes_a_form(client: Client) -> None:
    citizen(client)
    assert client.get("/sign-out/").status_code == 405
    assert seen(client).startswith("person:")
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert seen(client).startswith("nobody")
    assert apps.get_model("ledger", "Event").objects.filter(name="account.signed_out").count() == 1


def test_forms_need_their_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, "chen").status_code == 403


def test_a_new_password_ends_other_sessions(client: Client) -> None:
    citizen(client)
    other = Client()
    sign_in(other, "citizen1")
    new = {"current": PASSWORD, "password": "other-rice-88", "again": "other-rice-88"}
    assert client.post("/sign-in/password/", {**new, "again": "x"}).status_code == 422
    assert client.post("/sign-in/password/", {**new, "current": "x"}).status_code == 401
    assert client.post("/sign-in/password/", new).status_code == 302
    assert seen(client).startswith("person:")
    assert seen(other).startswith("nobody")


def test_a_closed_account_is_out_with_its_next_request(client: Client) -> None:
    citizen(client)
    account = people.official("citizen1").pk
    actions.close_account(account=account, reason="moved", by=people.acting("sys"))
    assert seen(client).startswith("nobody")


# The end of a session


@pytest.mark.parametrize(("who", "minutes"), [("citizen", 60), ("official", 30)])
def test_an_unused_session_ends(client: Client, watch: Watch, who: str, minutes: int) -> None:
    citizen(client) if who == "citizen" else official(client)
    client.get("/everyone/")
    watch.wait(minutes=minutes - 1)
    assert seen(client).startswith("person:" if who == "citizen" else "official:")
    watch.wait(minutes=minutes)
    assert seen(client).startswith("nobody")
    page = client.get("/sign-in/").content.decode()
    assert "很久没有操作" in page
    assert "很久没有操作" not in client.get("/sign-in/").content.decode()


def test_a_session_ends_after_twelve_hours_however_used(client: Client, watch: Watch) -> None:
    citizen(client)
    for _ in range(23):
        watch.wait(minutes=30)
        assert seen(client).startswith("person:")
    watch.wait(minutes=30)
    assert seen(client).startswith("nobody")


def test_moving_the_calendar_ends_no_session(client: Client) -> None:
    citizen(client)
    with clock.at("2027-01-05 10:00"):
        assert seen(client).startswith("person:")


def test_the_page_knows_when_the_session_ends(client: Client, watch: Watch) -> None:
    official(client)
    watch.wait(minutes=2)
    client.get("/everyone/")
    watch.wait(seconds=30)
    answer = client.get("/sign-in/acting/")
    assert answer.context["session_ends_in"] == 30 * 60 - 30
    assert 'data-session="1770"' in answer.content.decode()


# The second factor


def test_an_official_reaches_nothing_before_the_second_factor(client: Client) -> None:
    account = people.official("chen")
    actions.set_password(account=account.pk, password=PASSWORD, by=people.SETUP)
    assert sign_in(client, "chen")["Location"] == "/sign-in/second-factor/"
    for path in ["/members/", "/reviewers/", "/sign-in/acting/", "/sign-in/password/"]:
        assert client.get(path)["Location"] == "/sign-in/second-factor/"
    assert seen(client) == f"official:{account.person_id} for self by web"
    page = client.get("/sign-in/second-factor/").content.decode()
    assert "<svg" in page and "style=" not in page
    assert client.post("/sign-in/second-factor/", {"code": "000000"}).status_code == 422
    assert client.get("/reviewers/").status_code == 302


def test_afterwards_the_code_is_asked_at_sign_in(client: Client, watch: Watch) -> None:
    official(Client())
    watch.wait(seconds=30)
    assert sign_in(client, "chen").status_code == 401
    secret = queries.totp_secret_in_clear(people.official("chen"))
    code = totp.code_at(secret, int(watch.at.timestamp() // totp.STEP))
    assert sign_in(client, "chen", code=code)["Location"] == "/sign-in/acting/"
    assert client.get("/reviewers/").status_code == 200
    assert sign_in(Client(), "chen", code=code).status_code == 401


# The first link


def test_the_first_link(client: Client) -> None:
    token = actions.issue_link(account=people.official("sys").pk, by=people.SETUP)
    address = f"/sign-in/link/{token}/"
    for _ in range(2):
        assert client.get(address).status_code == 200
    for wrong in [("short", "short"), (PASSWORD, "differs")]:
        answer = client.post(address, {"password": wrong[0], "again": wrong[1]})
        assert answer.status_code == 422
    answer = client.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert answer["Location"] == "/sign-in/second-factor/"
    assert client.get("/sign-in/second-factor/").status_code == 200
    assert Client().get(address).status_code == 410


def test_an_expired_link_is_gone(client: Client, watch: Watch) -> None:
    token = actions.issue_link(account=people.official("sys").pk, by=people.SETUP)
    watch.wait(hours=24)
    assert client.get(f"/sign-in/link/{token}/").status_code == 410
    data = {"password": PASSWORD, "again": PASSWORD}
    assert client.post(f"/sign-in/link/{token}/", data).status_code == 410
    assert client.get("/sign-in/link/nonsense/").status_code == 410


# Posts and proxies


def test_one_works_in_one_post_at_a_time(client: Client) -> None:
    official(client)
    reviewer, clerk = queries.posts_of(people.official("chen"))
    assert client.get("/reviewers/").status_code == 200
    assert client.get("/sign-in/window/").status_code == 403
    client.post("/sign-in/acting/", {"as": f"post:{clerk.id}"})
    assert client.get("/reviewers/").status_code == 403
    assert client.get("/sign-in/window/").status_code == 200
    theirs = queries.posts_of(people.official("sec"))[0].id
    for chosen in [f"post:{theirs}", "post:x", "proxy:1", "entity:x", "", "king"]:
        assert client.post("/sign-in/acting/", {"as": chosen}).status_code == 404
    client.post("/sign-in/acting/", {"as": f"post:{reviewer.id}", "next": "/reviewers/"})
    assert client.get("/reviewers/").status_code == 200


def test_an_ended_appointment_closes_the_page_in_a_running_session(client: Client) -> None:
    official(client)
    appointment = queries.appointments_of(people.person_named("chen"))[0].pk
    actions.end_appointment(
        appointment=appointment, to_on=date(2026, 1, 5), by=people.acting("sec")
    )
    assert client.get("/reviewers/").status_code == 200
    with clock.at("2026-01-06 00:00"):
        assert client.get("/reviewers/").status_code == 403


def grandmother_gives(agent: int) -> tuple[int, int]:
    """A proxy until the end of the month; answers principal and proxy."""
    person = people.citizen(2, "李秀兰", born_on=date(1948, 2, 3))
    proxy = actions.give_proxy(
        principal=person.pk,
        agent=agent,
        scope=["*"],
        basis="family",
        to_on=date(2026, 1, 31),
        evidence="agreed",
        by=people.signed_up(person),
    )
    return person.pk, proxy.pk


def test_acting_for_someone_is_shown_and_ends_on_request(client: Client) -> None:
    principal, proxy = grandmother_gives(citizen(client))
    assert "李秀兰" in client.get("/sign-in/acting/").content.decode()
    client.post("/sign-in/acting/", {"as": f"proxy:{proxy}"})
    assert f"for person:{principal} " in seen(client)
    page = client.get("/sign-in/acting/").content.decode()
    assert 'class="proxy"' in page and "/sign-in/acting/end/" in page
    assert client.get("/sign-in/acting/end/").status_code == 405
    client.post("/sign-in/acting/end/")
    assert "for self" in seen(client)


def test_an_ended_proxy_refuses_the_form_sent_under_it(client: Client) -> None:
    principal, proxy = grandmother_gives(citizen(client))
    client.post("/sign-in/acting/", {"as": f"proxy:{proxy}"})
    with clock.at("2026-02-01 09:00"):
        refused = client.post("/everyone/")
        assert refused.status_code == 403
        assert f"person:{principal}".encode() not in refused.content
        assert "for self" in seen(client)


def test_a_citizen_gives_a_proxy_and_takes_it_back(client: Client) -> None:
    citizen(client)
    son = people.citizen(3, "王小明")
    data = {
        "name": "王小明",
        "number": queries.number_in_clear(son),
        "scope": "*",
        "to_on": "2026-01-31",
        "consent": "1",
    }
    for wrong in [
        {"consent": ""},
        {"scope": ""},
        {"scope": "nothing-of-the-kind"},
        {"to_on": "2027-01-06"},
        {"name": "王大明"},
        {"number": "990101"},
        {"to_on": "2026-01-04"},
        {"to_on": "tomorrow"},
    ]:
        answer = client.post("/sign-in/proxies/", {**data, **wrong})
        assert answer.status_code in {404, 422}
        assert queries.proxies_for(son.pk) == []
    assert client.post("/sign-in/proxies/", data).status_code == 302
    (proxy,) = queries.proxies_for(son.pk)
    assert "王*明" in client.get("/sign-in/proxies/").content.decode()
    stranger = Client()
    citizen(stranger, 5)
    address = f"/sign-in/proxies/{proxy.pk}/revoke/"
    assert stranger.post(address).status_code == 403
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert queries.proxies_for(son.pk) == []


def test_a_relative_asks_and_nothing_holds_until_it_is_agreed_to(client: Client) -> None:
    """The child asks on one device; the parent answers on another."""
    parent = Client()
    person = citizen(parent, 5)
    named = queries.person(person)
    citizen(client)
    data = {
        "name": named.name,
        "number": queries.number_in_clear(named),
        "scope": "*",
        "to_on": "2026-06-30",
    }
    assert client.post("/sign-in/proxies/ask/", {**data, "name": "别人"}).status_code == 404
    assert client.post("/sign-in/proxies/ask/", data).status_code == 302
    assert client.post("/sign-in/proxies/ask/", data).status_code == 422
    (request,) = queries.requests_to(person)
    address = f"/sign-in/proxies/requests/{request.pk}/answer/"
    assert client.post(address, {"answer": "yes"}).status_code == 404
    assert queries.proxies_given_by(person) == []
    assert address in parent.get("/sign-in/proxies/").content.decode()
    assert parent.post(address, {"answer": "yes"}).status_code == 302
    (proxy,) = queries.proxies_given_by(person)
    done = f"/sign-in/proxies/{proxy.pk}/"
    assert "还没有" in parent.get(done).content.decode()
    assert client.get(done).status_code == 404
    client.post("/sign-in/acting/", {"as": f"proxy:{proxy.pk}"})
    banner = client.get("/sign-in/acting/").content.decode()
    assert "正在替" in banner
    assert parent.post(f"/sign-in/proxies/{proxy.pk}/revoke/").status_code == 302
    assert client.post("/everyone/").status_code == 403


def test_proxies_are_not_given_from_a_post_or_by_an_agent(client: Client) -> None:
    official(client)
    assert client.get("/sign-in/proxies/").status_code == 404
    agent = Client()
    _, proxy = grandmother_gives(citizen(agent))
    agent.post("/sign-in/acting/", {"as": f"proxy:{proxy}"})
    assert agent.get("/sign-in/proxies/").status_code == 404


def test_the_clerk_acts_for_whoever_stands_there(client: Client) -> None:
    official(client)
    person = people.citizen(2, "李秀兰", born_on=date(1948, 2, 3))
    clerk = queries.posts_of(people.official("chen"))[1]
    client.post("/sign-in/acting/", {"as": f"post:{clerk.id}"})
    data = {"name": "李秀兰", "number": queries.number_in_clear(person)}
    assert client.post("/sign-in/window/", data).status_code == 422, "consent is missing"
    wrong = {**data, "number": "99010", "consent": "1"}
    refused = client.post("/sign-in/window/", wrong)
    assert refused.status_code == 422
    assert "号码位数不对" in refused.content.decode()
    assert client.post("/sign-in/window/", {**data, "consent": "1"}).status_code == 302
    assert f"for person:{person.pk} by window" in seen(client)
    reviewer = queries.posts_of(people.official("chen"))[0]
    client.post("/sign-in/acting/", {"as": f"post:{reviewer.id}"})
    assert "for self by web" in seen(client)


# The demo


def test_the_list_exists_in_the_demo_only(client: Client, settings: Settings) -> None:
    assert "陈静" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/demo/", {"username": "chen"}).status_code == 404
    settings.TONGBAN_DEMO = True
    page = client.get("/sign-in/").content.decode()
    assert "陈静" in page and "市监局审查员" in page and "审批科" in page
    answer = client.post("/sign-in/demo/", {"username": "chen", "next": "/reviewers/"})
    assert answer["Location"] == "/sign-in/acting/?next=%2Freviewers%2F"
    assert client.get("/reviewers/").status_code == 200
    assert client.post("/sign-in/demo/", {"username": "sys"}).status_code == 404


def test_the_demo_does_not_start_beside_real_people(settings: Settings) -> None:
    actions.enrol_person(
        person=actions.NewPerson(name="Jane Doe", number="G12345678", number_kind="414"),
        by=people.SETUP,
    )
    ActorMiddleware(lambda request: HttpResponse())
    settings.TONGBAN_DEMO = True
    with pytest.raises(ImproperlyConfigured, match="may be real"):
        ActorMiddleware(lambda request: HttpResponse())


def test_a_signed_in_page_takes_few_queries(
    client: Client, django_assert_max_num_queries: object
) -> None:
    official(client)
    client.get("/reviewers/")
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        client.get("/reviewers/")

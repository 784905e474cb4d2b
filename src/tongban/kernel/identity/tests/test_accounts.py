from datetime import timedelta

import pytest
from django.db import connection
from pytest import MonkeyPatch
from pytest_django.fixtures import Settings

from tongban.kernel import clock
from tongban.kernel.actor import NOBODY
from tongban.kernel.errors import Invalid, NotFound, NotPermitted
from tongban.kernel.identity import actions, queries, rules, totp
from tongban.kernel.identity.models import Account
from tongban.kernel.identity.tests import people
from tongban.kernel.ledger.models import Event

pytestmark = pytest.mark.django_db

PASSWORD = "green-rice-77"


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


@pytest.fixture
def account(city: object) -> Account:
    return actions.set_password(
        account=people.official("chen").pk, password=PASSWORD, by=people.SETUP
    )


def tried(password: str = PASSWORD, code: str = "", username: str = "chen") -> bool:
    attempt = actions.try_password(username=username, password=password, code=code, by=NOBODY)
    assert (attempt.account is None) != (attempt.refusal is None)
    return attempt.account is not None


def enrolled(account: Account, watch: Watch) -> str:
    """Enrol a second factor; answers its secret."""
    by = queries.actor_for(account=account)
    secret = actions.enrol_totp(account=account.pk, by=by)
    actions.confirm_totp(account=account.pk, code=code(secret, watch), by=by)
    watch.wait(seconds=30)
    return secret


def code(secret: str, watch: Watch) -> str:
    return totp.code_at(secret, int(watch.at.timestamp() // 30))


def test_the_right_password_signs_in(account: Account) -> None:
    assert tried()
    assert Event.objects.filter(name="account.signed_in", data__means="password").count() == 1


def test_an_account_without_password_opens_to_none(city: object) -> None:
    assert not tried("")
    assert not tried("!")


def test_five_failures_rest_sign_in_for_fifteen_minutes(account: Account, watch: Watch) -> None:
    for _ in range(5):
        assert not tried("wrong")
    assert Event.objects.filter(name="account.locked").count() == 1
    assert not tried(), "the right password must not help while sign-in rests"
    watch.wait(minutes=14, seconds=59)
    assert not tried()
    watch.wait(seconds=1)
    assert tried()


def test_a_success_forgets_earlier_failures(account: Account) -> None:
    for _ in range(4):
        assert not tried("wrong")
    assert tried()
    assert not tried("wrong")
    assert tried()


def test_waiting_does_not_shorten_the_next_five(account: Account, watch: Watch) -> None:
    for _ in range(5):
        tried("wrong")
    watch.wait(minutes=15)
    for _ in range(4):
        assert not tried("wrong")
    assert tried()


def test_unknown_names_cost_as_much_and_say_the_same(
    account: Account, monkeypatch: MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(
        "tongban.kernel.identity.actions.accounts.make_password",
        lambda password: hashed.append(password),
    )
    unknown = actions.try_password(username="nobody", password="guess", by=NOBODY).refusal
    known = actions.try_password(username="chen", password="guess", by=NOBODY).refusal
    assert hashed == ["guess"]
    assert str(unknown) == str(known)
    assert type(unknown) is type(known) is rules.SignInRefused


@pytest.mark.django_db(transaction=True)
def test_hashing_holds_no_transaction(account: Account, monkeypatch: MonkeyPatch) -> None:
    open_while_hashing: list[bool] = []
    check = Account.check_password

    def watched(self: Account, raw: str) -> bool:
        open_while_hashing.append(connection.in_atomic_block)
        return check(self, raw)

    monkeypatch.setattr(Account, "check_password", watched)
    assert tried()
    assert open_while_hashing == [False]


def test_a_closed_account_does_not_sign_in(account: Account) -> None:
    actions.close_account(account=account.pk, reason="left", by=people.acting("sys"))
    assert not tried()
    assert queries.actor_for(account=people.official("chen")) is NOBODY


@pytest.mark.parametrize("password", ["short-7", "password1234", "chenchen12"])
def test_weak_passwords_are_refused_with_reasons(city: object, password: str) -> None:
    account = people.official("chen")
    if password == "chenchen12":
        Account.objects.filter(pk=account.pk).update(username="chenchen1")
    with pytest.raises(Invalid) as caught:
        actions.set_password(account=account.pk, password=password, by=people.SETUP)
    assert caught.value.problems["password"]
    assert not people_password_set()


def people_password_set() -> bool:
    return Event.objects.filter(name="account.password_set").exists()


def test_nobody_sets_anothers_password(account: Account) -> None:
    with pytest.raises(NotPermitted):
        actions.set_password(account=account.pk, password=PASSWORD, by=people.acting("sys"))


def test_changing_a_password_needs_the_present_one(account: Account) -> None:
    by = people.acting("chen")
    with pytest.raises(rules.SignInRefused):
        actions.change_password(
            account=account.pk, current="wrong", password="other-rice-88", by=by
        )
    assert tried()
    actions.change_password(account=account.pk, current=PASSWORD, password="other-rice-88", by=by)
    assert not tried()
    assert tried("other-rice-88")


# The second factor


def test_a_second_factor_is_asked_once_confirmed(account: Account, watch: Watch) -> None:
    by = queries.actor_for(account=account)
    secret = actions.enrol_totp(account=account.pk, by=by)
    assert tried(), "not confirmed yet"
    assert actions.enrol_totp(account=account.pk, by=by) == secret
    with pytest.raises(rules.CodeNotRight):
        actions.confirm_totp(account=account.pk, code="000000", by=by)
    actions.confirm_totp(account=account.pk, code=code(secret, watch), by=by)
    watch.wait(seconds=30)
    assert not tried()
    assert not tried(code="000000")
    assert tried(code=code(secret, watch))


def test_a_code_is_taken_once(account: Account, watch: Watch) -> None:
    secret = enrolled(account, watch)
    seen = code(secret, watch)
    assert tried(code=seen)
    assert not tried(code=seen)
    watch.wait(seconds=30)
    assert not tried(code=seen), "its step is still near, but used"
    assert tried(code=code(secret, watch))


def test_a_wrong_password_does_not_use_up_the_code(account: Account, watch: Watch) -> None:
    secret = enrolled(account, watch)
    assert not tried("wrong", code=code(secret, watch))
    assert tried(code=code(secret, watch))


def test_guessing_codes_rests_sign_in(account: Account, watch: Watch) -> None:
    secret = enrolled(account, watch)
    for _ in range(5):
        assert not tried(code="000000")
    assert not tried(code=code(secret, watch))


def test_a_second_factor_is_removed_by_the_security_administrator_only(
    account: Account, watch: Watch
) -> None:
    enrolled(account, watch)
    with pytest.raises(rules.SecondFactorStands):
        actions.enrol_totp(account=account.pk, by=queries.actor_for(account=account))
    with pytest.raises(NotPermitted):
        actions.reset_totp(account=account.pk, reason="lost", by=people.acting("sys"))
    actions.reset_totp(account=account.pk, reason="lost", by=people.acting("sec"))
    assert tried()
    with pytest.raises(rules.NotYourself):
        actions.reset_totp(
            account=people.official("sec").pk, reason="lost", by=people.acting("sec")
        )


def test_the_secret_is_not_stored_in_clear(account: Account, watch: Watch) -> None:
    secret = enrolled(account, watch)
    stored = people.official("chen").totp_secret
    assert stored and secret not in stored


# One-time links


def test_a_link_sets_a_password_once(city: object) -> None:
    token = actions.issue_link(account=people.official("sys").pk, by=people.SETUP)
    actions.set_password_by_link(token=token, password=PASSWORD, by=NOBODY)
    assert tried(username="sys")
    with pytest.raises(rules.LinkDead):
        actions.set_password_by_link(token=token, password="other-rice-88", by=NOBODY)
    assert tried(username="sys")


def test_a_password_that_cannot_be_taken_leaves_the_link_alive(city: object) -> None:
    token = actions.issue_link(account=people.official("sys").pk, by=people.SETUP)
    with pytest.raises(Invalid):
        actions.set_password_by_link(token=token, password="short", by=NOBODY)
    assert queries.link_alive(token)
    actions.set_password_by_link(token=token, password=PASSWORD, by=NOBODY)


def test_a_link_lives_for_a_day_of_real_time(city: object, watch: Watch) -> None:
    token = actions.issue_link(account=people.official("sys").pk, by=people.SETUP)
    with clock.at("2031-01-01 10:00"):
        assert queries.link_alive(token), "a story's calendar does not end it"
    watch.wait(hours=24)
    assert queries.link_alive(token) is None
    with pytest.raises(rules.LinkDead):
        actions.use_link(token=token, by=NOBODY)


def test_a_new_link_ends_the_one_before(city: object) -> None:
    account = people.official("sys").pk
    first = actions.issue_link(account=account, by=people.SETUP)
    second = actions.issue_link(account=account, by=people.SETUP)
    assert queries.link_alive(first) is None
    assert queries.link_alive(second)


def test_a_link_is_dead_for_other_purposes_and_made_up_tokens(city: object) -> None:
    token = actions.issue_link(account=people.official("sys").pk, by=people.SETUP)
    for wrong, purpose in [(token, "other"), (token + "x", "password"), ("", "password")]:
        with pytest.raises(rules.LinkDead):
            actions.use_link(token=wrong, purpose=purpose, by=NOBODY)
    assert token not in str(list(Event.objects.values_list("data", flat=True)))


def test_only_the_system_administrator_issues_links(city: object) -> None:
    with pytest.raises(NotPermitted):
        actions.issue_link(account=people.official("chen").pk, by=people.acting("sec"))


# The demo


def test_the_demo_signs_in_whom_it_lists(city: object, settings: Settings) -> None:
    with pytest.raises(NotFound):
        actions.sign_in_demo(username="chen", by=NOBODY)
    assert queries.demo_identities() == []
    settings.TONGBAN_DEMO = True
    assert [one.username for one in queries.demo_identities()] == ["chen"]
    assert actions.sign_in_demo(username="chen", by=NOBODY).username == "chen"
    with pytest.raises(NotFound):
        actions.sign_in_demo(username="sys", by=NOBODY)


def test_the_demo_refuses_to_stand_beside_real_people(city: object, settings: Settings) -> None:
    real = actions.NewPerson(name="Jane Doe", number="G12345678", number_kind="414")
    settings.TONGBAN_DEMO = True
    queries.check_demo_is_safe()
    with pytest.raises(rules.RealDataInDemo):
        actions.enrol_person(person=real, by=people.SETUP)
    settings.TONGBAN_DEMO = False
    actions.enrol_person(person=real, by=people.SETUP)
    queries.check_demo_is_safe()
    settings.TONGBAN_DEMO = True
    with pytest.raises(rules.DemoBesideRealData, match="1 people"):
        queries.check_demo_is_safe()
    with pytest.raises(rules.DemoBesideRealData):
        actions.sign_in_demo(username="chen", by=NOBODY)

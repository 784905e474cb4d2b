from datetime import date

import pytest

from tongban.kernel.identity import rules
from tongban.kernel.identity.rules import Held

NEW_YEAR, JUNE, DECEMBER = date(2026, 1, 1), date(2026, 6, 30), date(2026, 12, 31)


def held(post: int, *grants: str, from_on: date = NEW_YEAR, to_on: date | None = None) -> Held:
    return Held(post, f"post {post}", frozenset(grants), from_on, to_on)


ADMINISTRATORS = ["system.administer", "security.administer", "audit.read"]


@pytest.mark.parametrize("mine", ADMINISTRATORS)
@pytest.mark.parametrize("theirs", ADMINISTRATORS)
def test_three_administrations_never_meet_in_one_person(mine: str, theirs: str) -> None:
    new, others = held(1, mine), [held(2, "case.read"), held(3, theirs, "case.read")]
    if mine == theirs:
        rules.check_appointment(new, others)
    else:
        with pytest.raises(rules.AdministratorsApart, match="post 3"):
            rules.check_appointment(new, others)


def test_administrations_may_follow_each_other() -> None:
    before = held(1, "audit.read", to_on=JUNE)
    after = held(2, "system.administer", from_on=date(2026, 7, 1))
    rules.check_appointment(after, [before])
    with pytest.raises(rules.AdministratorsApart):
        rules.check_appointment(held(2, "system.administer", from_on=JUNE), [before])


def test_no_post_joins_two_administrations() -> None:
    with pytest.raises(rules.AdministratorsApart):
        rules.check_appointment(held(1, "audit.read", "system.administer"), [])


def test_the_same_post_twice_in_one_period_is_refused() -> None:
    with pytest.raises(rules.AlreadyAppointed):
        rules.check_appointment(held(1, from_on=JUNE), [held(1, to_on=JUNE)])


@pytest.mark.parametrize(
    ("a_to", "b_from", "shares"),
    [(JUNE, JUNE, True), (JUNE, date(2026, 7, 1), False), (None, DECEMBER, True)],
)
def test_periods_hold_their_last_day(a_to: date | None, b_from: date, shares: bool) -> None:
    assert rules.overlap(NEW_YEAR, a_to, b_from, None) is shares


def proxy(**changes: object) -> None:
    given: dict[str, object] = {
        "basis": "family",
        "scope": ["*"],
        "from_on": NEW_YEAR,
        "to_on": JUNE,
        "evidence": "agreed in the app",
        "principal_born_on": date(1950, 1, 1),
    }
    rules.check_proxy(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"basis": "friend"}, rules.ProxyBasisUnknown),
        ({"scope": []}, rules.ProxyScopeUnknown),
        ({"scope": [""]}, rules.ProxyScopeUnknown),
        ({"to_on": date(2025, 12, 31)}, rules.PeriodReversed),
        ({"evidence": "  "}, rules.ConsentMissing),
        ({"basis": "window"}, rules.WindowOnlyToday),
        ({"basis": "guardian", "principal_born_on": date(2008, 6, 30)}, rules.OfAge),
    ],
)
def test_a_proxy_without_what_it_needs_is_refused(
    changes: dict[str, object], refusal: type[Exception]
) -> None:
    proxy()
    with pytest.raises(refusal):
        proxy(**changes)


def test_a_guardian_acts_until_the_eve_of_the_eighteenth_birthday() -> None:
    proxy(basis="guardian", principal_born_on=date(2008, 7, 1))
    assert rules.majority_on(date(2008, 2, 29)) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("990000", "99"),
        ("990100", "9901"),
        ("990102", "990102"),
        ("990110", "990110"),
        ("990102001", "990102001"),
        ("990102000", "990102"),
        ("990102010000", "990102010"),
    ],
)
def test_a_region_is_what_its_divisions_share(code: str, prefix: str) -> None:
    assert rules.region_prefix(code) == prefix
    assert rules.within(code, prefix)


def test_no_region_holds_nothing() -> None:
    assert not rules.within("990100", "")
    assert not rules.within("990100", "990102")

from dataclasses import replace
from datetime import date

import pytest

from tests.given import citizen, mother
from tongban.connectors.disbursements import SimulatedTreasury
from tongban.domains.enterprise import actions, queries, rules
from tongban.domains.enterprise.models import (
    Award,
    AwardBatch,
    FirmQuestion,
    KnowledgeEntry,
    MatchConsent,
    PolicyBudget,
    PolicyMatch,
)
from tongban.domains.enterprise.rules import AwardState, BatchState, Outcome
from tongban.domains.enterprise.tests.people import (
    FIRM,
    MONTH,
    POLICY,
    granted,
    matched,
    official,
    restaurateur,
    submitted,
)
from tongban.domains.registries import actions as registers
from tongban.domains.registries import queries as registries
from tongban.kernel import clock
from tongban.kernel.errors import NotFound, NotPermitted, SignInNeeded, Unavailable
from tongban.kernel.ledger.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
ACCOUNT = "6222020200112233"


def names() -> list[str]:
    mine = ("consent.", "policy.", "batch.", "award.", "firm.", "knowledge.")
    return [one.name for one in Event.objects.order_by("id") if one.name.startswith(mine)]


def test_registers_are_asked_only_with_the_representatives_consent() -> None:
    owner = restaurateur()
    with pytest.raises(rules.ConsentNeeded):
        actions.match(firm=FIRM, by=owner)
    assert not registries.lookups_about(subject=FIRM)
    with pytest.raises(rules.RepresentativeOnly):
        actions.consent(by=replace(owner, proxy=1))
    with pytest.raises(rules.FirmNeeded):
        actions.consent(by=mother())
    actions.consent(by=owner)
    actions.consent(by=owner)
    assert MatchConsent.objects.count() == 1
    actions.match(firm=FIRM, by=owner)
    asked = registries.lookups_about(subject=FIRM)
    assert {one.purpose for one in asked} == {"政策匹配"}
    assert {one.initiator for one in asked} == {owner.key}
    with pytest.raises(rules.FirmNeeded):
        actions.match(firm=FIRM, by=replace(owner, for_entity="91990101MAQH000001"))


def test_the_match_says_why_and_can_be_shown_again() -> None:
    owner = matched()
    found = {one.policy.key: one for one in queries.matches(by=owner)}
    assert found[POLICY].outcome == Outcome.FITS
    assert found[POLICY].row.fen == 500_000
    assert found["catering-quality"].outcome == Outcome.PROVE
    assert found["catering-quality"].row.unknown == ["works"]
    assert found["sole-trader-award"].outcome == Outcome.NO
    assert found["sole-trader-award"].row.failed == ["settled"]
    for one in found.values():
        assert one.verdict.hash == one.row.trace_hash
        assert one.verdict.outcome == one.outcome
    assert "established_on" not in PolicyMatch.objects.get(policy=POLICY).facts
    told = Event.objects.filter(name="policy.matched", data__policy=POLICY).get()
    assert told.data["outcome"] == "fits"


def test_matched_again_only_what_differs_is_new() -> None:
    owner = matched()
    assert actions.match(firm=FIRM, by=owner) == 0
    clock.move(days=1)
    new = actions.match(firm=FIRM, by=owner)
    assert 0 < new < len(queries.policies())
    assert PolicyMatch.objects.filter(entity=FIRM, policy=POLICY, is_current=True).count() == 1


def test_a_source_that_is_down_is_no_verdict() -> None:
    registers.set_source_state(register="tax", is_up=False, by=actions.SELF)
    owner = restaurateur()
    actions.consent(by=owner)
    actions.match(firm=FIRM, by=owner)
    kept = {one.policy.key for one in queries.matches(by=owner)}
    assert POLICY not in kept
    assert "catering-quality" in kept


def test_a_withdrawn_consent_ends_the_matches() -> None:
    owner = matched()
    actions.withdraw(by=owner)
    assert queries.matches(by=owner) == []
    assert list(queries.consenting()) == []
    with pytest.raises(rules.ConsentNeeded):
        actions.match(firm=FIRM, by=actions.SELF)
    with pytest.raises(rules.NotInThisState):
        actions.withdraw(by=owner)
    drawn = actions.draw(policy=POLICY, month=MONTH, by=actions.SELF)
    assert not drawn.awards.exists()


def test_one_list_a_month_for_two_persons() -> None:
    matched()
    batch = submitted()
    assert actions.draw(policy=POLICY, month=MONTH, by=actions.SELF).pk == batch.pk
    assert Award.objects.count() == 1
    first, second = official("ge.xiuyuan"), official("xi.mengyao")
    both = replace(first, grants=first.grants | {"policy.approve"})
    other_post = replace(both, key="official:99@post:99")
    for one in (both, other_post):
        with pytest.raises(rules.SecondPersonNeeded):
            actions.approve(batch=batch.pk, by=one)
    with pytest.raises(NotPermitted):
        actions.approve(batch=batch.pk, by=first)
    with pytest.raises(NotFound):
        actions.approve(batch=batch.pk, by=official("zhao"))
    assert not PolicyBudget.objects.exists()
    returned = actions.give_back(batch=batch.pk, reason="请核对成立日期", by=second)
    assert returned.state == BatchState.DRAWN
    actions.submit(batch=batch.pk, by=first)
    assert actions.approve(batch=batch.pk, by=second).state == BatchState.APPROVED
    with pytest.raises(rules.NotInThisState):
        actions.approve(batch=batch.pk, by=second)
    assert Award.objects.get().state == AwardState.GRANTED
    assert PolicyBudget.objects.get().granted_fen == 500_000


def test_who_is_taken_off_reads_why_and_is_not_drawn_again() -> None:
    owner = matched()
    batch = actions.draw(policy=POLICY, month=MONTH, by=actions.SELF)
    award = batch.awards.get()
    clerk = official("ge.xiuyuan")
    assert list(queries.awards(by=owner)) == []
    with pytest.raises(rules.ReasonNeeded):
        actions.strike(award=award.pk, reason=" ", by=clerk)
    with pytest.raises(NotFound):
        actions.strike(award=award.pk, reason="重复享受", by=official("chen"))
    actions.strike(award=award.pk, reason="重复享受", by=clerk)
    assert queries.awards(by=owner).get().reason == "重复享受"
    with pytest.raises(rules.NothingLeft):
        actions.submit(batch=batch.pk, by=clerk)
    clock.move(days=30)
    actions.match(firm=FIRM, by=actions.SELF)
    again = actions.draw(policy=POLICY, month=date(2026, 10, 1), by=actions.SELF)
    assert not again.awards.exists()


def test_only_apply_free_policies_have_lists() -> None:
    with pytest.raises(rules.NotInThisState):
        actions.draw(policy="job-keeping", month=MONTH, by=actions.SELF)


def test_beyond_the_funds_a_firm_waits_and_is_drawn_again() -> None:
    matched()
    policy = queries.policy(POLICY)[1]
    PolicyBudget.objects.create(
        policy=POLICY, starts=policy.starts, cap_fen=policy.funds, granted_fen=policy.funds - 1
    )
    actions.approve(batch=submitted().pk, by=official("xi.mengyao"))
    assert Award.objects.get().state == AwardState.UNFUNDED
    assert PolicyBudget.objects.get().granted_fen == policy.funds - 1
    PolicyBudget.objects.update(granted_fen=0)
    again = actions.draw(policy=POLICY, month=date(2026, 10, 1), by=actions.SELF)
    assert again.awards.count() == 1


def test_from_the_account_to_the_money(treasury: SimulatedTreasury) -> None:
    owner, award = granted()
    for bad in ("", "123", "abc"):
        with pytest.raises(rules.BadAccount):
            actions.confirm(award=award.pk, account=bad, by=owner)
    with pytest.raises(rules.RepresentativeOnly):
        actions.confirm(award=award.pk, account=ACCOUNT, by=replace(owner, proxy=7))
    with pytest.raises(rules.FirmNeeded):
        actions.confirm(award=award.pk, account=ACCOUNT, by=mother())
    held = actions.confirm(award=award.pk, account="6222 0202 0011 2233", by=owner)
    assert ACCOUNT not in held.account
    with pytest.raises(rules.NotInThisState):
        actions.confirm(award=award.pk, account=ACCOUNT, by=owner)
    treasury.failures = 1
    with pytest.raises(Unavailable):
        actions.carry_out(award=award.pk, by=actions.SELF)
    assert queries.unfinished() == [award.pk]
    for _ in range(3):
        assert actions.carry_out(award=award.pk, by=actions.SELF).state == AwardState.PAID
    with clock.at("2026-09-08 01:00"):
        assert len(treasury.statement(day=date(2026, 9, 7))) == 1
        assert actions.compare(day=date(2026, 9, 7), by=actions.SELF) == 0
    assert names().count("award.paid") == 1
    assert FIRM not in str(Event.objects.get(name="award.paid").data)


def test_an_account_that_no_bank_knows_may_be_named_anew(treasury: SimulatedTreasury) -> None:
    owner, award = granted()
    first = actions.confirm(award=award.pk, account="62220202001120000", by=owner)
    assert actions.carry_out(award=award.pk, by=actions.SELF).state == AwardState.FAILED
    second = actions.confirm(award=award.pk, account=ACCOUNT, by=owner)
    assert second.order_no != first.order_no
    assert actions.carry_out(award=award.pk, by=actions.SELF).state == AwardState.PAID
    assert PolicyBudget.objects.get().granted_fen == 500_000


def test_a_slow_treasury_is_asked_again(treasury: SimulatedTreasury) -> None:
    owner, award = granted()
    treasury.is_slow = True
    actions.confirm(award=award.pk, account=ACCOUNT, by=owner)
    assert actions.carry_out(award=award.pk, by=actions.SELF).state == AwardState.SENT
    treasury.settle()
    assert actions.compare(day=date(2026, 9, 7), by=actions.SELF) == 0
    assert Award.objects.get().state == AwardState.PAID


def test_what_the_statement_does_not_know_is_said(treasury: SimulatedTreasury) -> None:
    owner, award = granted()
    actions.confirm(award=award.pk, account=ACCOUNT, by=owner)
    actions.carry_out(award=award.pk, by=actions.SELF)
    treasury.file.unlink()
    assert actions.compare(day=date(2026, 9, 7), by=actions.SELF) == 1
    assert Event.objects.get(name="award.differs").data["theirs"] == 0


def test_without_an_account_the_funds_go_to_others() -> None:
    owner, award = granted()
    clock.move(days=60)
    assert queries.lapsing(clock.today()) == []
    clock.move(days=1)
    assert queries.lapsing(clock.today()) == [award.pk]
    with pytest.raises(rules.NotInThisState):
        actions.confirm(award=award.pk, account=ACCOUNT, by=owner)
    assert actions.lapse(award=award.pk, by=actions.SELF)
    assert not actions.lapse(award=award.pk, by=actions.SELF)
    assert PolicyBudget.objects.get().granted_fen == 0


def test_a_question_is_answered_within_its_day_and_published_without_names() -> None:
    owner = restaurateur()
    with pytest.raises(rules.TextNeeded):
        actions.ask(topic="policy", words="?", by=owner)
    with pytest.raises(NotFound):
        actions.ask(topic="weather", words="明天会下雨吗", by=owner)
    asked = actions.ask(topic="policy", words="我店能领创业补贴吗", key="k", by=owner)
    assert actions.ask(topic="policy", words="我店能领创业补贴吗", key="k", by=owner) == asked
    assert FirmQuestion.objects.count() == 1
    assert asked.matter is not None and asked.matter.due_on == date(2026, 9, 8)
    assert "补贴" not in asked.words
    officer = official("zhu.zhiruo")
    assert list(queries.questions_owed(by=officer)) == [asked]
    with pytest.raises(NotFound):
        actions.answer(question=asked.pk, words="可以领取。", by=official("feng.ziqian"))
    with pytest.raises(rules.NotInThisState):
        actions.publish(question=asked.pk, asks="创业补贴谁能领", answers="一二三四五", by=officer)
    actions.answer(question=asked.pk, words="成立三年内可以领取。", by=officer)
    with pytest.raises(rules.NotInThisState):
        actions.answer(question=asked.pk, words="成立三年内可以领取。", by=officer)
    asked.refresh_from_db()
    assert queries.words(asked) == ("我店能领创业补贴吗", "成立三年内可以领取。")
    assert Event.objects.get(name="firm.answered").data["late"] is False
    with pytest.raises(rules.NamesInside):
        actions.publish(
            question=asked.pk, asks=f"{FIRM} 能领创业补贴吗", answers="成立三年内可以。", by=officer
        )
    entry = actions.publish(
        question=asked.pk, asks="创业补贴谁能领", answers="成立三年内的小微主体。", by=officer
    )
    with pytest.raises(rules.NotInThisState):
        actions.publish(
            question=asked.pk, asks="创业补贴谁能领", answers="成立三年内的小微主体。", by=officer
        )
    assert queries.suggested("哪些人能领创业补贴？") == [entry]
    assert queries.suggested("消防验收") == []
    actions.retire(entry=entry.pk, by=officer)
    assert queries.suggested("哪些人能领创业补贴？") == []
    assert KnowledgeEntry.objects.count() == 1


def test_the_months_report_counts_what_kept_firms_away() -> None:
    owner = matched()
    actions.ask(topic="policy", words="我店能领创业补贴吗", by=owner)
    head = official("zhu.zhiruo")
    found = queries.report(MONTH, by=head)
    assert found.firms is None, "one firm is too few to be shown"
    assert found.open == 1 and found.late == 0
    assert ("“名特优新”个体工商户奖励", "成立满 2 年") in {
        (one.title, one.detail) for one in found.kept_from
    }
    assert all(one.n is None for one in found.kept_from)
    assert queries.report(date(2026, 8, 1), by=head).kept_from == []
    with pytest.raises(NotPermitted):
        queries.report(MONTH, by=official("chen"))


def test_nobody_and_strangers_see_nothing() -> None:
    _, award = granted()
    with pytest.raises(SignInNeeded):
        queries.matches(by=replace(restaurateur(), kind="nobody"))
    with pytest.raises(rules.FirmNeeded):
        queries.awards(by=citizen("gaozihan"))
    with pytest.raises(NotFound):
        queries.award(award.pk, by=replace(restaurateur(), for_entity="91990101MAQH000001"))
    assert AwardBatch.objects.count() == 1
    with pytest.raises(NotFound):
        queries.batch(award.batch_id, by=official("chen"))

"""Turn an automatic rule off at once, and on again with a second person."""

from django.db import transaction

from tongban.domains.cases.models import RuleSwitch
from tongban.domains.cases.rules import switches
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.errors import Stale
from tongban.kernel.ledger import actions as ledger


@transaction.atomic
def turn_off(*, rule: str, reason: str, by: Actor) -> RuleSwitch:
    """Off from this moment: whatever is filed now goes to an official. One person is enough."""
    by.require("rule.switch")
    text = switches.reason_given(reason)
    _there(rule)
    if not RuleSwitch.objects.filter(rule=rule, is_on=True).update(
        is_on=False,
        reason=text,
        changed_by=by.key,
        changed_at=clock.now(),
        asked_by="",
        asked_person=None,
        asked_reason="",
        asked_at=None,
    ):
        raise switches.AlreadyOff()
    ledger.record("rule.turned_off", f"cases.rule:{rule}", by=by, rule=rule)
    return RuleSwitch.objects.get(rule=rule)


@transaction.atomic
def ask_to_turn_on(*, rule: str, reason: str, by: Actor) -> RuleSwitch:
    """Ask to turn it on again; a second person does."""
    by.require("rule.switch")
    text = switches.reason_given(reason)
    _there(rule)
    if not RuleSwitch.objects.filter(rule=rule, is_on=False).update(
        asked_by=by.key, asked_person=by.person, asked_reason=text, asked_at=clock.now()
    ):
        raise switches.AlreadyOn()
    ledger.record("rule.on_asked", f"cases.rule:{rule}", by=by, rule=rule)
    return RuleSwitch.objects.get(rule=rule)


@transaction.atomic
def turn_on(*, rule: str, by: Actor) -> RuleSwitch:
    """On again, by another person than the one who asked (四眼原则)."""
    by.require("rule.switch")
    found = RuleSwitch.objects.filter(rule=rule, is_on=False).first()
    if found is None:
        raise switches.AlreadyOn()
    if not found.asked_by:
        raise switches.NobodyAsked()
    switches.check_second_person(asked_by=found.asked_by, asked_person=found.asked_person, by=by)
    if not RuleSwitch.objects.filter(
        rule=rule, is_on=False, asked_by=found.asked_by, asked_at=found.asked_at
    ).update(
        is_on=True,
        reason=found.asked_reason,
        changed_by=by.key,
        changed_at=clock.now(),
        asked_by="",
        asked_person=None,
        asked_reason="",
        asked_at=None,
    ):
        raise Stale()
    ledger.record("rule.turned_on", f"cases.rule:{rule}", by=by, rule=rule)
    return RuleSwitch.objects.get(rule=rule)


def _there(rule: str) -> None:
    """The row of the switch, of a rule that is in force."""
    catalogue.current("decision", rule)
    RuleSwitch.objects.get_or_create(rule=rule)

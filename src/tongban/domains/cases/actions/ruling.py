"""What rules decide at once: they grant, ask for a person, and never refuse."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.actions import determination, ending
from tongban.domains.cases.models import Application, Assessment, Case
from tongban.domains.cases.queries import ruling as seen
from tongban.domains.cases.rules import guards
from tongban.domains.cases.rules.guards import Guard
from tongban.domains.cases.rules.state import State
from tongban.domains.registries import actions as registries
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item, automatic
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.decisions import engine
from tongban.kernel.decisions.feel.values import to_feel
from tongban.kernel.decisions.trace import encode
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.rows import add_later
from tongban.kernel.trips import together

log = logging.getLogger(__name__)

SELF = part("cases")
"""The program's own part in a case: rules decide, clocks run out, items follow each other."""


@dataclass(slots=True)
class _Look:
    """One look of a rule at a case, before anything is written."""

    rule: str
    guards: Mapping[Guard, Sequence[str]] = field(default_factory=dict)
    decision: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    result: engine.Result | None = None
    took_ms: int = 0

    @property
    def said(self) -> tuple[str, str]:
        return automatic.outcome_of(self.result) if self.result else ("", "")

    @property
    def reason(self) -> engine.Reason | None:
        return next(iter(engine.why(self.result.trace)), None) if self.result else None

    @property
    def grants(self) -> bool:
        return self.said[0] == automatic.GRANT and not self.guards

    def why_a_person(self) -> str:
        """Why an official decides: the first guard, or what the table says."""
        for guard, about in self.guards.items():
            return guards.words(guard, about)
        return (self.reason.says if self.reason else "") or self.said[1] or "规则未命中"


def decide_at_once(*, application: Application, by: Actor) -> None:
    """Let the rules decide what was just filed, so that the next page shows the licence.

    The filing stands already. Whatever fails here, or dies with the process, is done again by the
    reaction to `case.submitted`, which leaves alone what was decided.
    """
    for lies in seen.undecided(application=application.pk):
        matter = lies.case.matter_id
        try:
            found = _consider(lies, by=by)
            if found.state == State.DECIDED:
                ending.deliver(matter=matter, by=by)
        except Exception:  # the edge of the filing: it must not fail for what comes after it
            log.warning("a rule did not decide at once", extra={"matter": matter}, exc_info=True)


def consider(*, matter: int, by: Actor) -> Case | None:
    """Let the item's published rule look at a case that lies before its agency.

    The registers are asked afresh, before any transaction. Where a guard holds, or no row grants,
    an official decides.
    """
    lies = next(iter(seen.undecided(matter=matter)), None)
    return _consider(lies, by=by) if lies else queries.by_matter(matter)


def _consider(lies: seen.Undecided, *, by: Actor) -> Case:
    item = queries.item_of(lies.case)
    if not item.decision:
        return lies.case
    began = perf_counter()
    look = _Look(item.decision)
    if lies.any_off and not seen.is_on(item.decision):
        look.guards = {Guard.OFF: ()}
    elif item.tolerance and queries.tolerance_asked(lies.case):
        # What is missing may be let through by a person only (row 8).
        look.guards = {Guard.TOLERANCE: ()}
    else:
        _ask_and_evaluate(lies, item, look, by=by)
    look.took_ms = round((perf_counter() - began) * 1000)
    return _settle(matter=lies.case.matter_id, look=look, by=by)


def _ask_and_evaluate(lies: seen.Undecided, item: Item, look: _Look, *, by: Actor) -> None:
    found, chosen = lies.case, lies.chosen
    form = queries.forms([item])
    values = eforms.load(queries.values_of(found))
    gathered = queries.gather(
        form,
        answers=found.application.answers,
        by=by,
        purpose=f"规则审查：{item.name}",
        basis=queries.ground([item]),
        case_no=found.case_no,
        person=found.person,
        entity=found.entity,
        chosen=chosen,
    )
    if gathered.unavailable:
        look.guards = {Guard.DOWN: gathered.unavailable}
        return
    shared = eforms.prefill(form, gathered.places(form, found.application.answers, chosen))
    facts = seen.facts_for_rule(lies, form, values, shared, gathered)
    version, model = services.decision(item.decision)
    look.guards = seen.guards_of(found, version.body, facts, form, shared, gathered, chosen)
    facts["case"]["guards"] = [str(guard) for guard in look.guards]
    look.decision, look.facts = version.id, facts
    look.result = engine.evaluate(model, item.decision, facts, now=clock.now())
    if not look.grants:
        _report(found, shared, gathered, by=by)


@transaction.atomic
@together()
def _settle(*, matter: int, look: _Look, by: Actor) -> Case:
    """Write what came of the look, and the look itself; of two at the same time one counts."""
    found = queries.locked(matter)
    if found.state != State.SUBMITTED or found.by_person:
        return found
    if look.grants and not seen.is_on(look.rule):  # turned off while it looked
        look.guards = {Guard.OFF: ()}
    trace = look.result.trace if look.result else None
    if look.grants and trace is not None and look.decision is not None:
        found = determination.grant_by_rule(
            case=found,
            decision=look.decision,
            trace=json.loads(trace.json()),
            trace_hash=trace.hash,
            reasons=look.reason.says if look.reason else "",
            law=look.reason.law if look.reason else "",
            by=by,
        )
    else:
        found = determination.leave_to_a_person(matter=matter, reason=look.why_a_person(), by=by)
    outcome, reason = look.said
    made = Assessment(
        case=found,
        rule=look.rule,
        decision=look.decision,
        outcome="person" if found.state == State.SUBMITTED else "grant",
        said=outcome,
        said_reason=reason[:80],
        guards=[str(guard) for guard in look.guards],
        facts=queries.sealed(_kept(look.facts), seen.FACTS) if look.facts else "",
        trace=queries.sealed(json.loads(trace.json()), queries.TRACE) if trace else "",
        trace_hash=trace.hash if trace else "",
        took_ms=look.took_ms,
        at=clock.now(),
    )
    add_later(made)
    if found.state == State.DECIDED:
        ending.deliver_at_once(case=found, by=by)
    return found


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as JSON from which FEEL reads the same values again."""
    return {name: encode(to_feel(value)) for name, value in facts.items()}


def _report(case: Case, shared: eforms.Prefilled, gathered: queries.Gathered, *, by: Actor) -> None:
    """What two sources say differently goes to the source (首问责任); a rule only reports it."""
    form = queries.forms([queries.item_of(case)])
    for key in shared.disagreements:
        value = shared.values[key]
        source = next(s for s in form.by_key[key].sources if s.register == value.register)
        subject = gathered.subjects.get(source.role, "")
        if subject:
            registries.open_correction(
                register=source.register,
                element=source.element,
                subject=subject,
                reason="contradictory",
                claimed=value.against[0].value,
                case_no=case.case_no,
                by=by,
            )

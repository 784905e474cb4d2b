"""What rules decide at once: they grant, ask for a person, and never refuse."""

import json
from collections.abc import Mapping
from typing import Any

from tongban.domains.cases import queries
from tongban.domains.cases.actions import determination
from tongban.domains.cases.models import Case
from tongban.domains.cases.rules.state import State
from tongban.domains.registries import actions as registries
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.decisions import engine
from tongban.kernel.eforms import rules as eforms

SELF = part("cases")
"""The program's own part in a case: rules decide, clocks run out, items follow each other."""


def consider(*, matter: int, by: Actor) -> Case | None:
    """Let the item's published rule look at a case that lies before its agency.

    The registers are asked afresh, before any transaction. Source down or contradictory, values
    that differ, or no matching rule: an official decides.
    """
    found = Case.objects.select_related("application").filter(matter=matter).first()
    if found is None or found.state != State.SUBMITTED or found.by_person:
        return found
    item = services.item_of(found.item)
    if not item.decision:
        return found
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
        chosen=queries.chosen(found.application_id),
    )
    if gathered.unavailable:
        return determination.leave_to_a_person(
            matter=matter, reason=f"数据源无应答：{'、'.join(gathered.unavailable)}", by=by
        )
    shared = eforms.prefill(
        form,
        gathered.places(form, found.application.answers, queries.chosen(found.application_id)),
    )
    facts = _facts(found, item, form, values, shared)
    version, model = services.decision(item.decision)
    result = engine.evaluate(model, item.decision, facts, now=clock.now())
    return _apply(found, version.id, result, shared, gathered, by=by)


def _facts(
    case: Case,
    item: Item,
    form: eforms.Form,
    values: Mapping[str, eforms.Value],
    shared: eforms.Prefilled,
) -> dict[str, Any]:
    known = eforms.facts_of(form, values, {"q": dict(case.application.answers)})
    locked = [
        f
        for f in form.fields
        if f.mode == "locked"
        and f.is_asked(known, services.holds)
        and f.is_required(known, services.holds)
    ]
    differing = [
        row
        for row in eforms.difference(form, values, shared.values)
        if row.state == "different" and row.field.mode != "editable"
    ]
    return {
        **known,
        "case": {
            "differences": len(differing) + len(shared.disagreements),
            "unsourced": sum(1 for f in locked if f.key not in shared.values),
            "promised": any(m.way == "promise" for m in queries.materials(case)),
            "applied_on": clock.moment(case.application.submitted_at).date(),
        },
    }


def _apply(
    case: Case,
    decision: int,
    result: engine.Result,
    shared: eforms.Prefilled,
    gathered: queries.Gathered,
    *,
    by: Actor,
) -> Case:
    output = result.value if isinstance(result.value, dict) else {}
    reasons = engine.why(result.trace)
    words = reasons[0].says if reasons else ""
    law = reasons[0].law if reasons else ""
    if output.get("outcome") == "GRANT" and not result.errors:
        return determination.grant_by_rule(
            matter=case.matter_id,
            decision=decision,
            trace=json.loads(result.trace.json()),
            trace_hash=result.trace.hash,
            reasons=words,
            law=law,
            by=by,
        )
    _report(case, shared, gathered, by=by)
    return determination.leave_to_a_person(
        matter=case.matter_id, reason=words or str(output.get("reason") or "规则未命中"), by=by
    )


def _report(case: Case, shared: eforms.Prefilled, gathered: queries.Gathered, *, by: Actor) -> None:
    """What two sources say differently goes to the source (首问责任); a rule only reports it."""
    form = queries.forms([services.item_of(case.item)])
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

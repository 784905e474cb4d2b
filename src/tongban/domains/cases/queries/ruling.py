"""What a rule may see of a case, whether it is on, and why it decided as it did."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count

from tongban.domains.cases.models import (
    Application,
    Assessment,
    Case,
    CaseMaterial,
    Determination,
    Draft,
    RuleSwitch,
    ShadowDifference,
    ShadowRun,
)
from tongban.domains.cases.queries.drafts import DraftView
from tongban.domains.cases.queries.gathering import Gathered, forms
from tongban.domains.cases.queries.rows import TRACE, has_bad_record, opened
from tongban.domains.cases.rules import guards, switches
from tongban.domains.cases.rules.guards import Guard
from tongban.domains.cases.rules.state import State
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item, automatic
from tongban.kernel import clock, rows
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.decisions import engine
from tongban.kernel.decisions.trace import decode
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import NotFound
from tongban.kernel.processes.models import Matter

FACTS = "assessment.facts"


def switch(rule: str) -> RuleSwitch:
    """The switch of a rule; one that nobody ever touched is on."""
    return RuleSwitch.objects.filter(rule=rule).first() or RuleSwitch(rule=rule)


def is_on(rule: str) -> bool:
    found = rows.read_rows(
        f"SELECT 1 FROM {RuleSwitch._meta.db_table} WHERE rule = %s AND NOT is_on", [rule]
    )
    return not found


class Undecided(NamedTuple):
    """A case that lies before its agency, with what a rule must know to look at it."""

    case: Case
    chosen: Mapping[str, int]
    """Which of several rows the applicant meant."""
    is_promised: bool
    any_off: bool
    """Whether any rule at all is turned off."""


def undecided(*, matter: int | None = None, application: int | None = None) -> list[Undecided]:
    """The cases of a filing, or the one behind a matter, that a rule may still look at."""
    place = "t0.matter_id" if application is None else "t0.application_id"
    read = rows.read_rows(
        _UNDECIDED.replace("<place>", place),
        [matter if application is None else application, str(State.SUBMITTED)],
        Case,
        Matter,
        Application,
    )
    found = []
    for case, behind, filing, chosen, is_promised, any_off in read:
        case.matter, case.application = behind, filing
        found.append(Undecided(case, json.loads(chosen or "{}"), bool(is_promised), bool(any_off)))
    return found


# By hand: each zero-field click asks it.
_UNDECIDED = (
    "SELECT {0}, {1}, {2}, (SELECT chosen FROM"
    f" {Draft._meta.db_table} d WHERE d.application_id = t0.application_id ORDER BY d.id LIMIT 1),"
    f" EXISTS (SELECT 1 FROM {CaseMaterial._meta.db_table} m WHERE m.case_id = t0.id"
    " AND m.way = 'promise'),"
    f" EXISTS (SELECT 1 FROM {RuleSwitch._meta.db_table} WHERE NOT is_on)"
    f" FROM {Case._meta.db_table} t0"
    f" JOIN {Matter._meta.db_table} t1 ON t1.id = t0.matter_id"
    f" JOIN {Application._meta.db_table} t2 ON t2.id = t0.application_id"
    " WHERE <place> = %s AND t0.state = %s AND t0.by_person = '' ORDER BY t0.id"
)


def facts_for_rule(
    lies: Undecided,
    form: eforms.Form,
    values: Mapping[str, eforms.Value],
    shared: eforms.Prefilled,
    gathered: Gathered,
) -> dict[str, Any]:
    """All that a rule may see: the answers, the form, and how the form agrees with its sources.

    `case.sources` names each look-up by its number, so that the trace binds what was seen to the
    register's own record of it, with the day of the entry's last update.
    """
    filed = lies.case.application
    known = eforms.facts_of(form, values, {"q": dict(filed.answers)})
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
            "promised": lies.is_promised,
            "applied_on": clock.moment(filed.submitted_at).date(),
            "sources": [
                _source(key, value, gathered, lies.chosen)
                for key, value in sorted(shared.values.items())
            ],
            "guards": [],
        },
    }


def _source(
    key: str, value: eforms.Value, gathered: Gathered, chosen: Mapping[str, int]
) -> dict[str, Any]:
    updated_on, fresh = gathered.updated_on(value.query_id, chosen)
    held = {"updated_on": updated_on, "fresh_within_days": fresh} if updated_on else {}
    return {
        "field": key,
        "register": value.register,
        "query": value.query_id,
        "at": value.fetched_at,
        **held,
    }


def guards_of(
    case: Case,
    grid: Mapping[str, Any],
    facts: Mapping[str, Any],
    form: eforms.Form,
    shared: eforms.Prefilled,
    gathered: Gathered,
    chosen: Mapping[str, int],
) -> dict[Guard, Sequence[str]]:
    """The guards that hold, in the order in which they are told, with what each is about."""
    found: dict[Guard, Sequence[str]] = {}
    roles = {f.role.key: f.role.name for f in form.fields}
    if unclear := [role for role in gathered.choices if role not in chosen]:
        found[Guard.UNCLEAR] = [roles.get(role, role) for role in unclear]
    if shared.disagreements:
        found[Guard.CONTRADICTORY] = [form.by_key[key].label for key in shared.disagreements]
    if stale := automatic.stale_sources(grid, facts):
        names = {a.register: a.register_name for a in gathered.answers.values()}
        found[Guard.STALE] = [
            f"{names.get(register, register)}（更新于 {day}）" for register, day in stale
        ]
    if grid.get("credit") and has_bad_record(case):
        found[Guard.CREDIT] = ()
    if near := automatic.near_thresholds(grid, facts, clock.now()):
        found[Guard.NEAR] = near
    if automatic.is_sampled(grid, case.case_no):
        found[Guard.SAMPLED] = ()
    return found


def wanting(view: DraftView) -> dict[str, list[str]]:
    """What the rules of a filing still ask for, by field; so one goes back to the form before it.

    Only of items that begin at once: the others see what the earlier ones give.
    """
    later = {edge.to for edge in view.edges}
    found: dict[str, list[str]] = {}
    for item in view.items:
        if not item.decision or item.key in later or not is_on(item.decision):
            continue
        form = forms([item])
        facts = eforms.facts_of(form, view.values, {"q": dict(view.draft.answers)})
        version, model = services.decision(item.decision)
        case = {**automatic.USUAL, "applied_on": clock.today()}
        result = engine.evaluate(model, item.decision, {**facts, "case": case}, now=clock.now())
        if automatic.outcome_of(result)[0] != automatic.NEED_INPUT:
            continue
        says = [reason.says for reason in engine.why(result.trace)]
        for key in automatic.asked_fields(version.body, result.trace) or ["signed"]:
            found.setdefault(key, []).extend(says)
    return found


def assessment(case: Case) -> Assessment | None:
    """The last look that a rule took at a case."""
    return case.assessments.order_by("-id").first()


@dataclass(frozen=True, slots=True)
class Missed:
    """A value that stood in the way of a grant, and what would change it, in words."""

    label: str
    value: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a rule looked at a case (为什么、为什么不)."""

    rule: str
    name: str
    at: Any
    is_granted: bool
    reasons: list[engine.Reason]
    guards: list[str]
    looked_at: list[tuple[str, str]]
    """(heading, value): what the rule looked at."""
    missed: list[list[Missed]]
    """Each way in which the rule would have granted."""
    sources: list[tuple[str, str]]
    """(register, number of the look-up)."""
    trace_hash: str


def explanation(found: Assessment) -> Explanation:
    """Why, and why not with the values that would change it; read from the trace as it was."""
    guarding = [guards.WORDS[Guard(code)] for code in found.guards]
    if not found.trace or not found.decision:
        return Explanation(
            found.rule, found.rule, found.at, False, [], guarding, [], [], [], found.trace_hash
        )
    grid = services.grid_of(found.decision)
    trace = engine.Trace(opened(found.trace, TRACE))
    looked_at = [
        (column["label"], guards.value_in_words(column["value"]))
        for table in trace.data["tables"]
        for column in table["inputs"]
    ]
    missed = [
        [
            Missed(c.label, guards.value_in_words(c.value), guards.in_words(c.wanted))
            for c in each.changes
        ]
        for each in automatic.why_not(grid, trace)
    ]
    context = trace.data["inputs"].get("case", {}).get("context", {})
    sources = dict.fromkeys(
        (row["context"]["register"], row["context"]["query"]) for row in context.get("sources", ())
    )
    return Explanation(
        rule=found.rule,
        name=str(grid.get("name") or found.rule),
        at=found.at,
        is_granted=found.outcome == "grant",
        reasons=engine.why(trace),
        guards=guarding,
        looked_at=looked_at,
        missed=missed,
        sources=list(sources),
        trace_hash=found.trace_hash,
    )


def replayed(found: Assessment | Determination) -> str:
    """The hash of the trace, evaluated again with what was seen; the same as was kept."""
    if not found.trace or not found.decision:
        return ""
    model = services.decision_of(found.decision)
    return engine.replay(engine.Trace(opened(found.trace, TRACE)), model).hash


# Rules as their officials see them --------------------------------------------------------------

IRRESPECTIVE = frozenset({Guard.UNCLEAR, Guard.CONTRADICTORY, Guard.CREDIT})
"""Guards that hold whatever the table says."""


def said_then(look: Assessment) -> tuple[str, str]:
    """(outcome, reason) at the time, without the draw: a random sample is no difference."""
    if found := [guard for guard in look.guards if guard != Guard.SAMPLED]:
        return automatic.HUMAN, str(found[0])
    return look.said, look.said_reason


def would_say(grid: Mapping[str, Any], model: engine.Model, look: Assessment) -> tuple[str, str]:
    """(outcome, reason) of another version of the rule, on all that the first one could see."""
    if found := [guard for guard in look.guards if Guard(guard) in IRRESPECTIVE]:
        return automatic.HUMAN, str(found[0])
    facts = {name: decode(value) for name, value in opened(look.facts, FACTS).items()}
    if automatic.stale_sources(grid, facts):
        return automatic.HUMAN, str(Guard.STALE)
    if automatic.near_thresholds(grid, facts, look.at):
        return automatic.HUMAN, str(Guard.NEAR)
    return automatic.outcome_of(engine.evaluate(model, look.rule, facts, now=look.at))


def shadow_of(content_hash: str) -> ShadowRun | None:
    """The last shadow run of exactly this content."""
    return ShadowRun.objects.filter(content_hash=content_hash).order_by("-id").first()


def needs_trial(rule: str, content_hash: str) -> bool:
    """Whether a version must be tried on past cases before it is signed.

    Not what is in force already, and not the first version of a table that never looked at a case.
    """
    standing = catalogue.find("decision", rule)
    if standing is not None and standing.content_hash == content_hash:
        return False
    return Assessment.objects.filter(rule=rule).exclude(facts="").exists()


def check_tried(rule: str, content_hash: str) -> None:
    """Refuse the signature of a changed rule that was not tried, to the end, on past cases."""
    if not needs_trial(rule, content_hash):
        return
    runs = ShadowRun.objects.filter(rule=rule, content_hash=content_hash)
    if not runs.exclude(ended_at=None).exists():
        raise switches.NotTried()


def differences(run: ShadowRun) -> list[ShadowDifference]:
    """What the tried rule would have decided otherwise; new grants first."""
    found = run.differences.select_related("case").order_by("-id")[:200]
    return sorted(found, key=lambda row: row.after != automatic.GRANT)


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule in force: its switch, and what it did."""

    version: catalogue.Version
    switch: RuleSwitch
    items: list[Item]
    granted: int
    to_a_person: int

    @property
    def key(self) -> str:
        return self.version.key

    @property
    def name(self) -> str:
        return str(self.version.body.get("name") or self.key)


def rules_in_force(*, by: Actor) -> list[RuleView]:
    """Every rule that an item on offer names, with what it did so far."""
    by.require("rule.switch")
    turned = {row.rule: row for row in RuleSwitch.objects.all()}
    counts: dict[tuple[str, str], int] = {
        (row["rule"], row["outcome"]): row["n"]
        for row in Assessment.objects.values("rule", "outcome").annotate(n=Count("id"))
    }
    items: dict[str, list[Item]] = {}
    for item in services.items():
        if item.decision:
            items.setdefault(item.decision, []).append(item)
    return [
        RuleView(
            version=version,
            switch=turned.get(version.key) or RuleSwitch(rule=version.key),
            items=items[version.key],
            granted=counts.get((version.key, "grant"), 0),
            to_a_person=counts.get((version.key, "person"), 0),
        )
        for version in catalogue.all_current("decision")
        if version.key in items
    ]


def rule_in_force(rule: str, *, by: Actor) -> RuleView:
    for found in rules_in_force(by=by):
        if found.key == rule:
            return found
    raise NotFound()


def looks(rule: str, *, by: Actor) -> list[Assessment]:
    """The last looks of a rule; case numbers and outcomes, no contents."""
    by.require("rule.switch")
    return list(Assessment.objects.filter(rule=rule).select_related("case").order_by("-id")[:30])


def look(pk: int, *, by: Actor) -> Assessment:
    """One look, to be replayed."""
    by.require("rule.switch")
    found = Assessment.objects.select_related("case").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found

"""Hold a firm against every open policy: ask the registers first, then keep what differs."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tongban.domains.enterprise import queries, rules
from tongban.domains.enterprise.models import MatchConsent, PolicyMatch
from tongban.domains.enterprise.rules import Policy, Verdict
from tongban.domains.registries import queries as registries
from tongban.domains.registries.rules import Question
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue.queries import Version
from tongban.kernel.crypto import vault
from tongban.kernel.ledger import actions as ledger

PURPOSE = "政策匹配"
BASIS = "企业授权（政策匹配授权书）；《优化营商环境条例》（条款号待核实）"


def match(*, firm: str, by: Actor) -> int:
    """Hold a consenting firm against every open policy; answers how many matches are new.

    A policy that reads a register which does not answer keeps its last match: a silent source is
    no verdict. Asks the registers, so never inside a transaction.
    """
    if by.kind != "part" and queries.firm_of(by) != firm:
        raise rules.FirmNeeded()
    consent = queries.consent(firm)
    if consent is None:
        raise rules.ConsentNeeded()
    policies = queries.policies()
    wanted: dict[str, list[str]] = {}
    for _, policy in policies:
        for register, elements in policy.fields.items():
            held = wanted.setdefault(register, [])
            held.extend(element for element in elements if element not in held)
    if not wanted:
        return 0
    answers = registries.lookup_many(
        by=by,
        purpose=PURPOSE,
        basis=BASIS,
        case_no=f"consent:{consent.pk}",
        initiator=consent.given_by,
        questions=[Question(register, firm, tuple(names)) for register, names in wanted.items()],
    )
    values = {one.register: one.values for one in answers if one.is_available}
    judged = [
        (version, policy, facts, _judge(version, policy, facts))
        for version, policy in policies
        if policy.fields.keys() <= values.keys()
        for facts in (_facts(policy, values),)
    ]
    return _keep(firm=firm, consent=consent.pk, judged=judged, by=by)


def _facts(policy: Policy, values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Only what this policy reads, as the register gave it."""
    return {
        element: values[register][element]
        for register, elements in policy.fields.items()
        for element in elements
        if element in values[register]
    }


def _judge(version: Version, policy: Policy, facts: dict[str, Any]) -> Verdict:
    return rules.judge(policy, queries.typed(facts), on=clock.today(), version=version.content_hash)


@transaction.atomic
def _keep(
    *,
    firm: str,
    consent: int,
    judged: list[tuple[Version, Policy, dict[str, Any], Verdict]],
    by: Actor,
) -> int:
    # The consent's row is where two runs over one firm, and a withdrawal, stand in line.
    held = MatchConsent.objects.select_for_update(of=("self",)).get(pk=consent)
    if held.withdrawn_at is not None:
        raise rules.ConsentNeeded()
    before = {row.policy: row for row in PolicyMatch.objects.filter(entity=firm, is_current=True)}
    new = 0
    for version, policy, facts, verdict in judged:
        last = before.get(policy.key)
        if last is not None and last.trace_hash == verdict.hash:
            continue
        if last is not None:
            PolicyMatch.objects.filter(pk=last.pk).update(is_current=False)
        made = PolicyMatch.objects.create(
            entity=firm,
            policy=policy.key,
            definition=version.id,
            outcome=verdict.outcome,
            fen=verdict.fen,
            facts=vault.encrypt(
                json.dumps(facts, ensure_ascii=False, default=str), purpose=queries.FACTS
            ),
            judged_on=clock.today(),
            trace_hash=verdict.hash,
            failed=verdict.failed,
            unknown=verdict.unknown,
            matched_at=clock.now(),
        )
        ledger.record(
            "policy.matched",
            made,
            by=by,
            policy=policy.key,
            firm=firm,
            outcome=str(verdict.outcome),
            failed=verdict.failed,
            unknown=verdict.unknown,
        )
        new += 1
    return new

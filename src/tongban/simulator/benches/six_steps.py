"""The six steps that are measured: apply, accept, a decision table, two in parallel, decide."""

from datetime import date
from functools import cache
from typing import Any

from django.db import transaction

from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines import queries as kept
from tongban.kernel.decisions import engine
from tongban.kernel.processes import actions, queries
from tongban.kernel.processes.models import WorkItem
from tongban.kernel.trips import together
from tongban.kernel.workdays.tables import NATIONAL

PROCESS: dict[str, Any] = {
    "key": "six-steps",
    "name": "受理、并行审查、决定",
    "stage": [
        {"id": "accept", "name": "受理", "grant": "case.examine", "days": 1},
        {"id": "a", "name": "甲审", "grant": "case.examine", "days": 5, "after": ["accept"]},
        {"id": "b", "name": "乙审", "grant": "case.examine", "days": 3, "after": ["accept"]},
        {
            "id": "decide", "name": "决定", "grant": "case.examine", "days": 2, "after": ["a", "b"],
            "actions": ["grant=end", "refuse=end"],
        },
    ],
}  # fmt: skip
TABLE: dict[str, Any] = {
    "key": "route",
    "name": "分流",
    "hit_policy": "UNIQUE",
    "inputs": [{"label": "area", "expression": "area", "type": "number"}],
    "outputs": [{"name": "route", "type": "string"}],
    "rules": [
        {"when": ["< 100"], "then": ['"small"']},
        {"when": [">= 100"], "then": ['"large"']},
    ],
}
FORM = {
    "name": "青禾面馆", "area": 120, "seats": 42, "address": "青禾市临溪区溪口街道梅溪路 1 号",
    "phone": "19901000001", "food": ["hot", "cold"], "manager": "周梅", "opened_on": "2026-09-07",
    "documents": ["licence", "plan", "rules", "health"], "remark": "无" * 60,
}  # fmt: skip
"""About 0.4 KB, as one filing has."""

CLERK = Actor(
    kind="official", key="official:1@post:1", organ="bench", grants=frozenset(["case.examine"])
)


@cache
def _model() -> engine.Model:
    return engine.load_grid(TABLE)


def publish() -> catalogue.Version:
    """The process as a published version."""
    now = clock.now()
    row = Definition.objects.create(
        kind="process",
        key=PROCESS["key"],
        no=1,
        status="published",
        body=PROCESS,
        content_hash="bench",
        author="a",
        approver="b",
        valid_from=date(2020, 1, 1),
        drafted_at=now,
        published_at=now,
    )
    return catalogue.by_id(row.pk)


def apply(process: catalogue.Version) -> list[WorkItem]:
    """A citizen applies: a matter with its first stage and its clock."""
    with transaction.atomic(), together():
        days = kept.calendar(NATIONAL)
        matter = actions.start(
            process=process,
            kind="bench",
            subject="bench.case:1",
            title="开办餐饮店",
            organ="bench",
            region="",
            calendar=NATIONAL,
            days=days,
            by=CLERK,
        )
        deadlines.start_all(
            matter=matter.pk, budgets={"acceptance": 5}, calendar=NATIONAL, days=days, by=CLERK
        )
    return queries.open_items(matter.pk)


def accept(item: WorkItem) -> list[WorkItem]:
    """An official accepts, the table decides the route with its trace, two stages open."""
    with transaction.atomic(), together():
        days = kept.calendar(NATIONAL)
        promised = deadlines.start_all(
            matter=item.matter_id,
            budgets={"statutory": 20, "promised": 10},
            calendar=NATIONAL,
            days=days,
            by=CLERK,
        )["promised"]
        found = engine.evaluate(_model(), "route", FORM, now=clock.now())
        step = actions.act(
            item=item.pk,
            version=item.version,
            outcome="pass",
            key="accept",
            facts={**FORM, "route": found.value},
            due=(promised.due_on, promised.yellow_on),
            calendar=days,
            data={"trace": found.trace.hash},
            by=CLERK,
        )
        deadlines.meet_all(matter=item.matter_id, kinds=("acceptance",), by=CLERK)
    return step.opened


def work(item: WorkItem, outcome: str = "pass") -> list[WorkItem]:
    """An official finishes a stage."""
    with transaction.atomic(), together():
        step = actions.act(
            item=item.pk,
            version=item.version,
            outcome=outcome,
            opinion="材料属实，符合条件。",
            key=f"key-{item.pk}",
            facts=FORM,
            by=CLERK,
        )
        if step.outcome:
            deadlines.meet_all(matter=item.matter_id, kinds=("statutory", "promised"), by=CLERK)
    return step.opened


def one_case(process: catalogue.Version) -> None:
    """From applying to the decision: five requests, each a transaction of its own."""
    (first,) = apply(process)
    left, right = accept(first)
    work(left)
    (last,) = work(right)
    work(last, "grant")

"""A process, its officials, and nothing of any domain."""

from collections.abc import Mapping
from typing import Any

from tongban.kernel.actor import Actor
from tongban.kernel.catalogue.models import Definition
from tongban.kernel.catalogue.queries import Version, by_id
from tongban.kernel.clock import moment, today
from tongban.kernel.processes import actions, rules
from tongban.kernel.processes.models import Matter, WorkItem
from tongban.kernel.workdays.tables import NATIONAL

STAGES = [
    {"id": "accept", "name": "受理", "grant": "g.do", "days": 1, "actions": ["pass", "decline=end"]},  # noqa: E501
    {"id": "left", "name": "甲审", "grant": "g.do", "days": 3, "after": ["accept"]},
    {"id": "right", "name": "乙审", "grant": "g.do", "days": 2, "after": ["accept"], "when": "big"},
    {
        "id": "decide", "name": "决定", "grant": "g.do", "days": 2, "after": ["left", "right"],
        "actions": ["grant=end", "refuse=end", "back=return:left", "ask=resume:accept"],
        "returns": ["left", "accept"],
    },
]  # fmt: skip


def official(n: int = 1, organ: str = "organ", *grants: str) -> Actor:
    return Actor(
        kind="official",
        key=f"official:{n}@post:{n}",
        person=n,
        organ=organ,
        grants=frozenset(grants or ("g.do",)),
    )


def process(stages: list[dict[str, Any]] | None = None) -> Version:
    """Published, without the catalogue's ceremony."""
    body = {"key": "p", "name": "P", "stage": stages or STAGES}
    now = moment("2026-01-01 00:00")
    row = Definition.objects.create(
        kind="process", key=f"p{Definition.objects.count()}", no=1, status="published", body=body,
        content_hash="h", author="a", approver="b", valid_from=today(), drafted_at=now,
        published_at=now,
    )  # fmt: skip
    return by_id(row.pk)


def matter(facts: Mapping[str, Any] | None = None, **more: Any) -> Matter:
    return actions.start(
        **{
            "process": process(),
            "kind": "case",
            "subject": "a.b:1",
            "title": "事",
            "organ": "organ",
            "region": "",
            "calendar": NATIONAL,
            "by": official(),
            "facts": facts or {"big": True},
            **more,
        }
    )


def item(found: Matter, stage: str) -> WorkItem:
    """The open work item of a stage."""
    return WorkItem.objects.select_related("matter").get(
        matter=found, stage=stage, status__in=rules.OWED, mode="serial"
    )


def do(found: Matter, stage: str, outcome: str = "pass", **more: Any) -> actions.Step:
    return actions.act(
        **{
            "item": item(found, stage).pk,
            "outcome": outcome,
            "by": official(),
            "facts": {"big": True},
            **more,
        }
    )


def progress(found: Matter) -> dict[str, str]:
    return dict(Matter.objects.get(pk=found.pk).progress)

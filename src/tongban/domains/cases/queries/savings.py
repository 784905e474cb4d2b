"""What one filing saves, counted from real runs (一证通办成效): by service and month, in all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Sum

from tongban.domains.cases.models import Saving
from tongban.domains.cases.rules import credentials
from tongban.domains.services import queries as services
from tongban.domains.services.rules import Item
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue

COLUMNS = tuple(f"{name}_{when}" for name in credentials.MEASURES for when in ("before", "after"))


@dataclass(frozen=True, slots=True)
class Saved:
    """What a service, or all of them, saved in so many runs; days are working days."""

    key: str
    name: str
    name_en: str
    runs: int
    sums: Mapping[str, int] = field(repr=False)

    @property
    def measures(self) -> list[tuple[str, int, int, int]]:
        """(measure, before, after, saved), summed over the runs."""
        return [
            (name, b := self.sums[f"{name}_before"], a := self.sums[f"{name}_after"], b - a)
            for name in credentials.MEASURES
        ]

    @property
    def spent(self) -> int:
        """Working days that the runs really took."""
        return self.sums["days_spent"]


def report(
    *, since: date | None = None, until: date | None = None, by: Actor
) -> tuple[list[Saved], Saved]:
    """Each service with what it saved in the months from `since` to `until`, and the total."""
    by.require("case.oversee" if by.may("case.oversee") else "definition.draft")
    return _report(since, until)


def totals() -> Saved:
    """What all services saved since the beginning: figures for everybody."""
    return _report(None, None)[1]


def months() -> list[date]:
    """The months of which there are figures, newest first."""
    return list(Saving.objects.order_by("-month").values_list("month", flat=True).distinct())


def _report(since: date | None, until: date | None) -> tuple[list[Saved], Saved]:
    rows = Saving.objects.all()
    rows = rows.filter(month__gte=since) if since else rows
    rows = rows.filter(month__lte=until) if until else rows
    summed: Any = rows.values("key").annotate(
        runs_=Sum("runs"), **{f"{name}_": Sum(name) for name in (*COLUMNS, "days_spent")}
    )
    names = _names()
    found = []
    for row in summed:
        name, name_en = names.get(row["key"], (row["key"], row["key"]))
        sums = {name: row[f"{name}_"] for name in (*COLUMNS, "days_spent")}
        found.append(Saved(row["key"], name, name_en, row["runs_"], sums))
    return sorted(found, key=lambda one: (-one.runs, one.key)), _total(found)


def _total(found: Iterable[Saved]) -> Saved:
    rows = list(found)
    sums = {name: sum(one.sums[name] for one in rows) for name in (*COLUMNS, "days_spent")}
    return Saved("", "", "", sum(one.runs for one in rows), sums)


def _names() -> dict[str, tuple[str, str]]:
    kinds = ("service_item", "one_thing")
    return {
        v.key: (str(v.body["name"]), str(v.body.get("name_en", v.body["name"])))
        for kind in kinds
        for v in catalogue.all_current(kind)
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One field or material of an item in words."""

    name: str
    role: str
    sources: tuple[str, ...]
    replaced: credentials.Replaced


def replaced(item: Item) -> tuple[list[Line], list[Line]]:
    """What replaces each field and each material of an item, and what is still asked."""
    elements, roles = services.elements(), services.roles()

    held = {
        kind: {v.key: str(v.body.get("name", v.key)) for v in catalogue.all_current(definition)}
        for kind, definition in (("register", "register"), ("licence", "licence_type"))
    }

    def line(one: credentials.Replaced, name: str) -> Line:
        role = str(roles.get(one.role, {}).get("name", one.role))
        return Line(
            name, role, tuple(held.get(kind, {}).get(key, key) for kind, key in one.sources), one
        )

    asked = [
        line(one, str(elements.get(one.name, {}).get("name", one.name)))
        for one in credentials.fields(item)
    ]
    return asked, [line(one, one.name) for one in credentials.materials(item)]

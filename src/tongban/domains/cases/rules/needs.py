"""Which materials a filing needs, and what stands in the place of each (一套材料).

Tried in this order: the output of an earlier item, an e-licence, a check against a register, a
promise, an upload: nothing is asked for that the city already knows.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.domains.cases.rules.filing import TRUST
from tongban.domains.services.rules import Edge, Item, Material
from tongban.kernel.errors import N_, Refusal
from tongban.kernel.processes import rules as flow
from tongban.kernel.workdays.calendars import WorkCalendar

Condition = Callable[[str, Mapping[str, Any]], bool]

FREE = frozenset({"output", "licence", "register"})
"""Ways that ask nothing of the applicant."""


@dataclass(frozen=True, slots=True)
class Need:
    """One material of the filing, wanted by one or several items."""

    key: str
    name: str
    role: str
    items: tuple[str, ...]
    way: str
    reference: str = ""
    law: str = ""
    may_promise: bool = False
    tolerable: bool = False

    @property
    def is_free(self) -> bool:
        return self.way in FREE

    @property
    def trust(self) -> str:
        return TRUST[self.way]


def needs(
    items: Sequence[Item],
    edges: Iterable[Edge],
    facts: Mapping[str, Any],
    holds: Condition,
    *,
    licences: Mapping[tuple[str, str], str],
    found: Collection[tuple[str, str]],
) -> list[Need]:
    """Every material of the filing, once.

    `licences`: (type, role) -> identifier of an e-licence in force; `found`: (role, register) with
    an entry.
    """
    outputs = {(e.to, e.output) for e in edges if e.output}
    grouped: dict[tuple[str, str], list[tuple[Item, Material]]] = {}
    for item in items:
        for material in item.materials:
            if material.need == "always" or holds(material.need, facts):
                grouped.setdefault((material.key, material.role), []).append((item, material))
    rows = []
    for (key, role), wanting in grouped.items():
        ways = [_way(item, m, outputs, licences, found) for item, m in wanting]
        # What satisfies the strictest of them satisfies all: an upload for one is shown to each.
        way, reference = max(ways, key=lambda pair: list(TRUST).index(pair[0]))
        first = wanting[0][1]
        rows.append(
            Need(
                key=key,
                name=first.name,
                role=role,
                items=tuple(item.key for item, _ in wanting),
                way=way,
                reference=reference,
                law=first.law,
                may_promise=all(m.promise for _, m in wanting),
                tolerable=all(item.tolerance and m.tolerable for item, m in wanting),
            )
        )
    return rows


def _way(
    item: Item,
    material: Material,
    outputs: Collection[tuple[str, str]],
    licences: Mapping[tuple[str, str], str],
    found: Collection[tuple[str, str]],
) -> tuple[str, str]:
    for kind, key in material.satisfied_by:
        if kind == "output" and (item.key, key) in outputs:
            return "output", key
        if kind == "licence" and (key, material.role) in licences:
            return "licence", licences[key, material.role]
        if kind == "register" and any(register == key for _, register in found):
            return "register", key
    return "upload", ""


# ── what may be handed in later (容缺) ──────────────────────────────────────────────────────────

TOLERANCE_DAYS = 5
"""Working days in which a tolerated material is owed, where neither item nor city says so."""


class NotTolerable(Refusal):
    says = N_("“{name}” cannot be handed in later.")
    hint = N_("Only what the item publishes as tolerable can; ask for the others in a supplement.")
    status = 422


class MaterialMissing(Refusal):
    says = N_("This is still missing: {missing}.")
    hint = N_(
        "The applicant asked to hand it in later: accept with tolerance, or ask for a supplement."
    )
    status = 409


class TooManyDays(Refusal):
    says = N_("A tolerated material is owed within {most} working days.")
    hint = N_("The item publishes this limit; give as many days or fewer.")
    status = 422


class BadRecord(Refusal):
    says = N_("A bad credit record counts, so this cannot rest on a promise or on tolerance.")
    hint = N_("Hand everything in, and the filing is handled in the ordinary way.")
    status = 409


class NotOwed(Refusal):
    says = N_("Nothing of this is owed: {names}.")
    hint = N_("Hand in what the notice of tolerance names, and choose a file for it.")
    status = 422


class ToleranceOpen(Refusal):
    says = N_("Not everything that was tolerated has been handed in: {missing}.")
    hint = N_("It can be granted once all of it is there; its own clocks run until then.")
    status = 409


class NotToldYet(Refusal):
    says = N_("The offices are still looking; nothing has been asked for yet.")
    hint = N_("All they ask for reaches you in one notice; then answer it in one go.")
    status = 409


class NowhereToPassOn(Refusal):
    says = N_("This filing cannot be passed on.")
    hint = N_("Only what was declined, for an agency that has the same item; begin anew there.")
    status = 409


def check_tolerance(item: Item, *, missing: Collection[str], materials: Collection[str]) -> None:
    """All that is missing, and nothing else, is let through, and each of it the item tolerates."""
    tolerable = {m.key for m in item.materials if m.tolerable and item.tolerance}
    names = {m.key: m.name for m in item.materials}
    for key in [*missing, *materials]:
        if key not in tolerable or key not in missing:
            raise NotTolerable(name=names.get(key, key))
    if not materials or set(missing) != set(materials):
        left = sorted(set(missing) - set(materials))
        raise MaterialMissing(missing="、".join(names[key] for key in left) or "—")


def tolerance_days(item: Item, materials: Iterable[str], *, city: int) -> dict[str, int]:
    """In how many working days each material is owed: the material's own limit, or the city's."""
    limits = {
        str(row["key"]): int(row.get("tolerance_days", city))
        for row in item.body.get("material", ())
    }
    return {key: limits.get(key, city) for key in materials}


def granted_days(days: int | None, *, most: int) -> int:
    """The days that an official gives, at most what is published."""
    if days is not None and not 1 <= days <= most:
        raise TooManyDays(most=most)
    return days or most


def check_supply(*, owed: Collection[str], given: Mapping[str, str]) -> None:
    """Refuse what nobody owes, and an empty hand."""
    strange = [key for key, file in given.items() if key not in owed or not file]
    if strange or not given:
        raise NotOwed(names="、".join(strange) or "—")


def check_trust(*, is_trusted: bool, missing: Sequence[str]) -> None:
    """Refuse to grant on a promise to one whose word was not kept, or with something missing."""
    if not is_trusted:
        raise BadRecord()
    if missing:
        raise MaterialMissing(missing="、".join(missing))


def check_supplied(names: Sequence[str]) -> None:
    """Refuse to grant while something that was tolerated is owed."""
    if names:
        raise ToleranceOpen(missing="、".join(names))


# ── supplements ─────────────────────────────────────────────────────────────────────────────────


def check_stage(stage: flow.Stage, outcome: str) -> None:
    """Refuse an act of acceptance at a stage that is not competent for it."""
    if stage.legal != "accept":
        raise flow.NotThisOutcome(
            stage=stage.name, outcome=outcome, possible=", ".join(stage.outcomes)
        )


def lapses(item: Item) -> bool:
    """Whether a filing that is not supplemented in time counts as given up: its own law says so."""
    return bool(item.body.get("lapse", False))


def collecting_days(limits: Collection[date], today: date, calendar: WorkCalendar) -> int:
    """For how many working days requests may be collected; 0 when they leave at once.

    They leave when that term is over: on the morning of the first acceptance limit at the latest.
    """
    first = min(limits, default=today)
    return max(calendar.between(today, first) - 1, 0) if first > today else 0


class NotConfirmed(Refusal):
    says = N_("The visitor has not confirmed it as it stands now.")
    hint = N_("Ask them to read their screen and to confirm; then send it.")
    status = 409


def check_confirmed(*, confirmed: str, stands: str) -> None:
    """Refuse what a clerk sends before the visitor confirmed it, word for word (收受分离)."""
    if not confirmed or confirmed != stands:
        raise NotConfirmed()

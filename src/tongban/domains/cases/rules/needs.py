"""Which materials a filing needs, and what stands in the place of each (一套材料).

Tried in this order: the output of an earlier item, an e-licence, a check against a register, a
promise, an upload: nothing is asked for that the city already knows.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.domains.cases.rules.filing import TRUST
from tongban.domains.services.rules import Edge, Item, Material

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
                tolerable=all(m.tolerable for _, m in wanting),
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

"""What a supplement may mark: fields and materials, each with what is needed."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext

from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.rules import state
from tongban.domains.cases.workbench import words
from tongban.kernel.ui.refusals import BadRequest


@dataclass(frozen=True, slots=True)
class Markable:
    """A field or material that a supplement may mark."""

    id: str
    name: str
    value: str
    is_first: bool
    marked: bool
    needed: str
    arises: str = ""
    """In a second round: from which point of the first it arises."""


def markables(view: CaseView, sent: QueryDict | None) -> list[Markable]:
    """Everything that may be wrong: materials and differences first, then the other fields."""
    data = sent or QueryDict()
    marked = set(data.getlist("mark"))

    def one(key: str, name: str, value: str, is_first: bool) -> Markable:
        needed, arises = data.get(f"needed:{key}", ""), data.get(f"from:{key}", "")
        return Markable(key, name, value, is_first, key in marked, needed, arises)

    found = [
        one(f"material:{m.key}", m.name, gettext(words.WAYS.get(m.way, m.way)), True)
        for m in view.materials
    ]
    found += [
        one(
            f"field:{row.field.key}",
            words.label(row.field),
            words.value(row.field, row.filed),
            row.needs_eyes,
        )
        for row in view.compared
    ]
    return sorted(found, key=lambda m: not (m.is_first or m.marked))


def arising(view: CaseView) -> list[tuple[str, str]]:
    """The points of the first round: a second one marks only what arises from their answer."""
    if not view.case.supplement_count:
        return []
    return [(f"{d['kind']}:{d['key']}", d["name"]) for d in view.case.defects]


def defects(sent: QueryDict) -> list[dict[str, str]]:
    """What was marked: each with what is needed; a further material by its own name."""
    found = []
    for mark in sent.getlist("mark")[:200]:
        kind, _, key = mark.partition(":")
        if kind not in {"field", "material"} or not key:
            raise BadRequest()
        found.append(
            {
                "kind": kind,
                "key": key[:80],
                "name": sent.get(f"name:{mark}", key)[:200],
                "needed": sent.get(f"needed:{mark}", "").strip()[:500],
                **_from(sent, mark),
            }
        )
    name, needed = sent.get("further", "").strip(), sent.get("further_needed", "").strip()
    if name or needed:
        found.append(
            {
                "kind": "material",
                "key": "further",
                "name": name[:200],
                "needed": needed[:500],
                **_from(sent, "further"),
            }
        )
        if not name:
            raise state.NothingMarked()
    return found


def _from(sent: QueryDict, mark: str) -> dict[str, str]:
    point = sent.get(f"from:{mark}", "")[:120]
    return {"from": point} if point else {}

"""What a clerk may choose from while writing a definition (可选项)."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from tongban.domains.services import rules as services
from tongban.domains.services.rules.items import SPECIAL_PROCEDURES
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_
from tongban.kernel.identity import queries as identity

Choice = tuple[str, str]
"""(value, words)"""

FIXED: Mapping[str, tuple[Choice, ...]] = {
    "project_type": (("instant", N_("at once")), ("promise", N_("within promised days"))),
    "server_type": (("person", N_("people")), ("entity", N_("firms and others"))),
    "audience": (("person", N_("people")), ("entity", N_("firms and others"))),
    "cross_region": (
        ("none", N_("only where the office is")),
        ("county", N_("anywhere in the county")),
        ("city", N_("anywhere in the city")),
        ("province", N_("anywhere in the province")),
        ("national", N_("anywhere in the country")),
    ),
    "mode": (
        ("editable", N_("may be changed")),
        ("confirm", N_("is confirmed")),
        ("locked", N_("stands fast")),
    ),
    "material_kind": (
        ("certificate", N_("certificate")),
        ("form", N_("form")),
        ("other", N_("other")),
    ),
    "material_source": (("self", N_("the applicant")), ("government", N_("the government"))),
    "on_refuse": (
        ("block", N_("the later one stops")),
        ("go_on", N_("the later one goes on")),
        ("cancel", N_("everything is called off")),
    ),
    "legal": (
        ("", N_("none")),
        ("accept", N_("acceptance")),
        ("decide", N_("decision")),
        ("special", N_("special procedure")),
    ),
    "hit_policy": (
        ("FIRST", N_("the first that fits")),
        ("UNIQUE", N_("exactly one may fit")),
        ("ANY", N_("several, if they agree")),
    ),
    "feel_type": (
        ("string", N_("text")),
        ("number", N_("number")),
        ("boolean", N_("yes or no")),
        ("date", N_("date")),
    ),
}
# As the icons are drawn in the sprite.
ICONS = (
    "grid", "baby", "school", "work", "ring", "house", "elder", "shop", "heart", "leaf", "med",
    "bus", "coin", "card", "flag", "users",
)  # fmt: skip
GRANTS = (
    "case.accept", "case.check", "case.examine", "case.decide", "case.consult",
)  # fmt: skip
ENDS = ("pass", "decline=end", "grant=end", "refuse=end")


class Choices:
    """Every list of choices for one definition; each is made when it is first asked for."""

    def __init__(self, kind: str, body: Mapping[str, Any], known: Known) -> None:
        self.kind = kind
        self.body = body
        self.known = known
        self._made: dict[tuple[str, str], list[Choice]] = {}

    def of(self, name: str, row: Mapping[str, Any] | None = None) -> list[Choice]:
        """The choices of a list; of some, only those that fit what the row already says."""
        if name in FIXED:
            return [(value, gettext(words)) for value, words in FIXED[name]]
        if name.startswith("answer:"):
            return self._answers_to(name.removeprefix("answer:"))
        if name == "source":
            return self._sources(str((row or {}).get("element", "")))
        if name == "member_result":
            return self._member_results(str((row or {}).get("from", "")))
        if (name, "") not in self._made:
            made = LISTS.get(name)
            self._made[name, ""] = made(self) if made else self._defined(name)
        return self._made[name, ""]

    def name(self, name: str, value: str) -> str:
        """How a value is called; the value itself where nobody names it."""
        return dict(self.of(name)).get(value, value)

    def _defined(self, kind: str) -> list[Choice]:
        return [
            (key, str(body.get("name") or key))
            for key, body in sorted(self.known.all(kind).items())
        ]

    def _rows(self, name: str) -> list[Mapping[str, Any]]:
        value = self.body.get(name, ())
        return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []

    @cached_property
    def questions(self) -> list[services.Question]:
        """The situation questions that conditions may look at."""
        if self.kind == "one_thing":
            return _questions(self._rows("question"))
        found = {q.id: q for q in _questions(self._rows("situation"))}
        key = self.body.get("key")
        for body in self.known.all("one_thing").values():
            if any(row.get("key") == key for row in body.get("item", ())):
                for question in _questions(body.get("question", ())):
                    found.setdefault(question.id, question)
        return list(found.values())

    def _answers_to(self, id: str) -> list[Choice]:
        question = next((q for q in self.questions if q.id == id), None)
        if question is None:
            return [("", "—")]
        return [("", "—"), *((o["value"], o.get("text", o["value"])) for o in question.options)]

    def _sources(self, element: str) -> list[Choice]:
        found = [
            (f"{key}.{element}", str(body.get("name", key)))
            for key, body in sorted(self.known.all("register").items())
            if any(row.get("element") == element for row in body.get("fields", ()))
        ]
        return found + [(f"q.{q.id}", q.text) for q in self.questions]

    def _members(self) -> list[Choice]:
        keys = [str(row.get("key", "")) for row in self._rows("item")]
        return [("", "—"), *((key, self.name("service_item", key)) for key in keys if key)]

    def _member_results(self, of: str) -> list[Choice]:
        keys = [of] if of else [key for key, _ in self._members() if key]
        found: dict[str, str] = {}
        for key in keys:
            for row in (self.known.get("service_item", key) or {}).get("result", ()):
                found.setdefault(str(row["key"]), str(row.get("name", row["key"])))
        return [("", gettext("only waits for it")), *found.items()]

    def _ways(self) -> list[Choice]:
        found: list[Choice] = [("promise", gettext("a written promise"))]
        found += [
            (f"licence:{key}", gettext("e-licence “%(name)s”") % {"name": name})
            for key, name in self._defined("licence_type")
        ]
        found += [(f"register:{key}", name) for key, name in self._defined("register")]
        outputs = {
            str(row["key"]): f"{row.get('name', row['key'])}（{body.get('name', '')}）"
            for body in self.known.all("service_item").values()
            for row in body.get("result", ())
            if row.get("key")
        }
        words = gettext("result “%(name)s”")
        return found + [(f"output:{key}", words % {"name": n}) for key, n in outputs.items()]

    def _fields_used(self) -> list[Choice]:
        found = {}
        for row in self._rows("field"):
            role, element = str(row.get("role", "")), str(row.get("element", ""))
            if element:
                words = f"{self.name('role', role)} · {self.name('element', element)}"
                found[f"{role}.{element}"] = words
        return list(found.items())

    def _roles_used(self) -> list[Choice]:
        keys = dict.fromkeys(["applicant", *(str(r.get("role", "")) for r in self._rows("field"))])
        return [(key, self.name("role", key)) for key in keys if key]

    def _stages(self) -> list[Choice]:
        rows = self._rows("stage")
        return [(str(r["id"]), str(r.get("name") or r["id"])) for r in rows if r.get("id")]

    def _stage_actions(self) -> list[Choice]:
        words = {
            "pass": gettext("goes on"),
            "decline=end": gettext("is declined: the end"),
            "grant=end": gettext("is granted: the end"),
            "refuse=end": gettext("is refused: the end"),
        }
        found = list(words.items())
        found += [
            (f"back=return:{key}", gettext("goes back to “%(name)s”") % {"name": name})
            for key, name in self._stages()
        ]
        return found

    def _grants(self) -> list[Choice]:
        used = {
            str(row.get("grant", ""))
            for body in self.known.all("process").values()
            for row in body.get("stage", ())
        }
        return [(grant, grant) for grant in sorted({*GRANTS, *used} - {""})]

    def _facts(self) -> list[Choice]:
        facts = ["case.differences", "case.unsourced", "case.promised", "case.applied_on"]
        used = {
            str(column.get("expression", ""))
            for body in self.known.all("decision").values()
            for column in body.get("inputs", ())
        }
        return [(fact, fact) for fact in dict.fromkeys([*facts, *sorted(used - {""})])]


def _optional(kind: str) -> Callable[[Choices], list[Choice]]:
    def made(choices: Choices) -> list[Choice]:
        return [("", gettext("none")), *choices._defined(kind)]

    return made


def _questions(rows: Iterable[Any]) -> list[services.Question]:
    found = []
    for row in rows:
        options = row.get("options") if isinstance(row, Mapping) else None
        if not isinstance(options, list) or not row.get("id"):
            continue
        usable = tuple(o for o in options if isinstance(o, Mapping) and o.get("value"))
        found.append(
            services.Question(
                id=str(row["id"]),
                text=str(row.get("text") or row["id"]),
                text_en=str(row.get("text_en", "")),
                why="",
                options=usable,
            )
        )
    return found


LISTS: Mapping[str, Callable[[Choices], list[Choice]]] = {
    "task_type": lambda _: [(key, f"{key} {name}") for key, name in services.TASK_TYPES.items()],
    "organ": lambda _: [(organ.key, organ.name) for organ in identity.organs()],
    "special_procedure": lambda _: [(name, name) for name in sorted(SPECIAL_PROCEDURES)],
    "icon": lambda _: [(name, name) for name in ICONS],
    "decision": _optional("decision"),
    "licence_type": _optional("licence_type"),
    "question_source": lambda choices: [("", gettext("none"))],
    "member": Choices._members,
    "way": Choices._ways,
    "field_used": Choices._fields_used,
    "role_used": Choices._roles_used,
    "stage": Choices._stages,
    "stage_action": Choices._stage_actions,
    "grant": Choices._grants,
    "fact": Choices._facts,
}

# ── conditions chosen from answers ───────────────────────────────────────────────────────────────

TERM = re.compile(r'q\.(\w+) = "([^"\\]*)"\Z', re.ASCII)


def condition(picked: Iterable[str]) -> str:
    """FEEL from picked answers `food=hot`: one answer of each question must be given."""
    by_question: dict[str, list[str]] = {}
    for text in picked:
        id, _, value = text.partition("=")
        if re.fullmatch(r"\w+", id, re.ASCII) and '"' not in value and "\\" not in value:
            by_question.setdefault(id, []).append(f'q.{id} = "{value}"')
    parts = [
        terms[0] if len(terms) == 1 or not terms else f"({' or '.join(terms)})"
        for terms in by_question.values()
    ]
    if len(parts) == 1 and parts[0].startswith("("):
        return parts[0][1:-1]
    return " and ".join(parts)


def picked(text: str) -> list[str] | None:
    """The answers that a condition is made of; None when it was written otherwise."""
    terms: list[str] = []
    for part in text.split(" and "):
        for term in part.strip().removeprefix("(").removesuffix(")").split(" or "):
            found = TERM.match(term.strip())
            if not found:
                return None
            terms.append(f"{found[1]}={found[2]}")
    return terms if condition(terms) == text.strip() else None

"""What the registers know for a form: asked role by role, before any transaction is open.

A role says how its subject is found (roles.toml): the applicant, a row that names the applicant, a
person whom such a row names, or the role that an answer points to. Each wave of look-ups makes more
subjects known, until nothing new can be asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tongban.domains.registries import queries as registries
from tongban.domains.registries.rules import Outcome, Question
from tongban.domains.services import queries as services
from tongban.domains.services.rules import ANSWERS, Item
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.identity import queries as identity

Pair = tuple[str, str]
"""(role, register), as the form engine names the place of an answer."""


Places = dict[Pair, registries.Answer | None]


@dataclass(slots=True)
class Gathered:
    """What was found: one answer per register and role, and the subjects that became known."""

    answers: dict[Pair, registries.Answer] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Roles for which several rows were found: the applicant says which one is meant."""

    @property
    def unavailable(self) -> list[str]:
        """The names of the registers that did not answer."""
        return sorted({a.register_name for a in self.answers.values() if not a.is_available})

    def places(
        self, form: eforms.Form, answers: Mapping[str, Any], chosen: Mapping[str, int]
    ) -> Places:
        """As the form engine reads them: the chosen row of each, and the answers to questions."""
        found: Places = {
            (role, register): replace(answer, rows=(self.row(register, role, chosen),))
            if answer.found
            else (answer if answer.is_available else None)
            for (role, register), answer in self.answers.items()
        }
        for role, register in eforms.needed(form):
            if register == ANSWERS:
                found[role, register] = _said(answers)
        return found

    def updated_on(self, query: str, chosen: Mapping[str, int]) -> tuple[date | None, int]:
        """When the entry behind a look-up was last updated, and for how many days that is fresh."""
        for (role, _), answer in self.answers.items():
            if answer.query_id == query and answer.updated_on:
                place = chosen.get(role, 0)
                dates = answer.updated_on
                return dates[place if place < len(dates) else 0], answer.fresh_within_days
        return None, 0

    def row(self, register: str, role: str, chosen: Mapping[str, int]) -> dict[str, Any]:
        """The row that speaks of the role."""
        answer = self.answers.get((role, register))
        if answer is None or not answer.found:
            return {}
        index = chosen.get(role, 0)
        return answer.rows[index if index < len(answer.rows) else 0]


def _said(answers: Mapping[str, Any]) -> registries.Answer:
    """The applicant's own answers to the situation questions, as if a register held them."""
    return registries.Answer(
        register=ANSWERS,
        register_name="",
        source_organ="",
        source_name="",
        fetched_at=clock.now(),
        query_id="",
        outcome=Outcome.FOUND,
        rows=(dict(answers),),
    )


def forms(items: Iterable[Item]) -> eforms.Form:
    """The one form of several items."""
    roles = {v.key: v.body for v in catalogue.all_current("role")}
    return eforms.merge([(i.key, i.fields) for i in items], services.elements(), roles)


def ground(items: Iterable[Item]) -> str:
    """The legal basis on which the registers are asked: the items' own laws."""
    return "、".join(dict.fromkeys(str(law) for i in items for law in i.laws[:1]))[:200]


def gather(
    form: eforms.Form,
    *,
    answers: Mapping[str, Any],
    by: Actor,
    purpose: str,
    basis: str,
    case_no: str,
    person: int,
    entity: str = "",
    chosen: Mapping[str, int] | None = None,
) -> Gathered:
    """Ask every register that the form's fields name; a source that is down spoils only its own."""
    chosen = chosen or {}
    applicant = identity.number_in_clear(identity.person(person))
    found = Gathered(subjects={"applicant": applicant})
    wanted: dict[Pair, set[str]] = {}
    for row in form.fields:
        for source in row.sources:
            if source.register != ANSWERS:
                wanted.setdefault((source.role, source.register), set()).add(source.element)
    roles = {v.key: v.body for v in catalogue.all_current("role")}
    _want_anchors(wanted, roles)
    while True:
        _resolve(found, roles, answers, chosen, entity)
        ready = [
            (pair, subject)
            for pair in wanted
            if pair not in found.answers
            and (subject := _subject(pair, roles, found, applicant, entity))
        ]
        if not ready:
            return found
        replies = registries.lookup_many(
            by=by,
            purpose=purpose,
            basis=basis,
            case_no=case_no,
            initiator=by.key,
            questions=[
                Question(pair[1], subject, tuple(sorted(wanted[pair]))) for pair, subject in ready
            ],
        )
        for (pair, _), reply in zip(ready, replies, strict=True):
            found.answers[pair] = reply
            if len(reply.rows) > 1 and roles.get(pair[0], {}).get("from") == pair[1]:
                found.choices[pair[0]] = list(reply.rows)


def _want_anchors(wanted: dict[Pair, set[str]], roles: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the rows by which other roles are found: a mother through her child's birth."""
    for role in [role for role, _ in wanted]:
        _want_anchor(role, wanted, roles)


def _want_anchor(
    role: str, wanted: dict[Pair, set[str]], roles: Mapping[str, Mapping[str, Any]]
) -> None:
    register, _, element = str(roles.get(role, {}).get("from", "")).partition(".")
    if element:
        holder = _anchor_role(register, roles)
        wanted.setdefault((holder, register), set()).add(element)
    elif register and register != "applicant":
        key = catalogue.current("register", register).body.get("key_element")
        wanted.setdefault((role, register), set()).update({key} if key else set())
    of = str(roles.get(role, {}).get("of", ""))
    if of:
        for other in ("mother", "father"):
            _want_anchor(other, wanted, roles)


def _anchor_role(register: str, roles: Mapping[str, Mapping[str, Any]]) -> str:
    """The role whose own row stands in the register."""
    for key, body in roles.items():
        if body.get("from") == register:
            return key
    return "applicant"


def _resolve(
    found: Gathered,
    roles: Mapping[str, Mapping[str, Any]],
    answers: Mapping[str, Any],
    chosen: Mapping[str, int],
    entity: str,
) -> None:
    """Learn from the rows so far who stands in each role."""
    for role, body in roles.items():
        if found.subjects.get(role):
            continue
        register, _, element = str(body.get("from", "")).partition(".")
        subject = ""
        if register == "applicant":
            subject = found.subjects["applicant"]
        elif element:
            subject = str(
                found.row(register, _anchor_role(register, roles), chosen).get(element) or ""
            )
        elif register:
            key = catalogue.current("register", register).body.get("key_element", "")
            subject = str(found.row(register, role, chosen).get(key) or "")
            if body.get("about") == "entity" and entity:
                subject = entity
        elif body.get("of"):
            asked = str(body["of"]).partition(".")[2]
            subject = found.subjects.get(str(answers.get(asked, "")), "")
        if subject:
            found.subjects[role] = subject


def _subject(
    pair: Pair,
    roles: Mapping[str, Mapping[str, Any]],
    found: Gathered,
    applicant: str,
    entity: str,
) -> str:
    """Under which key to ask: the role's own, or the applicant whom its row names."""
    role, register = pair
    if str(roles.get(role, {}).get("from", "")) == register:
        return entity or applicant
    return found.subjects.get(role, "")

"""Whether an item can be worked: a competent post per stage, a source per locked field; pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tongban.domains.services.rules.checks import check_item
from tongban.domains.services.rules.items import ANSWERS, Item, item
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, Fault
from tongban.kernel.processes import rules as processes

ORGAN = "organ"
"""What the catalogue is asked by this name: `{name, posts: [{key, name, grants, is_held}]}`."""


def check_workable_item(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps an item from ever working, in itself and in the city as it stands."""
    faults = check_item(body, known)
    if faults:
        # What is missing on the first page should not hide what is wrong on the others.
        rows = body.get("field", ())
        seen = any(fault.where.startswith("field") for fault in faults)
        return faults if seen else [*faults, *_field_faults(rows, known)]
    found = item(body)
    return [
        *dead_ends(found, known),
        *_unfillable(found, known),
        *_unsatisfiable(found, known),
        *_conditions_without_question(found),
    ]


def _field_faults(rows: Any, known: Known) -> list[Fault]:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return [Fault("field", N_("Each field is a table of its own."), N_("Write [[field]]."))]
    return eforms.field_faults(rows, known.all("element"), known.all("role"))


def warn_item(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """What the second person should look at."""
    found = item(body)
    return [*_vacancies(found, known), *_unlocated(found, known), *_brought(found)]


def posts_of(organ: str, known: Known) -> Sequence[Mapping[str, Any]] | None:
    """The posts of an organ; None where nobody knows (a check without a city)."""
    if not known.answers_for(ORGAN):
        return None
    body = known.get(ORGAN, organ)
    return None if body is None else body.get("posts")


def dead_ends(found: Item, known: Known, where: str = "organ") -> Iterator[Fault]:
    """Stages at which the item would stop for ever: no post of the organ may act (每环有岗)."""
    if known.answers_for(ORGAN) and known.get(ORGAN, found.organ) is None:
        yield Fault(
            where,
            N_("There is no organ “{organ}”."),
            N_("Name one that exists."),
            {"organ": found.organ},
        )
        return
    for stage in _stages_nobody_may_work(found, known):
        yield Fault(
            where,
            N_("No post of “{organ}” may work the stage “{stage}” of “{item}”: {grant} is needed."),
            N_("Give a post of the organ that grant, or choose another organ or process."),
            {"organ": found.organ, "stage": stage.name, "grant": stage.grant, "item": found.name},
        )


def _graph(found: Item, known: Known) -> processes.Graph | None:
    body = known.get("process", found.process)
    return processes.parse(body) if body else None


def _stages_nobody_may_work(found: Item, known: Known) -> list[processes.Stage]:
    posts, graph = posts_of(found.organ, known), _graph(found, known)
    if posts is None or graph is None:
        return []
    return [s for s in graph.stages.values() if not _competent(s, posts)]


def _competent(
    stage: processes.Stage, posts: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    return [p for p in posts if stage.grant in p["grants"] and stage.post in {"", p["key"]}]


def _vacancies(found: Item, known: Known) -> Iterator[Fault]:
    posts, graph = posts_of(found.organ, known), _graph(found, known)
    for stage in graph.stages.values() if graph and posts is not None else ():
        competent = _competent(stage, posts or ())
        held = sum(int(post.get("holders", 1)) for post in competent)
        if competent and held < stage.officers:
            yield Fault(
                "organ",
                N_("The stage “{stage}” needs {needed} officials, and {held} hold such a post."),
                N_("Let somebody be appointed before the first case arrives."),
                {"stage": stage.name, "needed": stage.officers, "held": held},
            )


def _unfillable(found: Item, known: Known) -> Iterator[Fault]:
    for n, ask in enumerate(found.fields):
        for text in _sources(ask):
            register, _, rest = text.partition(".")
            element = rest.partition("@")[0]
            body = known.get("register", register)
            if register == ANSWERS or body is None:
                continue
            if element not in {row.get("element") for row in body.get("fields", ())}:
                yield Fault(
                    f"field[{n}].source",
                    N_("The register “{register}” does not hold “{element}”."),
                    N_("Name a register that holds it, or let people fill it in."),
                    {"register": register, "element": element},
                )


def _unlocated(found: Item, known: Known) -> Iterator[Fault]:
    """A required locked field about somebody whom nothing leads to stays empty until typed."""
    for n, ask in enumerate(found.fields):
        if ask.get("mode") != "locked" or not ask.get("required"):
            continue
        roles = [text.partition("@")[2] or ask["role"] for text in _sources(ask)]
        bodies = [known.get("role", role) or {} for role in roles]
        is_answer = any(text.startswith(f"{ANSWERS}.") for text in _sources(ask))
        if not is_answer and not any(body.get("from") or body.get("of") for body in bodies):
            yield Fault(
                f"field[{n}].source",
                N_("Nothing leads from the applicant to the role “{role}”."),
                N_("Its locked fields stay empty until people say who it is."),
                {"role": ask["role"]},
            )


def _unsatisfiable(found: Item, known: Known) -> Iterator[Fault]:
    results = {
        row.get("key")
        for body in known.all("service_item").values()
        for row in body.get("result", ())
    } | {result.key for result in found.results}
    for n, material in enumerate(found.materials):
        ways = material.satisfied_by
        lost = [key for kind, key in ways if kind == "output" and key not in results]
        if lost and len(lost) == len(ways):
            yield Fault(
                f"material[{n}].satisfied_by",
                N_("Nothing gives “{output}”, and no other way is named."),
                N_("Name the result of an item, or another way."),
                {"output": lost[0]},
            )


def _brought(found: Item) -> Iterator[Fault]:
    for n, material in enumerate(found.materials):
        if material.source == "government" and not material.satisfied_by:
            yield Fault(
                f"material[{n}].satisfied_by",
                N_("People must bring “{name}”, which the government itself issues."),
                N_("Name the e-licence or the register that takes its place."),
                {"name": material.name},
            )


def _conditions_without_question(found: Item) -> Iterator[Fault]:
    for n, row in enumerate(found.body.get("situation", ())):
        if not row.get("id") or not row.get("text") or not row.get("options"):
            yield Fault(
                f"situation[{n}]",
                N_("A question needs an id, a text and answers to choose from."),
                N_("Write all three."),
            )
    ids = [row.get("id") for row in found.body.get("situation", ())]
    if len(set(ids)) != len(ids):
        yield Fault("situation", N_("Two questions have the same id."), N_("Rename one."))


def _sources(ask: Mapping[str, Any]) -> list[str]:
    value = ask.get("source", [])
    return [value] if isinstance(value, str) else [str(text) for text in value]


def form_of(
    members: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], known: Known
) -> eforms.Form:
    """The merged form of some items (合表)."""
    return eforms.merge(members, known.all("element"), known.all("role"))

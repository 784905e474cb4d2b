"""What keeps an item, an element, a role or a decision table from ever working; pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from tongban.domains.services.rules import automatic, inheritance, lists
from tongban.domains.services.rules.items import (
    ANSWERS,
    CROSS_REGION,
    SPECIAL_PROCEDURES,
    TASK_TYPES,
    WAYS,
    Item,
    item,
)
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.decisions import engine
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, Fault
from tongban.kernel.processes import rules as processes

NEEDED = ("key", "name", "basic_code", "task_type", "organ", "process")


def check_item(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps an item from ever working; each fault names the line to mend."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in NEEDED
        if not body.get(name)
    ]
    faults += [
        Fault(name, N_("A number of days is missing."), N_("Write 0 for “at once”."))
        for name in ("statutory_days", "promised_days")
        if not isinstance(body.get(name), int) or body[name] < 0
    ]
    if faults:
        return faults
    found = item(body)
    faults += _check_codes(found)
    faults += _check_days(found, known)
    faults += _check_references(found, known)
    faults += _check_conditions(found)
    faults += _check_rights(body)
    above = inheritance.chain(found.basic_code, known)
    faults += inheritance.resolve([*above, inheritance.layer_of_item(body)]).faults_of(-1)
    faults += lists.outside(body, known)
    return faults


def _check_codes(found: Item) -> Iterable[Fault]:
    if len(found.basic_code) != 12 or not found.basic_code.isalnum():
        yield Fault(
            "basic_code",
            N_("A basic code has 12 characters: division 2, type 2, main item 5, sub-item 3."),
            N_("Mend it after GB/T 39554.1."),
        )
    elif found.basic_code[2:4] != found.task_type:
        yield Fault(
            "basic_code",
            N_("The basic code names another type of item than task_type."),
            N_("Let characters 3 and 4 equal task_type."),
        )
    if found.task_type not in TASK_TYPES:
        yield Fault("task_type", N_("There is no such type of item."), N_("See GB/T 39554.1."))
    if found.body.get("cross_region", "none") not in CROSS_REGION:
        yield Fault("cross_region", N_("There is no such range."), N_("Use one of the five."))


def _check_days(found: Item, known: Known) -> Iterable[Fault]:
    if found.promised_days > found.statutory_days:
        yield Fault(
            "promised_days",
            N_("More days are promised than the law allows."),
            N_("Promise at most the statutory days."),
        )
    process = known.get("process", found.process)
    if process is None:
        yield Fault("process", N_("There is no such process."), N_("Name one that exists."))
    elif (longest := processes.parse(process).longest_path()) > max(found.promised_days, 1):
        yield Fault(
            "process",
            N_("The stages need {days} days, more than are promised."),
            N_("Shorten a stage, or promise more days."),
            {"days": longest},
        )


def _check_references(found: Item, known: Known) -> Iterable[Fault]:
    if found.decision and not known.has("decision", found.decision):
        yield Fault("decision", N_("There is no such decision table."), N_("Name one."))
    yield from eforms.field_faults(found.fields, known.all("element"), known.all("role"))
    for n, row in enumerate(found.fields):
        sources = row.get("source", [])
        for source in [sources] if isinstance(sources, str) else sources:
            register = source.partition(".")[0]
            if register != ANSWERS and not known.has("register", register):
                yield Fault(f"field[{n}].source", N_("There is no such register."), N_("Name one."))
    for n, material in enumerate(found.materials):
        for kind, key in material.satisfied_by:
            if kind not in WAYS:
                yield Fault(
                    f"material[{n}].satisfied_by", N_("This way is unknown."), N_("Name one.")
                )
            elif kind == "licence" and not known.has("licence_type", key):
                yield Fault(
                    f"material[{n}].satisfied_by",
                    N_("There is no such type of licence."),
                    N_("Name one."),
                )
    yield from _check_results(found, known)


def _check_results(found: Item, known: Known) -> Iterable[Fault]:
    for n, result in enumerate(found.results):
        if result.licence_type and not known.has("licence_type", result.licence_type):
            yield Fault(
                f"result[{n}].licence_type",
                N_("There is no such type of licence."),
                N_("Name one."),
            )
    types = [result.licence_type for result in found.results if result.licence_type]
    if len(types) != len(set(types)):
        yield Fault(
            "result",
            N_("Two results give the same type of licence."),
            N_("Give one licence, or name two types."),
        )
    for n, name in enumerate(found.special_procedures):
        if name not in SPECIAL_PROCEDURES:
            yield Fault(
                f"special_procedures[{n}]",
                N_("The law does not stop the clock for this."),
                N_("See 行政许可法 第四十五条."),
            )


def _check_conditions(found: Item) -> Iterable[Fault]:
    conditions = [
        (f"material[{n}].need", m.need) for n, m in enumerate(found.materials) if m.need != "always"
    ]
    conditions += [
        (f"field[{n}].required", row["required"])
        for n, row in enumerate(found.fields)
        if isinstance(row.get("required"), str)
    ]
    yield from check_feel(conditions)


def _check_rights(body: Mapping[str, Any]) -> Iterable[Fault]:
    """What changes someone's rights stands on an article: silence, a hearing, giving up."""
    for name in ("silence", "hearing"):
        given = body.get(name)
        if given is not None and not (isinstance(given, Mapping) and given.get("law")):
            yield Fault(name, N_("This needs its article of law."), N_("Write law = “…”."))
    silence = body.get("silence")
    if isinstance(silence, Mapping):
        if silence.get("result") != "grant":
            yield Fault(
                "silence.result",
                N_("Silence can only grant, never refuse."),
                N_("Write result = “grant”, or take it out."),
            )
        if body["task_type"] != "01":
            yield Fault(
                "silence",
                N_("Only a permit is granted by silence."),
                N_("See 行政许可法 第五十条; take it out."),
            )
    if not isinstance(body.get("lapse", False), bool):
        yield Fault("lapse", N_("This must be true or false."), N_("Mend it."))
    elif body.get("lapse") and not body.get("lapse_law"):
        yield Fault("lapse", N_("This needs its article of law."), N_("Write lapse_law."))
    yield from _check_tolerance(body)


def _check_tolerance(body: Mapping[str, Any]) -> Iterable[Fault]:
    for n, row in enumerate(body.get("material", ())):
        days = row.get("tolerance_days")
        if days is None:
            continue
        if not isinstance(days, int) or isinstance(days, bool) or days < 1:
            yield Fault(
                f"material[{n}].tolerance_days",
                N_("This must be a whole number from 1."),
                N_("Write working days."),
            )
        elif not row.get("tolerable"):
            yield Fault(
                f"material[{n}].tolerance_days",
                N_("This material may not be supplied later."),
                N_("Write tolerable = true, or take the days out."),
            )
    for n, row in enumerate(body.get("result", ())):
        if not isinstance(row.get("paper", False), bool):
            yield Fault(f"result[{n}].paper", N_("This must be true or false."), N_("Mend it."))


def check_feel(conditions: Iterable[tuple[str, str]]) -> Iterable[Fault]:
    """Find conditions that cannot be read, each given with its place."""
    for where, text in conditions:
        try:
            engine.expression(text)
        except engine.DecisionModelError as fault:
            yield Fault(
                where,
                N_("This condition cannot be read: {why}"),
                N_("Write it in FEEL."),
                {"why": str(fault)},
            )


def check_element(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a data element from being used in a form."""
    return eforms.element_faults(body)


def check_role(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a role from being found."""
    faults = eforms.role_faults(body)
    register = str(body.get("from", "")).partition(".")[0]
    if register and register != "applicant" and not known.has("register", register):
        faults.append(Fault("from", N_("There is no such register."), N_("Name one.")))
    return faults


def check_decision(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a decision table from being read."""
    try:
        engine.load_grid(body)
    except engine.DecisionModelError as fault:
        return [
            Fault(
                "rule",
                N_("This decision table cannot be read: {why}"),
                N_("Mend the row or the column it names."),
                {"why": str(fault)},
            )
        ]
    except (KeyError, TypeError) as fault:
        return [Fault(str(fault), N_("This is missing."), N_("Write it."))]
    faults = list(automatic.safeguard_faults(body))
    limits = body.get("fresh_within_days", {})
    for register in limits if isinstance(limits, Mapping) else ():
        if not known.has("register", register):
            where = f"fresh_within_days.{register}"
            faults.append(Fault(where, N_("There is no such register."), N_("Name one.")))
    return faults

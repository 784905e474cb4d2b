"""One service item (事项): its codes, days, materials, fields and results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.decisions import engine
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, Fault
from tongban.kernel.processes import rules as processes

TASK_TYPES = {
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}
"""GB/T 39554.1: 事项类型."""

SPECIAL_PROCEDURES = frozenset(
    {"听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审", "现场核查"}
)
"""行政许可法 第四十五条 stops the clock for these; 现场核查 where the item's own law says so."""

ANSWERS = "q"
"""A field may be filled from an answer to a situation question: `q.food`."""

CROSS_REGION = ("none", "county", "city", "province", "national")

WAYS = ("output", "licence", "register", "file", "promise", "upload")
"""How a material may be satisfied, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Law:
    """One article that an item stands on (设定依据)."""

    title: str
    article: str
    text: str = ""

    def __str__(self) -> str:
        title = self.title if self.title.startswith("《") else f"《{self.title}》"
        return f"{title}{self.article}"


@dataclass(frozen=True, slots=True)
class Material:
    """A material (材料) and what may take its place."""

    key: str
    name: str
    role: str
    source: str
    need: str
    satisfied_by: tuple[tuple[str, str], ...]
    tolerable: bool = False
    promise: bool = False
    law: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result (办理结果) of an item; an e-licence where it names a type."""

    key: str
    name: str
    licence_type: str
    holder_role: str
    valid_years: int
    fields: tuple[Mapping[str, str], ...]
    register: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A service item as published, read once."""

    key: str
    name: str
    name_en: str
    organ: str
    basic_code: str
    task_type: str
    project_type: str
    statutory_days: int
    promised_days: int
    extension_days: int
    visits: int
    process: str
    decision: str
    special_procedures: tuple[str, ...]
    promise: bool
    tolerance: bool
    same_filing: tuple[str, ...]
    laws: tuple[Law, ...]
    materials: tuple[Material, ...]
    results: tuple[Outcome, ...]
    fields: tuple[Mapping[str, Any], ...]
    before: Mapping[str, Any]
    ready: bool
    server_types: tuple[str, ...]
    body: Mapping[str, Any] = field(repr=False)

    @property
    def is_instant(self) -> bool:
        """Whether a rule may grant it at once (即办件 with a decision)."""
        return bool(self.decision)

    @property
    def is_free(self) -> bool:
        return not self.body.get("fee")

    def title(self, language: str) -> str:
        return (self.name_en or self.name) if language.startswith("en") else self.name


def item(body: Mapping[str, Any]) -> Item:
    """Read a published definition."""
    return Item(
        key=body["key"],
        name=body["name"],
        name_en=body.get("name_en", ""),
        organ=body["organ"],
        basic_code=body["basic_code"],
        task_type=body["task_type"],
        project_type=body.get("project_type", "promise"),
        statutory_days=int(body["statutory_days"]),
        promised_days=int(body["promised_days"]),
        extension_days=int(body.get("extension_days", 0)),
        visits=int(body.get("visits", 0)),
        process=body["process"],
        decision=body.get("decision", ""),
        special_procedures=tuple(body.get("special_procedures", ())),
        promise=bool(body.get("promise", False)),
        tolerance=bool(body.get("tolerance", False)),
        same_filing=tuple(body.get("same_filing", ())),
        laws=tuple(
            Law(row["title"], row.get("article", ""), row.get("text", ""))
            for row in body.get("law", ())
        ),
        materials=tuple(_material(row) for row in body.get("material", ())),
        results=tuple(
            Outcome(
                key=row["key"],
                name=row["name"],
                licence_type=row.get("licence_type", ""),
                holder_role=row.get("holder_role", "applicant"),
                valid_years=int(row.get("valid_years", 0)),
                fields=tuple(row.get("fields", ())),
                register=row.get("register", ""),
            )
            for row in body.get("result", ())
        ),
        fields=tuple(body.get("field", ())),
        before=body.get("before", {}),
        ready=bool(body.get("ready", False)),
        server_types=tuple(body.get("server_types", ("person",))),
        body=body,
    )


def _material(row: Mapping[str, Any]) -> Material:
    ways = []
    for text in row.get("satisfied_by", ()):
        kind, _, key = text.partition(":")
        ways.append((kind, key))
    return Material(
        key=row["key"],
        name=row["name"],
        name_en=row.get("name_en", ""),
        role=row.get("role", "applicant"),
        source=row.get("source", "self"),
        need=row.get("need", "always"),
        satisfied_by=tuple(ways),
        tolerable=bool(row.get("tolerable", False)),
        promise=any(kind == "promise" for kind, _ in ways),
        law=row.get("law", ""),
    )


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
    yield from _check_feel(conditions)


def _check_feel(conditions: Iterable[tuple[str, str]]) -> Iterable[Fault]:
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
    return []

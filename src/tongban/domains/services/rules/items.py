"""One service item (事项): its codes, days, materials, fields and results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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

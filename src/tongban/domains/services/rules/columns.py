"""The national columns of the implementing list (国家政务服务平台 实施清单要素); pure.

Names and widths are those of the national exchange (`task_general_*`). Vendors disagree on codes
(some swap 1 and 2 of project_type), so each source brings a map of its own: kind `code_map`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.domains.services.rules.items import SPECIAL_PROCEDURES, TASK_TYPES
from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault

Body = Mapping[str, Any]
Row = Mapping[str, str]

BASIC = "task_general_basic"
EXTEND = "task_general_extend"
MATERIAL = "task_general_material"
FEE = "task_general_fee_project"
QUESTIONS = "task_general_questions"

LAW = re.compile(r"《(?P<title>.+?)》(?P<article>[^：]*)(?:：(?P<text>.*))?\Z")

CODED: Mapping[str, tuple[str, ...]] = {
    "project_type": ("instant", "promise"),
    "day_unit": ("workday",),
    "server_type": ("person", "entity"),
    "is_need": ("always", "sometimes", "tolerable"),
    "material_type": ("certificate", "form", "other"),
    "source_type": ("self", "government", "other"),
    "power_source": ("1", "2", "3", "4", "5", "6"),
    "handle_area": ("none", "county", "city", "province", "national"),
    "yes_no": ("yes", "no"),
}
"""Code lists on which sources disagree, with our words for what they mean."""


class Unreadable(Exception):
    """A cell cannot be read; `says` and `hint` are for whoever mends the file."""

    def __init__(self, says: str, hint: str, **facts: Any) -> None:
        self.says, self.hint, self.facts = says, hint, facts
        super().__init__(says)


@dataclass(frozen=True, slots=True)
class CodeMap:
    """How one source writes columns and codes (代码映射)."""

    key: str
    name: str
    codes: Mapping[str, Mapping[str, str]]
    columns: Mapping[str, str]
    defaults: Mapping[str, str]

    def code(self, listed: str, word: str) -> str:
        """Our word as the source writes it; empty where it has no code for it."""
        return str(self.codes.get(listed, {}).get(word, ""))

    def word(self, listed: str, code: str) -> str:
        """A code of the source as our word."""
        for word, written in self.codes.get(listed, {}).items():
            if str(written) == code:
                return word
        known = "、".join(f"{c}={w}" for w, c in self.codes.get(listed, {}).items())
        raise Unreadable(
            N_("The code “{code}” is not in the map of this source."),
            N_("Known: {known}. Mend the cell, or the map."),
            code=code,
            known=known,
        )

    def column(self, name: str) -> str:
        """A national column under the name that the source gives it."""
        return str(self.columns.get(name, name))


def code_map(body: Body) -> CodeMap:
    """Read a published map."""
    return CodeMap(
        body["key"],
        body.get("name", body["key"]),
        body.get("codes", {}),
        body.get("columns", {}),
        body.get("defaults", {}),
    )


def check_code_map(body: Body, known: Known) -> list[Fault]:
    """Find codes that mean two things, and words that mean nothing to us."""
    faults = [
        Fault(name, N_("This is missing."), N_("Write it."))
        for name in ("name", "source")
        if not body.get(name)
    ]
    codes = body.get("codes", {})
    for listed, words in CODED.items():
        given = codes.get(listed, {})
        faults += (
            Fault(f"codes.{listed}.{word}", N_("This is unknown."), N_("Take it out."))
            for word in given
            if word not in words
        )
        if not given:
            faults.append(Fault(f"codes.{listed}", N_("This is missing."), N_("Write it.")))
        elif len(set(map(str, given.values()))) < len(given):
            faults.append(
                Fault(
                    f"codes.{listed}",
                    N_("One code stands for two words; it could not be read back."),
                    N_("Give each its own."),
                )
            )
    for name, process in body.get("defaults", {}).items():
        if name.startswith("process") and not known.has("process", str(process)):
            faults.append(
                Fault(f"defaults.{name}", N_("There is no such process."), N_("Name one."))
            )
    return faults


@dataclass(frozen=True, slots=True)
class Column:
    """One national column: its width, and how it is written and read."""

    name: str
    width: int
    get: Callable[[Body, CodeMap], str]
    put: Callable[[str, CodeMap], Any] | None = None
    """The value for `field`; None where a column only tells and is not read back."""
    field: str = ""
    required: bool = False


def _text(name: str, width: int, field: str, *, required: bool = False) -> Column:
    return Column(
        name,
        width,
        lambda body, codes: str(body.get(field, "")),
        lambda text, codes: text,
        field,
        required,
    )


def _whole(text: str, codes: CodeMap) -> int:
    if not text.isascii() or not text.isdecimal():
        raise Unreadable(N_("“{text}” is no whole number."), N_("Write digits only."), text=text)
    return int(text)


def _number(name: str, field: str) -> Column:
    return Column(
        name,
        4,
        lambda body, codes: str(body.get(field, 0)),
        _whole,
        field,
        required=True,
    )


def _unit(name: str) -> Column:
    """Days count as working days alone: other units are not turned into them by guess."""
    return Column(
        name,
        2,
        lambda body, codes: codes.code("day_unit", "workday"),
        lambda text, codes: codes.word("day_unit", text),
        required=True,
    )


def _coded(
    name: str, width: int, listed: str, field: str, default: str, *, required: bool = False
) -> Column:
    return Column(
        name,
        width,
        lambda body, codes: codes.code(listed, str(body.get(field, default))),
        lambda text, codes: codes.word(listed, text),
        field,
        required,
    )


def _lines(name: str, width: int, field: str, mark: str = "\n") -> Column:
    return Column(
        name,
        width,
        lambda body, codes: mark.join(map(str, body.get(field, ()))),
        lambda text, codes: [part.strip() for part in text.split(mark) if part.strip()],
        field,
    )


def _type(text: str, codes: CodeMap) -> str:
    if text not in TASK_TYPES:
        raise Unreadable(
            N_("“{text}” is no type of item."), N_("See GB/T 39554.1: 01 to 10, 20."), text=text
        )
    return text


def _basic_code(text: str, codes: CodeMap) -> str:
    if len(text) != 12 or not text.isalnum() or not text.isascii():
        raise Unreadable(
            N_("“{text}” is no basic code."), N_("It has 12 characters (GB/T 39554.1)."), text=text
        )
    return text


def _servers(text: str, codes: CodeMap) -> list[str]:
    return [codes.word("server_type", part) for part in text.split("^") if part]


def _special(text: str, codes: CodeMap) -> list[str]:
    names = [part for part in text.split("、") if part]
    for name in names:
        if name not in SPECIAL_PROCEDURES:
            raise Unreadable(
                N_("“{name}” does not stop the clock by law."),
                N_("See 行政许可法 第四十五条."),
                name=name,
            )
    return names


def law_text(body: Body, codes: CodeMap) -> str:
    """设定依据 as one cell: a line for each article."""
    lines = []
    for row in body.get("law", ()):
        title = str(row["title"])
        head = title if title.startswith("《") else f"《{title}》"
        text = str(row.get("text", "")).replace("\n", " ")
        lines.append(f"{head}{row.get('article', '')}" + (f"：{text}" if text else ""))
    return "\n".join(lines)


def laws(text: str, codes: CodeMap) -> list[dict[str, str]]:
    """The same read back."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = LAW.match(line)
        if match is None:
            raise Unreadable(
                N_("“{line}” is no legal basis."),
                N_("Write 《title》article：text, one a line."),
                line=line[:40],
            )
        found.append({name: value for name, value in match.groupdict().items() if value})
    return found


def _is_online(body: Body, codes: CodeMap) -> str:
    return codes.code("yes_no", "yes" if body.get("online", True) else "no")


TABLES: Mapping[str, tuple[Column, ...]] = {
    BASIC: (
        _text("task_name", 1000, "name", required=True),
        Column("catalog_code", 12, lambda b, m: str(b["basic_code"]), _basic_code, "basic_code",
               required=True),
        Column("task_type", 2, lambda b, m: str(b["task_type"]), _type, "task_type", required=True),
        Column("by_law", 20000, law_text, laws, "law", required=True),
        _coded("power_source", 2, "power_source", "power_source", "1"),
        _number("anticipate_day", "statutory_days"),
        _unit("anticipate_type"),
        _number("promise_day", "promised_days"),
        _unit("promise_type"),
        _lines("accept_condition", 4000, "conditions"),
        _text("handle_flow", 4000, "flow"),
        Column("is_fee", 2, lambda b, m: m.code("yes_no", "yes" if b.get("fee") else "no")),
        Column(
            "server_type",
            32,
            lambda b, m: "^".join(m.code("server_type", s) for s in b.get("server_types", ())),
            _servers,
            "server_types",
            required=True,
        ),
        _coded("project_type", 2, "project_type", "project_type", "promise", required=True),
        _number("limit_scene_num", "visits"),
        Column(
            "special_procedure",
            500,
            lambda b, m: "、".join(b.get("special_procedures", ())),
            _special,
            "special_procedures",
        ),
        _text("link_way", 1000, "contact"),
        _text("supervise_way", 1000, "supervise"),
        _text("transact_addr", 1000, "address"),
        _text("transact_time", 1000, "hours"),
    ),
    EXTEND: (
        _coded("handle_area", 2, "handle_area", "cross_region", "none"),
        Column("result_name", 200, lambda b, m: "、".join(r["name"] for r in b.get("result", ()))),
        Column("is_online", 2, _is_online, lambda t, m: m.word("yes_no", t) == "yes", "online"),
    ),
    MATERIAL: (
        _text("material_name", 1000, "name", required=True),
        Column(
            "is_need",
            2,
            lambda row, m: m.code("is_need", need_of(row)),
            lambda text, m: m.word("is_need", text),
            "_need",
            required=True,
        ),
        _coded("material_type", 2, "material_type", "kind", "other", required=True),
        _coded("source_type", 2, "source_type", "source", "self", required=True),
        _text("by_law", 2000, "law"),
    ),
    FEE: (
        _text("fee_name", 500, "name", required=True),
        _text("fee_stand", 1000, "amount", required=True),
        _text("by_law", 2000, "basis", required=True),
    ),
    QUESTIONS: (
        _text("question", 1000, "question", required=True),
        _text("answer", 4000, "answer", required=True),
    ),
}  # fmt: skip
"""The columns that we hold; others of a source are left as they are and not read."""

CHILDREN: Mapping[str, str] = {MATERIAL: "material", FEE: "fee", QUESTIONS: "question"}
"""Tables with several rows for one item, and the field they make up."""


def need_of(row: Body) -> str:
    """How necessary a material is: 必要、非必要 (only in some situations)、容缺后补."""
    if row.get("need", "always") != "always":
        return "sometimes"
    return "tolerable" if row.get("tolerable") else "always"

"""The national columns of a case (国家政务服务平台 办件信息), from our words; pure.

Names and widths are those of the national exchange (`pro_*`); the codes differ by vendor and are
taken from the code map of the uplink where it has them, else from the list here (待核实).
"""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

Row = dict[str, str]
Tables = dict[str, list[Row]]

KINDS: Mapping[str, str] = {
    "item": "事项",
    "accept": "受理",
    "process": "办理过程",
    "special": "特别程序",
    "result": "办理结果",
    "review": "好差评",
}
TABLES: Mapping[str, str] = {
    "accept": "pro_accept",
    "process": "pro_process",
    "special": "pro_special_procedure",
    "result": "pro_result",
    "review": "pro_review",
}

ACTS: Mapping[str, tuple[str, str]] = {
    "case.submitted": ("收件", "receive"),
    "case.supplement_asked": ("补正告知", "ask"),
    "case.supplemented": ("补正", "supplement"),
    "case.accepted": ("受理", "accept"),
    "case.extended": ("延期", "extend"),
    "case.suspended": ("中止", "suspend"),
    "case.resumed": ("恢复", "resume"),
    "case.special_started": ("特别程序开始", "special"),
    "case.special_ended": ("特别程序结束", "unspecial"),
    "case.granted": ("决定", "grant"),
    "case.refused": ("决定", "refuse"),
    "case.withdrawn": ("撤回", "withdraw"),
    "case.lapsed": ("视为放弃", "lapse"),
    "case.terminated": ("终止", "terminate"),
    "case.closed": ("办结", "close"),
}
"""Events of a case that are steps of its 办理过程: the step, and our word for the act."""

CODES: Mapping[str, Mapping[str, str]] = {
    "event_name": {
        "receive": "1", "ask": "2", "supplement": "3", "accept": "4", "extend": "5",
        "suspend": "6", "resume": "7", "special": "8", "unspecial": "9", "grant": "10",
        "refuse": "11", "withdraw": "12", "lapse": "13", "terminate": "14", "close": "15",
    },
    "apply_type": {"window": "1", "online": "2"},
    "applyer_type": {"person": "1", "entity": "2"},
    "applyer_page_type": {"person": "111", "entity": "001"},
    "result_type": {
        "granted": "1", "refused": "2", "withdrawn": "3", "lapsed": "4", "terminated": "5",
    },
    "yes_no": {"yes": "1", "no": "0"},
}  # fmt: skip
"""待核实: the national lists were not at hand; a code map of the uplink overrides each."""

SPACE: Final = uuid.UUID("b3e0a1f4-6f0c-5b36-9a50-9a5e6a3c1d77")


class Codes(Protocol):
    """How one source writes columns and codes."""

    @property
    def key(self) -> str: ...

    def code(self, listed: str, word: str) -> str: ...

    def column(self, name: str) -> str: ...


def code(codes: Codes, listed: str, word: str) -> str:
    """Our word as the platform writes it."""
    return codes.code(listed, word) or CODES[listed].get(word, "")


def one_row(kind: str, cells: Mapping[str, Any], codes: Codes) -> Tables:
    """One row of the table of a kind, its columns under the names that the platform gives them."""
    row = {codes.column(name): str(text or "") for name, text in cells.items()}
    return {TABLES[kind]: [row]}


def digest(tables: Mapping[str, Sequence[Mapping[str, str]]]) -> str:
    """Over all rows, without the columns that only a sending fills."""
    text = json.dumps(tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sent(
    tables: Mapping[str, Sequence[Mapping[str, str]]],
    codes: Codes,
    *,
    kind: str,
    key: str,
    operation: str,
    at: str,
    batch: str,
) -> Tables:
    """The same with the columns of the sending: row_guid, cd_operation, cd_time, cd_batch."""
    found: Tables = {}
    for table, rows in tables.items():
        found[table] = [
            {
                **row,
                codes.column("row_guid"): str(uuid.uuid5(SPACE, f"{kind}|{key}|{table}|{at_row}")),
                codes.column("cd_operation"): operation,
                codes.column("cd_time"): at,
                codes.column("cd_batch"): batch,
                codes.column("data_source"): codes.key,
            }
            for at_row, row in enumerate(rows)
        ]
    return found

"""Items as national tables, and national tables read, each bad cell named; pure."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.domains.services.rules.columns import (
    BASIC,
    CHILDREN,
    EXTEND,
    TABLES,
    Body,
    CodeMap,
    Column,
    Unreadable,
)
from tongban.kernel.errors import N_

Table = list[dict[str, str]]
Tables = dict[str, Table]

SPACE = uuid.UUID("6f1e2a50-39e5-5d6b-9f5c-7d0b8f6a2c11")
"""Names rows: equal rows have equal row_guid, whenever they are exported."""


@dataclass(frozen=True, slots=True)
class Office:
    """The office that implements an item (实施主体), as the columns name it."""

    key: str
    uscc: str
    name: str
    level: str
    region: str


@dataclass(frozen=True, slots=True)
class Given:
    """An item of ours to be written out: its body, its office, its version."""

    key: str
    body: Body
    office: Office
    version: int


@dataclass(frozen=True, slots=True)
class CellFault:
    """What of a file cannot be taken, by table, row and column; rows count from 1."""

    table: str
    row: int
    column: str
    says: str
    hint: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Read:
    """One item as a file gives it: its cells by column, its rows by table, with their places."""

    row: int
    cells: dict[str, Any]
    office_code: str
    local_key: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def basic_code(self) -> str:
        return str(self.cells["basic_code"])


def task_code(office: Office, basic_code: str) -> str:
    """实施编码: who (18), at which level (1), what (12)."""
    return f"{office.uscc}{office.level}{basic_code}"


def to_tables(items: Iterable[Given], codes: CodeMap, *, made_at: str, batch: str) -> Tables:
    """Write items out; `made_at` and `batch` fill cd_time and cd_batch."""
    tables: Tables = {name: [] for name in TABLES}
    for one in items:
        code = task_code(one.office, str(one.body["basic_code"]))
        head = {"task_code": code, "task_version": str(one.version)}
        basic = {
            **head,
            "local_task_code": one.key,
            "task_state": "1",
            "use_level": one.office.level,
            "dept_name": one.office.name,
            "dept_code": one.office.uscc,
            "dept_type": "1",
        }
        tables[BASIC].append(_row(BASIC, basic, one.body, codes))
        tables[EXTEND].append(_row(EXTEND, head, one.body, codes))
        for table, name in CHILDREN.items():
            for order, row in enumerate(one.body.get(name, ()), 1):
                tables[table].append(_row(table, {**head, "order_num": str(order)}, row, codes))
    for name, rows in tables.items():
        for row in rows:
            told = "|".join(f"{column}={value}" for column, value in sorted(row.items()))
            row[codes.column("row_guid")] = str(uuid.uuid5(SPACE, f"{name}|{told}"))
            row[codes.column("cd_operation")] = "I"
            row[codes.column("cd_time")] = made_at
            row[codes.column("cd_batch")] = batch
            row[codes.column("data_source")] = codes.key
    return tables


def _row(table: str, head: Mapping[str, str], body: Body, codes: CodeMap) -> dict[str, str]:
    own = {column.name: column.get(body, codes) for column in TABLES[table]}
    return {codes.column(name): text for name, text in {**head, **own}.items()}


def read_tables(tables: Tables, codes: CodeMap) -> tuple[list[Read], list[CellFault]]:
    """Read tables; an item with a cell that cannot be read is left out as a whole, and said."""
    faults: list[CellFault] = []
    found: dict[str, Read] = {}
    spoiled: set[str] = set()
    for place, row in enumerate(tables.get(BASIC, ()), 1):
        code = row.get(codes.column("task_code"), "").strip()
        bad, cells = _read_row(BASIC, place, row, codes)
        bad += _head_faults(place, row, code, codes, found)
        faults += bad
        if bad:
            spoiled.add(code)
        else:
            found[code] = Read(
                place,
                cells,
                row.get(codes.column("dept_code"), "").strip() or code[:18],
                row.get(codes.column("local_task_code"), "").strip(),
            )
    for table in CHILDREN:
        if table in tables:
            # A table that is there and names no row of an item says that it has none.
            for one in found.values():
                one.rows[table] = []
    for table in TABLES:
        if table != BASIC:
            faults += _read_children(table, tables.get(table, ()), codes, found, spoiled)
    return [one for code, one in found.items() if code not in spoiled], faults


def _head_faults(
    place: int, row: Mapping[str, str], code: str, codes: CodeMap, found: Mapping[str, Read]
) -> list[CellFault]:
    column = codes.column("task_code")
    if not code:
        return [CellFault(BASIC, place, column, N_("This is missing."), N_("Write it."))]
    if code in found:
        return [
            CellFault(
                BASIC,
                place,
                column,
                N_("The code {code} stands in row {other} too."),
                N_("Keep one of them."),
                {"code": code, "other": found[code].row},
            )
        ]
    if row.get(codes.column("cd_operation"), "I").strip().upper() == "D":
        return [
            CellFault(
                BASIC,
                place,
                codes.column("cd_operation"),
                N_("A file ends no item."),
                N_("Retire it at the workbench, where a second person signs."),
            )
        ]
    return []


def _read_children(
    table: str,
    rows: Iterable[Mapping[str, str]],
    codes: CodeMap,
    found: Mapping[str, Read],
    spoiled: set[str],
) -> list[CellFault]:
    faults: list[CellFault] = []
    for place, row in enumerate(rows, 1):
        code = row.get(codes.column("task_code"), "").strip()
        if code not in found:
            if code not in spoiled:
                faults.append(
                    CellFault(
                        table,
                        place,
                        codes.column("task_code"),
                        N_("No item of this file has the code “{code}”."),
                        N_("Add its row to the first table, or take this one out."),
                        {"code": code},
                    )
                )
            continue
        bad, cells = _read_row(table, place, row, codes)
        faults += bad
        if bad:
            spoiled.add(code)
        elif table == EXTEND:
            found[code].cells.update(cells)
        else:
            found[code].rows.setdefault(table, []).append(cells)
    return faults


def _read_row(
    table: str, place: int, row: Mapping[str, str], codes: CodeMap
) -> tuple[list[CellFault], dict[str, Any]]:
    faults: list[CellFault] = []
    cells: dict[str, Any] = {}
    for column in TABLES[table]:
        name = codes.column(column.name)
        if column.put is None or (name not in row and not column.required):
            continue
        text = str(row.get(name) or "").replace("\r\n", "\n").strip()
        try:
            value = read_cell(column, text, codes)
        except Unreadable as fault:
            faults.append(CellFault(table, place, name, fault.says, fault.hint, fault.facts))
            continue
        if column.field and value is not None:
            cells[column.field] = value
    return faults, cells


def read_cell(column: Column, text: str, codes: CodeMap) -> Any:
    """What a cell says; None where it says nothing. `Unreadable` where it cannot be read."""
    if not text:
        if column.required:
            raise Unreadable(N_("This is missing."), N_("Write it."))
        # An empty text or list says that there is none; an empty code says nothing.
        try:
            return column.put("", codes) if column.put else None
        except Unreadable:
            return None
    if len(text) > column.width:
        raise Unreadable(
            N_("This has {length} characters; the column takes {width}."),
            N_("Shorten it."),
            length=len(text),
            width=column.width,
        )
    assert column.put is not None
    return column.put(text, codes)

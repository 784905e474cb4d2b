"""What a file says laid over what we have: a changed item, a first draft, a variant; pure.

A cell changes an item only where it differs from what the item itself would write there, so that
what the columns cannot hold (forms, rules, situations) survives the way out and back.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tongban.domains.services.rules import inheritance
from tongban.domains.services.rules.columns import (
    BASIC,
    CHILDREN,
    EXTEND,
    MATERIAL,
    TABLES,
    Body,
    CodeMap,
    Column,
    Unreadable,
    need_of,
)
from tongban.domains.services.rules.exchange import Office, Read, read_cell

KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,60}\Z")


def laid_over(base: Body, read: Read, codes: CodeMap) -> dict[str, Any]:
    """An item of ours with what a file says otherwise; equal cells leave it as it is."""
    body = dict(base)
    for table in (BASIC, EXTEND):
        for column in TABLES[table]:
            name = column.field
            if column.put is None or name not in read.cells:
                continue
            if read.cells[name] != _own(column, base, codes):
                body[name] = read.cells[name]
    for table, name in CHILDREN.items():
        if table not in read.rows:
            continue
        rows = _laid_rows(table, base.get(name, ()), read.rows[table], codes)
        if rows or name in base:
            body[name] = rows
        if not rows:
            body.pop(name, None)
    return body


def _own(column: Column, body: Body, codes: CodeMap) -> Any:
    """What a column of ours would be read back as; None where it would not be read."""
    assert column.put is not None
    try:
        return read_cell(column, column.get(body, codes).strip(), codes)
    except Unreadable:
        return None


def _laid_rows(
    table: str, before: Iterable[Body], given: list[dict[str, Any]], codes: CodeMap
) -> list[Any]:
    name = TABLES[table][0].field
    ours = {str(row.get(name)): row for row in before}
    rows: list[Any] = []
    taken = {str(row.get("key")) for row in ours.values()}
    for number, cells in enumerate(given, 1):
        own = ours.get(str(cells[name]))
        row = dict(own or {})
        for column in TABLES[table]:
            if column.field in cells and (
                own is None or cells[column.field] != _own(column, own, codes)
            ):
                row[column.field] = cells[column.field]
        if table == MATERIAL:
            _settle_material(row, own, number, taken)
        rows.append(row)
    return rows


def _settle_material(row: dict[str, Any], own: Body | None, number: int, taken: set[str]) -> None:
    """A material new to us gets a key; how necessary it is becomes our two fields."""
    need = row.pop("_need", None)
    if own is None:
        key = f"paper_{number}"
        while key in taken:
            key += "x"
        taken.add(key)
        row.update({"key": key, "role": "applicant", "need": "always", "satisfied_by": []})
    if need is not None and need != need_of(row):
        row["need"] = "always"
        row["tolerable"] = need != "always"
    if not row.get("law"):
        row.pop("law", None)


def new_item(read: Read, office: Office, codes: CodeMap) -> dict[str, Any]:
    """A first draft of an item that we did not have; what the columns lack is for its author."""
    kind = str(read.cells.get("project_type", "promise"))
    key = read.local_key if KEY.match(read.local_key) else ""
    base: dict[str, Any] = {
        "key": key or f"item-{read.basic_code}-{office.uscc[8:17]}".lower(),
        "organ": office.key,
        "ready": False,
        "process": codes.defaults.get(f"process_{kind}", codes.defaults.get("process", "")),
    }
    for column in (*TABLES[BASIC], *TABLES[EXTEND]):
        if column.field and column.field in read.cells:
            base[column.field] = read.cells[column.field]
    for table, name in CHILDREN.items():
        if rows := _laid_rows(table, (), read.rows.get(table, []), codes):
            base[name] = rows
    return {name: value for name, value in base.items() if value != ""}


def as_variant(base: Body, wanted: Body, office: Office, key: str) -> dict[str, Any]:
    """What a district writes otherwise than the city: only that."""
    body: dict[str, Any] = {
        "key": key,
        "item": str(base["key"]),
        "region": office.region,
        "organ": office.key,
    }
    for name, value in wanted.items():
        if name in inheritance.OWN or name == "organ" or base.get(name) == value:
            continue
        body[name] = _row_changes(base.get(name), value)
    given = {row.get("key") for row in wanted.get("material", ())}
    gone = [row["key"] for row in base.get("material", ()) if row["key"] not in given]
    if gone:
        body["drop"] = gone
    if not body.get("material", True):
        del body["material"]
    return body


def _row_changes(before: Any, value: Any) -> Any:
    """Of rows with keys only those that differ: the others come from above."""
    keyed = (
        isinstance(value, list)
        and value
        and all(isinstance(row, Mapping) and row.get("key") for row in value)
    )
    if not keyed or not isinstance(before, list | tuple):
        return value
    known = {row.get("key"): row for row in before}
    return [row for row in value if known.get(row["key"]) != row]

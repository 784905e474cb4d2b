"""Tables as files: one JSON, one CSV with all items, or a zip with a CSV for each table; pure."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping

from tongban.domains.services.rules.columns import BASIC, TABLES
from tongban.domains.services.rules.exchange import Tables
from tongban.kernel.errors import N_, Invalid

BYTES_AT_MOST = 64 * 1024 * 1024
ROWS_AT_MOST = 200_000

SUFFIXES = (".json", ".csv", ".zip")
RISKY = frozenset("=+-@'")


class NotATable(Invalid):
    """The file is none of what we read, or is broken."""

    says = N_("“{name}” cannot be read: {why}")
    hint = N_("Give a .json, a .csv or a .zip with one CSV for each table, in UTF-8 or GB 18030.")


def write(name: str, tables: Mapping[str, list[dict[str, str]]]) -> bytes:
    """Tables as the bytes of a file; its suffix says which kind. A .csv holds the first table."""
    suffix = _suffix(name)
    if suffix == ".json":
        return json.dumps(tables, ensure_ascii=False, indent=1).encode()
    if suffix == ".csv":
        return _csv(tables[BASIC])
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for table, rows in tables.items():
            # A fixed time: equal tables give equal bytes.
            packed.writestr(zipfile.ZipInfo(f"{table}.csv", (2020, 1, 1, 0, 0, 0)), _csv(rows))
    return held.getvalue()


def read(name: str, content: bytes) -> Tables:
    """The tables of a file; refused as a whole when it is none."""
    if len(content) > BYTES_AT_MOST:
        raise NotATable(name=name, why=N_("it is too large"))
    suffix = _suffix(name)
    if suffix == ".json":
        tables = _json(name, content)
    elif suffix == ".csv":
        tables = {BASIC: _rows(name, content)}
    else:
        tables = _zip(name, content)
    if not tables.get(BASIC):
        raise NotATable(name=name, why=f"{BASIC}?")
    if sum(map(len, tables.values())) > ROWS_AT_MOST:
        raise NotATable(name=name, why=N_("it has too many rows"))
    return tables


def _suffix(name: str) -> str:
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return suffix
    raise NotATable(name=name, why=N_("its kind is unknown"))


def _csv(rows: list[dict[str, str]]) -> bytes:
    # With a mark in front, spreadsheets read it as UTF-8.
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _inert(value) for name, value in row.items()} for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _inert(value: str) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    return f"'{value}" if value[:1] in RISKY else value


def _rows(name: str, content: bytes) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as fault:
            raise NotATable(name=name, why=str(fault)) from None
    try:
        found = [
            {
                column.strip(): value[1:] if value[:1] == "'" and value[1:2] in RISKY else value
                for column, value in row.items()
                if isinstance(column, str) and isinstance(value, str)
            }
            for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)
        ]
    except csv.Error as fault:
        raise NotATable(name=name, why=str(fault)) from None
    return found


def _json(name: str, content: bytes) -> Tables:
    try:
        given = json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise NotATable(name=name, why=str(fault)[:200]) from None
    tables: Tables = {}
    for table in TABLES:
        rows = given.get(table) if isinstance(given, dict) else table
        if rows is None:
            continue
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise NotATable(name=name, why=f"{table}?")
        tables[table] = [
            {str(c): str(v) for c, v in row.items() if isinstance(v, str | int)} for row in rows
        ]
    return tables


def _zip(name: str, content: bytes) -> Tables:
    tables: Tables = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(info.file_size for info in packed.infolist()) > BYTES_AT_MOST:
                raise NotATable(name=name, why=N_("it is too large"))
            for table in TABLES:
                if f"{table}.csv" in packed.namelist():
                    tables[table] = _rows(f"{table}.csv", packed.read(f"{table}.csv"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as fault:
        raise NotATable(name=name, why=str(fault)) from None
    return tables

"""Items out to the national tables, and back in as drafts that await a second person."""

from dataclasses import dataclass, field

from django.db import transaction

from tongban.domains.services import queries
from tongban.domains.services.rules import exchange, laying, sheets
from tongban.domains.services.rules.columns import BASIC, CodeMap
from tongban.domains.services.rules.exchange import CellFault
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import actions as catalogue
from tongban.kernel.catalogue.rules import Faulty, NothingChanged
from tongban.kernel.errors import N_
from tongban.kernel.ledger import actions as ledger


@dataclass(slots=True)
class Taken:
    """What became of a file (导入结果)."""

    submitted: list[str] = field(default_factory=list)
    """kind/key of what awaits a second person."""
    drafted: list[str] = field(default_factory=list)
    """Drafts that do not pass yet: their faults are among `faults`."""
    unchanged: int = 0
    faults: list[CellFault] = field(default_factory=list)


@transaction.atomic
def export(*, name: str, source: str, by: Actor) -> bytes:
    """Every item in force in the national columns, as a source writes them."""
    by.require("item.exchange")
    codes = queries.code_map(source)
    now = clock.now()
    given = queries.given()
    tables = exchange.to_tables(
        given, codes, made_at=f"{now:%Y-%m-%d %H:%M:%S}", batch=f"{now:%Y%m%d}00001"
    )
    ledger.record(
        "item.exported", "services.item:all", by=by, items=len(given), source=source,
        rows=sum(map(len, tables.values())),
    )  # fmt: skip
    return sheets.write(name, tables)


@transaction.atomic
def take(*, name: str, content: bytes, source: str, by: Actor) -> Taken:
    """Read a file: what differs from what is in force becomes drafts; what cannot be read is said.

    An item with one bad cell is left out as a whole; the others are taken.
    """
    by.require("item.exchange")
    codes = queries.code_map(source)
    tables = sheets.read(name, content)
    found, faults = exchange.read_tables(tables, codes)
    taken = Taken(faults=faults)
    for read in found:
        _take_one(read, codes, taken, by=by, name=name)
    ledger.record(
        "item.imported", "services.item:all", by=by, source=source,
        submitted=len(taken.submitted), drafted=len(taken.drafted),
        unchanged=taken.unchanged, faults=len(taken.faults),
    )  # fmt: skip
    return taken


def _take_one(read: exchange.Read, codes: CodeMap, taken: Taken, *, by: Actor, name: str) -> None:
    office = queries.office(read.office_code)
    if office is None:
        taken.faults.append(
            CellFault(
                BASIC,
                read.row,
                codes.column("dept_code"),
                N_("There is no office with the code “{code}”."),
                N_("Register it first, or mend the code."),
                {"code": read.office_code},
            )
        )
        return
    kind, base, key = queries.meant(read, office)
    if kind == "item_variant" and base is not None:
        held = queries.regional(base.key, office.region)
        standing = held.item.body if held.variant else base.body
        wanted = laying.laid_over(standing, read, codes)
        body = laying.as_variant(base.body, wanted, office, key)
        if held.variant and dict(wanted) == dict(standing):
            taken.unchanged += 1
            return
    elif base is not None:
        body = laying.laid_over(base.body, read, codes)
    else:
        body = laying.new_item(read, office, codes)
        key = str(body["key"])
    _draft(kind, key, body, read, taken, by=by, name=name)


def _draft(
    kind: str,
    key: str,
    body: dict[str, object],
    read: exchange.Read,
    taken: Taken,
    *,
    by: Actor,
    name: str,
) -> None:
    try:
        row = catalogue.draft(kind=kind, key=key, body=body, by=by, note=f"导入：{name}")
    except NothingChanged:
        taken.unchanged += 1
        return
    try:
        with transaction.atomic():
            catalogue.submit(definition=row.pk, by=by)
    except Faulty as faulty:
        taken.drafted.append(f"{kind}/{key}")
        taken.faults += [
            CellFault(BASIC, read.row, fault.where, fault.says, fault.hint, fault.facts)
            for fault in faulty.faults
        ]
        return
    taken.submitted.append(f"{kind}/{key}")

"""Publish a year's days, or take in the files of a city."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from django.db import transaction

from tongban.kernel import clock as civil
from tongban.kernel import trips
from tongban.kernel.actor import Actor
from tongban.kernel.deadlines import queries, rules
from tongban.kernel.deadlines.actions.projection import amend
from tongban.kernel.deadlines.models import Calendar, CalendarRevision
from tongban.kernel.deadlines.rules import Status
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.workdays import tables
from tongban.kernel.workdays.tables import CalendarFile, TableFault, YearTable


@transaction.atomic
def publish_revision(
    *, calendar: str, year: int, days: str, status: str, source_doc: str, by: Actor
) -> CalendarRevision:
    """Publish a year's days; open clocks that meet a changed day move at once.

    The same days published twice are one revision.
    """
    by.require("calendar.publish")
    layer = queries.lock_calendars().get(calendar)
    if layer is None:
        raise rules.NoSuchCalendar(code=calendar)
    try:
        table = YearTable(year, days)
    except TableFault as fault:
        raise rules.BadDays(year=year, why=str(fault)) from fault
    if layer.parent_id is None and not table.is_whole():
        raise rules.BadDays(year=year, why="the lowest layer must state every day.")
    last = queries.latest_revision(calendar, year)
    if last and (last.days, last.status, last.source_doc) == (days, status, source_doc):
        return last
    before = queries.calendars_in_force()
    revision = _revision(
        layer, year, days, Status(status), source_doc, rev=last.rev + 1 if last else 1
    )
    revision.save(force_insert=True)
    trips.forget(queries.MARK)
    tally, changed = amend(before=before, cause=f"calendar {revision}: {source_doc}", by=by)
    ledger.record(
        "calendar.published",
        revision,
        by=by,
        calendar=calendar,
        year=year,
        rev=revision.rev,
        status=revision.status,
        source_doc=source_doc,
        days=changed,
        clocks=len(tally.touched),
        earlier=tally.earlier,
        later=tally.later,
        relieved=tally.relieved,
    )
    return revision


@transaction.atomic
def seed_calendars(*, folder: Path, by: Actor) -> int:
    """Take in the program's and the city's calendar files; answers how many years were new.

    A year that already has a revision is left alone: what officials published wins over a file.
    """
    by.require("calendar.publish")
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}
    written = [tables.national()]
    written += [tables.read(text, where=name) for name, text in texts.items()]
    before = queries.calendars_in_force()
    known = queries.lock_calendars()
    new: list[CalendarRevision] = []
    for file in _parents_first(written):
        layer = known.get(file.code) or Calendar.objects.create(
            code=file.code, name=file.name, parent_id=file.parent or None
        )
        known[file.code] = layer
        taken = set(layer.revisions.values_list("year", flat=True))
        new += [
            _revision(
                layer,
                table.year,
                table.days,
                Status.PROVISIONAL if table.provisional else Status.CONFIRMED,
                table.source,
            )
            for table in file.years
            if table.year not in taken
        ]
    if not new:
        return 0
    CalendarRevision.objects.bulk_create(new)
    trips.forget(queries.MARK)
    tally, _ = amend(before=before, cause="calendar files taken in", by=by)
    ledger.record(
        "calendar.seeded",
        "deadlines.calendar",
        by=by,
        calendars=sorted({file.code for file in written}),
        years=len(new),
        clocks=len(tally.touched),
        hash=sha256("".join(row.days for row in new).encode()).hexdigest(),
    )
    return len(new)


def _revision(
    layer: Calendar, year: int, days: str, status: Status, source_doc: str, rev: int = 1
) -> CalendarRevision:
    return CalendarRevision(
        calendar=layer,
        year=year,
        rev=rev,
        status=status,
        source_doc=source_doc,
        days=days,
        mark=token_hex(8),
        published_at=civil.now(),
    )


def _parents_first(written: Sequence[CalendarFile]) -> list[CalendarFile]:
    ordered: list[CalendarFile] = []
    waiting = list(written)
    while waiting:
        known = {"", *(file.code for file in ordered)}
        ready = [file for file in waiting if file.parent in known]
        if not ready:
            first = waiting[0]
            raise rules.NoSuchCalendar(code=f"{first.parent} (parent of {first.code})")
        ordered += ready
        waiting = [file for file in waiting if file not in ready]
    return ordered

"""Deadlines (时限): calendars with revisions, clocks as budget and segments, and the sweep.

Words   Calendar (工作日历) -> CalendarRevision (日历版本); Clock (时钟) -> ClockSegment (中止区间),
        ClockChange (时限变更); rung (预警级别): yellow (黄灯), then breached (超期, 红灯)
Life    running -> [paused -> running] -> met | void; a breach is an attribute, never a state
Limits  day granularity; anchor, pause and resume days are not counted; yellow at the last fifth,
        at least one day; red the day after due; a paused clock is due on no day
Note    start, pause, resume, meet, void, extend belong to the decision that calls them and record
        no event of their own; their trace is ClockSegment and ClockChange
Other   actions/projection.py: moving open clocks to the calendar now in force
"""

EVENTS: dict[str, str] = {
    "clock.yellow": "Little of a term is left. data: kind, due_on, clock, item",
    "clock.breached": "A term ran out and nothing was done. data: kind, due_on, clock, item",
    "calendar.published": (
        "A year's days were published and open clocks moved."
        " data: calendar, year, rev, status, source_doc, days, clocks, earlier, later, relieved"
    ),
    "day.began": "A civil day began: what is done once a day is done now. data: day",
    "calendar.seeded": "Calendar files were taken in. data: calendars, years, clocks, hash",
}
GRANTS: dict[str, str] = {
    "calendar.publish": "Publish the working days of a year.",
}

"""Working days (工作日): pure arithmetic on calendars and terms, with no clock and no database.

Words   WorkCalendar (工作日历), YearTable (年度日历), layer (national -> province -> city),
        provisional (预计: no notice yet), make-up day (调休上班), rest day (休息日), term (期限),
        budget (时限), pause (中止: the term stops)
Limits  answers for 1990-2100; a year without a notice follows the statutory days, flagged
Other   tables.py: one year's days, how they are written, the provisional rule;
        calendars.py: counting in O(1); terms.py: budget, pauses, due and yellow dates
"""

EVENTS: dict[str, str] = {}

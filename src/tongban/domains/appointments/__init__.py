"""Appointments (预约、取号): halls, their slots, who comes when, and whose number is called.

Words   Hall (办事大厅), Lane (窗口类别), Slot (时段), Appointment (预约), Ticket (排队号),
        Desk (开放窗口)
Life    booked -> kept | cancelled | missed;
        waiting -> called -> served | skipped -> waiting again | left
Limits  slots only on working days of the hall's calendar; after so many missed appointments within
        so many days no booking for so many days, as the city publishes (halls.toml); a number is
        good for its day
Hears   day.began: who did not come yesterday, which numbers nobody called
Note    why somebody goes first is never written down, only that they do
"""

EVENTS: dict[str, str] = {
    "appointment.booked": "A slot was taken. data: code, hall, lane, starts, purpose, item, person",
    "appointment.moved": "Another slot instead. data: code, hall, lane, starts, before, person",
    "appointment.cancelled": "Given back before it began. data: code, hall, starts, person",
    "appointment.kept": "The one who booked is in the hall. data: code, hall, ticket",
    "appointment.missed": "Nobody came by the end of the day. data: code, hall, starts, person",
    "ticket.issued": "A number was taken. data: hall, lane, number, booked, first",
    "ticket.called": "A number was called to a desk. data: hall, number, desk, calls",
    "ticket.served": "Whoever had the number was served. data: hall, number, desk",
    "ticket.skipped": "Called and not there. data: hall, number, desk",
    "ticket.returned": "A skipped number waits again. data: hall, number",
    "ticket.transferred": "Sent on to another lane. data: hall, number, before, lane",
    "ticket.left": "Waiting when the day ended. data: hall, number",
    "desk.opened": "A clerk opened a desk. data: hall, desk, lanes",
    "desk.closed": "A clerk closed a desk. data: hall, desk",
}

GRANTS: dict[str, str] = {}

"""Registries (登记库): what agencies hold on people and firms, asked for piece by piece.

Words   Register (登记簿): one kind of facts and its owner (源头部门), as the city defines it
        RegisterRow (登记信息), RowLink (关联人), LookupRecord (查询记录)
        SourceState (数据源状态), Correction (数据纠错), CorrectionReport (纠错反映)
Life    row: current -> amended | ended; correction: open -> upheld | unfounded -> answered
Limits  the city's process `correction` sets the days; no lookup inside a transaction
Hears   -
"""

EVENTS: dict[str, str] = {
    "register.loaded": "A register took rows in bulk. data: register, rows, closed, digest",
    "register.amended": "A row was closed and a new one follows. data: register, elements, cause",
    "register.extended": "A case's result was written back. data: register, elements, case",
    "register.ended": "A case ended an entry. data: register, case",
    "register.source_state_changed": "A source went down or came back. data: register, up",
    "correction.opened": "A register's value is disputed. data: register, element, reason, case",
    "correction.joined": "Another case reports an open dispute. data: register, element, case",
    "correction.decided": "The source verified a dispute. data: register, element, outcome",
    "correction.read": "An official opened what is in question. data: register, organ",
    "correction.answered": "Those who reported it were told. data: register, element, outcome",
}

GRANTS: dict[str, str] = {
    "correction.handle": "Verify and answer corrections of the organ's own registers (数据纠错).",
    "register.operate": "Take a register's source out of use and back (数据源启停).",
}

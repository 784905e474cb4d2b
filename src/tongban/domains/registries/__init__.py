"""Registries (登记库): what agencies hold on people, firms and premises, asked for piece by piece.

Words   Register (登记簿): one kind of facts with its owner (源头部门), a definition in the catalogue
        RegisterRow (登记信息), RowLink (关联人), LookupRecord (查询记录), SourceState (数据源状态)
        Correction (数据纠错), CorrectionReport (纠错反映): the source verifies what is disputed
Life    row: current -> amended | ended; correction: open -> upheld | unfounded -> answered
Limits  a correction is answered as the city's process `correction` says; a lookup never runs inside a transaction
Hears   -
"""

EVENTS: dict[str, str] = {
    "register.loaded": "A register took rows in bulk. data: register, rows, closed, digest",
    "register.amended": "A row was closed and a new one follows. data: register, elements, cause",
    "register.extended": "A case's result was written back as a row. data: register, elements, case",
    "register.ended": "A case ended an entry. data: register, case",
    "register.source_state_changed": "A source went down or came back. data: register, up",
    "correction.opened": "A register's value is disputed. data: register, element, reason, case",
    "correction.joined": "Another case reports an open dispute. data: register, element, case",
    "correction.decided": "The source verified a dispute. data: register, element, outcome",
    "correction.answered": "Those who reported it were told. data: register, element, outcome",
}

GRANTS: dict[str, str] = {
    "correction.handle": "Verify and answer corrections of the organ's own registers (数据纠错).",
    "register.operate": "Take a register's source out of use and back (数据源启停).",
}

"""The sheet of a process: its stages as a table (流程环节表)."""

from tongban.doors.workbench.definitions.sheets import Body, Line, Rows, Section, Sheet
from tongban.kernel.errors import N_

BASIS = Section(
    "basis",
    N_("What it is"),
    (
        Line("name", N_("Name")),
        Line("name_en", N_("Name in English")),
        Line("source", N_("Basis")),
    ),
)

STAGES = Section(
    "stages",
    N_("Stages"),
    (),
    (
        Rows(
            "stage",
            N_("Stages"),
            (
                Line("id", N_("Short name")),
                Line("name", N_("Name")),
                Line("name_en", N_("Name in English"), is_rare=True),
                Line("grant", N_("Grant needed"), "listed", "grant"),
                Line("days", N_("Days"), "number"),
                Line("after", N_("After"), "many", "stage",
                     hint=N_("It opens when all of these are finished.")),
                Line("actions", N_("How it may end"), "ways", "stage_action"),
                Line("returns", N_("May send back to"), "many", "stage",
                     hint=N_("Loops exist only as declared return edges.")),
                Line("legal", N_("Act of law"), "choice", "legal"),
                Line("when", N_("Only when"), "condition", unless=N_("in every situation"),
                     is_rare=True),
                Line("officers", N_("Officials at least"), "number", is_rare=True),
                Line("post", N_("Only this post"), is_rare=True),
            ),
            lambda row, _: str(row.get("name") or row.get("id") or ""),
            {"id": "", "name": "", "grant": "", "days": 1, "after": [], "actions": ["pass"]},
        ),
    ),
    N_("A stage without a predecessor opens first; several may run side by side."),
)  # fmt: skip


def _sections(body: Body) -> list[Section]:
    return [BASIS, STAGES]


SHEET = Sheet(
    "process",
    _sections,
    {
        "stage": [
            {"id": "accept", "name": "受理", "grant": "case.accept", "days": 1, "after": [],
             "actions": ["pass", "decline=end"], "legal": "accept"},
            {"id": "decide", "name": "决定", "grant": "case.decide", "days": 1, "after": ["accept"],
             "actions": ["grant=end", "refuse=end"], "legal": "decide"},
        ]
    },
)  # fmt: skip

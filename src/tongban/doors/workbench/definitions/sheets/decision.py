"""The sheet of a decision table: rows × columns (决策表)."""

from tongban.doors.workbench.definitions.sheets import Body, Line, Rows, Section, Sheet
from tongban.kernel.errors import N_

BASIS = Section(
    "columns",
    N_("Columns"),
    (
        Line("name", N_("Name")),
        Line("hit_policy", N_("Which rule wins"), "choice", "hit_policy"),
    ),
    (
        Rows(
            "inputs",
            N_("What is looked at"),
            (
                Line("label", N_("Heading")),
                Line("expression", N_("Value"), "listed", "fact"),
                Line("type", N_("Type"), "choice", "feel_type"),
            ),
            lambda row, _: str(row.get("label", "")),
            {"label": "", "expression": "", "type": "string"},
        ),
        Rows(
            "outputs",
            N_("Output"),
            (Line("name", N_("Name")), Line("type", N_("Type"), "choice", "feel_type")),
            lambda row, _: str(row.get("name", "")),
            {"name": "", "type": "string"},
        ),
    ),
)


def _rules(body: Body) -> Section:
    tests = tuple(
        Line(f"when.{n}", str(column.get("label") or column.get("expression") or n + 1))
        for n, column in enumerate(body.get("inputs", ()))
    )
    answers = tuple(
        Line(f"then.{n}", str(column.get("name") or n + 1))
        for n, column in enumerate(body.get("outputs", ()))
    )
    lines = (
        Line("key", N_("Key")),
        *tests,
        *answers,
        Line("law", N_("Basis")),
        Line("says", N_("What people are told"), "long"),
    )
    return Section(
        "rules",
        N_("Rules"),
        (),
        (
            Rows(
                "rules",
                N_("Rules"),
                lines,
                lambda row, _: str(row.get("key", "")),
                {"key": "", "when": ["-"] * len(tests), "then": [""] * len(answers)},
                N_("From top to bottom. “-” looks at nothing; a text stands in quotation marks."),
            ),
        ),
    )


def _sections(body: Body) -> list[Section]:
    return [BASIS, _rules(body)]


SHEET = Sheet(
    "decision",
    _sections,
    {
        "hit_policy": "FIRST",
        "inputs": [],
        "outputs": [
            {"name": "outcome", "type": "string"},
            {"name": "reason", "type": "string"},
        ],
        "rules": [],
    },
)

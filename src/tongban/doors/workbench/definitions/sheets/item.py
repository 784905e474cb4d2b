"""The sheet of a service item (事项编制)."""

from typing import Any

from tongban.doors.workbench.definitions.choices import Choices
from tongban.doors.workbench.definitions.sheets import Body, Line, Rows, Section, Sheet
from tongban.kernel.errors import N_

FRESH: dict[str, Any] = {
    "name_en": "",
    "basic_code": "",
    "task_type": "20",
    "organ": "",
    "ready": True,
    "project_type": "promise",
    "server_types": ["person"],
    "themes": [],
    "power_source": "1",
    "statutory_days": 20,
    "promised_days": 10,
    "extension_days": 0,
    "visits": 0,
    "cross_region": "none",
    "online": True,
    "process": "",
    "decision": "",
    "special_procedures": [],
    "promise": False,
    "tolerance": False,
    "same_filing": ["applicant"],
    "conditions": [],
    "field": [
        {"role": "applicant", "element": "name", "required": True,
         "source": "population.name", "mode": "locked"},
        {"role": "applicant", "element": "person_number", "required": True,
         "source": "population.person_number", "mode": "locked"},
        {"role": "applicant", "element": "phone", "required": True,
         "source": "accounts.phone", "mode": "confirm"},
    ],
}  # fmt: skip


def _named(row: Body, choices: Choices) -> str:
    return str(row.get("name") or row.get("key") or "")


def _asked(row: Body, choices: Choices) -> str:
    whose = choices.name("role", str(row.get("role", "")))
    return " · ".join(filter(None, (whose, choices.name("element", str(row.get("element", ""))))))


BASIS = Section(
    "basis",
    N_("Basis and codes"),
    (
        Line("name", N_("Name"), hint=N_("As people would read it, such as 养犬登记.")),
        Line("name_en", N_("Name in English")),
        Line("basic_code", N_("Basic code"),
             hint=N_("12 characters after GB/T 39554.1; the third and fourth are the type.")),
        Line("task_type", N_("Type of item"), "choice", "task_type"),
        Line("organ", N_("Organ that decides"), "listed", "organ"),
        Line("process", N_("Process"), "choice", "process",
             hint=N_("Its stages must fit into the promised days.")),
        Line("decision", N_("Decision table"), "choice", "decision",
             hint=N_("Only where a rule may grant at once, without an official.")),
        Line("project_type", N_("Kind of handling"), "choice", "project_type"),
        Line("server_types", N_("Who may apply"), "many", "server_type"),
        Line("ready", N_("On offer by itself"), "yes_no",
             hint=N_("Otherwise only as part of a one-thing.")),
    ),
    (
        Rows(
            "law",
            N_("Laws"),
            (
                Line("title", N_("Title")),
                Line("article", N_("Article")),
                Line("text", N_("Text"), "long"),
                Line("source", N_("Source or remark"), is_rare=True),
            ),
            lambda row, _: f"{row.get('title', '')}{row.get('article', '')}",
        ),
    ),
)  # fmt: skip

DAYS = Section(
    "days",
    N_("Days and visits"),
    (
        Line("statutory_days", N_("Statutory days"), "number", hint=N_("Working days by law.")),
        Line("promised_days", N_("Promised days"), "number",
             hint=N_("At most the statutory days; 0 is “at once”.")),
        Line("extension_days", N_("Days of one extension"), "number"),
        Line("visits", N_("Visits"), "number"),
        Line("cross_region", N_("Where it can be handed in"), "choice", "cross_region"),
        Line("special_procedures", N_("Special procedures"), "many", "special_procedure",
             hint=N_("They stop the clock (行政许可法 第四十五条).")),
        Line("promise", N_("Promise instead of proof (告知承诺)"), "yes_no"),
        Line("tolerance", N_("Acceptance with a gap (容缺受理)"), "yes_no"),
        Line("same_filing", N_("One filing only for the same"), "many", "role_used"),
        Line("conditions", N_("Conditions"), "lines", hint=N_("One a line, in plain words.")),
        Line("flow", N_("Flow in words")),
        Line("address", N_("Address")),
        Line("hours", N_("Hours")),
        Line("contact", N_("Telephone")),
        Line("supervise", N_("Telephone for complaints")),
        Line("before.forms", N_("Before: forms"), "number"),
        Line("before.fields", N_("Before: fields"), "number"),
        Line("before.materials", N_("Before: materials"), "number"),
        Line("before.visits", N_("Before: visits"), "number"),
        Line("before.days", N_("Before: days"), "number"),
        Line("before.source", N_("Before: according to what")),
    ),
    (
        Rows(
            "fee",
            N_("Fees"),
            (
                Line("name", N_("Name")),
                Line("amount", N_("Amount")),
                Line("basis", N_("Basis")),
            ),
            _named,
        ),
    ),
)  # fmt: skip

SITUATIONS = Section(
    "situations",
    N_("Situations"),
    (),
    (
        Rows(
            "situation",
            N_("Questions"),
            (
                Line("id", N_("Short name"), hint=N_("Small letters: conditions name it.")),
                Line("text", N_("Question")),
                Line("text_en", N_("Question in English"), is_rare=True),
                Line("why", N_("Why it is asked"), is_rare=True),
                Line("options", N_("Answers"), "options",
                     hint=N_("One a line: value | words | words in English")),
            ),
            lambda row, _: str(row.get("text", "")),
        ),
        Rows(
            "question",
            N_("Frequent questions"),
            (Line("question", N_("Question")), Line("answer", N_("Answer"), "long")),
            lambda row, _: str(row.get("question", "")),
        ),
    ),
    N_("What is asked before the form, so that nobody fills in what does not concern them."),
)  # fmt: skip

FIELDS = Section(
    "fields",
    N_("Fields"),
    (),
    (
        Rows(
            "field",
            N_("Fields"),
            (
                Line("role", N_("About whom"), "choice", "role"),
                Line("element", N_("Data element"), "listed", "element"),
                Line("required", N_("Required"), "condition", unless=N_("always"), always=True),
                Line("source", N_("Filled from"), "ways", "source",
                     hint=N_("The first register that answers wins.")),
                Line("mode", N_("When filled from there"), "choice", "mode"),
                Line("group", N_("Heading")),
                Line("when", N_("Asked only when"), "condition",
                     unless=N_("in every situation"), is_rare=True),
                Line("name", N_("Another name here"), is_rare=True),
                Line("hint", N_("Hint"), is_rare=True),
                Line("period", N_("Period"), is_rare=True),
                Line("min", N_("Lowest"), "limit", is_rare=True),
                Line("max", N_("Highest"), "limit", is_rare=True),
                Line("max_length", N_("Longest text"), "number", is_rare=True),
            ),
            _asked,
            {"role": "applicant", "element": "", "required": True, "mode": "editable"},
        ),
    ),
)  # fmt: skip

MATERIALS = Section(
    "materials",
    N_("Materials"),
    (),
    (
        Rows(
            "material",
            N_("Materials"),
            (
                Line("key", N_("Key")),
                Line("name", N_("Name")),
                Line("name_en", N_("Name in English"), is_rare=True),
                Line("role", N_("About whom"), "choice", "role"),
                Line("kind", N_("Kind of paper"), "choice", "material_kind"),
                Line("source", N_("Who has it"), "choice", "material_source"),
                Line("need", N_("Needed"), "condition", unless=N_("always"), always="always"),
                Line("satisfied_by", N_("What takes its place"), "ways", "way",
                     hint=N_("Tried in this order; otherwise people upload it.")),
                Line("law", N_("Basis")),
                Line("tolerable", N_("May follow later (容缺)"), "yes_no", is_rare=True),
                Line("max_age_days", N_("At most how many days old"), "number", is_rare=True),
                Line("template", N_("Template"), is_rare=True),
            ),
            _named,
            {"role": "applicant", "kind": "other", "source": "self", "need": "always",
             "satisfied_by": []},
        ),
    ),
)  # fmt: skip

RESULTS = Section(
    "results",
    N_("Results"),
    (),
    (
        Rows(
            "result",
            N_("Results"),
            (
                Line("key", N_("Key")),
                Line("name", N_("Name")),
                Line("licence_type", N_("Type of e-licence"), "choice", "licence_type",
                     hint=N_("Leave empty for a result that is no licence.")),
                Line("holder_role", N_("Held by"), "choice", "role"),
                Line("valid_years", N_("Valid for years"), "number", hint=N_("0 is for ever.")),
                Line("fields", N_("Printed on it"), "picks", "field_used"),
            ),
            _named,
            {"holder_role": "applicant", "fields": []},
        ),
    ),
)  # fmt: skip


def _sections(body: Body) -> list[Section]:
    return [BASIS, DAYS, SITUATIONS, FIELDS, MATERIALS, RESULTS]


SHEET = Sheet("service_item", _sections, FRESH)

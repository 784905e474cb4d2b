"""The sheet of a one-thing (一件事编排)."""

from typing import Any

from tongban.doors.workbench.definitions.choices import Choices
from tongban.doors.workbench.definitions.sheets import Body, Line, Rows, Section, Sheet
from tongban.kernel.errors import N_

FRESH: dict[str, Any] = {
    "name_en": "",
    "icon": "grid",
    "lead": "",
    "audience": "person",
    "promised_days": 10,
    "ready": True,
    "words": [],
    "subject_role": "applicant",
}

BASIS = Section(
    "basis",
    N_("What it is"),
    (
        Line("name", N_("Name"), hint=N_("As people call it, ending in 一件事.")),
        Line("name_en", N_("Name in English")),
        Line("lead", N_("Organ that leads"), "listed", "organ"),
        Line("audience", N_("For whom"), "choice", "audience"),
        Line("subject_role", N_("Who it is about"), "choice", "role"),
        Line("promised_days", N_("Promised days"), "number",
             hint=N_("At least the longest path, at most 45 (行政许可法 第四十二条).")),
        Line("icon", N_("Picture"), "choice", "icon"),
        Line("ready", N_("On offer"), "yes_no"),
        Line("words", N_("Search words"), "lines", hint=N_("How people say it; one a line.")),
        Line("batch", N_("Batch")),
        Line("source", N_("According to what document")),
        Line("before.forms", N_("Before: forms"), "number"),
        Line("before.fields", N_("Before: fields"), "number"),
        Line("before.materials", N_("Before: materials"), "number"),
        Line("before.visits", N_("Before: visits"), "number"),
        Line("before.days", N_("Before: days"), "number"),
        Line("before.source", N_("Before: according to what")),
    ),
)  # fmt: skip

QUESTIONS = Rows(
    "question",
    N_("Questions"),
    (
        Line("id", N_("Short name"), hint=N_("Small letters: conditions name it.")),
        Line("text", N_("Question")),
        Line("text_en", N_("Question in English"), is_rare=True),
        Line("why", N_("Why it is asked")),
        Line("options", N_("Answers"), "options",
             hint=N_("One a line: value | words | words in English")),
        Line("when", N_("Asked only when"), "condition", unless=N_("in every situation")),
        Line("prefill", N_("Answered from"), "choice", "question_source", is_rare=True),
    ),
    lambda row, _: str(row.get("text", "")),
)  # fmt: skip


def _questions(body: Body) -> Section:
    main = tuple(
        Line(f"main_situation.{row['id']}", str(row.get("text", row["id"])), "choice",
             f"answer:{row['id']}")
        for row in body.get("question", ())
        if row.get("id")
    )  # fmt: skip
    return Section(
        "questions",
        N_("Situation questions"),
        main,
        (QUESTIONS,),
        N_("At most six. Below them: how most people answer, by which the card is counted."),
    )


def _item(row: Body, choices: Choices) -> str:
    return choices.name("service_item", str(row.get("key", "")))


def _edge(row: Body, choices: Choices) -> str:
    ends = (choices.name("service_item", str(row.get(name, ""))) for name in ("from", "to"))
    return " → ".join(ends)


ITEMS = Section(
    "items",
    N_("Items"),
    (),
    (
        Rows(
            "item",
            N_("Items"),
            (
                Line("key", N_("Item"), "listed", "service_item"),
                Line("when", N_("Needed"), "condition", unless=N_("in every situation")),
            ),
            _item,
        ),
    ),
    N_("Which items it needs, and in which situations."),
)

ORDER = Section(
    "order",
    N_("Order"),
    (),
    (
        Rows(
            "edge",
            N_("What follows what"),
            (
                Line("from", N_("First"), "choice", "member"),
                Line("to", N_("Then"), "choice", "member"),
                Line("output", N_("Uses the result"), "choice", "member_result",
                     hint=N_("It takes the place of a material of the later item.")),
                Line("on_refuse", N_("If the first is refused"), "choice", "on_refuse"),
            ),
            _edge,
            {"from": "", "to": "", "on_refuse": "block"},
        ),
    ),
    N_("Items without an arrow run at the same time."),
)  # fmt: skip


def _sections(body: Body) -> list[Section]:
    return [BASIS, _questions(body), ITEMS, ORDER]


SHEET = Sheet("one_thing", _sections, FRESH)

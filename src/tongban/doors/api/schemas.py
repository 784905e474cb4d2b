"""What is asked and answered, as JSON Schema 2020-12."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string", "maxLength": 200}
KEY: Schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,79}$"}
DAY: Schema = {"type": "string", "format": "date"}
MOST_ROWS = 200


def fields(*needed: str, **properties: Schema) -> Schema:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(needed),
        "additionalProperties": False,
    }


LISTED = fields(
    "key",
    "name",
    "name_en",
    "version",
    "hash",
    "valid_from",
    key=KEY,
    name=TEXT,
    name_en=TEXT,
    version={"type": "integer", "minimum": 1},
    hash={"type": "string", "pattern": "^[0-9a-f]{64}$"},
    valid_from=DAY,
)
ITEMS = fields("items", "next", items={"type": "array", "items": LISTED}, next=TEXT)
ITEM = fields(*LISTED["required"], "body", **LISTED["properties"], body={"type": "object"})
PERSON_NUMBER: Schema = {"type": "string", "pattern": "^[0-9]{17}[0-9X]$"}
STATUS_ASKED = fields(
    "case_no",
    "person_number",
    case_no={"type": "string", "minLength": 1, "maxLength": 50},
    person_number=PERSON_NUMBER,
    entity={"type": "string", "pattern": "^[0-9A-Z]{18}$"},
)
STATUS = fields(
    "case_no",
    "item",
    "state",
    "due_on",
    case_no=TEXT,
    item=KEY,
    state=TEXT,
    due_on={"type": ["string", "null"], "format": "date"},
)
PAPER = fields(
    "key",
    "name",
    "data",
    key={"type": "string", "maxLength": 120},
    name={"type": "string", "minLength": 1, "maxLength": 120},
    data={"type": "string", "contentEncoding": "base64"},
)
WORDS: Schema = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 4000}}
PAPERS: Schema = {"type": "array", "items": PAPER, "maxItems": 50}
KEYS: Schema = {"type": "array", "items": {"type": "string", "maxLength": 120}, "maxItems": 50}
ENTITY: Schema = {"type": "string", "pattern": "^[0-9A-Z]{18}$"}
APPLICANT = fields(
    "name",
    "number",
    name={**TEXT, "minLength": 1},
    number=PERSON_NUMBER,
    entity=ENTITY,
)
"""A person; with `entity` the firm, for which the person must be able to act."""
NUMBER: Schema = {"type": "string", "minLength": 1, "maxLength": 80}
ONE_OF: Schema = {"oneOf": [{"required": ["item"]}, {"required": ["thing"]}]}
PLACE = fields(
    "region",
    region={"type": "string", "pattern": "^[0-9]{6}$"},
    agreed={"type": "string", "pattern": "^[0-9a-f]{0,64}$"},
)
"""Where an item is to be handled; elsewhere with the hash of the differences agreed to."""
FILED: Schema = {
    **fields(
        "applicant",
        "confirmed",
        item=KEY,
        thing=KEY,
        applicant=APPLICANT,
        answers=WORDS,
        values=WORDS,
        materials=PAPERS,
        promised=KEYS,
        later=KEYS,
        places={"type": "object", "additionalProperties": PLACE},
        confirmed={"const": True},
    ),
    **ONE_OF,
}
CASES: Schema = {
    "type": "array",
    "items": fields("case_no", "item", "state", case_no=TEXT, item=KEY, state=TEXT),
}
RECEIPT = fields("number", "cases", number=TEXT, cases=CASES)
THINGS = fields("things", "next", things={"type": "array", "items": LISTED}, next=TEXT)
FORM_ASKED: Schema = {**fields(item=KEY, thing=KEY, answers=WORDS), **ONE_OF}
QUESTION = fields(
    "id",
    "text",
    "options",
    id=TEXT,
    text={"type": "string"},
    options={
        "type": "array",
        "items": fields("value", "text", value=TEXT, text={"type": "string"}),
    },
)
FIELD = fields(
    "key",
    "pointer",
    "label",
    "type",
    "is_required",
    "registers",
    "items",
    key=TEXT,
    pointer=TEXT,
    label={"type": "string"},
    type=TEXT,
    is_required={"type": "boolean"},
    registers={"type": "array", "items": TEXT},
    items={"type": "array", "items": KEY},
)
WANTED = fields(
    "key",
    "name",
    "items",
    "need",
    "ways",
    key=TEXT,
    name={"type": "string"},
    items={"type": "array", "items": KEY},
    need={"type": "string"},
    ways={"type": "array", "items": TEXT},
)
FORM = fields(
    "title",
    "questions",
    "unanswered",
    "items",
    "fields",
    "schema",
    "materials",
    title={"type": "string"},
    questions={"type": "array", "items": QUESTION},
    unanswered={"type": "array", "items": TEXT},
    items={"type": "array", "items": KEY},
    fields={"type": "array", "items": FIELD},
    schema={"type": "object"},
    materials={"type": "array", "items": WANTED},
)
ASKED_BY_NUMBER = fields("number", "applicant", number=NUMBER, applicant=APPLICANT)
POINT = fields(
    "kind",
    "key",
    "name",
    "needed",
    kind={"enum": ["field", "material"]},
    key=TEXT,
    name={"type": "string"},
    needed={"type": "string"},
)
LANE = fields(
    "case_no",
    "item",
    "state",
    "due_on",
    "result",
    "asked",
    case_no=TEXT,
    item=KEY,
    state=TEXT,
    due_on={"type": ["string", "null"], "format": "date"},
    result={"type": "string"},
    asked={"type": "array", "items": POINT},
)
PROGRESS = fields(
    "number",
    "title",
    "cases",
    number=TEXT,
    title={"type": "string"},
    cases={"type": "array", "items": LANE},
)
MENDED = fields("case_no", case_no=NUMBER, values=WORDS, materials=PAPERS)
SUPPLEMENTED = fields(
    "number",
    "applicant",
    "cases",
    "confirmed",
    number=NUMBER,
    applicant=APPLICANT,
    cases={"type": "array", "items": MENDED, "minItems": 1, "maxItems": 50},
    confirmed={"const": True},
)
WITHDRAWN = fields(
    "case_no",
    "applicant",
    "confirmed",
    case_no=NUMBER,
    applicant=APPLICANT,
    confirmed={"const": True},
)
NOTICE = fields(
    "number",
    "kind",
    "case_no",
    "sent_at",
    number=TEXT,
    kind=TEXT,
    case_no={"type": "string"},
    sent_at={"type": "string", "format": "date-time"},
)
NOTICES = fields("notices", notices={"type": "array", "items": NOTICE})
DOCUMENT_ASKED = fields(
    "number",
    "applicant",
    number=NUMBER,
    applicant=APPLICANT,
    pdf={"type": "boolean"},
)
DOCUMENT = fields(
    *NOTICE["required"],
    "body",
    **NOTICE["properties"],
    body={"type": "object"},
    pdf={"type": "string", "contentEncoding": "base64"},
)
LICENCE = fields(
    "identifier",
    "type",
    "name",
    "case_no",
    "standing",
    "valid_from",
    "valid_to",
    "proof",
    identifier=TEXT,
    type=TEXT,
    name={"type": "string"},
    case_no=TEXT,
    standing=TEXT,
    valid_from={"type": ["string", "null"], "format": "date"},
    valid_to={"type": ["string", "null"], "format": "date"},
    proof={"type": "object"},
)
LICENCES = fields("licences", licences={"type": "array", "items": LICENCE})
RATED = fields(
    "number",
    "applicant",
    "level",
    number=NUMBER,
    applicant=APPLICANT,
    level={"type": "integer", "minimum": 1, "maximum": 5},
    aspects=KEYS,
    words={"type": "string", "maxLength": 1000},
    anonymous={"type": "boolean"},
)
RATING = fields(
    "number", "level", number=TEXT, level={"type": "integer", "minimum": 1, "maximum": 5}
)
PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "type": {"const": "about:blank"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "problems": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["type", "title", "detail", "status"],
}

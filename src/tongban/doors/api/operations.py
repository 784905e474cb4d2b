"""What can be asked: for each operation its scope, and its question and answer as JSON Schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.errors import N_

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
MATERIAL = fields(
    "key",
    "name",
    "data",
    key={"type": "string", "maxLength": 120},
    name={"type": "string", "minLength": 1, "maxLength": 120},
    data={"type": "string", "contentEncoding": "base64"},
)
WORDS: Schema = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 4000}}
FILED = fields(
    "item",
    "applicant",
    "confirmed",
    item=KEY,
    applicant=fields("name", "number", name={**TEXT, "minLength": 1}, number=PERSON_NUMBER),
    answers=WORDS,
    values=WORDS,
    materials={"type": "array", "items": MATERIAL, "maxItems": 50},
    confirmed={"const": True},
)
CASES: Schema = {
    "type": "array",
    "items": fields("case_no", "item", "state", case_no=TEXT, item=KEY, state=TEXT),
}
RECEIPT = fields("number", "cases", number=TEXT, cases=CASES)
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


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation (接口)."""

    name: str
    method: str
    path: str
    scope: str
    says: str
    answer: Schema
    status: int = 200
    body: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it needs an Idempotency-Key."""
        return self.status == 201


OPERATIONS = (
    Operation(
        name="items",
        method="GET",
        path="/api/v1/items",
        scope="items",
        says=N_("The items in force, with version and hash: what changed since, changed its hash."),
        answer=ITEMS,
        query={
            "after": TEXT,
            "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
        },
    ),
    Operation(
        name="item",
        method="GET",
        path="/api/v1/items/{key}",
        scope="items",
        says=N_("One item as it was published, whole."),
        answer=ITEM,
    ),
    Operation(
        name="status",
        method="POST",
        path="/api/v1/cases/status",
        scope="cases",
        says=N_("How a case stands, for whoever knows its number and its applicant's."),
        answer=STATUS,
        body=STATUS_ASKED,
    ),
    Operation(
        name="file",
        method="POST",
        path="/api/v1/applications",
        scope="applications",
        says=N_("File for an applicant who confirmed it at your portal; a refusal leaves nothing."),
        answer=RECEIPT,
        status=201,
        body=FILED,
    ),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}

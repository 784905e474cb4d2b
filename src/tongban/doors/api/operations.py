"""What can be asked: for each operation its scope, its question and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.doors.api import schemas
from tongban.doors.api.schemas import MOST_ROWS, TEXT, Schema
from tongban.kernel.errors import N_

PAGED: Mapping[str, Schema] = {
    "after": TEXT,
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
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
        answer=schemas.ITEMS,
        query=PAGED,
    ),
    Operation(
        name="item",
        method="GET",
        path="/api/v1/items/{key}",
        scope="items",
        says=N_("One item as it was published, whole."),
        answer=schemas.ITEM,
    ),
    Operation(
        name="things",
        method="GET",
        path="/api/v1/one-things",
        scope="items",
        says=N_("The one-things that can be filed here, with version and hash."),
        answer=schemas.THINGS,
        query=PAGED,
    ),
    Operation(
        name="thing",
        method="GET",
        path="/api/v1/one-things/{key}",
        scope="items",
        says=N_("One one-thing as it was published, whole."),
        answer=schemas.ITEM,
    ),
    Operation(
        name="form",
        method="POST",
        path="/api/v1/forms",
        scope="items",
        says=N_(
            "What an item or a one-thing asks in a situation: questions, merged form, materials."
        ),
        answer=schemas.FORM,
        body=schemas.FORM_ASKED,
    ),
    Operation(
        name="status",
        method="POST",
        path="/api/v1/cases/status",
        scope="cases",
        says=N_("How a case stands, for whoever knows its number and its applicant's."),
        answer=schemas.STATUS,
        body=schemas.STATUS_ASKED,
    ),
    Operation(
        name="file",
        method="POST",
        path="/api/v1/applications",
        scope="applications",
        says=N_("File for an applicant who confirmed it at your portal; a refusal leaves nothing."),
        answer=schemas.RECEIPT,
        status=201,
        body=schemas.FILED,
    ),
    Operation(
        name="progress",
        method="POST",
        path="/api/v1/applications/status",
        scope="applications",
        says=N_("How a filing stands, case by case, and what its agencies ask for."),
        answer=schemas.PROGRESS,
        body=schemas.ASKED_BY_NUMBER,
    ),
    Operation(
        name="supplement",
        method="POST",
        path="/api/v1/applications/supplement",
        scope="applications",
        says=N_("Send all that the agencies of a filing asked for, in one go."),
        answer=schemas.PROGRESS,
        status=201,
        body=schemas.SUPPLEMENTED,
    ),
    Operation(
        name="withdraw",
        method="POST",
        path="/api/v1/cases/withdraw",
        scope="applications",
        says=N_("Take a case back before it is decided."),
        answer=schemas.STATUS,
        status=201,
        body=schemas.WITHDRAWN,
    ),
    Operation(
        name="rate",
        method="POST",
        path="/api/v1/reviews",
        scope="applications",
        says=N_("Rate a finished filing, once."),
        answer=schemas.RATING,
        status=201,
        body=schemas.RATED,
    ),
    Operation(
        name="notices",
        method="POST",
        path="/api/v1/notices",
        scope="documents",
        says=N_("The notices of a filing, by number."),
        answer=schemas.NOTICES,
        body=schemas.ASKED_BY_NUMBER,
    ),
    Operation(
        name="notice",
        method="POST",
        path="/api/v1/notices/document",
        scope="documents",
        says=N_("One notice: what it says, and with pdf the sealed document."),
        answer=schemas.DOCUMENT,
        body=schemas.DOCUMENT_ASKED,
    ),
    Operation(
        name="licences",
        method="POST",
        path="/api/v1/licences",
        scope="documents",
        says=N_("The licences that a filing gave, each as the file that proves itself."),
        answer=schemas.LICENCES,
        body=schemas.ASKED_BY_NUMBER,
    ),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}

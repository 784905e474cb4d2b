"""What the pages show beyond a draft's own view: who is meant, and how a filing stands."""

from tongban.domains.cases.queries.pages.choosing import (
    Choice,
    Known,
    choices,
    open_draft,
    register_names,
    reported,
    source_of,
    suggestions,
    without_entry,
)
from tongban.domains.cases.queries.pages.figures import Record, record_since
from tongban.domains.cases.queries.pages.standing import (
    Lane,
    Moment,
    Progress,
    Questioned,
    progress,
    questioned,
)

__all__ = [
    "Choice",
    "Known",
    "Lane",
    "Moment",
    "Progress",
    "Questioned",
    "Record",
    "choices",
    "open_draft",
    "progress",
    "questioned",
    "record_since",
    "register_names",
    "reported",
    "source_of",
    "suggestions",
    "without_entry",
]

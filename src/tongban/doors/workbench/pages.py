"""Where a matter of each kind is worked on; a new kind of matter adds one line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.urls import NoReverseMatch, reverse

from tongban.domains.cases.queries import office


class Subject(Protocol):
    """What a page needs to know of a matter."""

    @property
    def pk(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def number(self) -> str: ...


Marks = Callable[[Iterable[int]], Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one kind: its name, what of the matter goes into its address, what it shows."""

    url_name: str
    argument: Callable[[Subject], str | int]
    has_pane: bool = False
    marks: Marks | None = None
    """How many things differ, by matter; asked once for a whole page of the queue."""


def _number(matter: Subject) -> str:
    return matter.number


def _key(matter: Subject) -> int:
    return int(matter.subject.rpartition(":")[2])


PAGES: dict[str, Page] = {
    "case": Page("office-case", _number, has_pane=True, marks=office.marks),
    "post_check": Page("office-case", _number, has_pane=True),
    "correction": Page("correction", _key),
    "bad-review": Page("reviews:task", _key),
    "supervision-handover": Page("handovers:supervision", _number),
    "case-question": Page("messages:office-thread", _number),
    "payment-discrepancy": Page("payments:office-day", _key),
    "payment-surplus": Page("payments:office-surplus", _key),
    "licence-correction": Page("office-licence-report", _key),
    "firm-question": Page("enterprise:office-question", _key),
}


def address(matter: Subject) -> str:
    """Where the matter is worked on; nothing for a kind that has no page yet."""
    page = PAGES.get(matter.kind)
    if page is None:
        return ""
    try:
        return reverse(page.url_name, args=[page.argument(matter)])
    except (NoReverseMatch, ValueError):
        return ""


def has_pane(kind: str) -> bool:
    """Whether the page answers htmx with a preview."""
    page = PAGES.get(kind)
    return page is not None and page.has_pane


def marks(matters: Iterable[Subject]) -> dict[int, int]:
    """How many things differ in each matter of a page: one query for each kind that counts them."""
    by_kind: dict[str, list[int]] = {}
    for matter in matters:
        by_kind.setdefault(matter.kind, []).append(matter.pk)
    found: dict[int, int] = {}
    for kind, keys in by_kind.items():
        page = PAGES.get(kind)
        if page and page.marks:
            found |= page.marks(keys)
    return found

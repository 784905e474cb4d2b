"""The data each template takes. Days may be dates or texts such as `长期`."""

from datetime import date, datetime
from typing import NotRequired, TypedDict

Day = date | str


class Page(TypedDict):
    """What every document states."""

    organ: str
    """Who issues it (发文机关)."""
    made_at: datetime
    """Becomes the creation time inside the PDF: equal data shall give equal bytes."""
    demo: NotRequired[bool]
    """Marks every page and the seal 演示."""
    qr: NotRequired[str]
    """An address at which the document can be verified; printed as a QR code."""


class Table(TypedDict):
    """A table (表格) of texts."""

    head: list[str]
    rows: list[list[str]]
    caption: NotRequired[str]


class Letter(Page):
    """An official letter (文书), after GB/T 9704-2012."""

    title: str
    number: str
    """文号, such as 清审批〔2026〕12号."""
    paragraphs: list[str]
    date: Day
    addressee: NotRequired[str]
    """主送机关, or the person it is for."""
    table: NotRequired[Table]
    attachments: NotRequired[list[str]]
    closing: NotRequired[list[str]]
    """Paragraphs after the table, such as the legal remedies (救济途径)."""
    signed_by: NotRequired[str]
    """落款 when it is not the organ of the head."""
    copies: NotRequired[str]
    """抄送."""
    seal: NotRequired[bool]


class Licence(Page):
    """A licence (证照)."""

    title: str
    number: str
    """证照编号."""
    fields: list[list[str]]
    """Pairs of label and value, in the order of the paper licence."""
    issued_on: Day
    valid_from: NotRequired[Day]
    valid_until: NotRequired[Day]
    identifier: NotRequired[str]
    """电子证照标识 (GB/T 36904)."""
    copy: NotRequired[str]
    """副本 and the like."""
    only_for: NotRequired[str]
    """Of an annotated copy (加注件): the one use it is good for."""
    seal: NotRequired[bool]


class Material(TypedDict):
    """A material (材料) that was handed in."""

    name: str
    form: NotRequired[str]
    """原件, 复印件, 电子证照…"""
    copies: NotRequired[int | str]
    note: NotRequired[str]


class Receipt(Page):
    """A receipt for what was handed in (收件凭证)."""

    number: str
    """办件编号."""
    item: str
    applicant: str
    received_on: Day
    materials: list[Material]
    title: NotRequired[str]
    agent: NotRequired[str]
    promised_on: NotRequired[Day]
    """承诺办结日期."""
    clerk: NotRequired[str]
    phone: NotRequired[str]
    address: NotRequired[str]
    notes: NotRequired[list[str]]
    seal: NotRequired[bool]


class Supplement(TypedDict):
    """A material to be supplied or put right (补正材料)."""

    name: str
    problem: str
    mend: NotRequired[str]
    """What to do about it."""
    basis: NotRequired[str]


class Guide(Page):
    """Everything that is lacking, said once (一次性告知单, 行政许可法 第三十二条)."""

    number: str
    item: str
    applicant: str
    supplements: list[Supplement]
    date: Day
    title: NotRequired[str]
    lead: NotRequired[str]
    deadline: NotRequired[Day]
    phone: NotRequired[str]
    address: NotRequired[str]
    hours: NotRequired[str]
    notes: NotRequired[list[str]]
    seal: NotRequired[bool]


class Section(TypedDict):
    """A part of a notice: pairs, lines and a table, whichever it has, in this order."""

    title: str
    pairs: NotRequired[list[list[str]]]
    lines: NotRequired[list[str]]
    table: NotRequired[Table]


class Notice(Page):
    """What a service asks, told once before anyone applies (一次告知单)."""

    item: str
    date: Day
    sections: list[Section]
    title: NotRequired[str]
    situation: NotRequired[list[list[str]]]
    """Pairs of question and answer."""
    facts: NotRequired[list[list[str]]]


REQUIRED: dict[str, frozenset[str]] = {
    "letter": Letter.__required_keys__,
    "licence": Licence.__required_keys__,
    "receipt": Receipt.__required_keys__,
    "guide": Guide.__required_keys__,
    "notice": Notice.__required_keys__,
}

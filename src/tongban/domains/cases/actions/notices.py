"""Documents of law: numbered and recorded with the decision, rendered when first opened."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.models import Application, Case, Notice
from tongban.domains.cases.rules import papers
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.documents import renderer
from tongban.kernel.files import actions as files
from tongban.kernel.files import queries as stored
from tongban.kernel.rows import add_rows


@transaction.atomic(savepoint=False)
def send(
    *,
    kind: papers.Kind,
    application: Application,
    case: Case | None,
    paragraphs: Sequence[str],
    by: Actor,
    rows: Sequence[Sequence[str]] = (),
    rows_title: str = "",
) -> Notice:
    """Hand a document over: its number, its words and the id by which a receiver drops a repeat.

    It belongs to the decision that `by` makes, whose event tells of it.
    """
    today = clock.today()
    found = queries.organ_names(case.organ if case else application.matter.organ)
    no = 1
    if case and kind in papers.REPEATED:
        no += Notice.objects.filter(case=case, kind=kind).count()
    paper = papers.Paper(
        kind=kind,
        title=papers.TITLES[kind],
        number=papers.number(
            kind,
            organ=found.short,
            year=today.year,
            count=case.pk if case else application.pk,
            no=no,
        ),
        organ=found.name,
        addressee=application.addressee,
        paragraphs=list(paragraphs),
        rows=[list(row) for row in rows],
        rows_title=rows_title,
        date=papers.chinese_date(today),
    )
    notice = Notice(
        kind=kind,
        number=paper.number,
        application=application,
        case=case,
        no=no,
        body=queries.sealed(paper.as_data(), queries.NOTICE),
        sent_at=clock.now(),
        message_id=secrets.token_hex(16),
    )
    add_rows(notice)
    return notice


def pdf(*, notice: Notice, by: Actor) -> bytes:
    """The document as PDF: rendered on first opening, and the same bytes ever after."""
    if notice.file:
        return stored.read_file(stored.stored(sha256=notice.file))
    body: dict[str, Any] = queries.opened(notice.body, queries.NOTICE)
    rows = body.get("rows") or []
    data = renderer.render(
        "letter",
        {
            "organ": body["organ"],
            "title": body["title"],
            "number": body["number"],
            "addressee": body["addressee"],
            "paragraphs": body["paragraphs"],
            "table": {
                "caption": body.get("rows_title", ""),
                "head": ["内容", "要求"],
                "rows": rows,
            }
            if rows
            else None,
            "date": body["date"],
            "made_at": notice.sent_at,
            "demo": settings.TONGBAN_DEMO,
            "seal": True,
        },
    )
    return _keep(notice=notice, data=data, by=by)


@transaction.atomic
def _keep(*, notice: Notice, data: bytes, by: Actor) -> bytes:
    kept = files.store(data=data, name="notice.pdf", by=by)
    if not Notice.objects.filter(pk=notice.pk, file="").update(file=kept.sha256):
        notice.refresh_from_db(fields=["file"])
        return stored.read_file(stored.stored(sha256=notice.file))
    return data

"""Documents of law: numbered and recorded with the decision, rendered when first opened."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.domains.cases import queries
from tongban.domains.cases.models import Application, Case, Notice
from tongban.domains.cases.rules import papers
from tongban.domains.seals import actions as seals
from tongban.domains.seals import queries as impressions
from tongban.kernel import clock
from tongban.kernel.actor import Actor, part
from tongban.kernel.documents import ofd as sheets
from tongban.kernel.documents import renderer
from tongban.kernel.files import actions as files
from tongban.kernel.files import queries as stored
from tongban.kernel.ledger import actions as ledger
from tongban.kernel.rows import add_later

SELF = part("cases")


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
    if kind in papers.REPEATED:
        no += Notice.objects.filter(application=application, case=case, kind=kind).count()
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
    add_later(notice)
    return notice


def pdf(*, notice: Notice, by: Actor) -> bytes:
    """The document as PDF: rendered and sealed on first opening, and the same bytes ever after."""
    if notice.file:
        return stored.read_file(stored.stored(sha256=notice.file))
    data = renderer.render("letter", _letter(notice))
    organ = _organ(notice)
    if impressions.in_force(organ):
        data = seals.seal_pdf(
            pdf=data,
            organ=organ,
            purpose="notice.pdf",
            subject=ledger.subject_of(notice),
            by=SELF,
        )
    return _keep(notice=notice, data=data, by=by)


def ofd(*, notice: Notice, by: Actor) -> bytes:
    """The same document as OFD (GB/T 33190), the form in which offices exchange."""
    subject, organ = ledger.subject_of(notice), _organ(notice)
    if kept := impressions.file_of(subject, "notice.ofd"):
        return kept
    data = sheets.render("letter", _letter(notice))
    if not impressions.in_force(organ):
        return data
    return seals.seal_ofd(
        data=data,
        organ=organ,
        purpose="notice.ofd",
        subject=subject,
        keep_as="notice.ofd",
        by=SELF,
    )


def _organ(notice: Notice) -> str:
    return notice.case.organ if notice.case else notice.application.matter.organ


def _letter(notice: Notice) -> dict[str, Any]:
    body: dict[str, Any] = queries.opened(notice.body, queries.NOTICE)
    rows = body.get("rows") or []
    return {
        "organ": body["organ"],
        "title": body["title"],
        "number": body["number"],
        "addressee": body["addressee"],
        "paragraphs": body["paragraphs"],
        "table": {"caption": body.get("rows_title", ""), "head": ["内容", "要求"], "rows": rows}
        if rows
        else None,
        "date": body["date"],
        "made_at": notice.sent_at,
        "demo": settings.TONGBAN_DEMO,
        # No seal is drawn that is not there: the picture and the impression come together.
        "seal": impressions.in_force(_organ(notice)) is not None,
    }


@transaction.atomic
def _keep(*, notice: Notice, data: bytes, by: Actor) -> bytes:
    kept = files.store(data=data, name="notice.pdf", by=by)
    if not Notice.objects.filter(pk=notice.pk, file="").update(file=kept.sha256):
        notice.refresh_from_db(fields=["file"])
        return stored.read_file(stored.stored(sha256=notice.file))
    return data

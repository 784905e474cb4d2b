"""What holders reported as wrong: for the organ that answers, and for the holder."""

from tongban.domains.licences.models import LicenceReport
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import vault
from tongban.kernel.errors import NotFound
from tongban.kernel.processes import queries as flow
from tongban.kernel.processes import rules as states
from tongban.kernel.processes.models import WorkItem

KIND = "licence-correction"
REPORT = "licence.report"


def reports_waiting(*, by: Actor) -> list[tuple[WorkItem, LicenceReport]]:
    """What waits for the post held now, the nearest due first."""
    by.require("licence.correct")
    items = list(
        WorkItem.objects.filter(flow.in_hands_of(by), matter__kind=KIND, status__in=states.OWED)
        .select_related("matter")
        .order_by("due_on", "id")[:200]
    )
    found = LicenceReport.objects.select_related("licence").in_bulk(
        [item.matter_id for item in items], field_name="matter_id"
    )
    return [(item, found[item.matter_id]) for item in items if item.matter_id in found]


def report_to_answer(pk: int, *, by: Actor) -> LicenceReport:
    """A report before the post held now. Raises NotFound for another organ's."""
    by.require("licence.correct")
    found = LicenceReport.objects.select_related("licence", "matter").filter(pk=pk).first()
    if found is None or found.licence.organ != by.organ:
        raise NotFound()
    return found


def said(report: LicenceReport) -> str:
    """What the holder wrote."""
    return vault.decrypt(report.words, purpose=REPORT)


def answered(report: LicenceReport) -> str:
    """What the organ answered; empty before it did."""
    return vault.decrypt(report.answer, purpose=REPORT) if report.answer else ""

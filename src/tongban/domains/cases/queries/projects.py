"""The filings of an investment project (投资项目), whoever filed them."""

from tongban.domains.cases.models import Application, Case, Draft
from tongban.domains.cases.queries.drafts import DraftView
from tongban.domains.cases.queries.rows import opened
from tongban.kernel import clock
from tongban.kernel.eforms import rules as eforms


def applications_of_project(code: str) -> list[Application]:
    """Every filing of the project, in order."""
    rows = Application.objects.filter(project=code).exclude(project="").order_by("id")
    return list(rows.select_related("matter").defer("values", "deliver_to"))


def cases_of_projects(codes: list[str]) -> list[Case]:
    """Every case of these projects, with its filing and its matter, in order."""
    rows = Case.objects.filter(application__project__in=[code for code in codes if code])
    return list(
        rows.select_related("application", "matter")
        .defer("values", "application__values", "application__deliver_to")
        .order_by("id")
    )


def draft_of_phase(code: str, thing: int) -> Draft | None:
    """What was begun for a phase of the project and not filed yet; the newest."""
    rows = Draft.objects.filter(
        project=code, thing=thing, application=None, expires_at__gte=clock.now()
    )
    return rows.order_by("-saved_at").first()


def said_before(view: DraftView) -> dict[str, eforms.Value]:
    """What the firm itself said in earlier phases of the project stands in the later form."""
    if not view.draft.project:
        return {}
    known: dict[str, eforms.Value] = {}
    rows = Application.objects.filter(
        project=view.draft.project, entity=view.draft.entity, person=view.draft.person
    )
    for row in rows.order_by("id"):
        said = eforms.load(opened(row.values))
        known |= {
            key: value
            for key, value in said.items()
            if key in view.form.by_key and value.source in {"user", "clerk"} and not value.against
        }
    return known

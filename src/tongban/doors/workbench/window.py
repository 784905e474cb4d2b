"""The window (窗口收件): for a visitor, the same pages as the citizen's own; never a decision."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import notices
from tongban.domains.cases.queries import office
from tongban.kernel import clock
from tongban.kernel.errors import NotFound
from tongban.kernel.ui import menus, modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of


@require_safe
@demands("case.receive")
def intake(request: HttpRequest) -> HttpResponse:
    """Whom the clerk serves now, and what was taken in today, with its receipts."""
    by = actor_of(request)
    context = {
        "taken": office.taken_in(by=by, on=clock.today()),
        "is_serving": by.for_person is not None,
        "serve_url": menus.address("window"),
        "things_url": menus.address("one-things") or menus.address("home"),
    }
    return modes.page(request, "workbench/window.html", context)


@require_safe
@demands("case.receive")
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of a filing that this organ took in, to be printed."""
    by = actor_of(request)
    found = cases.application(number, by=by)
    row = next((n for n in cases.notices(found) if n.kind == "receipt"), None)
    if row is None:
        raise NotFound()
    response = HttpResponse(notices.pdf(notice=row, by=by), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{found.number}.pdf"'
    return response

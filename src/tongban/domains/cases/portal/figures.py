"""What filing here saves, for everybody: counted from real runs, never estimated."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tongban.domains.cases.queries import savings
from tongban.domains.cases.rules import credentials
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all


@require_safe
@open_to_all
def figures(request: HttpRequest) -> HttpResponse:
    """The totals: before the reform, now, and what that spares, over so many finished filings."""
    total = savings.totals()
    context = {
        "total": total,
        "rows": [
            (gettext(credentials.MEASURES[name]), b, a, s) for name, b, a, s in total.measures
        ],
        "layout": layouts.of(request),
    }
    return modes.page(request, "cases/savings.html", context)

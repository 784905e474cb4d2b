"""What one credential saves (一证通办): item by item, and the figures of real runs."""

import csv
from datetime import date
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tongban.domains.cases.queries import savings
from tongban.domains.cases.rules import credentials
from tongban.domains.services import queries as services
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of


@require_safe
@demands("case.oversee", "definition.draft")
def report(request: HttpRequest) -> HttpResponse:
    """Per service and in total, of one month or of all; as a table, or as a file."""
    month = _month(request.GET.get("month", ""))
    rows, total = savings.report(since=month, until=month, by=actor_of(request))
    if request.GET.get("form") == "csv":
        return _csv([*rows, total], month)
    context = {
        "rows": [(one, _measured(one)) for one in rows],
        "total": total,
        "totals": _measured(total),
        "measures": [gettext(words) for words in credentials.MEASURES.values()],
        "months": savings.months(),
        "month": month,
        "items": [item for item in services.items() if item.ready],
    }
    return modes.page(request, "cases/office/savings.html", context)


@require_safe
@demands("case.oversee", "definition.draft")
def item(request: HttpRequest, key: str) -> HttpResponse:
    """Each field and material of an item: what replaces it, what is still asked, and why."""
    _, found = services.item(key)
    fields, materials = savings.replaced(found)
    context = {
        "item": found,
        "parts": [
            (gettext("Fields"), [(line, *_why(line)) for line in fields]),
            (gettext("Materials"), [(line, *_why(line)) for line in materials]),
        ],
        "asked": sum(line.replaced.is_asked for line in [*fields, *materials]),
        "all": len(fields) + len(materials),
    }
    return modes.page(request, "cases/office/credential.html", context)


def _why(line: savings.Line) -> tuple[str, str]:
    one = line.replaced
    return gettext(credentials.WORDS[one.way]), gettext(credentials.WHY[one.why]) if one.why else ""


def _measured(one: savings.Saved) -> list[tuple[str, int, int, int]]:
    return [
        (gettext(credentials.MEASURES[name]), b, a, saved) for name, b, a, saved in one.measures
    ]


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:7]}-01") if text else None
    except ValueError:
        return None


def _csv(rows: list[savings.Saved], month: date | None) -> HttpResponse:
    file = StringIO()
    out = csv.writer(file)
    out.writerow(["key", "name", "runs", *savings.COLUMNS, "days_spent"])
    for one in rows:
        # Names come from definitions; a leading sign would be a formula in a spreadsheet.
        name = one.name if one.name[:1] not in "=+-@" else f"'{one.name}"
        sums = [one.sums[column] for column in savings.COLUMNS]
        out.writerow([one.key or "total", name, one.runs, *sums, one.spent])
    answer = HttpResponse("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    about = f"-{month:%Y-%m}" if month else ""
    answer["Content-Disposition"] = f'attachment; filename="savings{about}.csv"'
    return answer

"""My credit record (我的信用): what was noted about me, why, until when, and its repair."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from tongban.domains.credit import queries, rules
from tongban.kernel import clock
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, menus, modes
from tongban.kernel.ui.access import signed_in


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """What is noted about oneself, or about the firm for which one acts."""
    rows = []
    for row in queries.mine(by=menus.actor_of(request))[:100]:
        kind = queries.kind_of(row)
        noted = clock.moment(row.noted_at).date()
        rows.append(
            {
                "event": row,
                "kind": kind,
                "organ": identity.organ(row.organ) if row.organ else None,
                "standing": rules.STANDINGS[queries.standing(row)],
                "counts": queries.counts(row),
                "from": rules.months_on(noted, kind.shortest),
            }
        )
    context = {
        "rows": rows,
        "bad": any(row["counts"] for row in rows),
        "layout": layouts.of(request),
        "crumbs": [(gettext("Home"), "/"), (gettext("My credit record"), reverse("credit"))],
    }
    return modes.page(request, "credit/mine.html", context)

"""The officials' pages of corrections: what the own organ has to verify, and one of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from tongban.domains.registries import actions, queries
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.ui import modes
from tongban.kernel.ui.access import demands
from tongban.kernel.ui.menus import actor_of


class NoSuchStep(Invalid):
    """The form asked for something that this page does not offer."""

    says = N_("This step is not offered here.")
    hint = N_("Open the correction again and choose one of its steps.")


@demands("correction.handle")
@require_GET
def corrections(request: HttpRequest) -> HttpResponse:
    """What the own organ has to verify, the nearest due first; `?done=1` shows what is answered."""
    done = request.GET.get("done") == "1"
    rows = queries.corrections(by=actor_of(request), is_done=done)
    return modes.page(request, "registries/corrections.html", {"rows": rows, "done": done})


@demands("correction.handle")
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction with what is held and what is claimed; its two steps are posted here."""
    by = actor_of(request)
    if request.method == "POST":
        _act(request, pk)
        return redirect("correction", pk=pk)
    view = actions.read_correction(correction=pk, by=by)
    return modes.page(request, "registries/correction.html", {"view": view})


def _act(request: HttpRequest, pk: int) -> None:
    by, posted = actor_of(request), request.POST
    version = posted.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else None
    step = posted.get("step", "")
    if step in {"upheld", "unfounded"}:
        actions.decide_correction(
            correction=pk,
            outcome=step,
            opinion=posted.get("opinion", ""),
            value=posted.get("value", "").strip() or None,
            version=seen,
            by=by,
        )
    elif step == "answer":
        actions.answer_correction(
            correction=pk, answer=posted.get("answer", ""), version=seen, by=by
        )
    else:
        raise NoSuchStep()

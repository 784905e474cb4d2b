"""What machines ask: are you alive, are you ready, what is owed."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from tongban.doors.health import metrics, readiness
from tongban.kernel.errors import NotFound
from tongban.kernel.ui.access import open_to_all


@open_to_all
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive; nothing else is asked, so that nothing else can fail it."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_all
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether citizens may be sent here."""
    found = readiness.checks()
    # Citizens can still file while no worker runs: what they file waits in the ledger.
    needed = {name: state for name, state in found.items() if name != "worker"}
    is_ready = all(state == "ok" for state in needed.values())
    return JsonResponse({"ready": is_ready, **found}, status=200 if is_ready else 503)


@open_to_all
@never_cache
@require_safe
def exposition(request: HttpRequest) -> HttpResponse:
    """Metrics, for this machine or whoever brings the token; for others there is no page."""
    if not _may_read(request):
        raise NotFound()
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    token = settings.TONGBAN_METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return hmac.compare_digest(given.encode(), token.encode())
    # Behind a gateway every request comes from this machine: what was forwarded is not local.
    is_forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and not is_forwarded

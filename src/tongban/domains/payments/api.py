"""Where the provider calls back: signed by it, and harmless when it comes twice."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tongban.domains.payments import actions
from tongban.kernel.errors import NotFound, Refusal
from tongban.kernel.ui.access import open_to_all

MOST = 64 * 1024
"""Bytes; a message about one order is far shorter."""


@open_to_all
@csrf_exempt
@require_POST
def notify(request: HttpRequest) -> HttpResponse:
    """`200 {"taken": true}` once the message is in our books; else the provider sends it again."""
    if len(request.body) > MOST:
        return JsonResponse({"taken": False}, status=413)
    signature = request.headers.get("X-Signature", "")
    try:
        actions.hear(body=request.body, signature=signature)
    except NotFound:
        # An order that is none of ours: sending it again would not help. The statement shows it.
        return JsonResponse({"taken": False}, status=404)
    except (KeyError, ValueError):
        return JsonResponse({"taken": False}, status=400)
    except Refusal as refusal:
        return JsonResponse({"taken": False, "says": refusal.sentence()}, status=refusal.status)
    return JsonResponse({"taken": True})

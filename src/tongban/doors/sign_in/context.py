"""What every page knows about the session."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse


def session(request: HttpRequest) -> dict[str, Any]:
    """Context processor: where to sign out, when the session ends, how to act for oneself again,
    and where to let one's family help."""
    ends = getattr(request, "session_ends", None)
    return {
        "sign_out_url": reverse("sign-out"),
        "acting_for_end_url": reverse("acting-end"),
        "family_url": reverse("proxies"),
        "session_ends_in": ends.seconds if ends else 0,
        "session_ends_at": ends.at if ends else None,
    }

"""One log line and one count per request: who (by key), which route, how it ended, how long."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.doors.health import metrics
from tongban.kernel.ui.menus import actor_of
from tongban.kernel.ui.middleware import request_id

log = logging.getLogger("tongban.requests")

QUIET = {"healthz", "readyz", "metrics", "static"}
"""Asked every few seconds by machines: counted, and written down only when they fail."""


_plain_record = logging.getLogRecordFactory()


def numbered_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record that bears the number of the request being answered, whoever writes it."""
    record = _plain_record(*args, **kwargs)
    record.request_id = request_id()
    return record


logging.setLogRecordFactory(numbered_record)


class RequestsMiddleware:
    """Counts and writes down requests, by route: a path may hold what is personal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - began
        route = _route(request)
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "OTHER"
        metrics.REQUESTS.labels(route, method, str(response.status_code)).inc()
        metrics.SECONDS.labels(route).observe(took)
        if route not in QUIET or response.status_code >= 500:
            log.info(
                "answered",
                extra={
                    "method": method,
                    "route": route,
                    "status": response.status_code,
                    "ms": round(took * 1000, 1),
                    "actor": actor_of(request).key,
                },
            )
        return response


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is not None:
        return match.view_name or match.route
    # Never the path itself: it may hold a number, and would make a series of its own.
    return "static" if request.path.startswith("/static/") else "unknown"

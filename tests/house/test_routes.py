"""Every route says to whom it is open."""

from collections.abc import Callable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.source import none
from tongban.kernel.ui.access import access_of


def routes(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, Callable[..., object]]]:
    for pattern in resolver.url_patterns:
        address = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield address, pattern.callback
        else:
            yield from routes(pattern, address)


def test_every_route_says_to_whom_it_is_open() -> None:
    none(
        f"{address} ({view.__module__}): mark the view with @open_to_all, @signed_in or @demands"
        for address, view in routes(get_resolver())
        if access_of(view) is None
    )

"""Which layout a path has, so that an error looks like the side on which it happened."""

from django.http import HttpRequest

from tongban.kernel.ui import modes

_BY_PREFIX: dict[str, str] = {}

PORTAL, ELDER, STAFF = "ui/portal.html", "ui/elder.html", "ui/staff.html"


def register(prefix: str, template: str) -> None:
    """Have the paths under a prefix shown in a layout: `register("/office/", STAFF)`."""
    _BY_PREFIX[prefix] = template


def of(request: HttpRequest) -> str:
    """The layout of this request."""
    for prefix in sorted(_BY_PREFIX, key=len, reverse=True):
        if request.path_info.startswith(prefix):
            return _BY_PREFIX[prefix]
    return ELDER if modes.of(request).elder else PORTAL

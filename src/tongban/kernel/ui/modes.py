"""Display modes (显示模式): standard or elder, letter size, contrast and language.

One cookie holds them, `elder.l.high.en`; a link `?ui=elder` changes what it names and leaves the
rest. The elder mode is a version of the page, not a zoom: `choose` finds it where there is one.
"""

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

COOKIE = "ui"
YEAR = 365 * 24 * 3600

Mode = Literal["std", "elder"]
Size = Literal["m", "l", "xl"]
Contrast = Literal["norm", "high"]

_WORDS: dict[str, tuple[str, str]] = {
    "std": ("mode", "std"),
    "elder": ("mode", "elder"),
    "m": ("size", "m"),
    "l": ("size", "l"),
    "xl": ("size", "xl"),
    "norm": ("contrast", "norm"),
    "high": ("contrast", "high"),
    "zh": ("language", "zh-hans"),
    "zh-hans": ("language", "zh-hans"),
    "en": ("language", "en"),
}


@dataclass(frozen=True, slots=True)
class Display:
    """How one wants to see the pages."""

    mode: Mode = "std"
    size: Size = "m"
    contrast: Contrast = "norm"
    language: str = "zh-hans"

    @property
    def elder(self) -> bool:
        return self.mode == "elder"

    @property
    def larger(self) -> Size:
        """The next size up, and from the largest back to the first."""
        return {"m": "l", "l": "xl", "xl": "m"}[self.size]  # type: ignore[return-value]

    def __str__(self) -> str:
        return ".".join(getattr(self, field.name) for field in fields(self))


def read(text: str, base: Display | None = None) -> Display:
    """Read words parted by dots over a base; a word nobody knows changes nothing."""
    known = dict(_WORDS[word] for word in text.lower().split(".") if word in _WORDS)
    return replace(base or Display(), **known)  # type: ignore[arg-type]


def of(request: HttpRequest) -> Display:
    """The display of this request."""
    found = getattr(request, "ui", None)
    return found if isinstance(found, Display) else read(request.COOKIES.get(COOKIE, ""))


def keep(response: HttpResponse, display: Display, *, secure: bool) -> None:
    """Keep the display in the browser."""
    response.set_cookie(
        COOKIE, str(display), max_age=YEAR, httponly=True, samesite="Lax", secure=secure
    )


@cache
def _exists(template: str) -> bool:
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return False
    return True


def choose(request: HttpRequest, template: str) -> str:
    """The template in the mode wanted: `a/home.html`, or `a/elder/home.html` if there is one."""
    if of(request).elder:
        folder, _, name = template.rpartition("/")
        elder = f"{folder}/elder/{name}"
        if _exists(elder):
            return elder
    return template


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Answer with a page in the mode wanted."""
    return render(request, choose(request, template), context or {}, status=status)

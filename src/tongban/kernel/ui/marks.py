"""Small drawings as SVG: attributes instead of styles, so that they stand under a strict CSP."""

from collections.abc import Sequence
from functools import lru_cache
from math import pi

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


def icon(name: str, cls: str = "") -> SafeString:
    """A line icon from the one sprite; always beside words, therefore hidden from readers."""
    return _drawn(static("ui/icons.svg"), name, cls)


# Typed: a text that is safe equals one that is not, and is drawn otherwise.
@lru_cache(1024, typed=True)
def _drawn(sprite: str, name: str, cls: str) -> SafeString:
    return format_html(
        '<svg class="i{}{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        " " if cls else "",
        cls,
        sprite,
        name,
    )


def bar(value: float, total: float = 100, tone: str = "") -> SafeString:
    """A meter; the words beside it say the same."""
    share = 0 if not total else max(0, min(100, round(100 * float(value) / float(total))))
    return format_html(
        '<svg class="bar {}" aria-hidden="true" focusable="false" preserveAspectRatio="none"'
        ' viewBox="0 0 100 6"><rect class="bar-t" width="100" height="6"/>'
        '<rect class="bar-v" width="{}" height="6"/></svg>',
        tone,
        share,
    )


def spark(values: Sequence[float], tone: str = "") -> SafeString:
    """A line of the last values; nothing for fewer than two, for one value is no course."""
    if len(values) < 2:
        return SafeString("")
    numbers = [float(value) for value in values]
    low, high = min(numbers), max(numbers)
    span = (high - low) or 1
    last = len(numbers) - 1
    line = " ".join(
        f"{round(at * 96 / last + 2, 1)},{round(26 - (value - low) / span * 22, 1)}"
        for at, value in enumerate(numbers)
    )
    return format_html(
        '<svg class="spark {}" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><polygon class="spark-a" points="2,30 {} 98,30"/>'
        '<polyline class="spark-l" points="{}" vector-effect="non-scaling-stroke"/></svg>',
        tone,
        line,
        line,
    )


def ring(value: int, total: int) -> SafeString:
    """How many of how many, as a ring with the numbers in it."""
    round_about = 2 * pi * 27
    share = 0 if not total else max(0.0, min(1.0, value / total))
    return format_html(
        '<svg class="ring" viewBox="0 0 64 64" aria-hidden="true" focusable="false">'
        '<circle class="t" cx="32" cy="32" r="27"/>{}'
        '<text x="32" y="37">{}/{}</text></svg>',
        # A round cap draws a dot even for nought.
        format_html(
            '<circle class="v" cx="32" cy="32" r="27" stroke-dasharray="{} {}"'
            ' transform="rotate(-90 32 32)"/>',
            round(round_about * share, 1),
            round(round_about, 1),
        )
        if share
        else "",
        value,
        total,
    )

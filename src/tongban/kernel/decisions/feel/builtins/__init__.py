"""The built-in functions of FEEL (DMN 1.5, 10.3.4); importing registers them."""

from tongban.kernel.decisions.feel.builtins import (
    contexts,
    conversions,
    lists,
    literals,
    numeric,
    ranges,
    strings,
    temporal,
)

__all__ = [
    "contexts",
    "conversions",
    "lists",
    "literals",
    "numeric",
    "ranges",
    "strings",
    "temporal",
]

"""Propose, sign and end versions of what a city writes; read and write its files."""

from tongban.kernel.catalogue.actions.city_files import Seeded, export, seed
from tongban.kernel.catalogue.actions.drafting import begin, discard, draft, keep, submit
from tongban.kernel.catalogue.actions.signing import publish, refuse, retire

__all__ = [
    "Seeded",
    "begin",
    "discard",
    "draft",
    "export",
    "keep",
    "publish",
    "refuse",
    "retire",
    "seed",
    "submit",
]

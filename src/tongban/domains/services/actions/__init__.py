"""What changes beside the catalogue: differences between regions, missed words, timings, files."""

from tongban.domains.services.actions.drifting import SELF, compare, confirm, mend
from tongban.domains.services.actions.exchanging import Taken, export, take
from tongban.domains.services.actions.listening import add_words, dismiss, note_missed, note_timing

__all__ = [
    "SELF",
    "Taken",
    "add_words",
    "compare",
    "confirm",
    "dismiss",
    "export",
    "mend",
    "note_missed",
    "note_timing",
    "take",
]

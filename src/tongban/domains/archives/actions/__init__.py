"""The verbs of archives: enrol a closed case, pack it, hand it over, look whether it is held."""

from tongban.domains.archives.actions.handing import compare, hand_over
from tongban.domains.archives.actions.packing import SELF, enrol, pack, take_out

__all__ = ["SELF", "compare", "enrol", "hand_over", "pack", "take_out"]

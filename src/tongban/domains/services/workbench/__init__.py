"""The officials' pages: differences between regions, missed words, who fixed what in an item."""

from tongban.domains.services.workbench.drifting import compare, drift, drifts, layers
from tongban.domains.services.workbench.searches import searches

__all__ = ["compare", "drift", "drifts", "layers", "searches"]

"""What an official may do with a case: a table of acts, and the forms derived from it."""

from tongban.domains.cases.workbench.acts.kinds import HANDLING, Act, At, Group, Posted
from tongban.domains.cases.workbench.acts.marks import Markable, markables
from tongban.domains.cases.workbench.acts.table import ACTS, possible

__all__ = ["ACTS", "HANDLING", "Act", "At", "Group", "Markable", "Posted", "markables", "possible"]

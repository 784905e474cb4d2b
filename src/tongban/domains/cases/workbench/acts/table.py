"""The table of acts (办理动作一览): one row each; pages, forms and tests are derived from it.

The rows stand in the order of the page. What law does not allow now is not shown, and refused by
the action all the same.
"""

from collections.abc import Mapping

from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.workbench.acts import accepting, course, deciding, free_flow, later
from tongban.domains.cases.workbench.acts.kinds import Act

ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        *accepting.ACTS,
        *deciding.ACTS,
        *free_flow.READING,
        *course.ACTS,
        *free_flow.ASKING,
        *free_flow.HANDS,
        *later.ACTS,
    )
}


def possible(view: CaseView) -> list[Act]:
    """What this official may do with this case now, in the order of the page."""
    return [act for act in ACTS.values() if act.is_possible(view)]

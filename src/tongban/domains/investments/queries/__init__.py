"""Questions about projects: their rows, how they stand, and in whose hands they are."""

from tongban.domains.investments.queries.holding import Holder, holders
from tongban.domains.investments.queries.joints import (
    Opinion,
    has_live,
    joint,
    joint_at,
    joint_of_case,
    joints_of,
    locked_joint,
    opinions,
    reviewing,
)
from tongban.domains.investments.queries.rows import (
    KIND,
    by_code,
    case_of,
    find,
    listed,
    locked,
    mine,
    path_of,
    paths,
)
from tongban.domains.investments.queries.showing import around, joint_words
from tongban.domains.investments.queries.views import (
    ItemLine,
    PhaseView,
    ProjectView,
    view,
    views,
)

__all__ = [
    "KIND",
    "Holder",
    "ItemLine",
    "Opinion",
    "PhaseView",
    "ProjectView",
    "around",
    "by_code",
    "case_of",
    "find",
    "has_live",
    "holders",
    "joint",
    "joint_at",
    "joint_of_case",
    "joint_words",
    "joints_of",
    "listed",
    "locked",
    "locked_joint",
    "mine",
    "opinions",
    "path_of",
    "paths",
    "reviewing",
    "view",
    "views",
]

"""A project in words, as the firm's pages and the officials' show it alike."""

from typing import Any

from django.utils.translation import gettext

from tongban.domains.investments import rules
from tongban.domains.investments.models import JointReview
from tongban.domains.investments.queries.joints import joints_of, opinions
from tongban.domains.investments.queries.views import ItemLine, ProjectView
from tongban.domains.investments.rules import LIGHTS, JointState


def around(found: ProjectView) -> dict[str, Any]:
    """What every page of a project shows, in words."""
    tone, words = LIGHTS[found.count.light]
    joints = {one.case_no: one for one in joints_of(found.project)}
    return {
        "found": found,
        "project": found.project,
        "tone": tone,
        "light": gettext(words),
        "outcome": gettext(rules.OUTCOMES.get(found.project.outcome, "")),
        "phases": [
            {
                "view": one,
                "words": gettext(one.words),
                "light": LIGHTS[one.count.light][0],
                "lines": [(line, *_say(line)) for line in one.items],
            }
            for one in found.phases
        ],
        "joints": [joint_words(one) for one in joints.values()],
        "way": [line for one in found.phases for line in one.items if line.is_critical],
    }


def joint_words(one: JointReview) -> dict[str, Any]:
    """A joint review with its one list."""
    return {
        "joint": one,
        "state": gettext(rules.JOINT_STATES[JointState(one.state)]),
        "opinions": opinions(one),
        "is_drawings": one.kind == "drawings",
        "is_correcting": one.state == JointState.CORRECTING,
    }


def _say(line: ItemLine) -> tuple[str, str]:
    """How an item stands, in a word and a tone."""
    if line.is_granted:
        return gettext("granted"), "green"
    if line.case is None:
        return gettext("not filed yet"), ""
    if line.may_repeat or line.is_over:
        return gettext("not granted"), "red"
    if line.waits_for_firm:
        return gettext("your turn"), "seal"
    if line.case.state == "waiting":
        return gettext("waits for an earlier item"), ""
    return gettext("under way"), "brand"

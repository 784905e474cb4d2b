"""Fields and conditions that several acts share."""

from collections.abc import Callable

from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.rules import state
from tongban.domains.cases.workbench.acts import offers
from tongban.domains.cases.workbench.acts.asks import Ask
from tongban.kernel.errors import N_
from tongban.kernel.processes import rules as flow

# Fields that several acts ask for -----------------------------------------------------------------


def laws(view: CaseView) -> str:
    return "、".join(map(str, view.item.laws))


OPINION = Ask("opinion", N_("Opinion"), required=False)
NEEDED_OPINION = Ask("opinion", N_("Opinion"), refusals=(state.OpinionMissing,))
REASONS = Ask("reasons", N_("Reasons"), refusals=(state.ReasonsMissing,))
LAW = Ask("law", N_("Law"), draft=laws)
SECOND = Ask(
    "second",
    N_("Second officer"),
    "select",
    hint=N_("Two officers or more check on site (article 34)."),
    offers=offers.seconds,
    when=offers.needs_second,
    sends="second_officer",
    refusals=(state.TwoOfficersNeeded,),
)
OUTCOME = Ask("outcome", N_("Result"), "one", offers=offers.outcomes)
QUESTION = Ask("question", N_("Question"), refusals=(state.QuestionMissing,))


# What else must be so ----------------------------------------------------------------------------


def knows(*names: str) -> Callable[[CaseView], bool]:
    """The stage in hand may end with one of these."""
    return lambda view: bool(view.hand and any(name in view.hand.stage.effects for name in names))


def may_supplement(view: CaseView) -> bool:
    """Once; a second time only for what arises from the answer, a third never."""
    return view.case.supplement_count < 2


def may_extend(view: CaseView) -> bool:
    return bool(view.item.extension_days) and not view.case.extension_count


def ends_beside(view: CaseView) -> bool:
    """A stage that is the procedure itself ends it; any other stage does so by a word."""
    return view.hand is not None and view.hand.stage.legal != "special"


def is_urged(view: CaseView) -> bool:
    return view.hand is not None and view.hand.item.mode == flow.Mode.URGE


def is_asked(view: CaseView) -> bool:
    """Whether an opinion or a signature is wanted; a reminder and a circular want neither."""
    wanted = {*flow.ASKING, flow.Mode.AFTER_SIGN}
    return view.hand is not None and view.hand.item.mode in wanted


def is_owed(view: CaseView) -> bool:
    """Whether some work is open upon which the head's word can be noted."""
    return view.first_open is not None


def needs_hearing(view: CaseView) -> bool:
    """Whether law wants a hearing offered, and it was not yet."""
    return bool(view.item.body.get("hearing")) and not any(c.kind == "hearing" for c in view.clocks)

"""What is decided: the stages of the review, the decision itself, opinions that were asked for."""

from collections.abc import Callable

from django.http import QueryDict
from django.utils.translation import gettext

from tongban.domains.cases.actions import determination, review
from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.rules import papers, state
from tongban.domains.cases.rules.state import Purpose
from tongban.domains.cases.workbench.acts import offers
from tongban.domains.cases.workbench.acts.asks import Ask
from tongban.domains.cases.workbench.acts.fields import (
    LAW,
    NEEDED_OPINION,
    OPINION,
    OUTCOME,
    REASONS,
    SECOND,
    is_asked,
    is_urged,
    knows,
    laws,
)
from tongban.domains.cases.workbench.acts.kinds import Act, At
from tongban.kernel.errors import N_

REFUSAL = "《中华人民共和国行政许可法》第三十八条第二款"
GRANTED = "经审查，申请符合法定条件、标准。"

PAIRS = ("", *(f"_{n}" for n in range(2, 81)))
"""Room to replace every value of the longest form; a case shows as many as it has values."""
AT_FIRST = 3
"""So many are seen at once, the others on request."""


def _is_put_right(view: CaseView) -> bool:
    return view.case.purpose in {Purpose.CORRECT, Purpose.RECONSIDER}


def _has_so_many(place: int) -> Callable[[CaseView], bool]:
    def has(view: CaseView) -> bool:
        if not _is_put_right(view):
            return False
        return place < AT_FIRST or sum(row.filed is not None for row in view.compared) > place

    return has


def _instead(sent: QueryDict) -> dict[str, str]:
    pairs = [(sent.get(f"field{n}", "")[:120], sent.get(f"value{n}", "").strip()) for n in PAIRS]
    return {field: value[:500] for field, value in pairs if field and value}


INSTEAD = tuple(
    ask
    for place, n in enumerate(PAIRS)
    for ask in (
        Ask(
            f"field{n}",
            N_("What is replaced"),
            "select",
            hint="" if n else N_("Left empty, it reads as was asked for."),
            required=False,
            offers=offers.filed,
            when=_has_so_many(place),
            reads=None if n else _instead,
            is_part=bool(n),
            is_more=place >= AT_FIRST,
            sends="" if n else "values",
            refusals=() if n else (state.NotAField,),
        ),
        Ask(
            f"value{n}",
            N_("What stands instead"),
            "text",
            required=False,
            most=500,
            when=_has_so_many(place),
            is_part=True,
            is_more=place >= AT_FIRST,
        ),
    )
)
"""What an objection or a correction is decided to read, where that is not what was asked for."""

ACTS = (
    Act(
        "pass",
        N_("Pass on"),
        N_("Goes to the next stage with your opinion."),
        N_("Passed on."),
        review.pass_on,
        law="work",
        post=("case.examine", "case.check"),
        stages=("", "special"),
        asks=(OUTCOME, SECOND, OPINION),
    ),
    Act(
        "grant",
        N_("Grant"),
        N_("The licence is issued at once."),
        N_("Granted; the licence was issued."),
        determination.grant,
        law="grant",
        post=("case.decide",),
        stages=("decide",),
        needs=knows("grant"),
        asks=(
            Ask(
                "reasons",
                N_("Reasons"),
                draft=lambda view: GRANTED,
                refusals=(state.ReasonsMissing,),
            ),
            LAW,
            *INSTEAD,
        ),
    ),
    Act(
        "refuse",
        N_("Refuse"),
        N_("Only a person may refuse: with reasons, law and remedies."),
        N_("Refused; the decision was sent."),
        determination.refuse,
        law="refuse",
        post=("case.decide",),
        stages=("decide",),
        needs=knows("refuse"),
        tone="btn-d",
        asks=(
            REASONS,
            Ask("law", N_("Law"), draft=lambda view: f"{REFUSAL}；{laws(view)}"),
            Ask(
                "remedies",
                N_("Remedies"),
                draft=lambda view: papers.REMEDIES,
                refusals=(state.RemediesMissing,),
            ),
        ),
    ),
    Act(
        "back",
        N_("Send back"),
        N_("Back to the review, to be looked at again."),
        N_("Sent back."),
        review.send_back,
        law="work",
        post=("case.decide", "case.examine"),
        needs=lambda view: bool(offers.ways_back(view)),
        asks=(
            Ask(
                "outcome",
                N_("Back to which stage"),
                "one",
                offers=offers.ways_back,
                when=offers.has_ways_back,
            ),
            Ask(
                "opinion",
                N_("What is to be looked at again"),
                refusals=(state.OpinionMissing,),
            ),
        ),
    ),
    Act(
        "answer",
        N_("Give the opinion"),
        N_("The agency in charge reads it and decides."),
        N_("Your opinion was given."),
        review.answer,
        at=At.ASKED,
        needs=is_asked,
        asks=(
            Ask(
                "agrees",
                N_("Position"),
                "one",
                offers=lambda view: [
                    ("yes", gettext("We agree")),
                    ("no", gettext("We do not agree")),
                ],
                reads=lambda sent: sent.get("agrees") == "yes",
            ),
            NEEDED_OPINION,
        ),
    ),
    Act(
        "reply",
        N_("Report on it"),
        N_("What you did so that it goes on; it stands in the trail."),
        N_("Reported."),
        review.answer,
        post=("matter.urge",),
        at=At.ASKED,
        needs=is_urged,
        asks=(NEEDED_OPINION,),
    ),
    Act(
        "promise-check",
        N_("Record the check"),
        N_("Whether what was promised is so, seen by two officers."),
        N_("The check was recorded."),
        review.check_promise,
        at=At.CHECK,
        asks=(OUTCOME, SECOND, NEEDED_OPINION),
    ),
)

"""What an agency may do with a case that lies before it, before taking it on."""

from tongban.domains.cases.actions import acceptance, determination
from tongban.domains.cases.rules import needs, state
from tongban.domains.cases.workbench.acts import marks, offers
from tongban.domains.cases.workbench.acts.asks import Ask
from tongban.domains.cases.workbench.acts.fields import (
    OPINION,
    REASONS,
    knows,
    may_supplement,
)
from tongban.domains.cases.workbench.acts.kinds import Act, At
from tongban.kernel.errors import N_

NOT_ACCEPTED = "《中华人民共和国行政许可法》第三十二条第一款第一、二项"

ACTS = (
    Act(
        "accept",
        N_("Accept"),
        N_("The promised term begins on the next working day."),
        N_("Accepted; the notice was sent."),
        acceptance.accept,
        law="accept",
        post=("case.accept",),
        stages=("accept",),
        asks=(OPINION,),
    ),
    Act(
        "accept-tolerant",
        N_("Accept, papers to follow"),
        N_(
            "What the applicant asked to hand in later is owed by its own day; nothing is granted"
            " before."
        ),
        N_("Accepted; the applicant was told what is still owed, and by when."),
        acceptance.accept_tolerant,
        law="accept_tolerant",
        post=("case.accept",),
        stages=("accept",),
        needs=lambda view: bool(offers.tolerable(view)),
        asks=(
            Ask(
                "materials",
                N_("What may follow"),
                "many",
                offers=offers.tolerable,
                refusals=(needs.NotTolerable, needs.MaterialMissing),
            ),
            Ask(
                "days",
                N_("Working days to hand it in"),
                "number",
                hint=N_("Left empty, as many as the item publishes."),
                required=False,
                most=60,
                refusals=(needs.TooManyDays,),
            ),
            OPINION,
        ),
    ),
    Act(
        "supplement",
        N_("Ask for a supplement"),
        N_(
            "Everything that is missing, once. The clock stops when it is sent and runs again"
            " when the applicant has answered."
        ),
        N_("Sent; the clock stands still until the applicant answers."),
        acceptance.ask_supplement,
        law="ask_supplement",
        post=("case.accept",),
        stages=("accept",),
        needs=may_supplement,
        asks=(
            Ask(
                "mark",
                N_("What is missing or wrong"),
                "marks",
                reads=marks.defects,
                sends="defects",
                refusals=(state.NothingMarked,),
            ),
        ),
    ),
    Act(
        "decline",
        N_("Do not accept"),
        N_("In writing, with reasons and law."),
        N_("Not accepted; the decision was sent."),
        acceptance.decline,
        law="decline",
        post=("case.accept",),
        stages=("accept",),
        needs=knows("decline"),
        tone="btn-d",
        asks=(
            REASONS,
            Ask("law", N_("Law"), draft=lambda view: NOT_ACCEPTED),
            Ask(
                "organ",
                N_("Agency in charge"),
                "select",
                hint=N_("If another agency is in charge, name it: the applicant is sent there."),
                required=False,
                offers=offers.right_agencies,
                sends="organ_named",
            ),
        ),
    ),
    Act(
        "promise",
        N_("Grant on promise"),
        N_("Granted at once on the written promise; a check after it is owed."),
        N_("Granted on promise; the licence was issued."),
        determination.grant_on_promise,
        law="promise",
        post=("case.decide",),
        at=At.CASE,
        needs=lambda view: view.is_promised,
    ),
)

"""What the agency opens about a case that is over: a linked case, never the old one again."""

from django.http import QueryDict

from tongban.domains.cases.actions import linked
from tongban.domains.cases.rules import state
from tongban.domains.cases.rules.state import Purpose
from tongban.domains.cases.workbench.acts import offers
from tongban.domains.cases.workbench.acts.asks import Ask
from tongban.domains.cases.workbench.acts.kinds import Act, At, Group
from tongban.kernel.errors import N_

REASONS = Ask("reasons", N_("Reasons"), refusals=(state.OpinionMissing,))


def _corrected(sent: QueryDict) -> dict[str, str]:
    field, value = sent.get("field", "")[:120], sent.get("value", "").strip()[:500]
    return {field: value} if field and value else {}


ACTS = (
    Act(
        "correct",
        N_("Correct it"),
        N_("Opens a case of its own; what was issued is replaced when that one is decided."),
        N_("The correction was opened as a case of its own."),
        linked.begin,
        law="correct",
        post=("case.examine",),
        at=At.CASE,
        group=Group.LATER,
        takes="case_no",
        keyed=False,
        sends={"purpose": Purpose.CORRECT},
        asks=(
            Ask(
                "field",
                N_("What is wrong"),
                "select",
                offers=offers.filed,
                reads=_corrected,
                sends="values",
                refusals=(state.NotAField,),
            ),
            Ask("value", N_("What is right"), "text", most=500, is_part=True),
            REASONS,
        ),
    ),
    Act(
        "revoke",
        N_("Revoke it"),
        N_("Opens a case of its own: granted against the law, or on a false promise."),
        N_("The revocation was opened as a case of its own."),
        linked.begin,
        law="revoke",
        post=("case.examine",),
        at=At.CASE,
        group=Group.LATER,
        takes="case_no",
        keyed=False,
        sends={"purpose": Purpose.REVOKE},
        asks=(REASONS,),
        tone="btn-d",
    ),
    Act(
        "annul",
        N_("Annul it"),
        N_("Opens a case of its own: what was granted has ended or is given up."),
        N_("The annulment was opened as a case of its own."),
        linked.begin,
        law="annul",
        post=("case.examine",),
        at=At.CASE,
        group=Group.LATER,
        takes="case_no",
        keyed=False,
        sends={"purpose": Purpose.ANNUL},
        asks=(REASONS,),
        tone="btn-d",
    ),
)

"""How work goes from hand to hand (自由流转): the verbs that its stage allows, and what each asks.

The verbs are the process's own (`processes.rules.VERBS`); three of them have law of their own in a
case, and are rows by themselves: asking other agencies, sending back, handing over.
"""

from collections.abc import Callable
from dataclasses import replace

from tongban.domains.cases.actions import review
from tongban.domains.cases.queries.office import CaseView
from tongban.domains.cases.rules import state
from tongban.domains.cases.workbench.acts import asking, offers
from tongban.domains.cases.workbench.acts.asks import Ask
from tongban.domains.cases.workbench.acts.fields import QUESTION, is_owed
from tongban.domains.cases.workbench.acts.kinds import Act, At, Group
from tongban.kernel.errors import N_
from tongban.kernel.processes import actions as processes
from tongban.kernel.processes import rules as flow
from tongban.kernel.processes.rules import Verb

ASKED = (state.NobodyThere, flow.NothingAsked)
WORDS = Ask("words", N_("What it is about"), refusals=(flow.WordsMissing,))


def _allows(
    verb: Verb, also: Callable[[CaseView], object] | None = None
) -> Callable[[CaseView], bool]:
    """Whether the stage in hand, or the one that is open, allows the verb."""

    def allowed(view: CaseView) -> bool:
        item = view.hand.item if view.hand else view.first_open
        stage = view.graph.stages.get(item.stage) if item else None
        known = stage is not None and verb in stage.verbs
        return known and (also is None or bool(also(view)))

    return allowed


def _verb(
    verb: Verb,
    label: str,
    note: str,
    done: str,
    *asks: Ask,
    group: Group = Group.OTHERS,
    at: At = At.STAGE,
    post: tuple[str, ...] | None = None,
    also: Callable[[CaseView], object] | None = None,
) -> Act:
    act = Act(
        verb.replace("_", "-"), label, note, done, asking.perform, at=at, group=group, asks=asks,
        needs=_allows(verb, also), sends={"verb": verb},
    )  # fmt: skip
    return replace(act, post=post) if post else act


def _whom(label: str, offered: Callable[[CaseView], offers.Choices], *, one: bool = False) -> Ask:
    return Ask("whom", label, "select" if one else "many", offers=offered, refusals=ASKED)


ASKING = (
    Act(
        "consult",
        N_("Consult other agencies"),
        N_("The clocks of law go on while they are asked."),
        N_("They were asked; the case waits for their answers."),
        review.consult,
        needs=_allows(Verb.CONSULT),
        group=Group.OTHERS,
        asks=(
            Ask("organs", N_("Whom to ask"), "many", offers=offers.agencies, refusals=ASKED),
            QUESTION,
        ),
    ),
    _verb(
        Verb.ADD_BEFORE,
        N_("Have others sign before me"),
        N_("Colleagues give their opinion before you act; the clocks go on."),
        N_("They were asked; the case waits for all of them."),
        _whom(N_("Colleagues"), offers.advisers),
        WORDS,
    ),
    _verb(
        Verb.ADD_AFTER,
        N_("Have others sign after me"),
        N_("What you do counts once they have signed."),
        N_("They sign after you."),
        _whom(N_("Colleagues"), offers.advisers),
        WORDS,
    ),
    _verb(
        Verb.COUNTERSIGN,
        N_("Countersign: all of them"),
        N_("Colleagues and agencies sign; you act when all have answered."),
        N_("They were asked; the case waits for all of them."),
        _whom(N_("Whom to ask"), offers.places),
        WORDS,
    ),
    _verb(
        Verb.OR_SIGN,
        N_("Countersign: one of them"),
        N_("Whoever answers first answers for all who were asked."),
        N_("They were asked; the case waits for the first of them."),
        _whom(N_("Whom to ask"), offers.places),
        WORDS,
    ),
    _verb(
        Verb.CIRCULATE,
        N_("Show it to others"),
        N_("They read it; nothing waits for them."),
        N_("It was shown to them."),
        _whom(N_("Who is to read it"), offers.places),
        Ask("words", N_("What it is about"), required=False),
    ),
    _verb(
        Verb.DROP,
        N_("Need a signer no longer"),
        N_("The others may have answered enough without them."),
        N_("They need not answer any more."),
        _whom(N_("Who need not answer"), offers.asked),
        at=At.WAITING,
        also=offers.asked,
    ),
    Act(
        "take-back",
        N_("Take the question back"),
        N_("Those who were asked need not answer any more; you may act again."),
        N_("The question was taken back."),
        processes.take_back,
        at=At.WAITING,
        group=Group.OTHERS,
    ),
    _verb(
        Verb.URGE,
        N_("Remind the holder"),
        N_("Whoever has it in hand is reminded; the work stays where it is."),
        N_("They were reminded."),
        WORDS,
        at=At.CASE,
        post=("matter.urge",),
        also=is_owed,
    ),
    _verb(
        Verb.SUPERVISE,
        N_("Bring it before the heads"),
        N_("The heads of the agency must say what they did about it."),
        N_("It was brought before the heads."),
        WORDS,
        at=At.CASE,
        post=("matter.urge",),
        also=is_owed,
    ),
)

HANDS = (
    Act(
        "transfer",
        N_("Hand over"),
        N_("To a colleague whose post may do it."),
        N_("Handed over."),
        review.hand_over,
        at=At.HAND,
        group=Group.HANDS,
        asks=(
            Ask(
                "to",
                N_("Colleague"),
                "select",
                offers=offers.successors,
                refusals=(state.NobodyThere,),
            ),
            Ask("reason", N_("Reason"), refusals=(state.OpinionMissing,)),
        ),
    ),
    _verb(
        Verb.DELEGATE,
        N_("Let a colleague do it for me"),
        N_("They act on your behalf; their post must allow it."),
        N_("They do it on your behalf."),
        _whom(N_("Colleague"), offers.successors, one=True),
        group=Group.HANDS,
    ),
    _verb(
        Verb.SEND,
        N_("Send on within the stage"),
        N_("One or several colleagues go on with it; the stage is done when all of them are."),
        N_("Sent on."),
        _whom(N_("Colleagues"), offers.successors),
        Ask("words", N_("Opinion"), required=False),
        group=Group.HANDS,
    ),
    _verb(
        Verb.RETURN,
        N_("Return to an earlier stage"),
        N_("All that stands after it is done again."),
        N_("Returned."),
        Ask("stage", N_("Which stage"), "one", offers=offers.earlier, refusals=(flow.NotBefore,)),
        WORDS,
        group=Group.HANDS,
        also=offers.earlier,
    ),
    _verb(
        Verb.ASK_AGAIN,
        N_("Return, and straight back here"),
        N_("Only that stage is done again; then it comes back to you."),
        N_("Returned; it comes straight back."),
        Ask("stage", N_("Which stage"), "one", offers=offers.earlier, refusals=(flow.NotBefore,)),
        WORDS,
        group=Group.HANDS,
        also=offers.earlier,
    ),
    _verb(
        Verb.JUMP,
        N_("Jump to another stage"),
        N_("Over what stands between; never over an act of law."),
        N_("The case went to that stage."),
        Ask("stage", N_("Which stage"), "one", offers=offers.elsewhere, refusals=(flow.NotBefore,)),
        WORDS,
        group=Group.HANDS,
        at=At.CASE,
        post=("matter.steer",),
        also=offers.elsewhere,
    ),
    Act(
        "put-back",
        N_("Put back"),
        N_("Back to the post, so that a colleague may take it."),
        N_("Put back."),
        processes.put_back,
        at=At.HAND,
        needs=lambda view: view.hand is not None and view.hand.is_claimed,
        group=Group.HANDS,
    ),
)

READING = (
    Act(
        "read",
        N_("I have read it"),
        N_("Nothing waits for you; it stands in the trail that you read it."),
        N_("Noted that you read it."),
        processes.act,
        at=At.ASKED,
        needs=lambda view: view.hand is not None and view.hand.item.mode == flow.Mode.CIRCULATE,
        asks=(Ask("opinion", N_("Opinion"), required=False),),
        sends={"outcome": "read"},
    ),
)

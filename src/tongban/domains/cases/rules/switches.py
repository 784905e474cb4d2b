"""The switch of an automatic rule: off by one person at once, on again by two; pure."""

from tongban.kernel.actor import Actor
from tongban.kernel.errors import N_, Invalid, Refusal

LONGEST = 300


class AlreadyOff(Refusal):
    says = N_("This rule is off already.")
    hint = N_("Every case that it would decide goes to an official.")
    status = 409


class AlreadyOn(Refusal):
    says = N_("This rule is on.")
    hint = N_("It decides at once; turn it off if it should not.")
    status = 409


class NobodyAsked(Refusal):
    says = N_("Nobody has asked to turn this rule on again.")
    hint = N_("One person asks, with a reason; a second one turns it on.")
    status = 409


class OtherPersonNeeded(Refusal):
    """四眼原则: a rule that was off decides about people again."""

    says = N_("You asked for it, so a second person has to turn this rule on.")
    hint = N_("Ask a colleague whose post may switch rules.")
    status = 403


class NoPastCases(Refusal):
    says = N_("No rule of this name has looked at a case yet.")
    hint = N_("A shadow run needs past cases; the golden cases show what the rule does.")
    status = 409


class NotTried(Refusal):
    says = N_("This version was not tried on past cases yet, all of them to the end.")
    hint = N_("Try it on past cases, look at what would come out otherwise, then sign.")
    status = 409


def reason_given(reason: str) -> str:
    """The reason as it is kept; refused when there is none, or it is a novel."""
    text = reason.strip()
    if not 0 < len(text) <= LONGEST:
        raise Invalid({"reason": [N_("Say why, in at most 300 characters.")]})
    return text


def check_second_person(*, asked_by: str, asked_person: int | None, by: Actor) -> None:
    """Refuse a program, and refuse who asked, whichever post that person holds now."""
    same = by.key == asked_by or (by.person is not None and by.person == asked_person)
    if same or not by.is_official:
        raise OtherPersonNeeded()

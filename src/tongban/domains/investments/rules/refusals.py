"""What is refused about a project, and what to do instead; pure."""

from datetime import date, timedelta

from tongban.domains.investments.rules.states import Standing
from tongban.kernel.errors import N_, Invalid, Refusal
from tongban.kernel.identity.codes import fault_in

SHAPE = N_(
    "A project code has 24 characters: year, division, trade, kind and serial,"
    " as in 2026-990102-04-01-123456."
)
UNKNOWN_PATH = N_("Choose which kind of project it is.")
SITE_DAYS = timedelta(days=20)
"""So far ahead a site day may lie; each day of waiting counts for the agencies."""


class FirmNeeded(Refusal):
    """A project belongs to a firm, or to a body that invests."""

    says = N_("A project belongs to a firm or an institution.")
    hint = N_("Choose at the top for whom you act, and try again.")
    status = 403


class NotOfYourFirm(Refusal):
    """The platform has no such project of this firm."""

    says = N_("The platform of investment projects has no project {code} of your firm.")
    hint = N_("Check the code, and for which firm you act; the development commission gives codes.")
    status = 403


class AlreadyRegistered(Refusal):
    """A code stands for one project."""

    says = N_("The project {code} is registered already.")
    hint = N_("It stands under “My projects”.")


class PhaseTooEarly(Refusal):
    """A phase waits until what it rests on is granted."""

    says = N_("“{phase}” begins when “{before}” is done.")
    hint = N_("The page of the project shows what is still missing.")


class PhaseBegunAlready(Refusal):
    """A phase is filed once; what was refused in it is applied for again, item by item."""

    says = N_("“{phase}” was filed already.")
    hint = N_("What was not granted can be applied for again on the page of the project.")


class NothingToRepeat(Refusal):
    """Only what ended without a grant is applied for again."""

    says = N_("“{item}” was not refused, or is under way again.")
    hint = N_("Look at the page of the project.")


class ProjectEnded(Refusal):
    """An ended project stays as it is."""

    says = N_("The project has ended.")
    hint = N_("Its page stays open for reading; a new project needs a new code.")


class StillUnderWay(Refusal):
    """A project is given up when no agency holds a case of it."""

    says = N_("{count} cases of the project are still under way.")
    hint = N_("Take them back first, or wait for the decisions.")


class NoJointReview(Refusal):
    """This is not what the joint review waits for."""

    says = N_("The joint review does not wait for this now.")
    hint = N_("Look at its page again.")


class OpinionsMissing(Refusal):
    """The one list leaves when all have spoken."""

    says = N_("{count} agencies have not given their opinion yet.")
    hint = N_("The list of opinions leaves once, when all have spoken.")


class NothingToCorrect(Refusal):
    """All agree."""

    says = N_("No agency found anything to put right.")
    hint = N_("Go on to the decision.")


class RoundUsed(Refusal):
    """One list of opinions, one round."""

    says = N_("The one round of correction has been used.")
    hint = N_("Decide by the opinions as they stand.")


class BadSiteDay(Invalid):
    """A day on which all can come."""

    says = N_("This day cannot be the site day.")
    hint = N_("Choose a working day after today, at most {most} days ahead.")


def check_code(code: str) -> str:
    """The code in its normal form; refuses one that is malformed."""
    text = code.strip().upper()
    if fault_in("investment_project", text) is not None:
        raise Invalid({"code": [SHAPE]})
    return text


def check_open(outcome: str, *, ended: bool) -> None:
    if ended:
        raise ProjectEnded(outcome=outcome)


def check_phase(standing: Standing, *, phase: str, missing: list[str]) -> None:
    """Whether a phase may be begun as it stands."""
    if standing == Standing.WAITING:
        raise PhaseTooEarly(phase=phase, before="、".join(missing))
    if standing not in {Standing.READY, Standing.BEGUN}:
        raise PhaseBegunAlready(phase=phase)


def check_site_day(on: date, *, today: date, is_workday: bool) -> None:
    if not today < on <= today + SITE_DAYS or not is_workday:
        raise BadSiteDay({"on": [N_("Choose another day.")]}, most=SITE_DAYS.days)


def check_correction(*, open_opinions: int, objections: int, round_: int, rounds: int) -> None:
    """Whether the one list of opinions may leave now."""
    if open_opinions:
        raise OpinionsMissing(count=open_opinions)
    if not objections:
        raise NothingToCorrect()
    if round_ > rounds:
        raise RoundUsed()

"""When a visitor's screen shows something, and what their confirmation is worth."""

from tongban.kernel.errors import N_, Refusal


class VisitOver(Refusal):
    says = N_("There is nothing to see here now.")
    hint = N_("Ask the clerk at the window to begin again.")
    status = 404


class NothingToConfirm(Refusal):
    says = N_("Nothing has been filled in yet.")
    hint = N_("It appears here as soon as the clerk has begun.")
    status = 409


class ChangedSince(Refusal):
    says = N_("Something was changed while you read.")
    hint = N_("Read it once more as it stands now, then confirm it.")
    status = 412


def check_shown(*, shown: str, stands: str) -> None:
    """Refuse a confirmation of something other than what stands in the form."""
    if shown != stands:
        raise ChangedSince()

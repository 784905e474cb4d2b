"""When a difference between regions is mended, and when it may stand; pure."""

from enum import StrEnum

from tongban.kernel.errors import N_, Invalid, Refusal

REASON_MISSING = N_("Say why, and by which rule; the other regions read it.")
DONE_MISSING = N_("Say what was changed.")
OUTCOME_UNKNOWN = N_("Choose one of the outcomes that are offered.")
TEXT_AT_MOST = 1000
TOO_LONG = N_("Write at most a thousand characters.")


class Stage(StrEnum):
    """The stages of the process `item-drift`."""

    MEND = "mend"
    CONFIRM = "confirm"


class StillDiffers(Refusal):
    """Mended is what the published texts show, not what someone says."""

    says = N_("The published texts still differ: “{standard}” there, “{found}” here.")
    hint = N_("Publish a version that agrees, or ask for the difference to stand.")


class NotAtThisStage(Refusal):
    says = N_("This difference is no longer at that stage.")
    hint = N_("Look at it again: a colleague was faster.")


def check_mending(outcome: str, words: str) -> None:
    """Refuse a mending without words, or one that the page did not offer."""
    if outcome not in {"mended", "stands"}:
        raise Invalid({"outcome": [OUTCOME_UNKNOWN]})
    _check_words(words, DONE_MISSING if outcome == "mended" else REASON_MISSING)


def check_confirming(outcome: str, words: str) -> None:
    """Refuse a confirmation without words, or one that the page did not offer."""
    if outcome not in {"confirmed", "again"}:
        raise Invalid({"outcome": [OUTCOME_UNKNOWN]})
    _check_words(words, REASON_MISSING)


def _check_words(words: str, missing: str) -> None:
    if not words.strip():
        raise Invalid({"words": [missing]})
    if len(words) > TEXT_AT_MOST:
        raise Invalid({"words": [TOO_LONG]})


def check_agrees(standard: str, found: str) -> None:
    """Refuse to call mended what still differs."""
    if standard != found:
        raise StillDiffers(standard=standard, found=found)

"""What a holder may report as wrong, and how an organ answers. 个人信息保护法 第四十六条."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from tongban.kernel.errors import N_, Invalid, Refusal

LONGEST = 1000


class Outcome(StrEnum):
    CORRECTED = "corrected"
    UNFOUNDED = "unfounded"


class ReportOpen(Refusal):
    """One at a time: a second one would be worked on by the same hands."""

    says = N_("You have already reported something about this licence.")
    hint = N_("The answer appears on the page of the licence; you may report again afterwards.")


class ReportAnswered(Refusal):
    says = N_("This report was already answered.")
    hint = N_("Open the list again.")


def check_report(pointers: Collection[str], words: str, known: Collection[str]) -> str:
    """Answer the words as they are kept. Raises Invalid."""
    problems: dict[str, list[str]] = {}
    if not pointers or not set(pointers) <= set(known):
        problems["pointers"] = [N_("Tick at least one line that is wrong.")]
    kept = words.strip()
    if not kept or len(kept) > LONGEST:
        problems["words"] = [N_("Say in at most 1,000 characters how it should read.")]
    if problems:
        raise Invalid(problems)
    return kept


def check_answer(
    outcome: str, answer: str, values: Mapping[str, Any], known: Collection[str]
) -> Outcome:
    """Answer the outcome. A correction names what changes; a refusal says why. Raises Invalid."""
    problems: dict[str, list[str]] = {}
    if outcome not in list(Outcome):
        problems["outcome"] = [N_("Choose one.")]
    if not answer.strip() or len(answer) > LONGEST:
        problems["answer"] = [N_("Write the answer; the holder reads it as it stands.")]
    if outcome == Outcome.CORRECTED and (not values or not set(values) <= set(known)):
        problems["values"] = [N_("Enter how the lines read correctly.")]
    if problems:
        raise Invalid(problems)
    return Outcome(outcome)

"""One family of refusals: `says` what is wrong, `hint` what to do; mapped once at each door.

Texts are English in the source, marked with `N_` for extraction, and translated where they are
shown: rules are pure and may not import Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


def N_(text: str) -> str:
    """Mark a text for the message catalogues; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a definition (定义的毛病), and where: `stage[2].after`."""

    where: str
    says: str
    hint: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """For the format strings `says` and `hint`; without facts the texts stand as they are."""

    def sentence(self) -> str:
        """Say it in the source language."""
        text = f"{self.says} {self.hint}".strip()
        return text.format(**self.facts) if self.facts else text


class Refusal(Exception):
    """Something may not be done; nothing was changed.

    A subclass states `says` and `hint` as format strings over the facts given by keyword.
    """

    says: ClassVar[str] = N_("This cannot be done.")
    hint: ClassVar[str] = ""
    status: ClassVar[int] = 409

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """Say what is wrong and what to do, in the source language."""
        text = self.says.format(**self.facts)
        return f"{text} {self.hint.format(**self.facts)}".strip()


class NotFound(Refusal):
    """There is no such thing, or it is not yours to see."""

    says = N_("There is nothing here that you may see.")
    hint = N_("Check the address or the number; what belongs to others is not shown.")
    status = 404


class NotPermitted(Refusal):
    """The post held now does not carry the grant."""

    says = N_("Your post does not allow this ({grant}).")
    hint = N_("Ask the head of your unit, or change to the post that carries it.")
    status = 403


class SignInNeeded(Refusal):
    """Nobody is signed in."""

    says = N_("Please sign in first.")
    hint = N_("You will come back to this page afterwards.")
    status = 401


class Invalid(Refusal):
    """The input cannot be taken as it is; `problems` maps a field to its sentences."""

    says = N_("Some of what you entered cannot be taken.")
    hint = N_("Each problem is shown beside its field; nothing was saved.")
    status = 422

    def __init__(self, problems: dict[str, list[str]] | None = None, **facts: Any) -> None:
        self.problems = problems or {}
        super().__init__(**facts)


class Stale(Refusal):
    """Someone else was faster: the row has a newer version."""

    says = N_("Someone else has just changed this.")
    hint = N_("Look at the new state and decide again; nothing of yours was applied.")
    status = 412


class Unavailable(Refusal):
    """A source or an outside system does not answer; not a verdict on the request."""

    says = N_("{system} does not answer at the moment.")
    hint = N_("Try again later; what you entered is kept.")
    status = 503

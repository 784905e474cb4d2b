"""Which grants are handed over, to whom, and by when they are signed for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault, Refusal

NOTE_AT_MOST = 300


class AlreadyReceived(Refusal):
    says = N_("This was signed for already.")
    hint = N_("Look at it again; nothing of yours was applied.")
    status = 409


class PlanMissing(Refusal):
    says = N_("Say how it will be supervised.")
    hint = N_("One sentence of at most 300 characters: the kind of check, and when the first is.")
    status = 422


class ReasonMissing(Refusal):
    says = N_("Say why another organ supervises this.")
    hint = N_("It is shown there; at most 300 characters.")
    status = 422


class SameOrgan(Refusal):
    says = N_("It lies with that organ already.")
    hint = N_("Choose the organ that supervises it.")
    status = 422


@dataclass(frozen=True, slots=True)
class Settings:
    """How a city links approval and supervision (`handovers.toml`)."""

    task_types: frozenset[str]
    days: int

    def is_handed(self, item: Mapping[str, Any]) -> bool:
        """Whether a grant of this item is to be supervised: named by type, or by the item."""
        return bool(item.get("supervisor")) or item.get("task_type") in self.task_types


def settings(body: Mapping[str, Any]) -> Settings:
    """Read a published definition."""
    return Settings(frozenset(body["task_types"]), int(body["days"]))


def check(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a city's settings from working."""
    faults = []
    types = body.get("task_types")
    if not isinstance(types, list) or not all(isinstance(t, str) and len(t) == 2 for t in types):
        faults.append(
            Fault("task_types", N_("Types of item are missing."), N_("Write them as in items."))
        )
    days = body.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 60:
        faults.append(Fault("days", N_("A number of days is missing."), N_("Write it.")))
    return faults


def supervisor(item: Mapping[str, Any], granted_by: str) -> str:
    """The organ that supervises a grant: as its item says, else the one that gave it."""
    return str(item.get("supervisor") or granted_by)


def check_note(note: str, refusal: type[Refusal]) -> str:
    kept = note.strip()
    if not kept or len(kept) > NOTE_AT_MOST:
        raise refusal()
    return kept

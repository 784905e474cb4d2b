"""Who acts: a person, the post held now, on whose behalf, and through which channel.

`by` is an Actor everywhere. Grants belong to posts, so an Actor carries those of the post held now
and of no other. Parts of the program act as named Actors.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from tongban.kernel.errors import NotPermitted, SignInNeeded

Kind = Literal["person", "official", "part", "nobody"]
Channel = Literal["web", "phone", "window", "terminal", "api", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts (行为人)."""

    kind: Kind
    key: str
    """What the ledger writes: `person:12`, `official:5@post:31`, `part:cases`."""
    name: str = ""
    person: int | None = None
    """The natural person (identity.Person) who acts."""
    post: int | None = None
    post_key: str = ""
    """The key of that post within its organ, as a stage names it (`reviewer`)."""
    organ: str = ""
    """The organ code (USCC) of the post held now."""
    unit: int | None = None
    region: str = ""
    """The division (GB/T 2260 prefix without trailing zeros) within which the post may look."""
    level: str = ""
    grants: frozenset[str] = field(default_factory=frozenset)
    for_person: int | None = None
    """The natural person on whose behalf; equal to `person` when one acts for oneself."""
    for_entity: str = ""
    """The USCC of the firm on whose behalf."""
    proxy: int | None = None
    """The identity.Proxy that allows acting for someone else."""
    channel: Channel = "web"

    @property
    def is_official(self) -> bool:
        return self.kind == "official"

    @property
    def on_behalf(self) -> str:
        """Whom the act is for, as the ledger writes it; empty when for oneself."""
        if self.for_entity:
            return f"entity:{self.for_entity}"
        if self.for_person is not None and self.for_person != self.person:
            return f"person:{self.for_person}"
        return ""

    def may(self, grant: str) -> bool:
        """Whether the post held now carries the grant; parts of the program carry all of theirs."""
        return self.kind == "part" or grant in self.grants

    def require(self, grant: str) -> None:
        """Refuse unless the post held now carries the grant."""
        if self.kind == "nobody":
            raise SignInNeeded()
        if not self.may(grant):
            raise NotPermitted(grant=grant)

    def acting_for(
        self, *, person: int | None = None, entity: str = "", proxy: int | None = None
    ) -> "Actor":
        """The same actor on behalf of another; whether that is allowed is identity's question."""
        return replace(self, for_person=person, for_entity=entity, proxy=proxy)


def part(name: str) -> Actor:
    """A part of the program that acts by itself: `part("cases")`."""
    return Actor(kind="part", key=f"part:{name}", name=name, channel="system")


NOBODY = Actor(kind="nobody", key="nobody")

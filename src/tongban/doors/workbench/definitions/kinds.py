"""How kinds and states of definitions are called on pages."""

from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_

KINDS = {
    "basic_item": N_("Basic catalogue"),
    "city": N_("City"),
    "decision": N_("Decision tables"),
    "element": N_("Data elements"),
    "licence_type": N_("Types of licence"),
    "one_thing": N_("One-things"),
    "process": N_("Stage graphs"),
    "register": N_("Registers"),
    "reviews": N_("Reviews"),
    "role": N_("Roles"),
    "service_item": N_("Service items"),
    "synonyms": N_("Everyday words"),
}
STATES = {
    "draft": (N_("draft"), ""),
    "submitted": (N_("waits for the second person"), "amber"),
    "published": (N_("published"), "green"),
    "retired": (N_("ended"), ""),
    "refused": (N_("sent back"), "red"),
}


def label_of(kind: str) -> str:
    """The msgid of a kind's name; its key where it has none."""
    return KINDS.get(kind, kind)


def writable() -> list[str]:
    """The kinds of which there may be several, so that new ones can be begun."""
    return [kind.name for kind in kinds.all_kinds() if kind.folder or kind.table]

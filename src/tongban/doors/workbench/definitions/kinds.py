"""How kinds and states of definitions are called on pages."""

from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_

STATES = {
    "draft": (N_("draft"), ""),
    "submitted": (N_("waits for the second person"), "amber"),
    "published": (N_("published"), "green"),
    "retired": (N_("ended"), ""),
    "refused": (N_("sent back"), "red"),
}


def label_of(kind: str) -> str:
    """The msgid of a kind's name; its key where it has none."""
    known = kinds.get(kind)
    return known.label if known and known.label else kind


def writable() -> list[str]:
    """The kinds of which there may be several, so that new ones can be begun."""
    return [kind.name for kind in kinds.all_kinds() if kind.folder or kind.table]

"""The verbs of messages: tell, send, retry, read, prefer; ask and answer about a case."""

from tongban.domains.messages.actions.sending import retry, send, send_owed
from tongban.domains.messages.actions.telling import SELF, mark_read, prefer, read, tell
from tongban.domains.messages.actions.writing import answer, ask, see

__all__ = [
    "SELF",
    "answer",
    "ask",
    "mark_read",
    "prefer",
    "read",
    "retry",
    "see",
    "send",
    "send_owed",
    "tell",
]

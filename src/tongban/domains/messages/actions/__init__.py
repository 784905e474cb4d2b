"""The verbs of messages: tell, send, retry, read, prefer; ask and answer; send a code."""

from tongban.domains.messages.actions.codes import send_code
from tongban.domains.messages.actions.comparing import compare
from tongban.domains.messages.actions.sending import retry, send, send_owed
from tongban.domains.messages.actions.telling import SELF, mark_read, prefer, read, tell
from tongban.domains.messages.actions.writing import answer, ask, see

__all__ = [
    "SELF",
    "answer",
    "ask",
    "compare",
    "mark_read",
    "prefer",
    "read",
    "retry",
    "see",
    "send",
    "send_code",
    "send_owed",
    "tell",
]

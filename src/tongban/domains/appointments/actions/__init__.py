"""The only writers of appointments and queues."""

from tongban.domains.appointments.actions.booking import book, cancel, end_of_day, move
from tongban.domains.appointments.actions.queueing import (
    call_again,
    call_next,
    check_in,
    close_desk,
    finish,
    open_desk,
    put_back,
    skip,
    take_number,
    transfer,
)

__all__ = [
    "book",
    "call_again",
    "call_next",
    "cancel",
    "check_in",
    "close_desk",
    "end_of_day",
    "finish",
    "move",
    "open_desk",
    "put_back",
    "skip",
    "take_number",
    "transfer",
]

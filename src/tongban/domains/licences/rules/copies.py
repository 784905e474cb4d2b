"""A copy good for one use only (加注件): it says for whom, what for, and until when."""

from datetime import date, timedelta
from typing import Final

from tongban.kernel.errors import N_, Invalid

COPY_DAYS: Final = 90
"""The longest a copy may be good for; the licence itself can always be shown anew."""


def check_copy(purpose: str, user: str, valid_to: date, *, today: date) -> tuple[str, str]:
    """Answer purpose and user as they are kept. Raises Invalid."""
    problems: dict[str, list[str]] = {}
    purpose, user = purpose.strip(), user.strip()
    if not 2 <= len(purpose) <= 60:
        problems["purpose"] = [N_("Say in 2 to 60 characters what the copy is for.")]
    if not 2 <= len(user) <= 60:
        problems["user"] = [N_("Say in 2 to 60 characters who will use it.")]
    if not today <= valid_to <= today + timedelta(days=COPY_DAYS):
        problems["valid_to"] = [N_("Choose a day from today on, within ninety days.")]
    if problems:
        raise Invalid(problems)
    return purpose, user

"""Events in words for those who read the whole ledger; cases tell theirs themselves."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from tongban.domains.cases.workbench import words
from tongban.kernel.errors import N_

EVENTS = {
    "account.opened": N_("An account was opened"),
    "account.closed": N_("An account was closed: {reason}"),
    "account.locked": N_("Sign-in rests after {failures} failures"),
    "account.signed_in": N_("Signed in"),
    "account.signed_out": N_("Signed out"),
    "account.password_set": N_("A new password was set"),
    "account.totp_confirmed": N_("A second factor was confirmed"),
    "account.totp_reset": N_("A second factor was removed: {reason}"),
    "application.submitted": N_("One filing for all its items was sent"),
    "application.finished": N_("A filing ended: {granted} granted, {refused} refused"),
    "appointment.made": N_("A person was given a post"),
    "appointment.ended": N_("An appointment ended"),
    "city.read": N_("The city's files were read"),
    "clock.breached": N_("A term ran out ({kind})"),
    "clock.yellow": N_("A term is nearly used up ({kind})"),
    "correction.opened": N_("A correction was opened at its source"),
    "correction.decided": N_("A correction was decided"),
    "definition.drafted": N_("A version of {key} was proposed"),
    "definition.submitted": N_("A version of {key} waits for the second person"),
    "definition.refused": N_("A version of {key} was sent back"),
    "definition.published": N_("Version {no} of {key} was published"),
    "definition.retired": N_("{key} ended"),
    "definition.seeded": N_("The city's definitions were read: {published} published"),
    "delivery.retried": N_("A set-aside delivery was tried again: {reason}"),
    "delivery.set_aside": N_("A delivery was set aside: {reaction}"),
    "delivery.skipped": N_("A set-aside delivery was given up: {reason}"),
    "draft.begun": N_("A form was begun"),
    "draft.discarded": N_("A draft was thrown away"),
    "licence.issued": N_("A licence was issued ({type})"),
    "licence.revoked": N_("A licence was revoked ({type}): {reason}"),
    "licence.used": N_("A licence stood in the place of a paper ({type})"),
    "matter.started": N_("A matter began ({kind})"),
    "notice.sent": N_("A document of law was handed over"),
    "person.enrolled": N_("A person became known to the platform"),
    "people.enrolled": N_("{count} persons became known to the platform"),
    "person.read": N_("A person's record was opened, for {purpose}"),
    "proxy.given": N_("Someone may act for another"),
    "proxy.revoked": N_("Someone may no longer act for another"),
}


def event(name: str, data: Mapping[str, Any]) -> str:
    """One event as one sentence; an unknown one bears its name."""
    if name in words.EVENTS:
        return words.event(name, data, {})
    text = EVENTS.get(name)
    try:
        return gettext(text).format(**data) if text else name
    except (KeyError, IndexError):  # an older version of the event told less
        return name


def who(key: str, names: Mapping[str, str]) -> str:
    """Who acted, in words."""
    if key.startswith("part:"):
        return gettext("the system") + f" · {key.removeprefix('part:')}"
    return names.get(key, key)

"""Events in words for those who read the whole ledger; cases tell theirs themselves."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from tongban.domains.cases.workbench import words
from tongban.kernel.errors import N_

EVENTS = {
    "account.closed": N_("An account was closed: {reason}"),
    "account.locked": N_("Sign-in rests after {failures} failures"),
    "account.opened": N_("An account was opened"),
    "account.password_set": N_("A new password was set"),
    "account.signed_in": N_("Signed in"),
    "account.signed_out": N_("Signed out"),
    "account.totp_confirmed": N_("A second factor was confirmed"),
    "account.totp_reset": N_("A second factor was removed: {reason}"),
    "application.finished": N_("A filing ended: {granted} granted, {refused} refused"),
    "application.submitted": N_("One filing for all its items was sent"),
    "appointment.ended": N_("An appointment ended"),
    "appointment.made": N_("A person was given a post"),
    "calendar.published": N_("The working days of {year} were published ({calendar})"),
    "calendar.seeded": N_("The calendars were read"),
    "city.read": N_("The city's files were read"),
    "clock.breached": N_("A term ran out ({kind})"),
    "clock.yellow": N_("A term is nearly used up ({kind})"),
    "correction.answered": N_("Those who reported a wrong value were told"),
    "correction.decided": N_("A correction was decided"),
    "correction.joined": N_("Another case reports the same wrong value"),
    "correction.opened": N_("A correction was opened at its source"),
    "correction.read": N_("A correction was opened"),
    "definition.drafted": N_("A version of {key} was proposed"),
    "definition.published": N_("Version {no} of {key} was published"),
    "definition.refused": N_("A version of {key} was sent back"),
    "definition.retired": N_("{key} ended"),
    "definition.seeded": N_("The city's definitions were read: {published} published"),
    "definition.submitted": N_("A version of {key} waits for the second person"),
    "delivery.pruned": N_("{count} finished deliveries were deleted"),
    "delivery.retried": N_("A set-aside delivery was tried again: {reason}"),
    "delivery.set_aside": N_("A delivery was set aside: {reaction}"),
    "delivery.skipped": N_("A set-aside delivery was given up: {reason}"),
    "draft.begun": N_("A form was begun"),
    "draft.discarded": N_("A draft was thrown away"),
    "entities.enrolled": N_("{count} firms became known to the platform"),
    "entity.changed": N_("A firm's status changed to {status}"),
    "entity.enrolled": N_("A firm became known to the platform"),
    "job.cancelled": N_("Long work was called off ({kind})"),
    "job.done": N_("Long work is finished ({kind})"),
    "job.failed": N_("Long work was given up ({kind})"),
    "job.queued": N_("Long work was asked for ({kind})"),
    "licence.issued": N_("A licence was issued ({type})"),
    "licence.revoked": N_("A licence was revoked ({type}): {reason}"),
    "licence.used": N_("A licence stood in the place of a paper ({type})"),
    "link.issued": N_("A one-time link was issued"),
    "link.used": N_("A one-time link was used"),
    "matter.ended": N_("A process ended"),
    "matter.escalated": N_("Late work was brought before the heads of its organ"),
    "matter.moved": N_("A new calendar moved due dates"),
    "matter.paused": N_("Nothing is owed for a while: {reason}"),
    "matter.reopened": N_("A finished process took up work again"),
    "matter.resumed": N_("What was owed is owed again: {reason}"),
    "matter.started": N_("A matter began ({kind})"),
    "people.enrolled": N_("{count} persons became known to the platform"),
    "person.enrolled": N_("A person became known to the platform"),
    "person.read": N_("A person's record was opened, for {purpose}"),
    "proxy.given": N_("Someone may act for another"),
    "proxy.revoked": N_("Someone may no longer act for another"),
    "register.amended": N_("An entry of {register} was amended"),
    "register.ended": N_("An entry of {register} ended"),
    "register.extended": N_("A result was written back to {register}"),
    "register.loaded": N_("{rows} rows were loaded into {register}"),
    "register.source_state_changed": N_("The source {register} went down or came back"),
    "review.answered": N_("A reviewer was told the outcome"),
    "review.closed": N_("A review was closed"),
    "review.filed": N_("Someone rated how they were served"),
    "review.invited": N_("Someone may now rate how they were served"),
    "review.mended": N_("What was rated bad was put right"),
    "review.verified": N_("A bad review was looked into"),
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
    if key == "nobody":
        return "—"
    return names.get(key, key)

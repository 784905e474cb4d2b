"""When a message may ring, what a template says, what a remark may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from tongban.kernel.catalogue.kinds import Known
from tongban.kernel.errors import N_, Fault, Invalid, Refusal

WORDS_AT_MOST = 2000
FAILURES = 8
"""As often the ledger tries a delivery before an operator is asked."""
MISSING = N_("Write what you want to say.")
TOO_LONG = N_("Write at most two thousand characters.")
NO_ADDRESS = N_("Write an e-mail address, such as name@example.cn.")


class Channel(StrEnum):
    """Ways besides the inbox, which always gets it."""

    SMS = "sms"
    MAIL = "mail"


class State(StrEnum):
    """The states of one sending."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


STATES: Mapping[State, tuple[str, str]] = {
    State.WAITING: ("amber", N_("Waiting to be sent")),
    State.SENT: ("green", N_("Sent")),
    State.FAILED: ("red", N_("Failed")),
}


class NotFailed(Refusal):
    says = N_("This message was sent, or is still being tried.")
    hint = N_("Only what failed can be sent again.")
    status = 409


class CaseIsOver(Refusal):
    says = N_("This case is archived; nothing more can be written to it.")
    hint = N_("Call the hotline 12345 and name the number of the case.")
    status = 409


@dataclass(frozen=True, slots=True)
class Template:
    """What a message says; `{title}` is the name of the service, `{number}` the filing's."""

    key: str
    title: str
    text: str
    title_en: str
    text_en: str
    sms: bool
    urgent: bool
    """Rings at night too: nothing does so by default."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a city tells people (`messages.toml`)."""

    quiet_from: time
    quiet_until: time
    reply_days: int
    templates: Mapping[str, Template]

    def not_before(self, now: datetime, *, urgent: bool) -> datetime:
        """The first moment at which a message may ring."""
        if urgent or not self._is_quiet(now.time()):
            return now
        day = now.date()
        if now.time() >= self.quiet_until:
            day += timedelta(days=1)
        return datetime.combine(day, self.quiet_until, now.tzinfo)

    def _is_quiet(self, at: time) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until


def settings(body: Mapping[str, Any]) -> Settings:
    """Read a published definition."""
    return Settings(
        quiet_from=time.fromisoformat(body["quiet_from"]),
        quiet_until=time.fromisoformat(body["quiet_until"]),
        reply_days=int(body["reply_days"]),
        templates={
            row["key"]: Template(
                key=row["key"],
                title=row["title"],
                text=row["text"],
                title_en=row.get("title_en", ""),
                text_en=row.get("text_en", ""),
                sms=bool(row.get("sms", False)),
                urgent=bool(row.get("urgent", False)),
            )
            for row in body.get("template", ())
        },
    )


def check(body: Mapping[str, Any], known: Known) -> list[Fault]:
    """Find what keeps a city's messages from being sent."""
    faults = []
    for name in ("quiet_from", "quiet_until"):
        try:
            time.fromisoformat(str(body.get(name)))
        except ValueError:
            faults.append(Fault(name, N_("This is no time of day."), N_("Write it as 21:00.")))
    days = body.get("reply_days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 30:
        faults.append(Fault("reply_days", N_("A number of days is missing."), N_("Write it.")))
    seen: set[str] = set()
    for n, row in enumerate(body.get("template", ())):
        key = row.get("key", "")
        if not key or key in seen or not row.get("title") or not row.get("text"):
            faults.append(
                Fault(f"template[{n}]", N_("A template needs a key, a title and a text."), "")
            )
        seen.add(key)
        for name in ("title", "text", "title_en", "text_en"):
            try:
                str(row.get(name, "")).format(title="", number="")
            except (KeyError, IndexError, ValueError):
                faults.append(
                    Fault(
                        f"template[{n}].{name}",
                        N_("Only {{title}} and {{number}} can stand in braces."),
                        "",
                    )
                )
    return faults


def check_words(words: str) -> str:
    """Answer a remark as it is kept."""
    kept = words.strip()
    if not kept:
        raise Invalid({"words": [MISSING]})
    if len(kept) > WORDS_AT_MOST:
        raise Invalid({"words": [TOO_LONG]})
    return kept


def check_mail(address: str) -> str:
    """Answer an address as it is kept; what the gateway cannot know to be wrong, it will tell."""
    kept = address.strip()
    name, at, host = kept.rpartition("@")
    is_plain = all(33 <= ord(c) < 127 for c in kept) and not set(kept) & set('<>,;:\\"()[]')
    if not (name and at and "." in host.strip(".") and is_plain and len(kept) <= 200):
        raise Invalid({"mail": [NO_ADDRESS]})
    return kept

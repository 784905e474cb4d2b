"""A case in words: states, acts, events; marked here, translated where they are shown."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from tongban.domains.cases.rules import papers
from tongban.kernel.crypto import masking
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_
from tongban.kernel.ui import words

STATES = {
    "waiting": N_("waits for an earlier item"),
    "submitted": N_("to be accepted"),
    "supplement": N_("waits for the applicant's supplement"),
    "accepted": N_("accepted, under review"),
    "special": N_("special procedure, clock stopped"),
    "suspended": N_("stands still on a ground of law"),
    "decided": N_("decided"),
    "delivered": N_("on its way to the applicant"),
    "closed": N_("closed"),
    "archived": N_("archived"),
    "declined": N_("not accepted"),
    "withdrawn": N_("withdrawn"),
    "lapsed": N_("lapsed"),
    "terminated": N_("ended without a decision"),
}
TONES = {
    "waiting": "",
    "submitted": "brand",
    "supplement": "amber",
    "accepted": "brand",
    "special": "amber",
    "suspended": "amber",
    "decided": "green",
    "delivered": "green",
    "closed": "green",
    "archived": "green",
    "declined": "red",
    "withdrawn": "",
    "lapsed": "",
    "terminated": "",
}
RESULTS = {
    "granted": N_("granted"),
    "refused": N_("refused"),
    "blocked": N_("not begun"),
}
CLOCKS = {
    "acceptance": N_("Acceptance"),
    "promised": N_("Promised term"),
    "statutory": N_("Statutory term"),
    "special": N_("Special procedure"),
    "supplement": N_("Applicant's supplement"),
    "post_check": N_("Check of the promise"),
    "delivery": N_("Delivery"),
    "hearing": N_("Time to ask for a hearing"),
    "tolerance": N_("Papers to follow"),
}
CLOCK_STATES = {
    "running": N_("running"),
    "paused": N_("stopped"),
    "met": N_("met"),
    "void": N_("void"),
}
VERDICTS = {
    "same": ("ok", N_("✓ same")),
    "different": ("diff", N_("✕ different")),
    "only_shared": ("diff", N_("✕ left out")),
    "only_form": ("none", N_("! own statement")),
}
WAYS = {
    "output": N_("given by an earlier item"),
    "licence": N_("e-licence instead of paper"),
    "register": N_("checked against the register"),
    "upload": N_("uploaded"),
    "promise": N_("promised in writing"),
    "tolerance": N_("to be handed in later, as asked for"),
}
TRUST = {
    "A": N_("A · issued"),
    "B": N_("B · checked"),
    "C": N_("C · copied"),
    "D": N_("D · stated"),
}
MODES = {
    "serial": "",
    "consult": N_("consultation"),
    "add_sign": N_("added signature"),
    "countersign": N_("countersignature"),
    "after_sign": N_("signature afterwards"),
    "circulate": N_("to be read"),
    "urge": N_("reminder"),
}
OUTCOMES = {
    "pass": N_("passed"),
    "accept": N_("accepted"),
    "decline": N_("not accepted"),
    "grant": N_("granted"),
    "refuse": N_("refused"),
    "back": N_("sent back"),
    "agree": N_("agrees"),
    "disagree": N_("does not agree"),
    "fail": N_("not passed"),
    "kept": N_("promise kept"),
    "broken": N_("promise broken"),
    "read": N_("read"),
    "sent": N_("sent on"),
}
EVENTS = {
    "case.return_owed": N_("The result goes back to the desk where the applicant filed"),
    "case.returned": N_("The result has arrived at the desk where the applicant filed"),
    "case.submitted": N_("Filed; lies before the agency"),
    "case.accepted": N_("Accepted"),
    "case.supplement_asked": N_("Told once what is missing: {defects} points; the clock stopped"),
    "case.supplemented": N_("The applicant answered every point; the clock runs again"),
    "case.lapsed": N_("Not supplemented in time; lapsed"),
    "case.declined": N_("Not accepted, with reasons"),
    "case.special_started": N_("Special procedure began: {procedure}; the clock stopped"),
    "case.special_ended": N_("Special procedure ended; the clock runs again"),
    "case.extended": N_("Extended by {days} working days"),
    "case.to_a_person": N_("The rule left it to a person: {reason}"),
    "case.granted": N_("Granted"),
    "case.refused": N_("Refused, with reasons and remedies"),
    "case.overdue": N_("The {kind} day has passed"),
    "case.withdrawn": N_("Taken back by the applicant"),
    "case.archived": N_("Archived"),
    "case.closed": N_("Delivered; closed"),
    "case.blocked": N_("Never begun, as an earlier item was not granted"),
    "matter.taken_back": N_("Took the question back"),
    "case.read": N_("Opened the case"),
    "case.promise_checked": N_("The promise was checked: {outcome}"),
    "application.supplement_told": N_("All that the agencies ask for left as one notice"),
    "case.promised": N_("A written promise was signed"),
    "case.supplied": N_("A paper that was to follow was handed in"),
    "case.reminded": N_("The applicant was reminded to answer"),
    "case.suspended": N_("Stands still on a ground of law; every clock stopped"),
    "case.resumed": N_("Goes on; the clocks run again"),
    "case.terminated": N_("Ended without a decision, on a ground of law"),
    "case.cancelled": N_("Ended with an item without which nothing goes on"),
    "case.hearing_offered": N_("A hearing was offered"),
    "case.hearing_asked": N_("The applicant asked for the hearing"),
    "case.linked": N_("A case about this one was opened: {about}"),
    "case.written_back": N_("The result stands in its register"),
    "case.ordered": N_("A company outside government has the order ({reference})"),
    "case.order_answered": N_("The company answered the order ({reference})"),
    "case.delivery_owed": N_("The result on paper waits to be handed over"),
    "case.taken_in": N_("Taken in for an agency of another city"),
    "case.forwarded": N_("Handed over to the agency of the other city"),
    "case.arrived": N_("Arrived at the agency of the other city"),
    "case.dispatched": N_("The courier has the result"),
    "case.handed_out": N_("Handed over against a receipt"),
    "matter.sent": N_("Sent on within the stage"),
    "matter.delegated": N_("Done by a colleague on behalf"),
    "matter.signers_added": N_("Others sign afterwards: {asked}"),
    "matter.signers_dropped": N_("Some need not answer any more: {dropped}"),
    "matter.circulated": N_("Shown to {to} others"),
    "matter.returned": N_("{stage}: returned"),
    "matter.recalled": N_("Taken back before it was opened"),
    "matter.urged": N_("The holder was reminded"),
    "matter.jumped": N_("{stage}: sent to another stage"),
    "case.hearing_waived": N_("Nobody asked for the hearing in time"),
    "matter.paused": N_("Nothing is owed for a while: {reason}"),
    "matter.resumed": N_("What was owed is owed again: {reason}"),
    "matter.escalated": N_("Late work was brought before the heads"),
    "matter.acted": N_("{stage}: {outcome}"),
    "matter.consulted": N_("Asked {asked} others for their opinion"),
    "matter.transferred": N_("Handed over: {reason}"),
    "clock.yellow": N_("The {kind} clock turned yellow"),
    "clock.breached": N_("The {kind} clock ran out"),
}


def event(name: str, data: Mapping[str, Any], stages: Mapping[str, str]) -> str:
    """An event of the case as one sentence."""
    if name == "case.granted" and data.get("by_rule"):
        return gettext("Granted at once by a published rule")
    if name == "case.granted" and data.get("promise"):
        return gettext("Granted on a written promise")
    if name == "case.accepted" and data.get("basis") == "deemed":
        return gettext("Deemed accepted: nobody said within five days what is missing")
    facts = {**data}
    facts["stage"] = stages.get(str(data.get("stage")), str(data.get("stage", "")))
    facts["outcome"] = outcome(str(data.get("outcome", "")))
    kind = str(data.get("kind", ""))
    facts["kind"] = gettext(CLOCKS[kind]) if kind in CLOCKS else kind
    text = EVENTS.get(name)
    try:
        return gettext(text).format(**facts) if text else name
    except KeyError:  # an older version of the event told less
        return name


def outcome(name: str) -> str:
    return gettext(OUTCOMES[name]) if name in OUTCOMES else name


def title(kind: str) -> str:
    """The name of a document, as law gives it: always Chinese."""
    return papers.TITLES.get(papers.Kind(kind), kind)


SENSITIVE = {
    "person_number": masking.mask_person_number,
    "phone": masking.mask_phone,
    "bank_account": masking.mask_bank_account,
}


def value(field: eforms.Field, found: eforms.Value | None, *, clear: bool = False) -> str:
    """A value as an official reads it: labels instead of codes, numbers masked unless shown."""
    if found is None or found.value in (None, ""):
        return ""
    raw = found.value
    if field.options:
        for option in field.options:
            if option.value == str(raw):
                is_english = (get_language() or "").startswith("en")
                return (option.name_en if is_english else option.name) or option.name
    if field.type == "yes_no":
        return gettext("Yes") if raw == "yes" else gettext("No")
    if field.type == "date":
        try:
            return words.civil(date.fromisoformat(str(raw)))
        except ValueError:
            return str(raw)
    text = str(raw)
    if field.type in SENSITIVE and not clear:
        return SENSITIVE[field.type](text)
    return f"{text} {field.element.unit}".strip() if field.element.unit else text


def label(field: eforms.Field) -> str:
    """The name of a field with its role, for several persons may have one."""
    is_english = (get_language() or "").startswith("en")
    own = (field.label_en if is_english else field.label) or field.label
    role = (field.role.name_en if is_english else field.role.name) or field.role.name
    return f"{role}·{own}" if role and role not in own else own

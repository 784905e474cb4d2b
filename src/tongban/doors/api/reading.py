"""What a client reads: items, one-things, forms, how a filing stands, its notices and licences."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import notices as documents
from tongban.domains.clients import actions as clients
from tongban.domains.licences import queries as licences
from tongban.domains.services import queries as services
from tongban.domains.services import rules as offers
from tongban.doors.api.schemas import MOST_ROWS
from tongban.doors.api.signing import Asked, operation
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Version
from tongban.kernel.eforms.rules import schemas as forms
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ledger import queries as ledger

ITEM, THING = "service_item", "one_thing"
ONE_OF_BOTH = N_("Name an item or a one-thing, one of the two.")
NO_OPTION = N_("This is no answer to the question.")


@operation("items")
def items(asked: Asked) -> dict[str, Any]:
    """The items in force by key, so many after the one named."""
    return _page(asked, "items", catalogue.all_current(ITEM))


@operation("item")
def item(asked: Asked, key: str) -> dict[str, Any]:
    """One item in force."""
    return _whole(catalogue.find(ITEM, key))


@operation("things")
def things(asked: Asked) -> dict[str, Any]:
    """The one-things that can be filed, by key."""
    ready = {one.key for one in services.things()}
    rows = [version for version in catalogue.all_current(THING) if version.key in ready]
    return _page(asked, "things", rows)


@operation("thing")
def thing(asked: Asked, key: str) -> dict[str, Any]:
    """One one-thing in force."""
    return _whole(catalogue.find(THING, key))


def _page(asked: Asked, name: str, rows: Iterable[Version]) -> dict[str, Any]:
    given = asked.request.GET
    limit, after = given.get("limit", str(MOST_ROWS)), given.get("after", "")
    if not limit.isascii() or not limit.isdecimal() or not 1 <= int(limit[:6]) <= MOST_ROWS:
        raise Invalid({"limit": [gettext("From 1 to {most}.").format(most=MOST_ROWS)]})
    found = sorted(rows, key=lambda version: version.key)
    rest = [version for version in found if version.key > after]
    page = rest[: int(limit)]
    is_more = len(rest) > len(page)
    return {name: [_listed(one) for one in page], "next": page[-1].key if is_more else ""}


def _whole(found: Version | None) -> dict[str, Any]:
    if found is None:
        raise NotFound()
    return {**_listed(found), "body": dict(found.body)}


def _listed(one: Version) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": str(one.body["name"]),
        "name_en": str(one.body.get("name_en", "")),
        "version": one.no,
        "hash": one.content_hash,
        "valid_from": one.valid_from.isoformat(),
    }


def meant(body: Mapping[str, Any]) -> tuple[str, str]:
    """The item or the one-thing that a body names; exactly one of them."""
    item, thing = body.get("item", ""), body.get("thing", "")
    if bool(item) == bool(thing):
        raise Invalid({"item": [ONE_OF_BOTH]})
    return item, thing


@operation("form")
def form(asked: Asked) -> dict[str, Any]:
    """What is asked in a situation; answered question by question, until none is unanswered."""
    item, thing = meant(asked.body)
    given: dict[str, str] = asked.body.get("answers", {})
    if thing:
        whole = services.offered_thing(thing)[1]
        title, questions = whole.name, offers.asked(whole, given, services.holds)
    else:
        single = services.offered_item(item)[1]
        title, questions = single.name, list(offers.questions_of(single))
    wrong = {q.id: [NO_OPTION] for q in questions if given.get(q.id, "") not in {"", *q.values()}}
    if wrong:
        raise Invalid(wrong)
    answers = {q.id: given[q.id] for q in questions if given.get(q.id)}
    members = (
        [services.item(key)[1] for key in offers.active_items(whole, answers, services.holds)]
        if thing
        else [single]
    )
    merged = cases.forms(members)
    return {
        "title": title,
        "questions": [_question(one) for one in questions],
        "unanswered": [q.id for q in questions if q.id not in answers],
        "items": [one.key for one in members],
        "fields": [
            {
                "key": one.key,
                "pointer": one.pointer,
                "label": one.label,
                "type": one.type,
                "is_required": bool(one.required),
                "registers": [str(source) for source in one.sources],
                "items": list(one.items),
            }
            for one in merged.fields
        ],
        "schema": forms.schema(merged),
        "materials": _materials(members),
    }


def _question(one: offers.Question) -> dict[str, Any]:
    options = [{"value": row["value"], "text": row.get("text", "")} for row in one.options]
    return {"id": one.id, "text": one.text, "options": options}


def _materials(members: Iterable[offers.Item]) -> list[dict[str, Any]]:
    """Each material once, with the items that want it and what may stand in its place."""
    found: dict[str, dict[str, Any]] = {}
    for one in members:
        for material in one.materials:
            ways = [
                "upload",
                *(f"{kind}:{key}" if key else kind for kind, key in material.satisfied_by),
            ]
            if material.tolerable:
                ways.append("later")
            row = found.setdefault(
                material.key,
                {"key": material.key, "name": material.name, "items": [], "need": material.need,
                 "ways": []},
            )  # fmt: skip
            row["items"].append(one.key)
            row["ways"] = list(dict.fromkeys([*row["ways"], *ways]))
    return list(found.values())


# Of one applicant


@operation("status")
def status(asked: Asked) -> dict[str, Any]:
    """How a case stands; another's number is answered like one that does not exist."""
    person = identity.person_by_number(asked.body["person_number"])
    if person is None:
        raise NotFound()
    by = asked.acting_for(person.pk, asked.body.get("entity", ""))
    return state_of(cases.case(asked.body["case_no"], by=by))


def state_of(found: Any) -> dict[str, Any]:
    """A case in four words."""
    due_on = found.matter.due_on
    return {
        "case_no": found.case_no,
        "item": found.item_key,
        "state": str(found.state),
        "due_on": due_on.isoformat() if due_on else None,
    }


def applicant(asked: Asked) -> Actor:
    """The client on behalf of the applicant whom the body names."""
    given = asked.body["applicant"]
    person = identity.person_on_document(name=given["name"], number=given["number"])
    return asked.acting_for(person.pk, given.get("entity", ""))


def check_filed_here(asked: Asked, matter_subject: str) -> None:
    """Refuse what another filed, unless the client may act on all filings of an applicant."""
    if "all-filings" in asked.client.scopes:
        return
    filed = ledger.about(matter_subject).filter(name="application.submitted", actor=asked.key)
    if not filed.exists():
        raise NotFound()


def filing_of(asked: Asked, number: str, by: Actor) -> Any:
    """A filing of the applicant that the client may look at."""
    found = cases.application(number, by=by)
    check_filed_here(asked, found.matter.subject)
    return found


@operation("progress")
def progress(asked: Asked) -> dict[str, Any]:
    """A filing, case by case, with what is asked for."""
    by = applicant(asked)
    return progress_of(filing_of(asked, asked.body["number"], by))


def progress_of(found: Any) -> dict[str, Any]:
    """The same, as it is told."""
    return {
        "number": found.number,
        "title": found.title,
        "cases": [
            {
                **state_of(one),
                "result": one.result,
                "asked": [
                    {name: str(d.get(name, "")) for name in ("kind", "key", "name", "needed")}
                    for d in one.defects
                ]
                if one.state == "supplement" and one.told_at
                else [],
            }
            for one in cases.cases_of(found)
        ],
    }


@operation("notices")
def notices(asked: Asked) -> dict[str, Any]:
    """The notices of a filing."""
    found = filing_of(asked, asked.body["number"], applicant(asked))
    return {"notices": [_notice(one) for one in cases.notices(found)]}


def _notice(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "kind": one.kind,
        "case_no": one.case.case_no if one.case else "",
        "sent_at": one.sent_at.isoformat(),
    }


@operation("notice")
def notice(asked: Asked) -> dict[str, Any]:
    """One notice as data, and as PDF where that is wanted."""
    by = applicant(asked)
    found = cases.notice(asked.body["number"], by=by)
    check_filed_here(asked, found.application.matter.subject)
    told = {**_notice(found), "body": cases.opened(found.body, cases.NOTICE)}
    if asked.body.get("pdf"):
        told["pdf"] = base64.b64encode(documents.pdf(notice=found, by=by)).decode()
    _note(asked, "notice", found.application.matter.subject, by)
    return told


@operation("licences")
def given(asked: Asked) -> dict[str, Any]:
    """The licences that a filing gave, in the applicant's wallet."""
    by = applicant(asked)
    found = filing_of(asked, asked.body["number"], by)
    numbers = [one.case_no for one in cases.cases_of(found)]
    rows = [row for row in licences.mine(by=by) if row.case_no in numbers]
    told = [
        {
            "identifier": row.identifier,
            "type": row.type,
            "name": row.name,
            "case_no": row.case_no,
            "standing": str(licences.verify(row.identifier).standing),
            "valid_from": row.valid_from.isoformat() if row.valid_from else None,
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "proof": licences.presentation(row),
        }
        for row in rows
    ]
    if told:
        _note(asked, "licence", found.matter.subject, by)
    return {"licences": told}


def _note(asked: Asked, what: str, subject: str, by: Actor) -> None:
    clients.note_fetched(client=asked.client, what=what, subject=subject, by=by)

"""What is done for a client: the same queries and actions as the pages call."""

import base64
import binascii
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tongban.domains.cases import queries as cases
from tongban.domains.cases.actions import drafting, filing
from tongban.domains.clients import actions as clients
from tongban.domains.services import queries as services
from tongban.doors.api import openapi
from tongban.doors.api.operations import MOST_ROWS, OPERATIONS
from tongban.doors.api.signing import SELF, Asked, operation
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.queries import Version
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import layouts, modes
from tongban.kernel.ui.access import open_to_all

ITEM = "service_item"
NOT_BASE64 = N_("This is no base64.")
MISSING = N_("This material is missing.")
CHOOSE = N_("The register holds several rows; your portal cannot choose for the applicant.")


@open_to_all
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return JsonResponse(openapi.document(), json_dumps_params={"ensure_ascii": False})


@open_to_all
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    rows = [(one, gettext(one.says)) for one in OPERATIONS]
    context = {"layout": layouts.of(request), "rows": rows, "headers": openapi.HEADERS}
    return modes.page(request, "api/about.html", context)


@operation("items")
def items(asked: Asked) -> dict[str, Any]:
    """The items in force by key, so many after the one named."""
    given = asked.request.GET
    limit, after = given.get("limit", str(MOST_ROWS)), given.get("after", "")
    if not limit.isascii() or not limit.isdecimal() or not 1 <= int(limit[:6]) <= MOST_ROWS:
        raise Invalid({"limit": [gettext("From 1 to {most}.").format(most=MOST_ROWS)]})
    found = sorted(catalogue.all_current(ITEM), key=lambda version: version.key)
    rest = [version for version in found if version.key > after]
    page = rest[: int(limit)]
    is_more = len(rest) > len(page)
    return {"items": [_listed(one) for one in page], "next": page[-1].key if is_more else ""}


@operation("item")
def item(asked: Asked, key: str) -> dict[str, Any]:
    """One item in force."""
    found = catalogue.find(ITEM, key)
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


@operation("status")
def status(asked: Asked) -> dict[str, Any]:
    """How a case stands; another's number is answered like one that does not exist."""
    person = identity.person_by_number(asked.body["person_number"])
    if person is None:
        raise NotFound()
    found = cases.case(asked.body["case_no"], by=asked.acting_for(person.pk))
    due_on = found.matter.due_on
    return {
        "case_no": found.case_no,
        "item": found.item_key,
        "state": str(found.state),
        "due_on": due_on.isoformat() if due_on else None,
    }


@operation("file")
def file(asked: Asked) -> dict[str, Any]:
    """File for an applicant, as they would have here themselves."""
    given = asked.body["applicant"]
    person = identity.person_on_document(name=given["name"], number=given["number"])
    by = asked.acting_for(person.pk)
    key = drafting.begin(by=by, item=asked.body["item"]).key
    try:
        _fill_in(key, asked.body, by)
        with transaction.atomic():
            filed = filing.submit(key=key, by=by, signed=asked.body["confirmed"])
            told = {
                "number": filed.number,
                "cases": [
                    {"case_no": one.case_no, "item": one.item_key, "state": str(one.state)}
                    for one in cases.cases_of(filed)
                ],
            }
            clients.keep(client=asked.client, key=asked.signed.key, status=201, body=told, by=SELF)
    except BaseException:
        drafting.discard(key=key, by=by)
        raise
    return told


def _fill_in(key: str, body: dict[str, Any], by: Actor) -> None:
    _, item = services.item(body["item"])
    drafting.answer(key=key, answers=services.situation(item, body.get("answers", {})), by=by)
    if cases.view(drafting.fill(key=key, by=by)).unclear:
        raise Invalid({"answers": [gettext(CHOOSE)]})
    drafting.write(key=key, posted=body.get("values", {}), by=by, partly=False)
    for at, material in enumerate(body.get("materials", ())):
        try:
            data = base64.b64decode(material["data"], validate=True)
        except (binascii.Error, ValueError):
            raise Invalid({f"materials/{at}/data": [gettext(NOT_BASE64)]}) from None
        drafting.attach(key=key, material=material["key"], data=data, name=material["name"], by=by)
    missing = cases.view(cases.draft(key, by=by)).missing
    if missing:
        raise Invalid({need.key: [gettext(MISSING)] for need in missing})

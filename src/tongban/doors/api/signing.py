"""Who asks: the signature is checked, the nonce used up, the body read; refusals are problems."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from jsonschema import Draft202012Validator

from tongban.domains.clients import actions
from tongban.domains.clients.rules import Client, Signed, StillAtWork, TooMany
from tongban.doors.api.operations import BY_NAME, Operation
from tongban.kernel.actor import Actor, part
from tongban.kernel.eforms import rules as eforms
from tongban.kernel.errors import N_, Invalid, Refusal
from tongban.kernel.identity import queries as identity
from tongban.kernel.ui import refusals
from tongban.kernel.ui.access import open_to_all

P = ParamSpec("P")
SELF = part("api")
View = Callable[Concatenate["Asked", P], dict[str, Any]]


class NotThisWay(Refusal):
    says = N_("This address is not asked in this way.")
    hint = N_("Look at the document of the interface.")
    status = 405


class TooLong(Refusal):
    says = N_("The request is too long.")
    hint = N_("At most 12 MB, files and all.")
    status = 413


class Unreadable(Refusal):
    says = N_("The body is no JSON.")
    hint = N_("Send JSON in UTF-8.")
    status = 400


class Asked:
    """A request of a client (接口请求), read and checked against its schema."""

    def __init__(self, request: HttpRequest, client: Client, signed: Signed, body: Any) -> None:
        self.request, self.client, self.signed, self.body = request, client, signed, body

    @property
    def key(self) -> str:
        """The client as the ledger names it."""
        return f"client:{self.client.key}"

    def acting_for(self, person: int, entity: str = "") -> Actor:
        """The client on behalf of an applicant; the ledger names both.

        For a firm only where the person may act for it.
        """
        by = Actor(kind="person", key=self.key, name=self.client.name, channel="api")
        return identity.relayed(by, person=person, entity=entity)


def operation(name: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Open a view to clients that sign and have the scope."""
    one = BY_NAME[name]

    def mark(view: View[P]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @open_to_all
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                asked = _hear(request, one)
                status, body = _once(one, asked, lambda: view(asked, *args, **kwargs))
            except Refusal as refusal:
                return problem(refusal)
            return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})

        return guarded

    return mark


def _hear(request: HttpRequest, one: Operation) -> Asked:
    if request.method != one.method:
        raise NotThisWay()
    headers = request.headers
    if len(body := _read(request)) > MOST:
        raise TooLong()
    signed = Signed(
        method=request.method,
        path=request.get_full_path(),
        timestamp=headers.get("X-Timestamp", ""),
        nonce=headers.get("X-Nonce", ""),
        key=headers.get("Idempotency-Key", ""),
        body=body,
    )
    client = actions.hear(
        client=headers.get("X-Client", ""),
        request=signed,
        signature=headers.get("X-Signature", ""),
        by=SELF,
    )
    client.require(one.scope)
    return Asked(request, client, signed, _parsed(one, body))


MOST = 12 * 1024 * 1024


def _read(request: HttpRequest) -> bytes:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST:
        raise TooLong()
    return request.body


def _parsed(one: Operation, body: bytes) -> Any:
    if one.body is None:
        return None
    if b"\\u0000" in body:
        raise Unreadable()  # JSON can hold it, PostgreSQL cannot
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable() from None
    check(found, one.body)
    return found


def check(found: Any, schema: Any) -> None:
    """Refuse what is not as its schema says, each fault at its place."""
    problems: dict[str, list[str]] = {}
    for error in Draft202012Validator(schema).iter_errors(found):
        where = "/".join(map(str, error.absolute_path)) or "."
        # The library's sentence would repeat what was sent, which may be a person's.
        text = gettext("This is not as the schema says: {rule}.").format(rule=error.validator)
        problems.setdefault(where, []).append(text)
    if problems:
        raise Invalid(problems)


def _once(
    one: Operation, asked: Asked, work: Callable[[], dict[str, Any]]
) -> tuple[int, dict[str, Any]]:
    """A request that changes something is done once, and answered always the same."""
    if not one.changes:
        return one.status, work()
    told = actions.begin(client=asked.client, request=asked.signed, by=SELF)
    if told is not None:
        return told
    try:
        return one.status, work()
    except BaseException:
        actions.give_up(client=asked.client, key=asked.signed.key, by=SELF)
        raise


def problem(refusal: Refusal) -> HttpResponse:
    """A refusal as `application/problem+json` (RFC 9457)."""
    said = refusals.say(refusal)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": said.says,
        "detail": said.hint,
        "status": said.status,
    }
    if said.problems:
        body["problems"] = {
            name: [_sentence(one) for one in problems] for name, problems in said.problems.items()
        }
    answer = JsonResponse(
        body,
        status=said.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    if isinstance(refusal, TooMany):
        answer["Retry-After"] = str(refusal.facts["seconds"])
    elif isinstance(refusal, StillAtWork):
        answer["Retry-After"] = "1"
    return answer


def _sentence(one: eforms.Problem | str) -> str:
    if isinstance(one, eforms.Problem):
        return gettext(one.says).format(**one.facts)
    return gettext(one)

"""Ask the platform's API: signed requests, tried again with the same key until they are answered.

    portal = Portal("https://…", client="demo-portal", secret=Path("demo-portal.key").read_text())
    portal.items(); portal.file(item="…", applicant={…}, …)

It needs `cryptography` and nothing of the platform: copy the file where it is wanted. What each
operation takes stands in the platform's `/api/v1/openapi.json`.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Answer = dict[str, Any]
Send = Callable[[Request], tuple[int, Mapping[str, str], bytes]]
TRIES: Final = 4
TIMEOUT: Final = 20.0
PAUSE: Final = 0.5
"""Seconds before the second try; each further one waits twice as long."""


class Refused(Exception):
    """The platform refused: `title` says what is wrong, `detail` what to do."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.title, self.detail = str(problem.get("title", "")), str(problem.get("detail", ""))
        self.problems: Mapping[str, list[str]] = problem.get("problems", {})
        super().__init__(f"{status} {self.title} {self.detail} {dict(self.problems) or ''}".strip())


class NoAnswer(Exception):
    """The platform did not answer, however often it was asked; ask later with the same key."""


def new_key() -> str:
    """An Idempotency-Key; keep it beside what you send, until you have the answer."""
    return secrets.token_urlsafe(24)


def _urlopen(request: Request) -> tuple[int, Mapping[str, str], bytes]:
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        return error.code, dict(error.headers), error.read()


@dataclass
class Portal:
    """Another portal before the platform's API."""

    base: str
    client: str
    secret: str
    """The private key: 32 bytes in base64."""
    send: Send = _urlopen
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    _key: Ed25519PrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(self.secret))

    # What is offered

    def items(self) -> Iterator[Answer]:
        """The items in force, page by page."""
        yield from self._pages("items", "items")

    def item(self, key: str) -> Answer:
        """One item whole."""
        return self.ask("GET", f"/api/v1/items/{quote(key, safe='')}")

    def things(self) -> Iterator[Answer]:
        """The one-things that can be filed."""
        yield from self._pages("one-things", "things")

    def thing(self, key: str) -> Answer:
        """One one-thing whole."""
        return self.ask("GET", f"/api/v1/one-things/{quote(key, safe='')}")

    def form(self, *, answers: Mapping[str, str] | None = None, **which: str) -> Answer:
        """What `item=` or `thing=` asks in a situation."""
        return self.ask("POST", "/api/v1/forms", {**which, "answers": dict(answers or {})})

    def _pages(self, path: str, name: str) -> Iterator[Answer]:
        after = ""
        while True:
            query = f"?{urlencode({'after': after})}" if after else ""
            page = self.ask("GET", f"/api/v1/{path}{query}")
            yield from page[name]
            after = page["next"]
            if not after:
                return

    # For an applicant: {"name", "number"}, and "entity" for a firm

    def file(self, *, key: str = "", **body: Any) -> Answer:
        """File for an applicant who confirmed it."""
        return self._change("applications", {**body, "confirmed": True}, key)

    def progress(self, number: str, applicant: Mapping[str, str]) -> Answer:
        """How a filing stands, and what is asked for."""
        return self._of("applications/status", number, applicant)

    def status(self, case_no: str, person_number: str, entity: str = "") -> Answer:
        """How a case stands."""
        body = {"case_no": case_no, "person_number": person_number}
        if entity:
            body["entity"] = entity
        return self.ask("POST", "/api/v1/cases/status", body)

    def supplement(
        self,
        number: str,
        applicant: Mapping[str, str],
        cases: list[Mapping[str, Any]],
        *,
        key: str = "",
    ) -> Answer:
        """Send what was asked for: for each case `values` and `materials`."""
        body = {"number": number, "applicant": dict(applicant), "cases": cases, "confirmed": True}
        return self._change("applications/supplement", body, key)

    def withdraw(self, case_no: str, applicant: Mapping[str, str], *, key: str = "") -> Answer:
        """Take a case back."""
        body = {"case_no": case_no, "applicant": dict(applicant), "confirmed": True}
        return self._change("cases/withdraw", body, key)

    def rate(
        self, number: str, applicant: Mapping[str, str], level: int, *, key: str = "", **more: Any
    ) -> Answer:
        """Rate a finished filing from 1 to 5."""
        body = {"number": number, "applicant": dict(applicant), "level": level, **more}
        return self._change("reviews", body, key)

    def notices(self, number: str, applicant: Mapping[str, str]) -> list[Answer]:
        """The notices of a filing."""
        found: list[Answer] = self._of("notices", number, applicant)["notices"]
        return found

    def notice(self, number: str, applicant: Mapping[str, str]) -> tuple[Answer, bytes]:
        """One notice: what it says, and the sealed PDF."""
        body = {"number": number, "applicant": dict(applicant), "pdf": True}
        told = self.ask("POST", "/api/v1/notices/document", body)
        return told["body"], base64.b64decode(told["pdf"])

    def licences(self, number: str, applicant: Mapping[str, str]) -> list[Answer]:
        """The licences that a filing gave; verify each `proof` with `licences.py` beside this."""
        found: list[Answer] = self._of("licences", number, applicant)["licences"]
        return found

    def _of(self, path: str, number: str, applicant: Mapping[str, str]) -> Answer:
        return self.ask("POST", f"/api/v1/{path}", {"number": number, "applicant": dict(applicant)})

    def _change(self, path: str, body: Mapping[str, Any], key: str) -> Answer:
        return self.ask("POST", f"/api/v1/{path}", body, key=key or new_key())

    # The wire

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> Answer:
        """Send until it is answered; what changes something is done once, by its key."""
        data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        pause = PAUSE
        for attempt in range(TRIES):
            try:
                status, headers, content = self.send(self._signed(method, path, data, key))
            except (URLError, TimeoutError, ConnectionError) as error:
                status, headers, content = 0, {}, str(error).encode()
            if 200 <= status < 300:
                found: Answer = json.loads(content)
                return found
            # A 409 that says when to come back: the first request of this key is still at work.
            if status not in {0, 429, 502, 503, 504} and not headers.get("Retry-After"):
                raise Refused(status, _problem(content))
            if attempt + 1 < TRIES:
                self.sleep(float(headers.get("Retry-After") or pause))
                pause *= 2
        if status:
            raise Refused(status, _problem(content))
        raise NoAnswer(content.decode(errors="replace"))

    def _signed(self, method: str, path: str, data: bytes, key: str) -> Request:
        stamp, nonce = str(int(self.now())), secrets.token_urlsafe(16)
        text = "\n".join([method, path, stamp, nonce, key, hashlib.sha256(data).hexdigest()])
        headers = {
            "Content-Type": "application/json",
            "X-Client": self.client,
            "X-Timestamp": stamp,
            "X-Nonce": nonce,
            "X-Signature": base64.b64encode(self._key.sign(text.encode())).decode(),
            **({"Idempotency-Key": key} if key else {}),
        }
        return Request(self.base.rstrip("/") + path, data or None, headers, method=method)


def _problem(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {"title": content[:200].decode(errors="replace")}
    return found if isinstance(found, dict) else {}

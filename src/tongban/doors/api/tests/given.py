"""A client of another portal: it signs, and its requests come through the door."""

import base64
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.http import HttpResponse
from django.test import Client as Browser

from tongban.domains.clients.rules import Signed
from tongban.kernel import clock
from tongban.kernel.actor import Actor
from tongban.kernel.catalogue import actions as catalogue

SCOPES = ("items", "cases", "applications", "documents")


class Portal:
    """The portal of the province, with a key of its own."""

    def __init__(
        self, key: str = "province", scopes: tuple[str, ...] = SCOPES, **more: Any
    ) -> None:
        self.key, self.secret = key, Ed25519PrivateKey.generate()
        public = base64.b64encode(self.secret.public_key().public_bytes_raw()).decode()
        body = {"key": key, "name": "省平台", "public_key": public, "scopes": list(scopes)} | more
        grants = frozenset({"definition.draft", "definition.publish"})
        one, two = (
            Actor(kind="official", key=f"official:{n}@post:{n}", person=n, grants=grants)
            for n in (1, 2)
        )
        made = catalogue.draft(kind="client", key=key, body=body, by=one)
        catalogue.submit(definition=made.pk, by=one)
        catalogue.publish(definition=made.pk, valid_from=clock.today(), by=two)

    def headers(
        self, method: str, path: str, body: bytes, *, key: str = "", **changes: str
    ) -> dict[str, str]:
        given = {
            "timestamp": str(int(clock.instant().timestamp())),
            "nonce": secrets.token_urlsafe(16),
            **changes,
        }
        signed = Signed(method=method, path=path, key=key, body=body, **given)
        return {
            "X-Client": self.key,
            "X-Timestamp": given["timestamp"],
            "X-Nonce": given["nonce"],
            "X-Signature": base64.b64encode(self.secret.sign(signed.text())).decode(),
            **({"Idempotency-Key": key} if key else {}),
        }

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str = "", **changes: str
    ) -> HttpResponse:
        data = b"" if body is None else body
        data = data if isinstance(data, bytes) else json.dumps(data).encode()
        return self.send(method, path, data, self.headers(method, path, data, key=key, **changes))

    def send(self, method: str, path: str, data: bytes, headers: dict[str, str]) -> HttpResponse:
        browser = Browser(raise_request_exception=False)
        answer: HttpResponse = browser.generic(  # type: ignore[assignment]
            method, path, data, content_type="application/json", headers=headers
        )
        return answer

"""Signing in elsewhere, against an OpenID provider that runs beside the test."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from pytest_django.fixtures import Settings

from tongban.kernel import clock
from tongban.kernel.identity import actions, codes, queries
from tongban.kernel.identity.models import Account, OutsideIdentity
from tongban.kernel.identity.tests import people
from tongban.kernel.ledger.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tongban.doors.sign_in.tests.routes")]

CLIENT, SECRET = "tongban", "between-us"


class LocalProvider:
    """An OpenID provider with one user; what it says of them can be bent."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.claims: dict[str, Any] = {}
        self.signs_with: Any = self.key
        self.algorithm = "RS256"
        self.challenges: dict[str, dict[str, str]] = {}
        self.is_down = False
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(*provider.get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._say(*provider.token(dict(parse_qsl(body)), self.headers["Authorization"]))

            def _say(self, status: int, answer: dict[str, Any]) -> None:
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        if self.is_down:
            return 503, {}
        if path == "/keys":
            return 200, dict(KeySet([self.key]).as_dict(private=False))
        return 200, {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, address: str) -> str:
        """The user signs in there; answers the query with which the browser comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        self.challenges["code-1"] = asked
        return f"code=code-1&state={asked['state']}"

    def token(self, body: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.challenges.pop(body["code"], None)
        digest = hashlib.sha256(body["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or authorization != f"Basic {known}"
            or asked["redirect_uri"] != body["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "someone-1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        header = {"alg": self.algorithm, "kid": "one"}
        signed = jwt.encode(header, claims, self.signs_with, algorithms=[self.algorithm])
        return 200, {"id_token": signed, "token_type": "Bearer", "access_token": "unused"}


@pytest.fixture
def provider(settings: Settings) -> Iterator[LocalProvider]:
    made = LocalProvider()
    settings.TONGBAN_OIDC_ISSUER = made.issuer
    settings.TONGBAN_OIDC_CLIENT = CLIENT
    settings.TONGBAN_OIDC_SECRET = SECRET
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(autouse=True)
def _day(request: pytest.FixtureRequest) -> Iterator[None]:
    with clock.at("2026-01-05 10:00"):
        request.getfixturevalue("city")
        yield


def number_of(serial: int) -> str:
    return codes.fictional_person_number("990101", date(1990, 5, 17), serial)


def as_citizen(provider: LocalProvider, serial: int = 1) -> int:
    person = people.citizen(serial)
    provider.claims = {"name": person.name, "id_number": number_of(serial)}
    return person.pk


def go(client: Client, provider: LocalProvider) -> Any:
    there = client.get("/sign-in/outside/", {"next": "/somewhere/"})
    assert there.status_code == 302, there.content.decode()
    return client.get("/sign-in/outside/back/?" + provider.authorize(there["Location"]))


def test_a_citizen_comes_back_signed_in_and_is_known_next_time(
    client: Client, provider: LocalProvider
) -> None:
    person = as_citizen(provider)
    answer = go(client, provider)
    assert (answer.status_code, answer["Location"]) == (302, "/somewhere/")
    account = queries.account_of(person)
    assert account is not None
    assert client.session["_auth_user_id"] == str(account.pk)
    provider.claims = {}  # from now on the provider's own name for them is enough
    assert go(Client(), provider).status_code == 302
    assert Account.objects.filter(person=person).count() == 1
    assert OutsideIdentity.objects.count() == 1
    means = [e.data["means"] for e in Event.objects.filter(name="account.signed_in")]
    assert means == ["outside", "outside"]


def test_whoever_is_linked_once_is_nobody_else_later(
    client: Client, provider: LocalProvider
) -> None:
    first = as_citizen(provider, 1)
    go(client, provider)
    as_citizen(provider, 2)
    other = Client()
    go(other, provider)
    account = queries.account_of(first)
    assert account is not None
    assert other.session["_auth_user_id"] == str(account.pk)


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"},
        {"aud": "someone-else"},
        {"aud": ["tongban", "someone-else"]},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_700_000_000},
        {"sub": None},
    ],
)
def test_a_word_that_does_not_hold_signs_nobody_in(
    client: Client, provider: LocalProvider, bent: dict[str, Any]
) -> None:
    as_citizen(provider)
    provider.claims |= bent
    answer = go(client, provider)
    assert answer.status_code == 401
    assert "_auth_user_id" not in client.session
    assert not OutsideIdentity.objects.exists()


def test_another_key_and_a_shared_secret_are_not_believed(
    client: Client, provider: LocalProvider
) -> None:
    as_citizen(provider)
    provider.signs_with = RSAKey.generate_key(2048)
    assert go(client, provider).status_code == 401
    provider.signs_with, provider.algorithm = OctKey.import_key("a" * 32), "HS256"
    assert go(client, provider).status_code == 401


def test_an_answer_that_nobody_asked_for_is_refused(
    client: Client, provider: LocalProvider
) -> None:
    as_citizen(provider)
    assert client.get("/sign-in/outside/back/?code=code-1&state=x").status_code == 401
    there = client.get("/sign-in/outside/")
    back = "/sign-in/outside/back/?" + provider.authorize(there["Location"])
    assert client.get(back.replace("state=", "state=x")).status_code == 401
    assert client.get(back).status_code == 401  # the beginning was used up


def test_a_stranger_is_sent_to_the_window(client: Client, provider: LocalProvider) -> None:
    provider.claims = {"name": "无名氏", "id_number": number_of(77)}
    answer = go(client, provider)
    assert answer.status_code in {403, 404, 422}
    assert not OutsideIdentity.objects.exists()


def test_an_official_needs_a_second_factor_there(client: Client, provider: LocalProvider) -> None:
    person = people.citizen(5)
    actions.open_account(person=person.pk, username="office5", is_official=True, by=people.SETUP)
    provider.claims = {"preferred_username": "office5"}
    assert go(client, provider).status_code == 403
    provider.claims["amr"] = ["pwd", "otp"]
    assert go(client, provider).status_code == 302


def test_a_silent_provider_says_so(client: Client, provider: LocalProvider) -> None:
    provider.is_down = True
    assert client.get("/sign-in/outside/").status_code == 503


def test_without_a_provider_there_is_no_such_way(client: Client) -> None:
    assert client.get("/sign-in/outside/").status_code == 404
    assert "/sign-in/outside/" not in client.get("/sign-in/").content.decode()

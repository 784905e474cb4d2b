"""Signing in elsewhere (统一身份认证): OpenID Connect, the code flow with PKCE.

Nothing but the signed identity token is believed: its signature, issuer, audience, nonce and age
are checked against the provider's published keys. The profile is OpenID Connect Core 1.0, section
3.1, with RFC 7636; what a provider calls a claim is configuration.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tongban.kernel import clock
from tongban.kernel.errors import Unavailable
from tongban.kernel.identity.rules import NotTheirWord

TIMEOUT = 10.0
"""Seconds after which a provider is taken for silent."""

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""Never `none`, and never a shared secret: the keys are the provider's own pair."""

LEEWAY = 60
"""Seconds by which two clocks may differ."""

LARGEST = 256 * 1024
"""Bytes of an answer; no honest one is longer."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way: where to send the browser, and what its session must keep."""

    address: str
    state: str
    nonce: str
    verifier: str

    def kept(self) -> dict[str, str]:
        """What the session keeps until the answer comes."""
        return {"state": self.state, "nonce": self.nonce, "verifier": self.verifier}


@dataclass(frozen=True, slots=True)
class Word:
    """What the provider says of who signed in."""

    issuer: str
    subject: str
    name: str
    number: str
    username: str
    is_strong: bool
    """Whether a second factor or a face was asked for there."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One OpenID provider; `issuer` is where its discovery document lies."""

    issuer: str
    client: str
    secret: str
    claims: Mapping[str, str]

    def begin(self, *, back: str) -> Begun:
        """Prepare a sign-in; the answer comes to the address `back`.

        Raises Unavailable when the provider is silent.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        asked = urlencode(
            {
                "response_type": "code",
                "client_id": self.client,
                "redirect_uri": back,
                "scope": "openid profile",
                "state": state,
                "nonce": nonce,
                "code_challenge": challenge.rstrip(b"=").decode(),
                "code_challenge_method": "S256",
            }
        )
        return Begun(f"{self._about()['authorization_endpoint']}?{asked}", state, nonce, verifier)

    def finish(self, *, code: str, back: str, kept: Mapping[str, str]) -> Word:
        """Turn the code that came back into the provider's word.

        Raises NotTheirWord when anything about it is not right, Unavailable when it is silent.
        """
        about = self._about()
        plain = base64.b64encode(f"{self.client}:{self.secret}".encode()).decode()
        answer = _fetch(
            about["token_endpoint"],
            body=urlencode(
                {
                    "grant_type": "authorization_code",
                    "code": code,
                    "redirect_uri": back,
                    "code_verifier": kept["verifier"],
                }
            ).encode(),
            headers={"Authorization": f"Basic {plain}"},
        )
        return self._word(str(answer.get("id_token", "")), about, nonce=kept["nonce"])

    def _about(self) -> dict[str, Any]:
        found = _fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise NotTheirWord()
        return found

    def _word(self, token: str, about: Mapping[str, Any], *, nonce: str) -> Word:
        try:
            keys = KeySet.import_key_set(_fetch(about["jwks_uri"]))  # type: ignore[arg-type]
            told = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
            jwt.JWTClaimsRegistry(
                now=int(clock.instant().timestamp()),
                leeway=LEEWAY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.client},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(told)
        except (JoseError, ValueError, KeyError, TypeError) as fault:
            raise NotTheirWord() from fault
        audience = told["aud"]
        if isinstance(audience, list) and len(audience) > 1 and told.get("azp") != self.client:
            raise NotTheirWord()

        def claim(name: str) -> str:
            return str(told.get(self.claims.get(name, name)) or "")

        means = told.get("amr")
        return Word(
            issuer=self.issuer,
            subject=str(told["sub"]),
            name=claim("name"),
            number=claim("number"),
            username=claim("username"),
            is_strong=isinstance(means, list) and bool(STRONG & {str(one) for one in means}),
        )


STRONG = frozenset({"mfa", "otp", "hwk", "swk", "fpt", "face"})
"""Authentication methods of RFC 8176 that are more than something known."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = build_opener(_NoRedirects)


def _fetch(
    address: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    parts = urlsplit(address)
    is_here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise NotTheirWord()
    request = Request(address, data=body, headers={"Accept": "application/json", **(headers or {})})
    try:
        with _opener.open(request, timeout=TIMEOUT) as answer:
            text = answer.read(LARGEST + 1)
    except HTTPError as fault:
        if fault.code < 500:
            raise NotTheirWord() from fault
        raise Unavailable(system=settings.TONGBAN_OIDC_NAME) from fault
    except (URLError, TimeoutError, ConnectionError) as fault:
        raise Unavailable(system=settings.TONGBAN_OIDC_NAME) from fault
    try:
        found = json.loads(text) if len(text) <= LARGEST else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NotTheirWord()
    return found


def provider() -> Provider | None:
    """The provider of this deployment; None where people sign in here only."""
    if not settings.TONGBAN_OIDC_ISSUER:
        return None
    return Provider(
        issuer=settings.TONGBAN_OIDC_ISSUER,
        client=settings.TONGBAN_OIDC_CLIENT,
        secret=settings.TONGBAN_OIDC_SECRET,
        claims=settings.TONGBAN_OIDC_CLAIMS,
    )

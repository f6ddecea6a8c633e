"""Access tokens as the vendor's Go and TypeScript clients get them: by an assertion that the client's key signs.

The Python SDK has no token exchange of its own; its users bring a token.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE = 120
"""Seconds that an assertion reaches into the past and into the future."""


class Client:
    """One of the vendor's API clients: its id, and the secret that holds its key."""

    def __init__(self, client_id: str, secret: str, base: str, transport: httpx.Client):
        self.id, self.secret, self.base, self.transport = client_id, secret, base, transport

    def key(self) -> jwt.PyJWK:
        """The key inside the secret, taken apart as strictly as the TypeScript client does."""
        scheme, vendor, version, payload = self.secret.split(":")
        assert (scheme, vendor, version) == ("secret-token", "conductorone.com", "v1")
        key = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        assert key.keys() == {"kty", "crv", "x", "d"} and (key["kty"], key["crv"]) == ("OKP", "Ed25519")
        return jwt.PyJWK(key, algorithm="EdDSA")

    def assertion(self, **claims: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.id, "sub": self.id, "aud": urlsplit(self.base).hostname,
            "exp": now + LIFE, "nbf": now - LIFE, "iat": now, **claims,
        }  # fmt: skip
        return jwt.encode(claims, self.key().key, algorithm="EdDSA", headers={"nonce": secrets.token_hex(16)})

    def ask(self, **form: str) -> httpx.Response:
        """The token endpoint's answer to that form."""
        return self.transport.post(f"{self.base}/auth/v1/token", data=form)

    def exchange(self, assertion: str) -> httpx.Response:
        return self.ask(
            grant_type="client_credentials", client_id=self.id,
            client_assertion_type=ASSERTION, client_assertion=assertion,
        )  # fmt: skip

    def token(self) -> str:
        answer = self.exchange(self.assertion())
        assert answer.status_code == 200, answer.text
        assert answer.json()["token_type"] == "Bearer" and isinstance(answer.json()["expires_in"], int)
        return answer.json()["access_token"]

"""What the vendor's own pages and scripts send to Identity Governance: there is no public client of it."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import jwt
import requests

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TASK = "violationTask-df7f65b04ec3"


class Refused(Exception):
    """Any answer but success; carries the status and the body."""

    def __init__(self, response: requests.Response):
        super().__init__(f"{response.request.method} {response.url}: {response.status_code} {response.text}")
        self.status = response.status_code
        self.body = response.json()


class Governance:
    """One caller. Users' tokens come as DaVinci gets them: a client vouches for the user."""

    def __init__(self, base: str, token: str, session: requests.Session):
        self.base, self.session = base, session
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        response = self.session.request(
            method, f"{self.base}{path}", json=body, params=query, headers=self.headers, timeout=30
        )
        if not response.ok:
            raise Refused(response)
        return response.json()

    def iga(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        return self.call(method, f"/iga/governance{path}", body, **query)

    def mine(self, status: str = "active") -> list[dict]:
        """What the page "My violations" lists."""
        names = ("pending", "in-progress", "exception", "complete")
        operand = [
            {"operator": "EQUALS", "operand": {"targetName": "decision.status", "targetValue": name}} for name in names
        ]
        body = {"targetFilter": {"operator": "OR", "operand": operand}}
        found = self.iga("POST", "/user/violation/search", body, actorStatus=status, pageSize="50", pageNumber="0")
        return found["result"]

    def act(self, violation: dict, action: str, body: dict) -> dict:
        return self.iga("POST", f"/violation/{violation['id']}/phases/{TASK}/{action}", body)


def service_account(base: str, credential: dict, session: requests.Session, scope: str) -> Governance:
    claims = {
        "iss": credential["clientId"],
        "sub": credential["clientId"],
        "aud": f"{base}/am/oauth2/access_token",
        "exp": int(time.time()) + 180,
        "jti": str(uuid.uuid4()),
    }
    key = jwt.PyJWK(json.loads(credential["clientSecret"])).key
    form = {
        "grant_type": JWT_BEARER,
        "client_id": "service-account",
        "assertion": jwt.encode(claims, key, "RS256"),
        "scope": scope,
    }
    return Governance(base, _token(session, f"{base}/am/oauth2/access_token", form), session)


def user(base: str, client: dict, name: str, session: requests.Session) -> Governance:
    url = f"{base}/am/oauth2/realms/root/realms/alpha/access_token"
    claims = {"iss": "davinci", "sub": name, "aud": url, "exp": int(time.time()) + 180}
    form = {"grant_type": JWT_BEARER, "assertion": jwt.encode(claims, client["clientSecret"], "HS256")}
    return Governance(base, _token(session, url, form, auth=(client["clientId"], client["clientSecret"])), session)


def _token(session: requests.Session, url: str, form: dict, **how: Any) -> str:
    response = session.post(url, data=form, timeout=30, **how)
    if not response.ok:
        raise Refused(response)
    return response.json()["access_token"]

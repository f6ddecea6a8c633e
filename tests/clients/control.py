"""Rolecall's control plane, as far as the client tests need it. The one place that knows its shapes."""

from __future__ import annotations

import json
import re
import secrets
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any


class ControlError(Exception):
    """The control plane refused; carries what it said."""


class Tenant:
    """One company of its own: a name the server has not seen before forks the seeded world."""

    def __init__(self, origin: str, label: str):
        slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")
        self.origin = origin.rstrip("/")
        self.name = f"{slug[-40:].strip('-')}-{secrets.token_hex(4)}"
        self.hour = 0
        """Grows whenever the clock is moved: who holds an access token then asks for a fresh one."""

    def base_url(self, vendor: str) -> str:
        return f"{self.origin}/t/{self.name}/{vendor}"

    def advance(self, by: str) -> Any:
        """Moves the virtual clock by an ISO 8601 duration; answers what fired."""
        self.hour += 1
        return self._call("POST", "clock/advance", {"by": by})

    def now(self) -> datetime:
        return datetime.fromisoformat(self._call("GET", "clock")["now"])

    def token(self, vendor: str, person: str) -> str:
        """An access token of that vendor for any person, by slug."""
        return self._call("POST", "tokens", {"vendor": vendor, "person": person})["token"]

    def credentials(self, vendor: str) -> list[dict]:
        """The ready-made credentials of that vendor: name, person, clientId, clientSecret."""
        return self._call("GET", "credentials")["credentials"][vendor]

    def steps(self, vendor: str) -> list[dict]:
        """What that vendor lets one do besides calling its API."""
        return self._call("GET", "steps")["steps"][vendor]

    def step(self, vendor: str, name: str, **parameters: Any) -> Any:
        """Does a step; answers what the vendor says about it."""
        return self._call("POST", "steps", {"vendor": vendor, "step": {"step": name, **parameters}})["result"]

    def export(self) -> dict:
        """The whole world: for what a vendor's API takes ids of and never lists."""
        return self._call("GET", "export")

    def settings(self, **switches: Any) -> Any:
        """Turns switches of this tenant; what is not named stays."""
        return self._call("PATCH", "settings", switches)

    def people(self) -> list[dict]:
        return self._call("GET", "people?limit=1000")["people"]

    def journal(self) -> list[dict]:
        return self._call("GET", "journal")["exchanges"]

    def fault(self, where: dict, when: dict, then: dict) -> dict:
        """Lets something go wrong."""
        return self._call("POST", "faults", {"where": where, "when": when, "then": then})

    def faults(self) -> list[dict]:
        return self._call("GET", "faults")["faults"]

    def settle_webhooks(self) -> None:
        """Waits until every subscriber has answered or is late."""
        assert self._call("POST", "webhooks/settle")["settled"]

    def revision(self) -> int:
        """How many changes led to the world of this tenant."""
        return self._call("GET", "")["revision"]

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.origin}/_rolecall/tenants/{self.name}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            raise ControlError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error

"""What the Grip tests share: the company's access as one catalogue, the audit trail, refusals, following a status."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import pytest

from control import Tenant
from grip_client import Grip, GripError

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NOBODY = "00000000-0000-4000-8000-000000000000"


class Catalogue:
    """Users, applications and accounts, read through every list once; and what no list shows."""

    def __init__(self, grip: Grip, world: dict):
        self.inside = world["estates"]["grip"]
        company = world["company"]
        self.slugs = {str(uuid.UUID(row["id"])): row["slug"] for row in [*company["people"], *company["apps"]]}
        self.saas = {row["id"]: row for row in grip.every(grip.list_saas)}
        self.users = {row["id"]: row for row in grip.every(grip.list_users)}
        self.rosters = {id: list(grip.every(grip.get_users_for_saas_application, id)) for id in self.saas}
        self.accounts = [row["saasUser"] for roster in self.rosters.values() for row in roster]

    def live(self, user_id: str) -> list[dict]:
        """The user's accounts whose access is live."""
        return [row for row in self.accounts if row["userId"] == user_id and row["status"] == "active"]

    def removable(self, user_id: str) -> list[dict]:
        """The applications from which Grip can remove the user."""
        return [saas for saas in self.held(user_id) if saas["gripData"]["accessRemovalSupport"] == "supported"]

    def irremovable(self, user_id: str) -> list[dict]:
        return [saas for saas in self.held(user_id) if saas["gripData"]["accessRemovalSupport"] != "supported"]

    def held(self, user_id: str) -> list[dict]:
        return [self.saas[account["saasId"]] for account in self.live(user_id)]

    def absent(self, user_id: str) -> list[dict]:
        """Removable applications in which the user has no live account."""
        held = {saas["id"] for saas in self.held(user_id)}
        return [
            saas
            for saas in self.saas.values()
            if saas["id"] not in held and saas["gripData"]["accessRemovalSupport"] == "supported"
        ]

    def workflow(self, kind: str) -> str:
        """The defined workflow of that kind with the most actions: the product shows ids, the API only takes them."""
        some = [row for row in self.inside["workflows"] if row["kind"] == kind]
        return str(uuid.UUID(max(some, key=lambda row: len(row["actions"]))["id"]))

    def enhanced_only(self) -> set[str]:
        """Applications that can be left in enhanced mode only; the API shows them as unsupported."""
        return {str(uuid.UUID(row["app"])) for row in self.inside["saas"] if row["enhancedOnly"]}

    def user(self, *wanted: Callable[[dict], Any], mailbox: bool = True) -> dict:
        """The first user of whom all of it holds; with an active mailbox unless told otherwise."""
        for user in self.users.values():
            if user["gripData"]["activity"]["hasActiveMailbox"] is mailbox and all(test(user) for test in wanted):
                return user
        raise AssertionError("the seed has no such user")

    def leaver(self, removable: int = 2) -> dict:
        """Somebody with that many applications to be removed from, and one where Grip can remove nobody."""
        return self.user(
            lambda user: len(self.removable(user["id"])) >= removable, lambda user: self.irremovable(user["id"])
        )


class Trail:
    """The entries that the audit log has gained since, oldest first."""

    def __init__(self, grip: Grip):
        self.grip = grip
        self.known = {row["id"] for row in self._all()}

    def fresh(self) -> list[dict]:
        entries = [row for row in reversed(self._all()) if row["id"] not in self.known]
        self.known |= {row["id"] for row in entries}
        return entries

    def actions(self) -> list[str]:
        return [row["action"] for row in self.fresh()]

    def _all(self) -> list[dict]:
        return list(self.grip.every(self.grip.list_audit_logs))


@contextmanager
def refused(status: int, text: str = "") -> Iterator[Any]:
    """Whatever happens inside is refused with that status, in the vendor's words."""
    with pytest.raises(GripError) as refusal:
        yield refusal
    error = refusal.value
    assert error.status == status, error
    assert error.headers["Content-Type"] == "application/json; charset=utf-8"
    assert set(error.body) == {"statusCode", "message", "error"}
    assert (error.body["statusCode"], error.body["error"]) == (status, HTTPStatus(status).phrase)
    assert error.body["message"] and text in error.body["message"]


def follow(
    tenant: Tenant, read: Callable[[], dict], ends: Iterable[str], by: str = "PT1S", most: int = 400
) -> tuple[list[str], dict]:
    """Moves the clock until the status is one of `ends`; the statuses on the way, and the last answer."""
    answer = read()
    seen = [answer["status"]]
    while answer["status"] not in ends:
        assert most > 0, f"still {answer}"
        most -= 1
        tenant.advance(by)
        answer = read()
        if answer["status"] != seen[-1]:
            seen.append(answer["status"])
    return seen, answer


def finish(tenant: Tenant, read: Callable[[], dict], end: str) -> dict:
    """Follows to an end that must be this one."""
    ends = {"completed", "failed", "cancelled", "rejected", "answered", "expired", "stopped"}
    _, answer = follow(tenant, read, ends)
    assert answer["status"] == end, answer
    return answer


def instant(text: str) -> datetime:
    assert INSTANT.fullmatch(text), text
    return datetime.fromisoformat(text)


def percent(live: list[dict]) -> int:
    """The share of single sign-on among live accounts, half rounded up."""
    if not live:
        return 0
    return (200 * sum(account["SSO"] for account in live) + len(live)) // (2 * len(live))


def last_segment(url: str) -> str:
    return unquote(url.rstrip("/").rpartition("/")[2])

"""What is fuzzed: one line per vendor."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from control import Tenant

Known = dict[str, list[str]]


@dataclass(frozen=True)
class Target:
    """How one calls a vendor, and ids that there are, so that half of the requests reach further than a 404.

    Names in `known` are Schemathesis's: `path.saas_id`, `query.user_id`, `body.userId`.
    """

    vendor: str
    headers: Callable[[Tenant], dict[str, str]]
    known: Callable[[Callable[[str], Any]], Known] = field(default=lambda get: {})
    published: bool = True
    """Whether the vendor's own documents are for us: not where we serve a part of what they publish."""


def bearer(vendor: str, person: str) -> Callable[[Tenant], dict[str, str]]:
    return lambda tenant: {"Authorization": f"Bearer {tenant.token(vendor, person)}"}


def grip_token(tenant: Tenant) -> dict[str, str]:
    return {"access-token": tenant.credentials("grip")[0]["clientSecret"]}


def grip_ids(get: Callable[[str], Any]) -> Known:
    """Some people and applications, and an account between each two; what is started is found out on the way."""
    people = get("/public/users?limit=3")
    rosters = {user["id"]: get(f"/public/users/{user['id']}/saas?limit=2") for user in people}
    users = list(rosters)
    apps = sorted({row["saas"]["id"] for rows in rosters.values() for row in rows})
    return {
        "path.saas_id": apps,
        "path.saas_name": [row["saas"]["name"] for rows in rosters.values() for row in rows],
        "path.saas_app_user_id": [row["saasUser"]["id"] for rows in rosters.values() for row in rows],
        "path.user_id": users,
        "path.user_mail": [user["mail"] for user in people],
        "path.alert_readable_id": [alert["alertId"] for alert in get("/public/alerts?limit=5")],
        "query.user_id": users,
        "query.userId": users,
        "query.new_sanction_state": ["sanctioned", "in review"],
        "body.userId": users,
        "body.userEmail": [user["mail"] for user in people],
        "body.saasIds[*]": apps,
        "body.saasApplicationId": apps,
        "body.usersToOffboard[*].userId": users,
        "body.label": ["alpha"],
    }


TARGETS = [
    Target("grip", grip_token, grip_ids),
]


def reader(tenant: Tenant, vendor: str, headers: dict[str, str]) -> Callable[[str], Any]:
    """Reads a path of the vendor."""

    def get(path: str) -> Any:
        request = urllib.request.Request(tenant.base_url(vendor) + path, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    return get

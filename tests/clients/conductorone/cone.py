"""What `cone` does over the wire, written from the contract: the vendor's Go module is not to be had everywhere.

It takes https alone, gets its token by a signed assertion for the host part of its client id, and is stricter than
the Python SDK: a path must be `$.expanded[n]`, `list` an array, `state` and `outcome` must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tokens import Client

PATH = re.compile(r"\$\.expanded\[(\d+)\]")
KNOWN = {f"type.googleapis.com/c1.api.app.v1.{name}" for name in ("App", "AppResource", "AppResourceType")}
"""What it can read of a search's expanded objects; anything else stops it."""
POLLS_MAX = 20


class Cone:
    """One person's command line."""

    def __init__(self, client: Client):
        assert client.base.startswith("https://"), "it forces https"
        self.base, self.transport = client.base, client.transport
        self.headers = {"Authorization": f"Bearer {client.token()}", "c1-request-source": "cone:test"}
        me = self._get("auth/introspect")
        assert isinstance(me["roles"], list) and isinstance(me["permissions"], list)
        self.user_id = me["userId"]

    def search(self, alias: str) -> list[dict]:
        """`cone search`: entitlements that the caller may ask for, with their applications."""
        mask = {"paths": ["*"]}
        answer = self._post("search/request_catalog/entitlements", entitlementAlias=alias, expandMask=mask, pageSize=100)
        assert isinstance(answer["list"], list)
        assert {row["@type"] for row in answer["expanded"]} <= KNOWN
        for row in answer["list"]:
            view = row["entitlement"]
            row["app"] = answer["expanded"][int(PATH.fullmatch(view["appPath"])[1])]
            assert row["app"]["id"] == view["appEntitlement"]["appId"]
        return answer["list"]

    def get(self, alias: str, force: bool = False) -> dict | None:
        """`cone get <alias>`: asks for it unless it is held; answers the task."""
        (row,) = self.search(alias)
        entitlement = row["entitlement"]["appEntitlement"]
        if not force and self.has(entitlement):
            return None
        app, user = entitlement["appId"], self.user_id
        accounts = self._get(f"apps/{app}/users/{user}/app_users")["list"]
        account = accounts[0]["appUser"]["id"] if accounts else ""
        answer = self._post("task/grant", appId=app, appEntitlementId=entitlement["id"], identityUserId=user,
                            appUserId=account, description="cone", expandMask={"paths": ["*"]})  # fmt: skip
        return answer["taskView"]["task"]

    def has(self, entitlement: dict) -> bool:
        """`cone has`: whether the caller holds it."""
        path = f"apps/{entitlement['appId']}/entitlements/{entitlement['id']}/users/{self.user_id}/grants"
        held = [row for row in self._get(path)["bindings"] if row["appEntitlementId"]]
        assert all("createdAt" in row and "deletedAt" not in row for row in held)
        return bool(held)

    def task(self, task_id: str) -> dict:
        """`cone task get`."""
        task = self._get(f"tasks/{task_id}")["taskView"]["task"]
        (kind,) = task["type"].values()
        assert task["state"] and kind["outcome"], "it would crash"
        return task

    def approve(self, task_id: str) -> None:
        """`cone task approve`."""
        step = self.task(task_id)["policy"]["current"]["id"]
        self._post(f"tasks/{task_id}/action/approve", policyStepId=step, comment="cone")

    def wait(self, task_id: str, between: Callable[[], Any]) -> str:
        """`--wait`: polls until the task is closed, and reads its outcome. What happens between two polls is given."""
        for _ in range(POLLS_MAX):
            task = self.task(task_id)
            if task["state"] == "TASK_STATE_CLOSED":
                (kind,) = task["type"].values()
                return kind["outcome"]
            between()
        raise AssertionError(f"still open: {task}")

    def _get(self, path: str) -> dict:
        return self._read(self.transport.get(f"{self.base}/api/v1/{path}", headers=self.headers))

    def _post(self, path: str, **body: Any) -> dict:
        return self._read(self.transport.post(f"{self.base}/api/v1/{path}", json=body, headers=self.headers))

    @staticmethod
    def _read(answer: Any) -> dict:
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("application/json")
        return answer.json()

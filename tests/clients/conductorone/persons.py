"""Somebody who uses the vendor's SDK: what they do, in the SDK's own calls; and what every refusal looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import httpx
import pytest
from conductorone_sdk.models import errors, shared
from conductorone_sdk.sdk import SDK

KSUID = re.compile(r"[a-zA-Z0-9]{27}")
NOTHING = "2c9xQp0LrT6VbN3mYk8sNothing"
"""The form of an id, and of nothing that there is."""
INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED, UNAUTHENTICATED = (
    3, 5, 6, 7, 9, 12, 16,
)  # fmt: skip


class Person:
    """The SDK, as this person. Answers are the vendor's messages as the SDK parses them."""

    def __init__(self, slug: str, base: str, token: str, transport: httpx.Client):
        self.slug = slug
        # It wants both, and sends the second.
        security = shared.Security(bearer_auth=token, oauth=token)
        self.sdk = SDK(server_url=base, security=security, client=transport)

    @cached_property
    def id(self) -> str:
        """The identity user that the token acts as."""
        answer = self.sdk.auth.introspect()
        return answer.introspect_response.user_id

    # Tasks

    def grant(self, entitlement: shared.AppEntitlement, **more: Any):
        """Asks for an entitlement, for themselves unless told otherwise."""
        if not {"identity_user_id", "app_user_id"} & more.keys():
            more["identity_user_id"] = self.id
        asked = {"app_id": entitlement.app_id, "app_entitlement_id": entitlement.id, **more}
        answer = self.sdk.task.create_grant_task(request=asked)
        return answer.task_service_create_grant_response.task_view

    def revoke(self, entitlement: shared.AppEntitlement, **more: Any):
        asked = {"app_id": entitlement.app_id, "app_entitlement_id": entitlement.id, **more}
        answer = self.sdk.task.create_revoke_task(request=asked)
        return answer.task_service_create_revoke_response.task_view

    def task(self, task_id: str) -> shared.Task:
        answer = self.sdk.task.get(request={"id": task_id})
        return answer.task_service_get_response.task_view.task

    def tasks(self, **wanted: Any) -> list[shared.Task]:
        """All tasks that a search finds."""
        token, found = "", []
        while True:
            answer = self.sdk.task_search.search(request={"page_size": 100, "page_token": token, **wanted})
            answer = answer.task_search_response
            found += [view.task for view in answer.list]
            if not (token := answer.next_page_token):
                return found

    def act(self, action: str, task: shared.Task | str, **body: Any):
        """Does something to a task: `approve`, `deny`, `skip_step` and so on."""
        task_id = task if isinstance(task, str) else task.id
        asked = {"task_id": task_id, f"task_actions_service_{action}_request": body}
        return getattr(self.sdk.task_actions, action)(request=asked)

    def approve(self, task: shared.Task, **body: Any):
        return self.act("approve", task, policy_step_id=step(task).id, **body)

    def deny(self, task: shared.Task, **body: Any):
        return self.act("deny", task, policy_step_id=step(task).id, **body)

    def audits(self, task: shared.Task) -> list[dict]:
        """The audit trail of a task, as it went over the wire: the SDK does not tell its events apart."""
        answer = self.sdk.task_audit.list(request={"task_id": task.id, "page_size": 100})
        return answer.raw_response.json()["list"]

    # Access

    def entitlement(self, alias: str) -> shared.AppEntitlement:
        """The one requestable entitlement of this alias, as `cone get` looks it up."""
        answer = self.sdk.request_catalog_search.search_entitlements(request={"entitlement_alias": alias})
        (found,) = answer.request_catalog_search_service_search_entitlements_response.list
        return found.app_entitlement_with_user_bindings.app_entitlement_view.app_entitlement

    def grants(self, entitlement: shared.AppEntitlement) -> dict[str, shared.AppEntitlementWithExpired]:
        """Who holds it and until when, by identity user id."""
        wanted = {"app_id": entitlement.app_id, "app_entitlement_id": entitlement.id}
        token, found = "", {}
        while True:
            answer = self.sdk.app_entitlement_search.search_app_entitlements_with_expired(
                request={**wanted, "page_size": 100, "page_token": token}
            ).search_app_entitlements_with_expired_response
            found |= {row.app_user.identity_user_id: row for row in answer.list}
            if not (token := answer.next_page_token):
                return found


def step(task: shared.Task) -> shared.PolicyStepInstance:
    """The step that a task is at: the SDK calls `policy.current` so."""
    current = task.policy_instance.policy_step_instance
    assert current is not None, f"the task {task.numeric_id} is at no step"
    return current


@contextmanager
def refused(status: int, code: int, text: str = "") -> Iterator[Any]:
    """Whatever happens inside is refused in the vendor's form; the SDK knows no refusals, and says so."""
    with pytest.raises(errors.SDKError) as refusal:
        yield refusal
    error = refusal.value
    assert error.status_code == status, error
    assert error.headers["content-type"].startswith("application/json")
    rest = status_of(error.body, code)
    assert text in rest, error.body


def status_of(body: str, code: int) -> str:
    """The sentence of a google.rpc status with that code."""
    answer = json.loads(body)
    assert {"code", "message"} <= answer.keys() <= {"code", "message", "details"}, answer
    assert answer["code"] == code, answer
    assert answer.get("details") != [], "details are sent only when there are any"
    sentence = re.fullmatch(r"(?s)(.+) \(request-id: \S+\)", answer["message"])
    assert sentence, answer
    return sentence[1]

"""A client of Grip Security's REST API, as a user would write it from the connector page: one function per action.

Only documented names stand here. There is no public SDK to take instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import requests

TIMEOUT = (10, 30)
"""Seconds to connect, and for an answer."""


class GripError(Exception):
    """An answer that is no success."""

    def __init__(self, response: requests.Response):
        super().__init__(f"{response.request.method} {response.url}: {response.status_code} {response.text}")
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.text
        try:
            self.body = response.json()
        except ValueError:
            self.body = None


class Page(list):
    """One page of a list, and the offsets of its neighbours as the headers `next` and `prev` tell them."""

    def __init__(self, rows: list, headers: Any):
        super().__init__(rows)
        self.next = int(headers["next"]) if "next" in headers else None
        self.prev = int(headers["prev"]) if "prev" in headers else None


class Grip:
    """The 35 actions. Lists answer one page; `every` walks all of them."""

    def __init__(self, base_url: str, token: str | None, session: requests.Session | None = None):
        self.base_url = base_url.rstrip("/")
        self.session = session or requests.Session()
        self.headers = {} if token is None else {"access-token": token}

    # -- SaaS applications

    def list_saas(self, limit: int | None = None, offset: int | None = None) -> Page:
        return self.page("/public/saas", query={"limit": limit, "offset": offset})

    def get_saas(self, saas_id: str) -> dict:
        return self.get("/public/saas/{}", saas_id)

    def get_saas_id(self, saas_name: str) -> list[str]:
        return self.get("/public/saas/{}/id", saas_name)

    def get_users_for_saas_application(
        self, saas_id: str, limit: int | None = None, offset: int | None = None
    ) -> Page:
        return self.page("/public/saas/{}/users", saas_id, query={"limit": limit, "offset": offset})

    def get_saas_user(self, saas_app_user_id: str) -> dict:
        return self.get("/public/saasUser/{}", saas_app_user_id)

    def create_label(self, saas_id: str, label: str) -> dict:
        return self.post("/public/saas/{}/label", saas_id, body={"label": label})

    def delete_label(self, saas_id: str, label: str) -> dict:
        return self.delete("/public/saas/{}/label", saas_id, body={"label": label})

    def update_primary_contact(self, saas_id: str, user_id: str) -> dict:
        return self.post("/public/saas/{}/update-primary-contact", saas_id, query={"user_id": user_id})

    def update_sanction_status(
        self, saas_id: str, new_sanction_state: str, comment: str | None = None, user_email: str | None = None
    ) -> dict:
        query = {"new_sanction_state": new_sanction_state, "comment": comment, "user_email": user_email}
        return self.post("/public/saas/{}/sanction_status", saas_id, query=query)

    # -- Users

    def list_users(self, next: int | None = None, offset: int | None = None, limit: int | None = None) -> Page:
        return self.page("/public/users", query={"next": next, "offset": offset, "limit": limit})

    def get_user(self, user_id: str) -> dict:
        return self.get("/public/users/{}", user_id)

    def get_user_id(self, user_mail: str) -> dict:
        return self.get("/public/users/{}/id", user_mail)

    def get_saas_applications_for_user(
        self, user_id: str, limit: int | None = None, offset: int | None = None
    ) -> Page:
        return self.page("/public/users/{}/saas", user_id, query={"limit": limit, "offset": offset})

    def user_label(self, user_id: str, label: str) -> dict:
        return self.post("/public/users/{}/label", user_id, body={"label": label})

    def delete_user_label(self, user_id: str, label: str) -> dict:
        return self.delete("/public/users/{}/label", user_id, body={"label": label})

    # -- Access revocation and justification

    def start_access_revocation(
        self,
        user_id: str,
        saas_ids: list[str],
        inheritor_mailbox: str | None = None,
        manager_approval_email: str | None = None,
    ) -> dict:
        body = {
            "userId": user_id,
            "saasIds": saas_ids,
            "inheritorMailbox": inheritor_mailbox,
            "managerApprovalEmail": manager_approval_email,
        }
        return self.post("/public/actions/accessRevocation/employee/start", body=body)

    def get_access_revocation_status(self, action_id: str) -> dict:
        return self.get("/public/actions/accessRevocation/employee/{}/status", action_id)

    def cancel_access_revocation(self, action_id: str) -> dict:
        return self.post("/public/actions/accessRevocation/employee/stop", body={"actionId": action_id})

    def send_justification_request(
        self,
        saas_application_id: str,
        user_id: str | None = None,
        user_email: str | None = None,
        communication_platform: str | None = None,
    ) -> dict:
        body = {
            "userId": user_id,
            "userEmail": user_email,
            "saasApplicationId": saas_application_id,
            "communicationPlatform": communication_platform,
        }
        return self.post("/public/actions/justification/send", body=body)

    def get_justification_request_status(self, request_id: str) -> dict:
        return self.get("/public/actions/justification/{}/status", request_id)

    def get_justification_request_link(self, request_id: str) -> str:
        return self.get("/public/actions/justification/{}/link", request_id)

    def cancel_justification_request(self, request_id: str) -> dict:
        return self.post("/public/actions/justification/cancel", body={"requestId": request_id})

    # -- Alerts and audit

    def list_alerts(self, **filters: Any) -> Page:
        """Filters: alert_severity, alert_type, category, related_entity_id, related_entity_type; limit, offset."""
        return self.page("/public/alerts", query=filters)

    def get_alert(self, alert_readable_id: str) -> dict:
        return self.get("/public/alerts/{}", alert_readable_id)

    def list_alerts_v2(self, **filters: Any) -> Page:
        """The filters of `list_alerts`."""
        return self.page("/public/v2/alerts", query=filters)

    def get_alert_v2(self, alert_readable_id: str) -> dict:
        return self.get("/public/v2/alerts/{}", alert_readable_id)

    def list_audit_logs(self, limit: int | None = None, offset: int | None = None) -> Page:
        return self.page("/public/audit-trail", query={"limit": limit, "offset": offset})

    # -- Offboarding and workflows

    def start_offboarding(
        self,
        users_to_offboard: list[dict],
        enable_enhanced_mode: bool | None = None,
        workflow_name: str | None = None,
    ) -> dict:
        """Each user: `userId` or `userEmail`, and `inheritorMailbox` where the mailbox goes to somebody else."""
        body = {
            "usersToOffboard": users_to_offboard,
            "enableEnhancedMode": enable_enhanced_mode,
            "workflowName": workflow_name,
        }
        return self.post("/public/workflows/offboarding/start", body=body)

    def list_offboarding_workflows(self, limit: int | None = None, offset: int | None = None) -> Page:
        return self.page("/public/workflows/offboarding", query={"limit": limit, "offset": offset})

    def status_offboarding(self, workflow_id: str) -> dict:
        return self.get("/public/workflows/offboarding/{}/status", workflow_id)

    def status_offboarded_user(self, workflow_id: str, user_id: str | None = None) -> dict:
        return self.get("/public/workflows/offboarding/{}/userStatus", workflow_id, query={"userId": user_id})

    def stop_offboarding(self, workflow_id: str) -> dict:
        return self.post("/public/workflows/offboarding/stop", body={"workflowId": workflow_id})

    def run_workflow_by_id(
        self,
        workflow_id: str,
        identity_email: list[str] | None = None,
        identity_id: list[str] | None = None,
        app_name: list[str] | None = None,
        app_id: list[str] | None = None,
        inheritor_email: str | None = None,
    ) -> dict:
        body = {
            "identityEmail": identity_email,
            "identityId": identity_id,
            "appName": app_name,
            "appId": app_id,
            "inheritorEmail": inheritor_email,
        }
        return self.post("/public/workflows/{}/run", workflow_id, body=body)

    def status_of_a_workflow(self, workflow_id: str) -> dict:
        return self.get("/public/workflows/{}/status", workflow_id)

    def cancel_workflow_by_workflow_run_id(self, workflow_run_id: str) -> dict:
        return self.post("/public/workflows/{}/cancel", workflow_run_id)

    # -- How it is sent

    def every(self, action: Callable[..., Page], *ids: str, limit: int = 200, **filters: Any) -> Iterator[dict]:
        """All rows of a list, page by page, until a page names no next one."""
        offset: int | None = 0
        while offset is not None:
            page = action(*ids, limit=limit, offset=offset, **filters)
            yield from page
            offset = page.next

    def get(self, path: str, *ids: str, query: dict | None = None) -> Any:
        return self.call("GET", path, *ids, query=query).json()

    def page(self, path: str, *ids: str, query: dict | None = None) -> Page:
        response = self.call("GET", path, *ids, query=query)
        return Page(response.json(), response.headers)

    def post(self, path: str, *ids: str, query: dict | None = None, body: dict | None = None) -> Any:
        return self.call("POST", path, *ids, query=query, body=body).json()

    def delete(self, path: str, *ids: str, body: dict) -> Any:
        return self.call("DELETE", path, *ids, body=body).json()

    def call(
        self, method: str, path: str, *ids: str, query: dict | None = None, body: dict | None = None
    ) -> requests.Response:
        """Sends what is set; anything but 200 is an error, a redirect too."""
        response = self.session.request(
            method,
            self.base_url + path.format(*(quote(str(value), safe="") for value in ids)),
            params=None if query is None else {name: value for name, value in query.items() if value is not None},
            json=None if body is None else {name: value for name, value in body.items() if value is not None},
            headers=self.headers,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        if response.status_code != 200:
            raise GripError(response)
        return response

"""What happens in Grip's product and has no call in its API: through the control plane's steps. Their names, once."""

from __future__ import annotations

from typing import Any

import pytest

from control import ControlError, Tenant


MOVES = {
    ("open", "in_progress"): "begin",
    ("in_progress", "resolved"): "resolve",
    ("open", "dismissed"): "dismiss",
    ("in_progress", "dismissed"): "dismiss",
    ("resolved", "open"): "reopen",
    ("dismissed", "open"): "reopen",
}
"""The moves between the states of an alert."""


def approve(tenant: Tenant, action_id: str) -> Any:
    """The manager answers the mail: yes."""
    return tenant.step("grip", "approve-revocation", action=action_id)


def reject(tenant: Tenant, action_id: str) -> Any:
    """The manager answers the mail: no."""
    return tenant.step("grip", "reject-revocation", action=action_id)


def fail_removal(tenant: Tenant, person: str, app: str, reason: str | None = "connector timeout") -> Any:
    """From now on nobody can remove that person from that application; without a reason they can again."""
    return tenant.step("grip", "fail-removal", person=person, app=app, reason=reason)


def open_link(tenant: Tenant, request_id: str) -> Any:
    """The recipient opens the link."""
    return tenant.step("grip", "open-justification", request=request_id)


def answer(tenant: Tenant, request_id: str, justification: str, still_in_use: bool) -> Any:
    """The recipient answers without a page."""
    return tenant.step(
        "grip", "answer-justification", request=request_id, justification=justification, stillInUse=still_in_use
    )


def expire(tenant: Tenant, request_id: str) -> Any:
    """The time limit is up before its time."""
    return tenant.step("grip", "expire-justification", request=request_id)


def fail_run(tenant: Tenant, run_id: str, reason: str) -> Any:
    """The current action of a workflow run fails, and the run with it."""
    return tenant.step("grip", "fail-run", run=run_id, reason=reason)


def finish(tenant: Tenant, id: str) -> Any:
    """A revocation, an offboarding or a run goes to its end now."""
    return tenant.step("grip", "finish", id=id)


def raise_alert(tenant: Tenant, policy: str, person: str) -> str:
    """A new alert about a person; answers its readable id."""
    return tenant.step("grip", "raise-alert", policy=policy, person=person)["alertId"]


def move_alert(tenant: Tenant, alert_id: str, move: str) -> Any:
    return tenant.step("grip", "move-alert", alert=int(alert_id), move=move)


def is_refused(tenant: Tenant, step: Any, *args: Any, **parameters: Any) -> None:
    """The step is one that the lifecycle does not allow now."""
    with pytest.raises(ControlError, match="409"):
        step(tenant, *args, **parameters)

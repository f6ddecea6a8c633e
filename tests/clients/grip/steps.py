"""What happens in Grip's product and has no call in its API: through the control plane's steps. Their names, once."""

from __future__ import annotations

from typing import Any

import pytest

from control import ControlError, Tenant


def approve(tenant: Tenant, action_id: str) -> Any:
    """The manager answers the mail: yes."""
    return tenant.step("grip", "approveRevocation", actionId=action_id)


def reject(tenant: Tenant, action_id: str) -> Any:
    """The manager answers the mail: no."""
    return tenant.step("grip", "rejectRevocation", actionId=action_id)


def fail_access(tenant: Tenant, user_id: str, saas_id: str) -> Any:
    """The next removal of that user from that application will fail."""
    return tenant.step("grip", "failAccess", userId=user_id, saasId=saas_id)


def answer(tenant: Tenant, request_id: str, justification: str, still_in_use: bool) -> Any:
    """The recipient answers without opening the page."""
    return tenant.step(
        "grip", "answerJustification", requestId=request_id, justification=justification, stillInUse=still_in_use
    )


def fail_run(tenant: Tenant, run_id: str) -> Any:
    """The running action of a workflow run fails, and the run with it."""
    return tenant.step("grip", "failRun", runId=run_id)


def raise_alert(tenant: Tenant, user_id: str) -> str:
    """A new alert about a user; answers its readable id."""
    return tenant.step("grip", "raiseAlert", userId=user_id)["alertId"]


def move_alert(tenant: Tenant, alert_id: str, status: str) -> Any:
    return tenant.step("grip", "moveAlert", alertId=alert_id, status=status)


def is_refused(tenant: Tenant, step: Any, *args: Any, **parameters: Any) -> None:
    """The step is one that the lifecycle does not allow now."""
    with pytest.raises(ControlError, match="409"):
        step(tenant, *args, **parameters)

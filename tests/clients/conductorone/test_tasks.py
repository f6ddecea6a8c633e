"""Runs 1 and 5: ask, approve, hold, and lose it when its time is over. Over http and https."""

from __future__ import annotations

from datetime import timedelta

import pytest

from persons import FAILED_PRECONDITION, KSUID, refused, step
from workshop import NEEDED, Workshop

pytestmark = pytest.mark.needs(*NEEDED)

EIGHT_HOURS = timedelta(hours=8)


@pytest.fixture
def workshop(ada, connect) -> Workshop:
    return Workshop(ada, connect)


def test_asked_for_approved_held_and_over(scheme, tenant, workshop, raj, mia):
    entitlement = workshop.entitlement(approvers=[mia], longest=EIGHT_HOURS)
    view = raj.grant(entitlement, description="INC-4711", grant_duration="3600s")
    task = view.task
    assert task.state == "TASK_STATE_OPEN" and task.description == "INC-4711"
    assert KSUID.fullmatch(task.id) and int(task.numeric_id) > 0
    assert task.task_type.task_type_grant.grant_duration == "3600s"
    assert task.step_approver_ids == [mia.id]
    assert raj.id not in raj.grants(entitlement)

    seen = mia.task(str(task.numeric_id))
    assert seen.id == task.id and "TASK_ACTION_TYPE_APPROVE" in seen.actions
    assert "TASK_ACTION_TYPE_APPROVE" not in raj.task(task.id).actions
    answer = mia.approve(seen, comment="fine").task_actions_service_approve_response
    assert KSUID.fullmatch(answer.ticket_action_id)
    assert step(answer.task_view.task).id == step(seen).id, "an action's answer shows the task before it"

    approved_at = tenant.now()
    task = workshop.provisioned(mia.task(task.id))
    granted = task.task_type.task_type_grant
    assert (task.state, granted.outcome) == ("TASK_STATE_CLOSED", "GRANT_OUTCOME_GRANTED")
    assert task.policy_instance.policy_step_instance is None
    row = raj.grants(entitlement)[raj.id]
    assert row.expired == granted.outcome_time + timedelta(seconds=3600) >= approved_at + timedelta(seconds=3600)
    (reason,) = row.grant_reasons
    assert (reason.derived_id_type, reason.derived_id_data) == ("ticket", task.id)
    assert row.user.id == raj.id and row.app_user.app_id == entitlement.app_id

    tenant.advance("PT59M")
    assert raj.id in raj.grants(entitlement)
    tenant.advance("PT2M")
    (revoke,) = workshop.ada.tasks(app_entitlement_ids=[entitlement.id], task_types=[{"task_type_revoke": {}}])
    source = revoke.task_type.task_type_revoke.task_revoke_source
    assert source.task_revoke_source_expired.expired_at == row.expired
    assert revoke.origin == "TASK_ORIGIN_TIME_REVOKE"
    revoke = workshop.provisioned(revoke)
    assert revoke.task_type.task_type_revoke.outcome == "REVOKE_OUTCOME_REVOKED"
    assert raj.id not in raj.grants(entitlement)


def test_denied_is_closed_and_nothing_is_held(workshop, raj, mia):
    entitlement = workshop.entitlement(approvers=[mia])
    task = raj.grant(entitlement).task
    mia.deny(mia.task(task.id), comment="no longer needed")
    task = raj.task(task.id)
    assert (task.state, task.task_type.task_type_grant.outcome) == ("TASK_STATE_CLOSED", "GRANT_OUTCOME_DENIED")
    assert raj.id not in raj.grants(entitlement)


def test_two_steps_are_taken_one_after_the_other(workshop, raj, mia, connect):
    lena = connect("lena.fischer")
    entitlement = workshop.entitlement(approvers=[mia, lena])
    task = raj.grant(entitlement).task
    first = step(mia.task(task.id))
    mia.approve(mia.task(task.id))
    second = step(lena.task(task.id))
    assert first.id != second.id and lena.task(task.id).step_approver_ids == [lena.id]
    lena.approve(lena.task(task.id))
    task = workshop.provisioned(raj.task(task.id))
    assert task.task_type.task_type_grant.outcome == "GRANT_OUTCOME_GRANTED"
    done = [instance.id for instance in task.policy_instance.history]
    assert done[:2] == [first.id, second.id]


def test_a_super_admin_cuts_a_wait_short(workshop, raj, mia, ada):
    entitlement = workshop.entitlement(approvers=[mia], waits="28800s")
    task = raj.grant(entitlement).task
    mia.approve(task)
    waiting = step(raj.task(task.id))
    assert waiting.wait_instance.state == "WAIT_INSTANCE_STATE_WAITING"
    with refused(400, FAILED_PRECONDITION, "action not permitted"):
        raj.act("process_now", task)
    answer = ada.act("process_now", task).task_actions_service_process_now_response
    assert step(answer.task_view.task).id == waiting.id, "an action's answer shows the task before it"
    task = workshop.provisioned(task)
    assert task.task_type.task_type_grant.outcome == "GRANT_OUTCOME_GRANTED"


def test_a_hard_reset_begins_anew_with_the_policy_of_today(workshop, raj, mia, ada, connect):
    entitlement = workshop.entitlement(approvers=[mia])
    task = raj.grant(entitlement).task
    lena = connect("lena.fischer")
    update = {
        "update_app_entitlement_request": {
            "app_entitlement": {"grant_policy_id": workshop.policy([lena]).id}, "update_mask": "grantPolicyId",
        },
        "app_id": entitlement.app_id, "id": entitlement.id,
    }  # fmt: skip
    workshop.sdk.app_entitlements.update(request=update)
    assert mia.task(task.id).step_approver_ids == [mia.id], "a task keeps the policy that it began with"
    answer = ada.act("hard_reset", task, comment="Mia is away.").task_actions_service_hard_reset_response
    assert KSUID.fullmatch(answer.ticket_action_id)
    anew = lena.task(task.id)
    assert anew.step_approver_ids == [lena.id] and anew.policy_generation_id != task.policy_generation_id
    lena.approve(anew)
    assert workshop.provisioned(anew).task_type.task_type_grant.outcome == "GRANT_OUTCOME_GRANTED"


def test_a_revoke_takes_away_what_a_grant_gave(workshop, raj, mia, ada):
    entitlement = workshop.entitlement(approvers=[mia])
    task = raj.grant(entitlement).task
    mia.approve(mia.task(task.id))
    workshop.provisioned(raj.task(task.id))
    assert raj.grants(entitlement)[raj.id].expired is None
    revoke = ada.revoke(entitlement, identity_user_id=raj.id).task
    assert revoke.task_type.task_type_revoke.task_revoke_source.task_revoke_source_request.request_user_id == ada.id
    workshop.through(revoke)
    assert raj.id not in raj.grants(entitlement)


def test_the_audit_trail_tells_it_in_order(workshop, raj, mia):
    entitlement = workshop.entitlement(approvers=[mia])
    task = raj.grant(entitlement).task
    mia.approve(mia.task(task.id), comment="fine")
    workshop.provisioned(raj.task(task.id))
    rows = raj.audits(task)
    told = [next(key for key in row if key in EVENTS) for row in rows]
    assert told[0] == "taskCreated" and told[-1] == "stateChange"
    # The approval, then the provisioning: each is an action that somebody submitted.
    order = ["taskCreated", "actionSubmitted", "actionSubmitted", "grantOutcome", "stateChange"]
    assert [event for event in told if event in set(order)] == order
    assert "comment" in told
    assert [row["created"] for row in rows] == sorted(row["created"] for row in rows)


EVENTS = {
    "taskCreated", "conditionalPolicyExecutionResult", "approvalInstanceChange", "actionSubmitted", "comment",
    "approvalAutoAcceptedByPolicy", "connectorActionsStart", "actionResult", "connectorActionsEnd", "grantOutcome",
    "stateChange", "provisionInstanceChange", "stepUpApproval", "approvalReassigned", "taskRestarted", "hardReset",
    "provisionReassigned", "stepSkipped", "grantDurationUpdated", "metadataChange", "actionInstanceChange",
    "expressionPolicyStepError", "policyApprovalReassigned", "bulkActionError",
}  # fmt: skip

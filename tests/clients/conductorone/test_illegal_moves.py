"""Run 6: every illegal move that the contract lists, each refused as a client of the real service sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from persons import (
    ALREADY_EXISTS,
    FAILED_PRECONDITION,
    INVALID_ARGUMENT,
    NOT_FOUND,
    NOTHING,
    PERMISSION_DENIED,
    refused,
    step,
)
from workshop import NEEDED, Workshop

pytestmark = pytest.mark.needs(*NEEDED)

UNKNOWN = 2
NOT_PERMITTED = (400, FAILED_PRECONDITION, "action not permitted")
STALE = (
    400,
    FAILED_PRECONDITION,
    "this action is no longer available: the request has advanced to a new approval step",
)
CLOSED = (400, FAILED_PRECONDITION, "task is closed")


@pytest.fixture
def workshop(ada, connect) -> Workshop:
    return Workshop(ada, connect)


@pytest.fixture
def lena(connect):
    return connect("lena.fischer")


@pytest.fixture
def task(workshop, raj, mia):
    """Raj's request, which waits for Mia."""
    return raj.grant(workshop.entitlement(approvers=[mia])).task


@pytest.fixture
def closed(task, raj):
    raj.act("close", task)
    return raj.task(task.id)


def test_nothing_but_a_comment_is_done_to_a_closed_task(closed, ada, mia, raj):
    current = closed.policy_instance.history[-1].id
    for person, action, body in [
        (mia, "approve", {"policy_step_id": current}),
        (mia, "deny", {"policy_step_id": current}),
        (raj, "close", {}),
        (ada, "hard_reset", {}),
        (ada, "skip_step", {"policy_step_id": current}),
        (ada, "process_now", {}),
        (ada, "reassign", {"policy_step_id": current, "new_step_user_ids": [ada.id]}),
        (ada, "update_grant_duration", {"duration": "60s"}),
        (raj, "escalate_to_emergency_access", {}),
    ]:
        with refused(*CLOSED):
            person.act(action, closed, **body)
    raj.act("comment", closed, comment="Thank you all the same.")
    after = raj.task(closed.id)
    assert after.comment_count == 1
    assert (after.state, after.policy_instance) == (closed.state, closed.policy_instance)


def test_a_closed_task_may_be_restarted_and_stays_closed(closed, ada):
    ada.act("restart", closed)
    assert ada.task(closed.id).state == "TASK_STATE_CLOSED"


def test_a_step_that_was_left_cannot_be_acted_on(task, ada, mia, lena):
    before = step(task).id
    ada.act("reassign", task, policy_step_id=before, new_step_user_ids=[lena.id])
    after = step(lena.task(task.id))
    assert after.id != before
    with refused(*STALE):
        lena.act("approve", task, policy_step_id=before)
    lena.act("approve", task, policy_step_id=after.id)


def test_a_retry_of_an_approval_comes_too_late(workshop, raj, mia, lena):
    task = raj.grant(workshop.entitlement(approvers=[mia, lena])).task
    mia.approve(task)
    with refused(*STALE):
        mia.approve(task)


def test_a_step_of_another_task_or_of_none(task, workshop, raj, mia):
    other = raj.grant(workshop.entitlement(approvers=[mia])).task
    for stranger in (step(other).id, NOTHING):
        with refused(404, NOT_FOUND, "policy step not found"):
            mia.act("approve", task, policy_step_id=stranger)


@pytest.mark.parametrize("malformed", ["", "short", "x" * 28, "2c9xQp0LrT6VbN3mYk8sNoth-ng"])
def test_a_malformed_step(task, mia, malformed):
    words = "invalid TaskActionsServiceApproveRequest.PolicyStepId: value does not match regex pattern"
    with refused(400, INVALID_ARGUMENT, words):
        mia.act("approve", task, policy_step_id=malformed)


def test_who_is_no_approver_decides_nothing(task, raj, ada):
    for person in (raj, ada):
        for action in ("approve", "deny"):
            with refused(*NOT_PERMITTED):
                person.act(action, task, policy_step_id=step(task).id)


def test_what_only_super_admins_do(task, mia, raj):
    current = {"policy_step_id": step(task).id}
    for action, body in [("restart", {}), ("hard_reset", {}), ("skip_step", current), ("process_now", {})]:
        for person in (mia, raj):
            with refused(*NOT_PERMITTED):
                person.act(action, task, **body)
    with refused(*NOT_PERMITTED):
        mia.act("close", task)


def test_who_has_no_part_in_a_task_does_not_see_it(task, lena):
    with refused(403, PERMISSION_DENIED):
        lena.task(task.id)
    with refused(403, PERMISSION_DENIED):
        lena.act("comment", task, comment="What is this?")


def test_a_provision_step_is_not_approved(workshop, raj, mia, ada):
    task = raj.grant(workshop.entitlement(approvers=[mia])).task
    mia.approve(task)
    task = ada.task(task.id)
    assert step(task).provision_instance is not None
    for action in ("approve", "deny"):
        with refused(*NOT_PERMITTED):
            mia.act(action, task, policy_step_id=step(task).id)
    with refused(400, FAILED_PRECONDITION, "cannot update grant duration for a ticket in a provision step"):
        ada.act("update_grant_duration", task, duration="60s")


def test_a_step_goes_to_nobody(task, ada):
    for nobody in ([], [NOTHING]):
        with refused(400, INVALID_ARGUMENT):
            ada.act("reassign", task, policy_step_id=step(task).id, new_step_user_ids=nobody)
    assert step(ada.task(task.id)).id == step(task).id


def test_nobody_approves_their_own_request(workshop, raj, mia):
    task = mia.grant(workshop.entitlement(approvers=[mia])).task
    with refused(*NOT_PERMITTED):
        mia.act("approve", task, policy_step_id=step(task).id)


def test_a_second_request_for_the_same_is_a_duplicate(workshop, raj, mia):
    entitlement = workshop.entitlement(approvers=[mia])
    first = raj.grant(entitlement).task
    with refused(409, ALREADY_EXISTS, "duplicate ticket found") as refusal:
        raj.grant(entitlement)
    assert first.id in refusal.value.body
    assert [task.id for task in raj.tasks(app_entitlement_ids=[entitlement.id])] == [first.id]


def test_what_is_held_may_be_asked_for_again(workshop, raj, mia):
    entitlement = workshop.entitlement(approvers=[mia])
    task = raj.grant(entitlement).task
    mia.approve(task)
    workshop.provisioned(task)
    assert raj.grant(entitlement).task.state == "TASK_STATE_OPEN"


def test_both_users_must_be_one(workshop, raj, mia, ada):
    entitlement = workshop.entitlement(approvers=[mia])
    task = raj.grant(entitlement).task
    mia.approve(task)
    workshop.provisioned(task)
    account = raj.grants(entitlement)[raj.id].app_user.id
    with refused(400, INVALID_ARGUMENT, "appUserId and identityUserId cannot both be set"):
        ada.grant(entitlement, app_user_id=account, identity_user_id=mia.id)
    assert raj.grant(entitlement, app_user_id=account, identity_user_id=raj.id).task.id


def test_somebody_must_be_named(workshop, raj, mia):
    entitlement = workshop.entitlement(approvers=[mia])
    with refused(500, UNKNOWN, "user_id is required"):
        raj.grant(entitlement, identity_user_id="")


def test_one_asks_for_oneself_and_for_ones_reports(workshop, raj, mia, lena):
    entitlement = workshop.entitlement(approvers=[lena])
    with refused(403, PERMISSION_DENIED, "user is not allowed to create a request for this user"):
        raj.grant(entitlement, identity_user_id=mia.id)
    assert mia.grant(entitlement, identity_user_id=raj.id).task.user_id == raj.id


def test_what_is_in_no_catalog_is_not_asked_for(workshop, raj, mia):
    hidden = workshop.entitlement(approvers=[mia], published=False)
    with refused(403, PERMISSION_DENIED, "target user is not allowed to request that resource"):
        raj.grant(hidden)
    assert raj.tasks(app_entitlement_ids=[hidden.id]) == []


def test_nothing_lasts_longer_than_its_entitlement_allows(workshop, raj, mia):
    entitlement = workshop.entitlement(approvers=[mia], longest=timedelta(hours=8))
    words = "grant duration must be less than or equal to max provision time (28800s)"
    with refused(400, INVALID_ARGUMENT, words):
        raj.grant(entitlement, grant_duration="28801s")
    task = raj.grant(entitlement).task
    assert task.task_type.task_type_grant.grant_duration == "28800s"
    with refused(400, INVALID_ARGUMENT, words):
        mia.act("update_grant_duration", task, duration="28801s")


def test_what_is_not_there(workshop, raj, mia):
    entitlement = workshop.entitlement(approvers=[mia])
    with refused(404, NOT_FOUND):
        raj.grant(entitlement.model_copy(update={"id": NOTHING}))
    with refused(404, NOT_FOUND):
        raj.task(NOTHING)
    with refused(400, INVALID_ARGUMENT, "value does not match regex pattern"):
        raj.grant(entitlement.model_copy(update={"id": "short"}))
    with refused(404, NOT_FOUND):
        raj.revoke(entitlement, identity_user_id=raj.id)

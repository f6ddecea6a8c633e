"""Work that people do by hand, and requests as account activities."""

import pytest
from sailpoint.exceptions import BadRequestException, ForbiddenException, NotFoundException
from sailpoint.work_items import WorkItemForward

from expect import standard_error
from persons import Item, Person


@pytest.fixture
def gloria(tenant) -> Person:
    """Owns the badge office, which no connector reaches."""
    return Person(tenant, "gloria.banks")


@pytest.fixture
def work(tenant, ada, raj, mia, gloria, schemes):
    """Raj's badge is approved, so Gloria has to set it; the answer is the request and her work item."""
    [profile] = ada.access_profiles.list_access_profiles_v1(filters='name eq "Badge: After Hours"')
    badge = schemes(Item("ACCESS_PROFILE", profile.id, profile.name, gloria), "MANAGER")
    before = {item.id for item in gloria.work_items.list_work_items_v1()}
    request_id = raj.ask(badge, comment="stocktaking")
    [approval] = mia.pending(request_id)
    mia.approvals.approve_access_request_v1(approval.id)
    tenant.advance("PT1H")
    [item] = [item for item in gloria.work_items.list_work_items_v1() if item.id not in before]
    return request_id, item


def test_whoever_has_it_to_do_says_that_it_is_done(tenant, raj, gloria, work):
    request_id, item = work
    assert (item.type, item.state, item.num_items) == ("ManualAction", "Pending", 1)
    assert (item.requester_id, item.owner_id) == (raj.id, gloria.id)
    assert [part.attribute_operation for part in item.remediation_items] == ["Add"]
    assert gloria.work_items.get_work_item_v1(item.id) == item
    before = gloria.work_items.get_work_items_summary_v1()
    assert before.total == before.open + before.completed
    with pytest.raises(ForbiddenException) as refused:
        raj.work_items.complete_work_item_v1(item.id)
    standard_error(refused, 403, "403 Forbidden")

    done = gloria.work_items.complete_work_item_v1(item.id, body="on the night list")
    assert (done.id, done.state) == (item.id, "Finished")
    tenant.advance("PT1H")
    assert raj.status(request_id).state == "REQUEST_COMPLETED"
    after = gloria.work_items.get_work_items_summary_v1()
    assert (after.open, after.completed) == (before.open - 1, before.completed + 1)
    assert gloria.work_items.get_count_work_items_v1().count == after.open
    assert gloria.work_items.get_count_completed_work_items_v1().count == after.completed
    assert item.id in [over.id for over in gloria.work_items.get_completed_work_items_v1()]
    with pytest.raises(BadRequestException) as refused:
        gloria.work_items.complete_work_item_v1(item.id)
    standard_error(refused, 400, "400.1 Bad request content")


def test_work_is_handed_over(ada, raj, lena, gloria, work):
    request_id, item = work
    gloria.work_items.forward_work_item_v1(item.id, WorkItemForward(target_owner_id=lena.id, comment="on leave"))
    assert item.id not in [open.id for open in gloria.work_items.list_work_items_v1()]
    assert item.id in [open.id for open in ada.work_items.list_work_items_v1(owner_id=lena.id)]
    [manual] = raj.status(request_id).manual_work_item_details
    assert (manual.forwarded, manual.original_owner.id, manual.current_owner.id) == (True, gloria.id, lena.id)
    assert [entry.comment for entry in manual.forward_history] == ["on leave"]


def test_work_by_hand_puts_nothing_up_for_decision(gloria, work):
    _, item = work
    api = gloria.work_items
    assert item.approval_items is None
    for decide in (api.approve_approval_item_v1, api.reject_approval_item_v1):
        with pytest.raises(NotFoundException) as refused:
            decide(item.id, item.id)
        standard_error(refused, 404, "404 Not found")
    for decide in (api.approve_approval_items_in_bulk_v1, api.reject_approval_items_in_bulk_v1):
        with pytest.raises(BadRequestException) as refused:
            decide(item.id)
        standard_error(refused, 400, "400.1 Bad request content")
    with pytest.raises(BadRequestException) as refused:
        api.submit_account_selection_v1(item.id, {})
    standard_error(refused, 400, "400.1 Bad request content")


def test_a_request_is_an_account_activity(tenant, ada, raj, mia, asked, role):
    request_id, approval = asked
    activity = raj.activities.get_account_activity_v1(request_id)
    assert (activity.type, activity.execution_status, activity.completion_status) == (
        "appRequest",
        "EXECUTING",
        "PENDING",
    )
    assert activity.target_identity_summary.id == raj.id
    [item] = activity.items
    assert (item.operation, item.value, item.approval_status) == ("ADD", role.name, "PENDING")
    mia.approvals.approve_access_request_v1(approval.id)
    tenant.advance("PT1H")
    listed = ada.activities.list_account_activities_v1(
        regarding_identity=raj.id, filters='type eq "appRequest"', sorters="-created"
    )
    [over] = [activity for activity in listed if activity.id == request_id]
    assert (over.execution_status, over.completion_status) == ("COMPLETED", "SUCCESS")
    assert over.items[0].reviewer_identity_summary.id == mia.id

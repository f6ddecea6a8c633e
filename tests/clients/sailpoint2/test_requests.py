"""The life of an access request, from asking to access held or refused; status, cancel, close, settings."""

from datetime import timedelta

import pytest
from sailpoint import Paginator
from sailpoint.access_request_approvals import CommentDto
from sailpoint.access_requests import (
    AccessRequest,
    AccessRequestItem,
    AccountsSelectionRequest,
    BulkCancelAccessRequest,
    CancelAccessRequest,
    CloseAccessRequest,
)
from sailpoint.exceptions import BadRequestException, ForbiddenException, NotFoundException

from expect import HEX32, rows, standard_error

NOBODY = "0" * 32


def holds(ada, person, item) -> bool:
    """Whether the person has the role now, as the two places that tell it agree."""
    assigned = bool(ada.roles.get_role_assigned_identities_v1(item.id, filters=f'id eq "{person.id}"'))
    [row] = rows(
        ada.requestables.list_requestable_objects_v1_without_preload_content(
            identity_id=person.id, filters=f'id eq "{item.id}"'
        )
    )
    assert (row["requestStatus"] == "ASSIGNED") is assigned
    return assigned


@pytest.fixture
def held(tenant, ada, raj, mia, role, schemes):
    """The role, asked for, approved and provisioned; Mia alone decides on its removal."""
    schemes(role, "MANAGER", revoke=("MANAGER",))
    request_id = raj.ask(role)
    [approval] = mia.pending(request_id)
    mia.approvals.approve_access_request_v1(approval.id)
    tenant.advance("PT1H")
    assert holds(ada, raj, role)
    return role


def test_from_request_to_access(tenant, ada, raj, mia, available, schemes):
    item = next(item for item in available("ROLE", 5) if item.owner.slug != "mia.chen")
    schemes(item, "MANAGER", "OWNER")
    assert not holds(ada, raj, item)

    request_id = raj.ask(item, comment="on-call")
    row = raj.status(request_id)
    assert (row.state, row.cancelable, row.request_type) == ("EXECUTING", True, "GRANT_ACCESS")
    assert [(step.scheme, step.status) for step in row.approval_details] == [("MANAGER", "PENDING")]
    assert item.owner.pending(request_id) == []

    [first] = mia.pending(request_id)
    mia.approvals.approve_access_request_v1(first.id, CommentDto(comment="by the manager"))
    assert mia.pending(request_id) == []

    [second] = item.owner.pending(request_id)
    assert [comment.comment for comment in second.previous_reviewers_comments] == ["by the manager"]
    item.owner.approvals.approve_access_request_v1(second.id)

    tenant.advance("PT1H")
    row = raj.status(request_id)
    assert (row.state, row.cancelable) == ("REQUEST_COMPLETED", False)
    assert row.id == item.id
    assert [(step.scheme, step.status) for step in row.approval_details] == [
        ("MANAGER", "APPROVED"),
        ("ROLE_OWNER", "APPROVED"),
    ]
    assert row.approval_ids == [first.id, second.id]
    phases = [(phase.name, phase.state, phase.result) for phase in row.access_request_phases]
    assert phases[-2:] == [
        ("APPROVAL_PHASE", "COMPLETED", "SUCCESSFUL"),
        ("PROVISIONING_PHASE", "COMPLETED", "SUCCESSFUL"),
    ]
    assert holds(ada, raj, item)

    activity = raj.activities.get_account_activity_v1(request_id)
    assert activity.completion_status == "SUCCESS"


def test_the_answer_names_what_was_asked_for(raj, role):
    answer = raj.requests.create_access_request_v1_with_http_info(
        AccessRequest(requested_for=[raj.id], requested_items=[AccessRequestItem(type="ROLE", id=role.id)])
    )
    assert answer.status_code == 202
    assert answer.data.existing_requests == []
    [tracking] = answer.data.new_requests
    assert tracking.requested_for == raj.id
    assert [(item.type, item.id) for item in tracking.requested_items_details] == [("ROLE", role.id)]
    assert isinstance(tracking.attributes_hash, int)
    [request_id] = tracking.access_request_ids
    assert HEX32.fullmatch(request_id)


def test_asking_again_reports_the_request_in_flight(raj, role, asked):
    request_id, _ = asked
    answer = raj.requests.create_access_request_v1(
        AccessRequest(requested_for=[raj.id], requested_items=[AccessRequestItem(type="ROLE", id=role.id)])
    )
    assert answer.new_requests == []
    [tracking] = answer.existing_requests
    assert tracking.access_request_ids == [request_id]


def test_asking_for_what_one_holds_is_cancelled_as_a_duplicate(raj, held):
    row = raj.status(raj.ask(held))
    assert row.state == "CANCELLED"
    assert row.cancelled_request_details.comment


def test_one_request_per_identity(ada, raj, lena, available):
    # Lena may hold the role already: the request is made all the same, and ends as a duplicate.
    [item] = available("ROLE", 1)
    answer = ada.requests.create_access_request_v1(
        AccessRequest(requested_for=[raj.id, lena.id], requested_items=[AccessRequestItem(type="ROLE", id=item.id)])
    )
    assert {tracking.requested_for for tracking in answer.new_requests} == {raj.id, lena.id}
    ids = [request_id for tracking in answer.new_requests for request_id in tracking.access_request_ids]
    assert len(set(ids)) == 2


def test_access_profiles_can_be_asked_for(tenant, raj, mia, available, schemes):
    [item] = available("ACCESS_PROFILE", 1)
    request_id = raj.ask(schemes(item, "MANAGER"))
    [approval] = mia.pending(request_id)
    assert approval.requested_object.type == "ACCESS_PROFILE"
    mia.approvals.approve_access_request_v1(approval.id)
    tenant.advance("PT1H")
    assert raj.status(request_id).state == "REQUEST_COMPLETED"


def test_a_managers_own_request_goes_to_the_next_manager(ada, mia, role):
    request_id = mia.ask(role)
    assert mia.pending(request_id) == []
    [approval] = ada.approvals.list_pending_approvals_v1(filters=f'accessRequestId eq "{request_id}"')
    assert approval.owner.id == ada.identities.get_identity_v1(mia.id).manager_ref.id


def test_a_step_that_falls_on_the_requestee_goes_to_their_manager(ada, available, schemes):
    """An owner asks for their own role: the owner's step is delegated upwards and says so."""
    candidates = [item for item in available("ROLE", 5) if item.owner.slug != "ada.admin"]
    for item in candidates:
        schemes(item, "OWNER")
        request_id = item.owner.ask(item)
        if item.owner.status(request_id).state == "CANCELLED":  # holds it already
            continue
        assert item.owner.pending(request_id) == []
        [approval] = ada.approvals.list_pending_approvals_v1(filters=f'accessRequestId eq "{request_id}"')
        [entry] = approval.forward_history
        assert entry.reassignment_type == "SELF_REVIEW_DELEGATION"
        assert approval.owner.id != item.owner.id
        return
    pytest.fail("every owner holds their own role")


def test_access_ends_at_its_remove_date(tenant, ada, raj, mia, role):
    ends = tenant.now() + timedelta(days=7)
    request_id = raj.ask(role, remove_date=ends)
    [approval] = mia.pending(request_id)
    assert approval.remove_date == ends
    mia.approvals.approve_access_request_v1(approval.id)
    tenant.advance("P6D")
    assert holds(ada, raj, role)
    tenant.advance("P2D")
    assert not holds(ada, raj, role)


def test_access_begins_at_its_start_date(tenant, ada, raj, mia, role):
    request_id = raj.ask(role, start_date=tenant.now() + timedelta(days=7))
    [approval] = mia.pending(request_id)
    mia.approvals.approve_access_request_v1(approval.id)
    tenant.advance("P6D")
    assert raj.status(request_id).state == "EXECUTING" and not holds(ada, raj, role)
    tenant.advance("P2D")
    assert raj.status(request_id).state == "REQUEST_COMPLETED" and holds(ada, raj, role)


def test_the_manager_revokes(tenant, ada, raj, mia, held):
    request_id = mia.ask(held, target=raj, kind="REVOKE_ACCESS", comment="moved team")
    assert raj.status(request_id).request_type == "REVOKE_ACCESS"
    for approval in ada.approvals.list_pending_approvals_v1(filters=f'accessRequestId eq "{request_id}"'):
        ada.approvals.approve_access_request_v1(approval.id)
    tenant.advance("PT1H")
    assert raj.status(request_id).state == "REQUEST_COMPLETED"
    assert not holds(ada, raj, held)


def test_revoking_has_rules(raj, mia, lena, held):
    with pytest.raises(ForbiddenException) as refused:
        lena.ask(held, target=raj, kind="REVOKE_ACCESS", comment="no right to")
    standard_error(refused, 403, "403 Forbidden")
    with pytest.raises(BadRequestException) as refused:
        mia.ask(held, target=raj, kind="REVOKE_ACCESS")
    assert refused.value.status == 400  # a comment is required
    with pytest.raises(BadRequestException) as refused:
        both = AccessRequest(
            requested_for=[raj.id, mia.id],
            request_type="REVOKE_ACCESS",
            requested_items=[AccessRequestItem(type="ROLE", id=held.id, comment="x")],
        )
        mia.requests.create_access_request_v1(both)
    assert refused.value.status == 400  # one identity at a time


def request(person, target=None, kind="GRANT_ACCESS", type="ROLE", id=NOBODY, **details) -> AccessRequest:
    return AccessRequest(
        requested_for=[target or person.id],
        request_type=kind,
        requested_items=[AccessRequestItem(type=type, id=id, **details)],
    )


def test_asking_is_checked(tenant, raj, role):
    def refused(body: AccessRequest):
        with pytest.raises(BadRequestException) as refusal:
            raj.requests.create_access_request_v1(body)
        return refusal

    unknown = refused(request(raj, target=NOBODY, id=role.id))
    standard_error(unknown, 400, "400.1.404 Referenced object not found", "Referenced RequestedFor Identity")
    standard_error(refused(request(raj)), 400, "400.1.404 Referenced object not found")
    wrong_type = refused(request(raj, type="SOURCE", id=role.id))
    standard_error(wrong_type, 400, "400.1.3 Illegal value", 'Value of "item.type"')
    empty = refused(AccessRequest(requested_for=[], requested_items=[AccessRequestItem(type="ROLE", id=role.id)]))
    standard_error(empty, 400, "400.1.0 Required data missing or empty")
    past = tenant.now() - timedelta(days=1)
    assert refused(request(raj, id=role.id, remove_date=past)).value.status == 400
    since = f"created ge {tenant.now():%FT%TZ}"
    assert raj.requests.list_access_request_status_v1(requested_by="me", filters=since) == []


def test_a_comment_may_be_demanded(raj, role, schemes):
    schemes(role, "MANAGER", commentsRequired=True)
    with pytest.raises(BadRequestException) as refused:
        raj.ask(role)
    standard_error(refused, 400, "400.1.0 Required data missing or empty")
    raj.ask(role, comment="because")


def test_a_machine_asks_for_nothing(integration, raj, role):
    body = request(raj, id=role.id)
    with pytest.raises(ForbiddenException) as refused:
        integration.requests.create_access_request_v1(body)
    standard_error(refused, 403, "403 Forbidden")


def test_status_lists_by_person(ada, raj, mia, lena, asked):
    request_id, _ = asked

    def seen(person, **query) -> bool:
        listed = person.requests.list_access_request_status_v1(**query)
        return request_id in [row.access_request_id for row in listed]

    assert seen(raj, requested_for="me") and seen(raj, requested_by="me") and seen(raj, regarding_identity="me")
    assert seen(ada, requested_for=raj.id, request_state="EXECUTING")
    assert seen(ada, assigned_to=mia.id) and not seen(ada, assigned_to=lena.id)
    assert not seen(lena)
    with pytest.raises(ForbiddenException):
        seen(lena, requested_for=raj.id)
    with pytest.raises(BadRequestException):
        seen(ada, requested_for=raj.id, regarding_identity=raj.id)


def test_status_pages_and_counts(ada, raj, available):
    made = [raj.ask(item, comment="on-call") for item in available("ROLE", 7)]
    answer = ada.requests.list_access_request_status_v1_with_http_info(requested_by=raj.id, limit=2, count=True)
    assert len(answer.data) == 2
    paged = Paginator.paginate(ada.requests.list_access_request_status_v1, 1000, limit=3, requested_by=raj.id)
    ids = [row.access_request_id for row in paged]
    assert len(ids) == int(answer.headers["X-Total-Count"])
    assert set(made) <= set(ids)
    newest = ada.requests.list_access_request_status_v1(requested_by=raj.id, sorters="-created", limit=250)
    assert [row.created for row in newest] == sorted((row.created for row in newest), reverse=True)


def test_administration_is_for_administrators(ada, mia, asked):
    request_id, _ = asked
    filters = f'accessRequestId eq "{request_id}"'
    [row] = ada.requests.list_administrators_access_request_status_v1(
        filters=filters, x_sail_point_experimental="true"
    )
    assert (row.access_request_id, row.state) == (request_id, "EXECUTING")
    with pytest.raises(ForbiddenException) as refused:
        mia.requests.list_administrators_access_request_status_v1(filters=filters, x_sail_point_experimental="true")
    standard_error(refused, 403, "403 Forbidden")


def test_the_submitter_cancels(raj, mia, asked):
    request_id, approval = asked
    body = CancelAccessRequest(account_activity_id=request_id, comment="by mistake")
    answer = raj.requests.cancel_access_request_v1_with_http_info(body)
    assert (answer.status_code, answer.data) == (202, {})
    row = raj.status(request_id)
    assert (row.state, row.cancelable) == ("CANCELLED", False)
    assert row.cancelled_request_details.comment == "by mistake"
    assert row.cancelled_request_details.owner.id == raj.id
    assert mia.pending(request_id) == []
    with pytest.raises(BadRequestException) as refused:
        mia.approvals.approve_access_request_v1(approval.id)
    standard_error(refused, 400, "400.1 Bad request content")
    with pytest.raises(BadRequestException) as refused:
        raj.requests.cancel_access_request_v1(body)
    standard_error(refused, 400, "400.1 Bad request content")


def test_cancelling_is_checked(raj, lena, asked):
    request_id, _ = asked
    with pytest.raises(ForbiddenException) as refused:
        lena.requests.cancel_access_request_v1(CancelAccessRequest(account_activity_id=request_id, comment="x"))
    standard_error(refused, 403, "403 Forbidden")
    with pytest.raises(NotFoundException) as refused:
        raj.requests.cancel_access_request_v1(CancelAccessRequest(account_activity_id=NOBODY, comment="x"))
    standard_error(refused, 404, "404 Not found")
    with pytest.raises(BadRequestException):
        raj.requests.cancel_access_request_v1(CancelAccessRequest(account_activity_id=request_id, comment=""))
    assert raj.status(request_id).state == "EXECUTING"


def test_bulk_cancel(ada, raj, available, schemes):
    made = [raj.ask(schemes(item, "MANAGER")) for item in available("ROLE", 3)]
    answer = ada.requests.cancel_access_request_in_bulk_v1_with_http_info(
        BulkCancelAccessRequest(access_request_ids=made, comment="freeze")
    )
    assert (answer.status_code, answer.data) == (202, {})
    assert [raj.status(request_id).state for request_id in made] == ["CANCELLED"] * 3


@pytest.mark.parametrize(
    ("execution", "completion", "state"),
    [
        ("Terminated", "Failure", "TERMINATED"),
        ("Completed", "Success", "REQUEST_COMPLETED"),
        ("Completed", "Incomplete", "NOT_ALL_ITEMS_PROVISIONED"),
        ("Completed", "Failure", "PROVISIONING_FAILED"),
    ],
)
def test_close(ada, raj, mia, asked, execution, completion, state):
    request_id, _ = asked
    answer = ada.requests.close_access_request_v1_with_http_info(
        CloseAccessRequest(
            access_request_ids=[request_id], execution_status=execution, completion_status=completion
        )
    )
    assert (answer.status_code, answer.data) == (202, {})
    assert raj.status(request_id).state == state
    assert mia.pending(request_id) == []


def test_only_administrators_close(raj, asked):
    request_id, _ = asked
    with pytest.raises(ForbiddenException) as refused:
        raj.requests.close_access_request_v1(CloseAccessRequest(access_request_ids=[request_id]))
    standard_error(refused, 403, "403 Forbidden")
    assert raj.status(request_id).state == "EXECUTING"


def test_settings_are_replaced_as_a_whole(ada, raj):
    settings = ada.requests.get_access_request_config_v1()
    flipped = not settings.approvals_must_be_external
    settings.approvals_must_be_external = flipped
    assert ada.requests.set_access_request_config_v1(settings).approvals_must_be_external is flipped
    assert raj.requests.get_access_request_config_v1().approvals_must_be_external is flipped
    assert ada.requests.get_access_request_config_v2().approvals_must_be_external is flipped
    with pytest.raises(ForbiddenException) as refused:
        raj.requests.set_access_request_config_v1(settings)
    standard_error(refused, 403, "403 Forbidden")


def test_deprecated_settings_say_so(ada):
    assert ada.requests.get_access_request_config_v1_with_http_info().headers["X-Deprecated"] == "true"
    assert "X-Deprecated" not in ada.requests.get_access_request_config_v2_with_http_info().headers


def test_settings_decide_who_asks_for_whom(mia, lena, raj, role, on_behalf_of_nobody):
    for other in (mia, lena):
        with pytest.raises(ForbiddenException) as refused:
            other.ask(role, target=raj)
        standard_error(refused, 403, "403 Forbidden")
    on_behalf_of_nobody()  # but managers may
    with pytest.raises(ForbiddenException):
        lena.ask(role, target=raj)
    assert raj.status(mia.ask(role, target=raj)).requester.id == mia.id


def test_accounts_that_could_have_it_are_offered(raj, role):
    body = AccountsSelectionRequest(
        requested_for=[raj.id],
        request_type="GRANT_ACCESS",
        requested_items=[AccessRequestItem(type=role.type, id=role.id)],
    )
    [offer] = raj.requests.load_account_selections_v1(body, x_sail_point_experimental="true").identities
    assert (offer.id, offer.type) == (raj.id, "IDENTITY")
    assert [item.id for item in offer.requested_items] == [role.id]


def test_the_sdk_asks_for_revocable_access_without_saying_whose(raj, role):
    """The vendor's document gives the two ids no place in the path, so the SDK drops them."""
    with pytest.raises(BadRequestException) as refused:
        raj.requests.get_entitlement_details_for_identity_v1(raj.id, role.id)
    standard_error(refused, 400, "400.1.0 Required data missing or empty", "identityId")

"""Pending, completed, summary, approvers; approve, reject, forward, bulk-approve."""

import pytest
from sailpoint import Paginator
from sailpoint.access_request_approvals import CommentDto, ForwardApprovalDto
from sailpoint.access_requests import BulkApproveAccessRequest
from sailpoint.exceptions import BadRequestException, ForbiddenException, NotFoundException

from expect import standard_error

NOBODY = "0" * 32


@pytest.fixture
def queue(raj, mia, available, schemes):
    """Twelve approvals that wait for Mia, one request each."""
    items = [schemes(item, "MANAGER") for item in available("ROLE", 12)]
    return [raj.ask(item) for item in items]


def test_pending_shows_the_whole_approval(raj, mia, role, asked):
    request_id, approval = asked
    assert approval.access_request_id == request_id
    assert approval.name == role.name
    assert approval.requested_object.id == role.id
    assert approval.requested_object.type == "ROLE"
    assert approval.request_type == "GRANT_ACCESS"
    assert approval.requester.id == approval.requested_for.id == raj.id
    assert approval.owner.id == mia.id
    assert approval.requester_comment.comment == "on-call"
    assert approval.client_metadata == {"ticket": "T-1"}
    assert approval.forward_history == []
    assert approval.previous_reviewers_comments == []


def test_count_counts_before_paging(ada, mia, queue):
    first = mia.approvals.list_pending_approvals_v1_with_http_info(owner_id="me", limit=5, count=True)
    assert first.status_code == 200
    assert len(first.data) == 5
    assert int(first.headers["X-Total-Count"]) == len(mia.pending()) >= 12
    silent = mia.approvals.list_pending_approvals_v1_with_http_info(owner_id="me", limit=5)
    assert "X-Total-Count" not in silent.headers
    none = mia.approvals.list_pending_approvals_v1_with_http_info(owner_id="me", limit=0, count=True)
    assert none.data == [] and none.headers["X-Total-Count"] == first.headers["X-Total-Count"]


def test_paginator_walks_every_page_once(mia, queue):
    whole = [approval.id for approval in mia.pending()]
    paged = Paginator.paginate(mia.approvals.list_pending_approvals_v1, 1000, limit=5, owner_id="me")
    assert [approval.id for approval in paged] == whole
    stream = Paginator.paginate_stream(mia.approvals.list_pending_approvals_v1, limit=4, owner_id="me")
    assert [approval.id for approval in stream] == whole
    assert len(set(whole)) == len(whole) >= 12


def test_offset_past_the_end_is_empty(mia, queue):
    assert mia.approvals.list_pending_approvals_v1(owner_id="me", offset=10_000) == []


def test_filters_select(raj, mia, queue):
    one, two, *_ = mia.pending()
    listed = mia.approvals.list_pending_approvals_v1
    assert [a.id for a in listed(owner_id="me", filters=f'id eq "{one.id}"')] == [one.id]
    assert {a.id for a in listed(owner_id="me", filters=f'id in ("{one.id}","{two.id}")')} == {one.id, two.id}
    assert {a.requested_for.id for a in listed(filters=f'requestedFor.id eq "{raj.id}"')} == {raj.id}
    assert listed(owner_id="me", filters=f'requestedFor.id eq "{mia.id}"') == []
    [mine] = listed(owner_id="me", filters=f'accessRequestId eq "{queue[3]}"')
    assert mine.access_request_id == queue[3]


def test_sorters_order(tenant, raj, mia, available, schemes):
    early, late = (schemes(item, "MANAGER") for item in available("ROLE", 2))
    first = raj.ask(early)
    tenant.advance("PT1H")
    second = raj.ask(late)

    def order(sorters):
        listed = mia.approvals.list_pending_approvals_v1(owner_id="me", sorters=sorters)
        return [a.access_request_id for a in listed if a.access_request_id in (first, second)]

    assert order("created") == [first, second]
    assert order("-created") == [second, first]
    assert order("-modified") == [second, first]


@pytest.mark.parametrize(
    "query",
    [
        {"filters": 'name eq "x"'},
        {"filters": 'id co "x"'},
        {"filters": 'id EQ "x"'},
        {"filters": 'id eq "x'},
        {"filters": "modified gt yesterday"},
        {"sorters": "name"},
    ],
    ids=lambda query: "".join(query.values()),
)
def test_a_bad_query_is_refused(mia, query):
    with pytest.raises(BadRequestException) as refused:
        mia.approvals.list_pending_approvals_v1(owner_id="me", **query)
    standard_error(refused, 400, "400.1.3 Illegal value")


def test_only_an_administrator_sees_the_lists_of_others(ada, mia, lena, asked):
    assert mia.id in {a.owner.id for a in ada.approvals.list_pending_approvals_v1()}
    assert {a.owner.id for a in ada.approvals.list_pending_approvals_v1(owner_id=mia.id)} == {mia.id}
    assert ada.approvals.list_pending_approvals_v1(owner_id=NOBODY) == []
    with pytest.raises(ForbiddenException) as refused:
        lena.approvals.list_pending_approvals_v1(owner_id=mia.id)
    standard_error(refused, 403, "403 Forbidden")


def test_approve_answers_202_and_moves_the_approval(mia, asked):
    request_id, approval = asked
    answer = mia.approvals.approve_access_request_v1_with_http_info(approval.id, CommentDto(comment="fine"))
    assert (answer.status_code, answer.data) == (202, {})
    assert mia.pending(request_id) == []
    [done] = mia.approvals.list_completed_approvals_v1(owner_id="me", filters=f'id eq "{approval.id}"')
    assert done.state == "APPROVED"
    assert done.reviewed_by.id == done.owner.id == mia.id
    assert done.reviewer_comment.comment == "fine"
    assert done.requester_comment.comment == "on-call"
    assert done.client_metadata == {"ticket": "T-1"}


def test_approve_needs_no_body(mia, asked):
    _, approval = asked
    assert mia.approvals.approve_access_request_v1_with_http_info(approval.id).status_code == 202
    [done] = mia.approvals.list_completed_approvals_v1(owner_id="me", filters=f'id eq "{approval.id}"')
    assert done.reviewer_comment is None


def test_reject_ends_the_item(mia, raj, asked):
    request_id, approval = asked
    answer = mia.approvals.reject_access_request_v1_with_http_info(approval.id, CommentDto(comment="no"))
    assert (answer.status_code, answer.data) == (202, {})
    row = raj.status(request_id)
    assert row.state == "REJECTED"
    assert [(step.scheme, step.status, step.comment) for step in row.approval_details] == [
        ("MANAGER", "REJECTED", "no")
    ]
    [done] = mia.approvals.list_completed_approvals_v1(owner_id="me", filters=f'id eq "{approval.id}"')
    assert done.state == "REJECTED"


def test_reject_may_demand_a_comment(mia, raj, available, schemes):
    [item] = available("ROLE", 1)
    request_id = raj.ask(schemes(item, "MANAGER", denialCommentsRequired=True))
    [approval] = mia.pending(request_id)
    assert approval.comment_required_when_rejected is True
    with pytest.raises(BadRequestException) as refused:
        mia.approvals.reject_access_request_v1(approval.id, CommentDto())
    standard_error(refused, 400, "400.1.0 Required data missing or empty")
    assert [a.id for a in mia.pending(request_id)] == [approval.id]


def test_forward_hands_the_approval_over(mia, lena, raj, asked):
    request_id, approval = asked
    answer = mia.approvals.forward_access_request_v1_with_http_info(
        approval.id, ForwardApprovalDto(new_owner_id=lena.id, comment="yours")
    )
    assert (answer.status_code, answer.data) == (202, {})
    assert mia.pending(request_id) == []
    [moved] = lena.pending(request_id)
    assert moved.id == approval.id
    [entry] = moved.forward_history
    assert (entry.comment, entry.reassignment_type) == ("yours", "MANUAL_REASSIGNMENT")
    assert entry.new_approver_name == moved.owner.name
    assert entry.old_approver_name == entry.forwarder_name == approval.owner.name
    [step] = raj.status(request_id).approval_details
    assert step.forwarded is True and step.current_owner.id == lena.id and step.original_owner.id == mia.id

    with pytest.raises(ForbiddenException) as refused:
        mia.approvals.approve_access_request_v1(approval.id)
    standard_error(refused, 403, "403 Forbidden")
    lena.approvals.approve_access_request_v1(approval.id)


@pytest.mark.parametrize(
    ("new_owner", "code"),
    [(NOBODY, "400.1.404 Referenced object not found"), ("mia", "400.1 Bad request content")],
    ids=["unknown", "already the owner"],
)
def test_forward_checks_the_new_owner(mia, asked, new_owner, code):
    _, approval = asked
    body = ForwardApprovalDto(new_owner_id=mia.id if new_owner == "mia" else new_owner, comment="yours")
    with pytest.raises(BadRequestException) as refused:
        mia.approvals.forward_access_request_v1(approval.id, body)
    standard_error(refused, 400, code)


def test_strangers_decide_nothing(mia, lena, raj, asked):
    request_id, approval = asked
    for stranger in (lena, raj):
        for attempt in (
            lambda api: api.approve_access_request_v1(approval.id),
            lambda api: api.reject_access_request_v1(approval.id, CommentDto(comment="no")),
            lambda api: api.forward_access_request_v1(
                approval.id, ForwardApprovalDto(new_owner_id=stranger.id, comment="mine")
            ),
        ):
            with pytest.raises(ForbiddenException) as refused:
                attempt(stranger.approvals)
            standard_error(refused, 403, "403 Forbidden", "refuses to authorize")
    assert [a.id for a in mia.pending(request_id)] == [approval.id]


def test_an_unknown_approval_is_not_found(mia):
    for attempt in (
        lambda api: api.approve_access_request_v1(NOBODY),
        lambda api: api.reject_access_request_v1(NOBODY, CommentDto(comment="no")),
        lambda api: api.forward_access_request_v1(NOBODY, ForwardApprovalDto(new_owner_id=mia.id, comment="x")),
    ):
        with pytest.raises(NotFoundException) as refused:
            attempt(mia.approvals)
        standard_error(refused, 404, "404 Not found", "did not find a current representation")


def test_a_decision_is_final(mia, asked):
    _, approval = asked
    mia.approvals.approve_access_request_v1(approval.id)
    for again in (
        lambda api: api.approve_access_request_v1(approval.id),
        lambda api: api.reject_access_request_v1(approval.id, CommentDto(comment="no")),
    ):
        with pytest.raises(BadRequestException) as refused:
            again(mia.approvals)
        standard_error(refused, 400, "400.1 Bad request content")


def test_the_administrator_may_decide_for_the_owner(ada, mia, asked):
    _, approval = asked
    ada.approvals.approve_access_request_v1(approval.id)
    [done] = mia.approvals.list_completed_approvals_v1(owner_id="me", filters=f'id eq "{approval.id}"')
    assert done.owner.id == mia.id
    assert done.reviewed_by.id == ada.id
    assert ada.approvals.list_completed_approvals_v1(owner_id="me", filters=f'id eq "{approval.id}"') == []


def test_summary_is_the_size_of_the_lists(mia, queue):
    before = mia.approvals.get_access_request_approval_summary_v1(owner_id="me")
    one, two, three, *_ = mia.pending(queue[0]) + mia.pending(queue[1]) + mia.pending(queue[2])
    mia.approvals.approve_access_request_v1(one.id)
    mia.approvals.approve_access_request_v1(two.id)
    mia.approvals.reject_access_request_v1(three.id, CommentDto(comment="no"))
    after = mia.approvals.get_access_request_approval_summary_v1(owner_id="me")
    assert after.pending == before.pending - 3 == len(mia.pending())
    assert after.approved == before.approved + 2
    assert after.rejected == before.rejected + 1


def test_summary_refuses_a_bad_date(mia):
    with pytest.raises(BadRequestException) as refused:
        mia.approvals.get_access_request_approval_summary_v1(owner_id="me", from_date="yesterday")
    standard_error(refused, 400, "400.1.3 Illegal value")


def test_bulk_approve(ada, mia, queue):
    approvals = [approval for request_id in queue[:3] for approval in mia.pending(request_id)]
    body = BulkApproveAccessRequest(approval_ids=[approval.id for approval in approvals], comment="all fine")
    answer = ada.requests.approve_bulk_access_request_v1_with_http_info(body)
    assert (answer.status_code, answer.data) == (202, {})
    assert [mia.pending(request_id) for request_id in queue[:3]] == [[], [], []]
    done = mia.approvals.list_completed_approvals_v1(owner_id="me", sorters="-modified")
    assert {a.id: a.reviewer_comment.comment for a in done if a.id in body.approval_ids} == {
        approval.id: "all fine" for approval in approvals
    }


def test_bulk_approve_has_limits(ada, mia):
    with pytest.raises(ForbiddenException) as refused:
        mia.requests.approve_bulk_access_request_v1(BulkApproveAccessRequest(approval_ids=[NOBODY], comment="x"))
    standard_error(refused, 403, "403 Forbidden")
    with pytest.raises(NotFoundException) as refused:
        ada.requests.approve_bulk_access_request_v1(BulkApproveAccessRequest(approval_ids=[NOBODY], comment="x"))
    standard_error(refused, 404, "404 Not found")
    too_many = BulkApproveAccessRequest(approval_ids=[f"{n:032x}" for n in range(51)], comment="x")
    with pytest.raises(BadRequestException) as refused:
        ada.requests.approve_bulk_access_request_v1(too_many)
    assert refused.value.status == 400


def test_approvers_of_a_request(ada, mia, asked):
    request_id, approval = asked
    [row] = ada.approvals.list_access_request_approvers_v1(request_id)
    assert (row.id, row.approval_id, row.type) == (mia.id, approval.id, "Identity")
    with pytest.raises(ForbiddenException):
        mia.approvals.list_access_request_approvers_v1(request_id)
    with pytest.raises(NotFoundException) as refused:
        ada.approvals.list_access_request_approvers_v1(NOBODY)
    standard_error(refused, 404, "404 Not found")

"""Pending, completed, summary, approvers; approve, reject, forward, bulk-approve. In every family."""

import pytest
import sailpoint.beta
import sailpoint.v3
from sailpoint.paginator import Paginator

from expect import standard_error

NOBODY = "0" * 32


@pytest.fixture
def queue(raj, roles):
    """Nine approvals that wait for Mia, one request each."""
    return [raj.on(sailpoint.v3).ask(role) for role in roles(9)]


def test_pending_shows_the_approval(raj, mia, role, asked):
    _, approval = asked
    assert (approval.requested_object.id, approval.requested_object.type) == (role, "ROLE")
    assert approval.requester.id == approval.requested_for.id == raj.id
    assert approval.owner.id == mia.id
    assert approval.requester_comment.comment == "on-call"


def test_count_counts_before_paging(mia, family, queue):
    listed = mia.on(family).approvals.list_pending_approvals_with_http_info
    first = listed(owner_id="me", limit=4, count=True)
    assert len(first.data) == 4
    assert int(first.headers["X-Total-Count"]) == len(listed(owner_id="me").data) >= 9
    assert "X-Total-Count" not in listed(owner_id="me", limit=4).headers


def test_paginator_walks_every_page_once(mia, family, queue):
    listed = mia.on(family).approvals.list_pending_approvals
    whole = [approval.id for approval in listed(owner_id="me")]
    paged = Paginator.paginate(listed, 1000, limit=4, owner_id="me", sorters="created")
    assert len({approval.id for approval in paged}) == len(paged)
    assert {approval.id for approval in paged} == set(whole)
    assert len(whole) >= 9


def test_filters_and_sorters(raj, mia, family, queue):
    listed = mia.on(family).approvals.list_pending_approvals
    one, two, *_ = listed(owner_id="me")
    assert [a.id for a in listed(owner_id="me", filters=f'id eq "{one.id}"')] == [one.id]
    assert {a.id for a in listed(owner_id="me", filters=f'id in ("{one.id}", "{two.id}")')} == {one.id, two.id}
    assert listed(owner_id="me", filters=f'requestedFor.id eq "{mia.id}"') == []
    created = [a.created for a in listed(owner_id="me", sorters="-created")]
    assert created == sorted(created, reverse=True)


def test_the_request_is_a_filter_where_the_family_has_it(mia, queue):
    filters = f'accessRequestId eq "{queue[0]}"'
    [approval] = mia.on(sailpoint.v3).approvals.list_pending_approvals(owner_id="me", filters=filters)
    assert approval.access_request_id == queue[0]


def test_a_bad_query_is_refused(mia, family):
    for query in ({"filters": 'name eq "x"'}, {"filters": 'id EQ "x"'}, {"sorters": "name"}):
        with pytest.raises(family.exceptions.BadRequestException) as refused:
            mia.on(family).approvals.list_pending_approvals(owner_id="me", **query)
        standard_error(refused, 400, "400.1.3 Illegal value")


def test_approve(mia, raj, family, asked):
    request_id, approval = asked
    desk = mia.on(family)
    answer = desk.approvals.approve_access_request_with_http_info(approval.id, family.CommentDto(comment="fine"))
    assert (answer.status_code, answer.data) == (202, {})
    assert desk.pending(request_id) == []
    [done] = desk.approvals.list_completed_approvals(owner_id="me", filters=f'id eq "{approval.id}"')
    assert (done.state, done.reviewer_comment.comment) == ("APPROVED", "fine")
    assert done.reviewed_by.id == mia.id
    with pytest.raises(family.exceptions.BadRequestException) as refused:
        desk.approvals.approve_access_request(approval.id, family.CommentDto())
    standard_error(refused, 400, "400.1 Bad request content")


def test_reject(mia, raj, family, asked):
    request_id, approval = asked
    desk = mia.on(family)
    answer = desk.approvals.reject_access_request_with_http_info(approval.id, family.CommentDto(comment="no"))
    assert (answer.status_code, answer.data) == (202, {})
    assert raj.on(family).status(request_id).state == "REJECTED"
    [done] = desk.approvals.list_completed_approvals(owner_id="me", filters=f'id eq "{approval.id}"')
    assert done.state == "REJECTED"


def test_forward(mia, lena, family, asked):
    request_id, approval = asked
    body = family.ForwardApprovalDto(new_owner_id=lena.id, comment="yours")
    answer = mia.on(family).approvals.forward_access_request_with_http_info(approval.id, body)
    assert (answer.status_code, answer.data) == (202, {})
    assert approval.id not in [a.id for a in mia.on(family).approvals.list_pending_approvals(owner_id="me")]
    [moved] = lena.on(family).approvals.list_pending_approvals(filters=f'id eq "{approval.id}"', owner_id="me")
    assert [entry.comment for entry in moved.forward_history] == ["yours"]
    lena.on(family).approvals.approve_access_request(approval.id, family.CommentDto())


def test_strangers_decide_nothing(mia, lena, family, asked):
    request_id, approval = asked
    with pytest.raises(family.exceptions.ForbiddenException) as refused:
        lena.on(family).approvals.approve_access_request(approval.id, family.CommentDto())
    standard_error(refused, 403, "403 Forbidden")
    with pytest.raises(family.exceptions.ForbiddenException) as refused:
        lena.on(family).approvals.list_pending_approvals(owner_id=mia.id)
    standard_error(refused, 403, "403 Forbidden")
    assert [a.id for a in mia.on(family).pending(request_id)] == [approval.id]


def test_an_unknown_approval_is_not_found(mia, family):
    with pytest.raises(family.exceptions.NotFoundException) as refused:
        mia.on(family).approvals.approve_access_request(NOBODY, family.CommentDto())
    standard_error(refused, 404, "404 Not found")


def test_summary_is_the_size_of_the_lists(mia, family, asked):
    _, approval = asked
    approvals = mia.on(family).approvals
    before = approvals.get_access_request_approval_summary(owner_id="me")
    approvals.approve_access_request(approval.id, family.CommentDto())
    after = approvals.get_access_request_approval_summary(owner_id="me")
    assert (after.pending, after.approved) == (before.pending - 1, before.approved + 1)
    assert after.rejected == before.rejected


def test_bulk_approve(ada, mia, yearly, queue):
    ids = [a.id for a in mia.on(yearly).approvals.list_pending_approvals(owner_id="me", limit=3)]
    answer = ada.on(yearly).requests.approve_bulk_access_request_with_http_info(
        yearly.BulkApproveAccessRequest(approval_ids=ids, comment="all fine")
    )
    assert (answer.status_code, answer.data) == (202, {})
    done = mia.on(yearly).approvals.list_completed_approvals(owner_id="me")
    assert set(ids) <= {approval.id for approval in done}


def test_approvers_of_a_request(ada, mia, yearly, queue):
    [row] = ada.on(yearly).approvals.list_access_request_approvers(queue[0])
    assert (row.id, row.type) == (mia.id, "Identity")


def test_what_one_family_writes_all_others_read(mia, asked):
    """The approval was made in one family; it is the same one in all of them."""
    _, approval = asked
    for other in (sailpoint.v3, sailpoint.beta):
        [same] = mia.on(other).approvals.list_pending_approvals(owner_id="me", filters=f'id eq "{approval.id}"')
        assert same.id == approval.id


def test_approve_needs_no_body_outside_beta(mia, raj, role):
    v3 = sailpoint.v3
    [approval] = mia.on(v3).pending(raj.on(v3).ask(role))
    assert mia.on(v3).approvals.approve_access_request_with_http_info(approval.id).status_code == 202

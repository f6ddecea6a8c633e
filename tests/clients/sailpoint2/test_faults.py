"""The SDK meets failure: what it tries again succeeds, what it cannot is an exception, and the world knows the truth."""

import pytest
import urllib3
from sailpoint.exceptions import ServiceException

APPROVE = "approveAccessRequest"
PENDING = "listPendingApprovals"


def exchanges(tenant, operation: str) -> list[dict]:
    return [exchange for exchange in tenant.journal() if exchange["operation"] == operation]


def statuses(tenant, operation: str) -> list[int | None]:
    return [exchange["response"] and exchange["response"]["status"] for exchange in exchanges(tenant, operation)]


def test_a_429_is_tried_again_after_as_long_as_it_says(tenant, mia, asked):
    _, approval = asked
    before = len(statuses(tenant, PENDING))
    fault = tenant.fault({"operation": PENDING}, {"next": 2}, {"fault": "status", "status": 429, "retryAfter": 1})
    assert [row.id for row in mia.pending()] == [approval.id]
    assert statuses(tenant, PENDING)[before:] == [429, 429, 200]
    walls = [exchange["wall"] for exchange in exchanges(tenant, PENDING)[before:]]
    assert walls == sorted(walls)
    assert tenant.faults()[0]["hits"] == fault["hits"] + 2
    refused = exchanges(tenant, PENDING)[before]["response"]
    assert refused["headers"]["retry-after"] == "1"
    assert refused["body"] == {"message": " Rate Limit Exceeded "}


def test_a_reset_is_an_exception_and_nothing_has_happened(tenant, mia, asked):
    request_id, approval = asked
    revision = tenant.revision()
    tenant.fault({"operation": APPROVE, "caller": "mia.chen"}, {"next": 1}, {"fault": "reset"})
    with pytest.raises((urllib3.exceptions.HTTPError, ConnectionError)):
        mia.approvals.approve_access_request_v1(approval.id)
    assert tenant.revision() == revision
    assert statuses(tenant, APPROVE) == [None]
    assert [row.id for row in mia.pending(request_id)] == [approval.id]
    mia.approvals.approve_access_request_v1(approval.id)
    assert mia.pending(request_id) == []


def test_an_answer_may_be_lost_though_the_decision_was_not(tenant, mia, asked):
    request_id, approval = asked
    revision = tenant.revision()
    tenant.fault({"operation": APPROVE}, {"next": 1}, {"fault": "reset", "performed": True})
    with pytest.raises((urllib3.exceptions.HTTPError, ConnectionError)):
        mia.approvals.approve_access_request_v1(approval.id)
    assert tenant.revision() > revision
    assert mia.pending(request_id) == []
    [lost] = exchanges(tenant, APPROVE)
    assert lost["response"] is None and lost["commands"][0]["command"] == "Approve"


def test_a_failure_is_worded_by_the_vendor(tenant, mia, asked):
    _, approval = asked
    tenant.fault({"operation": APPROVE}, {"next": 1}, {"fault": "status", "status": 500})
    with pytest.raises(ServiceException) as refused:
        mia.approvals.approve_access_request_v1(approval.id)
    assert refused.value.status == 500
    assert '"detailCode":"500.0 Internal Fault"' in refused.value.body
    assert '"trackingId":' in refused.value.body


def test_a_body_that_ends_in_the_middle_is_an_exception(tenant, mia, asked):
    tenant.fault({"operation": PENDING}, {}, {"fault": "truncate"})
    with pytest.raises((urllib3.exceptions.HTTPError, ConnectionError)):
        mia.pending()

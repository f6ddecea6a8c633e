"""The life of an access request in every family."""

from datetime import timedelta

import pytest
import sailpoint.beta
import sailpoint.v3
import sailpoint.v2025

from expect import rows, standard_error
from persons import configure, scheme

NOBODY = "0" * 32


def holds(ada, person, role) -> bool:
    return bool(ada.on(sailpoint.v3).roles.get_role_assigned_identities(role, filters=f'id eq "{person.id}"'))


def give(tenant, family, raj, mia, role, **details) -> str:
    request_id = raj.on(family).ask(role, **details)
    [approval] = mia.on(family).pending(request_id)
    mia.on(family).approvals.approve_access_request(approval.id, family.CommentDto())
    tenant.advance("PT1H")
    return request_id


def test_from_request_to_access_and_back(tenant, ada, raj, mia, family, role):
    configure(ada, role, revocationRequestConfig={"approvalSchemes": [scheme("MANAGER")]})
    row = raj.on(family).status(give(tenant, family, raj, mia, role))
    assert (row.state, row.cancelable, row.id) == ("REQUEST_COMPLETED", False, role)
    assert [(step.scheme, step.status) for step in row.approval_details] == [("MANAGER", "APPROVED")]
    assert holds(ada, raj, role)

    revoke = mia.on(family).ask(role, target=raj, kind="REVOKE_ACCESS", comment="moved team")
    desk = ada.on(sailpoint.v3)
    for approval in desk.approvals.list_pending_approvals(filters=f'accessRequestId eq "{revoke}"'):
        desk.approvals.approve_access_request(approval.id)  # the body is optional, except in beta
    tenant.advance("PT1H")
    assert raj.on(family).status(revoke).state == "REQUEST_COMPLETED"
    assert not holds(ada, raj, role)


def test_access_ends_at_its_remove_date(tenant, ada, raj, mia, family, role):
    give(tenant, family, raj, mia, role, remove_date=tenant.now() + timedelta(days=7))
    assert holds(ada, raj, role)
    tenant.advance("P8D")
    assert not holds(ada, raj, role)


def test_asking_again_reports_the_request_in_flight(raj, family, role, asked):
    request_id, _ = asked
    item = family.AccessRequestItem(type="ROLE", id=role)
    answer = raj.on(family).requests.create_access_request_with_http_info(
        family.AccessRequest(requested_for=[raj.id], requested_items=[item])
    )
    assert answer.status_code == 202
    assert answer.data.new_requests == []
    assert [tracking.access_request_ids for tracking in answer.data.existing_requests] == [[request_id]]


def test_asking_for_what_one_holds_is_cancelled_as_a_duplicate(tenant, raj, mia, family, role):
    give(tenant, family, raj, mia, role)
    assert raj.on(family).status(raj.on(family).ask(role)).state == "CANCELLED"


def test_asking_is_checked(raj, family, role):
    for target, id, code in (
        (NOBODY, role, "400.1.404 Referenced object not found"),
        (raj.id, NOBODY, "400.1.404 Referenced object not found"),
    ):
        item = family.AccessRequestItem(type="ROLE", id=id)
        with pytest.raises(family.exceptions.BadRequestException) as refused:
            raj.on(family).requests.create_access_request(
                family.AccessRequest(requested_for=[target], requested_items=[item])
            )
        standard_error(refused, 400, code)


def test_asking_for_others_needs_a_right(ada, lena, raj, family, role):
    settings = ada.on(family).requests.get_access_request_config()
    settings.request_on_behalf_of_config.allow_request_on_behalf_of_anyone_by_anyone = False
    ada.on(family).requests.set_access_request_config(settings)
    with pytest.raises(family.exceptions.ForbiddenException) as refused:
        lena.on(family).ask(role, target=raj)
    standard_error(refused, 403, "403 Forbidden")


def test_cancel(raj, mia, lena, family, asked):
    request_id, _ = asked
    body = family.CancelAccessRequest(account_activity_id=request_id, comment="by mistake")
    with pytest.raises(family.exceptions.ForbiddenException) as refused:
        lena.on(family).requests.cancel_access_request(body)
    standard_error(refused, 403, "403 Forbidden")
    answer = raj.on(family).requests.cancel_access_request_with_http_info(body)
    assert (answer.status_code, answer.data) == (202, {})
    row = raj.on(family).status(request_id)
    assert (row.state, row.cancelled_request_details.comment) == ("CANCELLED", "by mistake")
    assert mia.on(family).pending(request_id) == []
    unknown = family.CancelAccessRequest(account_activity_id=NOBODY, comment="x")
    with pytest.raises(family.exceptions.NotFoundException) as refused:
        raj.on(family).requests.cancel_access_request(unknown)
    standard_error(refused, 404, "404 Not found")


def test_bulk_cancel(ada, raj, yearly, roles):
    made = [raj.on(yearly).ask(role) for role in roles(3)]
    answer = ada.on(yearly).requests.cancel_access_request_in_bulk_with_http_info(
        yearly.BulkCancelAccessRequest(access_request_ids=made, comment="freeze")
    )
    assert (answer.status_code, answer.data) == (202, {})
    assert [raj.on(yearly).status(request_id).state for request_id in made] == ["CANCELLED"] * 3


def test_close_is_for_administrators(ada, raj, role):
    beta = sailpoint.beta
    request_id = raj.on(beta).ask(role)
    body = beta.CloseAccessRequest(access_request_ids=[request_id])
    with pytest.raises(beta.exceptions.ForbiddenException) as refused:
        raj.on(beta).requests.close_access_request(body)
    standard_error(refused, 403, "403 Forbidden")
    answer = ada.on(beta).requests.close_access_request_with_http_info(body)
    assert (answer.status_code, answer.data) == (202, {})
    assert raj.on(beta).status(request_id).state == "TERMINATED"


def test_a_path_of_another_family_is_not_found(ada, raj, role):
    """`close` is not published in v3: the same body that beta takes finds nothing there."""
    v3 = sailpoint.v3
    request_id = raj.on(v3).ask(role)
    client = v3.ApiClient(ada.configuration)
    answer = client.call_api(
        "POST",
        f"{ada.configuration.base_url}/v3/access-requests/close",
        header_params={
            "Authorization": f"Bearer {ada.configuration.access_token}",
            "Content-Type": "application/json",
        },
        body={"accessRequestIds": [request_id]},
    )
    assert answer.status == 404
    assert raj.on(v3).status(request_id).state == "EXECUTING"


def test_status_by_person_with_count(ada, raj, lena, family, asked):
    request_id, _ = asked
    mine = raj.on(family).requests.list_access_request_status_with_http_info(requested_for="me", count=True)
    assert request_id in [row.access_request_id for row in mine.data]
    assert int(mine.headers["X-Total-Count"]) == len(mine.data)
    strangers = lena.on(family).requests.list_access_request_status()
    assert request_id not in [row.access_request_id for row in strangers]
    theirs = ada.on(family).requests.list_access_request_status(regarding_identity=raj.id, sorters="-created")
    assert request_id in [row.access_request_id for row in theirs]


def test_administration_is_for_administrators(ada, mia, raj, role):
    v2025 = sailpoint.v2025
    request_id = raj.on(v2025).ask(role)
    filters = f'accessRequestId eq "{request_id}"'
    [row] = ada.on(v2025).requests.list_administrators_access_request_status(filters=filters)
    assert (row.access_request_id, row.state) == (request_id, "EXECUTING")
    with pytest.raises(v2025.exceptions.ForbiddenException) as refused:
        mia.on(v2025).requests.list_administrators_access_request_status(filters=filters)
    standard_error(refused, 403, "403 Forbidden")


def test_settings_are_replaced_as_a_whole(ada, raj, family):
    requests = ada.on(family).requests
    answer = requests.get_access_request_config_with_http_info()
    assert answer.headers["X-Deprecated"] == "true"
    settings = answer.data
    flipped = not settings.approvals_must_be_external
    settings.approvals_must_be_external = flipped
    assert requests.set_access_request_config(settings).approvals_must_be_external is flipped
    assert raj.on(family).requests.get_access_request_config().approvals_must_be_external is flipped
    with pytest.raises(family.exceptions.ForbiddenException) as refused:
        raj.on(family).requests.set_access_request_config(settings)
    standard_error(refused, 403, "403 Forbidden")


def test_requestable_objects_follow_the_request(raj, family, role, asked):
    request_id, _ = asked
    listed = raj.on(family).requestables.list_requestable_objects_without_preload_content(
        identity_id="me", filters=f'id eq "{role}"'
    )
    [row] = rows(listed)
    assert (row["requestStatus"], row["identityRequestId"]) == ("PENDING", request_id)

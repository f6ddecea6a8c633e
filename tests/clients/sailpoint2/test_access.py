"""Tokens, and what happens to callers without a good one."""

import json

import pytest
from sailpoint import ApiClient
from sailpoint.access_request_approvals import AccessRequestApprovalsApi
from sailpoint.configuration import Configuration, ConfigurationParams
from sailpoint.exceptions import ForbiddenException, UnauthorizedException
from sailpoint.personal_access_tokens import (
    CreatePersonalAccessTokenRequest,
    JsonPatchOperation,
    JsonPatchOperationValue,
)

from expect import jwt_error, standard_error
from persons import Person


def test_client_credentials_give_a_three_part_token(mia):
    token = mia.client.configuration.access_token
    assert token.count(".") == 2


def test_a_wrong_secret_gives_no_token(tenant, credentials, capsys):
    parameters = ConfigurationParams()
    parameters.base_url = tenant.base_url("sailpoint")
    parameters.client_id, parameters.client_secret = credentials["mia.chen"]["id"], "wrong"
    configuration = Configuration(parameters)
    assert configuration.access_token is None
    assert "Unauthorized" in capsys.readouterr().out  # all that the SDK says of a 401 here


@pytest.mark.parametrize("token", ["", "not-a-token", "a.b.c"])
def test_a_bad_bearer_is_refused(tenant, token):
    parameters = ConfigurationParams()
    parameters.base_url = tenant.base_url("sailpoint")
    parameters.access_token = token or " "
    with pytest.raises(UnauthorizedException) as refused:
        AccessRequestApprovalsApi(ApiClient(Configuration(parameters))).list_pending_approvals_v1(owner_id="me")
    jwt_error(refused)


def test_a_token_expires_on_the_virtual_clock(tenant, mia):
    stale = AccessRequestApprovalsApi(mia.client)
    stale.list_pending_approvals_v1(owner_id="me")
    tenant.advance("P1D")
    with pytest.raises(UnauthorizedException) as refused:
        stale.list_pending_approvals_v1(owner_id="me")
    jwt_error(refused)
    assert json.loads(refused.value.body)["error"] == "JWT validation failed: JWT is expired"
    mia.pending()  # logs in again


def test_a_token_of_the_control_plane_acts_as_the_person(tenant, mia):
    assert Person(tenant, "mia.chen").id == mia.id
    assert Person(tenant, "mia.chen").pending() == mia.pending()


def test_personal_access_token_lives_and_dies(tenant, mia):
    made = mia.pats.create_personal_access_token_v1(CreatePersonalAccessTokenRequest(name="ci"))
    assert made.secret and made.owner.id == mia.id
    assert "ci" in [pat.name for pat in mia.pats.list_personal_access_tokens_v1(owner_id=mia.id)]

    robot = Person(tenant, "mia.chen", (made.id, made.secret))
    assert robot.pending() == mia.pending()

    rename = [JsonPatchOperation(op="replace", path="/name", value=JsonPatchOperationValue("ci-2"))]
    assert mia.pats.patch_personal_access_token_v1(made.id, rename).name == "ci-2"

    mia.pats.delete_personal_access_token_v1(made.id)
    assert made.id not in [pat.id for pat in mia.pats.list_personal_access_tokens_v1(owner_id=mia.id)]


def test_a_scope_opens_only_its_own_operations(tenant, mia):
    request = CreatePersonalAccessTokenRequest(name="narrow", scope=["idn:access-request-status:read"])
    made = mia.pats.create_personal_access_token_v1(request)
    narrow = Person(tenant, "mia.chen", (made.id, made.secret))
    narrow.requests.list_access_request_status_v1(requested_by="me")
    with pytest.raises(ForbiddenException) as refused:
        narrow.pending()
    standard_error(refused, 403, "403 Forbidden")


def test_a_machine_is_nobody(integration):
    with pytest.raises(ForbiddenException) as refused:
        integration.approvals.list_pending_approvals_v1(owner_id="me")
    standard_error(refused, 403, "403 Forbidden")


def test_the_control_plane_tells_who_there_is_and_what_was_said(tenant, credentials, mia):
    assert {"ada.admin", "mia.chen"} <= {person["slug"] for person in tenant.people()}
    mia.pending()
    exchanges = tenant.journal()
    last = max(exchanges, key=lambda exchange: exchange["number"])
    assert last["request"]["path"] == "/access-request-approvals/v1/pending"
    assert last["response"]["status"] == 200
    secrets = (credentials["mia.chen"]["secret"], mia.client.configuration.access_token)
    assert not any(secret in json.dumps(exchanges) for secret in secrets)

"""Tokens, and what happens to callers without a good one."""

import pytest
import sailpoint.v3
from sailpoint.configuration import Configuration, ConfigurationParams

from expect import jwt_error
from persons import Person


def test_client_credentials_give_a_three_part_token(mia):
    assert mia.configuration.access_token.count(".") == 2


def test_a_wrong_secret_gives_no_token(tenant, credentials, capsys):
    parameters = ConfigurationParams()
    parameters.base_url = tenant.base_url("sailpoint")
    parameters.client_id, parameters.client_secret = credentials["mia.chen"]["id"], "wrong"
    assert Configuration(parameters).access_token is None
    assert "Unauthorized" in capsys.readouterr().out  # all that the SDK says of a 401 here


def test_a_bad_bearer_is_refused(tenant, family):
    parameters = ConfigurationParams()
    parameters.base_url = tenant.base_url("sailpoint")
    parameters.access_token = "not-a-token"
    api = family.AccessRequestApprovalsApi(family.ApiClient(Configuration(parameters)))
    with pytest.raises(family.exceptions.UnauthorizedException) as refused:
        api.list_pending_approvals(owner_id="me")
    jwt_error(refused)


def test_a_token_expires_on_the_virtual_clock(tenant, mia):
    stale = mia.on(sailpoint.v3).approvals
    stale.list_pending_approvals(owner_id="me")
    tenant.advance("P1D")
    with pytest.raises(sailpoint.v3.exceptions.UnauthorizedException) as refused:
        stale.list_pending_approvals(owner_id="me")
    jwt_error(refused)


def test_personal_access_token_lives_and_dies(tenant, mia):
    v3 = sailpoint.v3
    pats = mia.on(v3).pats
    made = pats.create_personal_access_token(v3.CreatePersonalAccessTokenRequest(name="ci"))
    assert "ci" in [pat.name for pat in pats.list_personal_access_tokens(owner_id="me")]
    robot = Person(tenant, "mia.chen", (made.id, made.secret))
    assert robot.id == mia.id
    assert robot.on(v3).approvals.list_pending_approvals(owner_id="me") is not None
    pats.delete_personal_access_token(made.id)
    assert made.id not in [pat.id for pat in pats.list_personal_access_tokens(owner_id="me")]

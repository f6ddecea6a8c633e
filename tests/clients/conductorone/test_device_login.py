"""`cone login`: a device code, a settled login, a personal client whose secret signs from then on."""

from __future__ import annotations

import pytest

from tokens import Client

CONE = "2RGdOS94VDferT9e80mdgntl36K"
"""The public client id of `cone`."""
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def login(transport, base):
    answer = transport.post(f"{base}/auth/v1/device_authorization", data={"client_id": CONE})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def poll(transport, base, login):
    form = {"grant_type": DEVICE_CODE, "device_code": login["device_code"], "client_id": CONE}
    return lambda: transport.post(f"{base}/auth/v1/token", data=form)


@pytest.mark.needs("c1.api.iam.v1.PersonalClientService.Create")
def test_a_login_ends_in_a_personal_client(tenant, transport, base, login, poll):
    assert login["user_code"] in login["verification_uri_complete"]
    assert isinstance(login["expires_in"], int) and isinstance(login["interval"], int)
    waiting = poll()
    assert (waiting.status_code, waiting.json()["error"]) == (400, "authorization_pending")
    settle(tenant, login, "raj.patel")
    token = poll().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    made = transport.post(f"{base}/api/v1/iam/personal_clients", json={"display_name": "cone"}, headers=headers)
    assert made.status_code == 200, made.text
    body = made.json()
    client = Client(body["client"]["clientId"], body["clientSecret"], base, transport)
    assert client.token()


def test_who_polls_too_fast_is_slowed_down_and_let_in_all_the_same(tenant, login, poll):
    assert [poll().json()["error"] for _ in range(2)] == ["authorization_pending", "slow_down"]
    settle(tenant, login, "mia.chen")
    assert poll().json()["token_type"] == "Bearer"
    assert poll().json()["error"] == "invalid_grant", "a device code is good for one token"


def test_a_login_may_be_denied(tenant, login, poll):
    tenant.step("conductorone", "deny-login", userCode=login["user_code"])
    assert poll().json()["error"] == "access_denied"


def test_a_login_runs_out(tenant, login, poll):
    tenant.advance(f"PT{login['expires_in']}S")
    assert poll().json()["error"] == "expired_token"


def test_a_link_tells_a_person_what_to_do(transport, login):
    page = transport.get(login["verification_uri_complete"])
    assert page.status_code == 200 and "approve-login" in page.text


def test_a_program_that_nobody_knows_logs_nobody_in(transport, base):
    answer = transport.post(f"{base}/auth/v1/device_authorization", data={"client_id": "somebody"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def settle(tenant, login: dict, person: str) -> None:
    tenant.step("conductorone", "approve-login", userCode=login["user_code"].lower(), person=person)

"""Run 3, as far as it is a client's: tokens by signed assertion, and who one is by them. Over http and https."""

from __future__ import annotations

import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from persons import UNAUTHENTICATED, Person, refused, status_of
from tokens import Client


INTROSPECT = "c1.api.auth.v1.Auth.Introspect"


@pytest.fixture
def client(clients) -> Client:
    return clients["ada.admin"]


@pytest.mark.needs(INTROSPECT)
def test_an_assertion_buys_a_token_that_acts_as_its_owner(scheme, base, clients, transport, connect):
    for slug, client in clients.items():
        person = Person(slug, base, client.token(), transport)
        assert person.id == connect(slug).id


def test_https_is_spoken_as_http_2(transport, clients, scheme):
    client = clients["ada.admin"]
    answer = client.exchange(client.assertion())
    assert answer.http_version == {"http": "HTTP/1.1", "https": "HTTP/2"}[scheme]


@pytest.mark.needs(INTROSPECT)
def test_the_whole_secret_may_be_sent_instead(client, base, transport):
    answer = client.ask(grant_type="client_credentials", client_id=client.id, client_secret=client.secret)
    assert answer.status_code == 200, answer.text
    assert Person("ada.admin", base, answer.json()["access_token"], transport).id


def test_tokens_are_signed_with_the_published_key(client, base, transport):
    token = client.token()
    keys = jwt.PyJWKSet.from_dict(transport.get(f"{base}/auth/v1/jwks").json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key.key, [key.algorithm_name], options={"verify_aud": False, "verify_exp": False,
                                                                       "verify_nbf": False, "verify_iat": False})  # fmt: skip
    assert claims["sub"]


@pytest.mark.needs(INTROSPECT)
def test_introspection_lists_roles_and_rights(ada, raj):
    admin = ada.sdk.auth.introspect().raw_response.json()
    assert admin["principleId"] and admin["userId"] == ada.id
    for field in ("roles", "permissions", "features", "disabledModules"):
        assert isinstance(admin[field], list), field
    assert admin["roles"] and admin["roles"] != raj.sdk.auth.introspect().raw_response.json()["roles"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "elsewhere.conductor.one"},
        {"exp": int(time.time()) - 10},
        {"nbf": int(time.time()) + 300},
        {"exp": int(time.time()) + 3600},
        {"sub": "somebody-else-00000@acme.conductor.one/pcc"},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_wrong_assertion_is_refused(client, claims):
    answer = client.exchange(client.assertion(**claims))
    assert answer.status_code in (400, 401), answer.text
    assert answer.json()["error"] in ("invalid_client", "invalid_grant")
    assert answer.json()["error_description"]


def test_somebody_elses_key_is_refused(client, monkeypatch):
    stranger = jwt.PyJWK.from_dict(jwt.algorithms.OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate(), as_dict=True),
                                   algorithm="EdDSA")  # fmt: skip
    monkeypatch.setattr(client, "key", lambda: stranger)
    answer = client.exchange(client.assertion())
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_an_assertion_buys_one_token(client):
    assertion = client.assertion()
    assert client.exchange(assertion).status_code == 200
    assert client.exchange(assertion).json()["error"] == "invalid_grant"


def test_other_grants_are_named(client):
    answer = client.ask(grant_type="password", client_id=client.id)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.needs(INTROSPECT)
def test_without_a_token_nobody_calls(base, transport):
    answer = transport.get(f"{base}/api/v1/auth/introspect")
    assert answer.status_code == 401
    status_of(answer.text, UNAUTHENTICATED)
    with refused(401, UNAUTHENTICATED):
        Person("nobody", base, "nothing", transport).sdk.auth.introspect()

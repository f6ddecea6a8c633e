"""What a real tenant was recorded answering: ours answers the same questions with the same keys, in the same order, with
values of the same types; refusals word for word. The recordings lie beside the vendor's documents and are read from
there alone. Ids, dates and entity tags differ."""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from governance import JWT_BEARER, Governance, service_account

SAMPLES = Path(os.environ.get("ROLECALL_SPECS", "/nowhere")) / "pingone-iga" / "samples"
IGA = "/iga/governance"
HEADERS = ("content-type", "cache-control", "x-powered-by", "vary")
"""What of the headers is compared, where it was recorded."""

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no recordings (set ROLECALL_SPECS)")


def sample(name: str) -> dict[str, Any]:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


class Tenant:
    """The administrator, asking as the recording did."""

    def __init__(self, base: str, caller: Governance, session):
        self.base, self.session, self.headers = base, session, caller.headers

    def ask(self, method: str, path: str, body: Any = None, headers: dict | None = None):
        url = f"{self.base}{path}"
        return self.session.request(method, url, json=body, headers={**self.headers, **(headers or {})}, timeout=30)

    def made(self, method: str, path: str, body: Any) -> dict:
        answer = self.ask(method, path, body)
        assert answer.ok, answer.text
        return answer.json()

    def replay(self, name: str, path: str | None = None):
        """Asks what was asked, on another path where ids differ; answers the recording's answer and ours."""
        recorded = sample(name)
        request = recorded["request"]
        answer = self.ask(request["method"], path or request["url"], request.get("body"), request.get("headers"))
        alike(recorded["response"], answer)
        return recorded["response"]["body"], answer.json()


@pytest.fixture
def replaying(base, credentials, session) -> Tenant:
    scope = "fr:iga:* fr:idm:* fr:idc:analytics:*"  # what the recorded calls went to
    return Tenant(base, service_account(base, credentials["rolecall-automation"], session, scope), session)


def alike(recorded: dict, answer) -> None:
    assert answer.status_code == recorded["status"], answer.text
    for name in HEADERS:
        if name in recorded["headers"]:
            assert answer.headers.get(name) == recorded["headers"][name], name


def shape(value: Any) -> Any:
    """Keys in their order, and types; a list is what its elements are."""
    if isinstance(value, dict):
        return {"keys": [[name, shape(inside)] for name, inside in value.items()]}
    if isinstance(value, list):
        return {"elements": sorted({json.dumps(shape(element)) for element in value})}
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def same(recorded: Any, ours: Any) -> None:
    assert shape(ours) == shape(recorded)


@pytest.mark.parametrize(
    "name",
    ["config-all", "config-bad-key", "policy-list-empty", "policy-read-missing", "policy-delete-missing",
     "policy-rule-update-missing", "requests-query-empty", "request-types-fields-id", "serverinfo",
     "serverinfo-version", "environment-info"],
)  # fmt: skip
def test_what_needs_nothing_made(replaying, name):
    recorded, ours = replaying.replay(name)
    same(recorded, ours)
    if "message" in recorded:
        assert ours == recorded


def test_scopes(replaying):
    """The recorded tenant has no governance; ours has more scopes, written alike."""
    recorded, ours = replaying.replay("environment-scopes")
    assert set(shape(ours)["elements"]) <= set(shape(recorded)["elements"])
    assert {row["scope"] for row in recorded} <= {row["scope"] for row in ours}
    assert "fr:iga:*" in {row["scope"] for row in ours}


def test_a_policy_is_made_and_not_twice(replaying):
    recorded, ours = replaying.replay("policy-create")
    same(recorded, ours)
    assert {**ours, "id": recorded["id"]} == recorded
    twice = sample("policy-create-duplicate-name")
    replaying.made("POST", f"{IGA}/policy?_action=create", twice["request"]["body"])
    recorded, ours = replaying.replay("policy-create-duplicate-name")
    assert ours == recorded


def plain(document: dict) -> dict:
    return {name: value for name, value in document.items() if name != "metadata"}


def test_a_policy_is_deleted(replaying):
    document = plain(sample("policy-delete")["response"]["body"])
    made = replaying.made("POST", f"{IGA}/policy?_action=create", document)
    same(*replaying.replay("policy-delete", f"{IGA}/policy/{made['id']}"))


def listed(replaying, name: str, path: str, make) -> None:
    recorded = sample(name)["response"]["body"]
    for document in recorded["result"]:
        make(plain(document))
    _, ours = replaying.replay(name)
    assert [key for key, _ in shape(ours)["keys"]] == [key for key, _ in shape(recorded)["keys"]]
    found = {row["name"]: row for row in ours["result"]}
    for row in recorded["result"]:
        same(row, found[row["name"]])


def test_policies_are_listed(replaying):
    listed(replaying, "policy-list", f"{IGA}/policy",
           lambda document: replaying.made("POST", f"{IGA}/policy?_action=create", document))  # fmt: skip


def employ(replaying, *owners: dict) -> None:
    """The owners whom the recorded tenant knew: it shows them in full."""
    for owner in owners:
        if len(owner) > 1:
            path = f"/openidm/managed/alpha_user/{owner['id'].rpartition('/')[2]}"
            # The recording's owners share addresses; a directory's people do not.
            person = {name: owner[name] for name in ("userName", "givenName", "sn")}
            person["mail"] = owner["mail"]
            answer = replaying.ask("PUT", path, person)
            assert answer.ok, answer.text


def test_rules_are_listed(replaying):
    def make(document: dict) -> None:
        employ(replaying, document["policyRuleOwner"], document["violationOwner"])
        replaying.made("POST", f"{IGA}/policy/rule?_action=create", document)

    listed(replaying, "policy-rule-list", f"{IGA}/policy/rule", make)


def test_a_rule_is_made_and_not_twice(replaying):
    recorded, ours = replaying.replay("policy-rule-create")
    same(recorded, ours)
    assert {**ours, "id": recorded["id"]} == recorded, "its owner is nobody that we know"
    twice = sample("policy-rule-create-duplicate-name")
    replaying.made("POST", f"{IGA}/policy/rule?_action=create", twice["request"]["body"])
    recorded, ours = replaying.replay("policy-rule-create-duplicate-name")
    assert ours == recorded


def test_a_rule_is_changed_and_deleted(replaying):
    document = plain(sample("policy-rule-update")["request"]["body"])
    made = replaying.made("POST", f"{IGA}/policy/rule?_action=create", document)
    same(*replaying.replay("policy-rule-update", f"{IGA}/policy/rule/{made['id']}"))
    document = plain(sample("policy-rule-delete")["response"]["body"])
    made = replaying.made("POST", f"{IGA}/policy/rule?_action=create", document)
    same(*replaying.replay("policy-rule-delete", f"{IGA}/policy/rule/{made['id']}"))


def test_the_glossary_is_searched(replaying):
    for document in sample("glossary-search")["response"]["body"]["result"]:
        sent = {name: value for name, value in plain(document).items() if name != "id"}
        replaying.made("POST", "/iga/commons/glossary/schema", sent)
    same(*replaying.replay("glossary-search"))


def test_a_service_account_is_read(replaying, credentials):
    account = credentials["rolecall-automation"]["clientId"]
    path = urlsplit(sample("svcacct-read")["request"]["url"])
    recorded, ours = replaying.replay("svcacct-read", f"{path.path.rpartition('/')[0]}/{account}?{path.query}")
    same(recorded, ours)
    assert [list(key) for key in json.loads(ours["jwks"])["keys"]] == [
        list(key) for key in json.loads(recorded["jwks"])["keys"]
    ]


def test_tokens(base, credentials, session):
    account = credentials["rolecall-automation"]
    for name, scope in (("token-service-account", "fr:am:* fr:idm:*"), ("token-service-account-invalid-scope", "fr:x:y")):
        recorded = sample(name)
        url = f"{base}{recorded['request']['url']}"
        claims = {"iss": account["clientId"], "sub": account["clientId"], "aud": url, "exp": int(time.time()) + 180,
                  "jti": str(uuid.uuid4())}  # fmt: skip
        assertion = jwt.encode(claims, jwt.PyJWK(json.loads(account["clientSecret"])).key, "RS256")
        form = {"assertion": assertion, "client_id": "service-account", "grant_type": JWT_BEARER, "scope": scope}
        answer = session.post(url, data=form, headers=recorded["request"]["headers"], timeout=30)
        alike(recorded["response"], answer)
        same(recorded["response"]["body"], answer.json())
    refused = recorded["response"]["body"]["error_description"]
    assert answer.json()["error_description"] == f"{refused.partition(': ')[0]}: fr:x:y"

"""A violation's life as the vendor's pages drive it: as its owner, as somebody else, as an administrator."""

from __future__ import annotations

import pytest

from governance import TASK, Refused

OWNER, HOLDER = "ingrid.solberg", "raj.patel"
HELD, TOXIC = "Create vendors", "Pay vendors"


def condition(name: str) -> dict:
    is_named = {"operator": "EQUALS", "operand": {"targetName": "entitlement.displayName", "targetValue": name}}
    return {"type": ["entitlementGrant"], "operator": "OR", "operand": [is_named]}


@pytest.fixture
def people(administrator) -> dict[str, str]:
    """Ids by user name."""
    found = administrator.call("GET", "/openidm/managed/alpha_user", _queryFilter="true", _fields="userName")
    return {person["userName"]: person["_id"] for person in found["result"]}


@pytest.fixture
def toxic(administrator) -> str:
    """The assignment that Raj must not have."""
    found = administrator.iga("GET", "/entitlement", _pageSize="1000")
    [entitlement] = [row for row in found["result"] if row["descriptor"]["idx"]["/entitlement"]["displayName"] == TOXIC]
    return entitlement["assignment"]["id"]


@pytest.fixture
def policy(administrator, people) -> str:
    rule = administrator.iga(
        "POST",
        "/policy/rule",
        {
            "name": "Pay and create, by a client",
            "active": True,
            "policyRuleOwner": {"id": f"managed/user/{people[OWNER]}"},
            "violationOwner": {"id": f"managed/user/{people[OWNER]}"},
            "violationOwnerType": "user",
            "scanTypes": {"preventative": True, "detective": True},
            "decisionOptions": {"exception": True, "allow": True, "remediate": True},
            "maxExceptionDuration": 90,
            "remediation": {"schemas": ["grantRemoval"]},
            "userFilter": {
                "operator": "EQUALS",
                "operand": {"targetName": "id", "targetValue": people[HOLDER]},
            },
            "ruleDefinition": [condition(HELD), condition(TOXIC)],
            "workflow": {"id": "BasicViolationProcess", "type": "bpmn"},
            "violationLifecycle": {
                "workflow": {"action": "launch_workflow"},
                "expiration": {"expires": False},
                "exception": {"justificationCheck": False},
            },
        },
        _action="create",
    )
    body = {
        "name": "Vendors, by a client",
        "policyOwner": {"id": f"managed/user/{people[OWNER]}"},
        "policyRuleIds": [rule["id"]],
    }
    return administrator.iga("POST", "/policy", body, _action="create")["id"]


@pytest.fixture
def violation(administrator, people, policy, toxic) -> dict:
    """Raj is given the other half by an administrator's request, and a scan finds it."""
    common = {"userId": people[HOLDER], "entitlementId": toxic, "context": {"type": "admin"}}
    request = administrator.iga("POST", "/requests/entitlementGrant", {"common": common}, _action="publish")
    assert request["decision"]["outcome"] == "provisioned"
    [result] = scan(administrator, policy)["results"]
    [found] = result["violations"]
    return administrator.iga("GET", f"/violation/{found['id']}")


def scan(administrator, policy: str) -> dict:
    return administrator.iga("POST", f"/policy/{policy}/scan", {}, waitForCompletion="true")


def grants(violation: dict) -> list[list[str]]:
    return violation["decision"]["compositeIds"]


def test_what_would_be_is_said_before_it_is(sign_in, people, policy, toxic):
    access = {"additionalAccess": [{"type": "entitlementGrant", "assignmentId": toxic}]}
    would = sign_in(HOLDER).iga("POST", f"/policy/user/{people[HOLDER]}/scan", access, simulate="true")
    violated = {rule["name"] for rule in would["result"]}
    assert violated == {"Create and pay vendors", "Pay and create, by a client"}, "the company has a rule of its own"


def test_from_the_scan_to_the_grant_that_is_gone(administrator, sign_in, tenant, policy, violation):
    owner = sign_in(OWNER)
    assert violation["id"] in [row["id"] for row in owner.mine()]
    assert violation["decision"]["phases"][0]["name"] == TASK
    owner.act(violation, "comment", {"comment": "looking into it"})
    until = {"exceptionExpirationDate": str((tenant.now().date().replace(day=1))), "comment": ""}
    with pytest.raises(Refused) as refused:  # the first of this month is over
        owner.act(violation, "exception", until)
    assert (refused.value.status, refused.value.body) == (
        400,
        {"message": ["exceptionExpirationDate must be in the future."]},
    )
    tolerated = owner.act(violation, "exception", {"exceptionExpirationDate": soon(tenant), "comment": "quarter end"})
    assert tolerated["decision"]["status"] == "exception"
    answer = owner.iga("POST", "/violation/cancel-exception", {"ids": [violation["id"]], "comment": ""})
    assert answer == {"message": "Action 'cancel-exception' complete.", "idsNotActedOn": []}
    body = {"remediationOptionId": "grantRemoval", "grantIds": grants(violation)[1], "justification": ""}
    over = owner.act(violation, "remediate", body)
    assert (over["decision"]["status"], over["decision"]["outcome"]) == ("complete", "remediate")
    assert scan(administrator, policy)["results"][0]["numViolations"] == 0
    assert violation["id"] in [row["id"] for row in owner.mine("inactive")]


def soon(tenant) -> str:
    from datetime import timedelta

    return str((tenant.now() + timedelta(days=30)).date())


def test_somebody_else_may_do_nothing(sign_in, violation):
    other = sign_in(HOLDER)
    assert other.mine() == []
    for action, body in {"allow": {"comment": ""}, "comment": {"comment": "hello"}}.items():
        with pytest.raises(Refused) as refused:
            other.act(violation, action, body)
        text = f"User is not authorized to perform action '{action}' on this violation."
        assert (refused.value.status, refused.value.body) == (403, {"message": text})
    with pytest.raises(Refused) as refused:
        other.iga("GET", "/violation")
    assert (refused.value.status, refused.value.body) == (403, {"message": "Forbidden"})


def test_it_is_handed_over(sign_in, people, violation):
    permissions = dict.fromkeys(("allow", "comment", "exception", "reassign", "remediate"), True)
    actors = [{"id": f"managed/user/{people['mia.chen']}", "permissions": permissions}]
    owner, mia = sign_in(OWNER), sign_in("mia.chen")
    owner.act(violation, "reassign", {"updatedActors": actors, "comment": "yours"})
    assert violation["id"] not in [row["id"] for row in owner.mine()]
    allowed = mia.act(violation, "allow", {"comment": "for good"})
    assert (allowed["decision"]["status"], allowed["decision"]["outcome"]) == ("complete", "allow")


def test_an_administrator_decides_for_all(administrator, violation):
    answer = administrator.iga("POST", "/violation/allow", {"ids": [violation["id"], "nothing"], "comment": "known"})
    assert answer == {"message": "Action 'allow' complete.", "idsNotActedOn": ["nothing"]}
    with pytest.raises(Refused) as refused:
        administrator.iga("POST", f"/violation/{violation['id']}/allow", {})
    text = f"Violation with id: {violation['id']} is already complete."
    assert (refused.value.status, refused.value.body) == (400, {"message": text})

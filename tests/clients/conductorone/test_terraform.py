"""Run 4, as the Terraform provider does it: create, read, plan again without a change, destroy.

The provider itself is a Go module which not every module proxy serves. What it asks of the API is that a reading gives
back exactly what was written, that defaults are stable, and that a name is found by the searches of its data sources.
"""

from __future__ import annotations

from typing import Any

import pytest

from workshop import NEEDED

pytestmark = pytest.mark.needs(*NEEDED)


@pytest.fixture
def api(ada, base, transport, tenant):
    """Calls as the provider sends them: every field of its plan, and masks where it updates."""
    headers = {"Authorization": f"Bearer {tenant.token('conductorone', 'ada.admin')}"}

    def call(method: str, path: str, body: dict | None = None) -> dict:
        answer = transport.request(method, f"{base}/api/v1/{path}", json=body, headers=headers)
        assert answer.status_code == 200, f"{method} {path}: {answer.text}"
        return answer.json()

    return call


def clean(planned: Any, read: Any, at: str = "$") -> list[str]:
    """Where a reading differs from what was planned: each is a line of the second plan."""
    if isinstance(planned, dict) and isinstance(read, dict):
        return [line for key, value in planned.items() for line in clean(value, read.get(key), f"{at}.{key}")]
    if isinstance(planned, list) and isinstance(read, list) and len(planned) == len(read):
        return [line for n, (one, other) in enumerate(zip(planned, read)) for line in clean(one, other, f"{at}[{n}]")]
    return [] if planned == read else [f"{at}: {planned!r} became {read!r}"]


def test_what_is_written_is_read_until_it_is_destroyed(scheme, api, ada, mia):
    found = api("POST", "search/users", {"email": "mia.chen@acme.example"})["list"]
    assert [row["user"]["id"] for row in found] == [mia.id]

    app = {"displayName": "Lathe works", "description": "Metal", "monthlyCostUsd": 42, "instructions": "Ask Mia."}
    made = api("POST", "apps", app)["app"]
    at = f"apps/{made['id']}"
    assert clean(app, api("GET", at)["app"]) == []
    assert api("GET", at)["app"] == made, "a second reading changes nothing"

    kind = {"displayName": "Bench", "resourceType": "ROLE"}
    kind_made = api("POST", f"{at}/resource_types", kind)["appResourceType"]
    kind_at = f"{at}/resource_types/{kind_made['id']}"
    assert clean({"displayName": "Bench"}, api("GET", kind_at)["appResourceTypeView"]["appResourceType"]) == []

    resource = {"displayName": "Lathe", "description": "The big one"}
    resource_made = api("POST", f"{kind_at}/resources", resource)["appResource"]
    resource_at = f"{kind_at}/resources/{resource_made['id']}"
    assert clean(resource, api("GET", resource_at)["appResourceView"]["appResource"]) == []

    approval = {"users": {"userIds": [mia.id]}, "requireApprovalReason": True, "allowReassignment": True}
    manager = {"manager": {"allowSelfApproval": False, "fallback": True, "fallbackUserIds": [ada.id]}}
    steps = [{"approval": approval}, {"approval": manager}]
    policy = {"displayName": "Two steps", "description": "Mia, then the manager", "policyType": "POLICY_TYPE_GRANT",
              "policySteps": {"grant": {"steps": steps}}}  # fmt: skip
    policy_made = api("POST", "policies", policy)["policy"]
    policy_at = f"policies/{policy_made['id']}"
    assert clean(policy, api("GET", policy_at)["policy"]) == []
    assert api("GET", policy_at)["policy"] == policy_made

    entitlement = {"displayName": "Turning", "description": "Use it", "alias": "turning", "slug": "turn",
                   "appResourceTypeId": kind_made["id"], "appResourceId": resource_made["id"],
                   "durationGrant": "28800s", "grantPolicyId": policy_made["id"], "purpose":
                   "APP_ENTITLEMENT_PURPOSE_VALUE_PERMISSION"}  # fmt: skip
    entitlement_made = api("POST", f"{at}/entitlements", entitlement)["appEntitlementView"]["appEntitlement"]
    entitlement_at = f"{at}/entitlements/{entitlement_made['id']}"
    read = api("GET", entitlement_at)["appEntitlementView"]["appEntitlement"]
    assert clean(entitlement, read) == [] and "durationUnset" not in read

    catalog = {"displayName": "Workshop", "description": "For all", "published": True, "visibleToEveryone": True}
    view = api("POST", "catalogs", catalog)["requestCatalogView"]
    catalog_made = view["requestCatalog"]
    catalog_at = f"catalogs/{catalog_made['id']}"
    assert clean(catalog, api("GET", catalog_at)["requestCatalogView"]["requestCatalog"]) == []
    entry = {"appId": made["id"], "id": entitlement_made["id"]}
    api("POST", f"{catalog_at}/requestable_entries", {"appEntitlements": [entry]})

    changed = {"entitlement": {**read, "durationUnset": {}}, "updateMask": "durationUnset,durationGrant"}
    changed["entitlement"].pop("durationGrant")
    api("POST", entitlement_at, changed)
    read = api("GET", entitlement_at)["appEntitlementView"]["appEntitlement"]
    assert read["durationUnset"] == {} and "durationGrant" not in read

    api("DELETE", f"{catalog_at}/requestable_entries", {"appEntitlements": [entry]})
    for address in (catalog_at, entitlement_at, policy_at, resource_at, kind_at, at):
        assert api("DELETE", address, {}) == {}, address
    assert api("GET", at)["app"]["deletedAt"] and api("GET", policy_at)["policy"]["deletedAt"]
    assert api("POST", "search/apps", {"displayName": "Lathe works"})["list"] == []

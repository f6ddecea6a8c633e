"""What is fuzzed: one line per vendor."""

from __future__ import annotations

import json
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from control import Tenant

Known = dict[str, list[str]]
Call = Callable[..., Any]
"""Calls the vendor: `call("/path")` reads, `call("/path", {...})` posts; answers the parsed JSON."""


@dataclass(frozen=True)
class Target:
    """How one calls a vendor, and ids that there are, so that half of the requests reach further than a 404.

    Names in `known` are Schemathesis's: `path.saas_id`, `query.user_id`, `body.userId`.
    """

    vendor: str
    headers: Callable[[Tenant], dict[str, str]]
    known: Callable[[Tenant, Call], Known] = field(default=lambda tenant, call: {})
    published: bool = True
    """Whether the vendor's own documents are for us: not where we serve a part of what they publish."""
    phases: str = "examples,coverage,fuzzing,stateful"
    """Schemathesis's. To cover every keyword of large messages takes longer than all other suites together."""
    examples: int = 20
    """Generated requests per operation and phase, besides those that cover every keyword of the schemas."""
    recorded_500: tuple[str, ...] = ()
    """Operations that a recorded tenant answers 500 where another API would refuse; so do we."""


def bearer(vendor: str, person: str) -> Callable[[Tenant], dict[str, str]]:
    return lambda tenant: {"Authorization": f"Bearer {tenant.token(vendor, person)}"}


def grip_token(tenant: Tenant) -> dict[str, str]:
    return {"access-token": tenant.credentials("grip")[0]["clientSecret"]}


def grip_ids(tenant: Tenant, call: Call) -> Known:
    """Some people, their applications and accounts, and a few of all that can be started."""
    people = call("/public/users?limit=4")
    users = [user["id"] for user in people]
    held = [row for user in users for row in call(f"/public/users/{user}/saas?limit=2")]
    apps = sorted({row["saas"]["id"] for row in held})
    workflows = [str(uuid.UUID(row["id"])) for row in tenant.export()["estates"]["grip"]["workflows"]]
    both = {"identityId": users, "appId": apps}
    runs = [run for id in workflows for run in call(f"/public/workflows/{id}/run", both)["workflowRunIds"].values()]
    revocation, justification = (
        "/public/actions/accessRevocation/employee/start",
        "/public/actions/justification/send",
    )
    actions = [call(revocation, {"userId": user, "saasIds": apps})["actionId"] for user in users]
    asked = [{"userId": row["saasUser"]["userId"], "saasApplicationId": row["saas"]["id"]} for row in held]
    requests = [call(justification, one)["requestId"] for one in asked]
    leaving = [{"usersToOffboard": [{"userId": user}]} for user in users]
    offboardings = [call("/public/workflows/offboarding/start", one)["workflowId"] for one in leaving]
    return {
        "path.saas_id": apps,
        "path.saas_name": [row["saas"]["name"] for row in held],
        "path.saas_app_user_id": [row["saasUser"]["id"] for row in held],
        "path.user_id": users,
        "path.user_mail": [user["mail"] for user in people],
        "path.alert_readable_id": [alert["alertId"] for alert in call("/public/alerts?limit=5")],
        "path.action_id": actions,
        "path.request_id": requests,
        "path.workflow_id": [*offboardings, *workflows, *runs],
        "path.workflow_run_id": runs,
        "query.user_id": users,
        "query.userId": users,
        "query.new_sanction_state": ["sanctioned", "in review"],
        "body.actionId": actions,
        "body.requestId": requests,
        "body.workflowId": offboardings,
        "body.userId": users,
        "body.userEmail": [user["mail"] for user in people],
        "body.saasIds[*]": apps,
        "body.saasApplicationId": apps,
        "body.usersToOffboard[*].userId": users,
        "body.identityId[*]": users,
        "body.appId[*]": apps,
        "body.label": ["alpha"],
    }


def pingone_ids(tenant: Tenant, call: Call) -> Known:
    """Some policies, rules, violations, people and what they hold, and a request that waits."""
    governance = "/iga/governance"

    def listed(path: str) -> list[dict]:
        return call(f"{governance}/{path}{'&' if '?' in path else '?'}_pageSize=4")["result"]

    def ids(path: str) -> list[str]:
        return [row["id"] for row in listed(path)]

    users, violations = ids("user"), listed("violation")
    scans = [call(f"{governance}/policy/{policy}/scan?simulate=true", {})["id"] for policy in ids("policy")]
    entitlements = [row["assignment"]["id"] for row in listed("entitlement")]
    phases = sorted({phase["name"] for row in violations for phase in row["decision"]["phases"]})
    objects = [*users, *ids("policy"), *ids("policy/rule"), *scans, *(row["id"] for row in violations), *entitlements]
    return {
        "path.id": [*objects, *ids("application"), *ids("account"), *ids("role"), "grantRemoval", "entitlementGrant"],
        "path.violationId": [row["id"] for row in violations],
        "path.phaseName": phases,
        "path.userId": users,
        "path.grantId": ids("grants"),
        "path.objectType": ["alpha_user", "alpha_role", "alpha_application", "svcacct"],
        "path.resource": ["alpha_user", "application"],
        "path.type": ["entitlement", "application", "role"],
        "path.key": ["iga_global", "iga_notification"],
        "path.scanType": ["reminder", "exception"],
        "path.status": ["complete", "failed"],
        "path.realm": ["alpha"],
        "query._action": ["create", "duplicate", "publish", "search", "add", "remove"],
        "query._queryFilter": ["true", 'name eq "x"', "decision.status pr"],
    }


def conductorone_token(tenant: Tenant) -> dict[str, str]:
    """Ada's. The live server answers 500 to some of what is merely wrong, and so do we: tidied up, a 500 is ours alone."""
    tenant.step("conductorone", "switch", switches={"tidyErrors": True, "everythingRequestable": True})
    return bearer("conductorone", "ada.admin")(tenant)


def conductorone_ids(tenant: Tenant, call: Call) -> Known:
    """An application with what is in it, a few of all nouns, and a task that waits for the caller."""
    everything = {"pageSize": 10}

    def found(noun: str, body: dict) -> list[dict]:
        return call(f"/api/v1/search/{noun}", {**everything, **body})["list"]

    apps = [app["id"] for app in found("apps", {"displayName": "Amazon Web Services"})]
    entitlements = [row["appEntitlement"] for row in found("entitlements", {"appIds": apps})]
    held = [row["appEntitlementUserBinding"] for row in found("grants", {"appIds": apps})]
    users = [row["user"]["id"] for row in found("users", {})]
    policies = [policy["id"] for policy in found("policies", {})]
    catalogs = [row["requestCatalog"]["id"] for row in call("/api/v1/catalogs")["list"]]
    roles = [role["id"] for role in call("/api/v1/iam/roles")["list"]]
    wanted = {"appId": apps[0], "appEntitlementId": entitlements[0]["id"], "identityUserId": users[0]}
    task = call("/api/v1/task/grant", wanted)["taskView"]["task"]
    named = {
        "app": apps,
        "app_entitlement": [row["id"] for row in entitlements],
        "app_user": sorted({row["appUserId"] for row in held}),
        "user": users,
        "task": [task["id"], task["numericId"]],
        "policy": policies,
        "resource": [row["appResourceId"] for row in entitlements],
        "resource_type": [row["appResourceTypeId"] for row in entitlements],
        "catalog": catalogs,
        "role": roles,
    }
    aliases = {
        "app": ["path.app_id", "path.app_user_app_id", "path.src_app_id", "path.dst_app_id", "body.appId"],
        "app_entitlement": [
            *("path.app_entitlement_id", "path.entitlement_id", "path.src_app_entitlement_id"),
            *("path.dst_app_entitlement_id", "body.appEntitlementId"),
        ],
        "app_user": ["path.app_user_id", "body.appUserId"],
        "user": ["path.user_id", "path.identity_user_id", "body.identityUserId", "body.userId", "body.userIds[*]"],
        "task": ["path.task_id"],
        "policy": ["body.policyId", "body.grantPolicyId"],
        "resource": ["path.app_resource_id", "path.resource_id", "body.appResourceId"],
        "resource_type": ["path.app_resource_type_id", "path.resource_type_id", "body.appResourceTypeId"],
        "catalog": ["path.catalog_id", "path.request_catalog_id"],
        "role": ["path.role_id"],
    }
    return {alias: named[noun] for noun, places in aliases.items() for alias in places if named[noun]}


TARGETS = [
    Target("grip", grip_token, grip_ids),
    # What is published is reconstructed, and knows no body that it would refuse; ours is held to what it says.
    Target(
        "pingone", bearer("pingone", "ada.admin"), pingone_ids, published=False,
        # A glossary entry that is not there.
        recorded_500=("readGlossary", "updateGlossary", "deleteGlossary"),
    ),
    # The vendor's document is left out: of its operations, those of the third tier answer 501.
    Target("conductorone", conductorone_token, conductorone_ids, published=False, phases="fuzzing", examples=4),
]


def caller(tenant: Tenant, vendor: str, headers: dict[str, str]) -> Call:
    def call(path: str, body: dict | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(tenant.base_url(vendor) + path, data=data, headers={**headers, **kind})
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    return call

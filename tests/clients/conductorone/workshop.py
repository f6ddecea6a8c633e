"""What a super admin sets up for a test, through the same SDK: an application of its own, with its policy and catalog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from conductorone_sdk.models import shared

from persons import Person, step

NEEDED = (
    "c1.api.auth.v1.Auth.Introspect",
    "c1.api.app.v1.Apps.Create",
    "c1.api.app.v1.AppResourceTypeService.CreateManuallyManagedResourceType",
    "c1.api.app.v1.AppResourceService.CreateManuallyManagedAppResource",
    "c1.api.app.v1.AppEntitlements.Create",
    "c1.api.app.v1.AppEntitlementSearchService.SearchAppEntitlementsWithExpired",
    "c1.api.policy.v1.Policies.Create",
    "c1.api.requestcatalog.v1.RequestCatalogManagementService.AddAppEntitlements",
    "c1.api.requestcatalog.v1.RequestCatalogSearchService.SearchEntitlements",
    "c1.api.task.v1.TaskService.CreateGrantTask",
    "c1.api.task.v1.TaskActionsService.Approve",
    "c1.api.task.v1.TaskSearchService.Search",
)
"""What it calls, and what every test that works with it calls."""
STEPS_MAX = 12
"""More steps than any policy here has: what takes longer goes round in circles."""


class Workshop:
    """An application with one entitlement, made by Ada, which everybody may ask for."""

    def __init__(self, ada: Person, connect: Callable[[str], Person]):
        self.ada, self.connect = ada, connect
        self.sdk = ada.sdk
        self.app = self.sdk.apps.create(request={"display_name": "Workshop"}).create_app_response.app
        kind = {"display_name": "Bench", "resource_type": "ROLE"}
        self.kind = self.sdk.app_resource_type.create_manually_managed_resource_type(
            request={"app_id": self.app.id, "create_manually_managed_resource_type_request": kind}
        ).create_manually_managed_resource_type_response.app_resource_type
        self.resource = self.sdk.app_resource.create_manually_managed_app_resource(
            request={
                "app_id": self.app.id,
                "app_resource_type_id": self.kind.id,
                "create_manually_managed_app_resource_request": {"display_name": "Lathe"},
            }
        ).create_manually_managed_app_resource_response.app_resource

    def policy(self, approvers: list[Person], waits: str = "") -> shared.Policy:
        """One approval after the other, each by one named person; and then a wait, where one is asked for."""
        steps = [{"approval": {"user_approval": {"user_ids": [person.id]}}} for person in approvers]
        if waits:
            steps.append({"wait": {"name": "Overnight", "wait_duration": {"duration": waits}}})
        asked = {
            "display_name": "Workshop approvals",
            "policy_type": "POLICY_TYPE_GRANT",
            "policy_steps": {"grant": {"steps": steps}},
        }
        return self.sdk.policies.create(request=asked).create_policy_response.policy

    def entitlement(
        self,
        approvers: list[Person],
        longest: timedelta | None = None,
        published: bool = True,
        alias: str = "",
        waits: str = "",
    ) -> shared.AppEntitlement:
        """Something to ask for, and a catalog in which everybody finds it once it is published."""
        limit = {"duration_unset": {}} if longest is None else {"duration_grant": f"{int(longest.total_seconds())}s"}
        asked = {
            "display_name": "Turning",
            "alias": alias,
            "app_resource_type_id": self.kind.id,
            "app_resource_id": self.resource.id,
            "grant_policy_id": self.policy(approvers, waits).id,
            **limit,
        }
        made = self.sdk.app_entitlements.create(
            request={"app_id": self.app.id, "create_app_entitlement_request": asked}
        ).create_app_entitlement_response.app_entitlement_view.app_entitlement
        catalog = self.sdk.request_catalog_management.create(
            request={"display_name": "Workshop", "published": published, "visible_to_everyone": True}
        ).request_catalog_management_service_get_response.request_catalog_view.request_catalog
        self.sdk.request_catalog_management.add_app_entitlements(
            request={
                "catalog_id": catalog.id,
                "request_catalog_management_service_add_app_entitlements_request": {
                    "app_entitlements": [{"app_id": made.app_id, "id": made.id}]
                },
            }
        )
        return made

    def provisioned(self, task: shared.Task) -> shared.Task:
        """The task once nobody has anything left to do by hand: the vendor has no call for that but skipping."""
        for _ in range(STEPS_MAX):
            task = self.ada.task(task.id)
            if task.state == "TASK_STATE_CLOSED":
                return task
            assert step(task).provision_instance is not None, step(task)
            self.ada.act("skip_step", task, policy_step_id=step(task).id)
        raise AssertionError(f"the task {task.numeric_id} never ends")

    def through(self, task: shared.Task) -> shared.Task:
        """The task at its end, whatever its steps."""
        for _ in range(STEPS_MAX):
            task = self.ada.task(task.id)
            if task.state == "TASK_STATE_CLOSED":
                return task
            self.ada.act("skip_step", task, policy_step_id=step(task).id)
        raise AssertionError(f"the task {task.numeric_id} never ends")

"""The reading side: people, roles, access profiles, entitlements, accounts, apps, governance groups."""

import json

import pytest
from sailpoint import Paginator
from sailpoint.entitlements import (
    EntitlementAccessRequestConfig,
    EntitlementApprovalScheme,
    EntitlementRequestConfig,
)
from sailpoint.entitlements import JsonPatchOperation as EntitlementPatch
from sailpoint.entitlements import JsonPatchOperationValue as EntitlementPatchValue
from sailpoint.exceptions import BadRequestException, ForbiddenException, NotFoundException
from sailpoint.roles import JsonPatchOperation, JsonPatchOperationValue

from expect import rows, standard_error

NOBODY = "0" * 32


def test_public_identities_page_over_the_whole_company(raj):
    listed = raj.public_identities.get_public_identities_v1
    total = int(raj.public_identities.get_public_identities_v1_with_http_info(count=True).headers["X-Total-Count"])
    assert total >= 300
    people = Paginator.paginate(listed, 10_000, limit=100, sorters="name")
    assert len({person.id for person in people}) == len(people) == total
    names = [person.name.casefold() for person in people]
    assert names == sorted(names)


def test_public_identities_filter(raj, mia):
    listed = raj.public_identities.get_public_identities_v1
    [person] = listed(filters='alias eq "mia.chen"')
    assert person.id == mia.id
    assert person.id in [found.id for found in listed(filters='alias sw "MIA."')]
    assert {found.id for found in listed(filters=f'id in ("{mia.id}","{raj.id}")')} == {mia.id, raj.id}
    assert listed(filters=f'email eq "{person.email}"')[0].id == mia.id
    with pytest.raises(BadRequestException) as refused:
        listed(filters='alias co "mia"')
    standard_error(refused, 400, "400.1.3 Illegal value")


def test_identities(ada, raj, mia):
    identity = ada.identities.get_identity_v1(raj.id)
    assert identity.alias == "raj.patel"
    assert identity.manager_ref.id == mia.id
    assert identity.is_manager is False
    [found] = ada.identities.list_identities_v1(filters='alias eq "raj.patel"')
    assert found.id == raj.id
    with pytest.raises(NotFoundException) as refused:
        ada.identities.get_identity_v1(NOBODY)
    standard_error(refused, 404, "404 Not found")


def test_roles(ada):
    first, *_ = ada.roles.list_roles_v1(sorters="name")
    assert ada.roles.get_role_v1(first.id) == first
    assert [role.id for role in ada.roles.list_roles_v1(filters=f'name eq "{first.name}"')] == [first.id]
    assert first.id in [role.id for role in ada.roles.list_roles_v1(filters=f'owner.id eq "{first.owner.id}"')]
    answer = ada.roles.list_roles_v1_with_http_info(count=True, sorters="name")
    assert len(answer.data) <= 50  # roles come fifty at a time
    paged = Paginator.paginate(ada.roles.list_roles_v1, 1000, limit=15, sorters="name")
    assert paged[: len(answer.data)] == answer.data
    assert len({role.id for role in paged}) == len(paged) == int(answer.headers["X-Total-Count"])
    with pytest.raises(NotFoundException) as refused:
        ada.roles.get_role_v1(NOBODY)
    standard_error(refused, 404, "404 Not found")


def test_roles_are_not_for_everybody(raj):
    with pytest.raises(ForbiddenException) as refused:
        raj.roles.list_roles_v1()
    standard_error(refused, 403, "403 Forbidden")


def test_role_request_settings_are_patched(ada, role):
    config = {"commentsRequired": True, "approvalSchemes": [{"approverType": "OWNER", "approverId": None}]}
    patch = JsonPatchOperation(op="replace", path="/accessRequestConfig", value=JsonPatchOperationValue(config))
    for changed in (ada.roles.patch_role_v1(role.id, [patch]), ada.roles.get_role_v1(role.id)):
        assert changed.access_request_config.comments_required is True
        assert [s.approver_type for s in changed.access_request_config.approval_schemes] == ["OWNER"]


def test_role_id_cannot_be_patched(ada, role):
    patch = JsonPatchOperation(op="replace", path="/id", value=JsonPatchOperationValue(NOBODY))
    with pytest.raises(BadRequestException) as refused:
        ada.roles.patch_role_v1(role.id, [patch])
    standard_error(refused, 400, "400.1.1 Illegal update attempt")
    assert ada.roles.get_role_v1(role.id).id == role.id


def test_access_profiles(ada):
    first, *_ = ada.access_profiles.list_access_profiles_v1(sorters="name")
    assert ada.access_profiles.get_access_profile_v1(first.id) == first
    inside = ada.access_profiles.get_access_profile_entitlements_v1(first.id)
    assert {entitlement.id for entitlement in inside} == {entitlement.id for entitlement in first.entitlements}
    by_source = ada.access_profiles.list_access_profiles_v1(filters=f'source.id eq "{first.source.id}"')
    assert {profile.source.id for profile in by_source} == {first.source.id}
    with pytest.raises(NotFoundException) as refused:
        ada.access_profiles.get_access_profile_v1(NOBODY)
    standard_error(refused, 404, "404 Not found")


def test_entitlements(ada):
    answer = ada.entitlements.list_entitlements_v1_with_http_info(limit=10, count=True, sorters="name")
    assert len(answer.data) == 10 and int(answer.headers["X-Total-Count"]) >= 400
    first = answer.data[0]
    assert ada.entitlements.get_entitlement_v1(first.id).value == first.value
    config = ada.entitlements.get_entitlement_request_config_v1(first.id)
    assert config.access_request_config is not None
    everything = Paginator.paginate(ada.entitlements.list_entitlements_v1, 10_000, limit=100)
    assert len({entitlement.id for entitlement in everything}) == int(answer.headers["X-Total-Count"])


def test_accounts_belong_to_people(ada, raj):
    accounts = ada.accounts.list_accounts_v1(filters=f'identityId eq "{raj.id}"')
    assert accounts and {account.identity_id for account in accounts} == {raj.id}
    account = ada.accounts.get_account_v1(accounts[0].id)
    assert account.native_identity == accounts[0].native_identity
    held = ada.accounts.get_account_entitlements_v1(account.id)
    assert bool(held) is account.has_entitlements
    orphans = ada.accounts.list_accounts_v1(filters="uncorrelated eq true")
    assert orphans and all(orphan.identity_id is None for orphan in orphans)


def test_source_apps(ada):
    every = ada.apps.list_all_source_app_v1(x_sail_point_experimental="true", sorters="name")
    assert every
    assert ada.apps.get_source_app_v1(every[0].id, x_sail_point_experimental="true").name == every[0].name
    with pytest.raises(NotFoundException) as refused:
        ada.apps.get_source_app_v1(NOBODY, x_sail_point_experimental="true")
    standard_error(refused, 404, "404 Not found")


def test_source_apps_show_themselves_to_those_who_may_ask(ada, raj):
    lenient = {"x_sail_point_experimental": "true"}
    every = {app.id: app for app in ada.apps.list_all_source_app_v1(**lenient)}
    available = raj.apps.list_available_source_apps_v1(**lenient)
    assert available and all(every[app.id].enabled for app in available)
    assigned = raj.apps.list_assigned_source_app_v1(**lenient)
    assert {app.id for app in assigned} <= {app.id for app in available}
    profiles = ada.apps.list_access_profiles_for_source_app_v1(available[0].id, **lenient)
    assert profiles and {profile.app_name for profile in profiles} == {available[0].name}


def test_role_assignments_tell_who_gave_what(tenant, ada, raj, mia, asked, role):
    _, approval = asked
    before = {held.actual_instance.id for held in ada.identities.get_role_assignments_v1(raj.id)}
    mia.approvals.approve_access_request_v1(approval.id)
    tenant.advance("PT1H")
    [held] = ada.identities.get_role_assignments_v1(raj.id, role_id=role.id)
    assert held.actual_instance.id not in before
    assignment = ada.identities.get_role_assignment_v1(raj.id, held.actual_instance.id)
    assert (assignment.role.id, assignment.assigner.id, assignment.comments) == (role.id, raj.id, "on-call")
    holders = ada.roles.get_role_assigned_identities_v1(role.id, filters=f'id eq "{raj.id}"')
    assert [holder.role_assignment_source for holder in holders] == ["ACCESS_REQUEST"]
    with pytest.raises(NotFoundException) as refused:
        ada.identities.get_role_assignment_v1(mia.id, held.actual_instance.id)
    standard_error(refused, 404, "404 Not found")


def test_what_somebody_owns_and_holds(ada, lena):
    owned = ada.identities.get_identity_ownership_details_v1(lena.id).association_details
    assert {"ACCESS_PROFILE_OWNER", "GOVERNANCE_GROUP_OWNER"} <= {kind.association_type for kind in owned}
    held = ada.identities.list_entitlements_by_identity_v1(lena.id, limit=250)
    assert held and {row.object_ref.type for row in held} == {"ENTITLEMENT"}


def test_an_entitlement_is_opened_and_ruled(ada):
    [closed, *_] = ada.entitlements.list_entitlements_v1(filters="requestable eq false", limit=1)
    patch = EntitlementPatch(op="replace", path="/requestable", value=EntitlementPatchValue(True))
    assert ada.entitlements.patch_entitlement_v1(closed.id, [patch]).requestable is True
    config = EntitlementRequestConfig(
        access_request_config=EntitlementAccessRequestConfig(
            approval_schemes=[EntitlementApprovalScheme(approver_type="MANAGER")], request_comment_required=True
        )
    )
    stored = ada.entitlements.put_entitlement_request_config_v1(closed.id, config)
    assert stored.access_request_config.request_comment_required is True
    assert [step.approver_type for step in stored.access_request_config.approval_schemes] == ["MANAGER"]
    assert ada.entitlements.get_entitlement_request_config_v1(closed.id) == stored


def test_metrics_tell_an_approver_how_common_the_access_is(ada, mia, role):
    answer = ada.metrics.get_access_request_identity_metrics_v1_without_preload_content(mia.id, role.id, "ROLE")
    metrics = json.loads(answer.data)
    assert answer.status == 200
    assert metrics["totalIdentities"] >= metrics["identitiesWithAccess"] >= 0


def test_governance_groups(ada):
    groups = ada.groups.list_workgroups_v1(sorters="name")
    assert groups
    for group in groups:
        assert len(ada.groups.list_workgroup_members_v1(group.id)) == group.member_count
    assert ada.groups.get_workgroup_v1(groups[0].id).name == groups[0].name
    asked = next(group for group in groups if group.connection_count)
    # the model of a connection cannot read its own enumeration
    connections = rows(ada.groups.list_connections_v1_without_preload_content(asked.id))
    assert len(connections) == asked.connection_count
    assert {row["connectionType"] for row in connections} == {"AccessRequestReviewer"}


def test_a_governance_group_approves_through_any_member(ada, raj, available):
    group = next(group for group in ada.groups.list_workgroups_v1() if group.member_count >= 2)
    members = {member.id for member in ada.groups.list_workgroup_members_v1(group.id)}
    [item] = available("ROLE", 1)
    config = {"approvalSchemes": [{"approverType": "GOVERNANCE_GROUP", "approverId": group.id}]}
    patch = JsonPatchOperation(op="replace", path="/accessRequestConfig", value=JsonPatchOperationValue(config))
    ada.roles.patch_role_v1(item.id, [patch])
    request_id = raj.ask(item)
    approvers = ada.approvals.list_access_request_approvers_v1(request_id)
    assert {approver.id for approver in approvers} == members
    [approval] = {approver.approval_id for approver in approvers}
    ada.approvals.approve_access_request_v1(approval)
    assert [step.scheme for step in raj.status(request_id).approval_details] == ["GOVERNANCE_GROUP"]


def test_requestable_objects_follow_the_request(ada, raj, mia, role, asked):
    request_id, approval = asked
    requestable = ada.requestables.list_requestable_objects_v1_without_preload_content
    [row] = rows(requestable(identity_id=raj.id, filters=f'id eq "{role.id}"'))
    assert (row["requestStatus"], row["identityRequestId"]) == ("PENDING", request_id)
    [row] = ada.requestables.list_requestable_objects_v1(filters=f'id eq "{role.id}"')
    assert (row.request_status, row.identity_request_id) == (None, None)
    own = raj.requestables.list_requestable_objects_v1_without_preload_content(
        identity_id="me", types="ROLE,ACCESS_PROFILE", statuses="PENDING"
    )
    assert role.id in [row["id"] for row in rows(own)]


def test_requestable_objects_are_searched_by_term(ada, role):
    found = ada.requestables.list_requestable_objects_v1(term=role.name)
    assert role.id in [row.id for row in found]


def test_requestable_objects_refuse(ada, raj, mia):
    with pytest.raises(BadRequestException) as refused:
        ada.requestables.list_requestable_objects_v1(statuses="AVAILABLE")
    assert refused.value.status == 400
    with pytest.raises(ForbiddenException) as refused:
        raj.requestables.list_requestable_objects_v1(identity_id=mia.id)
    standard_error(refused, 403, "403 Forbidden")

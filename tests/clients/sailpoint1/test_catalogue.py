"""The reading side, in the families that publish it."""

import pytest
import sailpoint.beta
import sailpoint.v3
import sailpoint.v2024
from sailpoint.paginator import Paginator

from expect import standard_error

NOBODY = "0" * 32


def test_public_identities_page_over_the_whole_company(raj):
    api = raj.on(sailpoint.v3).public_identities
    total = int(api.get_public_identities_with_http_info(count=True).headers["X-Total-Count"])
    people = Paginator.paginate(api.get_public_identities, 10_000, limit=100)
    assert len({person.id for person in people}) == len(people) == total >= 300


def test_identities(ada, raj, mia):
    api = ada.on(sailpoint.beta).identities
    identity = api.get_identity(raj.id)
    assert (identity.alias, identity.manager_ref.id) == ("raj.patel", mia.id)
    [found] = api.list_identities(filters='alias eq "raj.patel"')
    assert found.id == raj.id
    with pytest.raises(sailpoint.beta.exceptions.NotFoundException) as refused:
        api.get_identity(NOBODY)
    standard_error(refused, 404, "404 Not found")


def test_roles(ada, raj, family):
    api = ada.on(family).roles
    first, *_ = api.list_roles(sorters="name")
    assert api.get_role(first.id).name == first.name
    assert [role.id for role in api.list_roles(filters=f'name eq "{first.name}"')] == [first.id]
    with pytest.raises(family.exceptions.NotFoundException) as refused:
        api.get_role(NOBODY)
    standard_error(refused, 404, "404 Not found")
    with pytest.raises(family.exceptions.ForbiddenException) as refused:
        raj.on(family).roles.list_roles()
    standard_error(refused, 403, "403 Forbidden")


def test_access_profiles(ada, family):
    api = ada.on(family).access_profiles
    first, *_ = api.list_access_profiles(sorters="name")
    assert api.get_access_profile(first.id).name == first.name
    inside = {entitlement.id for entitlement in api.get_access_profile_entitlements(first.id)}
    assert inside == {entitlement.id for entitlement in first.entitlements}


def test_entitlements(ada):
    api = ada.on(sailpoint.beta).entitlements
    answer = api.list_entitlements_with_http_info(limit=10, count=True)
    assert len(answer.data) == 10 and int(answer.headers["X-Total-Count"]) >= 400
    assert api.get_entitlement(answer.data[0].id).value == answer.data[0].value


def test_accounts(ada, raj, family):
    api = ada.on(family).accounts
    accounts = api.list_accounts(filters=f'identityId eq "{raj.id}"')
    assert accounts and {account.identity_id for account in accounts} == {raj.id}
    assert api.get_account(accounts[0].id).native_identity == accounts[0].native_identity


def test_source_apps(ada):
    beta = ada.on(sailpoint.beta).apps.list_all_source_app(sorters="name")
    yearly = ada.on(sailpoint.v2024).apps.list_all_source_app(sorters="name")
    assert beta and [app.id for app in beta] == [app.id for app in yearly]


def test_governance_groups(ada):
    api = ada.on(sailpoint.beta).groups
    groups = api.list_workgroups(sorters="name")
    assert groups
    for group in groups:
        assert len(api.list_workgroup_members(group.id)) == group.member_count

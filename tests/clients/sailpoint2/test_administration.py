"""What administrators set up: API clients, the tenant, who sees what of whom."""

import json

import pytest
from sailpoint.exceptions import ForbiddenException, NotFoundException
from sailpoint.oauth_clients import CreateOAuthClientRequest, JsonPatchOperation, JsonPatchOperationValue
from sailpoint.public_identities_config import PublicIdentityAttributeConfig, PublicIdentityConfig

from expect import standard_error
from persons import Person


def test_an_api_client_lives_and_dies(tenant, ada, raj):
    api = ada.oauth_clients
    made = api.create_oauth_client_v1(
        CreateOAuthClientRequest(
            name="ticketing",
            description="Opens tickets for approvals.",
            access_token_validity_seconds=900,
            grant_types=["CLIENT_CREDENTIALS"],
            access_type="OFFLINE",
            enabled=True,
            scope=["sp:scopes:all"],
        )
    )
    assert made.secret
    assert api.get_oauth_client_v1(made.id).name == "ticketing"
    assert made.id in [client.id for client in api.list_oauth_clients_v1()]

    machine = Person(tenant, "nobody", (made.id, made.secret))
    assert machine.public_identities.get_public_identities_v1(limit=1)
    with pytest.raises(ForbiddenException) as refused:
        machine.pending()
    standard_error(refused, 403, "403 Forbidden")

    patch = [JsonPatchOperation(op="replace", path="/description", value=JsonPatchOperationValue("No longer used."))]
    assert api.patch_oauth_client_v1(made.id, patch).description == "No longer used."
    with pytest.raises(ForbiddenException) as refused:
        raj.oauth_clients.delete_oauth_client_v1(made.id)
    standard_error(refused, 403, "403 Forbidden")
    api.delete_oauth_client_v1(made.id)
    with pytest.raises(NotFoundException) as refused:
        api.get_oauth_client_v1(made.id)
    standard_error(refused, 404, "404 Not found")


def test_the_tenant_is_the_same_everywhere(tenant, ada, raj):
    told = raj.tenant_api.get_tenant_v1()
    # no SDK has a method for this one; the command line tools ask it
    answer = ada.client.call_api("GET", f"{tenant.base_url('sailpoint')}/oauth/info")
    info = json.loads(answer.read())
    assert answer.status == 200
    assert (info["tenantId"], info["tenantName"]) == (told.id, told.name)
    assert info["tokenEndpoint"] == f"{tenant.base_url('sailpoint')}/oauth/token"


def test_which_attributes_everybody_sees(ada, raj, mia):
    config = PublicIdentityConfig(attributes=[PublicIdentityAttributeConfig(key="location", name="Site")])
    stored = ada.public_identities_config.update_public_identity_config_v1(config)
    assert stored.modified_by.id == ada.id
    assert ada.public_identities_config.get_public_identity_config_v1() == stored
    [shown] = raj.public_identities.get_public_identities_v1(filters=f'id eq "{mia.id}"')
    assert [(attribute.key, attribute.name) for attribute in shown.attributes] == [("location", "Site")]
    with pytest.raises(ForbiddenException) as refused:
        raj.public_identities_config.update_public_identity_config_v1(config)
    standard_error(refused, 403, "403 Forbidden")


def test_capabilities_follow_the_levels(ada, lena):
    user = ada.auth_users.get_auth_user_v1(lena.id)
    assert (user.id, user.alias, user.capabilities) == (lena.id, "lena.fischer", ["SOURCE_ADMIN"])

"""One fixture per person, and the situations that the tests start from."""

from __future__ import annotations

import pytest
from sailpoint import access_profiles, roles

from expect import rows
from persons import Item, Person, known, owner_of


@pytest.fixture
def ada(tenant, credentials) -> Person:
    """The organisation's administrator."""
    return known(tenant, credentials, "ada.admin")


@pytest.fixture
def mia(tenant, credentials) -> Person:
    """A manager."""
    return known(tenant, credentials, "mia.chen")


@pytest.fixture
def raj(tenant, credentials) -> Person:
    """Reports to Mia."""
    return known(tenant, credentials, "raj.patel")


@pytest.fixture
def lena(tenant, credentials) -> Person:
    """Owns an application; neither Raj's manager nor an administrator."""
    return known(tenant, credentials, "lena.fischer")


@pytest.fixture
def available(ada, raj, connected):
    """Roles and access profiles that Raj may ask for and does not hold, owned by others, given by connectors."""

    def some(kind: str, count: int) -> list[Item]:
        listed = ada.requestables.list_requestable_objects_v1_without_preload_content(
            identity_id=raj.id, types=kind, statuses="AVAILABLE"
        )
        owners = (raj.id, ada.id)
        found = [row for row in rows(listed) if row["name"] in connected and row["ownerRef"]["id"] not in owners]
        assert len(found) >= count, f"the seed offers Raj {len(found)} of {kind}, {count} are needed"
        return [Item(kind, row["id"], row["name"], owner_of(ada, row["ownerRef"]["id"])) for row in found[:count]]

    return some


@pytest.fixture
def schemes(ada):
    """Sets who approves (and who approves the removal of) a role or an access profile."""

    def configure(item: Item, *approvers: str, revoke: tuple[str, ...] = (), **settings) -> Item:
        service = roles if item.type == "ROLE" else access_profiles  # each accepts its own classes only

        def replace(field: str, names: tuple[str, ...], **more):
            config = {"approvalSchemes": [{"approverType": name, "approverId": None} for name in names], **more}
            value = service.JsonPatchOperationValue(config)
            return service.JsonPatchOperation(op="replace", path=f"/{field}", value=value)

        patch = [replace("accessRequestConfig", approvers, **settings), replace("revocationRequestConfig", revoke)]
        if item.type == "ROLE":
            ada.roles.patch_role_v1(item.id, patch)
        else:
            ada.access_profiles.patch_access_profile_v1(item.id, patch)
        return item

    return configure


@pytest.fixture
def integration(tenant, credentials) -> Person:
    """A machine: an API client with all scopes and nobody behind it."""
    client = credentials[None]
    return Person(tenant, client["name"], (client["id"], client["secret"]))


@pytest.fixture
def on_behalf_of_nobody(ada):
    """Sees to it that people may ask for themselves only; answers how to let managers ask again."""

    def set_rights(*, by_manager: bool) -> None:
        settings = ada.requests.get_access_request_config_v1()
        settings.request_on_behalf_of_config.allow_request_on_behalf_of_anyone_by_anyone = False
        settings.request_on_behalf_of_config.allow_request_on_behalf_of_employee_by_manager = by_manager
        ada.requests.set_access_request_config_v1(settings)

    set_rights(by_manager=False)
    return lambda: set_rights(by_manager=True)


@pytest.fixture
def role(available, schemes) -> Item:
    """A role that Raj lacks, given by his manager alone."""
    [item] = available("ROLE", 1)
    return schemes(item, "MANAGER")


@pytest.fixture
def asked(raj, mia, role):
    """Raj has asked for the role; the answer is the request and Mia's pending approval."""
    request_id = raj.ask(role, comment="on-call", client_metadata={"ticket": "T-1"})
    [approval] = mia.pending(request_id)
    return request_id, approval

"""One fixture per person and family, and the situations that the tests start from."""

from __future__ import annotations

from types import ModuleType

import pytest
import sailpoint.beta
import sailpoint.v3
import sailpoint.v2024
import sailpoint.v2025

from expect import rows
from persons import Person, configure, known, scheme

# v2026 of this SDK holds no API of this slice.
FAMILIES = [sailpoint.v3, sailpoint.beta, sailpoint.v2024, sailpoint.v2025]


def named(family: ModuleType) -> str:
    return family.__name__.rpartition(".")[2]


@pytest.fixture(params=FAMILIES, ids=named)
def family(request) -> ModuleType:
    """Every family serves the core of the lifecycle."""
    return request.param


@pytest.fixture(params=FAMILIES[2:], ids=named)
def yearly(request) -> ModuleType:
    """The families that have the bulk operations."""
    return request.param


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
def roles(ada, raj, connected):
    """Ids of roles that Raj may ask for and does not hold, approved by his manager alone, given by connectors."""

    def some(count: int) -> list[str]:
        desk = ada.on(sailpoint.v3)
        listed = desk.requestables.list_requestable_objects_without_preload_content(
            identity_id=raj.id, types=["ROLE"], statuses=["AVAILABLE"]
        )
        found = [row["id"] for row in rows(listed) if row["name"] in connected][:count]
        assert len(found) == count, f"the seed offers Raj {len(found)} roles, {count} are needed"
        for role in found:
            configure(ada, role, accessRequestConfig={"approvalSchemes": [scheme("MANAGER")]})
        return found

    return some


@pytest.fixture
def role(roles) -> str:
    [role] = roles(1)
    return role


@pytest.fixture
def asked(raj, mia, role, family):
    """Raj has asked for the role; the answer is the request and Mia's pending approval."""
    request_id = raj.on(family).ask(role, comment="on-call")
    [approval] = mia.on(family).pending(request_id)
    return request_id, approval

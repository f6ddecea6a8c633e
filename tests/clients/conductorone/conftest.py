"""The SDK as each kind of caller, over http and https."""

from __future__ import annotations

import json
import os
import ssl
import urllib.request
from collections.abc import Callable, Iterator

import httpx
import pytest

import recording
from persons import Person
from tokens import Client

VENDOR = "conductorone"
SCHEMES = {"http": "ROLECALL_ORIGIN", "https": "ROLECALL_TLS_ORIGIN"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(operation, ...): is skipped, and says so, until all of them are served")


@pytest.fixture(scope="session")
def served() -> set[str]:
    """The vendor's names of all operations that Rolecall serves."""
    with urllib.request.urlopen(f"{os.environ['ROLECALL_ORIGIN']}/_rolecall/vendors", timeout=30) as answer:
        vendors = {vendor["name"]: vendor for vendor in json.load(answer)["vendors"]}
    return {operation["id"] for operation in vendors[VENDOR]["operations"]}


@pytest.fixture(autouse=True)
def needed(request, served) -> None:
    for marker in request.node.iter_markers("needs"):
        if missing := sorted(set(marker.args) - served):
            pytest.skip(f"{missing[0]} and {len(missing) - 1} more are not served" if missing[1:] else
                        f"{missing[0]} is not served")  # fmt: skip


@pytest.fixture(params=SCHEMES)
def scheme(request) -> str:
    """A test that asks for this runs over each; any other runs over http."""
    return request.param


@pytest.fixture(scope="session")
def transport() -> Iterator[httpx.Client]:
    """What carries all calls; it trusts Rolecall's own authority alone, and takes HTTP/2 where it is offered."""
    trust = ssl.create_default_context(cafile=os.environ["ROLECALL_AUTHORITY"])
    hooks = {"response": [recording.heard]}
    with httpx.Client(verify=trust, http2=True, trust_env=False, timeout=30, event_hooks=hooks) as client:
        yield client


@pytest.fixture
def base(request, tenant) -> str:
    """Where the tenant's API lives."""
    scheme = request.getfixturevalue("scheme") if "scheme" in request.fixturenames else "http"
    return tenant.base_url(VENDOR).replace(tenant.origin, os.environ[SCHEMES[scheme]])


@pytest.fixture
def connect(tenant, transport, base) -> Callable[[str], Person]:
    """Anybody of the company, by slug."""

    def person(slug: str) -> Person:
        return Person(slug, base, tenant.token(VENDOR, slug), transport)

    return person


@pytest.fixture
def ada(connect) -> Person:
    """A super admin."""
    return connect("ada.admin")


@pytest.fixture
def raj(connect) -> Person:
    """Somebody without a role of his own; Mia is his manager."""
    return connect("raj.patel")


@pytest.fixture
def mia(connect) -> Person:
    return connect("mia.chen")


@pytest.fixture
def clients(tenant, transport, base) -> dict[str, Client]:
    """The ready-made API clients, by the slug of their owner."""
    rows = tenant.credentials(VENDOR)
    return {row["person"]: Client(row["clientId"], row["clientSecret"], base, transport) for row in rows}

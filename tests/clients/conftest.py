"""What all client tests share: the running server, a tenant per test, the seeded credentials, the recording."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

import recording
from control import Tenant

REPOSITORY = Path(__file__).resolve().parents[2]


def pytest_configure(config: pytest.Config) -> None:
    if not config.option.collectonly and not os.environ.get("ROLECALL_ORIGIN"):
        raise pytest.UsageError("ROLECALL_ORIGIN names no running server; use tests/clients/run")
    if file := os.environ.get("ROLECALL_EXCHANGES"):
        recording.install(Path(file))
    socket.setdefaulttimeout(30)  # the SDKs set none: a server that hangs must fail a test, not stop the run
    for variable in [name for name in os.environ if name.startswith("SAIL_")]:
        del os.environ[variable]  # the SDK would prefer a person's own tenant


@pytest.fixture
def tenant(request: pytest.FixtureRequest) -> Tenant:
    return Tenant(os.environ["ROLECALL_ORIGIN"], request.node.name)


@pytest.fixture(scope="session")
def seed() -> dict:
    """SailPoint's part of the seed."""
    return read("sailpoint.json")


@pytest.fixture(scope="session")
def credentials(seed) -> dict[str | None, dict]:
    """The ready-made API clients by the slug of their owner; the one of an integration has none."""
    return {client["owner"]: client for client in seed["apiClients"]}


@pytest.fixture(scope="session")
def connected(seed) -> set[str]:
    """Names of the roles and access profiles that connectors provision: no work by hand, no waiting for it."""
    apps = {app["slug"] for app in read("apps.json")["apps"] if app["removal"] == "connector"}

    def by_connector(entitlements: list[str]) -> bool:
        return all(entitlement.partition("/")[0] in apps for entitlement in entitlements)

    profiles = {row["slug"]: row for row in seed["accessProfiles"] if by_connector(row["entitlements"])}
    roles = [
        row
        for row in seed["roles"]
        if profiles.keys() >= set(row["accessProfiles"]) and by_connector(row["entitlements"])
    ]
    return {row["name"] for row in [*profiles.values(), *roles]}


def read(file: str) -> dict:
    return json.loads((REPOSITORY / "seed-data/acme" / file).read_text(encoding="utf-8"))

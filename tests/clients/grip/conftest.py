"""The client as each kind of caller, and the company as Grip shows it."""

from __future__ import annotations

import os

import pytest
import requests

import recording
from control import Tenant
from grip_client import Grip
from support import Catalogue, Trail


@pytest.fixture(scope="session")
def session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy of the environment is not for loopback
    session.hooks["response"].append(recording.seen)
    return session


@pytest.fixture
def credential(tenant) -> dict:
    """A named token of the seed."""
    return tenant.credentials("grip")[0]


@pytest.fixture
def connect(tenant, session):
    """A client with any token, or none."""

    def client(token: str | None, kind: type[Grip] = Grip, **more) -> Grip:
        return kind(tenant.base_url("grip"), token, session, **more)

    return client


@pytest.fixture
def grip(connect, credential) -> Grip:
    return connect(credential["clientSecret"])


@pytest.fixture(scope="session")
def catalogue(session) -> Catalogue:
    """Everything that the lists show of the seeded company. Forks share it, ids included."""
    tenant = Tenant(os.environ["ROLECALL_ORIGIN"], "grip-catalogue")
    grip = Grip(tenant.base_url("grip"), tenant.credentials("grip")[0]["clientSecret"], session)
    return Catalogue(grip, tenant.export())


@pytest.fixture
def trail(grip) -> Trail:
    """What the audit log gains from here on."""
    return Trail(grip)


@pytest.fixture
def for_people(catalogue) -> str:
    """The id of a workflow that runs for identities, and makes something that can be followed."""
    return catalogue.workflow("identity")


@pytest.fixture
def for_apps(catalogue) -> str:
    """The id of a workflow that runs for applications."""
    return catalogue.workflow("app")

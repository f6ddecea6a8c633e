"""The callers, and frodo as npm has it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import requests

import governance
import recording

FRODO = Path(__file__).parent / "frodo"


@pytest.fixture(scope="session")
def session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy of the environment is not for loopback
    session.hooks["response"].append(recording.seen)
    return session


@pytest.fixture
def base(tenant) -> str:
    return tenant.base_url("pingone")


@pytest.fixture
def credentials(tenant) -> dict[str, dict]:
    """The ready-made credentials of the seed, by name."""
    return {row["name"]: row for row in tenant.credentials("pingone")}


@pytest.fixture
def administrator(base, credentials, session) -> governance.Governance:
    return governance.service_account(base, credentials["rolecall-automation"], session, "fr:iga:* fr:idm:*")


@pytest.fixture
def sign_in(base, credentials, session):
    """Somebody as the end user that they are."""
    return lambda name: governance.user(base, credentials["sim-client"], name, session)


@pytest.fixture(scope="session")
def frodo_modules() -> Path:
    """The folder of the node modules, installed once for all runs with the same lock file."""
    place = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).parents[3] / "target")) / "clients" / "frodo"
    wanted = (FRODO / "package.json").read_bytes()
    manifest = place / "package.json"
    if not (manifest.exists() and manifest.read_bytes() == wanted and (place / "node_modules").is_dir()):
        place.mkdir(parents=True, exist_ok=True)
        manifest.write_bytes(wanted)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"], cwd=place, check=True)
    return place


@pytest.fixture
def frodo(frodo_modules, base, credentials, tenant, tmp_path):
    """Runs a program with frodo's modules at hand and the service account in its environment."""
    account = credentials["rolecall-automation"]
    environment = {
        **os.environ,
        "FRODO_HOST": f"{base}/am",
        "FRODO_SA_ID": account["clientId"],
        "FRODO_SA_JWK": account["clientSecret"],
        "FRODO_REALM": "alpha",
        "FRODO_NO_CACHE": "1",
        "HOME": str(tmp_path),
        "NODE_PATH": str(frodo_modules / "node_modules"),
    }

    def run(*command: str) -> str:
        done = subprocess.run(command, env=environment, cwd=frodo_modules, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    yield run
    for exchange in tenant.journal():
        recording.kept(exchange)


@pytest.fixture
def script(frodo):
    """Runs one of our programs for frodo-lib; answers what it prints as JSON."""
    return lambda *arguments: json.loads(frodo("node", str(FRODO / "script.cjs"), *arguments))

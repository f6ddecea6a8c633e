"""The vendor's Go clients themselves, where somebody has built them."""

from __future__ import annotations

import os
import shutil
import subprocess
from urllib.parse import urlsplit

import pytest

SKIP = (
    "no `cone` here: the vendor publishes it as a Go module (github.com/conductorone/cone), which not every module "
    "proxy serves. Build it elsewhere and name it by CONE; test_cone.py does what it does"
)


@pytest.fixture
def cone() -> str:
    found = os.environ.get("CONE") or shutil.which("cone")
    return found or pytest.skip(SKIP)


@pytest.mark.needs("c1.api.auth.v1.Auth.Introspect")
def test_cone_knows_who_it_is(cone, tenant, tmp_path):
    """The tenant cannot be in the address, of which it keeps the host alone: it is the default one."""
    host = urlsplit(os.environ["ROLECALL_TLS_ORIGIN"]).netloc
    credential = next(row for row in tenant.credentials("conductorone") if row["person"] == "raj.patel")
    name, purpose = credential["clientId"].partition("@")[0], credential["clientId"].rpartition("/")[2]
    variables = {
        "SSL_CERT_FILE": os.environ["ROLECALL_AUTHORITY"],
        "CONE_CLIENT_ID": f"{name}@{host}/{purpose}",
        "CONE_CLIENT_SECRET": credential["clientSecret"],
        "HOME": str(tmp_path),
    }
    run = subprocess.run([cone, "whoami"], env=variables, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert "raj" in run.stdout.lower()

"""Schemathesis over every document: no 5xx, and no answer that the document does not describe.

The same requests every time: one worker, nothing random, and every tenant draws the same ids. What a failure prints
can be repeated with the `curl` line beneath it, against a server that stands.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from control import Tenant
from schema_truth import VENDORS, Document
from targets import TARGETS, Target, caller

REPOSITORY = Path(__file__).resolve().parents[3]
PATIENCE = 300
"""Seconds for one document; more means that something hangs."""
SHARE = 0.6
"""How many of the generated ids are such as there are."""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def documents() -> list[tuple[Target, Path]]:
    """The vendor's own ones, where they are at hand, and ours."""
    found = []
    specs = os.environ.get("ROLECALL_SPECS")
    for target in TARGETS:
        if specs and target.published:
            found += [(target, path) for path in sorted((Path(specs) / VENDORS[target.vendor].folder).glob("*.json"))]
        ours = REPOSITORY / "openapi" / f"{target.vendor}.json"
        if ours.exists() and any(Document(ours).operations()):
            found.append((target, ours))
    return found


def name(target: Target, document: Path) -> str:
    return f"{target.vendor}-{'ours' if document.is_relative_to(REPOSITORY / 'openapi') else document.stem}"


@pytest.mark.parametrize(("target", "document"), [pytest.param(*row, id=name(*row)) for row in documents()])
def test_every_answer_is_described(tmp_path, target, document):
    tenant = Tenant(os.environ["ROLECALL_ORIGIN"], f"fuzz-{name(target, document)}")
    headers = target.headers(tenant)
    config = tmp_path / "schemathesis.toml"
    known = target.known(tenant, caller(tenant, target.vendor, headers))
    config.write_text(configuration(known) + exceptions(target), encoding="utf-8")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run", document),
        *("--url", tenant.base_url(target.vendor) + Document(document).mount),
        *(part for header, value in headers.items() for part in ("--header", f"{header}: {value}")),
        *("--checks", ",".join(checks(document)), "--phases", target.phases),
        *("--generation-deterministic", "--workers", 1),
        *("--max-examples", target.examples, "--continue-on-failure", "--request-timeout", 30, "--no-color"),
    ]
    run = subprocess.run(
        [str(part) for part in command], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE
    )
    print(run.stdout, run.stderr)
    assert run.returncode == 0, "Schemathesis found something; see above"


def checks(document: Path) -> list[str]:
    """All of them; but a document that describes successes alone cannot say which refusals there are."""
    operations = [operation for operation in Document(document).operations() if not operation.refuses]
    described = {status for operation in operations for status in operation.body["responses"]}
    refusals = any(status == "default" or status.startswith("4") for status in described)
    return [check for check in CHECKS if refusals or check != "status_code_conformance"]


def test_there_is_something_to_fuzz():
    if not os.environ.get("ROLECALL_SPECS"):
        pytest.skip("no vendor documents (set ROLECALL_SPECS); only ours were fuzzed")
    assert {target.vendor for target, _ in documents()} == {target.vendor for target in TARGETS}


def configuration(known: dict[str, list[str]]) -> str:
    """The dictionaries of known values, as Schemathesis's configuration (JSON strings are TOML strings)."""
    lines = []
    for number, values in enumerate(known.values()):
        lines += [f"[dictionaries.known{number}]", f"values = {json.dumps(values)}"]
    lines.append("[parameters]")
    for number, parameter in enumerate(known):
        lines.append(f'{json.dumps(parameter)} = {{ dictionary = "known{number}", probability = {SHARE} }}')
    return "\n".join(lines) + "\n"


def exceptions(target: Target) -> str:
    """Of the operations that answer 500 as they were recorded to, the rest is checked all the same."""
    if not target.recorded_500:
        return ""
    statuses = json.dumps(["2xx", "3xx", "4xx", "500"])
    return (
        f"[[operations]]\ninclude-operation-id = {json.dumps(target.recorded_500)}\n"
        f"checks.not_a_server_error.expected-statuses = {statuses}\n"
    )

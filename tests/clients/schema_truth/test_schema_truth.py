"""The validator itself: what it must find, and what it must let pass."""

import json

import pytest
from schema_truth import (
    Deviation,
    Truth,
    fold_sailpoint,
    main,
    report_findings,
    report_ours,
    tidy_grip,
    tidy_pingone,
)

PERSON = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "since": {"type": "string", "format": "date-time", "nullable": True},
        "level": {"type": "string", "enum": ["LOW", "HIGH"], "nullable": True},
        "boss": {"allOf": [{"$ref": "#/components/schemas/Person"}, {"nullable": True}]},
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
        "count": {"type": "integer", "format": "int32"},
    },
}
DOCUMENT = {
    "openapi": "3.0.1",
    "servers": [{"url": "https://{tenant}.example/v3"}],
    "paths": {
        "/people": {
            "get": {
                "operationId": "listPeople",
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}}
                            }
                        }
                    }
                },
            }
        },
        "/people/{id}": {
            "get": {"operationId": "getPerson", "responses": {"200": {"$ref": "#/components/responses/One"}}},
            "delete": {"operationId": "deletePerson", "responses": {"204": {"description": "gone"}}},
        },
        "/people/count": {
            "get": {
                "operationId": "countPeople",
                "responses": {"200": {"content": {"application/json": {"schema": {"type": "integer"}}}}},
            }
        },
    },
    "components": {
        "schemas": {"Person": PERSON},
        "responses": {
            "One": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}},
        },
    },
}
GOOD = {"id": "a", "since": "2026-01-05T10:00:00.000Z", "level": None, "boss": {"id": "b", "boss": None}}


@pytest.fixture
def specs(tmp_path):
    folder = tmp_path / "specs" / "sailpoint"
    folder.mkdir(parents=True)
    (folder / "v3.json").write_text(json.dumps(DOCUMENT))
    return folder.parent


@pytest.fixture
def found(specs):
    def judge(path: str, body, status=200, method="GET", content_type="application/json; charset=utf-8"):
        truth = Truth(specs, {})
        truth.see(exchange(path, body, status, method, content_type))
        return [(finding.operation, finding.kind, finding.at) for finding in truth.findings]

    return judge


def exchange(path, body, status=200, method="GET", content_type="application/json"):
    return {
        "vendor": "sailpoint",
        "method": method,
        "path": path,
        "status": status,
        "content_type": content_type,
        "body": body,
    }


def test_what_is_right_passes(found):
    assert found("/v3/people", [GOOD, {"id": "c", "tags": {"any": "thing"}}]) == []
    assert found("/v3/people/a/", GOOD) == []
    assert found("/v3/people/count", 2) == []
    assert found("/v3/people/a", None, 204, "DELETE", None) == []


@pytest.mark.parametrize(
    ("row", "kind", "at"),
    [
        ({"id": 1}, "body", "$[*].id"),
        ({"id": None}, "body", "$[*].id"),
        ({"id": "a", "count": None}, "null", "$[*].count"),
        ({"id": "a", "boss": {"id": "b", "boss": {"id": None}}}, "body", "$[*].boss.boss.id"),
        ({}, "body", "$[*]"),
        ({"id": "a", "since": "yesterday"}, "body", "$[*].since"),
        ({"id": "a", "level": "MIDDLE"}, "body", "$[*].level"),
        ({"id": "a", "boss": {"id": 1}}, "body", "$[*].boss.id"),
        ({"id": "a", "boss": {"id": "b", "nmae": "x"}}, "extra", "$[*].boss.nmae"),
        ({"id": "a", "tags": {"any": 1}}, "body", "$[*].tags.any"),
        ({"id": "a", "count": 2**31}, "body", "$[*].count"),
        ({"id": "a", "nmae": "x"}, "extra", "$[*].nmae"),
    ],
)
def test_a_wrong_row_is_found(found, row, kind, at):
    assert found("/v3/people", [GOOD, row]) == [("listPeople", kind, at)]


def test_a_wrong_envelope_is_found(found):
    assert found("/v3/people", {"items": []}) == [("listPeople", "body", "$")]
    assert found("/v3/people", [], 418) == [("listPeople", "status", "$")]
    assert found("/v3/people", "x", content_type="text/html") == [("listPeople", "content-type", "$")]
    assert found("/v3/people", None, content_type=None) == [("listPeople", "body", "$")]
    assert found("/v3/people/a", {"id": "a"}, 204, "DELETE") == [("deletePerson", "body", "$")]


PROTO = {
    "openapi": "3.1.0",
    "paths": {"/api/task": {"get": {"operationId": "task", "responses": {"200": {"content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/Task"}}}}}}}},
    "components": {"schemas": {
        "Task": {
            "type": "object",
            "x-proto-oneofs": {"kind": ["grant", "revoke"]},
            "properties": {
                "id": {"type": "string"},
                "ids": {"type": ["array", "null"], "items": {"type": "string"}},
                "notes": {"type": "object", "additionalProperties": {"type": "string"}},
                "closed": {"type": ["string", "null"], "format": "date-time"},
                "data": {"type": ["object", "null"], "additionalProperties": True},
                "value": {"type": ["string", "number", "object", "array", "boolean", "null"]},
                "grant": {"oneOf": [{"$ref": "#/components/schemas/Grant"}, {"type": "null"}]},
                "revoke": {"oneOf": [{"$ref": "#/components/schemas/Grant"}, {"type": "null"}]},
                "expanded": {"type": ["array", "null"], "items": {
                    "type": "object", "additionalProperties": True, "properties": {"@type": {"type": "string"}}}},
            },
        },
        "Grant": {"type": "object", "properties": {"outcome": {"type": "string"}}},
    }},
}  # fmt: skip
TASK = {"id": "", "ids": [], "notes": {}, "grant": {"outcome": ""}, "expanded": []}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, []),
        ({"value": None, "data": {"any": None}, "closed": "2026-01-05T10:00:00Z"}, []),
        ({"grant": None}, [("null", "$.grant")]),
        ({"closed": None}, [("null", "$.closed")]),
        ({"ids": None}, [("null", "$.ids")]),
        ({"revoke": {"outcome": ""}}, [("body", "$")]),
        ({"grant": {}}, [("unset", "$.grant.outcome")]),
        ({"expanded": [{"@type": "type.googleapis.com/Grant", "outcome": ""}]}, []),
        ({"expanded": [{"@type": "type.googleapis.com/Grant"}]}, [("unset", "$.expanded[*]<Grant>.outcome")]),
        ({"expanded": [{"@type": "type.googleapis.com/Grant", "outcome": 1}]}, [("body", "$.expanded[*]<Grant>.outcome")]),
        ({"expanded": [{"@type": "type.googleapis.com/Nothing"}]}, [("body", "$.expanded[*]")]),
        ({"expanded": [{"@type": "Grant", "outcome": ""}]}, [("body", "$.expanded[*]")]),
    ],
)  # fmt: skip
def test_a_document_made_from_protocol_buffers_asks_for_their_json(tmp_path, change, faults):
    folder = tmp_path / "conductorone"
    folder.mkdir()
    (folder / "openapi.json").write_text(json.dumps(PROTO))
    truth = Truth(tmp_path, {})
    truth.see({**exchange("/api/task", {**TASK, **change}), "vendor": "conductorone"})
    assert [(finding.kind, finding.at) for finding in truth.findings] == faults


@pytest.mark.parametrize("missing", ["id", "ids", "notes"])
def test_a_field_without_presence_is_always_sent(tmp_path, missing):
    folder = tmp_path / "conductorone"
    folder.mkdir()
    (folder / "openapi.json").write_text(json.dumps(PROTO))
    truth = Truth(tmp_path, {})
    body = {name: value for name, value in TASK.items() if name != missing}
    truth.see({**exchange("/api/task", body), "vendor": "conductorone"})
    assert [(finding.kind, finding.at) for finding in truth.findings] == [("unset", f"$.{missing}")]


def test_an_answer_where_nothing_is_published_is_found(found):
    assert found("/v3/nothing", {}) == [("-", "unpublished", "$")]
    assert found("/v3/people", {}, 200, "POST") == [("-", "unpublished", "$")]
    assert found("/v3/nothing", {}, 404) == []
    assert found("/people", {}, 405, "POST") == []


def test_what_somebody_asked_to_fail_is_not_judged(specs):
    truth = Truth(specs, {})
    for name in ("x-rolecall-fault", "X-Rolecall-Fault"):
        truth.see({**exchange("/v3/people", None, 418), "response_headers": {name: "status"}})
    assert (truth.exchanges, len(truth.findings)) == (0, 0)


def test_repeated_values_are_counted_each_time(specs):
    truth = Truth(specs, {})
    for _ in range(3):
        truth.see(exchange("/v3/people", [{"id": 1}, {"id": 1}]))
    assert list(truth.findings.values()) == [6]


def test_a_deviation_covers_what_it_names_and_no_more(specs, capsys):
    truth = Truth(specs, {})
    truth.see(exchange("/v3/people", [{"id": "a", "count": None}, {"id": "a", "nmae": "x"}]))
    named = Deviation("observed", "sailpoint", kind="null", operation="list*", at="$[*].count")
    assert report_findings(truth, [named], verbose=False) == 1
    assert named.hits == 1
    other = Deviation("observed", "sailpoint", kind="null", operation="get*")
    assert report_findings(truth, [other], verbose=False) == 2
    assert "never met" in capsys.readouterr().out
    with pytest.raises(ValueError, match="reason"):
        Deviation(" ", "sailpoint")


@pytest.mark.parametrize("path", ["/v3/roles/1", "/beta/roles/1", "/v2025/roles/1", "/roles/v1/1", "/roles/v2/1"])
def test_dialects_fold_into_one_path(path):
    assert fold_sailpoint(path) == "/roles/1"


@pytest.mark.parametrize(
    ("sent", "published"),
    [
        ("/public/saas", "/public/saas"),
        ("/SAAS//x/ID/", "/public/saas/x/id"),
        ("/public/public/saas/name/Salesforce", "/public/saas/Salesforce/id"),
        ("/public/saas/name/id", "/public/saas/name/id"),
        ("/public/saas/a%2Fb/id", "/public/saas/a%2Fb/id"),
        ("/saas-user/x", "/public/saasUser/x"),
        ("/public/saas/x/sanction-status", "/public/saas/x/sanction_status"),
        ("/actions/access_revocation/Employee/start", "/public/actions/accessRevocation/employee/start"),
        ("/AuditTrail", "/public/audit-trail"),
        ("/workflows/offboarding/x/user-status", "/public/workflows/offboarding/x/userStatus"),
    ],
)
def test_spellings_become_the_published_path(sent, published):
    assert tidy_grip(sent) == published


def test_of_a_vendor_that_we_serve_whole_every_published_operation_counts(specs, tmp_path, monkeypatch, capsys):
    (specs / "grip").mkdir()
    paths = {"/public/saas": {"get": {"operationId": "listSaas", "responses": {"200": {}, "401": {}}}}}
    (specs / "grip" / "openapi.json").write_text(json.dumps({"paths": paths}))
    lines = tmp_path / "one.jsonl"
    command = ["schema_truth.py", str(lines), "--specs", str(specs), "--require-all"]
    monkeypatch.setattr("sys.argv", command)
    lines.write_text(json.dumps({**exchange("/SAAS/", None, 401), "vendor": "grip"}) + "\n")
    assert main() == 1
    assert "grip: 1 operations on 1 paths that the vendor publishes, 1 without a success" in capsys.readouterr().out
    lines.write_text(json.dumps({**exchange("/SAAS/", None), "vendor": "grip"}) + "\n")
    assert main() == 0
    assert "0 without a success" in capsys.readouterr().out


def test_the_command_judges_files_and_tells_what_was_not_exercised(specs, tmp_path, monkeypatch, capsys):
    ours = tmp_path / "sailpoint.json"
    ours.write_text(
        json.dumps({"paths": {"/people": {"get": {"operationId": "listPeople"}, "post": {"operationId": "hire"}}}})
    )
    lines = tmp_path / "one.jsonl"
    deviations = tmp_path / "deviations.toml"
    deviations.write_text("")

    def run(body, *more):
        lines.write_text(json.dumps(exchange("/v3/people", body)) + "\n")
        command = ["schema_truth.py", str(tmp_path / "*.jsonl"), "--specs", str(specs), "--ours", str(ours)]
        monkeypatch.setattr("sys.argv", [*command, "--deviations", str(deviations), *more])
        return main()

    assert run([GOOD]) == 0
    printed = capsys.readouterr().out
    assert "| listPeople | `GET /people` | 200×1 |  |" in printed
    assert "| hire | `POST /people` |  | **not exercised** |" in printed
    assert run([GOOD], "--require-all") == 1
    assert run([{"id": 1}]) == 1
    lines.write_text("not json\n")
    with pytest.raises(SystemExit, match="not an exchange"):
        monkeypatch.setattr("sys.argv", ["schema_truth.py", str(lines), "--specs", str(specs)])
        main()


def test_the_version_of_a_service_is_no_id(specs, tmp_path):
    ours = tmp_path / "sailpoint.json"
    paths = {"/people": {"get": {"operationId": "all"}}, "/people/{id}": {"get": {"operationId": "one"}}}
    ours.write_text(json.dumps({"paths": paths}))
    truth = Truth(specs, {"sailpoint": ours})
    truth.see(exchange("/people/v1", []))
    assert [operation.id for operation in truth.statuses] == ["all"]


@pytest.mark.parametrize(("status", "verdict"), [(400, ""), (403, "**not exercised**"), (200, "**succeeds**")])
def test_what_our_document_says_to_refuse_must_refuse(specs, tmp_path, capsys, status, verdict):
    ours = tmp_path / "sailpoint.json"
    responses = {"400": {"description": ""}}
    ours.write_text(json.dumps({"paths": {"/people": {"get": {"operationId": "all", "responses": responses}}}}))
    truth = Truth(specs, {"sailpoint": ours})
    truth.see(exchange("/v3/people", [], status))
    assert report_ours(truth) == bool(verdict)
    assert f"| all | `GET /people` | {status}×1 | {verdict} |" in capsys.readouterr().out


def test_without_documents_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["schema_truth.py", "x.jsonl", "--specs", str(tmp_path / "absent")])
    assert main() == 0
    assert "SKIPPED" in capsys.readouterr().out


GOVERNANCE = {
    "openapi": "3.0.3",
    "paths": {"/iga/governance/policy": {"get": {"operationId": "queryPolicies", "responses": {"200": {"content": {
        "application/json": {"schema": {"type": "object", "properties": {"result": {"type": "array", "items": {
            "$ref": "#/components/schemas/Policy"}}}}}}}}}}},
    "components": {"schemas": {
        "Policy": {"type": "object", "required": ["id", "name"], "properties": {
            "id": {"type": "string"},
            "name": {"type": "string"},
            "owner": {"$ref": "#/components/schemas/Owner", "nullable": True},
            "author": {"$ref": "#/components/schemas/Owner"},
        }},
        "Owner": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
    }},
}  # fmt: skip


@pytest.mark.parametrize(
    ("query", "row", "faults"),
    [
        ("", {"id": "a", "name": "b", "owner": None}, []),
        ("", {"id": "a", "name": "b", "author": None}, [("null", "$.result[*].author")]),
        ("", {"id": "a"}, [("body", "$.result[*]")]),
        ("_pageSize=5", {"id": "a"}, [("body", "$.result[*]")]),
        ("_fields=", {"id": "a"}, [("body", "$.result[*]")]),
        ("_pageSize=5&_fields=id", {"id": "a"}, []),
        ("fields=owner", {"owner": {}}, []),
        ("fields=id", {"id": 1}, [("body", "$.result[*].id")]),
    ],
)
def test_what_a_client_left_out_is_not_missing(tmp_path, query, row, faults):
    folder = tmp_path / "pingone-iga"
    folder.mkdir()
    (folder / "openapi.json").write_text(json.dumps(GOVERNANCE))
    truth = Truth(tmp_path, {})
    truth.see({**exchange("/iga/governance/policy", {"result": [row]}), "vendor": "pingone", "query": query})
    assert [(finding.kind, finding.at) for finding in truth.findings] == faults


@pytest.mark.parametrize(
    ("sent", "published"),
    [
        ("/iga/governance/policy", "/iga/governance/policy"),
        ("/iga/governance/violationRemediationSchema/a", "/iga/governance/violation/remediation/schema/a"),
        ("/iga/governance/violation/remediationSchema", "/iga/governance/violation/remediation/schema"),
        ("/iga/governance/violation/7/phases/a/fulfill", "/iga/governance/violation/7/phases/a/complete"),
        ("/iga/governance/violation/7/phases/a/deny", "/iga/governance/violation/7/phases/a/cancel"),
        ("/iga/governance/user/7/approvals", "/iga/governance/user/7/tasks"),
        ("/am/json/realms/root/serverinfo/version", "/am/json/serverinfo/version"),
        ("/am/json/realms/root/realms/alpha/serverinfo/*", "/am/json/serverinfo/*"),
        ("/am/oauth2/access_token", "/am/oauth2/access_token"),
        ("/am/oauth2/alpha/access_token", "/am/oauth2/realms/root/realms/alpha/access_token"),
        ("/am/oauth2/realms/alpha/access_token", "/am/oauth2/realms/root/realms/alpha/access_token"),
        ("/am/oauth2/realms/root/realms/alpha/access_token", "/am/oauth2/realms/root/realms/alpha/access_token"),
    ],
)
def test_spellings_of_governance_become_the_published_path(sent, published):
    assert tidy_pingone(sent) == published

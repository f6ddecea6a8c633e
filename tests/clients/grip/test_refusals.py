"""Who is let in, and how the vendor words what it refuses: 401, 404, 405, 400, in that order of checks."""

import json

import pytest

from support import NOBODY, refused

ACTIONS = [
    ("GET", "/public/saas"),
    ("GET", "/public/saas/{id}"),
    ("GET", "/public/saas/{id}/id"),
    ("GET", "/public/saas/{id}/users"),
    ("GET", "/public/saasUser/{id}"),
    ("POST", "/public/saas/{id}/label"),
    ("DELETE", "/public/saas/{id}/label"),
    ("POST", "/public/saas/{id}/update-primary-contact"),
    ("POST", "/public/saas/{id}/sanction_status"),
    ("GET", "/public/users"),
    ("GET", "/public/users/{id}"),
    ("GET", "/public/users/{id}/id"),
    ("GET", "/public/users/{id}/saas"),
    ("POST", "/public/users/{id}/label"),
    ("DELETE", "/public/users/{id}/label"),
    ("POST", "/public/actions/accessRevocation/employee/start"),
    ("GET", "/public/actions/accessRevocation/employee/{id}/status"),
    ("POST", "/public/actions/accessRevocation/employee/stop"),
    ("POST", "/public/actions/justification/send"),
    ("GET", "/public/actions/justification/{id}/status"),
    ("GET", "/public/actions/justification/{id}/link"),
    ("POST", "/public/actions/justification/cancel"),
    ("GET", "/public/alerts"),
    ("GET", "/public/alerts/{id}"),
    ("GET", "/public/v2/alerts"),
    ("GET", "/public/v2/alerts/{id}"),
    ("GET", "/public/audit-trail"),
    ("POST", "/public/workflows/offboarding/start"),
    ("GET", "/public/workflows/offboarding"),
    ("GET", "/public/workflows/offboarding/{id}/status"),
    ("GET", "/public/workflows/offboarding/{id}/userStatus"),
    ("POST", "/public/workflows/offboarding/stop"),
    ("POST", "/public/workflows/{id}/run"),
    ("GET", "/public/workflows/{id}/status"),
    ("POST", "/public/workflows/{id}/cancel"),
]
BODILESS = ("update-primary-contact", "sanction_status", "/{id}/cancel")
WITH_BODY = [(method, path) for method, path in ACTIONS if method != "GET" and not path.endswith(BODILESS)]


@pytest.mark.parametrize(("method", "path"), ACTIONS)
def test_a_token_is_needed_before_anything_is_looked_at(connect, method, path):
    path = path.format(id=NOBODY)
    with refused(401):
        connect(None).call(method, path, body={})
    with refused(401):
        connect("not-a-token").call(method, path, body={})


def test_only_the_access_token_header_lets_in_when_strict(connect, credential):
    for headers in (
        {"Authorization": f"Bearer {credential['clientSecret']}"},
        {"Authorization": f"Basic {credential['clientSecret']}"},
        {"X-API-Key": credential["clientSecret"]},
        {"access-token": f"Bearer {credential['clientSecret']}"},
    ):
        client = connect(None)
        client.headers = headers
        with refused(401):
            client.list_saas()
    client = connect(None)
    client.headers = {"ACCESS-TOKEN": credential["clientSecret"]}
    assert "X-Rolecall-Warning" not in client.call("GET", "/public/saas").headers


def test_lenient_takes_bearer_and_any_token_and_says_so(tenant, connect, credential, grip):
    tenant.settings(auth="lenient")
    client = connect(None)
    client.headers = {"Authorization": f"Bearer {credential['clientSecret']}"}
    assert client.call("GET", "/public/saas").headers["X-Rolecall-Warning"] == "bearer-not-accepted-by-vendor"
    assert connect("any-token").call("GET", "/public/saas").headers["X-Rolecall-Warning"]
    assert "X-Rolecall-Warning" not in grip.call("GET", "/public/saas").headers
    with refused(401):
        connect(None).list_saas()
    client.headers = {"Authorization": f"Basic {credential['clientSecret']}"}
    with refused(401):
        client.list_saas()


def test_every_token_has_a_name(tenant, connect, catalogue):
    for credential in tenant.credentials("grip"):
        client = connect(credential["clientSecret"])
        made = client.start_offboarding([{"userId": catalogue.leaver()["id"]}])["workflowId"]
        assert client.status_offboarding(made)["createdBy"] == credential["name"]


def test_a_person_can_be_given_a_token(tenant, connect):
    assert connect(tenant.token("grip", "mia.chen")).list_saas(limit=1)


NOWHERE = (
    "/public/nothing",
    "/public",
    "/public/saas/x/nothing",
    "/public/alerts/1/more",
    "/public/v2",
    "/public/v2/saas",
    "/public/saasUser",
    "/public/workflows",
)


@pytest.mark.parametrize("path", NOWHERE)
def test_an_unknown_path_comes_before_the_token(connect, grip, path):
    with refused(404):
        grip.call("GET", path)
    with refused(404):
        connect(None).call("GET", path)


@pytest.mark.parametrize(("method", "path"), ACTIONS)
def test_a_wrong_method_comes_before_the_token(connect, grip, method, path):
    right = {right for right, same in ACTIONS if same == path}
    for client in (grip, connect(None)):
        with refused(405) as refusal:
            client.call("PATCH", path.format(id=NOBODY))
        allowed = {word.strip() for word in refusal.value.headers["Allow"].split(",")}
        assert allowed - {"HEAD", "OPTIONS"} == right


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_that_is_no_json_object(grip, session, method, path):
    url = grip.base_url + path.format(id=NOBODY)
    for text in ("{", '"label"', "label=x", '{"label": }', "{} {}"):
        for kind in ("application/json", "text/plain", None):
            headers = {**grip.headers, **({"Content-Type": kind} if kind else {})}
            answer = session.request(method, url, data=text, headers=headers, timeout=30)
            assert answer.status_code == 400, (text, kind, answer.text)
            assert set(answer.json()) == {"statusCode", "message", "error"}


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_that_is_an_array(grip, session, method, path):
    """Fields have names: an array is no object whose fields stand in the right order."""
    url = grip.base_url + path.format(id=NOBODY)
    for body in ([], ["label"], [1, 2], [None, None, None, None]):
        answer = session.request(method, url, json=body, headers=grip.headers, timeout=30)
        assert answer.status_code == 400, (body, answer.text)


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_an_empty_body_counts_as_an_empty_object(grip, session, method, path):
    url = grip.base_url + path.format(id=NOBODY)
    answers = [
        session.request(method, url, data=text, headers=grip.headers, timeout=30) for text in (None, "", "{}", " \n")
    ]
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    assert answers[0].status_code in (400, 404)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", None]
)
def test_a_body_is_read_whatever_the_content_type_says(grip, session, catalogue, kind):
    saas = next(iter(catalogue.saas.values()))
    headers = {**grip.headers, **({"Content-Type": kind} if kind else {})}
    url = f"{grip.base_url}/public/saas/{saas['id']}/label"
    answer = session.post(
        url, data=json.dumps({"label": "any", "unknown": [1]}).encode(), headers=headers, timeout=30
    )
    assert (answer.status_code, answer.json()) == (200, {})
    assert "any" in grip.get_saas(saas["id"])["gripData"]["labels"]


def test_users_in_a_body_are_objects(grip, catalogue, trail):
    user = catalogue.leaver()
    for users in ([[user["id"], None, None]], [user["id"]], "x", {"userId": user["id"]}):
        with refused(400):
            grip.call("POST", "/public/workflows/offboarding/start", body={"usersToOffboard": users})
    assert trail.actions() == []


def test_unknown_parameters_are_ignored(grip):
    assert grip.page("/public/saas", query={"limit": 2, "colour": "red"}) == grip.list_saas(limit=2)


def test_no_answer_is_a_redirect(grip, catalogue):
    saas = next(iter(catalogue.saas))
    for path in ("/public/saas/", "//public//saas", "/saas", "/public/saas/{}/", "/SAAS/{}"):
        assert grip.call("GET", path, saas).status_code == 200


def test_a_rate_limit_holds_once_it_is_switched_on(tenant, grip):
    for _ in range(300):
        grip.list_saas(limit=1)
    tenant.settings(rateLimits=True)
    with refused(429) as refusal:
        for _ in range(2000):
            grip.list_saas(limit=1)
    assert int(refusal.value.headers["Retry-After"]) > 0
    tenant.settings(rateLimits=False)
    grip.list_saas(limit=1)

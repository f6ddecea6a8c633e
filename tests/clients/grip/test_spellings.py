"""A second pass over all 35 actions, in every spelling that the vendor is known or guessed to take."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

import steps
from grip_client import Grip, GripError
from support import finish


def same(word: str) -> str:
    return word


def words(name: str) -> list[str]:
    """`userId`, `user_id` and `update-primary-contact` in words, lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


def flat(name: str) -> str:
    return "".join(words(name))


def kebab(name: str) -> str:
    return "-".join(words(name))


def snake(name: str) -> str:
    return "_".join(words(name))


def camel(name: str) -> str:
    first, *rest = words(name)
    return first + "".join(word.title() for word in rest)


def upper_snake(name: str) -> str:
    return snake(name).upper()


def upper(name: str) -> str:
    return name.upper()


@dataclass(frozen=True)
class Spelling:
    """How a path, the names of a query and the names of a body are written."""

    prefix: str = "/public"
    segment: Callable[[str], str] = same
    query: Callable[[str], str] = same
    key: Callable[[str], str] = same
    join: str = "/"
    tail: str = ""
    other_names: tuple[tuple[str, str], ...] = ()
    other_place: bool = False
    """The label of a DELETE in the query; the query of a POST in the body."""


SPELLINGS = {
    "documented": Spelling(),
    "no prefix": Spelling(prefix=""),
    "prefix twice": Spelling(prefix="/public/public"),
    "slashes": Spelling(prefix="//public", join="//", tail="/"),
    "flat": Spelling(segment=flat, query=flat, key=flat),
    "kebab": Spelling(segment=kebab, query=kebab, key=kebab),
    "snake": Spelling(segment=snake, query=snake, key=snake),
    "camel": Spelling(segment=camel, query=camel, key=camel),
    "upper": Spelling(segment=upper, query=upper, key=upper),
    "upper snake": Spelling(segment=upper_snake, query=upper_snake, key=upper_snake),
    "the other inheritor": Spelling(
        other_names=(("inheritorMailbox", "inheritorEmail"), ("inheritorEmail", "inheritorMailbox"))
    ),
    "the other place": Spelling(other_place=True),
    "audit_trail": Spelling(segment=lambda word: "audit_trail" if word == "audit-trail" else word),
}


class Speller(Grip):
    """The client, writing everything its own way."""

    def __init__(self, base_url: str, token: str, session: requests.Session, spelling: Spelling):
        super().__init__(base_url, token, session)
        self.spelling = spelling

    def call(self, method, path, *ids, query=None, body=None) -> requests.Response:
        how = self.spelling
        segments = path.split("/")[2:]
        path = how.prefix + "".join(how.join + (part if part == "{}" else how.segment(part)) for part in segments)
        if how.other_place:
            if method == "DELETE":
                query, body = body, None
            elif method == "POST" and query:
                query, body = None, query
        if query is not None:
            query = {how.query(name): value for name, value in query.items()}
        return super().call(method, path + how.tail, *ids, query=query, body=self.respell(body))

    def respell(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.respell(item) for item in value]
        if not isinstance(value, dict):
            return value
        names = dict(self.spelling.other_names)
        return {self.spelling.key(names.get(name, name)): self.respell(item) for name, item in value.items()}


@pytest.fixture(params=SPELLINGS)
def speller(request, connect, credential) -> Speller:
    return connect(credential["clientSecret"], Speller, spelling=SPELLINGS[request.param])


def status_of(call: Callable[[], Any]) -> int:
    with pytest.raises(GripError) as refusal:
        call()
    return refusal.value.status


def test_reads(speller, grip, catalogue):
    user = catalogue.leaver()
    saas = catalogue.held(user["id"])[0]
    account = next(row for row in catalogue.live(user["id"]) if row["saasId"] == saas["id"])
    assert speller.list_saas(limit=3, offset=2) == grip.list_saas(limit=3, offset=2)
    assert speller.get_saas(saas["id"]) == saas
    assert speller.get_saas_id(saas["name"]) == grip.get_saas_id(saas["name"]) != []
    roster = speller.get_users_for_saas_application(saas["id"], limit=2, offset=1)
    assert roster == catalogue.rosters[saas["id"]][1:3]
    assert speller.get_saas_user(account["id"]) == account
    assert speller.list_users(limit=3, offset=2) == list(catalogue.users.values())[2:5]
    assert speller.list_users(next=4, limit=1) == list(catalogue.users.values())[4:5]
    assert speller.get_user(user["id"]) == user
    assert speller.get_user_id(user["mail"]) == {"userId": user["id"]}
    assert len(speller.get_saas_applications_for_user(user["id"], limit=1, offset=1)) == 1


def test_labels_and_tags(speller, grip, catalogue):
    user, saas = catalogue.leaver(), next(iter(catalogue.saas.values()))
    assert speller.create_label(saas["id"], "New-Label_x") == {}
    assert "New-Label_x" in grip.get_saas(saas["id"])["gripData"]["labels"]
    assert speller.delete_label(saas["id"], "New-Label_x") == {}
    assert grip.get_saas(saas["id"])["gripData"]["labels"] == saas["gripData"]["labels"]
    assert set(speller.user_label(user["id"], "New-Label_x")) == {"message"}
    assert "New-Label_x" in grip.get_user(user["id"])["gripData"]["labels"]
    assert set(speller.delete_user_label(user["id"], "New-Label_x")) == {"message"}
    assert grip.get_user(user["id"]) == user
    assert speller.update_primary_contact(saas["id"], user["id"]) == {}
    assert speller.update_sanction_status(saas["id"], "tolerated", comment="c", user_email=user["mail"]) == {}
    data = grip.get_saas(saas["id"])["gripData"]
    assert (data["primaryContact"]["userId"], data["sanctionTag"]) == (user["id"], "tolerated")
    newest = speller.list_audit_logs(limit=1)[0]
    assert newest["details"]["comment"] == "c"


def test_revocation(speller, grip, tenant, catalogue):
    gone = catalogue.user(lambda user: catalogue.removable(user["id"]), mailbox=False)
    ids = [saas["id"] for saas in catalogue.removable(gone["id"])[:1]]
    heir = catalogue.leaver()["mail"]
    started = speller.start_access_revocation(gone["id"], ids, inheritor_mailbox=heir, manager_approval_email=heir)
    action = started["actionId"]
    assert speller.get_access_revocation_status(action)["status"] == "pending_approval"
    steps.approve(tenant, action)
    finish(tenant, lambda: speller.get_access_revocation_status(action), "completed")
    assert status_of(lambda: speller.cancel_access_revocation(action)) == 409
    started = speller.start_access_revocation(gone["id"], ids)
    assert speller.cancel_access_revocation(started["actionId"]) == {}


def test_justification(speller, grip, catalogue):
    user = catalogue.leaver()
    saas = catalogue.held(user["id"])[0]
    for who in ({"user_id": user["id"]}, {"user_email": user["mail"]}):
        sent = speller.send_justification_request(saas["id"], **who, communication_platform="ms-teams")
        request = sent["requestId"]
        assert speller.get_justification_request_status(request)["recipientMail"] == user["mail"]
        assert speller.get_justification_request_link(request) == grip.get_justification_request_link(request)
        assert speller.cancel_justification_request(request) == sent


def test_alerts(speller, grip, catalogue):
    alerts = grip.list_alerts()
    some = alerts[-1]
    filters = {
        "alert_severity": some["alertSeverity"],
        "alert_type": some["alertType"],
        "category": some["category"],
        "related_entity_id": some["relatedEntity"]["id"],
        "related_entity_type": some["relatedEntity"]["entityType"],
        "limit": 5,
        "offset": 0,
    }
    assert speller.list_alerts(**filters) == grip.list_alerts(**filters)
    assert some in speller.list_alerts(**filters) and len(speller.list_alerts(**filters)) < len(alerts)
    assert speller.list_alerts_v2(**filters) == grip.list_alerts_v2(**filters)
    assert speller.get_alert(some["alertId"]) == some
    assert speller.get_alert_v2(some["alertId"]) == grip.get_alert_v2(some["alertId"])


def test_offboarding(speller, grip, tenant, catalogue):
    gone = catalogue.user(lambda user: catalogue.removable(user["id"]), mailbox=False)
    other = catalogue.leaver()
    users = [{"userId": gone["id"], "inheritorMailbox": other["mail"]}, {"userEmail": other["mail"]}]
    workflow = speller.start_offboarding(users, enable_enhanced_mode=True, workflow_name="Any Name")["workflowId"]
    newest = speller.list_offboarding_workflows(limit=1)[0]
    assert (newest["workflowId"], newest["workflowName"]) == (workflow, "Any Name")
    assert speller.status_offboarding(workflow) == grip.status_offboarding(workflow)
    assert speller.status_offboarded_user(workflow, other["id"])["userMail"] == other["mail"]

    def read() -> dict:
        return speller.status_offboarded_user(workflow)

    finish(tenant, read, "completed")
    assert speller.stop_offboarding(workflow) == {}


def test_workflows(speller, grip, catalogue, for_people, for_apps):
    user, saas = catalogue.leaver(), next(iter(catalogue.saas.values()))
    answer = speller.run_workflow_by_id(
        for_people, identity_email=[user["mail"]], identity_id=[user["id"]], app_name=["x"], app_id=["x"],
        inheritor_email=user["mail"],
    )  # fmt: skip
    [run] = answer["workflowRunIds"].values()
    assert speller.status_of_a_workflow(run) == grip.status_of_a_workflow(run)
    assert speller.cancel_workflow_by_workflow_run_id(run) == {"message": "Workflow cancelled successfully"}
    assert set(speller.run_workflow_by_id(for_apps, app_id=[saas["id"]])["workflowRunIds"]) == {saas["id"]}


def test_the_other_path_to_an_id(grip, catalogue):
    saas = next(iter(catalogue.saas.values()))
    for path in ("/public/saas/name/{}", "/saas/name/{}", "/SaaS/Name/{}/"):
        assert grip.get(path, saas["name"]) == grip.get_saas_id(saas["name"])
    assert grip.get("/public/saas/name/id") == []  # row 3: an application called "name"


@pytest.mark.parametrize("platform", ["msteams", "MS_Teams", "microsoft_teams", "MicrosoftTeams", "EMAIL"])
def test_platforms(grip, catalogue, platform):
    user = catalogue.leaver()
    saas = catalogue.held(user["id"])[0]
    assert grip.send_justification_request(saas["id"], user["id"], communication_platform=platform)["requestId"]


@pytest.mark.parametrize("name", ["userId", "user_id", "userEmail", "user_email", "userMail"])
def test_selectors_of_an_offboarded_user(grip, catalogue, name):
    first, second = catalogue.leaver(), catalogue.user(lambda user: user["id"] != catalogue.leaver()["id"])
    workflow = grip.start_offboarding([{"userId": first["id"]}, {"userId": second["id"]}])["workflowId"]
    value = second["id" if "Id" in name or "id" in name else "mail"]
    path = "/public/workflows/offboarding/{}/userStatus"
    assert grip.get(path, workflow, query={name: value})["userMail"] == second["mail"]


def test_one_string_is_a_list_of_one(grip, catalogue, for_people):
    user = catalogue.leaver()
    saas = catalogue.removable(user["id"])[0]
    action = grip.start_access_revocation(user["id"], saas["id"])["actionId"]
    assert grip.get_access_revocation_status(action)["details"].endswith("of 1 applications handled.")
    assert set(grip.run_workflow_by_id(for_people, identity_id=user["id"])["workflowRunIds"]) == {user["id"]}


def test_a_number_counts_as_its_digits(grip, catalogue):
    saas = next(iter(catalogue.saas))
    grip.create_label(saas, 2024)
    assert "2024" in grip.get_saas(saas)["gripData"]["labels"]
    workflow = grip.start_offboarding([{"userId": catalogue.leaver()["id"]}], workflow_name=7)["workflowId"]
    assert grip.status_offboarding(workflow)["workflowName"] == "7"


def test_null_is_unset(grip, session, catalogue):
    user = catalogue.leaver()
    saas = catalogue.held(user["id"])[0]
    body = {"userId": user["id"], "userEmail": None, "saasApplicationId": saas["id"], "communicationPlatform": None}
    url = f"{grip.base_url}/public/actions/justification/send"
    answer = session.post(url, data=json.dumps(body), headers=grip.headers, timeout=30)
    assert answer.status_code == 200, answer.text

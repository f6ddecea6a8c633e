"""The life of an offboarding, to each of its ends; progress per user and per application."""

import re
from datetime import timedelta

import pytest

import steps
from support import NOBODY, UUID, finish, follow, instant, refused

ENDS = {"completed", "failed", "stopped"}


@pytest.fixture
def leavers(catalogue):
    """Two people whom every application can be taken from, with few of them."""
    some = sorted(
        (
            user
            for user in catalogue.users.values()
            if user["gripData"]["activity"]["hasActiveMailbox"] and expected(catalogue, user)["supported"]
        ),
        key=lambda user: len(catalogue.live(user["id"])),
    )
    return some[:2]


@pytest.fixture
def leaver(catalogue):
    """Somebody with an application of each kind."""
    return catalogue.user(lambda user: all(len(ids) for ids in expected(catalogue, user).values()))


def expected(catalogue, user) -> dict[str, list[str]]:
    """Where each live account belongs without enhanced mode: application ids in the order of the roster."""
    kinds = {"idp": [], "supported": [], "unsupported": []}
    for account in catalogue.live(user["id"]):
        support = catalogue.saas[account["saasId"]]["gripData"]["accessRemovalSupport"]
        kind = "idp" if account["SSO"] else "supported" if support == "supported" else "unsupported"
        kinds[kind].append(account["saasId"])
    return kinds


def start(grip, *args, **more) -> str:
    answer = grip.start_offboarding(*args, **more)
    assert set(answer) == {"workflowId"} and UUID.fullmatch(answer["workflowId"])
    return answer["workflowId"]


def reader(grip, workflow: str):
    return lambda: grip.status_offboarding(workflow)


def test_one_user_to_the_end(tenant, grip, catalogue, leaver, trail, credential):
    now = tenant.now()
    workflow = start(grip, [{"userId": leaver["id"]}], workflow_name="Last day")
    first = grip.status_offboarding(workflow)
    assert first["status"] in ("pending", "in_progress") and first["completedAt"] is None
    assert (first["workflowId"], first["createdBy"]) == (workflow, credential["name"])
    assert (first["workflowName"], first["numberOfEmployees"]) == ("Last day", 1)
    assert abs(instant(first["startedAt"]) - now) < timedelta(seconds=1)
    [person] = first["results"]
    names = {"userMail": "mail", "userFullName": "fullName", "userDisplayName": "displayName"}
    assert {field: person[field] for field in names} == {field: leaver[of] for field, of in names.items()}
    kinds = expected(catalogue, leaver)
    listed = {row["saasId"] for row in person["saasResults"]}
    assert listed == {*kinds["supported"], *kinds["unsupported"]}

    progress = []

    def read():
        answer = grip.status_offboarding(workflow)
        [person] = answer["results"]
        progress.append(sum(row["result"] == "completed" for row in person["saasResults"]))
        assert grip.get_user(leaver["id"])["gripData"]["offboardingWorkflowStatus"] == person["status"]
        return answer

    seen, last = follow(tenant, read, ENDS)
    assert seen[-2:] == ["in_progress", "completed"]
    assert progress == sorted(progress) and set(progress) == set(range(len(kinds["supported"]) + 1))
    [person] = last["results"]
    assert (person["status"], person["statusReason"]) == ("completed", None)
    results = {row["saasId"]: row for row in person["saasResults"]}
    accounts = {row["saasId"]: row for row in catalogue.live(leaver["id"])}
    for id, row in results.items():
        assert row["saasName"] == catalogue.saas[id]["name"]
        assert row["saasUserId"] == accounts[id]["id"]
        assert row["enhancedMode"] is False
        assert row["result"] == ("completed" if id in kinds["supported"] else "unsupported")
        state = grip.get_saas_user(row["saasUserId"])["status"]
        assert state == ("offboarded" if id in kinds["supported"] else "active")

    alone = grip.status_offboarded_user(workflow, leaver["id"])
    assert alone == grip.status_offboarded_user(workflow)
    assert (alone["userMail"], alone["status"]) == (leaver["mail"], "completed")
    assert instant(alone["startedAt"]) <= instant(alone["completedAt"])
    parts = alone["results"]
    removed = {row["saasId"]: row["accessRemovalResult"] for row in parts["supportedForAccessRemoval"]}
    assert removed == {id: "completed" for id in kinds["supported"]}
    assert {row["saasId"] for row in parts["unsupportedForAccessRemoval"]} == set(kinds["unsupported"])
    assert {row["saasId"] for row in parts["idpConnected"]} == set(kinds["idp"])
    for row in parts["idpConnected"]:
        assert row["idpProvider"] and row["autType"] == accounts[row["saasId"]]["authenticationType"]

    data = grip.get_user(leaver["id"])["gripData"]
    assert (data["offboardingWorkflowStatus"], data["offboardingWorkflowTimestamp"]) == (
        "completed",
        alone["completedAt"],
    )
    actions = trail.actions()
    assert (actions[0], actions[-1]) == ("offboarding.started", "offboarding.completed")
    assert actions.count("offboarding.user_result") == 1
    with refused(409):
        grip.stop_offboarding(workflow)


def test_users_go_one_after_another_and_each_counts_once(tenant, grip, leavers):
    first, second = leavers
    users = [{"userId": first["id"]}, {"userEmail": second["mail"].upper()}, {"userEmail": first["mail"]}]
    workflow = start(grip, users)
    states = []

    def read():
        answer = grip.status_offboarding(workflow)
        states.append(tuple(row["status"] for row in answer["results"]))
        return answer

    _, last = follow(tenant, read, ENDS)
    assert (last["status"], last["numberOfEmployees"]) == ("completed", 2)
    assert [row["userMail"] for row in last["results"]] == [first["mail"], second["mail"]]
    assert ("in_progress", "pending") in states and ("completed", "completed") == states[-1]
    assert ("in_progress", "in_progress") not in states
    assert ("completed", "in_progress") in states
    assert grip.status_offboarded_user(workflow)["userMail"] == first["mail"]
    assert grip.status_offboarded_user(workflow, second["id"])["userMail"] == second["mail"]
    with refused(404):
        grip.status_offboarded_user(workflow, NOBODY)


def test_the_list_is_newest_first_and_names_by_the_hour(tenant, grip, leavers):
    before = grip.list_offboarding_workflows()
    older = start(grip, [{"userId": leavers[0]["id"]}])
    tenant.advance("PT1H")
    newer = start(grip, [{"userId": leavers[1]["id"]}], workflow_name="named")
    rows = grip.list_offboarding_workflows()
    assert [row["workflowId"] for row in rows[:2]] == [newer, older]
    assert rows[2:] == before
    assert rows[0]["workflowName"] == "named"
    began = instant(rows[1]["startedAt"])
    assert rows[1]["workflowName"] == began.strftime("%y-%m-%d %H:%M")
    for row in rows:
        whole = grip.status_offboarding(row["workflowId"])
        assert row == {field: value for field, value in whole.items() if field != "results"}


def test_stopped(tenant, grip, catalogue, leavers, trail):
    first, second = leavers
    workflow = start(grip, [{"userId": first["id"]}, {"userId": second["id"]}])

    def done() -> bool:
        return grip.status_offboarding(workflow)["results"][0]["status"] == "completed"

    while not done():
        tenant.advance("PT1S")
    assert grip.stop_offboarding(workflow) == {}
    last = grip.status_offboarding(workflow)
    assert last["status"] == "stopped" and last["completedAt"]
    assert [row["status"] for row in last["results"]] == ["completed", "stopped"]
    kept = [row["result"] for row in last["results"][1]["saasResults"]]
    assert set(kept) <= {"cancelled", "completed", "unsupported"} and "cancelled" in kept
    assert grip.get_user(second["id"])["gripData"]["offboardingWorkflowStatus"] == "stopped"
    tenant.advance("PT1H")
    assert grip.status_offboarding(workflow) == last
    assert trail.actions()[-1] == "offboarding.stopped"
    with refused(409):
        grip.stop_offboarding(workflow)


def test_one_failed_account_fails_the_user_and_no_completed_user_fails_the_whole(
    tenant, grip, catalogue, leavers, trail
):
    first, second = leavers
    broken = expected(catalogue, first)["supported"][0]
    steps.fail_removal(tenant, catalogue.slugs[first["id"]], catalogue.slugs[broken])
    alone = start(grip, [{"userId": first["id"]}])
    last = finish(tenant, reader(grip, alone), "failed")
    [person] = last["results"]
    assert person["status"] == "failed" and person["statusReason"]
    assert {row["saasId"]: row["result"] for row in person["saasResults"]}[broken] == "failed"
    assert trail.actions()[-1] == "offboarding.failed"

    both = start(grip, [{"userId": first["id"]}, {"userId": second["id"]}])
    last = finish(tenant, reader(grip, both), "completed")
    assert [row["status"] for row in last["results"]] == ["failed", "completed"]


def test_an_inactive_mailbox_needs_an_inheritor(tenant, grip, catalogue):
    gone = catalogue.user(lambda user: expected(catalogue, user)["supported"], mailbox=False)
    workflow = start(grip, [{"userId": gone["id"]}])
    finish(tenant, reader(grip, workflow), "failed")
    workflow = start(grip, [{"userId": gone["id"], "inheritorMailbox": gone["managerEmail"] or "it@acme.example"}])
    finish(tenant, reader(grip, workflow), "completed")


def test_enhanced_mode_reaches_more(tenant, grip, catalogue):
    """Some applications can be left only in enhanced mode; the list still shows them as unsupported."""

    def reached(user: dict) -> list[str]:
        return [id for id in expected(catalogue, user)["unsupported"] if id in catalogue.enhanced_only()]

    leaver = catalogue.user(reached)
    more = reached(leaver)
    plain = start(grip, [{"userId": leaver["id"]}], enable_enhanced_mode=False)
    [person] = grip.status_offboarding(plain)["results"]
    rows = {row["saasId"]: row for row in person["saasResults"]}
    assert all((rows[id]["result"], rows[id]["enhancedMode"]) == ("unsupported", False) for id in more)
    grip.stop_offboarding(plain)

    workflow = start(grip, [{"userId": leaver["id"]}], enable_enhanced_mode=True)
    last = finish(tenant, reader(grip, workflow), "completed")
    rows = {row["saasId"]: row for row in last["results"][0]["saasResults"]}
    assert all((rows[id]["result"], rows[id]["enhancedMode"]) == ("completed", True) for id in more)
    parts = grip.status_offboarded_user(workflow)["results"]
    assert set(more) <= {row["saasId"] for row in parts["supportedForAccessRemoval"]}
    assert {grip.get_saas(id)["gripData"]["accessRemovalSupport"] for id in more} == {"unsupported"}


def test_a_users_own_id_finds_the_latest_offboarding(grip, leavers):
    start(grip, [{"userId": leavers[0]["id"]}])
    workflow = start(grip, [{"userId": leavers[1]["id"]}, {"userId": leavers[0]["id"]}])
    assert grip.status_offboarded_user(leavers[0]["id"]) == grip.status_offboarded_user(workflow, leavers[0]["id"])


def test_what_cannot_start(grip, leavers, trail):
    good = {"userId": leavers[0]["id"]}
    for bad in (None, [], [good, {"inheritorMailbox": "it@acme.example"}], [{}]):
        with refused(400):
            grip.start_offboarding(bad)
    for unknown in ([good, {"userId": NOBODY}], [{"userEmail": "nobody@acme.example"}]):
        with refused(404):
            grip.start_offboarding(unknown)
    with refused(400):
        grip.stop_offboarding(None)
    for action in (grip.stop_offboarding, grip.status_offboarding, grip.status_offboarded_user):
        with refused(404):
            action(NOBODY)
    assert trail.actions() == []
    assert not re.search(NOBODY, str(grip.list_offboarding_workflows()))

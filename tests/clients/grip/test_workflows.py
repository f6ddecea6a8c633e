"""Workflow runs, to each of their ends; their actions can be followed through `selfUrl`."""

import pytest

import steps
from support import NOBODY, UUID, finish, follow, last_segment, refused

ENDS = {"completed", "failed", "cancelled"}
RUNNING = {"pending", "in_progress"}


@pytest.fixture
def leaver(catalogue):
    return catalogue.leaver()


@pytest.fixture
def app(catalogue):
    return max(catalogue.saas.values(), key=lambda saas: saas["gripData"]["numberOfUsers"])


def run_ids(answer: dict) -> dict[str, str]:
    assert set(answer) == {"workflowRunIds"}
    assert all(UUID.fullmatch(id) for id in answer["workflowRunIds"].values())
    return answer["workflowRunIds"]


def test_for_a_person_to_the_end(tenant, grip, session, leaver, for_people, trail):
    [(key, run)] = run_ids(grip.run_workflow_by_id(for_people, identity_email=[leaver["mail"]])).items()
    assert key == leaver["mail"]
    first = grip.status_of_a_workflow(run)
    assert first["status"] in RUNNING and first["completedAt"] is None and first["statusDetails"] is None
    assert first["createdAt"] and first["actions"]
    assert grip.status_of_a_workflow(for_people) == first

    seen, last = follow(tenant, lambda: grip.status_of_a_workflow(run), ENDS)
    assert seen[-1] == "completed" and last["completedAt"] and last["statusDetails"]
    assert {action["status"] for action in last["actions"]} == {"completed"}
    assert [action["actionName"] for action in last["actions"]] == [row["actionName"] for row in first["actions"]]
    actions = trail.actions()
    assert actions[0] == "workflow_run.started" and actions[-1] == "workflow_run.completed"
    with refused(409):
        grip.cancel_workflow_by_workflow_run_id(run)


def test_actions_can_be_followed(tenant, grip, leaver, for_people):
    run = run_ids(grip.run_workflow_by_id(for_people, identity_id=[leaver["id"]]))[leaver["id"]]
    last = finish(tenant, lambda: grip.status_of_a_workflow(run), "completed")
    urls = [action["selfUrl"] for action in last["actions"] if action["selfUrl"]]
    assert urls, "no action of the seed's workflow made anything"
    for url in urls:
        assert url.startswith(grip.base_url) and url.endswith("/status")
        made = grip.get(url.removeprefix(grip.base_url))
        assert last_segment(url.removesuffix("/status")) in (made.get("actionId"), made.get("requestId"))


def test_for_applications(tenant, grip, app, for_apps):
    answer = run_ids(grip.run_workflow_by_id(for_apps, app_id=[app["id"]], identity_email=["nobody@acme.example"]))
    assert set(answer) == {app["id"]}
    finish(tenant, lambda: grip.status_of_a_workflow(answer[app["id"]]), "completed")


def test_each_entity_runs_once_under_the_name_that_the_caller_wrote(
    grip, catalogue, leaver, for_people, for_apps, app
):
    other = catalogue.user(lambda user: user["id"] != leaver["id"])
    answer = run_ids(
        grip.run_workflow_by_id(
            for_people, identity_id=[leaver["id"], leaver["id"]], identity_email=[leaver["mail"], other["mail"]]
        )
    )
    assert set(answer) == {leaver["id"], other["mail"]} and len(set(answer.values())) == 2
    answer = run_ids(grip.run_workflow_by_id(for_apps, app_name=app["name"]))
    assert set(answer) == {app["name"]} or set(answer) == set(grip.get_saas_id(app["name"]))


def test_cancelled(tenant, grip, leaver, for_people, trail):
    run = run_ids(grip.run_workflow_by_id(for_people, identity_id=[leaver["id"]]))[leaver["id"]]
    assert grip.cancel_workflow_by_workflow_run_id(run) == {"message": "Workflow cancelled successfully"}
    last = grip.status_of_a_workflow(run)
    assert last["status"] == "cancelled" and last["completedAt"]
    assert {action["status"] for action in last["actions"]} <= {"cancelled", "skipped", "completed"}
    tenant.advance("PT1H")
    assert grip.status_of_a_workflow(run) == last
    assert trail.actions()[-1] == "workflow_run.cancelled"
    with refused(409):
        grip.cancel_workflow_by_workflow_run_id(run)


def test_failed(tenant, grip, leaver, for_people, trail):
    run = run_ids(grip.run_workflow_by_id(for_people, identity_id=[leaver["id"]]))[leaver["id"]]
    steps.fail_run(tenant, run, "The connector is down.")
    last = finish(tenant, lambda: grip.status_of_a_workflow(run), "failed")
    assert "The connector is down." in last["statusDetails"] and last["completedAt"]
    states = [action["status"] for action in last["actions"]]
    assert "failed" in states and set(states[states.index("failed") + 1 :]) <= {"skipped", "cancelled"}
    assert trail.actions()[-1] == "workflow_run.failed"
    with refused(409):
        grip.cancel_workflow_by_workflow_run_id(run)


def test_what_a_cancelled_run_made_is_cancelled_with_it(tenant, grip, leaver, for_people):
    run = run_ids(grip.run_workflow_by_id(for_people, identity_id=[leaver["id"]]))[leaver["id"]]

    def made() -> list[str]:
        return [action["selfUrl"] for action in grip.status_of_a_workflow(run)["actions"] if action["selfUrl"]]

    for _ in range(120):
        if made():
            break
        tenant.advance("PT1S")
    [url, *_] = made()
    open_before = grip.get(url.removeprefix(grip.base_url))["status"]
    grip.cancel_workflow_by_workflow_run_id(run)
    after = grip.get(url.removeprefix(grip.base_url))["status"]
    assert after == (
        "cancelled" if open_before in ("in_progress", "pending_approval", "sent", "opened") else open_before
    )


def test_what_cannot_run(grip, catalogue, leaver, for_people, for_apps, app, trail):
    with refused(400):
        grip.run_workflow_by_id(for_people)
    with refused(400):
        grip.run_workflow_by_id(for_people, app_id=[app["id"]])
    with refused(400):
        grip.run_workflow_by_id(for_apps, identity_id=[leaver["id"]])
    with refused(400):
        grip.run_workflow_by_id(for_people, identity_id=[])
    with refused(404):
        grip.run_workflow_by_id(NOBODY, identity_id=[leaver["id"]])
    with refused(404):
        grip.run_workflow_by_id(for_people, identity_id=[leaver["id"], NOBODY])
    with refused(404):
        grip.run_workflow_by_id(for_people, identity_email=["nobody@acme.example"])
    with refused(404):
        grip.run_workflow_by_id(for_apps, app_name=["no such application"])
    with refused(404):
        grip.status_of_a_workflow(NOBODY)
    with refused(404):
        grip.cancel_workflow_by_workflow_run_id(NOBODY)
    assert trail.actions() == []

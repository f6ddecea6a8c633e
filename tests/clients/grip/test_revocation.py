"""The life of an access revocation, to each of its ends, and what it leaves behind."""

from datetime import timedelta

import pytest

import steps
from support import NOBODY, UUID, finish, follow, instant, refused

ENDS = {"completed", "failed", "cancelled", "rejected"}


@pytest.fixture
def leaver(catalogue):
    return catalogue.leaver(removable=3)


@pytest.fixture
def saas(catalogue, leaver):
    """Three applications from which the leaver can be removed."""
    return [saas["id"] for saas in catalogue.removable(leaver["id"])[:3]]


@pytest.fixture
def account_of(catalogue):
    def find(user_id: str, saas_id: str) -> dict:
        [account] = [row for row in catalogue.accounts if (row["userId"], row["saasId"]) == (user_id, saas_id)]
        return account

    return find


def start(grip, *args, **more) -> str:
    answer = grip.start_access_revocation(*args, **more)
    assert set(answer) == {"actionId"} and UUID.fullmatch(answer["actionId"])
    return answer["actionId"]


def test_without_approval(tenant, grip, catalogue, leaver, saas, trail, credential, account_of):
    now = tenant.now()
    action = start(grip, leaver["id"], saas)

    first = grip.get_access_revocation_status(action)
    assert (first["status"], first["completedAt"]) == ("in_progress", None)
    assert first["details"] == "0 of 3 applications handled."
    assert (first["actionId"], first["createdBy"]) == (action, credential["name"])
    assert abs(instant(first["startedAt"]) - now) < timedelta(seconds=1)
    person = {"userId": "id", "userMail": "mail", "userFullName": "fullName", "userDisplayName": "displayName"}
    assert {field: first[field] for field in person} == {field: leaver[of] for field, of in person.items()}

    handled = [first["details"]]

    def read():
        answer = grip.get_access_revocation_status(action)
        if answer["details"] != handled[-1]:
            handled.append(answer["details"])
        return answer

    seen, last = follow(tenant, read, ENDS)
    assert seen == ["in_progress", "completed"]
    assert handled[:-1] == [f"{n} of 3 applications handled." for n in range(3)]
    assert last["details"].startswith("Access removed from 3 of 3 applications.")
    assert instant(last["completedAt"]) > instant(last["startedAt"])

    for id in saas:
        before, after = catalogue.saas[id]["gripData"], grip.get_saas(id)["gripData"]
        assert after["numberOfUsers"] == before["numberOfUsers"]
        assert after["numberOfOnboardedUsers"] == before["numberOfOnboardedUsers"] - 1
        assert after["numberOfOffboardedUsers"] == before["numberOfOffboardedUsers"] + 1
        assert instant(after["latestEventTime"]) > instant(before["latestEventTime"])
        was = account_of(leaver["id"], id)
        account = grip.get_saas_user(was["id"])
        assert (account["status"], was["status"]) == ("offboarded", "active")
        assert instant(account["latestEventTime"]) > instant(was["latestEventTime"])
    assert grip.get_user(leaver["id"])["gripData"]["numberOfSaas"] == leaver["gripData"]["numberOfSaas"]

    entries = trail.fresh()
    results = ["access_revocation.saas_result"] * 3
    assert [row["action"] for row in entries] == [
        "access_revocation.started",
        *results,
        "access_revocation.completed",
    ]
    with refused(409):
        grip.cancel_access_revocation(action)


def test_other_products_see_that_the_account_is_closed(tenant, session, grip, catalogue, leaver, saas):
    """The company is one: SailPoint stops showing the account as live."""
    headers = {"Authorization": f"Bearer {tenant.token('sailpoint', 'ada.admin')}"}

    def accounts(name: str) -> list[dict]:
        def rows(path: str, filters: str) -> list[dict]:
            url = f"{tenant.base_url('sailpoint')}/v3/{path}"
            answer = session.get(url, params={"filters": filters}, headers=headers, timeout=30)
            assert answer.status_code == 200, answer.text
            return answer.json()

        [identity] = rows("public-identities", f'email eq "{leaver["mail"]}"')
        held = rows("accounts", f'identityId eq "{identity["id"]}"')
        return [row for row in held if row["sourceName"] == name and not row["disabled"]]

    name = catalogue.saas[saas[0]]["name"]
    assert len(accounts(name)) == 1
    action = start(grip, leaver["id"], saas[:1])
    finish(tenant, lambda: grip.get_access_revocation_status(action), "completed")
    headers["Authorization"] = f"Bearer {tenant.token('sailpoint', 'ada.admin')}"
    assert accounts(name) == []


def test_with_approval(tenant, grip, leaver, saas, trail):
    action = start(grip, leaver["id"], saas[:1], manager_approval_email=leaver["managerEmail"])
    waiting = grip.get_access_revocation_status(action)
    assert (waiting["status"], waiting["details"]) == ("pending_approval", "Waiting for manager approval.")
    tenant.advance("PT1H")
    assert grip.get_access_revocation_status(action) == waiting

    steps.approve(tenant, action)
    assert grip.get_access_revocation_status(action)["status"] == "in_progress"
    finish(tenant, lambda: grip.get_access_revocation_status(action), "completed")
    assert trail.actions() == [
        "access_revocation.started",
        "access_revocation.approved",
        "access_revocation.saas_result",
        "access_revocation.completed",
    ]


def test_rejected(tenant, grip, catalogue, leaver, saas, trail):
    action = start(grip, leaver["id"], saas, manager_approval_email=leaver["managerEmail"])
    steps.reject(tenant, action)
    answer = grip.get_access_revocation_status(action)
    assert answer["status"] == "rejected" and answer["completedAt"]
    tenant.advance("PT1H")
    assert [grip.get_saas(id) for id in saas] == [catalogue.saas[id] for id in saas]
    assert trail.actions() == ["access_revocation.started", "access_revocation.rejected"]
    with refused(409):
        grip.cancel_access_revocation(action)


def test_cancelled_before_approval(tenant, grip, catalogue, leaver, saas, trail):
    action = start(grip, leaver["id"], saas, manager_approval_email=leaver["managerEmail"])
    assert grip.cancel_access_revocation(action) == {}
    answer = grip.get_access_revocation_status(action)
    assert answer["status"] == "cancelled" and answer["completedAt"]
    tenant.advance("PT1H")
    assert grip.get_access_revocation_status(action) == answer
    assert [grip.get_saas(id) for id in saas] == [catalogue.saas[id] for id in saas]
    assert trail.actions() == ["access_revocation.started", "access_revocation.cancelled"]
    with refused(409):
        grip.cancel_access_revocation(action)
    steps.is_refused(tenant, steps.approve, action)


def test_cancelled_on_the_way_what_is_done_stays_done(tenant, grip, leaver, saas, account_of):
    action = start(grip, leaver["id"], saas)

    def handled() -> int:
        return int(grip.get_access_revocation_status(action)["details"].partition(" ")[0])

    while handled() == 0:
        tenant.advance("PT1S")
    done = handled()
    assert done < 3
    grip.cancel_access_revocation(action)
    tenant.advance("PT1H")
    assert grip.get_access_revocation_status(action)["status"] == "cancelled"
    states = [grip.get_saas_user(account_of(leaver["id"], id)["id"])["status"] for id in saas]
    assert states == ["offboarded"] * done + ["active"] * (3 - done)


def test_one_application_fails(tenant, grip, catalogue, leaver, saas, account_of):
    slugs = catalogue.slugs
    steps.fail_removal(tenant, slugs[leaver["id"]], slugs[saas[1]])
    action = start(grip, leaver["id"], saas)
    last = finish(tenant, lambda: grip.get_access_revocation_status(action), "completed")
    assert last["details"].startswith("Access removed from 2 of 3 applications. Failed: ")
    assert f"{catalogue.saas[saas[1]]['name']} (connector timeout)" in last["details"]
    states = [grip.get_saas_user(account_of(leaver["id"], id)["id"])["status"] for id in saas]
    assert states == ["offboarded", "active", "offboarded"]
    steps.fail_removal(tenant, slugs[leaver["id"]], slugs[saas[1]], reason=None)
    # the mailbox may have been among them
    action = start(grip, leaver["id"], saas[1:2], inheritor_mailbox=leaver["managerEmail"])
    finish(tenant, lambda: grip.get_access_revocation_status(action), "completed")


def test_finished_at_once_by_the_control_plane(tenant, grip, leaver, saas):
    action = start(grip, leaver["id"], saas)
    steps.finish(tenant, action)
    assert grip.get_access_revocation_status(action)["status"] == "completed"


def test_no_account_and_no_support_complete_nothing(tenant, grip, catalogue, leaver, trail):
    absent = catalogue.absent(leaver["id"])[0]
    irremovable = catalogue.irremovable(leaver["id"])[0]
    action = start(grip, leaver["id"], [absent["id"], irremovable["id"]])
    last = finish(tenant, lambda: grip.get_access_revocation_status(action), "failed")
    assert last["details"].startswith("Access removed from 0 of 2 applications.")
    assert f"{absent['name']} (no active account)" in last["details"]
    assert trail.actions()[-1] == "access_revocation.failed"


def test_a_second_removal_finds_no_account(tenant, grip, leaver, saas):
    first, second = (start(grip, leaver["id"], saas[:1]) for _ in range(2))
    assert first != second
    finish(tenant, lambda: grip.get_access_revocation_status(first), "completed")
    last = finish(tenant, lambda: grip.get_access_revocation_status(second), "failed")
    assert "no active account" in last["details"]


def test_an_inactive_mailbox_needs_an_inheritor(tenant, grip, catalogue):
    gone = catalogue.user(lambda user: catalogue.removable(user["id"]), mailbox=False)
    saas = catalogue.removable(gone["id"])[0]
    action = start(grip, gone["id"], [saas["id"]])
    last = finish(tenant, lambda: grip.get_access_revocation_status(action), "failed")
    assert f"{saas['name']} (no mailbox)" in last["details"]
    action = start(grip, gone["id"], [saas["id"]], inheritor_mailbox=catalogue.leaver()["mail"])
    finish(tenant, lambda: grip.get_access_revocation_status(action), "completed")


def test_what_cannot_start(grip, leaver, saas, trail):
    for bad in ({"user_id": None}, {"saas_ids": None}, {"saas_ids": []}, {"user_id": ""},
                {"inheritor_mailbox": "nobody"}, {"manager_approval_email": "nobody"}):  # fmt: skip
        with refused(400):
            grip.start_access_revocation(**{"user_id": leaver["id"], "saas_ids": saas, **bad})
    for unknown in ({"user_id": NOBODY}, {"user_id": "12345"}, {"saas_ids": [*saas, NOBODY]}):
        with refused(404):
            grip.start_access_revocation(**{"user_id": leaver["id"], "saas_ids": saas, **unknown})
    with refused(400):
        grip.cancel_access_revocation(None)
    for unknown in (NOBODY, "12345"):
        with refused(404):
            grip.cancel_access_revocation(unknown)
        with refused(404):
            grip.get_access_revocation_status(unknown)
    assert trail.actions() == []

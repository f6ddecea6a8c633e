"""Labels, the primary contact and the sanction state: what is written shows at once, and in the audit trail."""

import pytest

from support import NOBODY, refused


@pytest.fixture
def saas(catalogue):
    return next(iter(catalogue.saas.values()))


@pytest.fixture
def user(catalogue):
    return catalogue.leaver()


def test_labels_of_an_application(grip, saas, trail):
    before = saas["gripData"]["labels"]
    assert grip.create_label(saas["id"], "Alpha 123") == {}
    assert grip.get_saas(saas["id"])["gripData"]["labels"] == [*before, "Alpha 123"]
    assert grip.create_label(saas["id"], "Alpha 123") == {}
    assert grip.get_saas(saas["id"])["gripData"]["labels"] == [*before, "Alpha 123"]
    with refused(404):
        grip.delete_label(saas["id"], "alpha 123")
    assert grip.delete_label(saas["id"], "Alpha 123") == {}
    assert grip.get_saas(saas["id"])["gripData"]["labels"] == before
    with refused(404):
        grip.delete_label(saas["id"], "Alpha 123")
    entries = trail.fresh()
    assert [row["action"] for row in entries] == ["saas.label.added", "saas.label.removed"]
    assert {row["entityId"] for row in entries} == {saas["id"]}


def test_labels_of_a_user(grip, user, trail):
    before = user["gripData"]["labels"]
    assert grip.user_label(user["id"], "vip") == {"message": "Label added to user successfully"}
    assert grip.user_label(user["mail"], "vip") == {"message": "Label added to user successfully"}
    assert grip.get_user(user["id"])["gripData"]["labels"] == [*before, "vip"]
    assert grip.delete_user_label(user["mail"], "vip") == {"message": "Label removed from user successfully"}
    assert grip.get_user(user["id"])["gripData"]["labels"] == before
    with refused(404):
        grip.delete_user_label(user["id"], "vip")
    assert trail.actions() == ["user.label.added", "user.label.removed"]


def test_a_label_needs_a_text_and_something_to_hang_on(grip, saas, user, trail):
    for action, id in ((grip.create_label, saas["id"]), (grip.delete_label, saas["id"]),
                       (grip.user_label, user["id"]), (grip.delete_user_label, user["id"])):  # fmt: skip
        for bad in ("", None):
            with refused(400):
                action(id, bad)
        with refused(404):
            action(NOBODY, "vip")
        with refused(400):  # the body is looked at before the id
            action(NOBODY, None)
    assert trail.actions() == []


def test_sanction_state(grip, saas, trail, credential):
    before = saas["gripData"]["sanctionTag"]
    states = ["sanctioned", "unsanctioned", "tolerated", "in_review", "in_review"]
    for state in states:
        assert grip.update_sanction_status(saas["id"], state, comment="reviewed") == {}
        assert grip.get_saas(saas["id"])["gripData"]["sanctionTag"] == state
    entries = trail.fresh()
    assert [row["action"] for row in entries] == ["saas.sanction_state.updated"] * len(states)
    assert [row["details"]["to"] for row in entries] == states
    assert [row["details"]["from"] for row in entries] == [before, *states[:-1]]
    assert {row["details"]["comment"] for row in entries} == {"reviewed"}
    assert {row["actor"]["name"] for row in entries} == {credential["name"]}
    assert {row["actor"]["type"] for row in entries} == {"api_token"}


def test_sanction_state_on_behalf_of_a_person(grip, saas, user, trail):
    grip.update_sanction_status(saas["id"], "tolerated", user_email=user["mail"])
    [entry] = trail.fresh()
    assert user["mail"] in (entry["actor"]["email"], entry["actor"]["name"])


def test_sanction_states_are_a_closed_set(grip, saas, trail):
    for bad in ("banned", "", None):
        with refused(400):
            grip.update_sanction_status(saas["id"], bad)
    with refused(404):
        grip.update_sanction_status(NOBODY, "sanctioned")
    assert trail.actions() == []
    for spelled in ("IN-REVIEW", "in review", "InReview"):
        grip.update_sanction_status(saas["id"], spelled)
        assert grip.get_saas(saas["id"])["gripData"]["sanctionTag"] == "in_review"


def test_primary_contact(grip, saas, user, trail):
    owner = saas["gripData"]["buisnessOwner"]
    assert grip.update_primary_contact(saas["id"], user["id"]) == {}
    data = grip.get_saas(saas["id"])["gripData"]
    assert data["primaryContact"] == {"name": user["fullName"], "email": user["mail"], "userId": user["id"]}
    assert data["buisnessOwner"] == owner
    assert trail.actions() == ["saas.primary_contact.updated"]
    with refused(404):
        grip.update_primary_contact(saas["id"], NOBODY)
    with refused(404):
        grip.update_primary_contact(NOBODY, user["id"])
    with refused(400):
        grip.update_primary_contact(saas["id"], None)
    assert trail.actions() == []

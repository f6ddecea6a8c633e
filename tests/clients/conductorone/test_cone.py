"""Run 2: `cone get`, and another person's `cone task approve --wait`."""

from __future__ import annotations

import pytest

from cone import Cone
from workshop import NEEDED, Workshop

pytestmark = pytest.mark.needs(*NEEDED)

ALIAS = "workshop-turning"


@pytest.fixture
def scheme() -> str:
    """It takes nothing else."""
    return "https"


@pytest.fixture
def cone(scheme, clients):
    return lambda person: Cone(clients[person])


def test_one_gets_and_another_approves(scheme, cone, ada, mia, connect):
    workshop = Workshop(ada, connect)
    entitlement = workshop.entitlement(approvers=[mia], alias=ALIAS)
    raj, mia = cone("raj.patel"), cone("mia.chen")
    task = raj.get(ALIAS)
    assert (task["userId"], task["state"]) == (raj.user_id, "TASK_STATE_OPEN")
    mia.approve(task["id"])
    outcome = mia.wait(task["id"], between=lambda: workshop.provisioned(ada.task(task["id"])))
    assert outcome == "GRANT_OUTCOME_GRANTED"
    assert raj.has({"appId": entitlement.app_id, "id": entitlement.id})
    assert raj.get(ALIAS) is None, "it is held already"
    assert raj.get(ALIAS, force=True)["state"] == "TASK_STATE_OPEN"


def test_what_is_nowhere_is_not_found(scheme, cone):
    assert cone("raj.patel").search("there-is-no-such-alias") == []

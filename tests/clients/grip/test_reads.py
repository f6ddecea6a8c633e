"""SaaS applications, users and the accounts between them: what the lists show, and that they agree."""

import pytest

from grip_client import Page
from support import INSTANT, NOBODY, UUID, instant, percent, refused


def test_a_connection_is_tested_with_one_row(grip):
    page = grip.list_saas(offset=0, limit=1)
    assert isinstance(page, Page) and len(page) == 1
    assert (page.next, page.prev) == (1, 0)


def test_every_application_can_be_read_alone(grip, catalogue):
    for saas in catalogue.saas.values():
        assert UUID.fullmatch(saas["id"])
        assert grip.get_saas(saas["id"]) == saas
        assert saas["id"] in grip.get_saas_id(saas["name"])


def test_an_application_is_found_by_its_whole_name_in_any_case(grip, catalogue):
    saas = next(iter(catalogue.saas.values()))
    assert saas["id"] in grip.get_saas_id(saas["name"].swapcase())
    assert grip.get_saas_id(saas["name"][:-1]) == []
    assert grip.get_saas_id("no such application") == []
    assert grip.get_saas_id("a/b%2Fc?d") == []


def test_counts_and_percentages_of_an_application_are_those_of_its_roster(catalogue):
    for saas in catalogue.saas.values():
        accounts = [row["saasUser"] for row in catalogue.rosters[saas["id"]]]
        live = [account for account in accounts if account["status"] == "active"]
        data = saas["gripData"]
        assert data["numberOfUsers"] == len(accounts)
        assert data["numberOfOnboardedUsers"] == len(live)
        assert data["numberOfOffboardedUsers"] == len(accounts) - len(live)
        assert data["SSOPercentage"] == percent(live)
        assert 0 <= data["riskScore"] <= 100
    assert any(roster for roster in catalogue.rosters.values())


def test_counts_and_percentages_of_a_user_are_those_of_their_accounts(grip, catalogue):
    by_user = {id: [] for id in catalogue.users}
    for account in catalogue.accounts:
        by_user[account["userId"]].append(account)
    for user in catalogue.users.values():
        live = [account for account in by_user[user["id"]] if account["status"] == "active"]
        assert user["gripData"]["numberOfSaas"] == str(len(by_user[user["id"]]))
        assert user["gripData"]["SSOPercentage"] == str(percent(live))


def test_the_two_rosters_show_the_same_accounts(grip, catalogue):
    user = catalogue.leaver()
    rows = list(grip.every(grip.get_saas_applications_for_user, user["id"]))
    assert all(set(row) == {"saas", "saasUser"} for row in rows)
    assert all(row["saas"] == catalogue.saas[row["saasUser"]["saasId"]] for row in rows)
    accounts = {row["saasUser"]["id"]: row["saasUser"] for row in rows}
    assert accounts == {row["id"]: row for row in catalogue.accounts if row["userId"] == user["id"]}
    for id, account in accounts.items():
        assert grip.get_saas_user(id) == account
    saas = catalogue.removable(user["id"])[0]
    [row] = [row for row in catalogue.rosters[saas["id"]] if row["user"]["id"] == user["id"]]
    assert set(row) == {"user", "saasUser"} and row["user"] == user


def test_a_user_is_found_by_id_mail_and_alias(grip, catalogue):
    for user in list(catalogue.users.values())[:10]:
        assert grip.get_user(user["id"]) == user
        assert grip.get_user_id(user["mail"]) == {"userId": user["id"]}
    known = catalogue.user(lambda user: user["aliases"])
    for address in (known["mail"], known["mail"].upper(), *known["aliases"]):
        assert grip.get_user(address) == known
        assert grip.get_user_id(address) == {"userId": known["id"]}
        assert len(grip.get_saas_applications_for_user(address)) == int(known["gripData"]["numberOfSaas"])
    assert known["type"] == "employee"


def test_managers_are_users(catalogue):
    mails = {user["mail"] for user in catalogue.users.values()}
    managers = {user["managerEmail"] for user in catalogue.users.values()} - {None}
    assert managers and managers <= mails


def test_instants_are_utc_seconds(catalogue):
    for saas in catalogue.saas.values():
        for field in ("firstEventTime", "latestEventTime", "lastKnownUsage"):
            assert saas["gripData"][field] is None or INSTANT.fullmatch(saas["gripData"][field])
    for account in catalogue.accounts:
        times = [account[field] for field in ("firstEventTime", "latestEventTime", "lastUsage")]
        assert all(time is None or INSTANT.fullmatch(time) for time in times)
        if account["firstEventTime"] and account["latestEventTime"]:
            assert instant(account["firstEventTime"]) <= instant(account["latestEventTime"])


def test_the_seed_shows_both_sides_of_what_varies(catalogue):
    data = [saas["gripData"] for saas in catalogue.saas.values()]
    assert {row["accessRemovalSupport"] for row in data} >= {"supported", "unsupported"}
    assert len({row["sanctionTag"] for row in data}) > 2
    assert any(row["labels"] for row in data)
    assert any(row["oauthScopes"]["total"] for row in data)
    assert all(row["oauthScopes"]["total"] == row["uniqueScopesCount"] for row in data)
    assert any(row["compliances"] for row in data)
    assert {account["status"] for account in catalogue.accounts} == {"active", "offboarded"}
    assert {user["gripData"]["activity"]["hasActiveMailbox"] for user in catalogue.users.values()} == {True, False}


LISTS = {
    "saas": lambda grip, catalogue: (grip.list_saas, ()),
    "roster": lambda grip, catalogue: (grip.get_users_for_saas_application, (longest(catalogue),)),
    "users": lambda grip, catalogue: (grip.list_users, ()),
    "applications": lambda grip, catalogue: (grip.get_saas_applications_for_user, (catalogue.leaver()["id"],)),
    "alerts": lambda grip, catalogue: (grip.list_alerts, ()),
    "alerts v2": lambda grip, catalogue: (grip.list_alerts_v2, ()),
    "audit": lambda grip, catalogue: (grip.list_audit_logs, ()),
    "offboarding": lambda grip, catalogue: (grip.list_offboarding_workflows, ()),
}


def longest(catalogue) -> str:
    return max(catalogue.rosters, key=lambda id: len(catalogue.rosters[id]))


@pytest.mark.parametrize("name", LISTS)
def test_paging(grip, catalogue, name):
    if name in ("audit", "offboarding"):  # the seed may tell of too few
        for number in range(3):
            grip.create_label(longest(catalogue), f"page-{number}")
            grip.start_offboarding([{"userId": catalogue.leaver()["id"]}])
    action, ids = LISTS[name](grip, catalogue)
    whole = list(grip.every(action, *ids))
    assert len(whole) >= 3
    first = action(*ids)
    assert first == whole[:200]
    assert (first.next, first.prev) == (200 if len(whole) > 200 else None, 0)

    size = max(1, len(whole) // 3)
    pages = []
    offset = 0
    while offset is not None:
        page = action(*ids, limit=size, offset=offset)
        assert len(page) == min(size, len(whole) - offset)
        assert page.prev == max(0, offset - size)
        assert page.next == (offset + size if offset + size < len(whole) else None)
        pages += page
        offset = page.next
    assert pages == whole

    exact = action(*ids, limit=min(len(whole), 200), offset=max(0, len(whole) - 200))
    assert exact.next is None
    beyond = action(*ids, limit=10, offset=len(whole) + 5)
    assert beyond == [] and beyond.next is None and beyond.prev == max(0, len(whole) - 5)
    assert len(action(*ids, limit=100_000)) == min(200, len(whole))
    for bad in ({"limit": 0}, {"limit": -1}, {"offset": -1}, {"limit": "ten"}, {"offset": "1.5"}, {"limit": ""}):
        with refused(400):
            action(*ids, **bad)


def test_the_list_of_users_takes_its_next_header_back(grip, catalogue):
    whole = list(catalogue.users.values())
    assert len(whole) > 200
    assert grip.list_users(next=200) == whole[200:400]
    assert grip.list_users(next=200, limit=5) == whole[200:205]
    assert grip.list_users(next=1, offset=0) == whole[:200]
    with refused(400):
        grip.list_users(next=-1)


def test_what_nobody_knows_is_not_found(grip, catalogue):
    for action in (grip.get_saas, grip.get_users_for_saas_application, grip.get_saas_user, grip.get_user):
        for unknown in (NOBODY, "12345", "no such thing"):
            with refused(404):
                action(unknown)
    with refused(404):
        grip.get_user_id("nobody@acme.example")
    with refused(404):
        grip.get_saas_applications_for_user(NOBODY)
    with refused(404):
        grip.get_saas(next(iter(catalogue.saas.values()))["name"])

"""Alerts, both versions, and the audit log."""

import pytest

import steps
from support import instant, refused

SEVERITIES = {"1": "Low", "2": "Medium", "3": "High", "4": "Critical"}
V2_ONLY = {"alertName", "policyReadableId", "mitigationDescription", "relatedEntityId"}


@pytest.fixture(params=["v1", "v2"])
def version(request, grip):
    """A version's list and its single read."""
    return (grip.list_alerts, grip.get_alert) if request.param == "v1" else (grip.list_alerts_v2, grip.get_alert_v2)


def test_newest_first_and_each_alone(grip, version):
    many, one = version
    alerts = list(grip.every(many))
    assert alerts
    assert [one(alert["alertId"]) for alert in alerts] == alerts
    created = [instant(alert["createdAt"]) for alert in alerts]
    assert created == sorted(created, reverse=True)
    ids = [int(alert["alertId"]) for alert in alerts]
    assert ids == sorted(ids, reverse=True), "ids grow with time"
    for unknown in ("0", "999999", "x"):
        with refused(404):
            one(unknown)


def test_what_version_two_adds(grip):
    old, new = list(grip.every(grip.list_alerts)), list(grip.every(grip.list_alerts_v2))
    for alert, more in zip(old, new, strict=True):
        assert set(more) - set(alert) == V2_ONLY
        assert {field: value for field, value in more.items() if field not in V2_ONLY} == alert
        assert more["relatedEntityId"] == alert["relatedEntity"]["id"]


def test_alerts_tell_of_people_and_applications_that_there_are(grip, catalogue):
    alerts = list(grip.every(grip.list_alerts))
    assert len({alert["alertType"] for alert in alerts}) == 5
    assert "Security Incident Detected" in {alert["alertType"] for alert in alerts}
    for alert in alerts:
        entity = alert["relatedEntity"]
        if entity["entityType"] == "identity":
            user = catalogue.users[entity["id"]]
            assert (entity["name"], entity["email"]) == (user["fullName"], user["mail"])
        else:
            assert (entity["name"], entity["email"]) == (catalogue.saas[entity["id"]]["name"], None)
        if alert["alertType"] == "Security Incident Detected":
            assert set(alert["uniqueFieldsData"]) >= {"more_info_url", "incident_type"}
    assert {alert["relatedEntity"]["entityType"] for alert in alerts} == {"identity", "saas_application"}


def test_filters(grip, version):
    many, _ = version
    alerts = list(grip.every(many))
    for number, name in SEVERITIES.items():
        wanted = [alert for alert in alerts if alert["alertSeverity"] == name]
        for spelled in (number, int(number), name, name.lower(), name.upper()):
            assert many(alert_severity=spelled) == wanted
    assert many(alert_severity=0) == alerts
    some = alerts[len(alerts) // 2]
    for name, of in {
        "alert_type": lambda alert: alert["alertType"],
        "category": lambda alert: alert["category"],
        "related_entity_id": lambda alert: alert["relatedEntity"]["id"],
        "related_entity_type": lambda alert: alert["relatedEntity"]["entityType"],
    }.items():
        wanted = [alert for alert in alerts if of(alert) == of(some)]
        assert many(**{name: of(some)}) == wanted
        assert many(**{name: of(some).upper()}) == wanted
        assert many(**{name: "no such"}) == []
    both = many(alert_severity=some["alertSeverity"], related_entity_type=some["relatedEntity"]["entityType"])
    assert some in both
    assert both == [
        alert
        for alert in alerts
        if alert["alertSeverity"] == some["alertSeverity"]
        and alert["relatedEntity"]["entityType"] == some["relatedEntity"]["entityType"]
    ]
    page = many(related_entity_type="identity", limit=1)
    assert len(page) == 1 and page.next == 1
    for bad in (5, -1, "grave", 2.5):
        with refused(400):
            many(alert_severity=bad)


def test_an_alert_is_raised_and_moves(tenant, grip, catalogue, trail):
    before = list(grip.every(grip.list_alerts))
    user = catalogue.leaver()
    policy = catalogue.inside["policies"][0]
    id = steps.raise_alert(tenant, policy["slug"], catalogue.slugs[user["id"]])
    newest = grip.list_alerts(limit=1)[0]
    assert newest["alertId"] == str(id) and int(id) > int(before[0]["alertId"])
    assert (newest["status"], newest["relatedEntity"]["id"]) == ("open", user["id"])
    assert newest["createdAt"] == newest["updatedAt"]
    assert newest["alertType"] == policy["type"]
    status, moved = "open", newest["updatedAt"]
    for wanted in ("in_progress", "resolved", "open", "dismissed", "open", "in_progress", "dismissed"):
        tenant.advance("PT1M")
        steps.move_alert(tenant, id, steps.MOVES[status, wanted])
        status = wanted
        alert = grip.get_alert(str(id))
        assert alert["status"] == status == grip.get_alert_v2(str(id))["status"]
        assert instant(alert["updatedAt"]) > instant(moved) and alert["createdAt"] == newest["createdAt"]
        moved = alert["updatedAt"]
    steps.is_refused(tenant, steps.move_alert, id, "resolve")
    assert trail.actions() == ["alert.created", *["alert.status_changed"] * 7]
    assert list(grip.every(grip.list_alerts))[1:] == before


def test_the_audit_log_is_newest_first_and_reads_write_nothing(tenant, grip, catalogue, trail):
    saas = next(iter(catalogue.saas.values()))
    for action in (grip.list_saas, grip.list_users, grip.list_alerts, grip.list_alerts_v2, grip.list_audit_logs,
                   grip.list_offboarding_workflows):  # fmt: skip
        action()
    grip.get_saas(saas["id"])
    assert trail.actions() == []
    grip.create_label(saas["id"], "one")
    tenant.advance("PT1M")
    grip.create_label(saas["id"], "two")
    newest, older, *_ = grip.list_audit_logs()
    assert instant(newest["timestamp"]) > instant(older["timestamp"])
    assert (newest["entityId"], newest["entityName"]) == (saas["id"], saas["name"])
    assert newest["description"]
    times = [instant(row["timestamp"]) for row in grip.every(grip.list_audit_logs)]
    assert times == sorted(times, reverse=True)
    ids = [row["id"] for row in grip.every(grip.list_audit_logs)]
    assert len(ids) == len(set(ids))

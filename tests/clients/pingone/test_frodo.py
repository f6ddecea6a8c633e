"""The vendor's community client over plain http, unmodified: it signs in, and keeps the directory."""

from __future__ import annotations

import json
import uuid


def test_it_signs_in_and_finds_people(script):
    [mia] = script("query", 'userName eq "mia.chen"')
    assert (mia["givenName"], mia["sn"], mia["accountStatus"]) == ("Mia", "Chen", "active")
    assert len(script("query", "true")) > 50  # page by page
    assert script("query", 'sn eq "nobody at all"') == []


def test_it_says_where_it_is(script, base):
    info = script("info")
    assert (info["host"], info["deploymentType"]) == (f"{base}/am", "cloud")
    assert info["authenticatedSubject"].startswith("rolecall-automation")


def test_it_creates_changes_and_deletes_people(script, tenant):
    chosen = str(uuid.uuid4())
    zoe = {"userName": "zoe.park", "givenName": "Zoe", "sn": "Park", "mail": "zoe.park@acme.example"}
    assert script("create", chosen, json.dumps(zoe))["_id"] == chosen
    assert any(person["slug"] == "zoe.park" for person in tenant.people())
    patched = script("patch", chosen, json.dumps([{"operation": "replace", "field": "/sn", "value": "Lund"}]))
    assert patched["sn"] == "Lund"
    assert script("read", chosen)["cn"] == "Zoe Lund"
    script("delete", chosen)
    assert script("query", 'userName eq "zoe.park"') == []


def test_the_command_line_says_the_same(frodo):
    said = frodo("npx", "--no-install", "frodo", "info", "--json")
    assert "8.0.0-SNAPSHOT" in said

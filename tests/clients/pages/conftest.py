"""A browser with nothing in it, and callers of the vendors whose pages it opens."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import requests
from selenium import webdriver
from selenium.common.exceptions import WebDriverException

import recording
from grip.grip_client import Grip

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1000,900",
)


def programs() -> tuple[str, str]:
    """Chromium and its driver: those that the environment names, or those of the system."""
    found = (
        os.environ.get("CHROMIUM") or shutil.which("chromium"),
        os.environ.get("CHROMEDRIVER") or shutil.which("chromedriver"),
    )
    if not all(found):
        reason = (
            "no Chromium: install Debian's packages chromium and chromium-driver, or set CHROMIUM and CHROMEDRIVER"
        )
        if os.environ.get("ROLECALL_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    chromium, driver = programs()
    profile: Path = tmp_path_factory.mktemp("profile")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    try:
        window = webdriver.Chrome(options, webdriver.ChromeService(driver))
    except WebDriverException as error:
        pytest.fail(f"Chromium is there and does not start: {error.msg}")
    window.set_page_load_timeout(30)
    window.implicitly_wait(0)
    yield window
    window.quit()


@pytest.fixture
def grip(tenant) -> Grip:
    session = requests.Session()
    session.trust_env = False
    session.hooks["response"].append(recording.seen)
    return Grip(tenant.base_url("grip"), tenant.credentials("grip")[0]["clientSecret"], session)


@pytest.fixture(autouse=True)
def picture(request, browser):
    """What the person saw last, kept where ROLECALL_PICTURES says."""
    browser.get_log("browser")  # what an earlier test left is not this one's
    yield
    if folder := os.environ.get("ROLECALL_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        browser.save_screenshot(str(Path(folder) / f"{request.node.name}.png"))

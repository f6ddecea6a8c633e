"""The page behind a justification link: a person reads the question and answers it."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

JUSTIFICATION = 'Monthly figures for "Flow & Pressure" <team>\nand the auditors'


@pytest.fixture
def asked(grip):
    """A person, one of their applications, and the request."""
    user, row = next(
        (user, rows[0])
        for user in grip.every(grip.list_users)
        if (rows := [row for row in grip.get_saas_applications_for_user(user["id"])])
    )
    request = grip.send_justification_request(row["saas"]["id"], user_id=user["id"])["requestId"]
    return user, row["saas"], request


def text(browser) -> str:
    return browser.find_element(By.TAG_NAME, "body").text


def complaints(browser) -> list[dict]:
    """What the browser's console says, but for the icon that every browser asks for."""
    return [line for line in browser.get_log("browser") if "favicon" not in line["message"]]


@pytest.mark.parametrize("still_in_use", [True, False])
def test_a_person_answers(browser, grip, tenant, asked, still_in_use):
    user, saas, request = asked
    browser.get(grip.get_justification_request_link(request))
    assert saas["name"] in text(browser)
    assert browser.title
    assert grip.get_justification_request_status(request)["status"] == "opened"

    [box] = browser.find_elements(By.TAG_NAME, "textarea")
    label = browser.find_element(By.CSS_SELECTOR, f"label[for='{box.get_attribute('id')}']")
    assert label.text, "the question is written above the box"
    [form] = browser.find_elements(By.TAG_NAME, "form")
    box.send_keys(JUSTIFICATION)
    radios = form.find_elements(By.CSS_SELECTOR, "input[type=radio]")
    if radios:
        radios[0 if still_in_use else 1].click()
    else:
        tick = form.find_element(By.CSS_SELECTOR, "input[type=checkbox]")
        if tick.is_selected() is not still_in_use:
            tick.click()
    form.find_element(By.CSS_SELECTOR, "button[type=submit], button:not([type]), input[type=submit]").click()
    WebDriverWait(browser, 10).until(lambda browser: not browser.find_elements(By.TAG_NAME, "form"))

    answer = grip.get_justification_request_status(request)
    assert answer["status"] == "answered" and answer["completedAt"]
    assert answer["response"]["justification"].replace("\r\n", "\n") == JUSTIFICATION
    assert answer["response"]["stillInUse"] is still_in_use
    assert complaints(browser) == []

    browser.refresh()  # which sends the form again
    assert not browser.find_elements(By.TAG_NAME, "form")
    assert grip.get_justification_request_status(request) == answer


def test_an_answer_without_words_is_not_sent(browser, grip, asked):
    _, _, request = asked
    browser.get(grip.get_justification_request_link(request))
    browser.find_element(By.CSS_SELECTOR, "form button, form input[type=submit]").click()
    assert browser.find_elements(By.TAG_NAME, "form"), "the person may try again"
    assert grip.get_justification_request_status(request)["status"] == "opened"

    browser.find_element(By.TAG_NAME, "textarea").send_keys("   ")
    browser.find_element(By.CSS_SELECTOR, "form button, form input[type=submit]").click()
    WebDriverWait(browser, 10).until(lambda browser: browser.find_elements(By.CSS_SELECTOR, "[role=alert]"))
    assert browser.find_elements(By.TAG_NAME, "form"), "the person may try again"
    assert grip.get_justification_request_status(request)["status"] == "opened"


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_who_comes_too_late_reads_so(browser, grip, tenant, asked, end):
    _, saas, request = asked
    link = grip.get_justification_request_link(request)
    if end == "cancelled":
        grip.cancel_justification_request(request)
    else:
        tenant.advance("P90D")
    before = grip.get_justification_request_status(request)
    assert before["status"] == end
    browser.get(link)
    assert not browser.find_elements(By.TAG_NAME, "form")
    said = text(browser).lower()
    assert end in said or "no longer" in said or "closed" in said, said
    assert grip.get_justification_request_status(request) == before
    assert complaints(browser) == []


def test_it_is_cancelled_while_the_person_writes(browser, grip, asked):
    _, _, request = asked
    browser.get(grip.get_justification_request_link(request))
    browser.find_element(By.TAG_NAME, "textarea").send_keys("still writing")
    grip.cancel_justification_request(request)
    radios = browser.find_elements(By.CSS_SELECTOR, "input[type=radio]")
    if radios:
        radios[0].click()
    browser.find_element(By.CSS_SELECTOR, "form button, form input[type=submit]").click()
    WebDriverWait(browser, 10).until(lambda browser: not browser.find_elements(By.TAG_NAME, "form"))
    assert grip.get_justification_request_status(request)["status"] == "cancelled"

"""The life of a justification request, to each of its ends; and the page behind its link."""

from html.parser import HTMLParser

import pytest

import steps
from support import NOBODY, UUID, follow, instant, refused

ENDS = {"answered", "expired", "cancelled"}


@pytest.fixture
def user(catalogue):
    return catalogue.leaver()


@pytest.fixture
def saas(catalogue, user):
    return catalogue.held(user["id"])[0]


@pytest.fixture
def sent(grip, user, saas) -> str:
    answer = grip.send_justification_request(saas["id"], user_id=user["id"])
    assert set(answer) == {"requestId"} and UUID.fullmatch(answer["requestId"])
    return answer["requestId"]


@pytest.fixture
def status(grip, sent):
    return lambda: grip.get_justification_request_status(sent)


@pytest.fixture
def visit(session):
    """Opens an address as a browser would: no token."""

    def get(url: str) -> str:
        answer = session.get(url, timeout=30)
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"), answer.text
        return answer.text

    return get


def test_sent(tenant, status, sent, user, saas, credential):
    answer = status()
    assert (answer["status"], answer["completedAt"], answer["response"]) == ("sent", None, {})
    assert (answer["requestId"], answer["createdBy"]) == (sent, credential["name"])
    assert (answer["recipientName"], answer["recipientMail"]) == (user["fullName"], user["mail"])
    assert (answer["saasId"], answer["saasName"]) == (saas["id"], saas["name"])
    instant(answer["startedAt"])
    tenant.advance("PT1M")
    assert status() == answer


def test_opened_and_answered_on_the_page(tenant, session, grip, status, sent, saas, trail, visit):
    link = grip.get_justification_request_link(sent)
    assert link.startswith(tenant.origin) and link.endswith(sent)
    assert status()["status"] == "sent"

    page = Form.on(visit(link))
    assert saas["name"] in page.text
    assert status()["status"] == "opened" and status()["completedAt"] is None
    visit(link)
    assert status()["status"] == "opened"

    tenant.advance("PT1H")
    page.answer(session, link, "Quarterly <b>reports</b> & more", still_in_use=True)
    answer = status()
    assert answer["status"] == "answered"
    assert answer["response"] == {
        "justification": "Quarterly <b>reports</b> & more",
        "stillInUse": True,
        "answeredAt": answer["completedAt"],
    }
    assert trail.actions() == ["justification_request.opened", "justification_request.answered"]
    assert not Form.on(visit(grip.get_justification_request_link(sent))).fields
    with refused(409):
        grip.cancel_justification_request(sent)


def test_a_preview_of_the_link_opens_nothing(session, grip, status, sent):
    """Mail programs look at links before people do."""
    assert session.head(grip.get_justification_request_link(sent), timeout=30).status_code == 200
    assert status()["status"] == "sent"


def test_the_link_leads_to_where_the_caller_is(tenant, session, grip, sent, visit):
    headers = {**grip.headers, "Host": f"{tenant.name}.dep.grip.security"}
    url = f"{tenant.origin}/public/actions/justification/{sent}/link"
    link = session.get(url, headers=headers, timeout=30).json()
    assert link == f"http://{tenant.name}.dep.grip.security/justification/{sent}"
    page = session.get(f"{tenant.origin}/justification/{sent}", headers={"Host": headers["Host"]}, timeout=30)
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    with_prefix = session.get(f"{tenant.base_url('grip')}/justification/{sent}", timeout=30)
    assert with_prefix.text == page.text


def test_no_longer_in_use(session, grip, status, sent, visit):
    link = grip.get_justification_request_link(sent)
    Form.on(visit(link)).answer(session, link, "I moved to another tool", still_in_use=False)
    assert status()["response"]["stillInUse"] is False


def test_answered_without_being_opened(tenant, status, sent, trail):
    steps.answer(tenant, sent, justification="by phone", still_in_use=True)
    answer = status()
    assert answer["status"] == "answered" and answer["completedAt"]
    assert answer["response"]["justification"] == "by phone"
    assert trail.actions() == ["justification_request.answered"]


@pytest.mark.parametrize("opened", [False, True])
def test_expired(tenant, grip, status, sent, visit, trail, opened):
    if opened:
        visit(grip.get_justification_request_link(sent))
    seen, last = follow(tenant, status, ENDS, by="PT12H")
    assert seen == ["opened" if opened else "sent", "expired"]
    assert instant(last["completedAt"]) > instant(last["startedAt"]) and last["response"] == {}
    assert trail.actions()[-1] == "justification_request.expired"
    assert not Form.on(visit(grip.get_justification_request_link(sent))).fields
    assert status() == last
    with refused(409):
        grip.cancel_justification_request(sent)


def test_opened_and_expired_by_the_control_plane(tenant, status, sent, trail):
    steps.open_link(tenant, sent)
    assert status()["status"] == "opened"
    steps.expire(tenant, sent)
    assert status()["status"] == "expired" and status()["completedAt"]
    assert trail.actions() == ["justification_request.opened", "justification_request.expired"]
    steps.is_refused(tenant, steps.open_link, sent)


@pytest.mark.parametrize("opened", [False, True])
def test_cancelled(tenant, grip, status, sent, visit, trail, opened):
    if opened:
        visit(grip.get_justification_request_link(sent))
    assert grip.cancel_justification_request(sent) == {"requestId": sent}
    last = status()
    assert last["status"] == "cancelled" and last["completedAt"]
    assert trail.actions()[-1] == "justification_request.cancelled"
    assert not Form.on(visit(grip.get_justification_request_link(sent))).fields
    tenant.advance("P90D")
    assert status() == last
    with refused(409):
        grip.cancel_justification_request(sent)
    steps.is_refused(tenant, steps.answer, sent, justification="too late", still_in_use=True)


def test_a_form_that_was_left_open_answers_nothing_any_more(session, grip, status, sent, visit):
    link = grip.get_justification_request_link(sent)
    page = Form.on(visit(link))
    grip.cancel_justification_request(sent)
    last = status()
    page.answer(session, link, "too late", still_in_use=True, well=False)
    assert status() == last


def test_by_mail_address_and_other_platforms(grip, user, saas):
    for platform in ("email", "slack", "teams", "Slack"):
        answer = grip.send_justification_request(
            saas["id"], user_email=user["mail"].upper(), communication_platform=platform
        )
        assert grip.get_justification_request_status(answer["requestId"])["recipientMail"] == user["mail"]
    grip.send_justification_request(saas["id"], user_id=user["id"], user_email=user["mail"])


def test_what_cannot_be_sent(grip, catalogue, user, saas, trail):
    other = catalogue.user(lambda other: other["id"] != user["id"])
    without = next(saas for saas in catalogue.saas.values() if all(
        row["user"]["id"] != user["id"] for row in catalogue.rosters[saas["id"]]
    ))  # fmt: skip
    send = grip.send_justification_request
    for bad in (
        {"user_id": None},
        {"saas_application_id": None},
        {"communication_platform": "pigeon"},
        {"user_email": other["mail"]},
        {"saas_application_id": without["id"]},
    ):
        with refused(400):
            send(**{"saas_application_id": saas["id"], "user_id": user["id"], **bad})
    for unknown in (
        {"user_id": NOBODY},
        {"user_id": None, "user_email": "nobody@acme.example"},
        {"saas_application_id": NOBODY},
    ):
        with refused(404):
            send(**{"saas_application_id": saas["id"], "user_id": user["id"], **unknown})
    with refused(400):
        grip.cancel_justification_request(None)
    with refused(404):
        grip.cancel_justification_request(NOBODY)
    with refused(404):
        grip.get_justification_request_status(NOBODY)
    with refused(404):
        grip.get_justification_request_link(NOBODY)
    assert trail.actions() == []


def test_a_page_that_there_is_not(tenant, session, grip, sent):
    link = grip.get_justification_request_link(sent).replace(sent, NOBODY)
    assert session.get(link, timeout=30).status_code == 404


class Form(HTMLParser):
    """The form on a page, if there is one: enough of a browser to fill it in."""

    def __init__(self):
        super().__init__()
        self.text = ""
        self.action: str | None = None
        self.method = "get"
        self.fields: dict[str, list[str]] = {}
        self.long: list[str] = []

    @classmethod
    def on(cls, page: str) -> "Form":
        form = cls()
        form.feed(page)
        return form

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.action, self.method = attributes.get("action") or "", attributes.get("method", "get").lower()
        elif tag in ("input", "textarea", "button") and attributes.get("name"):
            self.fields.setdefault(attributes["name"], []).append(attributes.get("value") or "")
            if tag == "textarea":
                self.long.append(attributes["name"])

    def handle_data(self, data):
        self.text += data

    def answer(self, session, link: str, justification: str, still_in_use: bool, well: bool = True) -> None:
        """Writes the one long text, chooses yes or no, sends it off."""
        from urllib.parse import urljoin

        [long] = self.long
        [choice] = [name for name in self.fields if name not in self.long and len(self.fields[name]) > 1]
        yes, no = self.fields[choice][:2]
        data = {name: values[0] for name, values in self.fields.items() if len(values) == 1}
        data |= {long: justification, choice: yes if still_in_use else no}
        assert self.method == "post"
        answer = session.post(urljoin(link, self.action or ""), data=data, timeout=30)
        assert (answer.status_code == 200) is well, answer.text

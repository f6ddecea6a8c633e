"""Webhooks that the SDK sets up, called on this machine: what they are told reads as the SDK's own messages and is
signed, and what they answer decides the step."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from conductorone_sdk.models import shared

from persons import KSUID, Person, step
from workshop import NEEDED, Workshop

VENDOR = "conductorone"
pytestmark = pytest.mark.needs(*NEEDED, "c1.api.webhooks.v1.WebhooksService.Create")


class Receiver:
    """Somebody on this machine who is called: gives these answers in turn, and keeps what was said."""

    def __init__(self):
        self.answers: list[tuple[int, dict | None]] = []
        self.received: list[tuple[dict, bytes]] = []
        receiver = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status, answer = receiver.answers.pop(0) if receiver.answers else (410, None)
                self.send_response(status)
                text = b"" if answer is None else json.dumps(answer).encode()
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()


@pytest.fixture
def workshop(ada, connect, tenant) -> Workshop:
    tenant.step(VENDOR, "switch", switches={"loopbackWebhooks": True})
    return Workshop(ada, connect)


def hook(ada: Person, receiver: Receiver) -> shared.Webhook:
    made = ada.sdk.webhooks.create(request={"display_name": "Change board", "url": receiver.url})
    return made.webhooks_service_create_response.webhook


def asked(workshop: Workshop, raj: Person, webhook: shared.Webhook) -> shared.Task:
    """Raj's request, which the webhook decides."""
    entitlement = workshop.entitlement(approvers=[raj])
    steps = [{"approval": {"webhook_approval": {"webhook_id": webhook.id}}}]
    policy = {"policy_steps": {"grant": {"steps": steps}}}
    workshop.sdk.policies.update(
        request={
            "id": entitlement.grant_policy_id,
            "update_policy_request": {"policy": policy, "update_mask": "policySteps"},
        }
    )
    return raj.grant(entitlement).task


def test_a_webhook_is_tested(ada, tenant, workshop, receiver):
    webhook = hook(ada, receiver)
    receiver.answers = [(200, {})]
    tested = ada.sdk.webhooks.test(request={"id": webhook.id}).webhooks_service_test_response.webhook_instance
    assert tested.webhook_id == webhook.id and KSUID.fullmatch(tested.id)
    tenant.advance("PT1S")
    (_, body), = receiver.received
    assert json.loads(body)["payload"] == {"@type": "type.googleapis.com/c1.webhooks.v1.PayloadTest"}


def test_a_webhook_is_told_and_decides(ada, raj, tenant, base, workshop, receiver):
    webhook = hook(ada, receiver)
    receiver.answers = [(200, {"version": "v1", "approve": {"comment": "Change 77."}})]
    task = asked(workshop, raj, webhook)
    assert step(task).approval_instance.approval.webhook_approval.webhook_id == webhook.id
    tenant.advance("PT1S")

    (headers, body), = receiver.received
    told = json.loads(body)
    assert (told["version"], told["webhookId"]) == ("v1", webhook.id)
    assert told["payload"]["@type"].endswith("/c1.webhooks.v1.PayloadPolicyApprovalStep")
    view = shared.TaskView.model_validate(told["payload"]["taskView"])
    assert (view.task.id, step(view.task).id) == (task.id, step(task).id)
    assert view.user_path.startswith("$.expanded[")

    digest = hashlib.sha256(body).digest()
    assert headers["content-digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
    token = headers["authorization"].removeprefix("bearer ")
    with urllib.request.urlopen(f"{base}/auth/v1/jwks", timeout=30) as answer:
        keys = {key["kid"]: key for key in json.load(answer)["keys"]}
    key = jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]], algorithm="EdDSA")
    claims = jwt.decode(token, key.key, algorithms=["EdDSA"], audience=receiver.url)
    assert (claims["c1typ"], claims["htm"], claims["htu"]) == ("wh", "POST", receiver.url)
    assert claims["htb_s256"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    task = workshop.provisioned(ada.task(task.id))
    assert task.task_type.task_type_grant.outcome == "GRANT_OUTCOME_GRANTED"


def test_a_promised_decision_is_brought_once(ada, raj, tenant, workshop, receiver):
    webhook = hook(ada, receiver)
    receiver.answers = [(202, None)]
    task = asked(workshop, raj, webhook)
    tenant.advance("PT1S")
    assert ada.task(task.id).processing == "TASK_PROCESSING_TYPE_WAITING"
    callback = json.loads(receiver.received[0][1])["callbackUrl"]
    decision = json.dumps({"version": "v1", "deny": {"comment": "Freeze."}}).encode()

    def bring() -> int:
        sent = urllib.request.Request(callback, decision, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(sent, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    assert (bring(), bring()) == (200, 400)
    task = ada.task(task.id)
    assert (task.state, task.task_type.task_type_grant.outcome) == ("TASK_STATE_CLOSED", "GRANT_OUTCOME_DENIED")


def test_a_webhook_that_is_gone_is_passed_over(ada, raj, tenant, workshop, receiver):
    webhook = hook(ada, receiver)
    receiver.answers = [(500, None), (410, None)]
    task = asked(workshop, raj, webhook)
    tenant.advance("PT1M")
    assert len(receiver.received) == 2
    task = ada.task(task.id)
    assert step(task).provision_instance is not None, "the policy goes on"

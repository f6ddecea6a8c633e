"""Event triggers through the SDK: subscriptions, their filters, tests of them, deliveries to a subscriber on loopback,
and the log of invocations."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sailpoint.exceptions import ApiException, BadRequestException, NotFoundException
from sailpoint.triggers import (
    BasicAuthConfig,
    CompleteInvocation,
    HttpConfig,
    SubscriptionPatchRequestInner,
    SubscriptionPatchRequestInnerValue,
    SubscriptionPostRequest,
    SubscriptionPutRequest,
    TestInvocation as Trial,
    TriggersApi,
    ValidateFilterInputDto,
)

from expect import rows

SUBMITTED = "idn:access-request-pre-approval"
DECIDED = "idn:access-request-post-approval"


class Subscriber:
    """Somebody on this machine who is called, keeps what they are told, and answers what they were given to say."""

    def __init__(self) -> None:
        self.told: list[tuple[dict, dict]] = []
        self.answers: list[tuple[int, dict]] = []
        subscriber = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                subscriber.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status, answer = subscriber.answers.pop(0) if subscriber.answers else (200, {})
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    subscriber = Subscriber()
    yield subscriber
    subscriber.close()


@pytest.fixture
def triggers(ada) -> TriggersApi:
    return TriggersApi(ada.client)


def subscription(trigger: str, subscriber: Subscriber, **more) -> SubscriptionPostRequest:
    mode = more.pop("mode", "SYNC")
    basic = BasicAuthConfig(user_name="me", password="hush")
    http = HttpConfig(
        url=subscriber.url,
        http_dispatch_mode=mode,
        http_authentication_type="BASIC_AUTH",
        basic_auth_config=basic,
    )
    return SubscriptionPostRequest(name="mine", trigger_id=trigger, type="HTTP", http_config=http, **more)


def test_the_four_triggers_of_access_requests_are_listed(triggers):
    # The SDK tells the examples of two triggers apart by nothing, and gives up on both.
    listed = {row["id"]: row for row in rows(triggers.list_triggers_v1_without_preload_content())}
    assert {SUBMITTED, DECIDED, "idn:access-request-dynamic-approver", "idn:post-provisioning"} <= listed.keys()
    [one] = rows(triggers.list_triggers_v1_without_preload_content(filters=f'id eq "{SUBMITTED}"'))
    assert one["type"] == "REQUEST_RESPONSE"
    assert listed[DECIDED]["type"] == "FIRE_AND_FORGET"


def test_a_subscription_is_made_read_changed_and_ended(triggers, subscriber):
    made = triggers.create_subscription_v1(subscription(DECIDED, subscriber, description="first"))
    assert (made.name, made.trigger_id, made.enabled) == ("mine", DECIDED, True)
    [listed] = triggers.list_subscriptions_v1(filters=f'id eq "{made.id}"')
    assert listed.http_config.url == subscriber.url
    assert listed.http_config.basic_auth_config.password != "hush"  # a secret is never shown again

    changed = triggers.update_subscription_v1(
        made.id, SubscriptionPutRequest(name="yours", type="HTTP", http_config=listed.http_config, enabled=False)
    )
    assert (changed.name, changed.enabled) == ("yours", False)
    value = SubscriptionPatchRequestInnerValue("theirs")
    patch = [SubscriptionPatchRequestInner(op="replace", path="/name", value=value)]
    assert triggers.patch_subscription_v1(made.id, patch).name == "theirs"

    triggers.delete_subscription_v1(made.id)
    assert triggers.list_subscriptions_v1() == []
    with pytest.raises(NotFoundException):
        triggers.delete_subscription_v1(made.id)


def test_a_subscription_that_cannot_be_is_refused_and_none_is_made(triggers, subscriber):
    with pytest.raises(ApiException) as refused:
        triggers.create_subscription_v1(subscription("idn:no-such-trigger", subscriber))
    assert 400 <= refused.value.status < 500
    with pytest.raises(BadRequestException):
        triggers.create_subscription_v1(subscription(DECIDED, subscriber, filter="$[?("))
    assert triggers.list_subscriptions_v1() == []


def test_a_filter_is_tried_before_it_is_used(triggers):
    told = {"requestedItemsStatus": [{"name": "ERP"}, {"name": "Wiki"}]}

    def fits(path: str) -> bool:
        return triggers.test_subscription_filter_v1(ValidateFilterInputDto(input=told, filter=path)).is_valid_json_path

    assert fits('$.requestedItemsStatus[?(@.name == "ERP")]')


def test_a_subscriber_decides_over_a_submission(tenant, triggers, subscriber, raj, role):
    triggers.create_subscription_v1(subscription(SUBMITTED, subscriber))
    subscriber.answers = [(200, {"approved": False, "comment": "frozen", "approver": "policy"})]
    request_id = raj.ask(role)
    tenant.settle_webhooks()
    [(headers, body)] = subscriber.told
    assert headers["authorization"] == "Basic bWU6aHVzaA=="
    assert body["accessRequestId"] == request_id
    assert body["_metadata"]["triggerId"] == SUBMITTED
    status = raj.status(request_id)
    assert status.state == "REJECTED"
    assert status.pre_approval_trigger_details.comment == "frozen"
    [invocation] = triggers.list_trigger_invocation_status_v1(filters=f'triggerId eq "{SUBMITTED}"')
    assert invocation.type == "REAL_TIME"
    assert invocation.complete_invocation_input.output["approved"] is False


def test_filters_decide_who_is_told_what_was_decided(tenant, triggers, subscriber, mia, asked):
    request_id, approval = asked
    mine = f'$[?($.accessRequestId == "{request_id}")]'
    triggers.create_subscription_v1(subscription(DECIDED, subscriber, filter=mine))
    triggers.create_subscription_v1(
        subscription(DECIDED, subscriber, filter='$[?($.accessRequestId == "another")]')
    )
    mia.approvals.approve_access_request_v1(approval.id)
    tenant.settle_webhooks()
    [(_, body)] = subscriber.told
    assert body["accessRequestId"] == request_id


def test_an_answer_may_come_later_with_the_secret_of_its_invocation(tenant, triggers, subscriber, raj, role, mia):
    triggers.create_subscription_v1(subscription(SUBMITTED, subscriber, mode="ASYNC"))
    request_id = raj.ask(role)
    tenant.settle_webhooks()
    [(_, body)] = subscriber.told
    assert mia.pending(request_id) == []
    metadata = body["_metadata"]
    answer = {"approved": True, "comment": "fine", "approver": "policy"}
    [*_, invocation, _] = metadata["callbackURL"].split("/")
    triggers.complete_trigger_invocation_v1(
        invocation, CompleteInvocation(secret=metadata["secret"], output=answer)
    )
    assert len(mia.pending(request_id)) == 1


def test_a_test_goes_out_even_to_who_is_switched_off(tenant, triggers, subscriber):
    made = triggers.create_subscription_v1(subscription(DECIDED, subscriber, enabled=False))
    trial = Trial(trigger_id=DECIDED, content_json={"workflowId": 1234}, subscription_ids=[made.id])
    [started] = triggers.start_test_trigger_invocation_v1(trial)
    assert started.trigger_id == DECIDED
    tenant.settle_webhooks()
    assert len(subscriber.told) == 1
    [invocation] = triggers.list_trigger_invocation_status_v1()
    assert (invocation.type, invocation.subscription_id) == ("TEST", made.id)

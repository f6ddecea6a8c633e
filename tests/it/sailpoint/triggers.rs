//! Event triggers: who is asked and told on the way of a request, and what their answers do.

use http::Method;
use serde_json::{Value, json};

use super::{ADMIN, CONTENT, ILLEGAL, MISSING, Scene, assert_refused, id, person, wish};
use crate::common::subscriber::{Answer, Subscriber};

const SUBMITTED: &str = "idn:access-request-pre-approval";
const APPROVER: &str = "idn:access-request-dynamic-approver";
const DECIDED: &str = "idn:access-request-post-approval";
const PROVISIONED: &str = "idn:post-provisioning";

/// Needs nobody's approval.
const FREE: &str = "access-profile/erp-requisitioner";

impl Scene {
    async fn subscribe(&self, trigger: &str, url: &str, extra: Value) -> String {
        let mut body = json!({"name": "mine", "triggerId": trigger, "type": "HTTP",
            "httpConfig": {"url": url, "httpDispatchMode": "SYNC"}});
        for (name, value) in extra.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = self.post(ADMIN, "/v2025/trigger-subscriptions", body).await.status(201).json();
        made["id"].as_str().unwrap().to_owned()
    }
    async fn settle(&self) {
        let settled = self.stage.post("/_rolecall/tenants/default/webhooks/settle").await.status(200).json();
        assert_eq!(settled["settled"], true);
    }
    async fn invocations(&self) -> Vec<Value> {
        let path = "/v2025/trigger-invocations/status?sorters=created";
        self.get(ADMIN, path).await.status(200).json().as_array().unwrap().clone()
    }
    /// Answers an invocation later, as the subscriber does: without a token.
    async fn complete(&self, told: &Value, body: Value) -> crate::common::Reply {
        let url = told["_metadata"]["callbackURL"].as_str().unwrap();
        let path = url.strip_prefix("http://localhost").unwrap();
        self.stage.post(path).json(body).await
    }
}

fn mode(url: &str, mode: &str) -> Value {
    json!({"httpConfig": {"url": url, "httpDispatchMode": mode}})
}

#[tokio::test]
async fn a_submission_goes_on_when_its_subscriber_agrees() {
    let scene = Scene::new();
    let yes = r#"{"approved": true, "comment": "fine", "approver": "mia.chen"}"#;
    let subscriber = Subscriber::answering([Answer::With(200, yes)]).await;
    let proof = json!({"httpConfig": {"url": subscriber.url("/in"), "httpDispatchMode": "SYNC",
        "httpAuthenticationType": "BASIC_AUTH", "basicAuthConfig": {"userName": "me", "password": "hush"}}});
    scene.subscribe(SUBMITTED, &subscriber.url("/in"), proof).await;
    let wishes = [wish(FREE).with("comment", "at home"), wish("role/wiki-and-tickets")];
    let request = scene.request("ed.okafor", "ed.okafor", &wishes).await;
    // It waits, and can still be taken back, while the subscriber thinks.
    let items = scene.status(&request).await;
    assert!(items.iter().all(|item| item["state"] == "EXECUTING" && item["cancelable"] == true));
    scene.settle().await;

    let told = &subscriber.received();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].headers["authorization"], "Basic bWU6aHVzaA==");
    let body = &told[0].body;
    assert_eq!(body["accessRequestId"], request);
    assert_eq!(body["requestedFor"], json!([{"type": "IDENTITY", "id": person("ed.okafor"), "name": "Ed Okafor"}]));
    assert_eq!(body["requestedBy"]["id"], person("ed.okafor"));
    assert_eq!(body["requestedItems"].as_array().unwrap().len(), 2);
    assert_eq!(body["requestedItems"][0]["id"], id(FREE));
    assert_eq!(body["requestedItems"][0]["operation"], "Add");
    assert_eq!(body["requestedItems"][0]["comment"], "at home");
    let metadata = &body["_metadata"];
    assert_eq!(metadata["triggerId"], SUBMITTED);
    assert_eq!(metadata["triggerType"], "requestResponse");
    assert_eq!(metadata["responseMode"], "sync");

    let items = scene.status(&request).await;
    let said = json!({"comment": "fine", "reviewer": "mia.chen", "decision": "APPROVED"});
    assert!(items.iter().all(|item| item["preApprovalTriggerDetails"] == said), "{items:?}");
    let phase = &items[0]["accessRequestPhases"][1];
    assert_eq!(phase["name"], "APPROVAL_PHASE");
    assert_eq!(phase["phaseReference"], "preApprovalTriggerDetails");
    assert_eq!(phase["result"], "SUCCESSFUL");
    scene.advance("PT1M").await;
    let free = scene.status(&request).await.into_iter().find(|item| item["id"] == id(FREE)).unwrap();
    assert_eq!(free["state"], "REQUEST_COMPLETED", "{free}");

    let listed = scene.invocations().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["type"], "REAL_TIME");
    assert_eq!(listed[0]["subscriptionName"], "mine");
    assert_eq!(listed[0]["startInvocationInput"]["input"]["accessRequestId"], request);
    assert_eq!(listed[0]["completeInvocationInput"]["output"]["approved"], true);
    // Successes are listed for a day.
    scene.advance("P1D").await;
    assert_eq!(scene.invocations().await.len(), 0);
}

#[tokio::test]
async fn a_denial_rejects_every_item() {
    let scene = Scene::new();
    let no = r#"{"approved": false, "comment": "frozen", "approver": "policy"}"#;
    let subscriber = Subscriber::answering([Answer::With(200, no)]).await;
    scene.subscribe(SUBMITTED, &subscriber.url("/"), json!({})).await;
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(FREE), wish("role/wiki-and-tickets")]).await;
    scene.settle().await;
    let items = scene.status(&request).await;
    assert_eq!(items.len(), 2);
    for item in items {
        assert_eq!(item["state"], "REJECTED");
        assert_eq!(item["preApprovalTriggerDetails"]["decision"], "REJECTED");
        assert_eq!(item["approvalDetails"], json!([]));
    }
    scene.advance("P2D").await;
    assert!(!scene.holds("ed.okafor", "erp/requisition-create"));
}

#[tokio::test]
async fn no_answer_or_a_bad_one_fails_the_request() {
    let answers = [
        (Answer::With(200, r#"{"approved": "yes"}"#), "not what the trigger takes"),
        (Answer::With(200, "what?"), "not what the trigger takes"),
        (Answer::With(500, ""), "status 500"),
        (Answer::With(202, "{}"), "status 202"),
    ];
    for (answer, why) in answers {
        let scene = Scene::new();
        let subscriber = Subscriber::answering([answer]).await;
        scene.subscribe(SUBMITTED, &subscriber.url("/"), json!({})).await;
        let request = scene.request("ed.okafor", "ed.okafor", &[wish(FREE)]).await;
        scene.settle().await;
        let item = scene.item(&request).await;
        assert_eq!(item["state"], "ERROR");
        assert!(item["errorMessages"].to_string().contains(why), "{why}: {}", item["errorMessages"]);
        let listed = scene.invocations().await;
        assert!(listed[0]["completeInvocationInput"]["localizedError"]["message"].as_str().unwrap().contains(why));
    }
}

#[tokio::test]
async fn a_subscriber_may_answer_later_with_its_secret() {
    let scene = Scene::new();
    let subscriber = Subscriber::answering([]).await;
    scene.subscribe(SUBMITTED, &subscriber.url("/"), mode(&subscriber.url("/"), "ASYNC")).await;
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(FREE)]).await;
    scene.settle().await;
    let told = subscriber.received().remove(0).body;
    assert_eq!(told["_metadata"]["responseMode"], "async");
    assert_eq!(scene.item(&request).await["state"], "EXECUTING");
    let secret = told["_metadata"]["secret"].clone();
    let yes = json!({"approved": true, "comment": "", "approver": "mia.chen"});
    let refused = |body: Value| scene.complete(&told, body);
    assert_refused(refused(json!({"output": yes})).await, 400, MISSING, "secret");
    assert_refused(refused(json!({"secret": "guess", "output": yes})).await, 400, CONTENT, "cannot be completed");
    assert_refused(refused(json!({"secret": secret, "output": {"approved": 1}})).await, 400, ILLEGAL, "output");
    assert_refused(refused(json!({"secret": secret})).await, 400, MISSING, "output");
    assert_eq!(scene.item(&request).await["state"], "EXECUTING");
    scene.complete(&told, json!({"secret": secret, "output": yes})).await.status(204);
    let again = scene.complete(&told, json!({"secret": secret, "output": yes})).await;
    assert_refused(again, 400, CONTENT, "cannot be completed");
    scene.advance("PT1M").await;
    assert_eq!(scene.item(&request).await["state"], "REQUEST_COMPLETED");
}

#[tokio::test]
async fn who_answers_later_has_a_deadline() {
    let scene = Scene::new();
    let subscriber = Subscriber::answering([Answer::With(202, "{}")]).await;
    let mut extra = mode(&subscriber.url("/"), "DYNAMIC");
    extra["responseDeadline"] = json!("PT2H");
    scene.subscribe(SUBMITTED, &subscriber.url("/"), extra).await;
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(FREE)]).await;
    scene.settle().await;
    scene.advance("PT1H59M").await;
    assert_eq!(scene.item(&request).await["state"], "EXECUTING");
    scene.advance("PT1M").await;
    assert_eq!(scene.item(&request).await["state"], "ERROR");
    let told = subscriber.received().remove(0).body;
    let late = json!({"secret": told["_metadata"]["secret"], "output": {"approved": true}});
    assert_refused(scene.complete(&told, late).await, 400, CONTENT, "cannot be completed");
    // Failures are listed for two days.
    scene.advance("P1D").await;
    assert_eq!(scene.invocations().await.len(), 1);
    scene.advance("P1D").await;
    assert_eq!(scene.invocations().await.len(), 0);
}

#[tokio::test]
async fn what_is_taken_back_while_a_subscriber_thinks_stays_so() {
    let scene = Scene::new();
    let subscriber = Subscriber::answering([]).await;
    scene.subscribe(SUBMITTED, &subscriber.url("/"), mode(&subscriber.url("/"), "ASYNC")).await;
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(FREE)]).await;
    scene.settle().await;
    let cancel = json!({"accountActivityId": request, "comment": "no more"});
    scene.post("ed.okafor", "/v3/access-requests/cancel", cancel).await.status(202);
    let told = subscriber.received().remove(0).body;
    let yes = json!({"secret": told["_metadata"]["secret"], "output": {"approved": true}});
    scene.complete(&told, yes).await.status(204);
    scene.advance("P1D").await;
    assert_eq!(scene.item(&request).await["state"], "CANCELLED");
    assert!(!scene.holds("ed.okafor", "erp/requisition-create"));
}

#[tokio::test]
async fn a_subscriber_names_who_approves_besides() {
    let cases = [
        (json!({"id": person("raj.patel"), "name": "Raj Patel", "type": "IDENTITY"}), Some("raj.patel")),
        // Whom it is for is asked through their manager.
        (json!({"id": person("ed.okafor"), "name": "Ed Okafor", "type": "IDENTITY"}), None),
        (json!({"id": "nobody", "name": "Nobody", "type": "IDENTITY"}), Some(ADMIN)),
    ];
    for (answer, expected) in cases {
        let scene = Scene::new();
        let subscriber = Subscriber::answering([Answer::Json(200, answer.clone())]).await;
        scene.subscribe(APPROVER, &subscriber.url("/"), json!({})).await;
        let request = scene.request("ed.okafor", "ed.okafor", &[wish(FREE)]).await;
        scene.settle().await;
        let item = scene.item(&request).await;
        let details = item["approvalDetails"].as_array().unwrap();
        assert_eq!(details.len(), 1, "{item}");
        match expected {
            Some(who) if who != ADMIN => assert_eq!(details[0]["currentOwner"]["id"], person(who), "{answer}"),
            _ => assert_ne!(details[0]["currentOwner"]["id"], person("ed.okafor"), "{answer}"),
        }
    }
}

#[tokio::test]
async fn a_subscriber_that_names_nobody_or_fails_adds_nobody() {
    for answer in [Answer::With(200, "{}"), Answer::With(500, "")] {
        let scene = Scene::new();
        let subscriber = Subscriber::answering([answer]).await;
        scene.subscribe(APPROVER, &subscriber.url("/"), json!({})).await;
        let request = scene.request("ed.okafor", "ed.okafor", &[wish(FREE)]).await;
        scene.settle().await;
        scene.advance("PT1M").await;
        let item = scene.item(&request).await;
        assert_eq!(item["approvalDetails"], json!([]));
        assert_eq!(item["state"], "REQUEST_COMPLETED");
    }
}

#[tokio::test]
async fn subscribers_are_told_what_was_decided_and_provisioned_once_per_request() {
    let scene = Scene::new();
    let subscriber = Subscriber::answering([]).await;
    scene.subscribe(DECIDED, &subscriber.url("/decided"), json!({})).await;
    scene.subscribe(PROVISIONED, &subscriber.url("/provisioned"), json!({})).await;
    let request = scene.request("ed.okafor", "ed.okafor", &[wish(FREE)]).await;
    scene.advance("PT1H").await;
    let told = subscriber.received();
    assert_eq!(told.iter().map(|one| one.path.as_str()).collect::<Vec<_>>(), ["/decided", "/provisioned"]);
    let (decided, provisioned) = (&told[0].body, &told[1].body);
    assert_eq!(decided["accessRequestId"], request);
    assert_eq!(decided["requestedItemsStatus"][0]["approvalInfo"], json!([]));
    assert!(decided.get("_metadata").is_none());
    assert_eq!(provisioned["trackingNumber"], request);
    assert_eq!(provisioned["recipient"]["id"], person("ed.okafor"));
    assert_eq!(provisioned["errors"], Value::Null);
    let accounts = provisioned["accountRequests"].as_array().unwrap();
    assert!(!accounts.is_empty());
    assert!(accounts.iter().all(|account| account["provisioningResult"] == "SUCCESS"), "{provisioned}");
    assert!(accounts.iter().all(|account| account["attributeRequests"][0]["operation"] == "Add"));
}

#[tokio::test]
async fn a_denied_request_is_told_with_who_denied_it_and_nothing_is_provisioned() {
    let scene = Scene::new();
    let subscriber = Subscriber::answering([]).await;
    scene.subscribe(DECIDED, &subscriber.url("/decided"), json!({})).await;
    scene.subscribe(PROVISIONED, &subscriber.url("/provisioned"), json!({})).await;
    let request = scene.request("ed.okafor", "ed.okafor", &[wish("access-profile/erp-ap-clerk")]).await;
    let owner = scene.item(&request).await["approvalDetails"][0]["currentOwner"]["id"].as_str().unwrap().to_owned();
    let company = scene.tenant();
    let owner = company.read().company().people().iter().find(|row| row.id.hex() == owner).unwrap().slug.clone();
    let approval = scene.only(&scene.pending(&owner).await);
    scene.decide(&owner, &approval, "reject", "not you").await.status(202);
    scene.settle().await;
    let told = subscriber.received();
    assert_eq!(told.len(), 1);
    let info = &told[0].body["requestedItemsStatus"][0]["approvalInfo"][0];
    assert_eq!(info["approvalDecision"], "DENIED");
    assert_eq!(info["approverName"], owner.as_str());
    assert_eq!(info["approvalComment"], "not you");
    scene.advance("P1D").await;
    assert_eq!(subscriber.received().len(), 1);
}

#[tokio::test]
async fn filters_and_switches_decide_who_is_told() {
    let scene = Scene::new();
    let subscriber = Subscriber::answering([]).await;
    let mine = format!(r#"$[?($.requestedBy.id == "{}")]"#, person("ed.okafor"));
    scene.subscribe(DECIDED, &subscriber.url("/mine"), json!({"filter": mine})).await;
    let hers = format!(r#"$[?($.requestedBy.id == "{}")]"#, person("mia.chen"));
    scene.subscribe(DECIDED, &subscriber.url("/hers"), json!({"filter": hers})).await;
    scene.subscribe(DECIDED, &subscriber.url("/off"), json!({"enabled": false})).await;
    scene.request("ed.okafor", "ed.okafor", &[wish(FREE)]).await;
    scene.settle().await;
    let paths: Vec<_> = subscriber.received().into_iter().map(|one| one.path).collect();
    assert_eq!(paths, ["/mine"]);

    let validate = |input: Value, filter: &str| {
        let body = json!({"input": input, "filter": filter});
        scene.post(ADMIN, "/v2025/trigger-subscriptions/validate-filter", body)
    };
    let input = json!({"identityId": "1"});
    let verdict = |valid: bool, path: bool, exists: bool| json!({"isValid": valid, "isValidJSONPath": path, "isPathExist": exists});
    let found = validate(input.clone(), r#"$[?($.identityId == "1")]"#).await.status(200).json();
    assert_eq!(found, verdict(true, true, true));
    let missed = validate(input.clone(), r#"$[?($.identityId == "2")]"#).await.status(200).json();
    assert_eq!(missed, verdict(false, true, false));
    let nonsense = validate(input, "$[?(").await.status(200).json();
    assert_eq!(nonsense, verdict(false, false, false));
}

#[tokio::test]
async fn subscriptions_are_made_changed_and_ended_and_keep_their_secrets() {
    let scene = Scene::new();
    let triggers = scene.get(ADMIN, "/beta/triggers").await.status(200).json();
    let ids: Vec<_> = triggers.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [SUBMITTED, APPROVER, DECIDED, PROVISIONED]);
    for trigger in triggers.as_array().unwrap() {
        serde_json::from_str::<Value>(trigger["inputSchema"].as_str().unwrap()).unwrap();
        assert!(trigger["exampleInput"].is_object());
        assert_eq!(trigger["outputSchema"].is_null(), trigger["type"] == "FIRE_AND_FORGET");
    }
    let secret = json!({"url": "https://example.com/in", "httpDispatchMode": "SYNC",
        "httpAuthenticationType": "BEARER_TOKEN", "bearerTokenAuthConfig": {"bearerToken": "hush"}});
    let id = scene.subscribe(SUBMITTED, "https://example.com/in", json!({"httpConfig": secret})).await;
    let path = format!("/trigger-subscriptions/v1/{id}");
    let listed = scene.get(ADMIN, "/trigger-subscriptions/v1?filters=type+eq+%22HTTP%22").await.status(200);
    assert!(!listed.text().contains("hush"));
    let row = &listed.json()[0];
    assert_eq!(row["triggerName"], "Access Request Submitted");
    assert_eq!(row["responseDeadline"], "PT1H");
    assert_eq!(row["httpConfig"]["httpAuthenticationType"], "BEARER_TOKEN");
    assert_eq!(row["httpConfig"]["bearerTokenAuthConfig"], Value::Null);
    assert_eq!(row["enabled"], true);

    let patch = json!([{"op": "replace", "path": "/enabled", "value": false},
        {"op": "replace", "path": "/httpConfig/url", "value": "https://example.com/out"}]);
    let patched = scene.call(ADMIN, Method::PATCH, &path).json(patch).await.status(200).json();
    assert_eq!(
        (&patched["enabled"], &patched["httpConfig"]["url"]),
        (&json!(false), &json!("https://example.com/out"))
    );
    for fixed in ["id", "triggerId"] {
        let patch = json!([{"op": "replace", "path": format!("/{fixed}"), "value": DECIDED}]);
        let refused = scene.call(ADMIN, Method::PATCH, &path).json(patch).await;
        assert_refused(refused, 400, "400.1.1 Illegal update attempt", fixed);
    }
    let put = json!({"name": "renamed", "type": "HTTP",
        "httpConfig": {"url": "https://example.com/in", "httpDispatchMode": "ASYNC"}});
    let replaced = scene.put(ADMIN, &path, put).await.status(200).json();
    assert_eq!(replaced["name"], "renamed");
    assert_eq!(replaced["enabled"], true);
    scene.call(ADMIN, Method::DELETE, &path).await.status(204);
    scene.call(ADMIN, Method::DELETE, &path).await.status(404);
}

#[tokio::test]
async fn what_is_no_subscription_is_refused_and_makes_none() {
    let scene = Scene::new();
    let http = |url: &str| json!({"url": url, "httpDispatchMode": "SYNC"});
    let good = json!({"name": "a", "triggerId": DECIDED, "type": "HTTP", "httpConfig": http("http://localhost/")});
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        scene.post(ADMIN, "/v2026/trigger-subscriptions", body)
    };
    for field in ["name", "triggerId", "type", "httpConfig"] {
        assert_refused(with(field, Value::Null).await, 400, MISSING, field);
    }
    assert_refused(with("triggerId", json!("idn:access-requested")).await, 400, ILLEGAL, "triggerId");
    assert_refused(with("type", json!("PIGEON")).await, 400, ILLEGAL, "type");
    assert_refused(with("filter", json!("$[?(")).await, 400, ILLEGAL, "filter");
    assert_refused(with("responseDeadline", json!("soon")).await, 400, ILLEGAL, "responseDeadline");
    assert_refused(with("responseDeadline", json!("-PT1H")).await, 400, ILLEGAL, "responseDeadline");
    assert_refused(with("httpConfig", http("ftp://localhost/")).await, 400, ILLEGAL, "url");
    assert_refused(with("httpConfig", json!({"url": "http://a/"})).await, 400, MISSING, "httpDispatchMode");
    let mut basic = http("http://localhost/");
    basic["httpAuthenticationType"] = json!("BASIC_AUTH");
    assert_refused(with("httpConfig", basic).await, 400, MISSING, "basicAuthConfig");
    // Whoever is asked is asked alone.
    scene.subscribe(SUBMITTED, "http://localhost/", json!({})).await;
    let second = scene.post(ADMIN, "/v2026/trigger-subscriptions", {
        let mut body = good.clone();
        body["triggerId"] = json!(SUBMITTED);
        body
    });
    assert_refused(second.await, 400, CONTENT, "no more than 1");
    let listed = scene.get(ADMIN, "/v2026/trigger-subscriptions?count=true").await.status(200);
    assert_eq!(listed.header("x-total-count"), "1");
    // For administrators only; and no such thing in v3.
    scene.get("mia.chen", "/v2026/trigger-subscriptions").await.status(403);
    scene.get(ADMIN, "/v3/trigger-subscriptions").await.status(404);
}

#[tokio::test]
async fn a_test_goes_out_even_to_who_is_switched_off() {
    let scene = Scene::new();
    let subscriber = Subscriber::answering([]).await;
    let start = |body: Value| scene.post(ADMIN, "/v2025/trigger-invocations/test", body);
    start(json!({"triggerId": DECIDED, "contentJson": {}})).await.status(204);
    let id = scene.subscribe(DECIDED, &subscriber.url("/"), json!({"enabled": false})).await;
    let body = json!({"triggerId": DECIDED, "contentJson": {"workflowId": 1}, "subscriptionIds": [id],
        "input": {"made": "up"}});
    let started = start(body).await.status(200).json();
    assert_eq!(started[0]["triggerId"], DECIDED);
    assert_eq!(started[0]["contentJson"], json!({"workflowId": 1}));
    scene.settle().await;
    assert_eq!(subscriber.received()[0].body, json!({"made": "up"}));
    let listed = scene.invocations().await;
    assert_eq!(listed[0]["type"], "TEST");
    assert_eq!(listed[0]["completeInvocationInput"], json!({"localizedError": null, "output": null}));
    assert_refused(start(json!({"triggerId": DECIDED})).await, 400, MISSING, "contentJson");
    let unknown = json!({"triggerId": DECIDED, "contentJson": {}, "subscriptionIds": ["nobody"]});
    start(unknown).await.status(400);
}

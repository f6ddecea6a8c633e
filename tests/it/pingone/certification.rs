//! Section 10: campaigns from their making to each of their ends, and what reviewers decide really happens.

use http::Method;
use rolecall::company::{Person, Removal};
use rolecall::kernel::Id;
use serde_json::{Value, json};

use super::duties::{IGA, refused};
use super::{Scene, user};

const MANAGER: &str = "mia.chen";

/// Somebody who reports to Mia, and an entitlement of theirs that a connector takes away.
fn report(scene: &Scene) -> (String, String) {
    let company = scene.tenant().read().company().clone();
    let by_connector = |app| company.apps().get(&app).is_some_and(|app| app.removal == Removal::Connector);
    let mut found = company.reports(Person::id_of(MANAGER)).filter_map(|person| {
        let mut held = company.held_by(person.id).map(|grant| grant.id.entitlement);
        let entitlement = held.find(|id| by_connector(company.entitlements().get(id).unwrap().app))?;
        Some((person.slug.clone(), entitlement.dashed()))
    });
    found.next().unwrap()
}

fn about(person: &str) -> Value {
    json!({"user": {"operator": "EQUALS", "operand": {"targetName": "userName", "targetValue": person}}})
}

impl Scene {
    async fn campaign(&self, more: Value) -> Value {
        let (person, _) = report(self);
        let mut body = json!({"name": "Quarter", "certificationType": "entitlement", "targetFilter": about(&person)});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/certification?_action=create", body).await.status(201).json()
    }
    async fn items(&self, campaign: &Value, query: &str) -> Vec<Value> {
        let path = format!("/certification/{}/items?_pageSize=1000{query}", campaign["id"].as_str().unwrap());
        self.get(&path).await.status(200).json()["result"].as_array().unwrap().clone()
    }
    async fn campaign_now(&self, campaign: &Value) -> Value {
        self.get(&format!("/admin/certification/{}", campaign["id"].as_str().unwrap())).await.status(200).json()
    }
}

fn path(campaign: &Value, tail: &str) -> String {
    format!("/certification/{}{tail}", campaign["id"].as_str().unwrap())
}

fn id(item: &Value) -> &str {
    item["id"].as_str().unwrap()
}

#[tokio::test]
async fn what_is_revoked_goes_when_it_is_signed_off_and_not_before() {
    let scene = Scene::new();
    let (person, entitlement) = report(&scene);
    let holds = || {
        let company = scene.tenant().read().company().clone();
        company.holding(Person::id_of(&person), Id::from_dashed(&entitlement).unwrap()).is_some()
    };
    let campaign = scene.campaign(json!({})).await;
    let keys: Vec<&String> = campaign.as_object().unwrap().keys().take(5).collect();
    assert_eq!(keys, ["id", "name", "description", "certificationType", "status"]);
    assert_eq!(campaign["status"], "in-progress");
    let items = scene.items(&campaign, "").await;
    assert_eq!(campaign["totalCount"], items.len());
    let item = items.iter().find(|item| item["entitlement"]["id"] == entitlement.as_str()).unwrap();
    let keys: Vec<&String> = item.as_object().unwrap().keys().collect();
    let shown = ["id", "item", "user", "application", "account", "entitlement", "descriptor", "glossary"];
    assert_eq!(keys[..8], shown);
    let decision = &item["decision"]["certification"];
    assert_eq!((&decision["decision"], &decision["status"]), (&Value::Null, &json!("in-progress")));
    assert_eq!(decision["primaryReviewer"]["id"], format!("managed/user/{}", user(MANAGER)));

    // Mia sees it among hers; the person in question sees nothing.
    let mine = scene.call_as(MANAGER, Method::GET, &format!("{IGA}/certification/items?pageSize=1000"));
    let mine = mine.await.status(200).json();
    assert_eq!(mine["totalCount"], items.len());
    let theirs = scene.call_as(&person, Method::GET, &format!("{IGA}{}", path(&campaign, "/items")));
    assert_eq!(theirs.await.status(200).json()["totalCount"], 0);
    let one = path(&campaign, &format!("/items/{}", id(item)));
    let text = "User is not authorized to perform action 'read' on this certification item.";
    refused(scene.call_as(&person, Method::GET, &format!("{IGA}{one}")).await, 403, text.into());
    let text = "User is not authorized to perform action 'revoke' on this certification item.";
    refused(scene.post_as(&person, &format!("{one}/revoke"), json!({})).await, 403, text.into());

    let revoked = scene.post_as(MANAGER, &format!("{one}/revoke"), json!({"comment": "not needed"})).await;
    let revoked = revoked.status(200).json();
    let decision = &revoked["decision"]["certification"];
    assert_eq!((&decision["decision"], &decision["status"]), (&json!("revoke"), &json!("in-progress")));
    assert_eq!(decision["comments"][0]["comment"], "not needed");
    assert!(holds());
    // She thinks better of it, and better again.
    let reset = scene.post_as(MANAGER, &format!("{one}/reset"), json!({})).await.status(200).json();
    assert_eq!(reset["decision"]["certification"]["decision"], Value::Null);
    scene.post_as(MANAGER, &format!("{one}/revoke"), json!({})).await.status(200);

    let counts = scene.get(&path(&campaign, "/items?getCount=true")).await.status(200).json();
    assert_eq!((&counts["revoke"], &counts["undecided"]), (&json!(1), &json!(items.len() - 1)));
    // Only what is decided can be signed off.
    let body = json!({"actorId": user(MANAGER), "ids": []});
    let all = scene.post_as(MANAGER, &path(&campaign, "/items/signoff"), body).await.status(200).json();
    assert_eq!(all["message"], "Action complete.");
    assert_eq!(all["idsNotActedOn"].as_array().unwrap().len(), items.len() - 1);
    assert!(!holds());
    let requests = scene.read(&format!("{IGA}/requests?_queryFilter=requestType+eq+%22entitlementRemove%22")).await;
    let common = &requests["result"][0]["request"]["common"];
    assert_eq!((&common["context"]["type"], &common["externalRequestId"]), (&json!("certification"), &item["id"]));
    let text = format!("Certification item with id: {} is not in progress.", id(item));
    refused(scene.post_as(MANAGER, &format!("{one}/certify"), json!({})).await, 400, text.into());

    // The rest is certified, and the campaign is over.
    let everything = path(&campaign, &format!("/items/certify?selectAllActorId={}", user(MANAGER)));
    let done = scene.post_as(MANAGER, &everything, json!({})).await.status(200).json();
    assert_eq!(done["idsNotActedOn"], json!([]));
    let body = json!({"actorId": user(MANAGER)});
    scene.post_as(MANAGER, &path(&campaign, "/items/signoff"), body).await.status(200);
    let over = scene.campaign_now(&campaign).await;
    assert_eq!((&over["status"], &over["signedOffCount"]), (&json!("signed-off"), &json!(items.len())));
    assert!(over["completionDate"].is_string());
    let text = "Action 'cancel' is not possible while the certification is signed-off.";
    refused(scene.post(&path(&campaign, "/cancel"), json!({})).await, 400, text.into());
    assert_eq!(scene.items(&campaign, "&status=signed-off").await.len(), items.len());
}

#[tokio::test]
async fn a_campaign_is_staged_activated_moved_and_runs_out() {
    let scene = Scene::new();
    let template =
        json!({"name": "Every quarter", "stagingEnabled": true, "duration": 10, "certificationType": "identity"});
    let template = scene.post("/certification/template?_action=create", template).await.status(200).json();
    let made =
        scene.post("/certification/create", json!({"templateId": template["id"], "targetFilter": about("ed.okafor")}));
    let campaign = made.await.status(201).json();
    let stands = (&campaign["status"], &campaign["name"], &campaign["templateName"], &campaign["totalCount"]);
    assert_eq!(stands, (&json!("staging"), &json!("Every quarter"), &json!("Every quarter"), &json!(0)));
    let active = scene.post(&path(&campaign, "/activate"), json!({})).await.status(200).json();
    assert_eq!(active["status"], "in-progress");
    assert!(active["totalCount"].as_u64().unwrap() > 0);
    let kinds = scene.items(&campaign, "").await.iter().map(|item| item["item"]["type"].clone()).collect::<Vec<_>>();
    assert!(kinds.contains(&json!("accountGrant")) && kinds.contains(&json!("entitlementGrant")), "{kinds:?}");
    let text = "Action 'activate' is not possible while the certification is in-progress.";
    refused(scene.post(&path(&campaign, "/activate"), json!({})).await, 400, text.into());
    let moved = scene.post(&path(&campaign, "/update-deadline"), json!({"newDeadline": "2026-03-01"})).await;
    assert_eq!(moved.status(200).json()["deadline"], "2026-03-01T00:00:00+00:00");
    for (body, text) in [
        (json!({}), "newDeadline is required."),
        (json!({"newDeadline": "2020-01-01"}), "deadline must be in the future."),
        (json!({"newDeadline": "soon"}), "deadline must be a valid date."),
    ] {
        refused(scene.post(&path(&campaign, "/update-deadline"), body).await, 400, json!([text]));
    }
    let renamed = scene.iga(Method::PATCH, &path(&campaign, ""), json!({"name": "Spring"})).await.status(200).json();
    assert_eq!(renamed["name"], "Spring");
    let fixed = scene.iga(Method::PATCH, &path(&campaign, ""), json!({"status": "signed-off"})).await;
    refused(fixed, 400, json!(["status cannot be modified."]));
    scene.advance("P30D").await;
    assert_eq!(scene.campaign_now(&campaign).await["status"], "in-progress");
    scene.advance("P30D").await;
    assert_eq!(scene.campaign_now(&campaign).await["status"], "expired");
    let items = scene.items(&campaign, "&status=expired").await;
    assert_eq!(active["totalCount"], items.len());
    assert!(items[0]["decision"]["certification"]["completionDate"].is_string());
    let closed = scene.get("/admin/certification?status=inactive").await.status(200).json();
    assert_eq!(closed["result"][0]["id"], campaign["id"]);
    assert_eq!(scene.get("/admin/certification?status=active").await.status(200).json()["totalCount"], 0);
    scene.iga(Method::DELETE, &path(&campaign, ""), json!({})).await.status(200);
    let text = format!("Certification with id: {} does not exist.", id(&campaign));
    refused(scene.get(&format!("/admin/certification/{}", id(&campaign))).await, 404, text.into());
}

#[tokio::test]
async fn a_campaign_that_is_called_off_asks_nobody_any_more() {
    let scene = Scene::new();
    let campaign = scene.campaign(json!({})).await;
    let items = scene.items(&campaign, "").await;
    let cancelled = scene.post(&path(&campaign, "/cancel"), json!({})).await.status(200).json();
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(scene.items(&campaign, "&status=cancelled").await.len(), items.len());
    let mine = scene.call_as(MANAGER, Method::GET, &format!("{IGA}/certification/items"));
    assert_eq!(mine.await.status(200).json()["totalCount"], 0);
    let all = json!({"ids": [id(&items[0]), "nothing"]});
    let done = scene.post(&path(&campaign, "/items/certify"), all).await.status(200).json();
    assert_eq!(done["idsNotActedOn"], json!([id(&items[0]), "nothing"]));
}

#[tokio::test]
async fn items_are_handed_on_talked_about_and_looked_for() {
    let scene = Scene::new();
    let campaign = scene.campaign(json!({})).await;
    let items = scene.items(&campaign, "").await;
    let one = path(&campaign, &format!("/items/{}", id(&items[0])));
    scene.post_as(MANAGER, &format!("{one}/comment"), json!({"comment": "asked her"})).await.status(200);
    refused(scene.post_as(MANAGER, &format!("{one}/comment"), json!({})).await, 400, json!(["comment is required."]));
    refused(
        scene.post_as(MANAGER, &format!("{one}/forward"), json!({})).await,
        400,
        json!(["newActorId is required."]),
    );
    let nobody = json!({"newActorId": "managed/user/x"});
    let text = json!(["Actor with id: managed/user/x does not exist."]);
    refused(scene.post_as(MANAGER, &format!("{one}/forward"), nobody).await, 400, text);
    let to = json!({"newActorId": user("raj.patel"), "permissions": {"certify": true, "nonsense": true}});
    let handed = scene.post_as(MANAGER, &format!("{one}/reassign"), to).await.status(200).json();
    let actors = &handed["decision"]["certification"]["actors"];
    let (who, may) = (&actors[0]["userName"], &actors[0]["permissions"]);
    assert_eq!((who, may), (&json!("raj.patel"), &json!({"certify": true})));
    scene.post_as(MANAGER, &format!("{one}/certify"), json!({})).await.status(403);
    scene.post_as("raj.patel", &format!("{one}/revoke"), json!({})).await.status(403);
    scene.post_as("raj.patel", &format!("{one}/certify"), json!({})).await.status(200);
    let back = json!({"actors": [{"id": format!("managed/user/{}", user(MANAGER))}]});
    let path_of = format!("/certification/items/{}/actors", id(&items[0]));
    scene.iga(Method::PUT, &path_of, back).await.status(200);
    refused(scene.iga(Method::PUT, &path_of, json!({})).await, 400, json!(["actors is required."]));
    scene.post_as(MANAGER, &format!("{one}/exception"), json!({"comment": "for now"})).await.status(200);
    let ids = json!({"ids": [id(&items[0])], "comment": "all at once"});
    for action in ["revoke", "reset", "exception"] {
        let done = scene.post_as(MANAGER, &path(&campaign, &format!("/items/{action}")), ids.clone()).await;
        let done = done.status(200).json();
        assert_eq!(done, json!({"message": "Action complete.", "idsNotActedOn": []}), "{action}");
    }
    let same = json!({"ids": [id(&items[0])], "newActorId": user(MANAGER)});
    scene.post_as(MANAGER, &path(&campaign, "/items/reassign"), same).await.status(200);
    let shown = scene.get(&one).await.status(200).json();
    assert_eq!(shown["decision"]["certification"]["decision"], "exception");
    let others = json!({"newActorId": user("noor.haddad"), "comment": "yours", "ids": []});
    let every = path(&campaign, &format!("/items/forward?selectAllActorId={}", user(MANAGER)));
    let moved = scene.post_as(MANAGER, &every, others).await.status(200).json();
    assert_eq!(moved["idsNotActedOn"], json!([]));
    assert_eq!(scene.items(&campaign, &format!("&actorId={}", user("noor.haddad"))).await.len(), items.len());

    let filter = json!({"targetFilter": {"operator": "EQUALS", "operand": {
        "targetName": "decision.certification.decision", "targetValue": "exception"}}});
    let found = scene.post(&path(&campaign, "/items/search"), filter).await.status(200).json();
    assert_eq!((&found["totalCount"], &found["result"][0]["id"]), (&json!(1), &items[0]["id"]));
    let users = scene.get(&path(&campaign, "/items/filter/user")).await.status(200).json();
    assert_eq!((&users["totalCount"], &users["result"][0]["userName"]), (&json!(1), &items[0]["user"]["userName"]));
    scene.get(&path(&campaign, "/items/filter/dragon")).await.status(404);
    let counted = json!({"groupBy": [["status", "certificationType"]], "entityPath": "/repo/governance/certification"});
    let counted = scene.post("/search", counted).await.status(200).json();
    assert_eq!(counted["total"], 1);
    assert_eq!(counted["aggregation"]["status"], json!([{"key": "in-progress", "count": 1}]));
    assert_eq!(counted["aggregation"]["certificationType"], json!([{"key": "entitlement", "count": 1}]));
    refused(scene.post("/search", json!({})).await, 400, json!([" is not a valid entityPath."]));
}

#[tokio::test]
async fn what_is_no_campaign_or_no_action_is_refused_and_makes_nothing() {
    let scene = Scene::new();
    let wrong = [
        (json!({}), json!(["name is required."])),
        (
            json!({"name": "x", "certificationType": "weather"}),
            json!(["certificationType must be a type of certification."]),
        ),
        (json!({"name": "x", "deadline": "2020-01-01"}), json!(["deadline must be in the future."])),
        (
            json!({"name": "x", "targetFilter": {"user": {"operator": "LIKE", "operand": []}}}),
            json!("Invalid target filter operator: LIKE"),
        ),
    ];
    for (body, message) in wrong {
        refused(scene.post("/certification", body).await, 400, message);
    }
    let unknown = scene.post("/certification", json!({"templateId": "nothing"})).await;
    refused(unknown, 404, json!("Cannot find template with id nothing."));
    refused(scene.post("/certification?_action=explode", json!({})).await, 400, json!("Invalid action: explode"));
    assert_eq!(scene.get("/admin/certification").await.status(200).json()["totalCount"], 0);
    let campaign = scene.campaign(json!({})).await;
    let items = scene.items(&campaign, "").await;
    let one = path(&campaign, &format!("/items/{}", id(&items[0])));
    refused(scene.post(&format!("{one}/explode"), json!({})).await, 400, json!("Invalid action: explode"));
    refused(scene.post(&path(&campaign, "/items/certify"), json!({})).await, 400, json!(["ids is required."]));
    let text = "Certification item with id: nothing does not exist.";
    refused(scene.post(&path(&campaign, "/items/nothing/certify"), json!({})).await, 404, json!(text));
    let text = "Invalid certification status: weird";
    refused(scene.get(&path(&campaign, "/items?status=weird")).await, 400, json!(text));
    let text = format!("Certification item with id: {} has no decision.", id(&items[0]));
    refused(scene.post(&format!("{one}/signoff"), json!({})).await, 400, text.into());
    scene.post("/certification/scan/expiration", json!({})).await.status(200);
    refused(scene.post("/certification/scan/weather", json!({})).await, 400, json!("Invalid scan type: weather"));
    scene.call_as(MANAGER, Method::GET, &format!("{IGA}/admin/certification")).await.status(403);
}

#[tokio::test]
async fn nobody_certifies_themselves_and_templates_say_who_does() {
    let scene = Scene::new();
    let (person, _) = report(&scene);
    let by = |reviewers: Value| json!({"stages": [{"reviewers": reviewers}]});
    let own = scene.campaign(by(json!([{"type": "user", "id": user(&person)}]))).await;
    let reviewer = |items: Vec<Value>| items[0]["decision"]["certification"]["primaryReviewer"]["id"].clone();
    // Nobody else is named, so whom the configuration names decides.
    assert!(reviewer(scene.items(&own, "").await).as_str().unwrap().starts_with("managed/role/"));
    let mut alone = by(json!([{"type": "user", "id": user(&person)}]));
    alone["allowSelfCertification"] = json!(true);
    let alone = scene.campaign(alone).await;
    assert_eq!(reviewer(scene.items(&alone, "").await), format!("managed/user/{}", user(&person)));
    let other = scene.campaign(by(json!([{"type": "user", "id": user("raj.patel")}]))).await;
    assert_eq!(reviewer(scene.items(&other, "").await), format!("managed/user/{}", user("raj.patel")));
    for kind in ["entitlementOwner", "applicationOwner"] {
        let campaign = scene.campaign(by(json!([{"type": kind}]))).await;
        assert!(reviewer(scene.items(&campaign, "").await).is_string(), "{kind}");
    }
    let roles = scene.campaign(json!({"certificationType": "roleMembership"})).await;
    assert_eq!(roles["status"], "signed-off", "there is nothing to ask about");
}

//! Section 8: access requests, to each of their ends.

use http::Method;
use rolecall::company::{Company, Entitlement, Removal};
use rolecall::kernel::Id;
use serde_json::{Value, json};

use super::{Scene, user};

const REQUESTS: &str = "/iga/governance/requests";
const MIA: &str = "mia.chen";

fn company(scene: &Scene) -> Company {
    scene.tenant().read().company().clone()
}

/// An entitlement that Mia lacks, of an application that is provisioned in this way, and who has to agree.
fn wanted(scene: &Scene, removal: Removal) -> (Id<Entitlement>, String) {
    let company = company(scene);
    let mia = Id::from_dashed(&user(MIA)).unwrap();
    let mut rows = company.entitlements().iter().filter(|row| company.apps().get(&row.app).unwrap().removal == removal);
    let row = rows.find(|row| company.holding(mia, row.id).is_none() && owner(&company, row) != MIA).unwrap();
    (row.id, owner(&company, row))
}

fn owner(company: &Company, row: &Entitlement) -> String {
    let owner = row.owner.or_else(|| company.apps().get(&row.app).unwrap().owners.first().copied()).unwrap();
    company.people().get(&owner).unwrap().slug.clone()
}

fn holds(scene: &Scene, entitlement: Id<Entitlement>) -> bool {
    company(scene).holding(Id::from_dashed(&user(MIA)).unwrap(), entitlement).is_some()
}

fn body(entitlement: Id<Entitlement>, more: Value) -> Value {
    let mut common = json!({"userId": user(MIA), "entitlementId": entitlement.dashed()});
    for (name, value) in more.as_object().unwrap() {
        common[name] = value.clone();
    }
    json!({"common": common})
}

async fn publish(scene: &Scene, who: &str, kind: &str, body: Value) -> Value {
    let path = format!("{REQUESTS}/{kind}?_action=publish");
    scene.call_as(who, Method::POST, &path).json(body).await.status(200).json()
}

async fn act(scene: &Scene, who: &str, id: &Value, action: &str, body: Value, status: u16) -> Value {
    let path = format!("{REQUESTS}/{}?_action={action}", id.as_str().unwrap());
    scene.call_as(who, Method::POST, &path).json(body).await.status(status).json()
}

#[tokio::test]
async fn the_owner_approves_and_the_access_is_there() {
    let scene = Scene::new();
    let (entitlement, owner) = wanted(&scene, Removal::Connector);
    let made = publish(&scene, MIA, "entitlementGrant", body(entitlement, json!({"justification": "new desk"}))).await;
    let keys: Vec<&String> = made.as_object().unwrap().keys().take(5).collect();
    assert_eq!(keys, ["id", "requester", "requestType", "request", "user"]);
    assert_eq!(made["requester"]["id"], format!("managed/user/{}", user(MIA)));
    let decision = &made["decision"];
    assert_eq!((&decision["status"], &decision["decision"]), (&json!("in-progress"), &Value::Null));
    assert_eq!(decision["phases"][0]["name"], "approvalTask-74cf85c35437");
    assert_eq!(decision["actors"]["active"][0]["id"], format!("managed/user/{}", user(&owner)));
    assert!(!holds(&scene, entitlement));

    let tasks = format!("/iga/governance/user/{}/tasks?_action=search&type=request", user(&owner));
    let mine = scene.call_as(&owner, Method::POST, &tasks).await.status(200).json();
    assert_eq!((&mine["totalCount"], &mine["result"][0]["id"]), (&json!(1), &made["id"]));
    assert_eq!(mine["result"][0]["phases"][0]["name"], "approvalTask-74cf85c35437");

    let id = &made["id"];
    let stranger = act(&scene, MIA, id, "approve", json!({}), 403).await;
    assert_eq!(stranger["message"], "User is not authorized to perform action 'approve' on this request.");
    let done = act(&scene, &owner, id, "approve", json!({"justification": "fine"}), 200).await;
    let decision = &done["decision"];
    let ends = (&decision["status"], &decision["decision"], &decision["outcome"]);
    assert_eq!(ends, (&json!("complete"), &json!("approved"), &json!("provisioned")));
    assert_eq!(decision["comments"][0]["comment"], "fine");
    assert!(holds(&scene, entitlement));
    let again = act(&scene, &owner, id, "approve", json!({}), 400).await;
    assert_eq!(again["message"], format!("Request with id: {} is already complete.", id.as_str().unwrap()));
    let former = format!("{tasks}&actorStatus=inactive&pageSize=0");
    assert_eq!(scene.call_as(&owner, Method::POST, &former).await.status(200).json()["totalCount"], 1);

    // And away again, by hand.
    let gone =
        publish(&scene, "ada.admin", "entitlementRemove", body(entitlement, json!({"context": {"type": "admin"}})))
            .await;
    assert_eq!(gone["decision"]["outcome"], "provisioned");
    assert!(!holds(&scene, entitlement));
}

#[tokio::test]
async fn a_request_ends_refused_expired_or_called_back() {
    let scene = Scene::new();
    let (entitlement, owner) = wanted(&scene, Removal::Connector);
    let ask = || publish(&scene, MIA, "entitlementGrant", body(entitlement, json!({})));
    let made = ask().await;
    let refused = act(&scene, &owner, &made["id"], "reject", json!({"justification": "no"}), 200).await;
    let ends = (&refused["decision"]["decision"], &refused["decision"]["outcome"]);
    assert_eq!(ends, (&json!("rejected"), &json!("denied")));
    let made = ask().await;
    let back = act(&scene, MIA, &made["id"], "cancel", json!({"comment": "never mind"}), 200).await;
    assert_eq!((&back["decision"]["status"], &back["decision"]["outcome"]), (&json!("cancelled"), &json!("cancelled")));
    let made = ask().await;
    scene.advance("P8D").await;
    let path = format!("{REQUESTS}/{}", made["id"].as_str().unwrap());
    let expired = scene.read(&path).await;
    let ends = (&expired["decision"]["status"], &expired["decision"]["outcome"]);
    assert_eq!(ends, (&json!("complete"), &json!("denied")));
    assert_eq!(expired["decision"]["phases"][0]["decision"], "expire");
    assert!(!holds(&scene, entitlement));
    scene.call_as("noor.haddad", Method::GET, &path).await.status(200);
}

#[tokio::test]
async fn dates_hold_a_request_back_and_end_what_it_gave() {
    let scene = Scene::new();
    let (entitlement, owner) = wanted(&scene, Removal::Connector);
    let dates = json!({"startDate": "2026-01-10", "endDate": "2026-01-20"});
    let made = publish(&scene, MIA, "entitlementGrant", body(entitlement, dates)).await;
    let waiting = act(&scene, &owner, &made["id"], "approve", json!({}), 200).await;
    let stands = (&waiting["decision"]["status"], &waiting["decision"]["decision"]);
    assert_eq!(stands, (&json!("suspended"), &json!("approved")));
    act(&scene, &owner, &made["id"], "changeResumeDate", json!({"resumeDate": "2026-01-12"}), 403).await;
    act(&scene, "ada.admin", &made["id"], "changeResumeDate", json!({"resumeDate": "soon"}), 400).await;
    act(&scene, "ada.admin", &made["id"], "changeResumeDate", json!({"resumeDate": "2026-01-12"}), 200).await;
    scene.advance("P6D").await;
    assert!(!holds(&scene, entitlement));
    scene.advance("P2D").await;
    assert!(holds(&scene, entitlement));
    scene.advance("P10D").await;
    assert!(!holds(&scene, entitlement));
    let all = scene.read(&format!("{REQUESTS}?_queryFilter=requestType+eq+%22entitlementRemove%22")).await;
    assert_eq!((&all["totalCount"], &all["result"][0]["requester"]["id"]), (&json!(1), &json!("SYSTEM")));
}

#[tokio::test]
async fn without_a_connector_somebody_carries_it_out() {
    let scene = Scene::new();
    let (entitlement, owner) = wanted(&scene, Removal::Manual);
    for (action, outcome, held) in [("deny", "denied", false), ("fulfill", "fulfilled", true)] {
        let made = publish(&scene, MIA, "entitlementGrant", body(entitlement, json!({}))).await;
        let open = act(&scene, &owner, &made["id"], "approve", json!({}), 200).await;
        assert_eq!(open["decision"]["status"], "in-progress");
        assert_eq!(open["phases"].as_array().unwrap().last().unwrap()["type"], "fulfillmentTask");
        act(&scene, &owner, &made["id"], "approve", json!({}), 403).await;
        // Talking about it carries nothing out.
        let said = act(&scene, &owner, &made["id"], "comment", json!({"comment": "tomorrow"}), 200).await;
        assert_eq!(said["decision"]["status"], "in-progress");
        let phase = &open["decision"]["phases"][1]["name"];
        let path = format!("{REQUESTS}/{}/phases/{}/{action}", made["id"].as_str().unwrap(), phase.as_str().unwrap());
        let done = scene.call_as(&owner, Method::POST, &path).json(json!({})).await.status(200).json();
        assert_eq!((&done["decision"]["status"], &done["decision"]["outcome"]), (&json!("complete"), &json!(outcome)));
        assert_eq!(holds(&scene, entitlement), held);
    }
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_answered_with_errors_and_makes_nothing() {
    let scene = Scene::new();
    let (entitlement, _) = wanted(&scene, Removal::Connector);
    let wrong = [
        ("entitlementGrant", json!({"common": {"userId": user(MIA)}}), "entitlementId is required."),
        ("entitlementGrant", json!({}), "userId is required. entitlementId is required."),
        ("roleGrant", json!({"common": {"userId": user(MIA), "roleId": "x"}}), "The requested access does not exist."),
        ("entitlementRemove", body(entitlement, json!({})), "User does not have the access to be removed."),
        ("entitlementGrant", body(entitlement, json!({"priority": "urgent"})), "priority must be low, medium or high."),
        ("entitlementGrant", body(entitlement, json!({"startDate": "soon"})), "startDate must be a valid date."),
        ("entitlementGrant", body(entitlement, json!({"endDate": "2020-01-01"})), "endDate must be after startDate."),
        ("createUser", json!({"common": {}}), "Workflow with id: createUser was not found"),
        (
            "entitlementGrant",
            body(entitlement, json!({"context": {"type": "admin"}})),
            "User is not authorized to perform action 'create' on this request.",
        ),
    ];
    for (kind, body, message) in wrong {
        let refused = publish(&scene, MIA, kind, body).await;
        assert_eq!(refused, json!({"errors": [{"message": message}]}));
    }
    let unknown = scene.call_as(MIA, Method::POST, &format!("{REQUESTS}/dragonGrant?_action=publish")).json(json!({}));
    assert_eq!(unknown.await.status(404).json()["message"], "Request Type Id doesn't exist");
    assert_eq!(scene.read(REQUESTS).await["totalCount"], 0);
    let nothing = format!("{REQUESTS}/{}", Id::<()>::named("nothing").dashed());
    scene.call(Method::GET, &nothing).await.status(404);
    scene.call(Method::POST, REQUESTS).json(json!({})).await.status(400);
    scene.call(Method::POST, &format!("{nothing}?_action=explode")).json(json!({})).await.status(400);
}

#[tokio::test]
async fn several_things_are_asked_for_at_once() {
    let scene = Scene::new();
    let (entitlement, _) = wanted(&scene, Removal::Connector);
    let ask = |action: &str, body: Value| {
        scene.call_as(MIA, Method::POST, &format!("{REQUESTS}?_action={action}")).json(body)
    };
    let catalogs = json!([{"type": "entitlement", "id": entitlement.dashed()}]);
    let body = json!({"users": [user(MIA)], "catalogs": catalogs, "justification": "both", "accessModifier": "add"});
    assert_eq!(ask("validate", body.clone()).await.status(200).json(), json!({"result": []}));
    assert_eq!(scene.read(REQUESTS).await["totalCount"], 0);
    let made = ask("create", body).await.status(200).json();
    assert_eq!(made["result"][0]["request"]["common"]["justification"], "both");
    let nobody = json!({"users": ["x"], "catalogs": [{"id": "y"}]});
    assert_eq!(ask("create", nobody).await.status(400).json()["message"], json!(["User with id: x does not exist."]));
    let found = scene
        .call_as(MIA, Method::POST, &format!("/iga/governance/user/{}/requests?_action=search", user(MIA)))
        .json(json!({"targetFilter": {"operator": "EQUALS", "operand": {"targetName": "decision.status", "targetValue": "in-progress"}}}));
    assert_eq!(found.await.status(200).json()["totalCount"], 1);
    scene.call_as("raj.patel", Method::POST, &format!("/iga/governance/user/{}/requests", user(MIA))).await.status(403);
}

#[tokio::test]
async fn the_configuration_bends_what_is_allowed() {
    let scene = Scene::new();
    let (entitlement, owner) = wanted(&scene, Removal::Connector);
    let key = "/iga/commons/config/iga_access_request";
    let before = scene.read(key).await;
    let set = |name: &'static str, value: Value| {
        let mut changed = before.clone();
        changed[name] = value;
        scene.call(Method::PUT, key).json(changed)
    };
    set("requireRequestJustification", json!(true)).await.status(200);
    let refused = publish(&scene, MIA, "entitlementGrant", body(entitlement, json!({"justification": " "}))).await;
    assert_eq!(refused["errors"][0]["message"], "justification is required.");
    set("requireApproveJustification", json!(true)).await.status(200);
    let made = publish(&scene, MIA, "entitlementGrant", body(entitlement, json!({}))).await;
    let refused = act(&scene, &owner, &made["id"], "approve", json!({}), 400).await;
    assert_eq!(refused["message"], json!(["justification is required."]));
    // Handed to Mia herself, who may not agree to her own request.
    let actors = json!([{"id": format!("managed/user/{}", user(MIA))}]);
    act(&scene, &owner, &made["id"], "reassign", json!({"updatedActors": []}), 400).await;
    act(&scene, &owner, &made["id"], "reassign", json!({"updatedActors": actors, "comment": "yours"}), 200).await;
    act(&scene, MIA, &made["id"], "approve", json!({"justification": "mine"}), 403).await;
    set("allowSelfApproval", json!(true)).await.status(200);
    act(&scene, MIA, &made["id"], "approve", json!({"justification": "mine"}), 200).await;
    assert!(holds(&scene, entitlement));
    let wrong = set("defaultApprover", json!("somebody")).await.status(400).json();
    assert_eq!(wrong["message"], "defaultApprover is not in proper id format.");
    scene.call_as(MIA, Method::PUT, key).json(before.clone()).await.status(403);
}

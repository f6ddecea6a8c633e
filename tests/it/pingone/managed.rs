//! Section 12: users, roles and service accounts as a directory shows them, and the company behind.

use http::Method;
use rolecall::company::PersonStatus;
use rolecall::kernel::Id;
use serde_json::{Value, json};

use super::{Scene, user};

const USERS: &str = "/openidm/managed/alpha_user";

fn of(id: &str) -> String {
    format!("{USERS}/{id}")
}

fn zoe() -> Value {
    json!({"userName": "zoe.park", "givenName": "Zoe", "sn": "Park", "mail": "zoe.park@acme.example", "city": "Oslo"})
}

fn patch(operation: &str, field: &str, value: Value) -> Value {
    json!([{"operation": operation, "field": field, "value": value}])
}

#[tokio::test]
async fn a_user_is_found_by_any_attribute() {
    let scene = Scene::new();
    let query = format!("{USERS}?_queryFilter=userName+eq+%22MIA.CHEN%22&_fields=*");
    let answer = scene.read(&query).await;
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    let envelope = [
        "result",
        "resultCount",
        "pagedResultsCookie",
        "totalPagedResultsPolicy",
        "totalPagedResults",
        "remainingPagedResults",
    ];
    assert_eq!(keys, envelope);
    assert_eq!((&answer["resultCount"], &answer["totalPagedResults"]), (&json!(1), &json!(-1)));
    let mia = &answer["result"][0];
    assert_eq!((&mia["_id"], &mia["userName"]), (&json!(user("mia.chen")), &json!("mia.chen")));
    assert!(mia.get("password").is_none() && mia.get("roles").is_none());
    let by_manager = format!("{USERS}?_queryFilter=manager/_refResourceId+pr&_countOnly=true");
    let counted = scene.read(&by_manager).await;
    let tenant = scene.tenant();
    let managed = tenant.read().company().people().iter().filter(|person| person.manager.is_some()).count();
    assert_eq!((&counted["resultCount"], &counted["result"]), (&json!(managed), &json!([])));
    let all =
        scene.read(&format!("{USERS}?_queryFilter=true&_fields=sn&_totalPagedResultsPolicy=EXACT&_pageSize=3")).await;
    assert_eq!(all["totalPagedResults"], tenant.read().company().people().len());
    assert_eq!(all["result"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["_id", "_rev", "sn"]);
    assert!(all["pagedResultsCookie"].is_string());
    for wrong in
        ["", "?_queryFilter=userName+is", "?_queryFilter=true&_pageSize=x", "?_queryFilter=true&_pagedResultsCookie=x"]
    {
        let refused = scene.call(Method::GET, &format!("{USERS}{wrong}")).await.status(400).json();
        assert_eq!((&refused["code"], &refused["reason"]), (&json!(400), &json!("Bad Request")), "{wrong}");
    }
}

#[tokio::test]
async fn relationships_come_only_when_they_are_asked_for() {
    let scene = Scene::new();
    let mia = scene.read(&format!("{}?_fields=userName,manager/userName", of(&user("mia.chen")))).await;
    let manager = &mia["manager"];
    let known = scene.tenant().read().company().person_named("mia.chen").unwrap().manager.unwrap();
    assert!(manager["userName"].is_string());
    assert!(manager.get("sn").is_none());
    let whole = scene.read(&format!("{}?_fields=*,*_ref", of(&user("mia.chen")))).await;
    assert_eq!(whole["manager"]["_ref"], format!("managed/alpha_user/{}", known.dashed()));
    assert_eq!(whole["manager"]["_refResourceCollection"], "managed/alpha_user");
    assert!(whole["roles"].is_array() && whole["applications"].is_array());
}

#[tokio::test]
async fn what_is_created_is_a_person_of_the_company() {
    let scene = Scene::new();
    let created = scene.call(Method::POST, &format!("{USERS}?_action=create")).json(zoe()).await.status(201);
    let id = created.json()["_id"].as_str().unwrap().to_owned();
    let revision = created.json()["_rev"].as_str().unwrap().to_owned();
    assert_eq!(created.header("etag"), format!("\"{revision}\""));
    assert_eq!((&created.json()["accountStatus"], &created.json()["city"]), (&json!("active"), &json!("Oslo")));
    let person = scene.tenant().read().company().person_named("zoe.park").unwrap().clone();
    assert_eq!(
        (person.id.dashed(), person.mail.as_str(), person.status),
        (id.clone(), "zoe.park@acme.example", PersonStatus::Active)
    );

    let again = scene.call(Method::POST, &format!("{USERS}?_action=create")).json(zoe()).await.status(412).json();
    assert_eq!((&again["code"], &again["reason"]), (&json!(412), &json!("Precondition Failed")));
    assert!(again["message"].as_str().unwrap().contains("exists"));
    let missing = json!({"userName": "x", "givenName": " ", "sn": 5});
    let refused = scene.call(Method::POST, USERS).json(missing).await.status(403).json();
    assert_eq!((&refused["reason"], &refused["message"]), (&json!("Forbidden"), &json!("Failed policy validation")));
    let failed = |property: &str, requirement: &str| json!({"policyRequirements": [{"policyRequirement": requirement}], "property": property});
    let expected = json!([failed("givenName", "REQUIRED"), failed("sn", "VALID_TYPE"), failed("mail", "REQUIRED")]);
    assert_eq!(refused["detail"], json!({"result": false, "failedPolicyRequirements": expected}));
    scene.call(Method::POST, &format!("{USERS}?_action=explode")).json(zoe()).await.status(400);
    scene.call(Method::POST, USERS).body("[").await.status(400);
}

#[tokio::test]
async fn a_put_creates_or_replaces_under_its_condition() {
    let scene = Scene::new();
    let id = Id::<()>::named("chosen").dashed();
    let put = |body: Value| scene.call(Method::PUT, &of(&id)).json(body);
    let created = put(zoe()).header("if-none-match", "*").await.status(201).json();
    assert_eq!(created["_id"], id);
    assert_eq!(scene.tenant().read().company().person_named("zoe.park").unwrap().id.dashed(), id);
    put(zoe()).header("if-none-match", "*").await.status(412);
    put(zoe()).header("if-match", "\"other-1\"").await.status(412);
    let mut without = zoe();
    without.as_object_mut().unwrap().remove("city");
    without["userName"] = json!("zoe.lund");
    let revision = format!("\"{}\"", created["_rev"].as_str().unwrap());
    let replaced = put(without).header("if-match", &revision).await.status(200).json();
    assert!(replaced.get("city").is_none());
    assert_ne!(replaced["_rev"], created["_rev"]);
    let found = scene.read(&format!("{USERS}?_queryFilter=userName+eq+%22zoe.lund%22")).await;
    assert_eq!(found["result"][0]["_id"], id);
    let mut taken = zoe();
    taken["userName"] = json!("mia.chen");
    put(taken).await.status(412);
    let refused = scene.call(Method::PUT, &of("zoe")).json(zoe()).await.status(400).json();
    assert!(refused["message"].as_str().unwrap().contains("invalid attribute syntax"));
}

#[tokio::test]
async fn a_patch_changes_the_person() {
    let scene = Scene::new();
    let mia = user("mia.chen");
    let patched = |body: Value| scene.call(Method::PATCH, &of(&mia)).json(body);
    let before = scene.read(&of(&mia)).await;
    let after = patched(patch("replace", "/sn", json!("Chen-Lund"))).await.status(200).json();
    assert_eq!((&after["sn"], &after["cn"]), (&json!("Chen-Lund"), &json!("Mia Chen-Lund")));
    assert_ne!(after["_rev"], before["_rev"]);
    let company = || scene.tenant().read().company().clone();
    assert_eq!(company().person_named("mia.chen").unwrap().family, "Chen-Lund");
    // Somebody else governs the same person.
    patched(patch("replace", "/accountStatus", json!("inactive"))).await.status(200);
    assert_eq!(company().person_named("mia.chen").unwrap().status, PersonStatus::Left);
    patched(patch("replace", "accountStatus", json!("active"))).await.status(200);
    assert!(company().person_named("mia.chen").unwrap().is_present());
    patched(patch("add", "/frIndexedMultivalued1/-", json!("x"))).await.status(200);
    let shown = patched(patch("add", "/frIndexedMultivalued1", json!(["y"]))).await.status(200).json();
    assert_eq!(shown["frIndexedMultivalued1"], json!(["x", "y"]));
    let reference = json!({"_ref": format!("managed/alpha_user/{}", user("ada.admin"))});
    patched(patch("replace", "/manager", reference)).await.status(200);
    assert_eq!(company().person_named("mia.chen").unwrap().manager.unwrap().dashed(), user("ada.admin"));

    let unchanged = scene.tenant().read();
    let nobody = json!({"_ref": format!("managed/alpha_user/{}", Id::<()>::named("nobody").dashed())});
    let own = json!({"_ref": format!("managed/alpha_user/{mia}")});
    let wrong = [
        (patch("explode", "/sn", json!("x")), 400),
        (patch("replace", "/_id", json!("x")), 400),
        (patch("replace", "/", json!("x")), 400),
        (patch("remove", "/mail", json!(before["mail"])), 403),
        (patch("replace", "/mail", json!("no address")), 403),
        (patch("replace", "/department", json!("Witchcraft")), 403),
        (patch("replace", "/manager", nobody), 400),
        (patch("replace", "/manager", own), 400),
        (patch("replace", "/userName", json!("ada.admin")), 412),
        (json!({"operation": "replace"}), 400),
    ];
    for (body, status) in wrong {
        patched(body).await.status(status);
    }
    patched(patch("replace", "/sn", json!("x"))).header("if-match", "\"no\"").await.status(412);
    assert!(std::sync::Arc::ptr_eq(&unchanged, &scene.tenant().read()));
}

#[tokio::test]
async fn whoever_is_deleted_loses_what_they_hold_and_may_come_back() {
    let scene = Scene::new();
    let mia = user("mia.chen");
    let held = |scene: &Scene| scene.tenant().read().company().held_by(Id::from_dashed(&mia).unwrap()).count();
    assert!(held(&scene) > 0);
    let deleted = scene.call(Method::DELETE, &of(&mia)).await.status(200).json();
    assert_eq!(deleted["userName"], "mia.chen");
    assert_eq!(held(&scene), 0);
    let gone = scene.call(Method::GET, &of(&mia)).await.status(404);
    let text = format!(
        r#"{{"code":404,"reason":"Not Found","message":"No Such Entry: The search base entry &#39;fr-idm-uuid&#61;{mia},ou&#61;user,o&#61;alpha,o&#61;root,ou&#61;identities&#39; does not exist"}}"#
    );
    assert_eq!(gone.text(), text);
    assert_eq!(scene.read(&format!("{USERS}?_queryFilter=userName+eq+%22mia.chen%22")).await["resultCount"], 0);
    scene.call(Method::DELETE, &of(&mia)).await.status(404);
    scene.call(Method::PATCH, &of(&mia)).json(patch("replace", "/sn", json!("x"))).await.status(404);
    let back = json!({"userName": "mia.chen", "givenName": "Mia", "sn": "Chen", "mail": "mia.chen@acme.example"});
    assert_eq!(scene.call(Method::POST, USERS).json(back).await.status(201).json()["_id"], mia);
}

#[tokio::test]
async fn a_role_gives_what_it_holds_to_its_members() {
    let scene = Scene::new();
    let roles = "/openidm/managed/alpha_role";
    let role = scene.call(Method::POST, roles).json(json!({"name": "Night desk"})).await.status(201).json();
    let role = role["_id"].as_str().unwrap().to_owned();
    let mia = user("mia.chen");
    let company = || scene.tenant().read().company().clone();
    let person = Id::from_dashed(&mia).unwrap();
    let entitlement =
        company().entitlements().iter().find(|row| company().holding(person, row.id).is_none()).unwrap().id;
    let of_role = format!("{roles}/{role}");
    let assignment = json!({"_ref": format!("managed/alpha_assignment/{}", entitlement.dashed())});
    scene.call(Method::PATCH, &of_role).json(patch("add", "/assignments/-", assignment.clone())).await.status(200);
    let member = json!({"_ref": format!("managed/alpha_role/{role}")});
    scene.call(Method::PATCH, &of(&mia)).json(patch("add", "/roles/-", member.clone())).await.status(200);
    assert!(company().holding(person, entitlement).is_some());
    let shown = scene.read(&format!("{of_role}?_fields=members")).await;
    assert_eq!(shown["members"][0]["_refResourceId"], mia);
    scene.call(Method::PATCH, &of_role).json(patch("remove", "/assignments", assignment)).await.status(200);
    assert!(company().holding(person, entitlement).is_none());
    scene.call(Method::PATCH, &of(&mia)).json(patch("remove", "/roles", member)).await.status(200);
    assert_eq!(scene.read(&format!("{of_role}?_fields=members")).await["members"], json!([]));
    scene.call(Method::POST, roles).json(json!({"name": "night DESK"})).await.status(412);
    scene.call(Method::POST, roles).json(json!({})).await.status(403);
    scene.call(Method::DELETE, &of_role).await.status(200);
    scene.call(Method::GET, &of_role).await.status(404);
}

#[tokio::test]
async fn service_accounts_are_kept_with_their_keys_but_never_the_private_one() {
    let scene = Scene::new();
    let accounts = "/openidm/managed/svcacct";
    let found = scene.read(&format!("{accounts}?_queryFilter=true&_fields=*")).await;
    let shown = &found["result"][0];
    assert!(!shown.to_string().contains("\"d\\\""), "{shown}");
    let jwks: Value = serde_json::from_str(shown["jwks"].as_str().unwrap()).unwrap();
    assert_eq!(jwks["keys"][0]["kty"], "RSA");
    let new = json!({"name": "robot", "description": "", "accountStatus": "active", "scopes": ["fr:idm:*"], "jwks": "{}", "quotaLimit": "5"});
    let created = scene.call(Method::POST, accounts).json(new).await.status(201).json();
    assert_eq!(created["quotaLimit"], "5");
    let one = format!("{accounts}/{}", created["_id"].as_str().unwrap());
    let patched =
        scene.call(Method::PATCH, &one).json(patch("add", "/scopes/-", json!("fr:iga:*"))).await.status(200).json();
    assert_eq!(patched["scopes"], json!(["fr:idm:*", "fr:iga:*"]));
    scene.call(Method::PATCH, &one).json(patch("replace", "/scopes", json!(5))).await.status(403);
    scene.call(Method::DELETE, &one).await.status(200);
}

#[tokio::test]
async fn applications_and_assignments_are_read_and_not_written() {
    let scene = Scene::new();
    for kind in ["alpha_application", "alpha_assignment"] {
        let path = format!("/openidm/managed/{kind}");
        let found = scene.read(&format!("{path}?_queryFilter=true&_pageSize=1&_fields=*,*_ref")).await;
        let one = format!("{path}/{}", found["result"][0]["_id"].as_str().unwrap());
        assert_eq!(scene.read(&one).await["name"], found["result"][0]["name"]);
        scene.call(Method::PATCH, &one).json(patch("replace", "/name", json!("x"))).await.status(403);
        scene.call(Method::DELETE, &one).await.status(403);
        scene.call(Method::POST, &path).json(json!({"name": "x"})).await.status(403);
    }
    let unknown = scene.call(Method::GET, "/openidm/managed/alpha_dragon?_queryFilter=true").await.status(404).json();
    assert_eq!(unknown["message"], "Resource 'managed/alpha_dragon' not found");
    scene.call_as("mia.chen", Method::GET, &of(&user("mia.chen"))).await.status(403);
}

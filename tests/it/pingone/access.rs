//! Sections 9 and 11: what users hold and may ask for, changing it by hand, and the commons.

use http::Method;
use rolecall::company::Company;
use rolecall::kernel::Id;
use serde_json::{Value, json};

use super::{Scene, user};

const MIA: &str = "mia.chen";

fn company(scene: &Scene) -> Company {
    scene.tenant().read().company().clone()
}

#[tokio::test]
async fn what_a_user_holds_is_a_list_of_grants() {
    let scene = Scene::new();
    let mia = Id::from_dashed(&user(MIA)).unwrap();
    let grants = format!("/iga/governance/user/{}/grants", user(MIA));
    let held = company(&scene).held_by(mia).count();
    let entitlements = scene.read(&format!("{grants}?grantType=entitlement&_pageSize=1000")).await;
    assert_eq!(entitlements["totalCount"], held);
    let one = &entitlements["result"][0];
    assert_eq!((&one["id"], &one["item"]["type"]), (&one["compositeId"], &json!("entitlementGrant")));
    let own = scene.call_as(MIA, Method::GET, &format!("{grants}/{}", one["id"].as_str().unwrap())).await.status(200);
    assert_eq!(own.json(), *one);
    let by_id = scene.read(&format!("/iga/governance/grants/{}", one["id"].as_str().unwrap())).await;
    assert_eq!(by_id, *one);
    assert!(one["assignment"]["id"].as_str().unwrap().starts_with("system_"));
    let accounts = scene.read(&format!("{grants}?grantType=account")).await;
    assert!(accounts["totalCount"].as_u64().unwrap() > 0);
    scene.call_as("noor.haddad", Method::GET, &grants).await.status(200);
    scene.call_as("raj.patel", Method::GET, &grants).await.status(403);
    scene.call(Method::GET, "/iga/governance/grants/nothing").await.status(404);
    let unknown = format!("/iga/governance/user/{}/grants", Id::<()>::named("nobody").dashed());
    let refused = scene.call(Method::GET, &unknown).await.status(404).json();
    assert!(refused["message"].as_str().unwrap().starts_with("User with id: "));
}

#[tokio::test]
async fn access_is_given_and_taken_by_hand() {
    let scene = Scene::new();
    let mia = Id::from_dashed(&user(MIA)).unwrap();
    let before = company(&scene);
    let entitlement =
        before.entitlements().iter().find(|row| before.account_in(mia, row.app).is_none()).unwrap().clone();
    let change = |action: &str, body: Value| {
        scene
            .call(Method::POST, &format!("/iga/governance/user/{}/entitlements?_action={action}", user(MIA)))
            .json(body)
    };
    let shown = scene.read(&format!("/iga/governance/entitlement/{}", entitlement.id.dashed())).await;
    let body = json!({"entitlementId": shown["assignment"]["id"], "grantType": "request"});
    let given = change("add", body.clone()).await.status(200).json();
    assert_eq!((&given["userId"], &given["action"]), (&json!(user(MIA)), &json!("add")));
    // An account comes along.
    assert!(company(&scene).account_in(mia, entitlement.app).is_some());
    assert!(company(&scene).holding(mia, entitlement.id).is_some());
    let who =
        scene.read(&format!("/iga/governance/entitlement/{}/grants?_pageSize=1000", entitlement.id.dashed())).await;
    assert!(who["result"].as_array().unwrap().iter().any(|grant| grant["id"] == given["id"]));
    change("add", body.clone()).await.status(400);
    assert_eq!(change("remove", body.clone()).await.status(200).json()["id"], given["id"]);
    change("remove", body.clone()).await.status(400);
    change("explode", body).await.status(400);
    change("add", json!({})).await.status(400);
    change("add", json!({"entitlementId": "system_no_such_thing"})).await.status(400);
    let app = json!({"applicationId": entitlement.app.dashed()});
    let accounts = |action: &str| format!("/iga/governance/user/{}/applications?_action={action}", user(MIA));
    scene.call(Method::POST, &accounts("add")).json(app.clone()).await.status(400);
    scene.call(Method::POST, &accounts("remove")).json(app.clone()).await.status(200);
    assert!(company(&scene).account_in(mia, entitlement.app).is_none());
    scene.call(Method::POST, &accounts("add")).json(app).await.status(200);
    let path = format!("/iga/governance/user/{}/entitlements?_action=add", user(MIA));
    scene.call_as(MIA, Method::POST, &path).json(json!({})).await.status(403);
}

#[tokio::test]
async fn the_catalog_and_what_lies_behind_it() {
    let scene = Scene::new();
    let company = company(&scene);
    let items = scene.read("/iga/governance/catalog?_pageSize=0").await;
    let all = company.entitlements().len() + company.apps().len();
    assert!(items["totalCount"].as_u64().unwrap() as usize >= all);
    let search = scene.call(Method::POST, "/iga/governance/catalog?_action=search&_pageSize=3");
    let filter = json!({"operator": "EQUALS", "operand": {"targetName": "item.type", "targetValue": "accountGrant"}});
    let found = search.json(json!({"targetFilter": filter})).await.status(200).json();
    assert_eq!(found["totalCount"], company.apps().len());
    let app = found["result"][0]["id"].as_str().unwrap();
    let paths = [
        format!("/iga/governance/catalog/application/{app}"),
        format!("/iga/governance/application/{app}"),
        format!("/iga/governance/application/{app}/accounts"),
        format!("/iga/governance/application/{app}/resources"),
        format!("/iga/governance/application/{app}/glossary"),
        "/iga/governance/application".to_owned(),
        "/iga/governance/entitlement".to_owned(),
        "/iga/governance/account".to_owned(),
        "/iga/governance/role".to_owned(),
        "/iga/governance/user".to_owned(),
        format!("/iga/governance/user/{}", user(MIA)),
        format!("/iga/governance/user/{}/privileges", user(MIA)),
        format!("/iga/governance/user/{}/get-direct-reports", user(MIA)),
        "/iga/governance/info/login".to_owned(),
        "/iga/commons/search/alpha_user?queryString=mia".to_owned(),
        "/iga/commons/search/alpha_role".to_owned(),
        "/iga/commons/search/application?queryString=".to_owned(),
    ];
    for path in paths {
        scene.call(Method::GET, &path).await.status(200);
    }
    let account =
        scene.read("/iga/governance/account?_pageSize=1").await["result"][0]["id"].as_str().unwrap().to_owned();
    for tail in ["", "/entitlements", "/glossary"] {
        scene.call(Method::GET, &format!("/iga/governance/account/{account}{tail}")).await.status(200);
    }
    let users = scene.read(&format!("/iga/governance/user?_queryFilter=id+eq+%22{}%22", user(MIA))).await;
    assert_eq!((&users["totalCount"], &users["result"][0]["userName"]), (&json!(1), &json!(MIA)));
    for missing in ["catalog/role/x", "entitlement/x", "application/x", "account/x", "role/x", "user/x"] {
        scene.call(Method::GET, &format!("/iga/governance/{missing}")).await.status(404);
    }
    scene.call(Method::POST, "/iga/governance/catalog").json(json!({})).await.status(400);
}

#[tokio::test]
async fn the_configuration_is_one_object_and_each_key_another() {
    let scene = Scene::new();
    let all = scene.read("/iga/commons/config").await;
    let keys: Vec<&String> = all.as_object().unwrap().keys().collect();
    let recorded = [
        "iga_global",
        "feature_recommendation",
        "iga_access_request",
        "iga_ui_config",
        "iga-file",
        "iga_notification",
        "iga_autoid_integration",
    ];
    assert_eq!(keys, recorded);
    let one = scene.read("/iga/commons/config/iga_notification").await;
    assert_eq!(one, all["iga_notification"]);
    let unknown = scene.call(Method::GET, "/iga/commons/config/iga_nonexistent_key_xyz").await.status(400);
    assert_eq!(unknown.text(), r#"{"message":"iga_nonexistent_key_xyz is not a valid IGA config key."}"#);
    scene.call(Method::PUT, "/iga/commons/config/nothing").json(json!({})).await.status(400);
}

#[tokio::test]
async fn documents_are_kept_as_they_came() {
    let scene = Scene::new();
    let glossary = "/iga/commons/glossary/schema";
    let attribute =
        json!({"name": "testUser", "objectType": "/openidm/managed/assignment", "type": "managedObject", "extra": [1]});
    let made = scene.call(Method::POST, glossary).json(attribute.clone()).await.status(201).json();
    assert_eq!(made["extra"], json!([1]));
    scene.call(Method::POST, glossary).json(attribute.clone()).await.status(400);
    scene.call(Method::POST, glossary).json(json!({})).await.status(400);
    let filter =
        json!({"targetFilter": {"operator": "EQUALS", "operand": {"targetName": "name", "targetValue": "testUser"}}});
    let found = scene.call(Method::POST, &format!("{glossary}/search?pageSize=10000&pageNumber=0")).json(filter);
    let found = found.await.status(200).json();
    assert_eq!((&found["totalCount"], &found["searchAfterKey"]), (&json!(1), &json!([made["id"]])));
    let one = format!("{glossary}/{}", made["id"].as_str().unwrap());
    let changed = scene.call(Method::PUT, &one).json(json!({"name": "other", "id": "x"})).await.status(200).json();
    assert_eq!((&changed["id"], &changed["name"]), (&made["id"], &json!("other")));
    scene.call(Method::DELETE, &one).await.status(200);
    let gone = scene.call(Method::GET, &one).await.status(500);
    assert_eq!(gone.json()["message"], "Cannot read properties of undefined (reading '_source')");
    scene.call(Method::GET, "/iga/commons/glossary/schemaConfig").await.status(200);

    let types = scene.read("/iga/governance/requestTypes?_queryFilter=true&_fields=id&_pageSize=10000").await;
    assert_eq!(types.as_object().unwrap().keys().collect::<Vec<_>>(), ["totalCount", "resultCount", "result"]);
    let ids: Vec<&str> =
        types["result"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).take(3).collect();
    assert_eq!(ids, ["roleGrant", "applicationGrant", "modifyEntitlement"]);
    assert_eq!(types["result"][0].as_object().unwrap().len(), 1);
    let new = scene
        .call(Method::POST, "/iga/governance/requestTypes?_action=create")
        .json(json!({"id": "own", "displayName": "Own"}));
    assert_eq!(new.await.status(200).json()["id"], "own");
    scene.call(Method::GET, "/iga/governance/requestTypes/own").await.status(200);
    let missing = scene.call(Method::GET, "/iga/governance/requestTypes/none").await.status(404);
    assert_eq!(missing.json()["message"], "Request Type Id doesn't exist");

    let templates = "/iga/governance/certification/template";
    let made = scene
        .call(Method::POST, &format!("{templates}?_action=create"))
        .json(json!({"name": "Quarter"}))
        .await
        .status(200)
        .json();
    let same = scene.call(Method::POST, templates).json(json!({"name": "Quarter"})).await.status(400).json();
    assert_eq!(same["message"], "Template already exists with the same name.");
    let one = format!("{templates}/{}", made["id"].as_str().unwrap());
    scene.call(Method::POST, &format!("{templates}/search?pageSize=5&pageNumber=0")).json(json!({})).await.status(200);
    scene.call(Method::PUT, &one).json(json!({"name": "Year"})).await.status(200);
    scene.call(Method::DELETE, &one).await.status(200);
    let gone = scene.call(Method::GET, &one).await.status(404).json();
    assert_eq!(gone["message"], format!("Cannot find template with id {}.", made["id"].as_str().unwrap()));
    scene.call_as(MIA, Method::GET, templates).await.status(403);
}

//! What can be asked for, and given back.

use serde_json::{Value, json};

use super::{ADMIN, ILLEGAL, MISSING, Scene, assert_refused, id, person, wish};

#[tokio::test]
async fn objects_are_listed_as_they_stand_to_the_one_they_would_be_for() {
    let scene = Scene::new();
    let request = scene.request("ed.okafor", "ed.okafor", &[wish("role/remote-worker")]).await;
    scene.request("ed.okafor", "ed.okafor", &[wish("role/wiki-and-tickets")]).await;
    scene.advance("PT1M").await;
    let rows = async |who: &str, query: &str| {
        let path = format!("/v3/requestable-objects?{query}");
        scene.get(who, &path).await.status(200).json().as_array().unwrap().clone()
    };
    let named = |rows: &[Value], path: &str| rows.iter().find(|row| row["id"] == id(path)).cloned();
    let all = rows("ed.okafor", "identity-id=me&sorters=name").await;
    let pending = named(&all, "role/remote-worker").unwrap();
    assert_eq!((&pending["requestStatus"], &pending["identityRequestId"]), (&json!("PENDING"), &json!(request)));
    assert_eq!(named(&all, "role/wiki-and-tickets").unwrap()["requestStatus"], "ASSIGNED");
    assert_eq!(named(&all, "role/buyer").unwrap()["requestStatus"], "AVAILABLE");
    assert_eq!(named(&all, "role/finance-member"), None);
    assert!(all.iter().all(|row| row["type"] != "ENTITLEMENT"));
    assert_eq!(all, rows("ed.okafor", "sorters=name").await);
    let plain = rows(ADMIN, "").await;
    assert_eq!(plain.len(), all.len());
    assert!(plain.iter().all(|row| row["requestStatus"] == json!(null) && row["ownerRef"]["email"].is_string()));
    assert_eq!(rows("ed.okafor", "identity-id=me&statuses=PENDING,ASSIGNED&types=ROLE").await.len(), 2);
    let powershell = "identity-id=me&types[]=ROLE&types[]=ACCESS_PROFILE&statuses[]=PENDING";
    assert_eq!(rows("ed.okafor", powershell).await.len(), 1);
    let termed = rows(ADMIN, "term=PAYMENT+run&filters=name+eq+%22none%22").await;
    assert!(!termed.is_empty() && termed.iter().all(|row| row.to_string().to_lowercase().contains("payment run")));
    let filtered = rows(ADMIN, "filters=name+sw+%22erp%3A%22&limit=3").await;
    assert!(filtered.len() == 3 && filtered.iter().all(|row| row["name"].as_str().unwrap().starts_with("ERP:")));
    assert!(rows(ADMIN, "identity-id=nobody").await.is_empty());
}

#[tokio::test]
async fn bad_parameters_are_refused() {
    let scene = Scene::new();
    let get = async |who: &str, query: &str| scene.get(who, &format!("/v3/requestable-objects?{query}")).await;
    assert_refused(get(ADMIN, "types=ENTITLEMENT").await, 400, ILLEGAL, "types");
    assert_refused(get(ADMIN, "identity-id=me&statuses=GONE").await, 400, ILLEGAL, "statuses");
    assert_refused(get(ADMIN, "statuses=PENDING").await, 400, MISSING, "identity-id");
    let other = format!("identity-id={}", person("raj.patel"));
    assert_refused(get("ed.okafor", &other).await, 403, "403 Forbidden", "");
    scene.step(json!({"step": "switch", "switches": {"ownerIdRequired": true}})).await;
    assert_refused(get("ed.okafor", "").await, 403, "403 Forbidden", "");
}

#[tokio::test]
async fn what_could_be_revoked_is_shown_by_account() {
    let scene = Scene::new();
    let path = |who: &str, entitlement: &str| {
        format!("/v2025/revocable-objects?identityId={}&entitlementId={}", person(who), id(entitlement))
    };
    let details = scene.get("ed.okafor", &path("ed.okafor", "entitlement/erp/fi-display")).await.status(200).json();
    assert_eq!(details["identityId"], person("ed.okafor"));
    assert_eq!(details["entitlement"]["type"], "ENTITLEMENT");
    // It comes with the department, so it cannot be given back by request.
    assert_eq!(details["accountTargets"][0]["revocable"], false);
    scene.get(ADMIN, &path("ed.okafor", "entitlement/okta/super-admin")).await.status(404);
    scene.get("raj.patel", &path("ed.okafor", "entitlement/erp/fi-display")).await.status(403);
    scene.get(ADMIN, "/v2025/revocable-objects?identityId=me").await.status(400);
    scene.get(ADMIN, "/v3/revocable-objects").await.status(404);
}

#[tokio::test]
async fn metrics_count_the_reports_of_a_manager() {
    let scene = Scene::new();
    let path = |manager: &str, object: &str, kind: &str| {
        format!("/beta/access-request-identity-metrics/{manager}/requested-objects/{}/type/{kind}", id(object))
    };
    let mia = person("mia.chen");
    let metrics = scene.get(ADMIN, &path(&mia, "role/finance-member", "ROLE")).await.status(200).json();
    assert_eq!((&metrics["totalIdentities"], &metrics["squadAvailable"]), (&json!(9), &json!(true)));
    assert!(metrics["identitiesWithAccess"].as_u64().unwrap() > 0);
    assert_eq!(metrics["validActivityObject"], false);
    let unknown = scene.get(ADMIN, &path("nobody", "role/finance-member", "ROLE")).await.status(200).json();
    assert_eq!((&unknown["totalIdentities"], &unknown["squadAvailable"]), (&json!(null), &json!(false)));
    scene.get(ADMIN, &path(&mia, "role/finance-member", "GROUP")).await.status(400);
    scene.get("mia.chen", &path(&mia, "role/finance-member", "ROLE")).await.status(403);
    scene.get("lena.fischer", &path(&mia, "role/finance-member", "ROLE")).await.status(200);
}

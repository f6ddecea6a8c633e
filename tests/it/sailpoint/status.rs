//! The lists of requested items: who sees which, in which shape.

use serde_json::{Value, json};

use super::{ADMIN, CONTENT, ILLEGAL, Scene, assert_refused, id, person, wish};

const ROLE: &str = "role/remote-worker";

async fn ids(scene: &Scene, who: &str, query: &str) -> Vec<Value> {
    let rows = scene.get(who, &format!("/v3/access-request-status?{query}")).await.status(200).json();
    rows.as_array().unwrap().iter().map(|row| row["accessRequestId"].clone()).collect()
}

#[tokio::test]
async fn everybody_sees_what_they_asked_for_or_get_and_administrators_see_all() {
    let scene = Scene::new();
    let own = scene.request("ed.okafor", "ed.okafor", &[wish(ROLE)]).await;
    scene.advance("PT1S").await;
    let given = scene.request("mia.chen", "raj.patel", &[wish(ROLE)]).await;
    assert_eq!(ids(&scene, ADMIN, "").await, [json!(own), json!(given)]);
    assert_eq!(ids(&scene, "ed.okafor", "").await, [json!(own)]);
    assert_eq!(ids(&scene, "raj.patel", "").await, [json!(given)]);
    assert_eq!(ids(&scene, "mia.chen", "").await, [json!(given)]);
    assert_eq!(ids(&scene, "mia.chen", "requested-by=me").await, [json!(given)]);
    assert!(ids(&scene, "mia.chen", "requested-for=me").await.is_empty());
    assert_eq!(ids(&scene, "mia.chen", "assigned-to=me").await, [json!(own)]);
    let (ed, raj) = (person("ed.okafor"), person("raj.patel"));
    assert_eq!(
        ids(&scene, ADMIN, &format!("requested-for={raj}&requested-by={}", person("mia.chen"))).await,
        [json!(given)]
    );
    assert!(ids(&scene, ADMIN, &format!("requested-for={raj}&requested-by={ed}")).await.is_empty());
    assert_eq!(ids(&scene, ADMIN, &format!("regarding-identity={raj}")).await, [json!(given)]);
    assert!(ids(&scene, ADMIN, "requested-for=nobody").await.is_empty());
    for query in [format!("requested-for={ed}"), format!("assigned-to={ed}"), format!("regarding-identity={ed}")] {
        let refused = scene.get("raj.patel", &format!("/v3/access-request-status?{query}")).await;
        assert_refused(refused, 403, "403 Forbidden", "");
    }
    let both = format!("/v3/access-request-status?regarding-identity={ed}&requested-for={ed}");
    assert_refused(scene.get(ADMIN, &both).await, 400, CONTENT, "regarding-identity");
    let state = scene.get(ADMIN, "/v3/access-request-status?request-state=REJECTED").await;
    assert_refused(state, 400, ILLEGAL, "request-state");
}

#[tokio::test]
async fn rows_are_filtered_sorted_and_counted() {
    let scene = Scene::new();
    let one = scene.request("ed.okafor", "ed.okafor", &[wish(ROLE), wish("role/wiki-and-tickets")]).await;
    scene.advance("PT1H").await;
    let two = scene.request("raj.patel", "raj.patel", &[wish("role/expense-auditor")]).await;
    let names = async |query: &str| -> Vec<Value> {
        let path = format!("/v2025/access-request-administration?{query}");
        let rows = scene.get(ADMIN, &path).await.status(200).json();
        rows.as_array().unwrap().iter().map(|row| row["name"].clone()).collect()
    };
    assert_eq!(names("sorters=name").await, ["Expense Auditor", "Remote Worker", "Wiki and Tickets"]);
    assert_eq!(names("sorters=-created,name&limit=1").await, ["Expense Auditor"]);
    assert_eq!(names("filters=status+eq+%22REQUEST_COMPLETED%22").await, ["Wiki and Tickets"]);
    assert_eq!(names(&format!("filters=accessRequestId+in+(%22{two}%22)")).await, ["Expense Auditor"]);
    assert_eq!(names("filters=created+gt+2026-01-05T09:30:00Z").await, ["Expense Auditor"]);
    let counted = scene.get(ADMIN, "/v3/access-request-status?count=true&limit=0").await;
    assert_eq!((counted.header("x-total-count"), counted.text().as_str()), ("3", "[]"));
    assert_eq!(ids(&scene, ADMIN, &format!("filters=accessRequestId+eq+%22{one}%22")).await.len(), 2);
    assert_eq!(ids(&scene, ADMIN, "request-state=EXECUTING").await.len(), 2);
    let unknown = scene.get(ADMIN, "/v3/access-request-status?filters=status+eq+%22X%22").await;
    assert_refused(unknown, 400, ILLEGAL, "status");
    scene.get("mia.chen", "/v2025/access-request-administration").await.status(403);
    scene.get(ADMIN, "/v3/access-request-administration").await.status(404);
}

#[tokio::test]
async fn each_family_has_its_own_fields() {
    let scene = Scene::new();
    scene.request("ed.okafor", "ed.okafor", &[wish(ROLE)]).await;
    let row = async |path: &str| scene.get(ADMIN, path).await.status(200).json()[0].clone();
    let classic = row("/v3/access-request-status").await;
    assert_eq!(classic["id"], id(ROLE));
    assert_eq!(classic["approvalDetails"][0]["approvalId"], classic["approvalIds"][0]);
    for absent in ["identityType", "jitDetails", "form"] {
        assert!(classic.get(absent).is_none(), "{absent}");
    }
    for present in ["reauthorizationRequired", "accessRequestContext", "privilegeLevel", "requestedAccounts"] {
        assert!(classic.get(present).is_some(), "{present}");
    }
    let yearly = row("/v2025/access-request-status").await;
    assert_eq!(yearly["approvalDetails"][0]["approvalId"], Value::Null);
    let service = row("/access-request-status/v1").await;
    assert_eq!(
        (&service["identityType"], &service["jitDetails"], &service["form"]),
        (&json!("HUMAN"), &json!(null), &json!(null))
    );
    let admin = row("/access-request-administration/v1").await;
    for absent in ["approvalIds", "requestedAccounts", "privilegeLevel", "jitDetails", "accessRequestContext"] {
        assert!(admin.get(absent).is_none(), "{absent}");
    }
    assert_eq!(admin["requestedFor"]["id"], person("ed.okafor"));
    let started = admin["accessRequestPhases"][0]["started"].as_str().unwrap();
    assert_eq!(started.len(), "2026-01-05T09:00:00.000000Z".len());
    assert_eq!(admin["created"].as_str().unwrap().len(), "2026-01-05T09:00:00.000Z".len());
}

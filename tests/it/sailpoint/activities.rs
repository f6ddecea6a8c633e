//! Access requests as account activities.

use serde_json::json;

use super::{ADMIN, Scene, id, person, wish};

#[tokio::test]
async fn an_activity_is_an_access_request_in_other_words() {
    let scene = Scene::new();
    let wishes = [wish("role/remote-worker").with("comment", "from home"), wish("role/wiki-and-tickets")];
    let request = scene.request("mia.chen", "ed.okafor", &wishes).await;
    let path = format!("/v3/account-activities/{request}");
    let activity = scene.get("ed.okafor", &path).await.status(200).json();
    assert_eq!((&activity["id"], &activity["type"]), (&json!(request), &json!("appRequest")));
    assert_eq!((&activity["executionStatus"], &activity["completionStatus"]), (&json!("EXECUTING"), &json!("PENDING")));
    assert_eq!(activity["requesterIdentitySummary"]["identityId"], person("mia.chen"));
    assert_eq!(activity["targetIdentitySummary"]["identityId"], person("ed.okafor"));
    assert_eq!((&activity["cancelable"], &activity["cancelComment"]), (&json!(true), &json!(null)));
    let item = &activity["items"][0];
    assert_eq!((&item["attribute"], &item["sourceId"]), (&json!("assignedRoles"), &json!("IdentityNow")));
    assert_eq!((&item["operation"], &item["approvalStatus"]), (&json!("ADD"), &json!("PENDING")));
    assert_eq!(item["accountRequestInfo"]["requestedObjectId"], id("role/remote-worker"));
    assert_eq!(item["requesterComment"]["body"], "from home");
    assert!(scene.get(ADMIN, &path.replace("v3", "v2025")).await.json().get("cancelable").is_none());

    let approval = scene.only(&scene.pending("ingrid.solberg").await);
    scene.decide("ingrid.solberg", &approval, "reject", "office first").await.status(202);
    scene.advance("PT1M").await;
    let activity = scene.get("mia.chen", &path).await.json();
    assert_eq!(
        (&activity["executionStatus"], &activity["completionStatus"]),
        (&json!("COMPLETED"), &json!("INCOMPLETE"))
    );
    assert!(activity["completed"].is_string());
    assert_eq!(activity["items"][0]["approvalStatus"], "REJECTED");
    assert_eq!(activity["items"][0]["reviewerComment"]["body"], "office first");
    assert_eq!(activity["items"][1]["provisioningStatus"], "FINISHED");
    scene.get("raj.patel", &path).await.status(403);
    scene.get(ADMIN, &format!("/v3/account-activities/{}", person("mia.chen"))).await.status(404);
}

#[tokio::test]
async fn activities_are_listed_for_those_they_concern() {
    let scene = Scene::new();
    scene.request("mia.chen", "ed.okafor", &[wish("role/remote-worker")]).await;
    scene.request("raj.patel", "raj.patel", &[wish("role/remote-worker")]).await;
    let count = async |who: &str, query: &str| {
        scene.get(who, &format!("/{query}")).await.status(200).json().as_array().unwrap().len()
    };
    assert_eq!(count(ADMIN, "v3/account-activities").await, 2);
    assert_eq!(count("ed.okafor", "v3/account-activities").await, 1);
    assert_eq!(count("mia.chen", "v3/account-activities?requested-by=me").await, 1);
    assert_eq!(count("mia.chen", "v3/account-activities?requested-for=me").await, 0);
    assert_eq!(count(ADMIN, "v3/account-activities?filters=type+eq+%22appRequest%22").await, 2);
    assert_eq!(count(ADMIN, "beta/account-activities?type=IdentityRefresh").await, 0);
    scene.get("raj.patel", &format!("/v3/account-activities?requested-for={}", person("ed.okafor"))).await.status(403);
}

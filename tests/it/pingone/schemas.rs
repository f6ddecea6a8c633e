//! Remediation schemas (contract, 3.6 and 4.9).

use http::Method;
use serde_json::json;

use super::Scene;
use super::duties::{RAJ, refused};

const SCHEMAS: &str = "/violation/remediation/schema";

#[tokio::test]
async fn schemas_are_made_changed_copied_and_deleted() {
    let scene = Scene::new();
    let make = format!("{SCHEMAS}?_action=create");
    let ticket = json!({"id": "ticket", "schema": {"properties": {"ticket": {"type": "text"}}}});
    assert_eq!(scene.post(&make, ticket.clone()).await.status(201).json(), ticket);
    let taken = json!(["Id must be different from the existing violation remediation schemas."]);
    refused(scene.post(&make, ticket.clone()).await, 400, taken);
    refused(
        scene.post(&make, json!({"schema": 1})).await,
        400,
        json!(["id is required.", "schema must be an object."]),
    );
    for id in ["ticket-copy", "ticket-copy-2"] {
        let copy =
            scene.post(&format!("{SCHEMAS}?_action=duplicate"), json!({"id": "ticket"})).await.status(201).json();
        assert_eq!(copy, json!({"id": id, "schema": ticket["schema"]}));
    }
    let path = format!("{SCHEMAS}/ticket");
    let other = json!({"id": "overruled", "schema": {"properties": {}}});
    let replaced = json!({"id": "ticket", "schema": {"properties": {}}});
    assert_eq!(scene.iga(Method::PUT, &path, other).await.status(200).json(), replaced);
    assert_eq!(scene.get("/violationRemediationSchema/ticket").await.status(200).json(), replaced, "an alias");
    let all = scene.post_as(RAJ, &format!("{SCHEMAS}/search"), json!({})).await.status(200).json();
    assert_eq!(all["totalCount"], 4);
    let one = scene.post(&format!("{SCHEMAS}/search"), json!({"id": "ticket"})).await.json();
    assert_eq!(one["result"], json!([replaced]));
    let filter =
        json!({"targetFilter": {"operator": "STARTS_WITH", "operand": {"targetName": "id", "targetValue": "TICKET-"}}});
    assert_eq!(scene.post(&format!("{SCHEMAS}/search"), filter).await.json()["totalCount"], 2);
    assert_eq!(scene.iga(Method::DELETE, &path, json!({})).await.status(200).json(), replaced);
    let missing = json!("Violation remediation schema with id: ticket does not exist.");
    refused(scene.get(&path).await, 404, missing.clone());
    refused(scene.iga(Method::PUT, &path, ticket).await, 404, missing.clone());
    refused(scene.iga(Method::DELETE, &path, json!({})).await, 404, missing);
    let built_in = || json!("Violation remediation schema grantRemoval cannot be modified.");
    let path = format!("{SCHEMAS}/grantRemoval");
    refused(scene.iga(Method::DELETE, &path, json!({})).await, 400, built_in());
    refused(scene.iga(Method::PUT, &path, json!({"schema": {}})).await, 400, built_in());
    refused(scene.post_as(RAJ, &make, json!({"id": "x", "schema": {}})).await, 403, "Forbidden".into());
}

//! Labels, contacts and sanctions (contract, 11 and 13).

use http::Method;
use serde_json::{Value, json};

use super::{Scene, TOKEN, TOKEN_NAME, saas, user};

#[tokio::test]
async fn a_label_of_an_application_comes_and_goes() {
    let scene = Scene::new();
    let path = format!("/public/saas/{}/label", saas("aws"));
    let labels = |data: Value| data["labels"].clone();
    assert_eq!(scene.post(&path, json!({"label": "alpha123"})).await.status(200).json(), json!({}));
    assert_eq!(labels(scene.grip_data("aws").await), json!(["alpha123"]));
    assert_eq!(scene.newest(9).await, ["saas.label.added"]);
    scene.post(&path, json!({"label": "alpha123"})).await.status(200);
    assert_eq!(scene.audited().await, 1, "what is there already changes nothing");
    scene.delete(&path, json!({"label": "ALPHA123"})).await.status(404);
    assert_eq!(scene.delete(&path, json!({"label": "alpha123"})).await.status(200).json(), json!({}));
    assert_eq!(labels(scene.grip_data("aws").await), json!([]));
    assert_eq!(scene.newest(1).await, ["saas.label.removed"]);
    scene.delete(&path, json!({"label": "alpha123"})).await.status(404);
}

#[tokio::test]
async fn a_label_of_a_user_comes_and_goes_by_id_address_or_alias() {
    let scene = Scene::new();
    let path = |who: &str| format!("/public/users/{who}/label");
    let added = scene.post(&path(&user("mia.chen")), json!({"label": "alpha123"})).await.status(200).json();
    assert_eq!(added, json!({"message": "Label added to user successfully"}));
    scene.post(&path("m.chen@acme.example"), json!({"label": 7})).await.status(200);
    let shown = scene.read(&format!("/public/users/{}", user("mia.chen"))).await;
    assert_eq!(shown["gripData"]["labels"], json!(["alpha123", "7"]));
    let removed = scene.delete(&path("mia.chen@acme.example"), json!({"label": "7"})).await.status(200).json();
    assert_eq!(removed, json!({"message": "Label removed from user successfully"}));
    let bare = scene.bare(Method::DELETE, &format!("{}?label=alpha123", path(&user("mia.chen"))));
    bare.header("access-token", TOKEN).await.status(200);
    assert_eq!(
        scene.newest(9).await,
        ["user.label.removed", "user.label.removed", "user.label.added", "user.label.added"]
    );
}

#[tokio::test]
async fn any_sanction_follows_any() {
    let scene = Scene::new();
    let path = format!("/public/saas/{}/sanction_status", saas("postman"));
    for (sent, state) in
        [("In Review", "in_review"), ("UNSANCTIONED", "unsanctioned"), ("unsanctioned", "unsanctioned")]
    {
        let query = format!("{path}?new_sanction_state={}&comment=why", sent.replace(' ', "%20"));
        assert_eq!(scene.post(&query, json!({})).await.status(200).json(), json!({}));
        assert_eq!(scene.grip_data("postman").await["sanctionTag"], state);
    }
    let trail = scene.read("/public/audit-trail").await;
    assert_eq!(trail[2]["details"], json!({"from": null, "to": "in_review", "comment": "why"}));
    assert_eq!(trail[2]["actor"], json!({"type": "api_token", "name": TOKEN_NAME, "email": null}));
    assert_eq!(trail[0]["details"]["from"], "unsanctioned");
    let named = format!("{path}?new-sanction-state=tolerated&userEmail=mia.chen%40acme.example");
    scene.post(&named, json!({"new_sanction_state": "sanctioned"})).await.status(200);
    let actor = scene.read("/public/audit-trail?limit=1").await[0]["actor"].clone();
    assert_eq!(actor, json!({"type": "user", "name": "Mia Chen", "email": "mia.chen@acme.example"}));
    assert_eq!(scene.grip_data("postman").await["sanctionTag"], "tolerated", "the query wins");
}

#[tokio::test]
async fn a_primary_contact_is_a_user() {
    let scene = Scene::new();
    let path = format!("/public/saas/{}/update-primary-contact", saas("postman"));
    let before = scene.grip_data("postman").await["buisnessOwner"].clone();
    scene.post(&format!("{path}?user_id={}", user("mia.chen")), json!({})).await.status(200);
    let contact = json!({"name": "Mia Chen", "email": "mia.chen@acme.example", "userId": user("mia.chen")});
    assert_eq!(scene.grip_data("postman").await["primaryContact"], contact);
    assert_eq!(scene.grip_data("postman").await["buisnessOwner"], before);
    scene.post(&path, json!({"userId": user("raj.patel")})).await.status(200);
    assert_eq!(scene.grip_data("postman").await["primaryContact"]["name"], "Raj Patel");
    assert_eq!(scene.newest(9).await, ["saas.primary_contact.updated", "saas.primary_contact.updated"]);
}

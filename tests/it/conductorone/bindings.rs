//! Who holds what, changed outside tasks: ends, members by hand, entitlements that bring others (contract, 8.6, 8.11).

use rolecall::kernel::Span;
use serde_json::{Value, json};

use super::{ADMIN, Scene, column, refused, text};

impl Scene {
    async fn held(&self, who: &str, app: &str, entitlement: &str) -> Value {
        let user = self.user(who).await;
        let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}/users/{user}/grants");
        self.read(&path).await["bindings"][0].clone()
    }
}

#[tokio::test]
async fn a_grant_gets_an_end_loses_it_and_ends_by_it() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let account = text(&scene.held("raj.patel", &app, &entitlement).await["appUserId"]);
    let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}/users/{account}");
    let (set, unset) = (format!("{path}/update-grant-duration"), format!("{path}/remove-grant-duration"));
    let end = (scene.tenant().read().hour() + Span::hours(2)).to_seconds_text();
    let bound = scene.post(ADMIN, &set, json!({"newDeprovisionAt": end})).await.status(200).json();
    assert_eq!((&bound["binding"]["deprovisionAt"], &bound["binding"]["appUserId"]), (&json!(end), &json!(account)));
    let free = scene.post(ADMIN, &unset, json!({})).await.status(200).json();
    assert_eq!(free["binding"].get("deprovisionAt"), None);
    scene.advance("PT3H").await;
    assert_eq!(scene.held("raj.patel", &app, &entitlement).await["appEntitlementId"], entitlement, "without an end");

    let end = (scene.tenant().read().hour() + Span::hours(2)).to_seconds_text();
    scene.post(ADMIN, &set, json!({"newDeprovisionAt": end})).await.status(200);
    let row = scene.read(&format!("/api/v1/apps/{app}/entitlements/{entitlement}/grants?page_size=100")).await;
    let row = row["list"].as_array().unwrap().iter().find(|row| row["appUserId"] == json!(account)).cloned().unwrap();
    assert_eq!(row["expired"], end);
    scene.advance("PT3H").await;
    assert_eq!(scene.held("raj.patel", &app, &entitlement).await["appEntitlementId"], "");
    let revokes = json!({"taskTypes": [{"revoke": {}}], "appUserSubjectIds": [account]});
    let task = &scene.search("tasks", revokes).await["list"][0]["task"];
    assert_eq!(task["type"]["revoke"]["source"]["expired"]["expiredAt"], end);
    assert_eq!(task["revocationTargets"], json!([]));

    refused(&scene.post(ADMIN, &set, json!({"newDeprovisionAt": end})).await, 404, 5, "not found");
    let nobody = format!("/api/v1/apps/{app}/entitlements/{entitlement}/users/{}", "0".repeat(27));
    refused(&scene.post(ADMIN, &format!("{nobody}/remove-grant-duration"), json!({})).await, 404, 5, "not found");
}

#[tokio::test]
async fn an_end_is_neither_past_nor_beyond_what_the_entitlement_is_given_for() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("Amazon Web Services", "prod / Administrator").await;
    let users = scene.read(&format!("/api/v1/apps/{app}/entitlements/{entitlement}/users")).await;
    let account = text(&users["list"][0]["appUserId"]);
    let set = format!("/api/v1/apps/{app}/entitlements/{entitlement}/users/{account}/update-grant-duration");
    let name = "invalid UpdateGrantDurationRequest.NewDeprovisionAt: value is required";
    refused(&scene.post(ADMIN, &set, json!({})).await, 400, 3, name);
    let past = json!({"newDeprovisionAt": "2020-01-01T00:00:00Z"});
    refused(&scene.post(ADMIN, &set, past).await, 400, 3, "invalid NewDeprovisionAt: ");
    let late = (scene.tenant().read().hour() + Span::hours(9)).to_seconds_text();
    let sentence = "grant duration must be less than or equal to max provision time (28800s)";
    refused(&scene.post(ADMIN, &set, json!({"newDeprovisionAt": late})).await, 400, 3, sentence);
    refused(&scene.post("raj.patel", &set, json!({"newDeprovisionAt": late})).await, 403, 7, "permission denied");
}

#[tokio::test]
async fn members_by_hand_come_and_go_where_no_connector_says_who_they_are() {
    let scene = Scene::new();
    let app = scene.app("ADP Workforce Now").await;
    let found = scene.search("entitlements", json!({"appIds": [app], "pageSize": 100})).await;
    let rows = found["list"].as_array().unwrap();
    let own = rows.iter().find(|row| row["appEntitlement"]["systemBuiltin"] == false).unwrap();
    let entitlement = text(&own["appEntitlement"]["id"]);
    let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}");
    let (raj, nobody) = (scene.user("raj.patel").await, "0".repeat(27));
    let add = json!({"userIds": [raj, nobody]});
    let added = scene.post(ADMIN, &format!("{path}/add-manual-user"), add.clone()).await.status(200).json();
    assert_eq!(added["failedUsersErrorMap"].as_object().unwrap().len(), 1, "{added}");
    assert!(added["bulkActionId"].as_str().is_some_and(|id| id.len() == 27));
    let binding = scene.held("raj.patel", &app, &entitlement).await;
    assert_eq!(binding["appEntitlementId"], entitlement);
    let remove = json!({"appUserId": binding["appUserId"]});
    let removed = scene.delete(ADMIN, &format!("{path}/remove-membership")).json(remove.clone()).await.status(200);
    assert_eq!(removed.json(), json!({"revokeTaskId": ""}));
    assert_eq!(scene.held("raj.patel", &app, &entitlement).await["appEntitlementId"], "");
    refused(&scene.delete(ADMIN, &format!("{path}/remove-membership")).json(remove).await, 404, 5, "not found");

    let (aws, deploy) = scene.entitlement("Amazon Web Services", "prod / Administrator").await;
    let path = format!("/api/v1/apps/{aws}/entitlements/{deploy}/add-manual-user");
    refused(&scene.post(ADMIN, &path, add).await, 400, 9, "app entitlement is not manually managed");
}

#[tokio::test]
async fn a_user_has_the_profile_types_that_their_accounts_hold() {
    let scene = Scene::new();
    let raj = scene.user("raj.patel").await;
    let types = format!("/api/v1/users/{raj}/profile-types");
    assert_eq!(scene.read(&types).await, json!({"profileTypes": []}));
    let made = scene.post(ADMIN, "/api/v1/apps", json!({"displayName": "People"})).await.status(200).json();
    let app = text(&made["app"]["id"]);
    let body = json!({"displayName": "Profile type", "resourceType": "PROFILE_TYPE"});
    let kind = scene.post(ADMIN, &format!("/api/v1/apps/{app}/resource_types"), body).await.status(200).json();
    let kind = text(&kind["appResourceType"]["id"]);
    let path = format!("/api/v1/apps/{app}/resource_types/{kind}/resources");
    let resource = scene.post(ADMIN, &path, json!({"displayName": "Field staff"})).await.status(200).json();
    let resource = text(&resource["appResource"]["id"]);
    let body = json!({"displayName": "Is field staff", "appResourceTypeId": kind, "appResourceId": resource});
    let made = scene.post(ADMIN, &format!("/api/v1/apps/{app}/entitlements"), body).await.status(200).json();
    let entitlement = text(&made["appEntitlementView"]["appEntitlement"]["id"]);
    let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}/add-manual-user");
    scene.post(ADMIN, &path, json!({"userIds": [raj]})).await.status(200);
    let held = scene.read(&types).await;
    assert_eq!(
        (&held["profileTypes"][0]["name"], &held["profileTypes"][0]["id"]),
        (&json!("Field staff"), &json!(resource))
    );
    let nobody = format!("/api/v1/users/{}/profile-types", "0".repeat(27));
    refused(&scene.get(ADMIN, &nobody).await, 404, 5, "not found");
}

#[tokio::test]
async fn delegated_provisioning_needs_a_binding_and_gives_and_takes_both() {
    let scene = Scene::new();
    scene.switch(json!({"everythingRequestable": true})).await;
    let (aws, deploy) = scene.entitlement("Amazon Web Services", "prod / Deploy").await;
    let (okta, remote) = scene.entitlement("Okta", "Remote access").await;
    let change = json!({"entitlement": {"provisionerPolicy": {"delegated": {"appId": okta, "entitlementId": remote}}},
        "updateMask": "provisionerPolicy"});
    scene.post(ADMIN, &format!("/api/v1/apps/{aws}/entitlements/{deploy}"), change).await.status(200);
    let asked = scene.step(json!({"step": "request", "by": "raj.patel", "entitlement": "aws/prod-deploy"})).await;
    let id = text(&asked["taskId"]);
    scene.step(json!({"step": "approve", "by": "mia.chen", "task": asked["number"]})).await;
    let task = scene.task(ADMIN, &id).await;
    assert_eq!(
        (&task["type"]["grant"]["outcome"], &task["state"]),
        (&json!("GRANT_OUTCOME_ERROR"), &json!("TASK_STATE_OPEN"))
    );

    let path = format!("/api/v1/apps/{aws}/{deploy}/bindings/{okta}/{remote}");
    refused(&scene.get(ADMIN, &path).await, 404, 5, "not found");
    let bound = scene.post(ADMIN, &path, json!({"expandMask": {"paths": ["*"]}})).await.status(200).json();
    let proxy = &bound["appProxyEntitlementView"];
    assert_eq!(proxy["appProxyEntitlement"]["dstAppEntitlementId"], remote);
    assert_eq!(
        (&proxy["appProxyEntitlement"].get("implicit"), bound["expanded"].as_array().unwrap().len()),
        (&None, 4)
    );
    let shown = scene.read(&path).await["appProxyEntitlementView"].clone();
    assert_eq!(shown["appProxyEntitlement"], proxy["appProxyEntitlement"]);
    refused(&scene.post(ADMIN, &path, json!({})).await, 409, 6, "entitlement proxy binding already exists");
    let back = format!("/api/v1/apps/{okta}/{remote}/bindings/{aws}/{deploy}");
    refused(&scene.post(ADMIN, &back, json!({})).await, 400, 3, "invalid DstAppEntitlementId: ");

    scene.act(ADMIN, &task, "retry-provisioning", json!({})).await.status(200);
    let task = scene.task(ADMIN, &id).await;
    assert_eq!(task["type"]["grant"]["outcome"], "GRANT_OUTCOME_GRANTED", "{task}");
    let source = json!({"appId": okta, "id": remote});
    assert_eq!(scene.held("raj.patel", &aws, &deploy).await["grantSources"], json!([source]));
    assert_eq!(scene.held("raj.patel", &okta, &remote).await["appEntitlementId"], remote);
    let grants = scene.read(&format!("/api/v1/apps/{aws}/entitlements/{deploy}/grants?page_size=100")).await;
    let account = &task["type"]["grant"]["appUserId"];
    let row = grants["list"].as_array().unwrap().iter().find(|row| row["appUserId"] == *account).cloned().unwrap();
    let mut kinds = column(&row["grantReasons"], "/derivedIdType");
    kinds.sort();
    assert_eq!(kinds, ["group", "ticket"]);

    let revoked = scene.step(json!({"step": "revoke", "by": "raj.patel", "entitlement": "aws/prod-deploy"})).await;
    let task = scene.task(ADMIN, &text(&revoked["taskId"])).await;
    assert_eq!(task["revocationTargets"], json!([{"entitlementRef": source}]));
    assert_eq!(task["type"]["revoke"]["outcome"], "REVOKE_OUTCOME_REVOKED");
    assert_eq!(scene.held("raj.patel", &aws, &deploy).await["appEntitlementId"], "");
    assert_eq!(scene.held("raj.patel", &okta, &remote).await["appEntitlementId"], "");
    scene.delete(ADMIN, &path).await.status(200);
    refused(&scene.delete(ADMIN, &path).await, 404, 5, "not found");
}

#[tokio::test]
async fn whoever_looks_after_nothing_finds_their_own_and_their_reports_grants() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let reference = json!([{"appId": app, "id": entitlement}]);
    let names = async |who: &str| {
        let body = json!({"entitlementRefs": reference, "pageSize": 100});
        let found = scene.post(who, "/api/v1/search/grants", body).await.status(200).json();
        column(&found["list"], "/appEntitlementUserBinding/appUser/appUser/displayName")
    };
    assert_eq!(names("raj.patel").await, ["Raj Patel"]);
    assert!(names(ADMIN).await.len() > 1);
    let feed = async |who: &str| {
        let body = json!({"appEntitlementRefs": reference, "pageSize": 100});
        let found = scene.post(who, "/api/v1/grants/feed", body).await.status(200).json();
        found["list"].as_array().unwrap().len()
    };
    assert_eq!(feed("raj.patel").await, 1);
    assert_eq!(feed(ADMIN).await, names(ADMIN).await.len());
}

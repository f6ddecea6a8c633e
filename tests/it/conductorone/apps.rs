//! Applications, what lies in them, and who answers for it (contract, 10.1, 10.2).

use serde_json::{Value, json};

use super::{ADMIN, Scene, column, refused, text};

#[tokio::test]
async fn an_application_is_made_read_changed_and_deleted() {
    let scene = Scene::new();
    let new = json!({"displayName": "Key cabinet", "description": "Second floor", "monthlyCostUsd": 3});
    let made = scene.post(ADMIN, "/api/v1/apps", new).await.status(200).json();
    let app = text(&made["app"]["id"]);
    let path = format!("/api/v1/apps/{app}");
    assert_eq!(scene.read(&path).await, made);
    assert_eq!((&made["app"]["isManuallyManaged"], &made["app"]["userCount"]), (&json!(true), &json!("0")));
    assert_eq!(scene.read(&format!("{path}/ownerids")).await["userIds"], json!([scene.user(ADMIN).await]));
    // "Access" comes with it, under the id that it has everywhere.
    let entitlements = scene.read(&format!("{path}/entitlements")).await;
    assert_eq!(column(&entitlements["list"], "/appEntitlement/displayName"), ["Access"]);
    let (_, access) = scene.entitlement("Okta", "Access").await;
    assert_eq!(entitlements["list"][0]["appEntitlement"]["id"], access);

    let change = json!({"app": {"displayName": "Keys", "description": "not named", "monthlyCostUsd": 0},
        "updateMask": "display_name,monthlyCostUsd"});
    let changed = scene.post(ADMIN, &path, change).await.status(200).json();
    assert_eq!(
        (&changed["app"]["displayName"], &changed["app"]["description"]),
        (&json!("Keys"), &json!("Second floor"))
    );
    assert_eq!(changed["app"]["monthlyCostUsd"], 0);
    for odd in [
        json!({"app": {"displayName": ""}, "updateMask": "displayName"}),
        json!({"app": {"grantPolicyId": "x"}, "updateMask": "grantPolicyId"}),
        json!({"app": {}, "updateMask": "colour"}),
        json!({"displayName": "flat"}),
    ] {
        refused(&scene.post(ADMIN, &path, odd).await, 400, 3, "");
    }
    scene.delete(ADMIN, &path).await.status(200);
    assert!(scene.read(&path).await["app"].get("deletedAt").is_some(), "it can still be read");
    assert_eq!(scene.search("apps", json!({"appIds": [app]})).await["list"], json!([]));
    refused(&scene.delete(ADMIN, &path).await, 404, 5, "not found");
    refused(&scene.post(ADMIN, "/api/v1/apps", json!({})).await, 400, 3, "invalid CreateAppRequest.DisplayName: ");
}

#[tokio::test]
async fn owners_and_admins_write_and_others_read() {
    let scene = Scene::new();
    let app = scene.app("SAP S/4HANA").await;
    let path = format!("/api/v1/apps/{app}");
    let change = || json!({"app": {"instructions": "Ask first."}, "updateMask": "instructions"});
    for who in ["lena.fischer", "owen.gallagher", ADMIN] {
        scene.post(who, &path, change()).await.status(200);
    }
    for who in ["raj.patel", "victor.almeida", "nadia.petrov"] {
        refused(&scene.post(who, &path, change()).await, 403, 7, "permission denied");
        scene.get(who, &path).await.status(200);
    }
    refused(
        &scene.post("lena.fischer", "/api/v1/apps", json!({"displayName": "x"})).await,
        403,
        7,
        "permission denied",
    );
}

#[tokio::test]
async fn owners_are_added_set_and_taken_away() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("Amazon Web Services", "prod / Administrator").await;
    let (raj, mia) = (scene.user("raj.patel").await, scene.user("mia.chen").await);
    let own = format!("/api/v1/apps/{app}");
    for base in [own.clone(), format!("{own}/entitlements/{entitlement}")] {
        let owners = format!("{base}/owners");
        let ids = async || scene.read(&format!("{base}/ownerids")).await["userIds"].clone();
        scene.put(ADMIN, &owners, json!({"userIds": [raj]})).await.status(200);
        assert_eq!(ids().await, json!([raj]));
        assert_eq!(column(&scene.read(&owners).await["list"], "/displayName"), ["Raj Patel"]);
        // Whoever answers for it may change it.
        scene.put("raj.patel", &owners, json!({"userIds": [mia, raj, mia]})).await.status(200);
        assert_eq!(ids().await, json!([mia, raj]));
        scene.delete(ADMIN, &format!("{owners}/{mia}")).await.status(200);
        assert_eq!(ids().await, json!([raj]));
        refused(&scene.put(ADMIN, &owners, json!({"userIds": ["0".repeat(27)]})).await, 404, 5, "not found");
        scene.delete(ADMIN, &owners).await.status(200);
        assert_eq!(ids().await, json!([]));
    }
    scene.post(ADMIN, &format!("{own}/owners/{raj}"), json!({})).await.status(200);
    let added = json!({"userId": raj});
    scene.post(ADMIN, &format!("{own}/entitlements/{entitlement}/owners"), added).await.status(200);
    let owned = scene.search("user-ownership", json!({"userId": raj})).await;
    let mut kinds = column(&owned["list"], "/ownershipType");
    kinds.sort();
    assert_eq!(kinds, ["USER_OWNERSHIP_TYPE_APP", "USER_OWNERSHIP_TYPE_ENTITLEMENT"]);
    // On what is not there: reading finds nobody, writing finds nothing.
    let nothing = format!("/api/v1/apps/{}/owners", "0".repeat(27));
    assert_eq!(scene.read(&nothing).await["list"], json!([]));
    refused(&scene.put(ADMIN, &nothing, json!({"userIds": []})).await, 404, 5, "not found");
}

/// An application made by hand, with a resource type and a resource in it: the ids of all three.
async fn by_hand(scene: &Scene) -> (String, String, String) {
    let app = scene.post(ADMIN, "/api/v1/apps", json!({"displayName": "Key cabinet"})).await.status(200).json();
    let app = text(&app["app"]["id"]);
    let types = format!("/api/v1/apps/{app}/resource_types");
    let kind = json!({"displayName": "Key", "resourceType": "GROUP"});
    let kind = scene.post(ADMIN, &types, kind).await.status(200).json();
    let kind = text(&kind["appResourceType"]["id"]);
    let resource = json!({"displayName": "Server room", "description": "Brass", "resourceOwnerUserIds": []});
    let resource = scene.post(ADMIN, &format!("{types}/{kind}/resources"), resource).await.status(200).json();
    (app, kind, text(&resource["appResource"]["id"]))
}

#[tokio::test]
async fn an_entitlement_is_made_changed_and_deleted() {
    let scene = Scene::new();
    let (app, kind, resource) = by_hand(&scene).await;
    let all = format!("/api/v1/apps/{app}/entitlements");
    let new = |alias: &str| {
        json!({"displayName": "Server room key", "appResourceTypeId": kind, "appResourceId": resource, "alias": alias,
            "slug": "holder", "durationGrant": "28800s", "purpose": "APP_ENTITLEMENT_PURPOSE_VALUE_ASSIGNMENT"})
    };
    let made = scene.post(ADMIN, &all, new("server-room")).await.status(200).json();
    let shown = &made["appEntitlementView"]["appEntitlement"];
    assert_eq!((&shown["durationGrant"], shown.get("durationUnset")), (&json!("28800s"), None));
    assert_eq!((&shown["grantCount"], &shown["systemBuiltin"]), (&json!("0"), &json!(false)));
    assert_eq!((&made["expanded"], &made["appEntitlementView"]["appPath"]), (&json!([]), &json!("")));
    let path = format!("{all}/{}", text(&shown["id"]));
    let read = scene.read(&path).await;
    assert_eq!(&read["appEntitlementView"]["appEntitlement"], shown, "a GET gives what was written");
    assert_eq!(read["appEntitlementView"]["appPath"], "$.expanded[0]");
    refused(&scene.post(ADMIN, &all, new("server-room")).await, 409, 6, "alias is already in use");

    let unset =
        json!({"entitlement": {"durationUnset": {}}, "updateMask": "durationUnset", "expandMask": {"paths": ["*"]}});
    let changed = scene.post(ADMIN, &path, unset).await.status(200).json();
    let shown = &changed["appEntitlementView"]["appEntitlement"];
    assert_eq!((shown.get("durationGrant"), &shown["durationUnset"]), (None, &json!({})));
    assert_eq!((&shown["alias"], changed["expanded"].as_array().unwrap().len()), (&json!("server-room"), 3));
    let cleared = json!({"entitlement": {}, "updateMask": "alias,durationGrant"});
    let cleared = scene.post(ADMIN, &path, cleared).await.status(200).json();
    assert_eq!(cleared["appEntitlementView"]["appEntitlement"]["alias"], "");
    for odd in [
        json!({"entitlement": {"durationGrant": "1h"}, "updateMask": "durationGrant"}),
        json!({"entitlement": {"durationGrant": "-5s"}, "updateMask": "durationGrant"}),
        json!({"entitlement": {"durationGrant": "5s", "durationUnset": {}}, "updateMask": "durationGrant"}),
        json!({"entitlement": {}, "updateMask": "displayName"}),
    ] {
        refused(&scene.post(ADMIN, &path, odd).await, 400, 3, "");
    }
    for (odd, sentence) in [
        (json!({"displayName": "x"}), "invalid CreateAppEntitlementRequest.AppResourceTypeId: "),
        (
            json!({"appResourceTypeId": kind, "appResourceId": resource}),
            "invalid CreateAppEntitlementRequest.DisplayName: ",
        ),
    ] {
        refused(&scene.post(ADMIN, &all, odd).await, 400, 3, sentence);
    }
    scene.delete(ADMIN, &path).await.status(200);
    assert!(scene.read(&path).await["appEntitlementView"]["appEntitlement"].get("deletedAt").is_some());
    assert_eq!(scene.search("entitlements", json!({"appIds": [app], "query": "key"})).await["list"], json!([]));
    let found = scene.search("entitlements", json!({"appIds": [app], "query": "key", "includeDeleted": true})).await;
    assert_eq!(found["list"].as_array().unwrap().len(), 1);
    let (okta, access) = scene.entitlement("Okta", "Access").await;
    let builtin = scene.delete(ADMIN, &format!("/api/v1/apps/{okta}/entitlements/{access}")).await;
    refused(&builtin, 400, 9, "app entitlement is builtin");
}

#[tokio::test]
async fn resource_types_and_resources_come_and_go() {
    let scene = Scene::new();
    let (app, kind, resource) = by_hand(&scene).await;
    let types = format!("/api/v1/apps/{app}/resource_types");
    let second = json!({"displayName": "Another", "resourceType": "GROUP"});
    refused(&scene.post(ADMIN, &types, second).await, 500, 2, "app resource type already exists");
    for _ in 0..2 {
        scene.post(ADMIN, &types, json!({"displayName": "Odd", "resourceType": "CUSTOM"})).await.status(200);
    }
    assert_eq!(column(&scene.read(&types).await["list"], "/appResourceType/displayName").len(), 4);

    let one = format!("{types}/{kind}");
    let renamed = json!({"appResourceType": {"displayName": "Keys"}, "updateMask": "displayName"});
    assert_eq!(scene.post(ADMIN, &one, renamed).await.status(200).json()["appResourceType"]["displayName"], "Keys");
    let path = format!("{one}/resources/{resource}");
    let change = json!({"appResource": {"customDescription": "By the lift"}, "updateMask": "customDescription"});
    let changed = scene.post(ADMIN, &path, change).await.status(200).json();
    let shown = &changed["appResourceView"]["appResource"];
    assert_eq!((&shown["customDescription"], &shown["description"]), (&json!("By the lift"), &json!("Brass")));
    assert_eq!(&scene.read(&path).await["appResourceView"]["appResource"], shown);

    let raj = scene.user("raj.patel").await;
    let owners = format!("{types}/{kind}/resource/{resource}/owners");
    scene.post(ADMIN, &owners, json!({"userId": raj})).await.status(200);
    assert_eq!(column(&scene.read(&owners).await["list"], "/id"), [raj.as_str()]);
    let found = scene.search("app_resources", json!({"ownerUserIds": [raj]})).await;
    assert_eq!(column(&found["list"], "/appResource/id"), [resource.as_str()]);
    scene.call(ADMIN, http::Method::DELETE, &owners).json(json!({"userId": raj})).await.status(200);
    assert_eq!(scene.read(&owners).await["list"], json!([]));

    let okta = scene.app("Okta").await;
    let found = scene.search("app_resource_types", json!({"appIds": [okta], "displayName": "Group"})).await;
    let groups = format!("/api/v1/apps/{okta}/resource_types/{}", text(&found["list"][0]["id"]));
    refused(&scene.delete(ADMIN, &groups).await, 400, 9, "app resource type is managed by a connector");
    scene.delete(ADMIN, &one).await.status(200);
    refused(&scene.delete(ADMIN, &path).await, 404, 5, "not found");
    assert!(scene.read(&one).await["appResourceTypeView"]["appResourceType"].get("deletedAt").is_some());
}

#[tokio::test]
async fn a_search_of_applications_knows_its_filters() {
    let scene = Scene::new();
    let okta = scene.app("Okta").await;
    let names = async |search: Value| column(&scene.search("apps", search).await["list"], "/displayName");
    assert_eq!(names(json!({"query": "okta"})).await, ["Okta"]);
    assert_eq!(names(json!({"query": "okta", "excludeAppIds": [okta]})).await, [""; 0]);
    assert_eq!(names(json!({"onlyDirectories": true})).await, ["Okta", "Workday"]);
    assert_eq!(names(json!({"displayName": "okta"})).await, [""; 0], "it is exact");
}

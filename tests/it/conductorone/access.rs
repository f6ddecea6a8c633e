//! Who holds what: core A and its kin (contract, 6, 10.3, 10.5).

use serde_json::{Value, json};

use super::{ADMIN, Scene, column, refused, text};

#[tokio::test]
async fn the_grants_of_an_entitlement_are_those_of_the_company() {
    let scene = Scene::new();
    let (app, entitlement) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}/grants");
    let page = scene.read(&path).await;
    let rows = page["list"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!((&row["appId"], &row["appEntitlementId"]), (&json!(app), &json!(entitlement)));
        assert_eq!(row["appUser"]["id"], row["appUserId"]);
        let owner = row.get("user").map_or("", |user| user["id"].as_str().unwrap());
        assert_eq!(row["appUser"]["identityUserId"], owner, "an account that is nobody's has no user");
        assert_eq!(row["appUser"]["status"]["status"], "STATUS_ENABLED");
        assert_eq!((&row["grantReasons"], &row["grantSources"]), (&json!([]), &json!([])), "nobody knows why");
        assert!(row.get("expired").is_none() && row.get("discovered").is_some());
    }
    assert!(column(&page["list"], "/appUser/displayName").contains(&"Raj Patel".to_owned()));
    let places: Vec<_> =
        column(&page["list"], "/discovered").into_iter().zip(column(&page["list"], "/appUserId")).collect();
    assert!(places.is_sorted());
    assert!(page.get("expanded").is_none(), "account and user stand in the row");
}

#[tokio::test]
async fn an_entitlement_of_nothing_has_no_grants_and_an_id_that_is_none_is_refused() {
    let scene = Scene::new();
    let (app, _) = scene.entitlement("Okta", "Access").await;
    let nothing = "0".repeat(27);
    for path in [format!("{app}/entitlements/{nothing}"), format!("{nothing}/entitlements/{nothing}")] {
        let page = scene.read(&format!("/api/v1/apps/{path}/grants")).await;
        assert_eq!(page, json!({"list": [], "nextPageToken": ""}));
    }
    let sentence = "invalid AppEntitlementSearchServiceSearchAppEntitlementsWithExpiredRequest.AppEntitlementId: ";
    refused(&scene.get(ADMIN, &format!("/api/v1/apps/{app}/entitlements/x/grants")).await, 400, 3, sentence);
    let odd = scene.get(ADMIN, &format!("/api/v1/apps/{app}/entitlements/{nothing}/grants?page_token=odd")).await;
    refused(&odd, 400, 3, "invalid page token");
}

#[tokio::test]
async fn whoever_looks_after_nothing_sees_their_own_and_their_reports_grants() {
    let scene = Scene::new();
    let (app, access) = scene.entitlement("SAP S/4HANA", "Access").await;
    let path = format!("/api/v1/apps/{app}/entitlements/{access}/grants?page_size=100");
    let names = async |who| column(&scene.get(who, &path).await.status(200).json()["list"], "/appUser/displayName");
    assert_eq!(names("raj.patel").await, ["Raj Patel"]);
    let mias = names("mia.chen").await;
    assert!(mias.contains(&"Raj Patel".to_owned()) && mias.contains(&"Mia Chen".to_owned()), "{mias:?}");
    assert!(mias.len() <= 10);
    assert_eq!(names("lena.fischer").await.len(), names(ADMIN).await.len(), "she answers for the application");
}

#[tokio::test]
async fn the_grants_of_a_user_tell_what_each_account_holds() {
    let scene = Scene::new();
    let (app, held) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let raj = scene.user("raj.patel").await;
    let grants = async |entitlement: &str| {
        let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}/users/{raj}/grants");
        scene.read(&path).await["bindings"].clone()
    };
    let bindings = grants(&held).await;
    assert_eq!(bindings.as_array().unwrap().len(), 1);
    assert_eq!(bindings[0]["appEntitlementId"], held);
    assert!(bindings[0].get("createdAt").is_some() && bindings[0].get("deletedAt").is_none());
    let (_, lacked) = scene.entitlement("SAP S/4HANA", "Pay vendors").await;
    let bindings = grants(&lacked).await;
    assert_eq!((&bindings[0]["appEntitlementId"], &bindings[0]["appId"]), (&json!(""), &json!(app)));
    assert_eq!(grants(&"0".repeat(27)).await, json!([]));
}

#[tokio::test]
async fn accounts_are_listed_found_and_said_to_be_something_else() {
    let scene = Scene::new();
    let (okta, raj) = (scene.app("Okta").await, scene.user("raj.patel").await);
    let of_user = scene.read(&format!("/api/v1/apps/{okta}/users/{raj}/app_users")).await;
    let account = &of_user["list"][0]["appUser"];
    assert_eq!((&account["identityUserId"], &account["appUserType"]), (&json!(raj), &json!("APP_USER_TYPE_USER")));
    let search = json!({"userIds": [raj], "appIds": [okta], "expandMask": {"paths": ["*"]}});
    let found = scene.search("app_users", search).await;
    assert_eq!(column(&found["list"], "/appUser/id"), [text(&account["id"])]);
    assert_eq!(found["expanded"].as_array().unwrap().len(), 2);

    let path = format!("/api/v1/apps/{okta}/app_users/{}", text(&account["id"]));
    let ed = scene.user("ed.okafor").await;
    let change = json!({"appUser": {"appUserType": "APP_USER_TYPE_SERVICE_ACCOUNT", "identityUserId": ed},
        "updateMask": "appUserType,identityUserId"});
    refused(&scene.post("raj.patel", &path, change.clone()).await, 403, 7, "permission denied");
    let changed = scene.post(ADMIN, &path, change).await.status(200).json();
    let shown = &changed["appUserView"]["appUser"];
    assert_eq!(
        (&shown["identityUserId"], &shown["appUserType"]),
        (&json!(ed), &json!("APP_USER_TYPE_SERVICE_ACCOUNT"))
    );
    let owned = scene.post("ed.okafor", "/api/v1/app_users/owned_service_accounts", json!({})).await.status(200).json();
    assert_eq!(column(&owned["list"], "/appUser/id"), [text(&account["id"])]);
    let nobodys = json!({"appUser": {}, "updateMask": "identityUserId"});
    let nobodys = scene.post(ADMIN, &path, nobodys).await.status(200).json();
    assert_eq!(nobodys["appUserView"]["appUser"]["identityUserId"], "");
    let odd = json!({"appUser": {"email": "x@y"}, "updateMask": "email"});
    refused(&scene.post(ADMIN, &path, odd).await, 400, 3, "invalid AppUserServiceUpdateRequest.UpdateMask: ");
    tallies_are_right(&scene);
}

fn tallies_are_right(scene: &Scene) {
    let world = scene.tenant().read();
    let company = world.company();
    let grants = |account| company.grants_of(account).count();
    let counted = rolecall::company::Tally::recount(company.accounts().iter(), grants);
    for kept in company.tallies().iter() {
        let expected = counted.get(&kept.of);
        let is_empty = kept.open + kept.closed + kept.grants == 0;
        assert!(
            expected.is_some_and(|counted| (counted.open, counted.closed, counted.grants, counted.orphaned)
                == (kept.open, kept.closed, kept.grants, kept.orphaned))
                || (expected.is_none() && is_empty),
            "{kept:?}"
        );
    }
}

#[tokio::test]
async fn all_grants_are_found_from_every_side() {
    let scene = Scene::new();
    let (app, held) = scene.entitlement("SAP S/4HANA", "Create vendors").await;
    let raj = scene.user("raj.patel").await;
    let names = async |search: Value| {
        let found = scene.search("grants", search).await;
        column(&found["list"], "/entitlement/appEntitlement/displayName")
    };
    let everything = names(json!({"userId": raj, "pageSize": 100})).await;
    assert!(everything.contains(&"Access".to_owned()) && everything.contains(&"Create vendors".to_owned()));
    let one = json!({"userId": raj, "entitlementRefs": [{"appId": app, "id": held}]});
    assert_eq!(names(one).await, ["Create vendors"]);
    let slug = json!({"userId": raj, "appIds": [app], "entitlementSlugs": ["access"]});
    assert_eq!(names(slug).await, ["Access"]);
    let of_all = json!({"entitlementRefs": [{"appId": app, "id": held}], "expandMask": {"paths": ["app_id"]}});
    let of_all = scene.search("grants", of_all).await;
    let listed = scene.read(&format!("/api/v1/apps/{app}/entitlements/{held}/users")).await;
    assert_eq!(of_all["list"].as_array().unwrap().len(), listed["list"].as_array().unwrap().len());
    assert_eq!(of_all["list"][0]["appEntitlementUserBinding"]["originatingTicketId"], "");
    assert_eq!(of_all["list"][0]["entitlement"]["appPath"], "$.expanded[0]");
}

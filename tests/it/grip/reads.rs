//! Lists, pages and the counts that are the company's (contract, 5 to 7).

use http::Method;
use rolecall::company::{AccountStatus, NewAccount, Person, SignIn};
use rolecall::world::Cause;
use serde_json::{Value, json};

use super::{Scene, nothing, saas, user};

const SAAS_FIELDS: [&str; 26] = [
    "numberOfUsers",
    "numberOfOnboardedUsers",
    "numberOfOffboardedUsers",
    "SSOPercentage",
    "accessRemovalSupport",
    "riskScore",
    "sanctionTag",
    "labels",
    "buisnessOwner",
    "category",
    "appInstancesCount",
    "sourcePlatforms",
    "lastKnownUsage",
    "assets",
    "compliances",
    "primaryContact",
    "firstEventTime",
    "latestEventTime",
    "uniqueScopesCount",
    "mfaSupported",
    "samlSupported",
    "aiDepth",
    "oauthScopes",
    "saasUsersRoles",
    "termsAndConditions",
    "securityScorecardRating",
];

#[tokio::test]
async fn pages_tell_their_neighbours_in_headers_and_join_to_the_whole() {
    let scene = Scene::new();
    for path in ["/public/saas", "/public/users", &format!("/public/saas/{}/users", saas("okta"))] {
        let mut joined = Vec::new();
        loop {
            let reply = scene.get(&format!("{path}?limit=150&offset={}", joined.len())).await.status(200);
            assert_eq!(reply.header("prev"), joined.len().saturating_sub(150).to_string());
            let page = reply.json().as_array().unwrap().clone();
            let offset = joined.len();
            joined.extend(
                page.iter().map(|row| row["id"].as_str().map_or_else(|| row["saasUser"]["id"].clone(), Value::from)),
            );
            match reply.headers.get("next") {
                Some(next) => {
                    assert_eq!(page.len(), 150);
                    assert_eq!(next.to_str().unwrap(), (offset + 150).to_string());
                }
                None => break,
            }
        }
        let unique: std::collections::BTreeSet<String> = joined.iter().map(Value::to_string).collect();
        assert_eq!(unique.len(), joined.len(), "{path}");
        assert!(joined.len() >= 70, "{path}: {}", joined.len());
        let past = scene.get(&format!("{path}?offset=100000")).await.status(200);
        assert_eq!(past.json(), json!([]));
        assert!(past.headers.get("next").is_none());
    }
    assert_eq!(scene.read("/public/users?limit=5000").await.as_array().unwrap().len(), 200);
    let by_next = scene.read("/public/users?next=200&limit=1").await;
    assert_eq!(by_next, scene.read("/public/users?offset=200&limit=1").await);
    for bad in ["limit=0", "limit=x", "offset=-1", "offset=", "limit=1.5"] {
        scene.get(&format!("/public/users?{bad}")).await.status(400);
    }
}

#[tokio::test]
async fn an_application_has_every_field() {
    let scene = Scene::new();
    let shown = scene.read(&format!("/public/saas/{}", saas("notion"))).await;
    let fields: Vec<&str> = shown["gripData"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, SAAS_FIELDS);
    assert_eq!(shown["gripData"]["accessRemovalSupport"], "unsupported");
    assert_eq!(scene.grip_data("slack").await["accessRemovalSupport"], "supported");
    assert_eq!(scene.grip_data("postman").await["sanctionTag"], Value::Null);
    assert_eq!(
        scene.grip_data("postman").await["primaryContact"],
        json!({"name": null, "email": null, "userId": null})
    );
}

#[tokio::test]
async fn counts_are_those_of_the_rosters() {
    let scene = Scene::new();
    for app in ["sql-finance", "github", "notion", "bank-portal", "aws"] {
        let (data, roster) =
            (scene.grip_data(app).await, scene.read(&format!("/public/saas/{}/users", saas(app))).await);
        let roster = roster.as_array().unwrap();
        assert_eq!(data["numberOfUsers"], roster.len(), "{app}");
        let live = roster.iter().filter(|row| row["saasUser"]["status"] == "active");
        assert_eq!(data["numberOfOnboardedUsers"], live.clone().count(), "{app}");
        let sso = live.clone().filter(|row| row["saasUser"]["SSO"] == true).count() as f64;
        let share = (sso / live.count() as f64 * 100.0 + 0.5).floor();
        assert_eq!(data["SSOPercentage"].as_f64(), Some(share), "{app}");
        assert!(roster.iter().all(|row| row["user"]["id"] == row["saasUser"]["userId"]));
    }
    for person in ["mia.chen", "diego.fuentes", "ada.admin"] {
        let shown = scene.read(&format!("/public/users/{}", user(person))).await;
        let roster = scene.read(&format!("/public/users/{}/saas", user(person))).await;
        let length = roster.as_array().unwrap().len().to_string();
        assert_eq!(shown["gripData"]["numberOfSaas"], length, "{person}");
        assert!(shown["gripData"]["SSOPercentage"].is_string());
    }
}

#[tokio::test]
async fn what_another_product_gives_shows_at_once() {
    let scene = Scene::new();
    let before = scene.grip_data("gong").await;
    let tenant = scene.tenant();
    let open = |account: NewAccount| {
        tenant.change(Cause::Operator("test"), move |draft| {
            draft.on_company(|company, log| company.open_account(log, account)).map_err(|why| why.to_string())
        })
    };
    let account = NewAccount {
        app: rolecall::company::App::id_of("gong"),
        person: Some(Person::id_of("raj.patel")),
        user_name: "raj".into(),
        mail: None,
        sign_in: SignIn::Password,
    };
    open(account.clone()).await.unwrap();
    let after = scene.grip_data("gong").await;
    assert_eq!(after["numberOfUsers"], before["numberOfUsers"].as_u64().unwrap() + 1);
    assert_ne!(after["latestEventTime"], before["latestEventTime"]);
    open(NewAccount { person: None, ..account }).await.unwrap();
    assert_eq!(scene.grip_data("gong").await["numberOfUsers"], after["numberOfUsers"], "nobody's account is no user");
}

#[tokio::test]
async fn people_and_applications_are_found_by_what_people_know() {
    let scene = Scene::new();
    let mia = json!({"userId": user("mia.chen")});
    for mail in ["mia.chen@acme.example", "MIA.CHEN@ACME.EXAMPLE", "m.chen@acme.example"] {
        assert_eq!(scene.read(&format!("/public/users/{mail}/id")).await, mia, "{mail}");
        assert_eq!(scene.read(&format!("/public/users/{mail}")).await["id"], user("mia.chen"));
    }
    assert_eq!(scene.read("/public/saas/sLaCk/id").await, json!([saas("slack")]));
    assert_eq!(scene.read("/public/saas/Sap%20S%2f4hana/id").await, json!([saas("erp")]));
    assert_eq!(scene.read("/public/saas/Slac/id").await, json!([]));
    let account = scene.account("mia.chen", "slack").await;
    let id = account["id"].as_str().unwrap();
    assert_eq!(scene.read(&format!("/public/saasUser/{id}")).await, account);
    for path in ["users/nobody@acme.example/id", "users/7", "saas/slack", "saasUser/7", "saas/7/users", "users/7/saas"]
    {
        scene.get(&format!("/public/{path}")).await.status(404);
    }
    scene.get(&format!("/public/saas/{}", nothing())).await.status(404);
}

#[tokio::test]
async fn a_disabled_mailbox_shows() {
    let scene = Scene::new();
    let activity = |shown: Value| shown["gripData"]["activity"].clone();
    let path = format!("/public/users/{}", user("raj.patel"));
    assert_eq!(activity(scene.read(&path).await)["hasActiveMailbox"], true);
    let world = scene.tenant().read();
    let company = world.company();
    let account = company.account_in(Person::id_of("raj.patel"), rolecall::company::App::id_of("microsoft-365"));
    let account = account.unwrap().id;
    let switch = scene.tenant();
    let switched = switch.change(Cause::Operator("test"), |draft| {
        draft.on_company(|company, log| company.disable_account(log, account)).map_err(|why| why.to_string())
    });
    let world = switched.await.unwrap().after;
    assert_eq!(world.company().accounts().get(&account).unwrap().status, AccountStatus::Disabled);
    let shown = activity(scene.read(&path).await);
    assert_eq!(shown["hasActiveMailbox"], false);
    assert_eq!(shown["platformsActivity"][0], json!({"platform": "Microsoft 365", "status": "suspended"}));
}

#[tokio::test]
async fn a_head_is_answered_like_a_get() {
    let scene = Scene::new();
    let head = scene.bare(Method::HEAD, "/public/saas?limit=1").header("access-token", super::TOKEN).await.status(200);
    assert_eq!(head.header("next"), "1");
}

//! One company, four products: what is done in one is seen in the others, for it is done to the company.

use http::Method;
use rolecall::company::Person;
use serde_json::{Value, json};

use crate::common::{Call, Stage, founding, quiet_seed};

/// Every product over Acme, before anybody has asked for anything.
struct Company {
    stage: Stage,
}

impl Company {
    fn new() -> Self {
        let founding = rolecall::app::Founding { seed: quiet_seed(), ..founding() };
        Self { stage: Stage::of(founding, rolecall::vendors::all()) }
    }

    /// A call of the administrator's to one of the products.
    fn call(&self, vendor: &str, method: Method, path: &str) -> Call<'_> {
        let tenant = self.stage.app.site().tenants().get_or_fork("default").unwrap();
        let minted = self
            .stage
            .app
            .site()
            .vendor(vendor)
            .unwrap()
            .mint(&tenant, &tenant.head(), Person::id_of("ada.admin"))
            .unwrap();
        let call = self.stage.call(method, &format!("/{vendor}{path}"));
        match vendor {
            "grip" => call.header("access-token", "acme-grip-soar-automation"),
            _ => call.bearer(&minted.token),
        }
    }
    async fn read(&self, vendor: &str, path: &str) -> Value {
        self.call(vendor, Method::GET, path).await.status(200).json()
    }
    async fn c1(&self, path: &str, body: Value) -> Value {
        self.call("conductorone", Method::POST, path).json(body).await.status(200).json()
    }

    async fn step(&self, vendor: &str, step: Value) -> Value {
        let call = self.stage.post("/_rolecall/tenants/default/steps");
        call.json(json!({"vendor": vendor, "step": step})).await.status(200).json()["result"].clone()
    }
    async fn advance(&self, by: &str) {
        self.stage.post("/_rolecall/tenants/default/clock/advance").json(json!({"by": by})).await.status(200);
    }

    /// Gives somebody access in ConductorOne: asked for, approved, provided.
    async fn grant(&self, person: &str, manager: &str, entitlement: &str, lasting: Option<&str>) -> Value {
        let switches = json!({"everythingRequestable": true});
        self.step("conductorone", json!({"step": "switch", "switches": switches})).await;
        let asked = json!({"step": "request", "by": person, "entitlement": entitlement, "lasting": lasting});
        let done = self.step("conductorone", asked).await;
        let approve = json!({"step": "approve", "by": manager, "task": done["number"]});
        self.step("conductorone", approve).await;
        done
    }

    /// Core A: who holds an entitlement, by display name, with the date of its end.
    async fn grants(&self, entitlement: &str) -> Vec<(String, Option<String>)> {
        let (app, slug) = entitlement.split_once('/').unwrap();
        let world = self.stage.app.site().tenants().get_or_fork("default").unwrap().read();
        let app = world.company().apps().get(&rolecall::company::App::id_of(app)).unwrap().clone();
        let id = rolecall::company::Entitlement::id_of(entitlement);
        let name = world.company().entitlements().get(&id).unwrap().name.clone();
        let found = self.c1("/api/v1/search/apps", json!({"displayName": app.name})).await;
        let app = found["list"][0]["id"].clone();
        let found = self.c1("/api/v1/search/entitlements", json!({"appIds": [app], "displayName": name})).await;
        let row = found["list"][0]["appEntitlement"].clone();
        assert!(row["id"].is_string(), "{slug}: {found}");
        let path = |token: &str| {
            let (app, id) = (row["appId"].as_str().unwrap(), row["id"].as_str().unwrap());
            format!("/api/v1/apps/{app}/entitlements/{id}/grants?page_size=100&page_token={token}")
        };
        let (mut rows, mut token) = (Vec::new(), String::new());
        loop {
            let page = self.read("conductorone", &path(&token)).await;
            for row in page["list"].as_array().unwrap() {
                let name = row["user"]["displayName"].as_str().unwrap_or_default().to_owned();
                rows.push((name, row.get("expired").and_then(Value::as_str).map(str::to_owned)));
            }
            token = page["nextPageToken"].as_str().unwrap().to_owned();
            if token.is_empty() {
                return rows;
            }
        }
    }
    async fn holds(&self, name: &str, entitlement: &str) -> bool {
        self.grants(entitlement).await.iter().any(|(known, _)| known == name)
    }

    /// Whether the company itself says that somebody holds something.
    fn really_holds(&self, person: &str, entitlement: &str) -> bool {
        let world = self.stage.app.site().tenants().get_or_fork("default").unwrap().read();
        let id = rolecall::company::Entitlement::id_of(entitlement);
        world.company().holding(Person::id_of(person), id).is_some()
    }
}

#[tokio::test]
async fn what_conductorone_grants_violates_a_rule_of_pingone_at_the_next_scan() {
    let company = Company::new();
    let scan = async || {
        company.step("pingone", json!({"step": "scan-rule", "rule": "create-and-pay-vendor"})).await;
        let found = company.read("pingone", "/iga/governance/violation?pageSize=100").await;
        let violations = found["result"].as_array().unwrap().iter();
        let people = violations.map(|row| row["user"]["userName"].as_str().unwrap().to_owned());
        people.filter(|name| name.starts_with("raj.patel")).count()
    };
    assert_eq!(scan().await, 0);
    company.grant("raj.patel", "mia.chen", "erp/vendor-pay", Some("P3D")).await;
    assert!(company.really_holds("raj.patel", "erp/vendor-pay"));
    assert_eq!(scan().await, 1);
    // PingOne knows the grant as well, and sees it end.
    company.advance("P4D").await;
    assert!(!company.really_holds("raj.patel", "erp/vendor-pay"));
    let found = company.read("pingone", "/iga/governance/violation?pageSize=100").await;
    let rule = found["result"][0]["policyRule"]["id"].as_str().unwrap();
    let path = format!("/iga/governance/policy/rule/{rule}/scan?waitForCompletion=true");
    let scan = company.call("pingone", Method::POST, &path).json(json!({})).await.status(200).json();
    assert!(!scan["results"].to_string().contains("raj.patel"), "{scan}");
}

#[tokio::test]
async fn whom_conductorone_gives_an_account_is_a_user_in_grip() {
    let company = Company::new();
    let raj = Person::id_of("raj.patel").dashed();
    let accounts = async || {
        let roster = company.read("grip", &format!("/public/users/{raj}/saas?limit=1000")).await;
        let rows = roster.as_array().unwrap().iter();
        let mut found: Vec<_> = rows
            .filter(|row| row["saas"]["name"] == "Figma")
            .map(|row| row["saasUser"]["status"].as_str().unwrap().to_owned())
            .collect();
        found.sort();
        found
    };
    assert!(accounts().await.is_empty());
    company.grant("raj.patel", "mia.chen", "figma/viewer", None).await;
    assert_eq!(accounts().await, ["active"]);
    assert!(company.holds("Raj Patel", "figma/viewer").await);
    // What Grip takes away is held no more, here and there.
    let step = json!({"step": "start-revocation", "by": "soar-automation", "person": "raj.patel", "apps": ["figma"]});
    company.step("grip", step).await;
    company.advance("P14D").await;
    assert!(!company.really_holds("raj.patel", "figma/viewer"));
    assert!(!company.holds("Raj Patel", "figma/viewer").await);
}

#[tokio::test]
async fn what_sailpoint_revokes_is_no_row_of_conductorone() {
    let company = Company::new();
    let entitlement = "sql-finance/fin-reader";
    company.grant("arturo.salcedo", "vernon.tate", entitlement, None).await;
    assert!(company.holds("Arturo Salcedo", entitlement).await);
    let object = format!("entitlement/{entitlement}");
    let revoke = json!({"step": "request", "by": "vernon.tate", "for": "arturo.salcedo", "objects": [object], "revoke": true, "comment": "No longer."});
    company.step("sailpoint", revoke).await;
    company.advance("P1D").await;
    assert!(!company.really_holds("arturo.salcedo", entitlement));
    assert!(!company.holds("Arturo Salcedo", entitlement).await);
}

#[tokio::test]
async fn what_runs_out_in_conductorone_is_gone_everywhere() {
    let company = Company::new();
    company.grant("raj.patel", "mia.chen", "figma/viewer", Some("P2D")).await;
    let rows = company.grants("figma/viewer").await;
    let row = rows.iter().find(|(name, _)| name == "Raj Patel").unwrap();
    assert_eq!(row.1.as_deref(), Some("2026-01-07T09:00:00Z"));
    company.advance("P3D").await;
    assert!(!company.really_holds("raj.patel", "figma/viewer"));
    assert!(!company.holds("Raj Patel", "figma/viewer").await);
    let raj = Person::id_of("raj.patel").hex();
    let accounts =
        company.read("sailpoint", &format!("/v3/accounts?filters=identityId%20eq%20%22{raj}%22&limit=250")).await;
    let figma = accounts.as_array().unwrap().iter().filter(|row| row["sourceName"] == "Figma");
    for account in figma {
        let held = account["attributes"].to_string();
        assert!(!held.contains("viewer") && !held.contains("Viewer"), "{held}");
    }
}

#[tokio::test]
async fn what_runs_out_stays_where_another_reason_holds_it() {
    let company = Company::new();
    let entitlement = "sql-finance/fin-reader";
    // A role of SailPoint's gives it for two months, ConductorOne for two days.
    let role = json!({"step": "request", "by": "arturo.salcedo", "objects": ["role/internal-auditor"], "comment": "Audit.", "lasting": "P60D"});
    company.step("sailpoint", role).await;
    for by in ["eleni.stavrou", "noor.haddad"] {
        let approve = json!({"step": "approve", "by": by, "for": "arturo.salcedo", "object": "role/internal-auditor", "comment": "Yes."});
        company.step("sailpoint", approve).await;
    }
    company.advance("PT1H").await;
    assert!(company.really_holds("arturo.salcedo", entitlement));
    company.grant("arturo.salcedo", "vernon.tate", entitlement, Some("P2D")).await;
    let rows = company.grants(entitlement).await;
    let end = rows.into_iter().find(|(name, _)| name == "Arturo Salcedo").unwrap().1.unwrap();
    assert!(end.as_str() > "2026-03", "the later end counts: {end}");
    company.advance("P4D").await;
    assert!(company.really_holds("arturo.salcedo", entitlement), "the role's reason is left");
    assert!(company.holds("Arturo Salcedo", entitlement).await);
}

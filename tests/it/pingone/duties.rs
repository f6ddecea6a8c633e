//! What the tests of segregation of duties are played with: rules over pairs of entitlements of Acme's, and the
//! violations that scans by them find.

use http::Method;
use rolecall::company::{Account, App, Entitlement, GrantId, Person, Reason, Strength};
use rolecall::kernel::{Id, Timestamp};
use rolecall::world::Cause;
use serde_json::{Value, json};

use super::{Scene, user};
use crate::common::Reply;

/// Where governance lives.
pub const IGA: &str = "/iga/governance";
/// The task of the stock workflow.
pub const TASK: &str = "violationTask-df7f65b04ec3";
/// Who holds "Create vendors", and not what must not be held with it.
pub const RAJ: &str = "raj.patel";
/// Who decides about violations here.
pub const OWNER: &str = "ingrid.solberg";
/// The other half of the pair.
pub const PAY: &str = "erp/vendor-pay";
/// The half that Raj holds.
pub const CREATE: &str = "erp/vendor-create";

/// A rule over two display names, about Raj alone, with the stock workflow.
pub fn rule(name: &str) -> Value {
    json!({
        "name": name,
        "description": "Nobody both creates and pays vendors",
        "documentationUrl": "",
        "active": true,
        "policyRuleOwner": {"id": format!("managed/user/{}", user(OWNER))},
        "scanTypes": {"preventative": true, "detective": true},
        "decisionOptions": {"exception": true, "allow": true, "remediate": true},
        "maxExceptionDuration": 90,
        "remediation": {"schemas": ["grantRemoval"]},
        "mitigatingControl": "",
        "correctionAdvice": "Drop one of the two",
        "violationOwner": {"id": format!("managed/user/{}", user(OWNER))},
        "violationOwnerType": "user",
        "violationLifecycle": {
            "workflow": {"action": "launch_workflow"},
            "expiration": {"expires": false},
            "exception": {"justificationCheck": false},
        },
        "workflow": {"id": "BasicViolationProcess", "type": "bpmn"},
        "userFilter": {"operator": "AND", "operand": [is("id", &user(RAJ))]},
        "ruleDefinition": [condition("Create vendors"), condition("Pay vendors")],
        "riskScore": 50,
    })
}

/// A comparison of a target filter.
pub fn is(name: &str, value: &str) -> Value {
    json!({"operator": "EQUALS", "operand": {"targetName": name, "targetValue": value}})
}

/// A condition on entitlements of this display name.
pub fn condition(display_name: &str) -> Value {
    json!({"type": ["entitlementGrant"], "operator": "OR", "operand": [is("entitlement.displayName", display_name)]})
}

impl Scene {
    pub async fn iga(&self, method: Method, path: &str, body: Value) -> Reply {
        self.call(method, &format!("{IGA}{path}")).json(body).await
    }
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.iga(Method::POST, path, body).await
    }
    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, &format!("{IGA}{path}")).await
    }
    pub async fn post_as(&self, person: &str, path: &str, body: Value) -> Reply {
        self.call_as(person, Method::POST, &format!("{IGA}{path}")).json(body).await
    }

    /// Makes a rule; answers with its id.
    pub async fn make_rule(&self, rule: Value) -> String {
        let made = self.post("/policy/rule?_action=create", rule).await.status(201).json();
        made["id"].as_str().unwrap().to_owned()
    }
    /// Makes a policy of these rules; answers with its id.
    pub async fn make_policy(&self, name: &str, rules: &[&str]) -> String {
        let owner = json!({"id": format!("managed/user/{}", user(OWNER))});
        let policy = json!({"name": name, "description": "", "policyOwner": owner, "policyRuleIds": rules});
        let made = self.post("/policy?_action=create", policy).await.status(201).json();
        made["id"].as_str().unwrap().to_owned()
    }
    /// Scans by a rule to its end; answers with the result of that rule.
    pub async fn scan(&self, rule: &str) -> Value {
        let path = format!("/policy/rule/{rule}/scan?waitForCompletion=true");
        let scan = self.post(&path, json!({})).await.status(200).json();
        assert_eq!(scan["status"], "complete");
        scan["results"][0].clone()
    }
    /// Gives somebody an entitlement, as its application would.
    pub async fn give(&self, person: &str, path: &str) -> GrantId {
        let tenant = self.tenant();
        let (app, _) = path.split_once('/').unwrap();
        let account = tenant.read().company().account_in(Person::id_of(person), App::id_of(app)).unwrap().id;
        let entitlement = Entitlement::id_of(path);
        let change = tenant.change(Cause::Operator("test"), |draft| {
            let reason = |since: Timestamp| Reason {
                by: "application".into(),
                what: "test".into(),
                strength: Strength::Found,
                since,
                until: None,
            };
            let since = draft.now();
            draft.on_company(|company, log| company.give(log, account, entitlement, reason(since)))
        });
        assert!(change.await.is_ok());
        GrantId { account, entitlement }
    }
    /// Takes an entitlement from somebody, as its application would.
    pub async fn take(&self, person: &str, path: &str) -> bool {
        let (tenant, entitlement) = (self.tenant(), Entitlement::id_of(path));
        let held = tenant.read().company().holding(Person::id_of(person), entitlement).map(|grant| grant.id);
        let Some(grant) = held else { return false };
        let change = tenant.change(Cause::Operator("test"), |draft| {
            Ok::<_, ()>(draft.on_company(|company, log| company.take(log, grant, "test")))
        });
        change.await.is_ok()
    }
    pub fn holds(&self, person: &str, path: &str) -> bool {
        self.tenant().read().company().holding(Person::id_of(person), Entitlement::id_of(path)).is_some()
    }

    /// A rule, Raj who violates it, and the violation that a scan finds.
    pub async fn violation_of(&self, rule: Value) -> String {
        let rule = self.make_rule(rule).await;
        self.give(RAJ, PAY).await;
        let result = self.scan(&rule).await;
        assert_eq!(result["numViolations"], 1, "{result}");
        result["violations"][0]["id"].as_str().unwrap().to_owned()
    }
    /// A violation, as an administrator sees it.
    pub async fn violation(&self, id: &str) -> Value {
        self.get(&format!("/violation/{id}")).await.status(200).json()
    }
    /// What somebody does in the stock task of a violation.
    pub async fn act(&self, person: &str, id: &str, act: &str, body: Value) -> Reply {
        self.post_as(person, &format!("/violation/{id}/phases/{TASK}/{act}"), body).await
    }
    /// The ids of a violation's grants, condition by condition.
    pub async fn grants(&self, id: &str) -> Vec<Vec<String>> {
        serde_json::from_value(self.violation(id).await["decision"]["compositeIds"].clone()).unwrap()
    }
    /// How many violations are somebody's to decide.
    pub async fn asked(&self, person: &str, query: &str) -> u64 {
        let found = self.post_as(person, &format!("/user/violation/search{query}"), json!({})).await;
        found.status(200).json()["totalCount"].as_u64().unwrap()
    }
}

/// A person's account in an application.
pub fn account(scene: &Scene, person: &str, app: &str) -> Id<Account> {
    scene.tenant().read().company().account_in(Person::id_of(person), App::id_of(app)).unwrap().id
}

/// What the comments of a violation are about, and what they say.
pub fn said(violation: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let comments = violation["decision"]["comments"].as_array().unwrap().iter();
    comments.map(|comment| (text(&comment["action"]), text(&comment["comment"]))).collect()
}

#[track_caller]
pub fn refused(reply: Reply, status: u16, message: Value) {
    let reply = reply.status(status);
    assert_eq!(reply.json(), json!({"message": message}));
}

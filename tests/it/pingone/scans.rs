//! The scan engine: what is found, what is made of it, and how scans are kept (contract, 5).

use http::Method;
use rolecall::company::Entitlement;
use serde_json::{Value, json};

use super::duties::{CREATE, IGA, OWNER, PAY, RAJ, account, condition, is, refused, rule};
use super::{Scene, user};

fn everybody(name: &str) -> Value {
    let mut rule = rule(name);
    rule["userFilter"] = json!({"operator": "ALL", "operand": []});
    rule
}

fn who(result: &Value) -> Vec<String> {
    let found = result["violations"].as_array().unwrap().iter();
    let mut names: Vec<_> = found.map(|found| found["user"]["userName"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

async fn simulated(scene: &Scene, rule: Value) -> Vec<String> {
    let id = scene.make_rule(rule).await;
    let path = format!("/policy/rule/{id}/scan?waitForCompletion=true&simulate=true");
    who(&scene.post(&path, json!({})).await.status(200).json()["results"][0])
}

#[tokio::test]
async fn conditions_read_what_the_vendors_pages_offer() {
    let scene = Scene::new();
    let both = ["carol.baptiste", "jonas.weidner", "nandini.mukherjee", "natalie.sorensen"];
    let erp = |operator: &str, name: &str, value: Value| json!({"type": ["entitlementGrant"], "operator": operator, "operand": {"targetName": name, "targetValue": value}});
    let table: Vec<(Value, Value, Value, &[&str])> = vec![
        // Two entitlements by name.
        (condition("Create vendors"), condition("pay VENDORS"), Value::Null, &both),
        // One grant alone meets both: no conflict.
        (condition("Create vendors"), condition("Create vendors"), Value::Null, &[]),
        // By parts of names, in either spelling of paths.
        (
            erp("STARTS_WITH", "entitlement.displayName", json!("create vend")),
            erp("CONTAINS", "descriptor.idx./entitlement.displayName", json!("pay vendor")),
            Value::Null,
            &both,
        ),
        (
            erp("EQUALS", "entitlement.glossary.displayName", json!("Create vendors")),
            erp("IN", "entitlement.displayName", json!(["Pay vendors", "Nothing"])),
            Value::Null,
            &both,
        ),
        // By something that each holder has of their own.
        (
            erp("EQUALS", "user.userName", json!("carol.baptiste")),
            condition("Pay vendors"),
            Value::Null,
            &["carol.baptiste"],
        ),
        // For some people only.
        (
            condition("Create vendors"),
            condition("Pay vendors"),
            is("user.userName", "Jonas.Weidner"),
            &["jonas.weidner"],
        ),
        (condition("Create vendors"), condition("Pay vendors"), is("department", "nobody"), &[]),
        // An account and an entitlement.
        (
            json!({"type": ["accountGrant"], "operator": "EQUALS", "operand": {"targetName": "application.connectorId", "targetValue": "bank-portal"}}),
            condition("Create vendors"),
            is("userName", "carol.baptiste"),
            if account_exists(&scene, "carol.baptiste", "bank-portal") { &["carol.baptiste"] } else { &[] },
        ),
    ];
    for (place, (left, right, people, expected)) in table.into_iter().enumerate() {
        let mut rule = everybody(&format!("Rule {place}"));
        rule["ruleDefinition"] = json!([left, right]);
        if !people.is_null() {
            rule["userFilter"] = people;
        }
        assert_eq!(simulated(&scene, rule.clone()).await, expected, "{rule}");
    }
    let mut alone = everybody("One condition");
    alone["ruleDefinition"] = json!([condition("Pay vendors")]);
    assert!(simulated(&scene, alone).await.len() > 4);
    let mut none = everybody("No condition");
    none["ruleDefinition"] = json!([]);
    assert_eq!(simulated(&scene, none).await, Vec::<String>::new());
    assert_eq!(scene.get("/violation").await.json()["totalCount"], 0, "simulations make nothing");
}

fn account_exists(scene: &Scene, person: &str, app: &str) -> bool {
    let tenant = scene.tenant();
    let world = tenant.read();
    world.company().account_in(rolecall::company::Person::id_of(person), rolecall::company::App::id_of(app)).is_some()
}

#[tokio::test]
async fn a_scan_ends_at_its_own_pace_unless_somebody_waits() {
    let scene = Scene::new();
    let rule = scene.make_rule(everybody("Vendors")).await;
    let policy = scene.make_policy("Vendors", &[&rule]).await;
    let begun = scene.post(&format!("/policy/{policy}/scan"), json!({})).await.status(200).json();
    assert_eq!((&begun["status"], &begun["completionDate"]), (&json!("in-progress"), &Value::Null));
    assert_eq!((&begun["results"], &begun["policy"]), (&json!([]), &json!({"id": policy, "name": "Vendors"})));
    assert_eq!(begun["startDate"], "2026-01-05T09:00:00+00:00");
    let path = format!("/policy/scan/{}", begun["id"].as_str().unwrap());
    assert_eq!(scene.get(&path).await.json(), begun);
    scene.advance("PT2S").await;
    let ended = scene.get(&path).await.json();
    assert_eq!((&ended["status"], &ended["completionDate"]), (&json!("complete"), &json!("2026-01-05T09:00:02+00:00")));
    assert_eq!(ended["results"][0]["numViolations"], 4);
    assert_eq!(ended["results"][0]["policyRule"], json!({"id": rule, "name": "Vendors"}));
    let found = &ended["results"][0]["violations"][0];
    assert!(found["id"].is_string() && found["violatingAccess"].as_array().unwrap().len() >= 2, "{found}");
    assert_eq!(scene.post("/policy/scan/search", json!({})).await.json()["totalCount"], 1);

    let begun = scene.post(&format!("/policy/rule/{rule}/scan"), json!({})).await.status(200).json();
    assert_eq!((&begun["scanTarget"], &begun["policy"]), (&json!("policyRule"), &Value::Null));
    scene.iga(Method::DELETE, &format!("/policy/rule/{rule}"), json!({})).await.status(200);
    scene.advance("PT2S").await;
    let path = format!("/policy/scan/{}", begun["id"].as_str().unwrap());
    let failed = scene.get(&path).await.json();
    assert_eq!(failed["status"], "failed", "the rule is gone");
    assert_eq!(scene.iga(Method::DELETE, &path, json!({})).await.status(200).json(), failed);
    let missing = format!("Policy scan with id: {} does not exist.", begun["id"].as_str().unwrap());
    refused(scene.get(&path).await, 404, missing.clone().into());
    refused(scene.iga(Method::DELETE, &path, json!({})).await, 404, missing.into());
}

#[tokio::test]
async fn only_active_detective_rules_are_scanned() {
    let scene = Scene::new();
    let mut rules = Vec::new();
    for (name, active, detective) in [("A", true, true), ("B", false, true), ("C", true, false)] {
        let mut rule = everybody(name);
        rule["active"] = active.into();
        rule["scanTypes"]["detective"] = detective.into();
        rules.push(scene.make_rule(rule).await);
    }
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let policy = scene.make_policy("All", &rules).await;
    let scan = scene.post(&format!("/policy/{policy}/scan?waitForCompletion=true"), json!({})).await.json();
    let scanned: Vec<&Value> =
        scan["results"].as_array().unwrap().iter().map(|row| &row["policyRule"]["name"]).collect();
    assert_eq!(scanned, ["A"]);
}

#[tokio::test]
async fn each_row_of_what_one_hit_means() {
    let scene = Scene::new();
    let mut sent = rule("Vendors");
    sent["ruleDefinition"][1] = json!({"type": ["entitlementGrant"], "operator": "OR", "operand": [
        is("entitlement.displayName", "Pay vendors"), is("entitlement.displayName", "AP clerk")]});
    let id = scene.violation_of(sent).await;
    let rule = scene.violation(&id).await["policyRuleId"].as_str().unwrap().to_owned();

    // Open: no second one; its grants are renewed.
    scene.give(RAJ, "erp/ap-clerk").await;
    scene.advance("PT1M").await;
    let result = scene.scan(&rule).await;
    assert_eq!((&result["numViolations"], &result["violations"][0]["id"]), (&json!(1), &json!(id)));
    let refreshed = scene.violation(&id).await;
    assert_eq!(refreshed["decision"]["compositeIds"][1].as_array().unwrap().len(), 2);
    assert_eq!(refreshed["violatingAccess"].as_array().unwrap().len(), 3);
    assert_eq!(refreshed["stats"]["latestDetectionTime"], "2026-01-05T09:01:00+00:00");

    // Allowed for ever, and nothing has come to it: nothing.
    scene.act(OWNER, &id, "allow", json!({"comment": "fine"})).await.status(200);
    scene.take(RAJ, "erp/ap-clerk").await;
    scene.advance("PT1M").await;
    assert_eq!(scene.scan(&rule).await["numViolations"], 0);
    assert_eq!(scene.violation(&id).await["stats"]["latestDetectionTime"], "2026-01-05T09:02:00+00:00");

    // What was allowed did not hold this grant: a new one.
    let grants = scene.grants(&id).await;
    assert_eq!(grants[1].len(), 2);
    scene.take(RAJ, PAY).await;
    assert_eq!(scene.scan(&rule).await["numViolations"], 0, "no conflict");
    scene.give(RAJ, PAY).await;
    assert_eq!(scene.scan(&rule).await["numViolations"], 0, "the same grant again is covered");

    // Put right, and violated again: a new one.
    let mut other = super::duties::rule("Other");
    other["name"] = "Other".into();
    let second = {
        let rule = scene.make_rule(other).await;
        let found = scene.scan(&rule).await;
        (rule, found["violations"][0]["id"].as_str().unwrap().to_owned())
    };
    let grants = scene.grants(&second.1).await;
    let body = json!({"grantIds": grants[1]});
    scene.act(OWNER, &second.1, "remediate", body).await.status(200);
    assert_eq!(scene.scan(&second.0).await["numViolations"], 0);
    scene.give(RAJ, PAY).await;
    let again = scene.scan(&second.0).await;
    assert_eq!(again["numViolations"], 1);
    assert_ne!(again["violations"][0]["id"], second.1);
}

#[tokio::test]
async fn a_violation_whose_conflict_has_gone_is_left_as_it_is() {
    let scene = Scene::new();
    let id = scene.violation_of(rule("Vendors")).await;
    let before = scene.violation(&id).await;
    scene.take(RAJ, PAY).await;
    let rule = before["policyRuleId"].as_str().unwrap().to_owned();
    assert_eq!(scene.scan(&rule).await["numViolations"], 0);
    let after = scene.violation(&id).await;
    assert_eq!((&after["decision"], &after["stats"]), (&before["decision"], &before["stats"]));
}

#[tokio::test]
async fn one_user_is_scanned_with_what_they_would_hold() {
    let scene = Scene::new();
    let rule_id = scene.make_rule(rule("Vendors")).await;
    let mut detective = rule("Detective only");
    detective["scanTypes"]["preventative"] = false.into();
    scene.make_rule(detective).await;
    let path = format!("{IGA}/policy/user/{}/scan", user(RAJ));
    let scan = |body: Value| scene.call_as(RAJ, Method::POST, &path).json(body);
    let pay = Entitlement::id_of(PAY).dashed();

    let nothing = scan(json!({})).await.status(200).json();
    assert_eq!((&nothing["result"], &nothing["scanTarget"]), (&json!([]), &json!("user")));
    let with = scan(json!({"additionalAccess": [{"type": "entitlementGrant", "assignmentId": pay}]})).await.json();
    let violated: Vec<&Value> = with["result"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
    assert_eq!(violated, [&json!(rule_id)], "preventative rules only");
    assert_eq!(with["isSimulation"], true);
    assert_eq!(with["results"][0]["violations"][0]["id"], Value::Null);
    let narrowed = json!({
        "additionalAccess": [{"type": "entitlementGrant", "assignmentId": pay}],
        "policyRuleFilter": is("name", "Another"),
    });
    assert_eq!(scan(narrowed).await.json()["result"], json!([]));
    assert_eq!(scene.get("/violation").await.json()["totalCount"], 0);

    // By the assignment's id, as it stands in a grant.
    scene.give(RAJ, PAY).await;
    let found = scan(json!({})).await.json();
    assert_eq!(found["result"].as_array().unwrap().len(), 2, "both are detective");
    assert_eq!(scene.get("/violation").await.json()["totalCount"], 2, "and violations are made");
    let id = found["results"][0]["violations"][0]["id"].as_str().unwrap();
    let access = &scene.violation(id).await["violatingAccess"];
    let assignment = access[1]["assignment"]["id"].as_str().unwrap().to_owned();
    assert!(assignment.starts_with("system_") && assignment.ends_with("_vendor-pay"), "{assignment}");
    let by_name = json!({"additionalAccess": [{"type": "entitlementGrant", "assignmentId": assignment}]});
    assert_eq!(scan(by_name).await.json()["result"].as_array().unwrap().len(), 1);

    let unknown = scan(
        json!({"additionalAccess": [{"assignmentId": "system_x"}, {"type": "roleMembership", "roleId": "y"}, {"type": "z"}]}),
    );
    let faults = [
        "Assignment with id: system_x does not exist.",
        "Role with id: y does not exist.",
        "z is not a valid access type.",
    ];
    refused(unknown.await, 400, json!(faults));
    let nobody = "11111111-1111-4111-8111-111111111111";
    let missing = scene.post(&format!("/policy/user/{nobody}/scan"), json!({})).await;
    refused(missing, 404, format!("User with id: {nobody} does not exist.").into());
    assert!(account(&scene, RAJ, "erp").dashed().len() == 36 && scene.holds(RAJ, CREATE));
}

#[tokio::test]
async fn a_policy_is_scanned_by_its_schedule_while_it_is_active() {
    let scene = Scene::new();
    let rule = scene.make_rule(everybody("Vendors")).await;
    let owner = json!({"id": "x"});
    let schedule = json!({"type": "cron", "schedule": "0 0 4 * * ?", "enabled": true});
    let mut policy = json!({"name": "Nightly", "policyOwner": owner, "policyRuleIds": [rule], "schedule": schedule});
    let made = scene.post("/policy?_action=create", policy.clone()).await.status(201).json();
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["scheduleId"], format!("policySchedule{}", id.replace('-', "")));
    scene.advance("P2D").await;
    let scans = scene.get("/policy/scan?_sortKeys=startDate").await.json();
    let began: Vec<&Value> = scans["result"].as_array().unwrap().iter().map(|scan| &scan["startDate"]).collect();
    assert_eq!(began, ["2026-01-06T04:00:00+00:00", "2026-01-07T04:00:00+00:00"]);
    policy["active"] = false.into();
    scene.iga(Method::PUT, &format!("/policy/{id}"), policy).await.status(200);
    scene.advance("P2D").await;
    assert_eq!(scene.get("/policy/scan").await.json()["totalCount"], 2);
    assert_eq!(scene.get("/violation").await.json()["totalCount"], 4);
}

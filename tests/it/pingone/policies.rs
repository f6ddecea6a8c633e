//! Policies and rules: the client's documents (contract, 3.1, 3.2, 4.1 and 4.2).

use http::Method;
use serde_json::{Value, json};

use super::duties::{OWNER, refused, rule};
use super::{Scene, user};

const NOBODY: &str = "11111111-1111-4111-8111-111111111111";

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn policy(name: &str) -> Value {
    json!({
        "name": name,
        "description": "",
        "policyOwner": {"id": "managed/user/x", "userName": "x"},
        "policyRuleIds": [NOBODY],
        "policyRuleNames": ["of another tool"],
        "active": true,
        "id": NOBODY,
        "scheduleId": "policyScheduleX",
    })
}

#[tokio::test]
async fn a_policy_comes_back_as_it_was_sent_with_an_id_of_its_own() {
    let scene = Scene::new();
    let sent = policy("Vendors");
    let made = scene.post("/policy?_action=create", sent.clone()).await.status(201).json();
    assert_eq!(keys(&made), keys(&sent), "in the client's order, without metadata");
    assert_ne!(made["id"], NOBODY);
    let id = made["id"].as_str().unwrap();
    let read = scene.get(&format!("/policy/{id}")).await.status(200).json();
    assert_eq!(keys(&read), [keys(&sent), vec!["metadata"]].concat());
    let metadata = json!({"modifiedDate": "2026-01-05T09:00:00.000002Z", "createdDate": "2026-01-05T09:00:00Z"});
    assert_eq!(read["metadata"], metadata);
    let listed = scene.get("/policy?_queryFilter=true&_pageSize=10000&_pagedResultsOffset=0").await.json();
    assert_eq!(listed, json!({"result": [read], "searchAfterKey": [id], "totalCount": 1, "resultCount": 1}));
    let fields = scene.get("/policy?_fields=id,policyOwner.userName").await.json();
    assert_eq!(fields["result"], json!([{"policyOwner": {"userName": "x"}, "id": id}]));
}

#[tokio::test]
async fn replacing_a_policy_keeps_its_schedule_and_when_it_was_made() {
    let scene = Scene::new();
    let mut sent = policy("Vendors");
    sent["schedule"] = json!({"type": "simple", "repeatInterval": 86_400_000});
    let made = scene.post("/policy?_action=create", sent).await.status(201).json();
    let path = format!("/policy/{}", made["id"].as_str().unwrap());
    scene.advance("PT1H").await;
    let whole = json!({"name": "Vendors", "policyOwner": {"id": "y"}, "policyRuleIds": [], "metadata": {"own": 1}});
    let answer = scene.iga(Method::PUT, &path, whole).await.status(200).json();
    assert_eq!(answer["metadata"], json!({"own": 1}), "the answer repeats what was sent");
    let read = scene.get(&path).await.json();
    assert_eq!((&read["schedule"], &read["scheduleId"]), (&made["schedule"], &made["scheduleId"]));
    assert!(read.get("policyRuleNames").is_none(), "a field left out is gone");
    assert_eq!(
        read["metadata"],
        json!({"modifiedDate": "2026-01-05T10:00:00Z", "createdDate": "2026-01-05T09:00:00Z"})
    );
    let deleted = scene.iga(Method::DELETE, &path, json!({})).await.status(200).json();
    assert_eq!(deleted, read);
    refused(scene.get(&path).await, 404, format!("Cannot find policy with id: {}", &path[8..]).into());
}

#[tokio::test]
async fn refusals_of_policies_are_the_vendors() {
    let scene = Scene::new();
    scene.post("/policy?_action=create", policy("Vendors")).await.status(201);
    let path = format!("/policy/{NOBODY}");
    let missing = || json!(format!("Cannot find policy with id: {NOBODY}"));
    refused(scene.get(&path).await, 404, missing());
    refused(scene.get(&format!("{path}/rules")).await, 404, missing());
    refused(scene.iga(Method::PUT, &path, policy("x")).await, 404, missing());
    refused(scene.post(&format!("{path}/scan"), json!({})).await, 404, missing());
    let gone = json!(format!("No policy with id {NOBODY} exists."));
    refused(scene.iga(Method::DELETE, &path, json!({})).await, 404, gone);
    let taken = json!(["Name must be different from the existing policies."]);
    refused(scene.post("/policy?_action=create", policy("Vendors")).await, 400, taken);
    let faults = ["name is required.", "policyOwner is required.", "policyRuleIds is required."];
    refused(scene.post("/policy?_action=create", json!({})).await, 400, json!(faults));
    let wrong = json!({"name": 1, "policyOwner": [], "policyRuleIds": [1], "active": "yes"});
    let faults = [
        "name must be a string.",
        "policyOwner must be an object.",
        "policyRuleIds must be an array of strings.",
        "active must be a boolean.",
    ];
    refused(scene.post("/policy?_action=create", wrong).await, 400, json!(faults));
    refused(scene.post("/policy", policy("x")).await, 400, "Invalid action: undefined".into());
    refused(scene.post("/policy?_action=explode", policy("x")).await, 400, "Invalid action: explode".into());
    let bad = scene.call(Method::POST, "/iga/governance/policy?_action=create").body("{\"a\": }").await;
    refused(bad, 400, "Unexpected token } in JSON at position 6".into());
    let cut = scene.call(Method::POST, "/iga/governance/policy?_action=create").body("{\"a\": ").await;
    refused(cut, 400, "Unexpected end of JSON input".into());
    let user = scene.call_as("raj.patel", Method::GET, "/iga/governance/policy").await;
    refused(user, 403, "Forbidden".into());
    refused(scene.bare(Method::GET, "/iga/governance/policy").await, 401, "Unauthorized".into());
    refused(scene.get("/no/such/path").await, 404, "Not Found".into());
    refused(scene.get("/policy?_pageSize=-1").await, 400, json!(["_pageSize must be a non-negative integer."]));
    assert_eq!(scene.get("/policy").await.json()["totalCount"], 1, "nothing has changed");
}

#[tokio::test]
async fn copies_get_names_of_their_own_and_are_inactive() {
    let scene = Scene::new();
    let made = scene.post("/policy?_action=create", policy("Vendors")).await.status(201).json();
    for name in ["Vendors - Copy", "Vendors - Copy 2", "Vendors - Copy 3"] {
        let copy = scene.post("/policy?_action=duplicate", json!({"id": made["id"]})).await.status(201).json();
        assert_eq!((&copy["name"], &copy["active"]), (&json!(name), &json!(false)));
        assert_eq!(copy["policyRuleIds"], made["policyRuleIds"]);
        assert_ne!(copy["id"], made["id"]);
    }
    let named = scene.post("/policy?_action=duplicate", json!({"id": made["id"], "name": "Other"})).await;
    assert_eq!(named.status(201).json()["name"], "Other");
    let id = scene.make_rule(rule("A")).await;
    let path = format!("/policy/rule/{id}");
    let copy = scene.post(&format!("{path}?_action=duplicate"), json!({})).await.status(201).json();
    assert_eq!((&copy["name"], &copy["active"]), (&json!("A - Copy"), &json!(false)));
    assert!(copy.get("metadata").is_none() && copy["ruleDefinitionTags"].is_array());
    refused(scene.post(&format!("{path}?_action=create"), json!({})).await, 400, "Invalid action: create".into());
}

#[tokio::test]
async fn a_rule_knows_its_tags_and_its_owners() {
    let scene = Scene::new();
    let mut sent = rule("Vendors");
    sent["policyRuleOwner"] = json!({"id": format!("managed/user/{NOBODY}"), "givenName": "Made up"});
    sent["ruleDefinitionTags"] = json!(["of the client's own"]);
    sent["extra"] = json!({"kept": true});
    let made = scene.post("/policy/rule?_action=create", sent.clone()).await.status(201).json();
    assert_eq!(keys(&made), [keys(&sent), vec!["id"]].concat());
    assert_eq!(made["policyRuleOwner"], json!({"id": format!("managed/user/{NOBODY}")}), "an unknown one is bare");
    let owner = json!({
        "givenName": "Ingrid",
        "id": format!("managed/user/{}", user(OWNER)),
        "mail": "ingrid.solberg@acme.example",
        "sn": "Solberg",
        "userName": OWNER,
    });
    assert_eq!((&made["violationOwner"], keys(&made["violationOwner"])), (&owner, keys(&owner)));
    let raj = user("raj.patel");
    let tags = [
        "targetName=entitlement.displayName&targetValue=Create vendors",
        "targetValue=Create vendors&targetName=entitlement.displayName",
        "targetName=entitlement.displayName&targetValue=Pay vendors",
        "targetValue=Pay vendors&targetName=entitlement.displayName",
        &format!("targetName=id&targetValue={raj}"),
        &format!("targetValue={raj}&targetName=id"),
    ];
    assert_eq!(made["ruleDefinitionTags"], json!(tags));
    let id = made["id"].as_str().unwrap();
    let whole = scene.get(&format!("/policy/rule/{id}?resolveSchemas=true")).await.json();
    assert_eq!(whole["remediation"]["schemas"][0]["id"], "grantRemoval");
    let found = scene.call_as("raj.patel", Method::POST, "/iga/governance/policy/rule/search");
    let filter = json!({"targetFilter": {"operator": "CONTAINS", "operand": {"targetName": "ruleDefinitionTags", "targetValue": "=pay vendors"}}});
    assert_eq!(found.json(filter).await.status(200).json()["totalCount"], 1);
}

#[tokio::test]
async fn refusals_of_rules_are_the_vendors() {
    let scene = Scene::new();
    let id = scene.make_rule(rule("Vendors")).await;
    let path = format!("/policy/rule/{NOBODY}");
    let missing = || json!(format!("Policy rule with id: {NOBODY} does not exist."));
    refused(scene.get(&path).await, 404, missing());
    refused(scene.iga(Method::PUT, &path, rule("x")).await, 404, missing());
    refused(scene.iga(Method::DELETE, &path, json!({})).await, 404, missing());
    refused(scene.post(&format!("{path}?_action=duplicate"), json!({})).await, 404, missing());
    refused(scene.post(&format!("{path}/scan"), json!({})).await, 404, missing());
    let taken = json!(["Name must be different from the existing policy rules."]);
    refused(scene.post("/policy/rule?_action=create", rule("Vendors")).await, 400, taken.clone());
    scene.make_rule(rule("Other")).await;
    refused(scene.iga(Method::PUT, &format!("/policy/rule/{id}"), rule("Other")).await, 400, taken);
    scene.iga(Method::PUT, &format!("/policy/rule/{id}"), rule("Vendors")).await.status(200);
    let table = [
        ("violationOwnerType", json!("group"), json!(["violationOwnerType must be user or role."])),
        ("policyRuleOwner", json!({}), json!(["policyRuleOwner.id is required."])),
        ("maxExceptionDuration", json!("90"), json!(["maxExceptionDuration must be an integer."])),
        ("maxExceptionDuration", json!(-1), json!(["maxExceptionDuration must be a non-negative integer."])),
        ("riskScore", json!(101), json!(["riskScore must be between 0 and 100."])),
        ("scanTypes", Value::Null, json!(["scanTypes is required."])),
        ("ruleDefinition", json!({}), json!(["ruleDefinition must be an array."])),
        ("userFilter", json!({"operator": "LIKE", "operand": []}), json!("Invalid target filter operator: LIKE")),
    ];
    for (field, value, message) in table {
        let mut wrong = rule("Wrong");
        wrong[field] = value;
        refused(scene.post("/policy/rule?_action=create", wrong).await, 400, message);
    }
    assert_eq!(scene.get("/policy/rule").await.json()["totalCount"], 2);
}

#[tokio::test]
async fn the_rules_of_a_policy_are_those_that_exist() {
    let scene = Scene::new();
    let (one, other) = (scene.make_rule(rule("One")).await, scene.make_rule(rule("Other")).await);
    let policy = scene.make_policy("Both", &[&one, &other, NOBODY]).await;
    let listed = scene.get(&format!("/policy/{policy}/rules?_pageSize=1")).await.json();
    assert_eq!((&listed["totalCount"], &listed["resultCount"]), (&json!(2), &json!(1)));
    scene.iga(Method::DELETE, &format!("/policy/rule/{one}"), json!({})).await.status(200);
    let listed = scene.get(&format!("/policy/{policy}/rules")).await.json();
    assert_eq!(listed["result"].as_array().unwrap().len(), 1);
    assert_eq!(scene.get(&format!("/policy/{policy}")).await.json()["policyRuleIds"], json!([one, other, NOBODY]));
}

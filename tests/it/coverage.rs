//! What a suite has exercised, and lifecycles as pictures.

use rolecall::company::Person;
use serde_json::{Value, json};

use crate::common::Stage;
use crate::common::toy::lacking;

const TENANT: &str = "/_rolecall/tenants/default";
const NO_TICKET: &str = "/tickets/00000000-0000-4000-8000-000000000000";

async fn part(stage: &Stage, path: &str, part: &str) -> Value {
    part_of(stage, path, "toy", part).await
}

async fn part_of(stage: &Stage, path: &str, vendor: &str, part: &str) -> Value {
    let report = stage.get(path).await.status(200).json();
    let named = |rows: &Value, field: &str, name: &str| {
        rows.as_array().unwrap().iter().find(|row| row[field] == name).unwrap().clone()
    };
    named(&named(&report["vendors"], "vendor", vendor)["parts"], "part", part)
}

/// What was met of a part, and how often.
fn met(part: &Value) -> Vec<(&str, u64)> {
    let lines = part["lines"].as_array().unwrap().iter();
    let lines = lines.map(|line| (line["name"].as_str().unwrap(), line["times"].as_u64().unwrap()));
    lines.filter(|(_, times)| *times > 0).collect()
}

fn times(part: &Value, name: &str) -> u64 {
    let lines = part["lines"].as_array().unwrap();
    lines.iter().find(|line| line["name"] == name).unwrap_or_else(|| panic!("no {name}: {part}"))["times"]
        .as_u64()
        .unwrap()
}

async fn ask(stage: &Stage, tenant: &str) -> String {
    let world = stage.app.site().tenants().base().clone();
    let wish = json!(lacking(world.company(), "mia.chen"));
    let made = stage.post("/tickets").tenant(tenant).json(wish).await.status(201).json();
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn operations_refusals_and_transitions_are_counted() {
    let stage = Stage::toy();
    let path = format!("{TENANT}/coverage");
    let before = stage.get(&path).await.status(200).json();
    assert_eq!(before["percent"], 0.0);
    let ticket = ask(&stage, "default").await;
    stage.get(&format!("/tickets/{ticket}")).await.status(200);
    stage.get(NO_TICKET).await.status(404);
    stage.post(&format!("{TENANT}/clock/advance")).json(json!({"by": "PT1H"})).await.status(200);

    let operations = part(&stage, &path, "operations").await;
    assert_eq!((times(&operations, "ask"), times(&operations, "getTicket")), (1, 2));
    assert_eq!(times(&operations, "boom"), 0);
    assert_eq!((&operations["exercised"], &operations["total"]), (&json!(2), &json!(6)));
    let refusals = part(&stage, &path, "refusals").await;
    assert_eq!((times(&refusals, "getTicket"), times(&refusals, "ask")), (1, 0));
    let transitions = part(&stage, &path, "transitions").await;
    assert_eq!(times(&transitions, "ticket: Asked --Give-> Given"), 1);
    assert_eq!(times(&transitions, "ticket: Given --End-> Ended"), 0);
    assert_eq!((&transitions["exercised"], &transitions["total"]), (&json!(1), &json!(3)));

    // A reset of the world forgets nothing of what was exercised; only asking to does.
    stage.post(&format!("{TENANT}/reset")).await.status(200);
    assert_eq!(part(&stage, &path, "transitions").await["exercised"], 1);
    stage.delete(&path).await.status(204);
    assert_eq!(stage.get(&path).await.json()["percent"], 0.0);
}

#[tokio::test]
async fn tenants_are_counted_apart_and_together() {
    let stage = Stage::toy();
    for tenant in ["one", "two"] {
        ask(&stage, tenant).await;
        stage.get(NO_TICKET).tenant(tenant).await.status(404);
    }
    let counted = async |path| {
        let (operations, errors) = (part(&stage, path, "operations").await, part(&stage, path, "errors").await);
        (times(&operations, "ask"), times(&errors, "no-such-ticket"))
    };
    assert_eq!(counted("/_rolecall/tenants/one/coverage").await, (1, 1));
    assert_eq!(counted("/_rolecall/coverage").await, (2, 2));
    stage.delete("/_rolecall/tenants/one/coverage").await.status(204);
    assert_eq!(counted("/_rolecall/tenants/one/coverage").await, (0, 0));
    assert_eq!(counted("/_rolecall/coverage").await, (1, 1));
}

#[tokio::test]
async fn errors_are_counted_by_kind_whoever_refuses() {
    let stage = Stage::toy();
    let path = format!("{TENANT}/coverage");
    let ticket = format!("/tickets/{}", ask(&stage, "default").await);
    assert_eq!(met(&part(&stage, &path, "errors").await), []);
    stage.get(NO_TICKET).await.status(404);
    stage.delete(NO_TICKET).await.status(404);
    stage.delete(&ticket).await.status(204);
    stage.delete(&ticket).await.status(409);
    // No operation refuses these, and the vendor does.
    stage.get("/toy/nothing").await.status(404);
    stage.put("/tickets").await.status(405);
    let errors = part(&stage, &path, "errors").await;
    assert_eq!(met(&errors), [("method", 1), ("no-longer", 1), ("no-such-ticket", 2), ("path", 1)]);
    assert_eq!((&errors["exercised"], &errors["total"]), (&json!(4), &json!(7)));
}

#[tokio::test]
async fn what_breaks_or_is_made_to_is_no_error_of_the_vendors() {
    let stage = Stage::toy();
    stage.get("/toy/boom").await.status(500);
    stage.get("/tickets").header("prefer", "code=404").await.status(404);
    stage.get("/tickets").header("prefer", "code=nonsense").await.status(400);
    stage.get(NO_TICKET).header("prefer", "code=503").await.status(503);
    let path = format!("{TENANT}/coverage");
    assert_eq!(met(&part(&stage, &path, "errors").await), []);
    assert_eq!(met(&part(&stage, &path, "refusals").await), [("boom", 1)]);
}

#[tokio::test]
async fn every_vendor_counts_each_of_its_kinds_once() {
    let stage = Stage::new();
    let one = "0d6ff9a1-0000-4000-8000-000000000000";
    let asked = [
        ("sailpoint", format!("/v3/access-profiles/{}", one.replace('-', "")), 404, vec!["not-found"]),
        ("sailpoint", "/v3/access-profiles?filters=secret%20eq%201".to_owned(), 400, vec!["query-unknown-field"]),
        ("grip", format!("/public/users/{one}"), 404, vec!["no-such-user"]),
        ("grip", "/public/users?limit=0".to_owned(), 400, vec!["bad-page"]),
        ("conductorone", "/api/v1/apps/2PvvLnpI1mC5FhlGFAo1Lv3oHhs".to_owned(), 404, vec!["not-found"]),
        ("conductorone", "/api/v1/apps/not-an-id".to_owned(), 400, vec!["not-an-id"]),
        ("pingone", format!("/iga/governance/policy/{one}"), 404, vec!["no-such-policy"]),
        ("pingone", format!("/openidm/managed/alpha_user/{one}"), 404, vec!["managed-missing"]),
    ];
    for (vendor, path, status, kinds) in asked {
        let (name, value) = administrator(&stage, vendor);
        let path = format!("/{vendor}{path}");
        stage.get(&path).header(&name, &value).await.status(status);
        let errors = part_of(&stage, "/_rolecall/coverage", vendor, "errors").await;
        let expected: Vec<_> = kinds.iter().map(|kind| (*kind, 1)).collect();
        assert_eq!(met(&errors), expected, "{path}");
        stage.delete(&format!("{TENANT}/coverage")).await.status(204);
    }
}

#[tokio::test]
async fn each_fault_of_an_input_and_each_item_that_is_refused_counts() {
    let stage = Stage::new();
    let (name, value) = administrator(&stage, "pingone");
    let errors = async || part_of(&stage, "/_rolecall/coverage", "pingone", "errors").await;
    let wrong = json!({"name": "", "riskScore": 1000});
    let rule = "/pingone/iga/governance/policy/rule?_action=create";
    stage.post(rule).header(&name, &value).json(wrong).await.status(400);
    let counted = errors().await;
    for kind in ["invalid-required", "invalid-range"] {
        assert_eq!(times(&counted, kind), 1, "{counted}");
    }
    let many = json!({"ids": ["0d6ff9a1-0000-4000-8000-000000000000"], "comment": "why"});
    let bulk = stage.post("/pingone/iga/governance/violation/comment").header(&name, &value).json(many);
    assert_eq!(bulk.await.status(200).json()["idsNotActedOn"].as_array().unwrap().len(), 1);
    assert_eq!(times(&errors().await, "no-such-violation"), 1);
}

/// The header by which somebody who may do everything calls a vendor.
fn administrator(stage: &Stage, vendor: &str) -> (String, String) {
    let tenant = stage.app.site().tenants().get_or_fork("default").unwrap();
    let minted = stage.app.site().vendor(vendor).unwrap();
    let minted = minted.mint(&tenant, &tenant.head(), Person::id_of("ada.admin")).unwrap();
    let (name, value) = minted.header.split_once(": ").unwrap();
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn answers_that_a_document_names_are_counted() {
    let stage = Stage::new();
    let report = stage.get("/_rolecall/coverage").await.status(200).json();
    for vendor in report["vendors"].as_array().unwrap() {
        let counted = ["operations", "answers", "refusals", "errors"];
        let parts = vendor["parts"].as_array().unwrap().iter();
        for part in parts.filter(|part| counted.contains(&part["part"].as_str().unwrap())) {
            assert!(part["total"].as_u64().unwrap() > 0, "{}: {}", vendor["vendor"], part["part"]);
        }
    }
}

#[tokio::test]
async fn coverage_is_written_for_machines_and_people() {
    let stage = Stage::toy();
    ask(&stage, "default").await;
    let junit = stage.get(&format!("{TENANT}/coverage?format=junit")).await.status(200);
    assert_eq!(junit.header("content-type"), "application/xml");
    let text = junit.text();
    assert!(text.contains(r#"<testcase classname="toy operations" name="ask"/>"#), "{text}");
    assert!(text.contains(r#"name="ticket: Asked --Give-&gt; Given"><failure message="never exercised"/>"#), "{text}");
    assert_eq!(text.matches("<testcase").count(), 22);
    assert_eq!(text.matches("<failure").count(), 21);
    assert!(text.contains(r#"tests="22" failures="21""#), "{text}");
    let page = stage.get(&format!("{TENANT}/coverage?format=html")).await.status(200).text();
    assert!(page.contains("operations: 1 of 6"), "{page}");
    stage.get(&format!("{TENANT}/coverage?format=rhyme")).await.status(400);
}

#[tokio::test]
async fn every_lifecycle_is_drawn() {
    let stage = Stage::new();
    let listed = stage.get("/_rolecall/lifecycles").await.status(200).json();
    let listed = listed["lifecycles"].as_array().unwrap();
    assert!(listed.len() > 10);
    for line in listed {
        let drawn = stage.get(line["svg"].as_str().unwrap()).await.status(200);
        assert_eq!(drawn.header("content-type"), "image/svg+xml");
        let svg = drawn.text();
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        for state in line["states"].as_array().unwrap() {
            assert!(svg.contains(&format!(">{}</text>", state.as_str().unwrap())), "{line}");
        }
        let mermaid = stage.get(&line["svg"].as_str().unwrap().replace(".svg", ".mmd")).await.status(200).text();
        assert_eq!(mermaid, line["mermaid"].as_str().unwrap());
    }
    stage.get("/_rolecall/lifecycles.html").await.status(200);
    let wrong = stage.get("/_rolecall/lifecycles/sailpoint/aproval.svg").await.status(404).text();
    assert!(wrong.contains("did you mean `approval`"), "{wrong}");
    stage.get("/_rolecall/lifecycles/sailpoint/approval.png").await.status(400);
}

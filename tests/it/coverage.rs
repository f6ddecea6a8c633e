//! What a suite has exercised, and lifecycles as pictures.

use serde_json::{Value, json};

use crate::common::Stage;
use crate::common::toy::lacking;

const TENANT: &str = "/_rolecall/tenants/default";

async fn part(stage: &Stage, path: &str, part: &str) -> Value {
    let report = stage.get(path).await.status(200).json();
    let parts = report["vendors"][0]["parts"].as_array().unwrap().clone();
    parts.into_iter().find(|row| row["part"] == part).unwrap()
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
    stage.get("/tickets/00000000-0000-4000-8000-000000000000").await.status(404);
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
    ask(&stage, "one").await;
    ask(&stage, "two").await;
    let one = part(&stage, "/_rolecall/tenants/one/coverage", "operations").await;
    let both = part(&stage, "/_rolecall/coverage", "operations").await;
    assert_eq!((times(&one, "ask"), times(&both, "ask")), (1, 2));
}

#[tokio::test]
async fn answers_that_a_document_names_are_counted() {
    let stage = Stage::new();
    let report = stage.get("/_rolecall/coverage").await.status(200).json();
    for vendor in report["vendors"].as_array().unwrap() {
        let counted = ["operations", "answers", "refusals"];
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
    assert_eq!(text.matches("<testcase").count(), 15);
    assert_eq!(text.matches("<failure").count(), 14);
    assert!(text.contains(r#"tests="15" failures="14""#), "{text}");
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

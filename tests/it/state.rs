//! Worlds as they were.

use serde_json::{Value, json};

use crate::common::Stage;

const MIA: &str = "/_rolecall/tenants/mia";

impl Stage {
    async fn ask_for(&self, person: &str) {
        let step = json!({"vendor": "toy", "step": {"step": "ask", "person": person}});
        self.post(&format!("{MIA}/steps")).json(step).await.status(200);
    }
    async fn at(&self, what: &str) -> Value {
        self.get(&format!("{MIA}/{what}")).await.status(200).json()
    }
    async fn revision(&self) -> u64 {
        self.at("").await["revision"].as_u64().unwrap()
    }
}

#[tokio::test]
async fn a_world_is_shown_as_it_was_at_each_revision() {
    let stage = Stage::toy();
    let origin = stage.at("export").await;
    let first = stage.revision().await;
    stage.ask_for("mia.chen").await;
    let one = stage.at("export").await;
    stage.ask_for("raj.patel").await;
    assert_eq!(stage.at(&format!("state?at={first}")).await, origin);
    assert_eq!(stage.at(&format!("state?at={}", first + 1)).await, one);
    assert_eq!(stage.at("state").await, stage.at("export").await);
    let tickets = stage.at(&format!("state?at={}&table=toy/tickets", first + 1)).await;
    assert_eq!(tickets, one["estates"]["toy"]["tickets"]);
    assert!(stage.at("state?table=company/people").await.as_array().unwrap().len() > 100);
    let refused = stage.get(&format!("{MIA}/state?at={}", first + 3)).await.status(404).json();
    let message = format!("there is no revision `{}; those from {first} to {} are remembered`", first + 3, first + 2);
    assert_eq!(refused["error"]["message"], message);
    let refused = stage.get(&format!("{MIA}/state?table=toy/ticket")).await.status(404);
    assert!(refused.text().contains("did you mean `toy/tickets`?"), "{}", refused.text());
    stage.get(&format!("{MIA}/state?when=1")).await.status(400);
}

#[tokio::test]
async fn a_difference_says_which_rows_changed_and_how() {
    let stage = Stage::toy();
    let first = stage.revision().await;
    stage.ask_for("mia.chen").await;
    stage.post(&format!("{MIA}/clock/advance")).json(json!({"by": "PT1H"})).await.status(200);
    let now = stage.revision().await;
    let asked = stage.at(&format!("diff?from={first}&to={}", first + 1)).await;
    let named = |diff: &Value| -> Vec<String> {
        let tables = diff["tables"].as_array().unwrap().iter();
        tables
            .map(|table| format!("{}/{}", table["owner"].as_str().unwrap(), table["table"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(named(&asked), ["toy/tickets", "toy/timers"]);
    assert_eq!(asked["tables"][0]["added"].as_array().unwrap().len(), 1);
    assert_eq!((&asked["complete"], &asked["from"]["revision"]), (&json!(true), &json!(first)));
    let given = stage.at(&format!("diff?from={}", first + 1)).await;
    let tickets = given["tables"].as_array().unwrap().iter().find(|table| table["table"] == "tickets").unwrap();
    assert_eq!(tickets["changed"][0]["patch"], json!([{"op": "replace", "path": "/status", "value": "given"}]));
    assert!(named(&given).contains(&"company/grants".to_owned()));
    // The other way round, what was added is removed.
    let back = stage.at(&format!("diff?from={now}&to={first}")).await;
    let removed = back["tables"].as_array().unwrap().iter().find(|table| table["table"] == "tickets").unwrap();
    assert_eq!(removed["removed"].as_array().unwrap().len(), 1);
    assert_eq!(stage.at(&format!("diff?from={now}&to={now}")).await["tables"], json!([]));
    stage.get(&format!("{MIA}/diff?from=999")).await.status(404);
    stage.get(&format!("{MIA}/diff")).await.status(400);
}

#[tokio::test]
async fn a_tenant_goes_back_and_another_begins_there() {
    let stage = Stage::toy();
    let first = stage.revision().await;
    stage.ask_for("mia.chen").await;
    let one = stage.at("state?table=toy/tickets").await;
    stage.ask_for("raj.patel").await;
    let rewound = stage.post(&format!("{MIA}/rewind")).json(json!({"by": 1})).await.status(200).json();
    assert_eq!(rewound["revision"], first + 3);
    assert_eq!(stage.at("state?table=toy/tickets").await, one);
    stage.post(&format!("{MIA}/rewind")).json(json!({"to": first})).await.status(200);
    assert_eq!(stage.at("state?table=toy/tickets").await, json!([]));
    // Nothing is lost: the revision that was left is remembered, too.
    let both = stage.at(&format!("state?at={}&table=toy/tickets", first + 2)).await;
    assert_eq!(both.as_array().unwrap().len(), 2);
    let fork = json!({"name": "fork", "revision": first + 1});
    stage.post(&format!("{MIA}/fork")).json(fork).await.status(201);
    let forked = stage.get("/_rolecall/tenants/fork/state?table=toy/tickets").await.json();
    assert_eq!(forked, one);
    let from = json!({"name": "other", "from": {"tenant": "mia", "revision": first + 2}});
    stage.post("/_rolecall/tenants").json(from).await.status(201);
    assert_eq!(stage.get("/_rolecall/tenants/other/state?table=toy/tickets").await.json(), both);
    for wrong in [json!({}), json!({"to": 1, "by": 1}), json!({"by": 999})] {
        stage.post(&format!("{MIA}/rewind")).json(wrong).await.status(400);
    }
    stage.post(&format!("{MIA}/rewind")).json(json!({"to": 999})).await.status(404);
    stage.post(&format!("{MIA}/fork")).json(json!({"name": "x", "revision": 1, "snapshot": "y"})).await.status(400);
}

#[tokio::test]
async fn each_revision_names_the_request_that_made_it_and_only_so_many_are_remembered() {
    let stage = Stage::toy();
    stage.ask_for("mia.chen").await;
    let ticket = stage.at("state?table=toy/tickets").await[0]["id"].as_str().unwrap().to_owned();
    stage.delete(&format!("/t/mia/toy/tickets/{ticket}")).await.status(204);
    let revisions = stage.at("revisions").await;
    let lines = revisions["revisions"].as_array().unwrap();
    assert_eq!((&lines[0]["cause"], &lines[0]["exchange"]), (&json!({"operator": "step"}), &Value::Null));
    assert_eq!((&lines[1]["cause"], &lines[1]["exchange"]), (&json!({"command": "End"}), &json!(1)));
    assert_eq!((&lines[1]["operation"], &lines[1]["events"]), (&json!("end"), &json!(["ticket.ended"])));
    for _ in 0..300 {
        stage.patch(&format!("{MIA}/settings")).json(json!({})).await.status(200);
    }
    let now = stage.revision().await;
    assert_eq!(stage.at("revisions").await["revisions"].as_array().unwrap().len(), 256);
    stage.get(&format!("{MIA}/state?at={}&table=toy/tickets", now - 255)).await.status(200);
    let refused = stage.get(&format!("{MIA}/state?at={}", now - 256)).await.status(404);
    assert!(refused.text().contains(&format!("those from {} to {now}", now - 255)), "{}", refused.text());
}

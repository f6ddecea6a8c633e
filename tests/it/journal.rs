//! The journal as evidence: what is found in it, and what can be claimed of it.

use serde_json::{Value, json};

use crate::common::Stage;

const JOURNAL: &str = "/_rolecall/tenants/mia/journal";

impl Stage {
    async fn found(&self, query: &str) -> Vec<u64> {
        let found = self.get(&format!("{JOURNAL}?{query}")).await.status(200).json();
        let numbers = found["exchanges"].as_array().unwrap().iter();
        numbers.map(|exchange| exchange["number"].as_u64().unwrap()).collect()
    }
    async fn verify(&self, status: u16, claims: Value) -> Value {
        self.post(&format!("{JOURNAL}/verify")).json(json!({"claims": claims})).await.status(status).json()
    }
}

/// A request for a role, its first approval, one that is refused, and a cancellation.
async fn story() -> Stage {
    let stage = Stage::new();
    let token = async |person: &str| {
        let wanted = json!({"vendor": "sailpoint", "person": person});
        let minted = stage.post("/_rolecall/tenants/mia/tokens").json(wanted).await.status(200).json();
        minted["token"].as_str().unwrap().to_owned()
    };
    let (mia, raj) = (token("mia.chen").await, token("raj.patel").await);
    let post = |path: &str, token: &str, body: Value| stage.post(path).tenant("mia").bearer(token).json(body);
    let wish = json!({"requestedFor": ["5718e0c67c6649e4be801198e2efa7a8"], "requestType": "GRANT_ACCESS",
        "requestedItems": [{"type": "ROLE", "id": "a2b03afd450848969e5f8ed6ff26a5b5", "comment": "Covering for Ed"}]});
    post("/v3/access-requests", &raj, wish).await.status(202);
    let pending = stage.get("/v3/access-request-approvals/pending?owner-id=me").tenant("mia").bearer(&mia).await.json();
    let mine = pending[0]["id"].as_str().unwrap().to_owned();
    let approve = format!("/v3/access-request-approvals/{mine}/approve");
    post(&approve, &mia, json!({"comment": "fine by me"})).await.status(202);
    post(&approve, &mia, json!({"comment": "again"})).await.status(400);
    stage
}

#[tokio::test]
async fn exchanges_are_found_by_what_they_are() {
    let stage = story().await;
    for (query, numbers) in [
        ("", &[1, 2, 3, 4][..]),
        ("vendor=sailpoint", &[1, 2, 3, 4]),
        ("vendor=grip", &[]),
        ("operation=approveAccessRequest", &[3, 4]),
        ("caller=raj.patel", &[1]),
        ("status=202", &[1, 3]),
        ("status=4xx", &[4]),
        ("status=none", &[]),
        ("method=get", &[2]),
        ("path=pending", &[2]),
        ("text=FINE+BY+ME", &[3]),
        ("text=covering+for+ed", &[1, 2]),
        ("command=Approve", &[3, 4]),
        ("event=grant.given", &[]),
        ("fault=any", &[]),
        ("since=2026-01-05T09:00:00Z", &[1, 2, 3, 4]),
        ("until=2026-01-05T09:00:00Z", &[]),
        ("after=1&limit=2", &[2, 3]),
        ("limit=1", &[4]),
    ] {
        assert_eq!(stage.found(query).await, numbers, "{query}");
    }
    for wrong in ["operation=aproveAccessRequest", "vendor=sailpint"] {
        let refused = stage.get(&format!("{JOURNAL}?{wrong}")).await.status(404);
        assert!(refused.text().contains("did you mean"), "{}", refused.text());
    }
    stage.get(&format!("{JOURNAL}?status=600")).await.status(400);
    stage.get(&format!("{JOURNAL}?colour=red")).await.status(400);
}

#[tokio::test]
async fn an_exchange_links_what_it_did() {
    let stage = story().await;
    let approval = stage.get(&format!("{JOURNAL}/3")).await.status(200).json();
    assert_eq!((&approval["operation"], &approval["caller"]), (&json!("approveAccessRequest"), &json!("mia.chen")));
    let (before, after) = (&approval["revisions"]["before"], &approval["revisions"]["after"]);
    assert_eq!(before.as_u64().unwrap() + 1, after.as_u64().unwrap());
    let command = &approval["commands"][0];
    assert_eq!(
        (&command["command"], &command["refused"], &command["after"]),
        (&json!("Approve"), &json!(false), after)
    );
    let events = stage.get("/_rolecall/tenants/mia/events?limit=1000").await.json();
    let of_it: Vec<&Value> =
        events["events"].as_array().unwrap().iter().filter(|event| &event["revision"] == after).collect();
    assert!(!of_it.is_empty());
    assert_eq!(command["events"].as_array().unwrap().len(), of_it.len());
    assert_eq!(command["events"][0]["name"], of_it[0]["name"]);

    let refused = stage.get(&format!("{JOURNAL}/4")).await.status(200).json();
    assert_eq!((&refused["commands"][0]["refused"], &refused["commands"][0]["events"]), (&json!(true), &json!([])));
    assert_eq!(refused["revisions"], json!({"before": after, "after": after}));
    stage.get(&format!("{JOURNAL}/9")).await.status(404);
}

#[tokio::test]
async fn claims_are_judged_and_a_failure_is_explained() {
    let stage = story().await;
    let approved = json!({"operation": "approveAccessRequest", "status": 202});
    let fine = stage
        .verify(
            200,
            json!([
                {"that": approved, "exactly": 1},
                {"that": {"operation": "cancelAccessRequest"}, "exactly": 0},
                {"that": {"status": "4xx"}, "atMost": 1, "after": {"operation": "createAccessRequest"}},
                {"inOrder": [{"operation": "createAccessRequest"}, approved]},
            ]),
        )
        .await;
    assert_eq!((&fine["holds"], &fine["complete"]), (&json!(true), &json!(true)));
    let failed = stage.verify(409, json!([{"name": "twice", "that": approved, "exactly": 2}])).await;
    let message = "claim 1 (twice) does not hold: 1 of 2 exchanges fit: operation approveAccessRequest, status 202; \
        nearest is exchange 4: its status is 400, not 202";
    assert_eq!(failed["error"], json!({"code": "claim_failed", "message": message}));
    assert_eq!(failed["verdicts"][0]["exchanges"], json!([3]));
    assert_eq!(failed["verdicts"][0]["nearest"]["exchange"]["response"]["status"], 400);
    for wrong in [json!([]), json!([{}]), json!([{"that": {"stats": 1}}])] {
        stage.verify(400, wrong).await;
    }
    stage.verify(404, json!([{"that": {"operation": "nothing"}}])).await;
}

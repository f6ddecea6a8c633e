//! Failure on request: who words it, when it happens, and that it never changes a world.

use axum::body::{Body, to_bytes};
use http::{Method, Request};
use proptest::prelude::*;
use rolecall::app::Founding;
use rolecall::kernel::Span;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::common::tiny::tiny_seed;
use crate::common::toy::{Toy, lacking};
use crate::common::{Reply, Stage, founding};

const FAULTS: &str = "/_rolecall/tenants/mia/faults";

impl Stage {
    async fn fault(&self, rule: Value) -> Value {
        self.post(FAULTS).json(rule).await.status(201).json()
    }
    async fn tickets(&self) -> Reply {
        self.get("/t/mia/toy/tickets").await
    }
}

#[tokio::test]
async fn every_vendor_words_the_statuses_that_are_asked_for() {
    let stage = Stage::new();
    for vendor in stage.app.site().vendors() {
        let operation = vendor.operations().swap_remove(0);
        let path = operation.path.replace(['{', '}'], "");
        for status in [400, 401, 403, 404, 409, 418, 429, 500, 502, 503] {
            let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
            let path = format!("/{}{path}", vendor.name());
            let prefer = format!("code={status}, retry-after=7");
            let reply = stage.call(method, &path).header("prefer", &prefer).await.status(status);
            assert_eq!(reply.header("retry-after"), "7", "{}", vendor.name());
            assert_eq!(reply.header("x-rolecall-fault"), "prefer");
            assert!(reply.json().is_object(), "{}", reply.text());
        }
    }
    let reply = stage.get("/v3/access-request-approvals/pending").header("prefer", "code=502").await.status(502);
    assert_eq!(reply.json()["detailCode"], "502 Bad Gateway");
    let reply = stage.get("/v3/access-request-approvals/pending").header("prefer", "code=429").await.status(429);
    assert_eq!((reply.header("retry-after"), &reply.json()), ("1", &json!({"message": " Rate Limit Exceeded "})));
    let reply = stage.get("/grip/saas").header("prefer", "code=503").await.status(503);
    assert_eq!(
        reply.json(),
        json!({"statusCode": 503, "message": "Service Unavailable", "error": "Service Unavailable"})
    );
}

#[tokio::test]
async fn a_rule_is_listed_counted_and_taken_away() {
    let stage = Stage::toy();
    assert_eq!(stage.get(FAULTS).await.status(200).json(), json!({"faults": []}));
    let rule = json!({"name": "flaky", "where": {"vendor": "toy", "operation": "listTickets"},
        "when": {"after": 1, "next": 1}, "then": {"fault": "status", "status": 503, "retryAfter": 4}, "ttl": "PT1H"});
    let set = stage.fault(rule).await;
    assert_eq!((&set["number"], &set["hits"]), (&json!(1), &json!(0)));
    stage.tickets().await.status(200);
    let refused = stage.tickets().await.status(503);
    assert_eq!((refused.header("retry-after"), refused.header("x-rolecall-fault")), ("4", "1"));
    stage.tickets().await.status(200);
    stage.get("/t/raj/toy/tickets").await.status(200);
    let shown = stage.get(&format!("{FAULTS}/1")).await.status(200).json();
    assert_eq!((&shown["seen"], &shown["hits"], &shown["name"]), (&json!(3), &json!(1), &json!("flaky")));
    let kept = stage.get("/_rolecall/tenants/mia/journal?fault=status").await.json();
    assert_eq!(kept["exchanges"][0]["fault"], json!({"by": "1", "effect": "status", "delayMillis": 0}));

    stage.wall.pass(Span::hours(1));
    assert_eq!(stage.get(FAULTS).await.json(), json!({"faults": []}));
    stage.get(&format!("{FAULTS}/1")).await.status(404);
    let second = stage.fault(json!({"then": {"fault": "emptyBody"}})).await;
    assert_eq!(second["number"], 2);
    assert_eq!(stage.tickets().await.status(200).text(), "");
    stage.delete(&format!("{FAULTS}/2")).await.status(204);
    stage.delete(&format!("{FAULTS}/2")).await.status(404);
    assert_eq!(stage.tickets().await.status(200).text(), "[]");
    stage.fault(json!({"then": {"fault": "malformed"}})).await;
    stage.delete(FAULTS).await.status(204);
    assert_eq!(stage.tickets().await.status(200).text(), "[]");
}

#[tokio::test]
async fn a_rule_that_could_never_be_met_is_refused() {
    let stage = Stage::new();
    let refused = async |rule: Value, status: u16, word: &str| {
        let reply = stage.post(FAULTS).json(rule).await.status(status);
        assert!(reply.text().contains(word), "{}", reply.text());
    };
    let reset = json!({"fault": "reset"});
    refused(json!({"where": {"operation": "approveAcessRequest"}, "then": reset}), 404, "`approveAccessRequest`").await;
    refused(json!({"where": {"vendor": "gripp"}, "then": reset}), 404, "did you mean `grip`?").await;
    refused(
        json!({"where": {"vendor": "grip", "operation": "approveAccessRequest"}, "then": reset}),
        404,
        "no operation",
    )
    .await;
    refused(json!({"then": {"fault": "status", "status": 204}}), 400, "204 is no refusal").await;
    refused(json!({"then": {"fault": "fire"}}), 400, "fire").await;
    refused(json!({}), 400, "delay").await;
    assert_eq!(stage.get(FAULTS).await.json(), json!({"faults": []}));
    let nonsense = stage.get("/grip/saas").header("prefer", "code=200").await.status(400);
    assert_eq!(nonsense.header("x-rolecall-warning"), "Prefer: 200 is no refusal: a status from 400 to 599 is wanted");
    stage.get("/grip/saas").header("access-token", "x").header("prefer", "respond-async").await.status(200);
}

#[tokio::test]
async fn a_rule_knows_the_caller_and_the_hour() {
    let stage = Stage::new();
    let token = async |person: &str| {
        let wanted = json!({"vendor": "sailpoint", "person": person});
        let minted = stage.post("/_rolecall/tenants/mia/tokens").json(wanted).await.status(200).json();
        minted["token"].as_str().unwrap().to_owned()
    };
    let (mia, raj) = (token("mia.chen").await, token("raj.patel").await);
    let pending = |token: &str| stage.get("/v3/access-request-approvals/pending").tenant("mia").bearer(token);
    let window = json!({"from": "2026-01-06T09:00:00Z", "until": "2026-01-07T09:00:00Z"});
    stage
        .fault(json!({"where": {"caller": "mia.chen"}, "when": window, "then": {"fault": "status", "status": 500}}))
        .await;
    let settings = json!({"tokenClock": "wall"});
    stage.patch("/_rolecall/tenants/mia/settings").json(settings).await.status(200);
    for (expected, by) in [(200, "PT0S"), (500, "P1D"), (200, "P1D")] {
        stage.post("/_rolecall/tenants/mia/clock/advance").json(json!({"by": by})).await.status(200);
        pending(&mia).await.status(expected);
        pending(&raj).await.status(200);
    }
    for person in ["mia.chen", "raj.patel"] {
        let kept = stage.get(&format!("/_rolecall/tenants/mia/journal?caller={person}&status=200")).await.json();
        assert_eq!(kept["total"], if person == "mia.chen" { 2 } else { 3 }, "{person}");
    }
}

#[tokio::test]
async fn a_stale_reading_sees_an_older_world_and_nobody_else_does() {
    let stage = Stage::toy();
    let ask = async || {
        let step = json!({"vendor": "toy", "step": {"step": "ask", "person": "mia.chen"}});
        stage.post("/_rolecall/tenants/mia/steps").json(step).await.status(200);
    };
    ask().await;
    ask().await;
    let count = |reply: &Reply| reply.json().as_array().unwrap().len();
    let stale = async |back: u64| {
        let reply = stage.get("/t/mia/toy/tickets").header("prefer", &format!("stale={back}")).await.status(200);
        count(&reply)
    };
    assert_eq!(count(&stage.tickets().await), 2);
    assert_eq!((stale(1).await, stale(2).await, stale(99).await, stale(0).await), (1, 0, 0, 2));
    assert_eq!(count(&stage.tickets().await), 2);
}

/// What the requests of a test do; places instead of ids.
#[derive(Clone, Debug)]
enum Act {
    List,
    Ask,
    End(usize),
    Boom,
    Nowhere,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::List),
        4 => Just(Act::Ask),
        3 => (0_usize..4).prop_map(Act::End),
        1 => Just(Act::Boom),
        1 => Just(Act::Nowhere),
    ]
}

fn effect() -> impl Strategy<Value = Value> {
    let (performed, kind) = (any::<bool>(), 0_usize..9);
    (performed, kind, 400_u16..600, 0_u64..4).prop_map(|(performed, kind, status, back)| match kind {
        0 => json!({"fault": "status", "status": status, "performed": performed}),
        1 => json!({"fault": "reset", "performed": performed}),
        2 => json!({"fault": "emptyReply", "performed": performed}),
        3 => json!({"fault": "resetInBody"}),
        4 => json!({"fault": "truncate"}),
        5 => json!({"fault": "malformed"}),
        6 => json!({"fault": "emptyBody"}),
        7 => json!({"fault": "drip", "bytes": 50, "every": 0}),
        _ => json!({"fault": "stale", "back": back}),
    })
}

/// What a request asks for itself, over and above the rules.
fn preference() -> impl Strategy<Value = Option<&'static str>> {
    const ASKED: [&str; 7] = ["code=503", "reset", "truncate", "malformed", "stale=2", "delay=1", "nonsense=1"];
    prop_oneof![3 => Just(None), 1 => prop::sample::select(&ASKED[..]).prop_map(Some)]
}

fn rule() -> impl Strategy<Value = Value> {
    let place = prop_oneof![
        Just(json!({})),
        Just(json!({"operation": "ask"})),
        Just(json!({"operation": "listTickets"})),
        Just(json!({"method": "DELETE"})),
        Just(json!({"path": "/tickets*"})),
    ];
    let when = prop_oneof![
        Just(json!({})),
        (1_u64..4).prop_map(|every| json!({"every": every})),
        (1_u64..4, 0_u64..3).prop_map(|(next, after)| json!({"next": next, "after": after})),
        Just(json!({"chance": 0.5})),
    ];
    let delay = prop_oneof![3 => Just(Value::Null), 1 => Just(json!({"uniform": {"from": 0, "to": 1}}))];
    (place, when, delay, effect())
        .prop_map(|(place, when, delay, then)| json!({"where": place, "when": when, "delay": delay, "then": then}))
}

/// Sends a request of the script in a tenant; the ids of tickets come from the world itself.
async fn play(stage: &Stage, tenant: &str, act: &Act, prefer: Option<&str>) {
    let world = stage.app.site().tenants().get_or_fork(tenant).unwrap().read();
    let tickets = &world.estate::<crate::common::toy::Shop>().tickets;
    let (method, path, body) = match act {
        Act::List => (Method::GET, "/tickets".to_owned(), Value::Null),
        Act::Ask => (Method::POST, "/tickets".to_owned(), json!(lacking(world.company(), "ann"))),
        Act::End(place) => match tickets.iter().nth(*place) {
            Some(ticket) => (Method::DELETE, format!("/tickets/{}", ticket.id), Value::Null),
            None => (Method::DELETE, "/tickets/00000000-0000-4000-8000-000000000000".to_owned(), Value::Null),
        },
        Act::Boom => (Method::GET, "/boom".to_owned(), Value::Null),
        Act::Nowhere => (Method::GET, "/toys/v1/nowhere".to_owned(), Value::Null),
    };
    let mut request = Request::builder().method(method).uri(format!("/t/{tenant}/toy{path}"));
    if let Some(prefer) = prefer {
        request = request.header("prefer", prefer);
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = stage.app.router().oneshot(request).await.unwrap();
    // An answer that a fault cut off has no end; that is not what is asked here.
    let _ = to_bytes(response.into_body(), usize::MAX).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A request that no fault kept from its vendor has done what it would have done without any;
    /// one that was kept from it has done nothing. Whatever else happens to it changes no world.
    #[test]
    fn no_fault_changes_a_world_that_its_command_did_not(
        rules in prop::collection::vec(rule(), 0..5),
        acts in prop::collection::vec((act(), preference()), 1..14),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let founding = Founding { seed: tiny_seed(), ..founding() };
        let stage = Stage::of(founding, vec![Box::new(Toy)]);
        runtime.block_on(async {
            for rule in &rules {
                let mut rule = rule.clone();
                rule.as_object_mut().unwrap().retain(|_, value| !value.is_null());
                stage.fault(rule).await;
            }
            for (act, prefer) in &acts {
                let before = stage.app.site().tenants().get_or_fork("mia").unwrap().read();
                play(&stage, "mia", act, *prefer).await;
                let after = stage.app.site().tenants().get("mia").unwrap().read();
                let journal = stage.get("/_rolecall/tenants/mia/journal?limit=1").await.json();
                let exchange = &journal["exchanges"][0];
                let fault = exchange["fault"]["effect"].as_str().unwrap_or("none");
                let skipped = matches!(fault, "status" | "reset" | "emptyReply")
                    && exchange["commands"] == json!([]);
                let is_same = std::sync::Arc::ptr_eq(&before, &after);
                assert_eq!(exchange["revisions"]["after"], after.revision());
                // Every revision is that of a command which was not refused; without one it is the very same world.
                let commands = exchange["commands"].as_array().unwrap();
                let performed = commands.iter().filter(|command| command["refused"] == false).count() as u64;
                assert_eq!(after.revision() - before.revision(), performed, "{exchange}");
                assert_eq!(is_same, performed == 0, "{exchange}");
                if skipped {
                    assert!(is_same, "{exchange}");
                }
                // Without the fault, the clean tenant does the same.
                if !skipped {
                    play(&stage, "clean", act, None).await;
                }
            }
        });
        let export = |tenant: &str| {
            let world = stage.app.site().tenants().get_or_fork(tenant).unwrap().read();
            serde_json::to_string(&rolecall::world::Export(&world)).unwrap()
        };
        prop_assert_eq!(export("mia"), export("clean"));
    }
}

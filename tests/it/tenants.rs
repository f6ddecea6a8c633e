//! Whose is a request? And what the rim does with it on the way.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use rolecall::app::{App, Founding, FoundingError};
use rolecall::http::Bound;
use rolecall::kernel::{Clock, Span};
use rolecall::world::Forgotten;
use serde_json::json;

use crate::common::toy::{Toy, lacking};
use crate::common::{Stage, founding, quiet_seed};

impl Stage {
    /// Asks for something on behalf of Mia, in whatever tenant the path or the header names.
    async fn ask(&self, path: &str, tenant: Option<&str>) {
        let world = self.app.site().tenants().base().clone();
        let wanted = lacking(world.company(), "mia.chen");
        let call = self.post(path).json(serde_json::to_value(wanted).unwrap());
        let call = if let Some(tenant) = tenant { call.tenant(tenant) } else { call };
        call.await.status(201);
    }

    async fn tickets_of(&self, tenant: &str) -> usize {
        self.get(&format!("/t/{tenant}/toy/tickets")).await.status(200).json().as_array().unwrap().len()
    }
}

#[tokio::test]
async fn a_tenant_is_named_by_path_header_host_or_credential_and_sees_no_other() {
    let stage = Stage::toy();
    stage.ask("/t/by-path/toy/tickets", None).await;
    stage.ask("/tickets", Some("by-header")).await;
    stage.ask("/toy/tickets", None).await;
    let wanted = serde_json::to_value(lacking(stage.app.site().tenants().base().company(), "mia.chen")).unwrap();
    stage.post("/tickets").header("host", "by-host.toy.example:8443").json(wanted.clone()).await.status(201);
    stage.post("/toys/v1/tickets").bearer("toy.by-token.mia.chen").json(wanted).await.status(201);
    for tenant in ["by-path", "by-header", "default", "by-host", "by-token"] {
        assert_eq!(stage.tickets_of(tenant).await, 1, "{tenant}");
    }
    assert_eq!(stage.tickets_of("nobody").await, 0);
    assert_eq!(stage.app.site().tenants().all().len(), 6);
}

#[tokio::test]
async fn the_path_wins_over_the_header_and_the_header_over_the_credential() {
    let stage = Stage::toy();
    let number = |reply: crate::common::Reply| reply.header("x-toy-number").to_owned();
    stage.get("/t/one/toy/tickets").tenant("two").bearer("toy.three.mia").await.status(200);
    stage.get("/tickets").tenant("two").bearer("toy.three.mia").await.status(200);
    let names: Vec<_> = stage.app.site().tenants().all().iter().map(|tenant| tenant.name().to_string()).collect();
    assert_eq!(names, ["one", "two"]);
    assert_eq!(number(stage.get("/t/one/toy/tickets").await), "2");
    assert_eq!(number(stage.get("/t/two/toy/tickets").await), "2");
}

#[tokio::test]
async fn a_path_that_one_vendor_owns_needs_no_prefix_and_a_bound_port_owns_them_all() {
    let stage = Stage::toy();
    stage.get("/tickets").await.status(200);
    stage.get("/toys/v1/tickets").await.status(200);
    stage.get("/t/x/tickets").await.status(200);
    let lost = stage.get("/ticketsandmore").await.status(404).json();
    assert_eq!(lost["vendors"][0]["roots"], json!(["/tickets", "/toys/v1"]));
    let bound = stage.get("/ticketsandmore").extension(Bound("toy")).await.status(404);
    assert_eq!(bound.json()["toy"], "NotFound");
    stage.get("/").await.status(200);
    stage.get("/_rolecall/health").extension(Bound("toy")).await.status(200);
}

#[tokio::test]
async fn each_refusal_of_the_rim_is_in_the_vendors_words() {
    let stage = Stage::toy();
    let toy = |reply: crate::common::Reply| reply.json()["toy"].as_str().unwrap().to_owned();
    assert_eq!(toy(stage.get("/toy/nothing").await.status(404)), "NotFound");
    assert_eq!(toy(stage.put("/toy/tickets").await.status(405)), "MethodNotAllowed");
    assert_eq!(toy(stage.get("/toy/boom").await.status(500)), "Broken");
    assert_eq!(toy(stage.post("/toy/echo").body(vec![b'x'; (4 << 20) + 1]).await.status(413)), "BodyTooLarge");
    let name = "x".repeat(65);
    assert!(toy(stage.get("/toy/tickets").tenant(&name).await.status(404)).starts_with("NoTenant"));
    stage.post("/toy/echo").body(vec![b'x'; 4 << 20]).await.status(200);
}

#[tokio::test]
async fn a_get_is_remembered_until_the_next_commit() {
    let stage = Stage::toy();
    let before = stage.get("/tickets").await.status(200);
    assert_eq!(stage.get("/tickets").await.status(200).body, before.body);
    stage.ask("/tickets", None).await;
    assert_ne!(stage.get("/tickets").await.status(200).body, before.body);
}

#[tokio::test]
async fn every_answer_says_what_hour_it_is() {
    let stage = Stage::toy();
    assert_eq!(
        stage.get("/tickets").await.headers["x-rolecall-now"],
        HeaderValue::from_static("2026-01-05T09:00:00.000Z")
    );
}

#[tokio::test]
async fn links_lead_back_to_where_the_client_came_in() {
    let stage = Stage::toy();
    stage.ask("/t/x/tickets", None).await;
    let id = stage.get("/t/x/toy/tickets").await.json()[0]["id"].as_str().unwrap().to_owned();
    let link = stage.get(&format!("/t/x/toy/tickets/{id}")).header("host", "sim:4420").await.json();
    assert_eq!(link["self"], format!("http://sim:4420/t/x/toy/tickets/{id}"));
    let public = Founding { public_url: Some("https://sim.example/".into()), seed: quiet_seed(), ..founding() };
    let stage = Stage::of(public, vec![Box::new(Toy)]);
    stage.ask("/t/x/tickets", None).await;
    let link = stage.get(&format!("/t/x/toy/tickets/{id}")).header("host", "sim:4420").await.json();
    assert_eq!(link["self"], format!("https://sim.example/t/x/toy/tickets/{id}"));
}

#[test]
fn vendors_that_could_meet_do_not_start() {
    let wall = std::sync::Arc::new(rolecall::kernel::OsWall);
    let founding = Founding { seed: quiet_seed(), ..founding() };
    let twins = App::found(&founding, vec![Box::new(Toy), Box::new(Toy)], wall);
    assert!(matches!(twins.err(), Some(FoundingError::Collision(_))));
}

/// A request may find a tenant, and be overtaken by one that makes it go: it belongs to the next of that name then.
#[tokio::test]
async fn who_was_overtaken_by_a_tenants_end_looks_at_the_next_one() {
    let stage = Stage::of(Founding { max_tenants: 1, seed: quiet_seed(), ..founding() }, vec![Box::new(Toy)]);
    let tenants = stage.app.site().tenants();
    for forget in ["evicted", "deleted"] {
        let found = tenants.get_or_fork("first").unwrap();
        assert!(found.look_if_known().await.is_ok());
        match forget {
            "evicted" => drop(stage.get("/t/second/toy/tickets").await.status(200)),
            _ => drop(stage.delete("/_rolecall/tenants/first").await.status(204)),
        }
        assert_eq!(found.look_if_known().await.err(), Some(Forgotten), "{forget}");
        found.look().await;
        let (next, _) = tenants.look("first").await.unwrap();
        assert!(!Arc::ptr_eq(&found, &next), "{forget}");
    }
}

#[tokio::test]
async fn past_the_cap_the_idlest_goes_and_never_one_that_was_named() {
    let stage = Stage::of(Founding { max_tenants: 2, seed: quiet_seed(), ..founding() }, vec![Box::new(Toy)]);
    stage.post("/_rolecall/tenants").json(json!({"name": "named"})).await.status(201);
    stage.get("/t/first/toy/tickets").await.status(200);
    stage.get("/t/second/toy/tickets").await.status(200);
    let names = stage.get("/_rolecall/tenants").await.json();
    let names: Vec<_> = names["tenants"].as_array().unwrap().iter().map(|tenant| tenant["name"].clone()).collect();
    assert_eq!(names, ["named", "second"]);
    stage.post("/_rolecall/tenants").json(json!({"name": "another"})).await.status(201);
    stage.get("/t/third/toy/tickets").await.status(404);
    stage.post("/_rolecall/tenants").json(json!({"name": "one-more"})).await.status(507);
}

#[tokio::test]
async fn on_a_running_clock_timers_fire_though_nobody_calls() {
    let running = Founding { clock: Clock::at_rate(60.0), seed: quiet_seed(), ..founding() };
    let stage = Stage::of(running, vec![Box::new(Toy)]);
    let tenants = stage.app.site().tenants();
    assert_eq!(stage.app.site().settle().await, None);
    stage.ask("/t/x/tickets", None).await;
    // Whoever sleeps until the next timer hears that there is one now.
    tokio::time::timeout(Duration::from_secs(5), tenants.stirred()).await.unwrap();
    assert_eq!(stage.app.site().settle().await, Some(Duration::from_secs(60)));
    stage.wall.pass(Span::seconds(60));
    let before = tenants.get("x").unwrap().read().revision();
    assert_eq!(stage.app.site().settle().await, Some(Duration::from_secs(48 * 60)));
    assert_eq!(tenants.get("x").unwrap().read().revision(), before + 1);
}

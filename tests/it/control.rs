//! The plane under `/_rolecall`.

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use rolecall::app::{ConfigLine, Guard, Lobby};
use rolecall::kernel::Span;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::common::Stage;

const MIA: &str = "/_rolecall/tenants/mia";

impl Stage {
    async fn do_step(&self, step: Value) -> Value {
        let step = json!({"vendor": "toy", "step": step});
        self.post(&format!("{MIA}/steps")).json(step).await.status(200).json()
    }
    async fn ask_as_mia(&self) -> String {
        let done = self.do_step(json!({"step": "ask", "person": "mia.chen"})).await;
        done["result"]["ticket"].as_str().unwrap().to_owned()
    }
    async fn statuses(&self) -> Vec<Value> {
        let tickets = self.get("/t/mia/toy/tickets").await.status(200).json();
        tickets.as_array().unwrap().iter().map(|ticket| ticket["status"].clone()).collect()
    }
    async fn advance(&self, by: &str) -> Value {
        self.post(&format!("{MIA}/clock/advance")).json(json!({"by": by})).await.status(200).json()
    }
}

fn names(list: &Value, field: &str) -> Vec<String> {
    let names = list.as_array().unwrap().iter().map(|row| row[field].as_str().unwrap().to_owned());
    names.collect()
}

#[tokio::test]
async fn it_says_how_the_process_is_and_what_it_plays() {
    let stage = Stage::toy();
    assert_eq!(stage.get("/_rolecall/health").await.status(200).json(), json!({"status": "ok"}));
    assert_eq!(stage.get("/_rolecall/ready").await.status(200).json(), json!({"status": "ready"}));
    let own = stage.get("/_rolecall/openapi.json").await.status(200).json();
    assert_eq!(own["openapi"], "3.1.0");
    assert_eq!(stage.get("/_rolecall/openapi/toy.json").await.status(200).json(), json!({"openapi": "3.1.0"}));
    let vendors = stage.get("/_rolecall/vendors").await.status(200).json();
    let toy = &vendors["vendors"][0];
    assert_eq!(toy["name"], "toy");
    assert_eq!(toy["operations"][0], json!({"id": "listTickets", "method": "GET", "path": "/tickets"}));
    assert_eq!(toy["hops"], json!({"toy/give": "PT1H", "toy/end": "P2D", "toy/retry": "PT5S", "toy/spin": "atOnce"}));
    assert_eq!(toy["lifecycles"][0]["states"], json!(["Asked", "Given", "Ended"]));
    assert!(toy["lifecycles"][0]["mermaid"].as_str().unwrap().contains("Asked --> Given: Give"));
    stage.get("/_rolecall/metrics").await.status(200);
    stage.get("/_rolecall/tenants/?").await.status(200);
    stage.get("/_rolecall/").await.status(404);
}

#[tokio::test]
async fn it_answers_before_the_world_stands() {
    let lobby = Lobby::default();
    let status = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        lobby.router().oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!(status("/_rolecall/health").await, 200);
    assert_eq!(status("/_rolecall/ready").await, 503);
    assert_eq!(status("/tickets").await, 503);
    lobby.open(&Stage::toy().app);
    assert_eq!(status("/_rolecall/ready").await, 200);
    assert_eq!(status("/tickets").await, 200);
}

#[tokio::test]
async fn its_refusals_are_plain() {
    let stage = Stage::toy();
    let message = |reply: crate::common::Reply| reply.json()["error"]["message"].as_str().unwrap().to_owned();
    let code = |reply: crate::common::Reply| reply.json()["error"]["code"].as_str().unwrap().to_owned();
    assert_eq!(code(stage.get("/_rolecall/nothing").await.status(404)), "not_found");
    assert_eq!(code(stage.get("/_rolecall").await.status(404)), "not_found");
    assert_eq!(code(stage.delete("/_rolecall/health").await.status(405)), "method_not_allowed");
    assert_eq!(code(stage.delete(&format!("{MIA}/clock")).await.status(405)), "method_not_allowed");
    assert_eq!(code(stage.get("/_rolecall/tenants/a%20b").await.status(400)), "malformed");
    assert_eq!(code(stage.get(&format!("{MIA}/people?limits=3")).await.status(400)), "malformed");
    assert_eq!(code(stage.put(&format!("{MIA}/clock")).body("{").await.status(400)), "malformed");
    assert_eq!(
        code(stage.put(&format!("{MIA}/clock")).json(json!({"mode": "sideways"})).await.status(400)),
        "malformed"
    );
    assert_eq!(code(stage.post("/_rolecall/tenants").body(vec![b' '; (1 << 20) + 1]).await.status(413)), "too_large");
    let hint = message(stage.get("/_rolecall/openapi/toyy.json").await.status(404));
    assert_eq!(hint, "there is no vendor `toyy`; did you mean `toy`?");
    let hint = stage.put(&format!("{MIA}/pace")).json(json!({"toy/giev": "held"})).await.status(404);
    assert_eq!(message(hint), "there is no hop `toy/giev`; did you mean `toy/give`?");
}

#[tokio::test]
async fn a_token_guards_everything_but_health() {
    let mut stage = Stage::toy();
    stage.app.plane.guard = Some(Guard::new("hush"));
    let stage = Stage::playing(stage.app, stage.wall);
    stage.get("/_rolecall/health").await.status(200);
    stage.get("/_rolecall/ready").await.status(200);
    for wrong in ["", "hush!", "Hush"] {
        stage.get("/_rolecall/tenants").bearer(wrong).await.status(401);
    }
    let bare = stage.get("/_rolecall/nothing").await.status(401);
    assert_eq!(bare.header("www-authenticate"), "Bearer");
    stage.get("/_rolecall/tenants").bearer("hush").await.status(200);
    stage.get("/_rolecall/tenants").header("authorization", "bearer hush").await.status(200);
    stage.get("/tickets").await.status(200);
}

#[tokio::test]
async fn the_configuration_is_shown_with_its_sources() {
    let mut stage = Stage::toy();
    let line = ConfigLine { name: "port".into(), variable: "ROLECALL_PORT".into(), value: None, source: "default" };
    stage.app.plane.config = [line].into();
    let stage = Stage::playing(stage.app, stage.wall);
    let config = stage.get("/_rolecall/config").await.status(200).json();
    assert_eq!(config["config"][0]["source"], "default");
}

#[tokio::test]
async fn tenants_are_made_forked_reset_and_forgotten() {
    let stage = Stage::toy();
    stage.ask_as_mia().await;
    stage.post("/_rolecall/tenants").json(json!({"name": "fresh"})).await.status(201);
    stage.post("/_rolecall/tenants").json(json!({"name": "fresh"})).await.status(409);
    stage.post("/_rolecall/tenants").json(json!({"name": "a/b"})).await.status(400);
    let from = |tenant: &str| json!({"name": "copy", "from": {"tenant": tenant}});
    stage.post("/_rolecall/tenants").json(from("mai")).await.status(404);
    stage.post("/_rolecall/tenants").json(from("mia")).await.status(201);
    let fork = stage.post(&format!("{MIA}/fork")).json(json!({"name": "fork"})).await.status(201).json();
    assert_eq!((&fork["name"], &fork["revision"]), (&json!("fork"), &json!(2)));
    for (tenant, tickets) in [("fresh", 0), ("copy", 1), ("fork", 1), ("mia", 1)] {
        let list = stage.get(&format!("/t/{tenant}/toy/tickets")).await.json();
        assert_eq!(list.as_array().unwrap().len(), tickets, "{tenant}");
    }
    stage.post(&format!("{MIA}/reset")).await.status(200);
    assert_eq!(stage.statuses().await, [] as [Value; 0]);
    stage.post("/_rolecall/tenants/copy/reset").await.status(200);
    assert_eq!(stage.get("/t/copy/toy/tickets").await.json().as_array().unwrap().len(), 1);
    let tenants = stage.get("/_rolecall/tenants").await.json();
    assert_eq!(names(&tenants["tenants"], "name"), ["copy", "fork", "fresh", "mia"]);
    stage.delete("/_rolecall/tenants/copy").await.status(204);
    stage.delete("/_rolecall/tenants/copy").await.status(404);
}

#[tokio::test]
async fn a_forgotten_tenants_journal_does_not_pass_to_its_successor() {
    let stage = Stage::toy();
    stage.get("/t/mia/toy/tickets").await.status(200);
    stage.delete(MIA).await.status(204);
    assert_eq!(
        stage.get(&format!("{MIA}/journal")).await.json(),
        json!({"exchanges": [], "total": 0, "complete": true})
    );
    assert_eq!(stage.get("/t/mia/toy/tickets").await.header("x-toy-number"), "1");
}

#[tokio::test]
async fn snapshots_are_taken_restored_and_forgotten() {
    let stage = Stage::toy();
    let snapshots = format!("{MIA}/snapshots");
    stage.ask_as_mia().await;
    let taken = stage.post(&snapshots).json(json!({"name": "asked"})).await.status(201).json();
    assert_eq!(taken, json!({"name": "asked", "now": "2026-01-05T09:00:00.000000Z", "revision": 2}));
    stage.advance("P1D").await;
    assert_eq!(stage.statuses().await, ["given"]);
    let restored = stage.post(&format!("{snapshots}/asked/restore")).await.status(200).json();
    assert_eq!(restored["now"], "2026-01-05T09:00:00.000000Z");
    assert_eq!(stage.statuses().await, ["asked"]);
    stage.advance("PT1H").await;
    assert_eq!(stage.statuses().await, ["given"]);
    let listed = stage.get(&snapshots).await.json();
    assert_eq!(names(&listed["snapshots"], "name"), ["asked"]);
    let fork = json!({"name": "back", "snapshot": "asked"});
    stage.post(&format!("{MIA}/fork")).json(fork).await.status(201);
    assert_eq!(stage.get("/t/back/toy/tickets").await.json()[0]["status"], "asked");
    stage.post(&snapshots).json(json!({"name": "a/b"})).await.status(400);
    stage.delete(&format!("{snapshots}/asked")).await.status(204);
    stage.delete(&format!("{snapshots}/asked")).await.status(404);
    stage.post(&format!("{snapshots}/asked/restore")).await.status(404);
    for number in 0..32 {
        stage.post(&snapshots).json(json!({"name": number.to_string()})).await.status(201);
    }
    stage.post(&snapshots).json(json!({"name": "7"})).await.status(201);
    stage.post(&snapshots).json(json!({"name": "one-more"})).await.status(507);
}

#[tokio::test]
async fn the_clock_is_read_advanced_set_and_run_to_the_next_timer() {
    let stage = Stage::toy();
    let clock = format!("{MIA}/clock");
    let ticket = stage.ask_as_mia().await;
    let read = stage.get(&clock).await.status(200).json();
    assert_eq!(read["now"], "2026-01-05T09:00:00.000000Z");
    assert_eq!((&read["mode"], &read["rate"]), (&json!("frozen"), &Value::Null));
    assert_eq!(read["nextTimer"], "2026-01-05T10:00:00.000000Z");
    let advanced = stage.advance("PT30M").await;
    assert_eq!((&advanced["instants"], &advanced["to"]), (&json!(0), &json!("2026-01-05T09:30:00.000000Z")));

    let next = stage.post(&format!("{clock}/advance-to-next-timer")).await.status(200).json();
    assert_eq!(next["to"], "2026-01-05T10:00:00.000000Z");
    assert_eq!(names(&next["fired"][0]["events"], "name"), ["grant.given", "ticket.given"]);
    assert_eq!(next["fired"][0]["events"][1]["subject"], ticket.as_str());
    assert_eq!(next["fired"][0]["edges"], json!([{"machine": "ticket", "from": "Asked", "by": "Give", "to": "Given"}]));

    let set = json!({"to": "2026-01-07T10:00:00Z"});
    let set = stage.post(&format!("{clock}/set")).json(set).await.status(200).json();
    assert_eq!(names(&set["fired"][0]["events"], "name"), ["grant.ended", "ticket.ended"]);
    let to = json!({"to": "2026-01-08T00:00:00Z"});
    let to = stage.post(&format!("{clock}/advance")).json(to).await.status(200).json();
    assert_eq!((&to["from"], &to["stoppedEarly"]), (&json!("2026-01-07T10:00:00.000000Z"), &json!(false)));
    let idle = stage.post(&format!("{clock}/advance-to-next-timer")).await.status(200).json();
    assert_eq!(idle["to"], "2026-01-08T00:00:00.000000Z");

    let past = json!({"to": "2026-01-01T00:00:00Z"});
    stage.post(&format!("{clock}/set")).json(past.clone()).await.status(409);
    stage.post(&format!("{clock}/advance")).json(past).await.status(409);
    for wrong in [
        json!({}),
        json!({"by": "P1D", "to": "2027-01-01T00:00:00Z"}),
        json!({"by": "a day"}),
        json!({"by": "P9999999D"}),
    ] {
        stage.post(&format!("{clock}/advance")).json(wrong).await.status(400);
    }
    stage.post(&format!("{clock}/advance")).json(json!({"by": "-P1D"})).await.status(409);
}

#[tokio::test]
async fn a_running_clock_follows_the_wall_and_freezes_where_it_stands() {
    let stage = Stage::toy();
    let clock = format!("{MIA}/clock");
    stage.ask_as_mia().await;
    let run = json!({"mode": "running", "rate": 60});
    assert_eq!(stage.put(&clock).json(run).await.status(200).json()["rate"], 60.0);
    stage.wall.pass(Span::seconds(30));
    assert_eq!(stage.get(&clock).await.json()["now"], "2026-01-05T09:30:00.000000Z");
    stage.wall.pass(Span::seconds(31));
    assert_eq!(stage.statuses().await, ["given"]);
    let snapshot = stage.post(&format!("{MIA}/snapshots")).json(json!({"name": "s"})).await.json();
    assert_eq!(snapshot["now"], "2026-01-05T10:01:00.000000Z");
    let frozen = stage.put(&clock).json(json!({"mode": "frozen"})).await.status(200).json();
    assert_eq!(frozen["now"], "2026-01-05T10:01:00.000000Z");
    stage.wall.pass(Span::days(1));
    assert_eq!(stage.get(&clock).await.json()["now"], "2026-01-05T10:01:00.000000Z");
    for rate in [json!(0), json!(-1), json!(1e9)] {
        stage.put(&clock).json(json!({"mode": "running", "rate": rate})).await.status(400);
    }
}

#[tokio::test]
async fn paces_are_set_and_held_timers_are_fired_by_hand() {
    let stage = Stage::toy();
    let pace = format!("{MIA}/pace");
    assert_eq!(
        stage.get(&pace).await.json(),
        json!({"toy/give": "PT1H", "toy/end": "P2D", "toy/retry": "PT5S", "toy/spin": "atOnce"})
    );
    let held = json!({"toy/give": "held", "toy/end": "atOnce", "toy/retry": "held", "toy/spin": "PT0S"});
    assert_eq!(stage.put(&pace).json(held.clone()).await.status(200).json(), held);
    stage.ask_as_mia().await;
    assert_eq!(stage.advance("P30D").await["instants"], 0);
    let timers = stage.get(&format!("{MIA}/timers")).await.status(200).json();
    assert_eq!(timers["total"], 1);
    let timer = &timers["timers"][0];
    assert_eq!((&timer["vendor"], &timer["hop"], &timer["due"]), (&json!("toy"), &json!("toy/give"), &Value::Null));
    let fire = format!("{MIA}/timers/{}/fire", timer["id"]);
    let fired = stage.post(&fire).await.status(200).json();
    assert_eq!(names(&fired["events"], "name"), ["grant.given", "ticket.given", "grant.ended", "ticket.ended"]);
    stage.post(&fire).await.status(404);
    let usual = json!({"toy/give": null, "toy/end": "PT5M"});
    let set = json!({"toy/give": "PT1H", "toy/end": "PT5M", "toy/retry": "held", "toy/spin": "PT0S"});
    assert_eq!(stage.put(&pace).json(usual).await.json(), set);
    for wrong in ["-PT1H", "soon"] {
        stage.put(&pace).json(json!({"toy/give": wrong})).await.status(400);
    }
}

#[tokio::test]
async fn a_timer_that_breaks_is_set_aside_and_time_goes_on() {
    let stage = Stage::toy();
    stage.do_step(json!({"step": "break"})).await;
    stage.ask_as_mia().await;
    let advanced = stage.advance("PT1H").await;
    assert_eq!(names(&advanced["fired"][0]["events"], "name"), ["timer.broke", "grant.given", "ticket.given"]);
    let timers = stage.get(&format!("{MIA}/timers")).await.json();
    assert_eq!((&timers["timers"][0]["broken"], &timers["timers"][0]["due"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn a_timer_that_sets_itself_for_the_same_instant_comes_to_an_end() {
    let stage = Stage::toy();
    stage.do_step(json!({"step": "spin"})).await;
    stage.ask_as_mia().await;
    let advanced = stage.advance("PT2H").await;
    assert_eq!(names(&advanced["fired"][0]["events"], "name"), ["grant.given", "ticket.given", "timer.broke"]);
    assert_eq!(advanced["to"], "2026-01-05T11:00:00.000000Z");
}

#[tokio::test]
async fn switches_are_turned_one_by_one() {
    let stage = Stage::toy();
    let settings = format!("{MIA}/settings");
    let usual = json!({"auth": "lenient", "tokenClock": "virtual", "rateLimits": false});
    assert_eq!(stage.get(&settings).await.status(200).json(), usual);
    let turned = stage.patch(&settings).json(json!({"auth": "strict"})).await.status(200).json();
    assert_eq!(turned, json!({"auth": "strict", "tokenClock": "virtual", "rateLimits": false}));
    stage.patch(&settings).json(json!({"auht": "strict"})).await.status(400);
    let credentials = stage.get(&format!("{MIA}/credentials")).await.status(200).json();
    assert_eq!(credentials["credentials"]["toy"][0]["clientSecret"], "strict");
    assert_eq!(stage.get("/_rolecall/tenants/ada/settings").await.json(), usual);
}

#[tokio::test]
async fn people_are_found_and_tokens_minted_for_them() {
    let stage = Stage::toy();
    let people = format!("{MIA}/people");
    let all = stage.get(&people).await.status(200).json();
    assert_eq!((all["people"].as_array().unwrap().len(), all["total"].as_u64() > Some(300)), (100, true));
    let mia = stage.get(&format!("{people}?q=chen%20FINANCE")).await.status(200).json();
    assert_eq!((&mia["total"], &mia["people"][0]["slug"]), (&json!(1), &json!("mia.chen")));
    let page = stage.get(&format!("{people}?offset=1&limit=2")).await.json();
    assert_eq!(page["people"].as_array().unwrap()[..], all["people"].as_array().unwrap()[1..3]);
    let tokens = format!("{MIA}/tokens");
    for name in ["mia.chen", "Mia.Chen@acme.example", mia["people"][0]["id"].as_str().unwrap()] {
        let minted = stage.post(&tokens).json(json!({"vendor": "toy", "person": name})).await.status(200).json();
        let header = "Authorization: Bearer toy.mia.mia.chen";
        assert_eq!(minted, json!({"token": "toy.mia.mia.chen", "header": header, "expiresIn": 3600}));
    }
    let unknown = stage.post(&tokens).json(json!({"vendor": "toy", "person": "mia.chan"})).await.status(404).json();
    assert_eq!(unknown["error"]["message"], "there is no person `mia.chan`; did you mean `mia.chen`?");
    stage.post(&tokens).json(json!({"vendor": "tyo", "person": "mia.chen"})).await.status(404);
    let left = stage.app.site().tenants().base().clone();
    let left = left.company().people().iter().find(|person| !person.is_present()).unwrap().slug.clone();
    stage.post(&tokens).json(json!({"vendor": "toy", "person": left})).await.status(409);
}

#[tokio::test]
async fn steps_are_listed_and_performed_as_the_vendor_would() {
    let stage = Stage::toy();
    let steps = stage.get(&format!("{MIA}/steps")).await.status(200).json();
    assert_eq!(names(&steps["steps"]["toy"], "step"), ["ask", "end", "watch", "break", "spin"]);
    let ticket = stage.ask_as_mia().await;
    let ended = stage.do_step(json!({"step": "end", "ticket": ticket})).await;
    assert_eq!(names(&ended["events"], "name"), ["ticket.ended"]);
    let again = json!({"vendor": "toy", "step": {"step": "end", "ticket": ticket}});
    let again = stage.post(&format!("{MIA}/steps")).json(again).await.status(409).json();
    assert_eq!(again["error"]["message"], "refused: \"Longer(Ended)\"");
    let unknown = json!({"vendor": "toy", "step": {"step": "dance"}});
    stage.post(&format!("{MIA}/steps")).json(unknown).await.status(400);
}

#[tokio::test]
async fn events_come_by_the_page() {
    let stage = Stage::toy();
    stage.ask_as_mia().await;
    stage.advance("P3D").await;
    let events = format!("{MIA}/events");
    let all = stage.get(&events).await.status(200).json();
    let expected = ["ticket.asked", "grant.given", "ticket.given", "grant.ended", "ticket.ended"];
    assert_eq!(names(&all["events"], "name"), expected);
    assert_eq!(all["complete"], true);
    let second = &all["events"][1];
    assert_eq!((&second["by"], &second["cause"]), (&json!("toy"), &json!("timer")));
    let rest = stage.get(&format!("{events}?after={}&limit=2", second["sequence"])).await.json();
    assert_eq!(rest["events"].as_array().unwrap()[..], all["events"].as_array().unwrap()[2..4]);
}

#[tokio::test]
async fn events_are_streamed_from_where_the_reader_was() {
    let stage = Stage::toy();
    stage.ask_as_mia().await;
    let request = Request::get(format!("{MIA}/events/stream")).header("last-event-id", "0");
    let response = stage.app.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    stage.advance("PT1H").await;
    let mut body = response.into_body();
    let mut text = String::new();
    while text.matches("\n\n").count() < 3 {
        let frame = body.frame().await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
    }
    let names: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    assert_eq!(names, ["ticket.asked", "grant.given", "ticket.given"]);
    let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(data).unwrap()["name"], "ticket.asked");
}

#[tokio::test]
async fn the_journal_shows_what_fits_and_no_secret() {
    let stage = Stage::toy();
    stage.get("/t/mia/toy/tickets").bearer("hush").await.status(200);
    stage.post("/t/mia/toy/echo").form(&[("client_secret", "hush"), ("a", "b")]).await.status(200);
    stage.put("/t/mia/toy/tickets?x=1").await.status(405);
    stage.post("/t/mia/toys/v1/tickets").json(json!({})).await.status(400);
    let journal = format!("{MIA}/journal");
    let shown = stage.get(&journal).await.status(200);
    assert!(!shown.text().contains("hush"), "{}", shown.text());
    let exchanges = shown.json()["exchanges"].as_array().unwrap().clone();
    assert_eq!(exchanges.len(), 4);
    assert_eq!(exchanges[0]["operation"], "listTickets");
    assert_eq!(exchanges[2]["operation"], Value::Null);
    assert_eq!(
        (&exchanges[3]["operation"], &exchanges[3]["request"]["path"]),
        (&json!("ask"), &json!("/toys/v1/tickets"))
    );
    let numbers = async |query: &str| -> Vec<u64> {
        let found = stage.get(&format!("{journal}?{query}")).await.status(200).json();
        found["exchanges"].as_array().unwrap().iter().map(|exchange| exchange["number"].as_u64().unwrap()).collect()
    };
    for (query, expected) in [
        ("vendor=toy", &[1, 2, 3, 4][..]),
        ("method=put&status=200", &[]),
        ("operation=ask", &[4]),
        ("status=200", &[1, 2]),
        ("method=post", &[2, 4]),
        ("path=v1", &[4]),
        ("after=2", &[3, 4]),
        ("after=1&limit=1", &[2]),
        ("limit=1", &[4]),
        ("method=post&status=200", &[2]),
    ] {
        assert_eq!(numbers(query).await, expected, "{query}");
    }
    stage.delete(&journal).await.status(204);
    assert_eq!(stage.get(&journal).await.json(), json!({"exchanges": [], "total": 0, "complete": true}));
    assert_eq!(stage.get("/t/mia/toy/tickets").await.header("x-toy-number"), "5");
}

#[tokio::test]
async fn a_world_is_exported_and_imported_elsewhere() {
    let stage = Stage::toy();
    stage.ask_as_mia().await;
    let exported = stage.get(&format!("{MIA}/export")).await.status(200);
    stage.post("/_rolecall/tenants/copy/import").body(exported.body.clone()).await.status(200);
    let copy = stage.get("/_rolecall/tenants/copy/export").await.status(200);
    assert_eq!(copy.body, exported.body);
    stage.post("/_rolecall/tenants/copy/clock/advance").json(json!({"by": "PT1H"})).await.status(200);
    assert_eq!(stage.get("/t/copy/toy/tickets").await.json()[0]["status"], "given");
    let import = async |document: Value| {
        let refused = stage.post("/_rolecall/tenants/copy/import").json(document).await.status(400).json();
        refused["error"]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        import(json!({"format": "rolecall/0"})).await,
        "its format is `rolecall/0`; this version reads `rolecall/1`"
    );
    let mut strange = exported.json();
    strange["estates"]["grip"] = json!({});
    assert_eq!(import(strange).await, "there is no vendor `grip`");
    let mut strange = exported.json();
    strange["estates"]["toy"]["toys"] = json!([{}]);
    assert_eq!(import(strange).await, "toy has no table `toys`");
    let mut strange = exported.json();
    strange["company"]["people"][0]["kind"] = json!("robot");
    assert!(import(strange).await.starts_with("table `people`: unknown variant `robot`"));
}

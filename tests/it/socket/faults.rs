//! What a fault does to a connection, seen from the other end of it.

use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

use rolecall::kernel::clock::Stopwatch;
use serde_json::{Value, json};

use super::{Server, connect};

/// Where a reading of a few kilobytes is had.
const LIST: &str = "/grip/saas?limit=20";

/// What came over the wire until it ended, and how it ended.
struct Heard {
    bytes: Vec<u8>,
    end: Option<ErrorKind>,
    took: Duration,
}

impl Heard {
    fn head(&self) -> &str {
        let text = std::str::from_utf8(&self.bytes).unwrap();
        text.split_once("\r\n\r\n").map_or("", |(head, _)| head)
    }
    fn body(&self) -> &str {
        let text = std::str::from_utf8(&self.bytes).unwrap();
        text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }
    fn promised(&self) -> usize {
        let line = self.head().lines().find_map(|line| line.strip_prefix("Content-Length: "));
        line.unwrap().parse().unwrap()
    }
}

impl Server {
    fn hear(&self, method: &str, path: &str, headers: &str, body: &Value) -> Heard {
        let mut stream = connect(&self.address("control plane"));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let length = body.len();
        let watch = Stopwatch::start();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: sim\r\nAccess-Token: x\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut bytes = Vec::new();
        let end = stream.read_to_end(&mut bytes).err().map(|error| error.kind());
        Heard { bytes, end, took: watch.elapsed() }
    }

    fn prefer(&self, what: &str) -> Heard {
        self.hear("GET", LIST, &format!("Prefer: {what}\r\n"), &Value::Null)
    }

    fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let heard = self.hear(method, &format!("/_rolecall/tenants/default{path}"), "", body);
        serde_json::from_str(heard.body()).unwrap_or(Value::Null)
    }

    fn revision(&self) -> u64 {
        self.control("GET", "", &Value::Null)["revision"].as_u64().unwrap()
    }

    fn last_exchange(&self) -> Value {
        self.control("GET", "/journal?limit=1", &Value::Null)["exchanges"][0].clone()
    }
}

fn server() -> Server {
    Server::start(&["--port", "0", "--clock", "frozen"])
}

#[test]
fn a_connection_ends_as_it_is_told_to() {
    let server = server();
    let whole = server.hear("GET", LIST, "", &Value::Null);
    assert_eq!((whole.end, whole.body().len()), (None, whole.promised()));
    assert!(whole.body().len() > 1_000);

    let reset = server.prefer("fault=reset");
    assert_eq!((reset.end, reset.bytes.len()), (Some(ErrorKind::ConnectionReset), 0));
    let kept = server.last_exchange();
    assert_eq!((&kept["response"], &kept["fault"]["effect"]), (&Value::Null, &json!("reset")));

    let closed = server.prefer("fault=emptyReply");
    assert_eq!((closed.end, closed.bytes.len()), (None, 0));

    let cut = server.prefer("fault=resetInBody");
    assert_eq!((cut.end, cut.promised()), (Some(ErrorKind::ConnectionReset), whole.promised()));
    assert_eq!(cut.body(), &whole.body()[..whole.body().len().div_ceil(2)]);
    assert_eq!(server.last_exchange()["response"]["status"], 200);

    let truncated = server.prefer("fault=truncate");
    assert_eq!((truncated.end, truncated.promised()), (None, whole.promised()));
    assert_eq!(truncated.body().len(), whole.body().len().div_ceil(2));

    let malformed = server.prefer("fault=malformed");
    assert_eq!((malformed.end, malformed.body().len()), (None, malformed.promised()));
    assert!(serde_json::from_str::<Value>(malformed.body()).is_err());
    assert!(malformed.head().contains("Content-Type: application/json"), "{}", malformed.head());

    let empty = server.prefer("fault=emptyBody");
    assert_eq!((empty.end, empty.body(), empty.promised()), (None, "", 0));
    // None of that is remembered.
    assert_eq!(server.hear("GET", LIST, "", &Value::Null).body(), whole.body());
}

#[test]
fn what_is_slow_is_slow_on_the_wall() {
    let server = server();
    let held_up = server.prefer("delay=300");
    assert!(held_up.took >= Duration::from_millis(300), "{:?}", held_up.took);
    assert!(held_up.head().starts_with("HTTP/1.1 200"), "{}", held_up.head());
    assert!(held_up.head().contains("Preference-Applied: delay=300"), "{}", held_up.head());

    let rule = json!({"where": {"operation": "listSaas"}, "then": {"fault": "drip", "bytes": 1000, "every": 40}});
    server.control("POST", "/faults", &rule);
    let dripped = server.hear("GET", LIST, "", &Value::Null);
    let drops = u32::try_from(dripped.promised().div_ceil(1_000)).unwrap();
    assert_eq!((dripped.end, dripped.body().len()), (None, dripped.promised()));
    assert!(dripped.took >= Duration::from_millis(40) * (drops - 1), "{:?} for {drops} drops", dripped.took);
    assert!(serde_json::from_str::<Value>(dripped.body()).is_ok());
}

#[test]
fn a_client_that_goes_away_is_in_the_journal() {
    let server = server();
    let mut stream = connect(&server.address("control plane"));
    write!(stream, "GET {LIST} HTTP/1.1\r\nHost: sim\r\nAccess-Token: x\r\nPrefer: delay=1500\r\n\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert!(stream.read(&mut [0; 16]).is_err());
    drop(stream);
    let watch = Stopwatch::start();
    while server.last_exchange().is_null() && watch.elapsed() < Duration::from_secs(5) {
        std::thread::yield_now();
    }
    let kept = server.last_exchange();
    assert_eq!((&kept["response"], &kept["fault"]["delayMillis"]), (&Value::Null, &json!(1500)));
    assert!(kept["micros"].as_u64().unwrap() < 1_500_000, "{kept}");
}

#[test]
fn a_lost_answer_is_not_a_lost_command_and_the_other_way_round() {
    let server = server();
    let apps = server.hear("GET", LIST, "", &Value::Null);
    let apps: Value = serde_json::from_str(apps.body()).unwrap();
    let path = format!("/grip/saas/{}/label", apps[0]["id"].as_str().unwrap());
    let label = |name: &str, prefer: &str| {
        server.hear("POST", &path, &format!("Prefer: {prefer}\r\n"), &json!({"label": name}));
    };
    let before = server.revision();
    for prefer in ["fault=reset", "fault=emptyReply", "code=503", "code=429, retry-after=2"] {
        label("never", prefer);
        assert_eq!(server.revision(), before, "{prefer}");
    }
    for (made, prefer) in (1..).zip(["fault=reset, performed", "fault=truncate", "code=504, performed"]) {
        label(&format!("label{made}"), prefer);
        assert_eq!(server.revision(), before + made, "{prefer}: {}", server.last_exchange());
        assert_eq!(server.last_exchange()["revisions"], json!({"before": before + made - 1, "after": before + made}));
    }
}

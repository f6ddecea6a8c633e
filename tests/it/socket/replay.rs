//! `--journal FILE` and `rolecall replay FILE`, as two processes and a file.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Server, connect, rolecall};

const CLIENTS: usize = 6;
const TURNS: usize = 12;
const ANYBODY: &str = "Authorization: Bearer anybody\r\nContent-Type: application/json\r\n";
/// A role for Raj.
const WISH: &str = r#"{"requestedFor": ["5718e0c67c6649e4be801198e2efa7a8"], "requestType": "GRANT_ACCESS",
    "requestedItems": [{"type": "ROLE", "id": "a2b03afd450848969e5f8ed6ff26a5b5", "comment": "Covering for Ed"}]}"#;

/// A file that goes with the test.
struct Kept(PathBuf);

impl Kept {
    fn named(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("rolecall-{name}-{}.jsonl", std::process::id())))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Server {
    fn recording(file: &Path, arguments: &[&str]) -> Self {
        let journal = ["--port", "0", "--journal", file.to_str().unwrap()];
        Self::start(&[&journal, arguments].concat())
    }

    /// Sends a request and reads whatever comes of it.
    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let mut stream = connect(&self.address("control plane"));
        let length = body.len();
        let _ = write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: sim\r\nAccess-Token: a-secret\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        let mut bytes = Vec::new();
        // A fault may have cut it off.
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What one of many clients does.
    fn visit(&self, client: usize) {
        for turn in 0..TURNS {
            match (client + turn) % 6 {
                0 => self.send("POST", "/_rolecall/tenants/default/clock/advance", "", r#"{"by":"PT5M"}"#),
                1 => self.send("GET", "/grip/saas?limit=3", "Prefer: code=503\r\n", ""),
                2 => self.send("GET", "/grip/saas?limit=3", "Prefer: reset\r\n", ""),
                3 => self.send("GET", "/grip/users?limit=5", "", ""),
                4 => self.send("POST", "/sailpoint/v3/access-requests", ANYBODY, WISH),
                _ => self.send(
                    "POST",
                    &format!("/t/own-{client}/sailpoint/oauth/token"),
                    "",
                    "grant_type=client_credentials",
                ),
            };
        }
    }
}

fn replayed(file: &Path) -> (Option<i32>, String) {
    let output = rolecall(&["replay", file.to_str().unwrap()]).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn what_many_clients_did_at_once_is_done_again_byte_for_byte() {
    let file = Kept::named("journal");
    let server = Server::recording(&file.0, &["--clock", "600", "--max-tenants", "4"]);
    std::thread::scope(|clients| {
        for client in 0..CLIENTS {
            let server = &server;
            clients.spawn(move || server.visit(client));
        }
    });
    let (_, code) = server.terminate();
    assert_eq!(code, Some(0));
    let written = std::fs::read_to_string(&file.0).unwrap();
    assert!(written.lines().count() > CLIENTS * TURNS, "{}", written.lines().count());
    assert!(written.contains("\"refused\":false"), "commands were performed");
    assert!(written.ends_with("{\"deed\":\"end\",\"lost\":0}\n"));
    assert!(written.contains("a-secret"), "a replay needs the credentials");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file.0).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "nobody else may read them");
    let (code, text) = replayed(&file.0);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("the same byte for byte"), "{text}");
}

#[test]
fn what_was_written_before_a_process_was_killed_is_replayed_up_to_the_first_difference() {
    let file = Kept::named("killed");
    let server = Server::recording(&file.0, &["--clock", "frozen"]);
    for _ in 0..5 {
        server.send("GET", "/grip/saas?limit=3", "", "");
    }
    let last = std::iter::repeat_with(|| std::fs::read_to_string(&file.0).unwrap());
    let is_written = |text: &String| text.matches("\"deed\":\"exchange\"").count() == 5;
    assert!(last.take(10_000).any(|text| is_written(&text)), "lines are written as they come");
    drop(server);
    // One byte of one answer is another, and the replay says which.
    let written = std::fs::read_to_string(&file.0).unwrap();
    let (place, _) = written.match_indices("\"status\":200").last().unwrap();
    let mut spoilt = written.into_bytes();
    spoilt[place + "\"status\":20".len()] = b'1';
    std::fs::write(&file.0, &spoilt).unwrap();
    let (code, text) = replayed(&file.0);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("in `/answer/status`"), "{text}");
    assert!(text.contains("recorded: ") && text.contains("replayed: "), "{text}");
}

#[test]
fn what_is_no_journal_is_no_replay() {
    let file = Kept::named("none");
    std::fs::write(&file.0, "{}\n").unwrap();
    let (code, text) = replayed(&file.0);
    assert_eq!(code, Some(1));
    assert!(text.contains("line 1 is none of a journal's"), "{text}");
    assert_eq!(replayed(Path::new("/nowhere")).0, Some(1));
    let refused = rolecall(&["--port", "0", "--journal", "/nowhere/at/all"]).output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the journal cannot be written"));
}

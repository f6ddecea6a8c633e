//! The few things that need a real process and real sockets.

mod faults;
#[cfg(unix)]
mod replay;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use rolecall::kernel::clock::Stopwatch;

const PATIENCE: Duration = Duration::from_secs(20);

/// A running server, ended with the test.
pub(super) struct Server {
    process: Child,
    /// Its start-up lines.
    lines: Vec<String>,
    _rest: BufReader<ChildStdout>,
}

impl Server {
    pub(super) fn start(arguments: &[&str]) -> Self {
        Self::run(rolecall(arguments))
    }

    fn run(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line| line != "Ready.") {
            let mut line = String::new();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "it ended early: {lines:?}");
            lines.push(line.trim_end().to_owned());
        }
        Self { process, lines, _rest: out }
    }

    /// The address after the label, as `host:port`.
    pub(super) fn address(&self, label: &str) -> String {
        let line = self.lines.iter().find(|line| line.starts_with(label)).unwrap();
        let url = line.split("://").nth(1).unwrap();
        url.split(['/', ' ']).next().unwrap().to_owned()
    }

    pub(super) fn get(&self, label: &str, path: &str) -> (u16, String) {
        let mut stream = connect(&self.address(label));
        write!(stream, "GET {path} HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n\r\n").unwrap();
        answer(stream)
    }

    /// Asks the process to end; how long that took, and how it ended.
    #[cfg(unix)]
    fn terminate(mut self) -> (Duration, Option<i32>) {
        let watch = Stopwatch::start();
        assert!(Command::new("kill").arg(self.process.id().to_string()).status().unwrap().success());
        let status = self.process.wait().unwrap();
        (watch.elapsed(), status.code())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(super) fn rolecall(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ROLECALL_")) {
        command.env_remove(name);
    }
    command.args(arguments).stderr(Stdio::piped());
    command
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut text = String::new();
    let _ = stream.read_to_string(&mut text);
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, text)
}

#[test]
fn port_zero_takes_a_free_port_and_prints_it() {
    let server = Server::start(&["--port", "0"]);
    assert_eq!(server.lines.last().map(String::as_str), Some("Ready."));
    assert_eq!(server.get("control plane", "/_rolecall/ready").0, 200);
    let port = server.address("control plane").rsplit_once(':').unwrap().1.to_owned();
    let health = rolecall(&["healthcheck", "--port", &port]).status().unwrap();
    assert!(health.success());
    let (status, config) = server.get("control plane", "/_rolecall/config");
    assert_eq!(status, 200);
    assert!(config.contains(r#"{"name":"port","variable":"ROLECALL_PORT","value":"0","source":"flag"}"#), "{config}");
    let (_, metrics) = server.get("control plane", "/_rolecall/metrics");
    assert!(metrics.contains("text/plain"), "{metrics}");
}

#[test]
fn flags_come_from_the_environment_too() {
    let mut command = rolecall(&["serve", "--auth", "strict"]);
    command.env("ROLECALL_PORT", "0").env("ROLECALL_CLOCK", "frozen").env("ROLECALL_RATE_LIMITS", "true");
    let server = Server::run(command);
    let (_, config) = server.get("control plane", "/_rolecall/config");
    let line = |name: &str, value: &str, source: &str| {
        let variable = format!("ROLECALL_{}", name.to_uppercase().replace('-', "_"));
        let line = format!(r#"{{"name":"{name}","variable":"{variable}","value":"{value}","source":"{source}"}}"#);
        assert!(config.contains(&line), "{line} in {config}");
    };
    line("auth", "strict", "flag");
    line("clock", "frozen", "environment");
    line("rate-limits", "true", "environment");
    line("max-tenants", "512", "default");
    let (_, settings) = server.get("control plane", "/_rolecall/tenants/a/settings");
    assert!(settings.contains(r#"{"auth":"strict","tokenClock":"virtual","rateLimits":true}"#), "{settings}");
}

#[cfg(unix)]
#[test]
fn it_ends_within_a_second_though_somebody_holds_the_line() {
    let server = Server::start(&["--port", "0"]);
    let silent = connect(&server.address("control plane"));
    let mut idle = connect(&server.address("control plane"));
    write!(idle, "GET /_rolecall/health HTTP/1.1\r\nHost: sim\r\n\r\n").unwrap();
    assert_ne!(idle.read(&mut [0; 512]).unwrap(), 0);
    let mut streaming = connect(&server.address("control plane"));
    write!(streaming, "GET /_rolecall/tenants/a/events/stream HTTP/1.1\r\nHost: sim\r\n\r\n").unwrap();
    assert_ne!(streaming.read(&mut [0; 512]).unwrap(), 0);
    let (took, code) = server.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(1), "{took:?}");
    drop((silent, idle, streaming));
}

#[cfg(unix)]
#[test]
fn an_idle_server_ends_at_once() {
    let server = Server::start(&["--port", "0"]);
    let mut idle = connect(&server.address("control plane"));
    write!(idle, "GET /_rolecall/health HTTP/1.1\r\nHost: sim\r\n\r\n").unwrap();
    assert_ne!(idle.read(&mut [0; 512]).unwrap(), 0);
    let (took, code) = server.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_millis(500), "{took:?}");
}

#[test]
fn each_vendor_may_have_a_port_of_its_own() {
    for vendor in rolecall::vendors::all() {
        let server = Server::start(&["--port", "0", "--listen", &format!("{}=127.0.0.1:0", vendor.name())]);
        let own = server.lines.iter().find(|line| line.ends_with("(a port of its own)")).unwrap();
        let address = own.split("http://").nth(1).unwrap().split(' ').next().unwrap();
        let mut stream = connect(address);
        write!(stream, "GET /nothing-of-ours HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n\r\n").unwrap();
        let (status, text) = answer(stream);
        assert!((400..500).contains(&status), "{text}");
        assert!(!text.contains("no vendor lives at"), "{text}");
    }
    let refused = rolecall(&["--port", "0", "--listen", "nobody=127.0.0.1:0"]).output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there is no vendor `nobody`"));
}

#[test]
fn a_body_that_is_too_large_is_refused_over_the_wire() {
    let server = Server::start(&["--port", "0"]);
    let mut stream = connect(&server.address("control plane"));
    let length = 2 << 20;
    write!(
        stream,
        "POST /_rolecall/tenants HTTP/1.1\r\nHost: sim\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    )
    .unwrap();
    // The server may answer and hang up before everything is sent.
    let _ = stream.write_all(&vec![b' '; length]);
    assert_eq!(answer(stream).0, 413);
}

#[test]
fn http_2_is_spoken_without_being_asked_twice() {
    let server = Server::start(&["--port", "0"]);
    let mut stream = connect(&server.address("control plane"));
    // The client's preface and an empty SETTINGS frame; the server answers with SETTINGS.
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).unwrap();
    assert_eq!(frame[3], 4);
}

#[test]
fn it_does_not_open_the_control_plane_to_strangers_by_accident() {
    let exposed = rolecall(&["--bind", "0.0.0.0", "--port", "0"]).output().unwrap();
    assert!(!exposed.status.success());
    assert!(String::from_utf8_lossy(&exposed.stderr).contains("--control-token"));
    let guarded = Server::start(&["--bind", "0.0.0.0", "--port", "0", "--control-token", "hush"]);
    assert_eq!(guarded.get("control plane", "/_rolecall/health").0, 200);
    assert_eq!(guarded.get("control plane", "/_rolecall/tenants").0, 401);
    let config = guarded.get("control plane", "/_rolecall/config").1;
    assert!(!config.contains("hush"));
}

#[test]
fn time_passes_as_fast_as_it_is_told_to() {
    let server = Server::start(&["--port", "0", "--clock", "3600", "--start", "2026-01-05T09:00:00Z"]);
    let (status, clock) = server.get("control plane", "/_rolecall/tenants/a/clock");
    assert_eq!(status, 200);
    assert!(clock.contains(r#""mode":"running","rate":3600.0"#), "{clock}");
    assert!(clock.contains(r#""now":"2026-01-05T09:"#), "{clock}");
}

#[test]
fn a_world_is_carried_to_a_file_and_back() {
    let server = Server::start(&["--port", "0", "--clock", "frozen", "--control-token", "hush"]);
    let url = format!("http://{}", server.address("control plane"));
    let file = std::env::temp_dir().join(format!("rolecall-world-{}.json", std::process::id()));
    let run = |arguments: &[&str]| {
        let output = rolecall(arguments).args(["--url", &url, "--control-token", "hush"]).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let path = file.to_str().unwrap();
    let (fine, text) = run(&["snapshot", "save", path]);
    assert!(fine && text.ends_with("the world of default\n"), "{text}");
    let world: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(world["format"], "rolecall/1");
    let (fine, text) = run(&["snapshot", "load", path, "--tenant", "other"]);
    assert!(fine && text.contains("other stands at") && text.ends_with("revision 2\n"), "{text}");
    let (fine, text) = run(&["snapshot", "save", path, "--snapshot", "none"]);
    assert!(!fine && text.contains("there is no snapshot `none`"), "{text}");
    assert!(run(&["snapshot", "list"]).0);
    std::fs::write(&file, "{}").unwrap();
    let (fine, text) = run(&["snapshot", "load", path]);
    assert!(!fine && text.contains("it is not an export"), "{text}");
    std::fs::remove_file(&file).unwrap();
    let refused = rolecall(&["snapshot", "list", "--url", &url]).output().unwrap();
    assert!(!refused.status.success());
}

#[test]
fn the_subcommands_answer_and_leave() {
    let output = |arguments: &[&str]| {
        let output = rolecall(arguments).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/seed-data/acme");
    let (fine, text) = output(&["seed", "check", seed]);
    assert!(fine && text.ends_with("no mistakes\n"), "{text}");
    let (fine, text) = output(&["seed", "check", "/nowhere"]);
    assert!(!fine, "{text}");
    let (fine, text) = output(&["env", "nobody"]);
    assert!(!fine && text.contains("no vendor `nobody`"), "{text}");
    let (fine, text) = output(&["--clock", "sideways"]);
    assert!(!fine && text.contains("a rate lies between"), "{text}");
    assert!(output(&["routes"]).0);
    assert!(output(&["--version"]).0);
}

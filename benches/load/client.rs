//! A small HTTP/1.1 client: requests written beforehand, connections kept, bodies by their length.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rolecall::kernel::clock::Stopwatch;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// A whole request, as it goes over the wire.
pub type Written = Arc<[u8]>;

const BUFFER: usize = 256 << 10;

/// Writes a request down.
pub fn written(method: &str, path: &str, headers: &str, body: &str) -> Written {
    let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n{headers}");
    let body = match body {
        "" if method == "GET" => "\r\n".to_owned(),
        body => format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
    };
    (head + &body).into_bytes().into()
}

/// An answer, whole.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).map_err(Error::other)
    }
}

/// What the head of an answer says.
struct Head {
    status: u16,
    length: usize,
    body: usize,
}

impl Head {
    /// Reads it from the start of what has come so far; `None` while it is incomplete.
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let text = std::str::from_utf8(&bytes[..end]).ok()?;
        let length = text.lines().filter_map(|line| line.split_once(": "));
        let mut length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        Some(Self {
            status: text.split(' ').nth(1)?.parse().ok()?,
            length: length.next().map_or(Some(0), |(_, value)| value.parse().ok())?,
            body: end + 4,
        })
    }
}

/// One kept connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; BUFFER] })
    }

    /// Sends a request and hands out its answer, whatever the status.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        let (head, _) = self.exchange(request).await?;
        let text = String::from_utf8_lossy(&self.buffer[..head.body - 4]);
        let headers = text.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Answer { status: head.status, headers, body: self.buffer[head.body..][..head.length].to_vec() })
    }

    /// Sends a request that must succeed, and throws its answer away.
    pub async fn load(&mut self, request: &[u8]) -> Result<()> {
        let (head, filled) = self.exchange(request).await?;
        match head.status {
            200..300 => Ok(()),
            status => {
                let body = String::from_utf8_lossy(&self.buffer[head.body..filled]);
                let line = String::from_utf8_lossy(request.split(|byte| *byte == b'\r').next().unwrap_or_default());
                Err(Error::other(format!("{line}: {status} {body}")))
            }
        }
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<(Head, usize)> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let mut head = None;
        loop {
            match self.stream.read(&mut self.buffer[filled..]).await? {
                0 => return Err(Error::other("the server hung up")),
                more => filled += more,
            }
            if head.is_none() {
                head = Head::read(&self.buffer[..filled]);
            }
            if let Some(head) = head.take_if(|head| filled >= head.body + head.length) {
                return Ok((head, filled));
            }
            if filled == self.buffer.len() {
                self.buffer.resize(filled * 2, 0);
            }
        }
    }
}

/// What one lap over all connections took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lap {
    pub requests: usize,
    pub took: Duration,
    /// How many of the requests were readings, and how long their clients waited altogether.
    pub readings: (u32, Duration),
}

/// Sends every request of every script, each script on a connection of its own, one at a time.
pub async fn lap(address: SocketAddr, scripts: Vec<Vec<Written>>) -> Result<Lap> {
    let mut connections = Vec::new();
    for script in scripts {
        connections.push((Connection::open(address).await?, script));
    }
    let mut lap = Lap { requests: connections.iter().map(|(_, script)| script.len()).sum(), ..Lap::default() };
    let watch = Stopwatch::start();
    let mut running = JoinSet::new();
    for (mut connection, script) in connections {
        running.spawn(async move {
            let mut readings = (0, Duration::ZERO);
            for request in script {
                let waiting = Stopwatch::start();
                connection.load(&request).await?;
                if request.starts_with(b"GET") {
                    readings = (readings.0 + 1, readings.1 + waiting.elapsed());
                }
            }
            Ok::<_, Error>(readings)
        });
    }
    while let Some(readings) = running.join_next().await {
        let (count, waited) = readings.map_err(Error::other)??;
        lap.readings = (lap.readings.0 + count, lap.readings.1 + waited);
    }
    lap.took = watch.elapsed();
    Ok(lap)
}

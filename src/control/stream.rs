//! Large answers, written while they are sent.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::header;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::world::{Export, World};

/// How much is written before it is sent on.
const CHUNK: usize = 64 << 10;

/// A whole world as one JSON object.
pub fn exported(world: Arc<World>) -> Response {
    let (sender, receiver) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let mut chunks = io::BufWriter::with_capacity(CHUNK, Chunks(sender));
        if let Err(cause) = serde_json::to_writer(&mut chunks, &Export(&world)) {
            tracing::debug!(%cause, "nobody waited for the end of an export");
        }
    });
    let body = Body::from_stream(ReceiverStream::new(receiver));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Writes into a body that is sent meanwhile; blocks while the client is slower.
struct Chunks(mpsc::Sender<io::Result<Bytes>>);

impl io::Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! Somebody on this machine whom webhooks call: a real socket, with scripted answers.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a subscriber does when it is called.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Answers.
    With(u16, &'static str),
    /// Answers with JSON.
    Json(u16, Value),
    /// Never answers.
    Silence,
}

/// One call that came in.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
}

#[derive(Default)]
struct Desk {
    answers: Mutex<VecDeque<Answer>>,
    received: Mutex<Vec<Received>>,
}

/// A subscriber that listens on loopback until it is dropped.
pub struct Subscriber {
    address: SocketAddr,
    desk: Arc<Desk>,
    serving: JoinHandle<()>,
}

impl Subscriber {
    /// One that gives these answers in turn, and `200 {}` from then on.
    pub async fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let desk = Arc::new(Desk { answers: Mutex::new(answers.into_iter().collect()), ..Desk::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(receive).with_state(Arc::clone(&desk));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, desk, serving }
    }

    /// Where it is called.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it was told, the first one first.
    pub fn received(&self) -> Vec<Received> {
        self.desk.received.lock().clone()
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or_default();
    desk.received.lock().push(Received { path: uri.path().to_owned(), headers, body });
    let answer = desk.answers.lock().pop_front().unwrap_or(Answer::With(200, "{}"));
    match answer {
        Answer::With(status, body) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
        Answer::Json(status, body) => (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response(),
        Answer::Silence => std::future::pending().await,
    }
}

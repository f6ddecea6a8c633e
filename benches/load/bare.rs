//! The other side: an axum server that answers what Rolecall answered, from memory.

use std::io::{Read, Write, stdin, stdout};

use axum::Router;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::serve::ListenerExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use super::Failure;
use super::client::Answer;

/// One route and its one answer.
#[derive(Serialize, Deserialize)]
pub struct Line {
    method: String,
    route: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Line {
    /// The line that repeats `answer`.
    pub fn new(method: &str, route: &str, answer: &Answer) -> Self {
        let own = |name: &str| !["content-length", "date"].contains(&name);
        Self {
            method: method.to_owned(),
            route: route.to_owned(),
            status: answer.status,
            headers: answer.headers.iter().filter(|(name, _)| own(name)).cloned().collect(),
            body: String::from_utf8_lossy(&answer.body).into_owned(),
        }
    }

    fn route(self, router: Router) -> Result<Router, Failure> {
        let filter = MethodFilter::try_from(Method::from_bytes(self.method.as_bytes())?)?;
        let (status, body) = (StatusCode::from_u16(self.status)?, Bytes::from(self.body));
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        }
        let answer = move |_read: Bytes| async move { (status, headers, body).into_response() as Response };
        Ok(router.route(&self.route, on(filter, answer)))
    }
}

/// Serves the plan on standard input until somebody ends the process.
pub fn serve() -> Result<(), Failure> {
    let mut plan = String::new();
    stdin().read_to_string(&mut plan)?;
    let lines: Vec<Line> = serde_json::from_str(&plan)?;
    let router = lines.into_iter().try_fold(Router::new(), |router, line| line.route(router))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        writeln!(stdout(), "http://{}\nReady.", listener.local_addr()?)?;
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, router).await?;
        Ok(())
    })
}

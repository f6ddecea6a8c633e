//! With `ROLECALL_RECORD=dir`, everything that the vendors answered to the tests is appended to
//! `dir/<pid>.jsonl`, for the tool that holds it against the vendors' own documents.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};

use http::request::Parts;
use rolecall::app::App;
use rolecall::http::FrontDoor;
use serde_json::{Map, Value, json};

use super::Reply;

static LINES: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| {
    let folder = PathBuf::from(std::env::var_os("ROLECALL_RECORD")?);
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{}.jsonl", std::process::id()));
    Some(Mutex::new(OpenOptions::new().create(true).append(true).open(file).unwrap()))
});

/// A request that a vendor is about to answer.
pub struct Asked {
    vendor: &'static str,
    method: String,
    path: String,
    query: Option<String>,
}

impl Asked {
    /// The request, if it is for a vendor of the real world and somebody wants a record.
    pub fn of(app: &App, parts: &Parts) -> Option<Self> {
        LINES.as_ref()?;
        let (vendor, path) = FrontDoor::new(Arc::clone(app.site())).addressed(parts)?;
        if vendor == super::toy::NAME {
            return None;
        }
        Some(Self {
            vendor,
            method: parts.method.to_string(),
            path: path.to_owned(),
            query: parts.uri.query().map(str::to_owned),
        })
    }

    pub fn record(self, reply: &Reply) {
        let Some(lines) = LINES.as_ref() else { return };
        let headers = reply.headers.iter();
        let headers: Map<String, Value> =
            headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())).collect();
        let body = match reply.body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&reply.body).unwrap_or_else(|_| reply.text().into()),
        };
        let line = json!({
            "vendor": self.vendor,
            "method": self.method,
            "path": self.path,
            "query": self.query.unwrap_or_default(),
            "status": reply.status.as_u16(),
            "content_type": headers.get("content-type"),
            "response_headers": headers,
            "body": body,
        });
        // One write per line, so that lines of parallel tests never mix.
        lines.lock().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

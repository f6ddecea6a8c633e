//! Carries a tenant's world from a running server to a file, and back.

use std::fs::File;
use std::io::Write;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use super::Failure;
use crate::config::{Remote, SnapshotCommand};

/// Saves, loads or lists.
///
/// # Errors
/// When the server does not answer or refuses, or the file cannot be read or written.
pub fn snapshot(command: &SnapshotCommand, out: &mut impl Write) -> Result<(), Failure> {
    // Whoever installed one before us chose the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            SnapshotCommand::Save { file, snapshot, remote } => {
                let query: Vec<(&str, &String)> = snapshot.iter().map(|name| ("snapshot", name)).collect();
                let query = serde_urlencoded::to_string(query)?;
                let path = if query.is_empty() { "export".to_owned() } else { format!("export?{query}") };
                let mut answer = answered(asking(remote, |client, url| client.get(url), &path)?).await?;
                // Nobody finds half a world in the place of a whole one.
                let mut partial = file.clone().into_os_string();
                partial.push(".partial");
                let mut written = File::create(&partial)?;
                while let Some(chunk) = answer.chunk().await? {
                    written.write_all(&chunk)?;
                }
                written.sync_all()?;
                std::fs::rename(&partial, file)?;
                writeln!(out, "{}: the world of {}", file.display(), remote.tenant)?;
            }
            SnapshotCommand::Load { file, remote } => {
                let world = tokio::fs::read(file).await?;
                let put = asking(remote, |client, url| client.post(url).body(world), "import")?;
                let tenant: Value = answered(put).await?.json().await?;
                writeln!(out, "{} stands at {}, revision {}", remote.tenant, text(&tenant["now"]), tenant["revision"])?;
            }
            SnapshotCommand::List { remote } => {
                let list = asking(remote, |client, url| client.get(url), "snapshots")?;
                let list: Value = answered(list).await?.json().await?;
                for snapshot in list["snapshots"].as_array().into_iter().flatten() {
                    let (name, now) = (text(&snapshot["name"]), text(&snapshot["now"]));
                    writeln!(out, "{name:<32} {now} revision {}", snapshot["revision"])?;
                }
            }
        }
        Ok(())
    })
}

fn asking(
    remote: &Remote,
    ask: impl FnOnce(&Client, String) -> RequestBuilder,
    path: &str,
) -> Result<RequestBuilder, Failure> {
    let client = Client::builder().no_proxy().build().or_else(|_| Client::builder().tls_certs_only([]).build())?;
    let url = format!("{}/_rolecall/tenants/{}/{path}", remote.url.trim_end_matches('/'), remote.tenant);
    let request = ask(&client, url);
    Ok(match &remote.control_token {
        Some(token) => request.bearer_auth(token),
        None => request,
    })
}

/// The answer, or the plane's own words when it refuses.
async fn answered(request: RequestBuilder) -> Result<Response, Failure> {
    let answer = request.send().await?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let refusal: Value = answer.json().await.unwrap_or_default();
    let why = refusal["error"]["message"].as_str().map_or_else(|| status.to_string(), str::to_owned);
    Err(why.into())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

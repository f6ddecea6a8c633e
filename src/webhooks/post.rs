//! One tenant's calls under way, and the one way in which a call is sent.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::timeout;
use url::{Host, Url};

use super::deliveries::Deliveries;
use super::{DenyList, Policy, Webhooks};
use crate::http::Sender;
use crate::http::journal::Headers;
use crate::kernel::clock::Stopwatch;
use crate::world::{Call, Outcome, Tenant};

/// The longest answer that is read, in bytes.
const ANSWER_MAX: usize = 1 << 20;

/// What is under way in one tenant, and what was.
#[derive(Default)]
pub(super) struct Post {
    pub deliveries: Deliveries,
    /// The rows that are under way, by address: a row is the same one as long as it is not
    /// written anew, whatever world it stands in.
    flying: Mutex<BTreeSet<usize>>,
    landed: Notify,
    landings: AtomicU64,
}

impl Post {
    /// The calls of a tenant that are not under way yet; now they are.
    pub fn take_off(&self, tenant: &Tenant) -> Vec<(&'static str, Arc<Call>)> {
        let mut flying = self.flying.lock();
        // Read behind the lock: a call that has landed is out of the world before it is out of here.
        tenant.read().calls().filter(|(_, call)| flying.insert(address(call))).collect()
    }

    /// A call is not under way any more. Its answer has been taken up.
    pub fn land(&self, call: &Arc<Call>) {
        self.flying.lock().remove(&address(call));
        self.landings.fetch_add(1, Ordering::Relaxed);
        self.landed.notify_waiters();
    }

    /// When the next call lands.
    pub fn landed(&self) -> Notified<'_> {
        self.landed.notified()
    }

    /// How many calls have landed.
    pub fn landed_count(&self) -> u64 {
        self.landings.load(Ordering::Relaxed)
    }
}

fn address(call: &Arc<Call>) -> usize {
    Arc::as_ptr(call).addr()
}

/// What was sent, and what came of it.
pub(super) struct Sent {
    pub took: Duration,
    pub request_headers: Headers,
    pub request_body: Bytes,
    pub response_headers: Headers,
    pub outcome: Outcome,
}

impl Default for Sent {
    fn default() -> Self {
        Self {
            took: Duration::ZERO,
            request_headers: Headers::default(),
            request_body: Bytes::new(),
            response_headers: Headers::default(),
            outcome: Outcome::Late,
        }
    }
}

/// Sends a call and waits for the answer, as long as the call's patience lasts.
pub(super) async fn send(webhooks: &Webhooks, tenant: &Tenant, vendor: &'static str, call: &Call) -> Sent {
    let mut sent = Sent::default();
    let Some(sealer) = webhooks.site.vendor(vendor) else {
        return Sent { outcome: Outcome::Failed(format!("there is no vendor `{vendor}`")), ..sent };
    };
    let base = webhooks.site.base(vendor, tenant.name());
    let world = tenant.read();
    let sealed = sealer.seal(call, &Sender { world: &world, tenant: tenant.name(), base: &base, wall: tenant.now() });
    sent.request_headers = Headers::masked(&sealed.headers);
    sent.request_body = sealed.body.clone();
    let failed = |why: String, sent: Sent| Sent { outcome: Outcome::Failed(why), ..sent };
    let url = match permitted(&call.message.url, &webhooks.policy.denied) {
        Ok(url) => url,
        Err(why) => return failed(why, sent),
    };
    let client = match webhooks.client() {
        Ok(client) => client,
        Err(why) => return failed(why.clone(), sent),
    };
    let patience = Duration::from_micros(call.message.patience.as_micros().unsigned_abs());
    let patience = webhooks.policy.patience.map_or(patience, |most| most.min(patience));
    let watch = Stopwatch::start();
    let request = client.post(url).headers(sealed.headers).body(sealed.body);
    let answered = timeout(patience, async {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), Headers::masked(response.headers()));
        Ok::<_, reqwest::Error>((status, headers, read(response).await?))
    });
    let answered = answered.await;
    sent.took = watch.elapsed();
    sent.outcome = match answered {
        Err(_) => Outcome::Late,
        Ok(Err(cause)) => Outcome::Failed(whole(&cause)),
        Ok(Ok((_, headers, None))) => {
            sent.response_headers = headers;
            Outcome::Failed(format!("the answer is longer than {ANSWER_MAX} bytes"))
        }
        Ok(Ok((status, headers, Some(body)))) => {
            sent.response_headers = headers;
            Outcome::Answered { status, body: String::from_utf8_lossy(&body).into_owned() }
        }
    };
    sent
}

/// The whole body; `None` when it is too long.
async fn read(mut response: reqwest::Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > ANSWER_MAX {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// An error with its causes, which is where the reason stands.
fn whole(cause: &reqwest::Error) -> String {
    let causes = std::iter::successors(Some(cause as &dyn std::error::Error), |cause| cause.source());
    let mut words: Vec<String> = causes.map(ToString::to_string).collect();
    words.dedup();
    words.join(": ")
}

fn permitted(url: &str, denied: &DenyList) -> Result<Url, String> {
    let url = Url::parse(url).map_err(|cause| format!("`{url}` is no URL: {cause}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{}` is neither http nor https", url.scheme()));
    }
    let denies = match url.host() {
        Some(Host::Domain(name)) => denied.denies_name(name),
        Some(Host::Ipv4(address)) => denied.denies_address(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => denied.denies_address(IpAddr::V6(address)),
        None => return Err("it names no host".to_owned()),
    };
    if denies { Err(format!("{} is on the deny list", url.host_str().unwrap_or_default())) } else { Ok(url) }
}

/// The client that every call goes through. It follows no redirects and knows no proxies: a
/// subscriber is called where it said, or not at all.
///
/// # Errors
/// When this machine cannot speak TLS.
pub fn client(policy: &Policy) -> Result<reqwest::Client, String> {
    // Whoever installed one before us chose the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || {
        reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("rolecall/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Permitted(policy.denied.clone()))
            .tls_danger_accept_invalid_certs(policy.any_certificate)
    };
    // A machine without any root certificates can still call whoever needs none.
    let client = builder().build().or_else(|_| builder().tls_certs_only([]).build());
    client.map_err(|cause| whole(&cause))
}

/// Looks names up, and hands out only addresses that may be called.
struct Permitted(DenyList);

impl Resolve for Permitted {
    fn resolve(&self, name: Name) -> Resolving {
        let denied = self.0.clone();
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let permitted: Vec<_> = found.into_iter().filter(|address| !denied.denies_address(address.ip())).collect();
            if permitted.is_empty() {
                return Err(format!("every address of {} is on the deny list", name.as_str()).into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

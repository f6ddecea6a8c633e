//! Where every request comes in, and what happens to it on the way.
//!
//! In this order: vendor and tenant are found (see `address`) and looked at, due time having passed; a rule
//! may strike; the body is read; the journal opens; a fault may hold the request up; a remembered answer is
//! looked for; the vendor's routes answer; a fault may spoil the answer; the journal closes.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use tower::ServiceExt;

use super::address::{Bound, Found, find, host};
use super::credentials::{Credentials, SECRET_HEADERS};
use super::faults::{Effect, Strike, deliver, hold_up};
use super::journal::Headers;
use super::line::Line;
use super::memo::{Answer, Question};
use super::mounted::Mounted;
use super::record::Record;
use super::recording::Asked;
use super::site::{Desk, Site};
use super::visit::Notes;
use super::{Exchange, ExchangeId, Lasting, Refusal, Visit};
use crate::kernel::clock::Stopwatch;
use crate::world::{Head, Sheet, Tenant};

/// The longest body that is read, in bytes.
pub const BODY_MAX: usize = 4 << 20;

const NOW_HEADER: HeaderName = HeaderName::from_static("x-rolecall-now");

/// In a request's extensions: it came in over TLS.
#[derive(Clone, Copy, Debug)]
pub struct Secured;

/// In a request's extensions: the number that it had when it was recorded.
#[derive(Clone, Copy, Debug)]
pub struct Numbered(pub u64);

/// In a request's extensions: the address that it came from. Calls within the process come from nowhere.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// A request, once it is known whose it is.
struct Arrival<'a> {
    mounted: &'a Mounted,
    tenant: Arc<Tenant>,
    /// How the tenant stood when it was met.
    head: Head,
    credentials: &'a Credentials,
    base: Arc<str>,
    path: String,
}

/// The door itself: a cheap handle to a [`Site`].
#[derive(Clone)]
pub struct FrontDoor {
    site: Arc<Site>,
}

impl FrontDoor {
    /// A door into `site`.
    pub fn new(site: Arc<Site>) -> Self {
        Self { site }
    }

    /// What lies behind the door.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The vendor that a request is for, and the path as that vendor's clients write it.
    pub fn addressed<'r>(&self, parts: &'r Parts) -> Option<(&'static str, &'r str)> {
        let found = find(&self.site.vendors, parts)?;
        Some((self.site.vendors[found.vendor].vendor.name(), found.path))
    }

    /// Answers a request for a vendor; `Err` hands back one that is for none.
    ///
    /// # Errors
    /// The request, when no vendor owns its path.
    pub async fn answer(&self, request: Request<Body>) -> Result<Response, Request<Body>> {
        let (parts, body) = request.into_parts();
        let Some(found) = find(&self.site.vendors, &parts) else { return Err(Request::from_parts(parts, body)) };
        let Found { vendor, tenant, path, by_host } = found;
        let (mounted, path) = (&self.site.vendors[vendor], path.to_owned());
        let answering = self.answer_for(mounted, tenant.map(Cow::into_owned), path, by_host, parts, body);
        Ok(Sheet::default().of(answering).await)
    }

    async fn answer_for(
        &self,
        mounted: &Mounted,
        tenant: Option<String>,
        path: String,
        by_host: bool,
        parts: Parts,
        body: Body,
    ) -> Response {
        let credentials = mounted.credentials.of(&*mounted.vendor, &parts.headers);
        let tenant = tenant.as_deref().or(credentials.tenant.as_deref()).unwrap_or(crate::world::DEFAULT_TENANT);
        match self.site.tenants().look(tenant).await {
            Ok((tenant, head)) => {
                let base = self.base(&parts, mounted.vendor.name(), tenant.name(), by_host);
                self.visit(Arrival { mounted, tenant, head, credentials: &credentials, base, path }, parts, body).await
            }
            Err(why) => mounted.vendor.refuse(Refusal::NoTenant(why.to_string()), &path, &ExchangeId::of(0, 0)),
        }
    }

    async fn visit(&self, arrival: Arrival<'_>, mut parts: Parts, body: Body) -> Response {
        let Arrival { mounted, tenant, mut head, credentials, base, path } = arrival;
        let watch = Stopwatch::start();
        let vendor = &*mounted.vendor;
        let desk = self.site.desk(&tenant);
        let routed = vendor.tidy(&path, &mut parts.extensions).into_owned();
        let line = parts.extensions.remove::<Line>();
        let numbered = parts.extensions.remove::<Numbered>();
        let asked = self.site.scribe().map(|_| asked(&parts));
        let struck = mounted.strike(&desk.faults, &tenant, &mut head, &parts, &path, &routed).await;
        let request_headers = Headers::of(&parts.headers, &credentials.fingerprints);
        let (method, query) = (parts.method.clone(), parts.uri.query().map(str::to_owned));
        let body = to_bytes(body, BODY_MAX).await;
        let (strike, nonsense) = match struck {
            Ok(strike) => (strike, None),
            Err(nonsense) => (None, Some(nonsense)),
        };
        let fault = strike.as_ref().map(Strike::noted);

        let exchange = Exchange {
            number: numbered.map_or_else(|| desk.journal.next_number(), |Numbered(number)| number),
            vendor: vendor.name(),
            caller: None,
            hour: head.hour,
            wall: tenant.now(),
            revision: head.world.revision(),
            took: Duration::ZERO,
            method: method.clone(),
            path,
            routed,
            query,
            request_headers,
            request_body: body.as_ref().ok().cloned(),
            response: None,
            fault,
            commands: Vec::new(),
        };
        let notes = Arc::<Notes>::default();
        let mut record = Record::open(Arc::clone(&desk.journal), Arc::clone(&notes), watch, exchange);
        if let Some((asked, scribe)) = asked.zip(self.site.scribe()) {
            record.keep_for(Arc::clone(scribe), Arc::clone(tenant.name()), asked);
        }
        if let Some(delay) = strike.as_ref().map(|strike| strike.delay).filter(|delay| !delay.is_zero()) {
            if !tenant.is_led() {
                hold_up(delay).await;
            }
            head = tenant.look().await;
            (record.exchange().hour, record.exchange().revision) = (head.hour, head.world.revision());
            record.exchange().wall = tenant.now();
        }
        let effect = strike.as_ref().and_then(|strike| strike.effect);
        let stale = match effect {
            Some(Effect::Stale { back }) if method == Method::GET => Some(tenant.past(&head, back)),
            _ => None,
        };
        let exchange = ExchangeId::of(head.world.seed(), record.seen().number);
        let visit = Visit { tenant, head, exchange, base, stale, notes };

        let question = (method == Method::GET && visit.stale.is_none())
            .then(|| question(&visit.base, &record.seen().path, &parts, credentials));
        let refuse = |refusal| Answer::of(vendor.refuse(refusal, &record.seen().routed, &exchange));
        let is_put_there = nonsense.is_some() || matches!(effect, Some(Effect::Status { .. }));
        let mut answer = match (body, nonsense, effect) {
            (Err(_), ..) => refuse(Refusal::BodyTooLarge).await,
            (_, Some(nonsense), _) => refuse(Refusal::Malformed(nonsense.clone())).await.saying(&nonsense),
            (_, _, Some(effect)) if effect.skips_the_command() => Answer::empty(),
            (Ok(body), ..) => respond(mounted, &desk, &visit, question, &record.seen().routed, parts, body).await,
        };
        if let Some(Effect::Status { status, retry_after, .. }) = effect {
            answer = refuse(refusal_of(status, retry_after)).await.after(retry_after);
        }

        vendor.stamp(&exchange, &mut answer.headers);
        if let Ok(now) = HeaderValue::try_from(visit.head.hour.to_millis_text()) {
            answer.headers.insert(NOW_HEADER, now);
        }
        if let Some(strike) = &strike {
            strike.stamp(&mut answer.headers);
        }
        mounted.meters().note(answer.status, watch.elapsed());
        let operation = mounted.operations().find(&method, &record.seen().routed);
        // What was put into the vendor's mouth says nothing about what was exercised of it.
        if is_put_there {
            answer.refused = None;
        } else {
            desk.exercised.note(vendor.name(), operation.copied(), answer.status, answer.refused.as_ref());
        }
        let (tenant, path, status) = (&**visit.tenant.name(), &record.seen().path, answer.status.as_u16());
        tracing::debug!(vendor = vendor.name(), tenant, %method, path, status, "answered");
        deliver(effect.as_ref(), answer, line, |seen| record.close(seen))
    }

    fn base(&self, parts: &Parts, vendor: &str, tenant: &str, by_host: bool) -> Arc<str> {
        let scheme = match parts.extensions.get::<Secured>() {
            Some(Secured) => "https",
            None => parts.uri.scheme_str().unwrap_or("http"),
        };
        let origin = match (host(parts), &self.site.public_url) {
            (_, Some(url)) => Cow::Borrowed(url.trim_end_matches('/')),
            (Some(host), None) if by_host => return format!("{scheme}://{host}").into(),
            (Some(host), None) => Cow::Owned(format!("{scheme}://{host}")),
            (None, None) => Cow::Borrowed("http://localhost"),
        };
        format!("{origin}/t/{tenant}/{vendor}").into()
    }
}

/// A request as it can be asked again, but for its body.
fn asked(parts: &Parts) -> Asked {
    Asked {
        method: parts.method.to_string(),
        uri: parts.uri.to_string(),
        headers: parts.headers.clone(),
        body: None,
        port_of: parts.extensions.get::<Bound>().map(|Bound(vendor)| (*vendor).to_owned()),
        secured: parts.extensions.get::<Secured>().is_some(),
    }
}

/// How a fault's status is asked of a vendor.
fn refusal_of(status: u16, retry_after: Option<u32>) -> Refusal {
    match StatusCode::from_u16(status) {
        Ok(StatusCode::TOO_MANY_REQUESTS) => {
            Refusal::RateLimited(Duration::from_secs(u64::from(retry_after.unwrap_or(1))))
        }
        Ok(status) => Refusal::Status(status),
        Err(_) => Refusal::Broken,
    }
}

/// The vendor's answer, remembered or made anew.
async fn respond(
    mounted: &Mounted,
    desk: &Desk,
    visit: &Visit,
    question: Option<Question>,
    routed: &str,
    mut parts: Parts,
    body: Bytes,
) -> Answer {
    if let Some(answer) = question.as_ref().and_then(|question| desk.memo.recall(&visit.head, question)) {
        answer.caller.iter().for_each(|caller| drop(visit.notes.caller.set(Arc::clone(caller))));
        return answer;
    }
    let refuse = |refusal| Answer::of(mounted.vendor.refuse(refusal, routed, &visit.exchange));
    match with_path(&parts.uri, routed) {
        Some(uri) => parts.uri = uri,
        None => return refuse(Refusal::NotFound).await,
    }
    parts.extensions.insert(visit.clone());
    let mut request = Request::from_parts(parts, Body::from(body));
    // The door has measured the body; axum's own limit is lower and has words of its own.
    DefaultBodyLimit::disable().apply(&mut request);
    let answering = AssertUnwindSafe(mounted.router().oneshot(request)).catch_unwind();
    let Ok(response) = answering.await else { return refuse(Refusal::Broken).await };
    let response = response.unwrap_or_else(|never| match never {});
    let lasting = response.extensions().get::<Lasting>().copied();
    let answer = Answer { caller: visit.notes.caller.get().cloned(), ..Answer::of(response).await };
    if let (Some(question), Some(Lasting(until))) = (question, lasting) {
        desk.memo.keep(&visit.head, question, until, answer.clone());
    }
    answer
}

/// What an answer may depend on besides the world: its address, every header, whatever a vendor
/// reads from it, and who asks.
fn question(base: &str, path: &str, parts: &Parts, credentials: &Credentials) -> Question {
    let mut address = Vec::with_capacity(256);
    for part in [base, path, parts.uri.query().unwrap_or_default()] {
        address.extend_from_slice(part.as_bytes());
        address.push(b'\n');
    }
    for (name, value) in parts.headers.iter().filter(|(name, _)| !SECRET_HEADERS.contains(name)) {
        address.extend_from_slice(name.as_str().as_bytes());
        address.push(b':');
        address.extend_from_slice(value.as_bytes());
        address.push(b'\n');
    }
    (address, Arc::clone(&credentials.secrets))
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    if uri.path() == path {
        return Some(uri.clone());
    }
    match uri.query() {
        Some(query) => format!("{path}?{query}").parse().ok(),
        None => path.parse().ok(),
    }
}

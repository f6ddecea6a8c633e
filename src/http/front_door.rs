//! Where every request comes in: whose is it, for which vendor, and what happens to it on the way.
//!
//! The vendor is found by `Host`, by the port it came in on, by `/{vendor}/…`, or by a first
//! segment that only one vendor owns, since several real clients keep only the host of a base URL.
//! The tenant is found by `Host`, by `/t/{tenant}/…`, by `X-Rolecall-Tenant`, or by the credential.
//! Then, in this order: the body is read, a fault may hold the request up, the journal opens, due
//! time passes, a remembered answer is looked for, the vendor's routes answer, a fault may spoil the
//! answer, the journal closes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use parking_lot::RwLock;
use tower::ServiceExt;

use super::credentials::{Credentials, Known, SECRET_HEADERS};
use super::exercised::{Answers, Exercised};
use super::faults::{self, Effect, Faults, Strike, deliver, hold_up};
use super::journal::{Budget, Entry, Headers};
use super::line::Line;
use super::memo::{Answer, Memo, Question};
use super::meters::Meters;
use super::record::Record;
use super::recording::{Asked, Deed, Scribe};
use super::visit::Notes;
use super::{Exchange, ExchangeId, Journal, Lasting, Operations, Refusal, Vendor, Visit};
use crate::kernel::clock::Stopwatch;
use crate::world::{Head, Sheet, Tenant, Tenants, is_tenant_name};

/// The longest body that is read, in bytes.
pub const BODY_MAX: usize = 4 << 20;

const TENANT_HEADER: HeaderName = HeaderName::from_static("x-rolecall-tenant");
const NOW_HEADER: HeaderName = HeaderName::from_static("x-rolecall-now");

/// In a request's extensions: it came in on a port that belongs to one vendor.
#[derive(Clone, Copy, Debug)]
pub struct Bound(pub &'static str);

/// In a request's extensions: it came in over TLS.
#[derive(Clone, Copy, Debug)]
pub struct Secured;

/// In a request's extensions: the number that it had when it was recorded.
#[derive(Clone, Copy, Debug)]
pub struct Numbered(pub u64);

/// In a request's extensions: the address that it came from. Calls within the process come from nowhere.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Two vendors claim paths that could meet.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} owns `/{1}` and {2} owns `/{3}`: a path could be either's")]
pub struct Collision(&'static str, &'static str, &'static str, &'static str);

/// Every vendor, every tenant, and what the rim keeps about each tenant.
pub struct Site {
    vendors: Vec<Mounted>,
    tenants: Tenants,
    desks: RwLock<BTreeMap<Arc<str>, Arc<Desk>>>,
    public_url: Option<String>,
    home: OnceLock<String>,
    journal_max: usize,
    budget: Arc<Budget>,
    scribe: OnceLock<Arc<dyn Scribe>>,
}

struct Mounted {
    vendor: Box<dyn Vendor>,
    router: OnceLock<Router>,
    operations: OnceLock<Operations<&'static str>>,
    meters: OnceLock<Meters>,
    credentials: Known,
}

/// What the rim keeps about one tenant. A later tenant of the same name gets a desk of its own.
struct Desk {
    journal: Arc<Journal>,
    faults: Arc<Faults>,
    memo: Memo,
    exercised: Exercised,
}

impl Site {
    /// A site of these vendors and tenants. `public_url` stands in links where nobody called.
    ///
    /// # Errors
    /// When the paths of two vendors could ever collide.
    pub fn new(vendors: Vec<Box<dyn Vendor>>, tenants: Tenants, public_url: Option<String>) -> Result<Self, Collision> {
        let roots = |vendor: &dyn Vendor| (vendor.name(), vendor.roots());
        for (place, one) in vendors.iter().enumerate() {
            for other in &vendors[place + 1..] {
                check_roots(roots(&**one), roots(&**other))?;
            }
        }
        let mounted = |vendor| Mounted {
            vendor,
            router: OnceLock::new(),
            operations: OnceLock::new(),
            meters: OnceLock::new(),
            credentials: Known::default(),
        };
        let vendors = vendors.into_iter().map(mounted).collect();
        let (journal_max, budget) = (super::journal::EXCHANGES_MAX, Arc::default());
        let (desks, home, scribe) = (RwLock::default(), OnceLock::new(), OnceLock::new());
        Ok(Self { vendors, tenants, desks, public_url, journal_max, budget, home, scribe })
    }

    /// The same site, whose journals hold at most `max` exchanges each; none at all for 0.
    pub fn journalling(self, max: usize) -> Self {
        Self { journal_max: max, ..self }
    }

    /// The tenants.
    pub fn tenants(&self) -> &Tenants {
        &self.tenants
    }
    /// The vendors.
    pub fn vendors(&self) -> impl Iterator<Item = &dyn Vendor> {
        self.vendors.iter().map(|mounted| &*mounted.vendor)
    }
    /// The vendor of this name.
    pub fn vendor(&self, name: &str) -> Option<&dyn Vendor> {
        self.vendors().find(|vendor| vendor.name() == name)
    }
    /// Says where this process listens, for links where nobody called. The first word stays.
    pub fn settle_at(&self, origin: String) {
        self.home.get_or_init(|| origin);
    }
    /// From now on everything that happens is noted there. The first one stays.
    pub fn record(&self, scribe: Arc<dyn Scribe>) {
        self.scribe.get_or_init(|| scribe);
    }
    /// Where everything that happens is noted.
    pub fn scribe(&self) -> Option<&Arc<dyn Scribe>> {
        self.scribe.get()
    }
    /// Notes that time passed in a tenant, if it did.
    pub fn note_time(&self, tenant: &Arc<str>, sheet: &Sheet) {
        if let Some(scribe) = self.scribe() {
            let (tenant, moments) = (Arc::clone(tenant), sheet.moments());
            if !moments.is_empty() {
                scribe.note(Deed::Time { tenant, moments });
            }
        }
    }
    /// Lets due time pass in every tenant. How long the wall takes until there is something due again; `None` when
    /// nothing will be unless somebody stirs.
    pub async fn settle(&self) -> Option<Duration> {
        self.tenants.settle(|tenant, sheet| self.note_time(tenant.name(), sheet)).await
    }
    /// Where a vendor is reached in a tenant, as far as is known though nobody called:
    /// `{origin}/t/{tenant}/{vendor}`.
    pub fn base(&self, vendor: &str, tenant: &str) -> String {
        let origin = self.public_url.as_ref().or(self.home.get());
        let origin = origin.map_or("http://localhost", |origin| origin.trim_end_matches('/'));
        format!("{origin}/t/{tenant}/{vendor}")
    }
    /// The journal of a tenant.
    pub fn journal(&self, tenant: &Tenant) -> Arc<Journal> {
        Arc::clone(&self.desk(tenant).journal)
    }
    /// What a tenant's journal holds, with the vendors' names for it, the oldest first.
    pub fn entries(&self, tenant: &Tenant) -> Vec<Entry> {
        let exchanges = self.journal(tenant).exchanges().into_iter();
        exchanges.map(|exchange| Entry { operation: self.operation(&exchange), exchange }).collect()
    }
    /// How many bytes the journals of all tenants hold.
    pub fn journal_bytes(&self) -> usize {
        self.budget.bytes()
    }
    /// The faults of a tenant.
    pub fn faults(&self, tenant: &Tenant) -> Arc<Faults> {
        Arc::clone(&self.desk(tenant).faults)
    }
    /// The vendor's name for the operation of an exchange.
    pub fn operation(&self, exchange: &Exchange) -> Option<&'static str> {
        let mounted = self.vendors.iter().find(|mounted| mounted.vendor.name() == exchange.vendor)?;
        mounted.operations().find(&exchange.method, &exchange.routed).copied()
    }
    /// How often each operation was answered with which status in a tenant.
    pub fn answers(&self, tenant: &Tenant) -> Answers {
        self.desk(tenant).exercised.answers()
    }
    /// Begins to count anew.
    pub fn forget_answers(&self, tenant: &Tenant) {
        self.desk(tenant).exercised.clear();
    }
    /// Forgets a tenant, and what the rim keeps about it; hands it out if there was one.
    pub fn forget(&self, tenant: &str) -> Option<Arc<Tenant>> {
        self.desks.write().remove(tenant);
        self.tenants.remove(tenant)
    }

    fn desk(&self, tenant: &Tenant) -> Arc<Desk> {
        let is_its_own = |(name, _): &(&Arc<str>, &Arc<Desk>)| Arc::ptr_eq(name, tenant.name());
        if let Some((_, desk)) = self.desks.read().get_key_value(tenant.name()).filter(is_its_own) {
            return Arc::clone(desk);
        }
        let mut desks = self.desks.write();
        desks.retain(|name, _| self.tenants.get(name).is_some_and(|known| Arc::ptr_eq(known.name(), name)));
        let desk = || {
            let journal = Arc::new(Journal::within(self.journal_max, Arc::clone(&self.budget)));
            Arc::new(Desk { journal, faults: Arc::default(), memo: Memo::default(), exercised: Exercised::default() })
        };
        Arc::clone(desks.entry(Arc::clone(tenant.name())).or_insert_with(desk))
    }
}

impl Mounted {
    fn router(&self) -> Router {
        self.router.get_or_init(|| self.vendor.routes()).clone()
    }

    /// Looked up once, when the first answer goes out: whoever listens does so by then.
    fn meters(&self) -> &Meters {
        self.meters.get_or_init(|| Meters::of(self.vendor.name()))
    }

    /// What a request meets. Where there are rules, it meets the tenant anew when it is its turn to be struck.
    async fn strike(
        &self,
        faults: &Faults,
        tenant: &Tenant,
        head: &mut Head,
        parts: &Parts,
        path: &str,
        routed: &str,
    ) -> Result<Option<Strike>, String> {
        if !faults.is_any() {
            return faults::met(None, &parts.headers);
        }
        // Where moments are given out they are the order.
        let _in_order = if tenant.is_led() { None } else { Some(faults.in_order().await) };
        *head = tenant.look().await;
        let ruled = faults.ruled(&faults::Asked {
            vendor: self.vendor.name(),
            operation: self.operations().find(&parts.method, routed).copied(),
            method: &parts.method,
            path,
            caller: &|| self.vendor.caller(&parts.headers, tenant, head),
            hour: head.hour,
            wall: tenant.now(),
        });
        faults::met(ruled, &parts.headers)
    }

    fn operations(&self) -> &Operations<&'static str> {
        self.operations.get_or_init(|| {
            let named = self.vendor.operations().into_iter();
            Operations::new(named.filter_map(|operation| {
                Some((Method::from_bytes(operation.method.as_bytes()).ok()?, operation.path, operation.id))
            }))
        })
    }
}

fn check_roots(
    (one, ones): (&'static str, &'static [&'static str]),
    (other, others): (&'static str, &'static [&'static str]),
) -> Result<(), Collision> {
    for mine in ones {
        for theirs in others {
            if starts_with_segments(mine, theirs) || starts_with_segments(theirs, mine) {
                return Err(Collision(one, mine, other, theirs));
            }
        }
    }
    Ok(())
}

/// Whether `path`, without its leading slash, begins with the segments of `root`.
fn starts_with_segments(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whose a request is.
#[derive(Debug, PartialEq, Eq)]
struct Found<'r> {
    vendor: usize,
    tenant: Option<Cow<'r, str>>,
    path: &'r str,
    /// Whether the host alone names tenant and vendor, as it does at the real service.
    by_host: bool,
}

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
        let found = self.find(parts)?;
        Some((self.site.vendors[found.vendor].vendor.name(), found.path))
    }

    /// Answers a request for a vendor; `Err` hands back one that is for none.
    ///
    /// # Errors
    /// The request, when no vendor owns its path.
    pub async fn answer(&self, request: Request<Body>) -> Result<Response, Request<Body>> {
        let (parts, body) = request.into_parts();
        let Some(found) = self.find(&parts) else { return Err(Request::from_parts(parts, body)) };
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
        match self.site.tenants.look(tenant).await {
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
        if let Some(operation) = operation.filter(|_| !matches!(effect, Some(Effect::Status { .. }))) {
            desk.exercised.note(vendor.name(), operation, answer.status);
        }
        let (tenant, path, status) = (&**visit.tenant.name(), &record.seen().path, answer.status.as_u16());
        tracing::debug!(vendor = vendor.name(), tenant, %method, path, status, "answered");
        deliver(effect.as_ref(), answer, line, |seen| record.close(seen))
    }

    fn find<'r>(&self, parts: &'r Parts) -> Option<Found<'r>> {
        let path = parts.uri.path();
        let vendors = &self.site.vendors;
        if let Some(host) = host(parts) {
            let by_host = vendors.iter().enumerate().find_map(|(vendor, mounted)| {
                mounted.vendor.hosts().iter().find_map(|pattern| Some((vendor, tenant_in(host, pattern)?)))
            });
            if let Some((vendor, tenant)) = by_host {
                return Some(Found { vendor, tenant: Some(Cow::Borrowed(tenant)), path, by_host: true });
            }
        }
        let (in_path, rest) = match path.strip_prefix("/t/") {
            Some(rest) => match rest.find('/') {
                Some(end) => (Some(Cow::Borrowed(&rest[..end])), &rest[end..]),
                None => (Some(Cow::Borrowed(rest)), "/"),
            },
            None => (None, path),
        };
        let header = || parts.headers.get(TENANT_HEADER)?.to_str().ok().map(Cow::Borrowed);
        let tenant = in_path.or_else(header);
        let bare = rest.strip_prefix('/').unwrap_or(rest);
        for (vendor, mounted) in vendors.iter().enumerate() {
            if let Some(inside) =
                bare.strip_prefix(mounted.vendor.name()).filter(|rest| rest.is_empty() || rest.starts_with('/'))
            {
                let path = if inside.is_empty() { "/" } else { inside };
                return Some(Found { vendor, tenant, path, by_host: false });
            }
        }
        let bound = parts.extensions.get::<Bound>();
        let owner = vendors.iter().position(|mounted| match bound {
            Some(Bound(name)) => mounted.vendor.name() == *name,
            None => mounted.vendor.roots().iter().any(|root| starts_with_segments(bare, root)),
        });
        owner.map(|vendor| Found { vendor, tenant, path: rest, by_host: false })
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

fn host(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
}

/// The tenant that `host` names when it fits `pattern`, such as `{tenant}.api.identitynow.com`.
fn tenant_in<'h>(host: &'h str, pattern: &str) -> Option<&'h str> {
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let rest = pattern.strip_prefix("{tenant}")?;
    let tenant = host.len().checked_sub(rest.len()).filter(|split| host.is_char_boundary(*split))?;
    let (tenant, ending) = host.split_at(tenant);
    (ending.eq_ignore_ascii_case(rest) && is_tenant_name(tenant) && !tenant.contains('.')).then_some(tenant)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_pattern_gives_the_tenant() {
        const PATTERN: &str = "{tenant}.api.identitynow.com";
        assert_eq!(tenant_in("acme.api.identitynow.com", PATTERN), Some("acme"));
        assert_eq!(tenant_in("acme.API.identitynow.com:8443", PATTERN), Some("acme"));
        for other in ["api.identitynow.com", ".api.identitynow.com", "a.b.api.identitynow.com", "127.0.0.1:4420", "é"]
        {
            assert_eq!(tenant_in(other, PATTERN), None, "{other}");
        }
    }

    #[test]
    fn roots_meet_only_segment_by_segment() {
        let check = |one: &'static [&'static str], other: &'static [&'static str]| {
            check_roots(("one", one), ("other", other)).is_err()
        };
        assert!(check(&["v3"], &["v3"]));
        assert!(check(&["api"], &["api/v1"]));
        assert!(!check(&["api/v2"], &["api/v1"]));
        assert!(!check(&["access"], &["access-requests"]));
    }
}

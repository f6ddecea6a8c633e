//! Carries calls out to subscribers and brings their answers back.
//!
//! Whom to call, with what, and what an answer means is a vendor's lifecycle: its commands write
//! [`Call`] rows and take up what came of them. Here is only the carrying. It holds no lock while a
//! subscriber thinks, so that one may call us back meanwhile, and it never makes a command wait:
//! what waits is an advance of the clock, since answers belong to the instant that asked for them.
//!
//! Each call goes out once. What came of it is listed per tenant, outside the world, like the
//! journal; a delivery can be sent again by hand, and that changes nothing here.

mod deliveries;
mod deny;
mod post;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

pub use deliveries::{DELIVERIES_MAX, Delivery};
pub use deny::{Deny, DenyList, NotADeny};
pub use post::client;

use self::post::Post;
use crate::http::Site;
use crate::http::recording::Deed;
use crate::kernel::Timestamp;
use crate::world::{Advanced, Call, CallId, Forgotten, Head, Outcome, Passed, Sheet, Tenant};

/// How many subscribers are being called at a time, over all tenants.
const LINES: usize = 64;
/// How many calls one instant of an advance waits for before time goes on without the rest: a
/// subscriber that is called again for every answer would never come to an end.
const CARRIED_MAX: u64 = 10_000;

/// How calls go out.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Whom nobody may call.
    pub denied: DenyList,
    /// The longest that any subscriber may take, whatever the vendor allows.
    pub patience: Option<Duration>,
    /// Whether a subscriber's certificate may be anybody's.
    pub any_certificate: bool,
}

/// The carrier of every tenant's calls.
pub struct Webhooks {
    site: Arc<Site>,
    policy: Policy,
    client: OnceLock<Result<reqwest::Client, String>>,
    lines: Semaphore,
    posts: Mutex<BTreeMap<Arc<str>, Arc<Post>>>,
    is_listening: AtomicBool,
}

impl Webhooks {
    /// A carrier for the tenants of `site`.
    pub fn over(site: Arc<Site>, policy: Policy) -> Arc<Self> {
        Arc::new(Self {
            site,
            policy,
            client: OnceLock::new(),
            lines: Semaphore::new(LINES),
            posts: Mutex::default(),
            is_listening: AtomicBool::new(false),
        })
    }

    /// From now on every call goes out as soon as it is written. Once is enough.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn listen(self: &Arc<Self>) {
        if self.site.tenants().is_led() || self.is_listening.swap(true, Ordering::Relaxed) {
            return;
        }
        let webhooks = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                for tenant in webhooks.site.tenants().all() {
                    webhooks.send_off(&tenant);
                }
                webhooks.site.tenants().called().await;
            }
        });
    }

    /// Waits until every call of a tenant is answered or late, those that answers lead to as well, and looks at what
    /// came of it; a bound ends what would go on for ever. Nobody is waited for where moments are given out: their
    /// answers are.
    pub async fn carry(self: &Arc<Self>, tenant: &Arc<Tenant>) -> Head {
        if !tenant.is_led() {
            self.wait_for(tenant).await;
        }
        tenant.look().await
    }

    async fn wait_for(self: &Arc<Self>, tenant: &Arc<Tenant>) {
        let post = self.post(tenant);
        let limit = post.landed_count() + CARRIED_MAX;
        loop {
            let landed = post.landed();
            tokio::pin!(landed);
            landed.as_mut().enable();
            self.send_off(tenant);
            if !tenant.read().is_calling() || post.landed_count() >= limit {
                return;
            }
            landed.await;
        }
    }

    /// Moves a tenant's hour on to `target`. Each instant that calls somebody ends when they have
    /// answered or are late, so that no subscriber races a jump of a day.
    ///
    /// # Errors
    /// When the thread on which time passes broke.
    pub async fn advance(self: &Arc<Self>, tenant: &Arc<Tenant>, target: Timestamp) -> Result<Advanced, JoinError> {
        let mut report = Advanced::standing_at(tenant.look().await.hour);
        loop {
            self.carry(tenant).await;
            let (of, sheet) = (Arc::clone(tenant), Sheet::current());
            let passing = spawn_blocking(move || (sheet.over(|| of.pass(target, &mut report)), report));
            let (passed, so_far) = passing.await?;
            report = so_far;
            if passed == Passed::All {
                return Ok(report);
            }
        }
    }

    /// What went out of a tenant, the oldest first.
    pub fn deliveries(&self, tenant: &Tenant) -> Vec<Arc<Delivery>> {
        self.post(tenant).deliveries.all()
    }

    /// Forgets what went out of a tenant; numbers go on.
    pub fn clear(&self, tenant: &Tenant) {
        self.post(tenant).deliveries.clear();
    }

    /// Sends a call once more, sealed anew. The answer is shown, and changes nothing here.
    pub async fn replay(&self, tenant: &Tenant, delivery: &Delivery) -> Arc<Delivery> {
        let sent = self.send(tenant, delivery.vendor, &delivery.call, Some(delivery.number)).await;
        self.post(tenant).deliveries.keep(sent)
    }

    /// Sends off every call of a tenant that is not under way yet.
    fn send_off(self: &Arc<Self>, tenant: &Arc<Tenant>) {
        if !tenant.read().is_calling() {
            return;
        }
        let post = self.post(tenant);
        let mut under_way = Vec::new();
        for (vendor, call) in post.take_off(tenant) {
            let (webhooks, of) = (Arc::clone(self), Arc::clone(tenant));
            let sending = Arc::clone(&call);
            let sent = tokio::spawn(async move { webhooks.send(&of, vendor, &sending, None).await });
            under_way.push((vendor, call, sent));
        }
        if under_way.is_empty() {
            return;
        }
        let (webhooks, tenant) = (Arc::clone(self), Arc::clone(tenant));
        tokio::spawn(async move {
            // All are called at once; but what came of it is taken up in the order in which the calls were written,
            // so that a world does not depend on which subscriber was the quickest.
            for (vendor, call, sent) in under_way {
                if let Ok(sent) = sent.await {
                    let outcome = post.deliveries.keep(sent).outcome.clone();
                    webhooks.take_up(&tenant, vendor, &call, outcome).await;
                }
                post.land(&call);
            }
        });
    }

    async fn take_up(&self, tenant: &Tenant, vendor: &'static str, call: &Arc<Call>, outcome: Outcome) {
        let answering = tenant.answer(vendor, call, outcome.clone());
        self.noting(tenant, vendor, call.id, outcome, answering).await;
    }

    /// Takes up what came of a call that a recording names, if it was taken up then.
    pub async fn answer_to(&self, tenant: &Tenant, vendor: &str, call: CallId, outcome: Outcome, taken: bool) {
        let answering = tenant.answer_to(vendor, call, outcome.clone(), taken);
        self.noting(tenant, vendor, call, outcome, answering).await;
    }

    async fn noting(
        &self,
        tenant: &Tenant,
        vendor: &str,
        call: CallId,
        outcome: Outcome,
        answering: impl Future<Output = bool>,
    ) {
        let sheet = Sheet::default();
        // A tenant that is forgotten hears of nothing any more.
        let taken = async { Ok::<_, Forgotten>(tenant.look_if_known().await.map(|_| answering)?.await) };
        let Ok(taken) = sheet.of(taken).await else { return };
        if let Some(scribe) = self.site.scribe() {
            let (tenant, vendor) = (Arc::clone(tenant.name()), vendor.into());
            scribe.note(Deed::Answer { tenant, moments: sheet.moments(), vendor, call, taken, outcome });
        }
    }

    async fn send(&self, tenant: &Tenant, vendor: &'static str, call: &Arc<Call>, replays: Option<u64>) -> Delivery {
        let line = self.lines.acquire().await;
        let sending = std::panic::AssertUnwindSafe(post::send(self, tenant, vendor, call)).catch_unwind();
        let sent = sending.await.unwrap_or_else(|_| post::Sent {
            outcome: Outcome::Failed("it could not be sealed; the log says why".to_owned()),
            ..post::Sent::default()
        });
        drop(line);
        Delivery {
            number: self.post(tenant).deliveries.next_number(),
            vendor,
            call: Arc::clone(call),
            replays,
            hour: tenant.hour(),
            wall: tenant.now(),
            took: sent.took,
            request_headers: sent.request_headers,
            request_body: sent.request_body,
            response_headers: sent.response_headers,
            outcome: sent.outcome,
        }
    }

    fn client(&self) -> Result<&reqwest::Client, &String> {
        self.client.get_or_init(|| post::client(&self.policy)).as_ref()
    }

    /// The post of a tenant; a later tenant of the same name gets one of its own.
    fn post(&self, tenant: &Tenant) -> Arc<Post> {
        let mut posts = self.posts.lock();
        if let Some((_, post)) = posts.get_key_value(tenant.name()).filter(|(name, _)| Arc::ptr_eq(name, tenant.name()))
        {
            return Arc::clone(post);
        }
        let tenants = self.site.tenants();
        posts.retain(|name, _| tenants.get(name).is_some_and(|known| Arc::ptr_eq(known.name(), name)));
        Arc::clone(posts.entry(Arc::clone(tenant.name())).or_default())
    }
}

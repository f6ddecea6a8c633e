//! Counts calls by the wall, where a tenant's rate limits are switched on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::Visit;
use crate::kernel::{Span, Timestamp};

/// How many windows are remembered; those that are over go first.
const WINDOWS_MAX: usize = 4_096;

/// A caller in a tenant.
type Counted = (Arc<str>, String);
/// When a window began, and the calls within it.
type Window = (Timestamp, u32);

/// So many calls of one caller within one window.
pub struct Limit {
    calls: u32,
    window: Span,
    windows: Mutex<BTreeMap<Counted, Window>>,
}

impl Limit {
    /// At most `calls` within `window`.
    pub fn new(calls: u32, window: Span) -> Self {
        Self { calls, window, windows: Mutex::default() }
    }

    /// Counts a call. A limit that the tenant has not switched on holds nobody up.
    ///
    /// # Errors
    /// How long the caller must wait, in whole seconds.
    pub fn count(&self, visit: &Visit, caller: &str) -> Result<(), Duration> {
        if !visit.head.world.settings().rate_limits {
            return Ok(());
        }
        let now = visit.tenant.now();
        let mut windows = self.windows.lock();
        if windows.len() >= WINDOWS_MAX {
            windows.retain(|_, (began, _)| now - *began < self.window);
        }
        let key = (Arc::clone(visit.tenant.name()), caller.to_owned());
        let (began, calls) = windows.entry(key).or_insert((now, 0));
        if now - *began >= self.window {
            (*began, *calls) = (now, 0);
        }
        *calls += 1;
        if *calls <= self.calls {
            return Ok(());
        }
        let left = (*began + self.window) - now;
        Err(Duration::from_secs(left.as_micros().max(0).unsigned_abs().div_ceil(1_000_000)))
    }
}

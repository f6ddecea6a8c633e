//! Bearer tokens: how they are sent, and those whose signature was found right.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, header};
use parking_lot::Mutex;

use crate::world::Tenant;

/// The token in the `Authorization` header; an empty one is none.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// Tokens whose signature was found right: a client sends the same one with every call, and reading
/// it costs more than most answers.
pub struct KnownTokens<C> {
    known: Mutex<BTreeMap<String, Known<C>>>,
}

struct Known<C> {
    seed: u64,
    tenant: Arc<str>,
    claims: Arc<C>,
}

/// How many tokens are known at a time; one more, and all are forgotten.
const KNOWN_MAX: usize = 1_024;

impl<C> Default for KnownTokens<C> {
    fn default() -> Self {
        Self { known: Mutex::default() }
    }
}

impl<C> KnownTokens<C> {
    /// What a token claims in a tenant whose keys follow from `seed`. `verify` is asked once per token.
    pub fn claims(
        &self,
        token: &str,
        tenant: &Tenant,
        seed: u64,
        verify: impl FnOnce() -> Option<C>,
    ) -> Option<Arc<C>> {
        let name = tenant.name();
        let is_of_here = |known: &&Known<C>| known.seed == seed && known.tenant == *name;
        if let Some(known) = self.known.lock().get(token).filter(is_of_here) {
            return Some(Arc::clone(&known.claims));
        }
        let claims = Arc::new(verify()?);
        let mut known = self.known.lock();
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(token.to_owned(), Known { seed, tenant: Arc::clone(name), claims: Arc::clone(&claims) });
        Some(claims)
    }
}

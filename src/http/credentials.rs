//! What credentials say, remembered: a client sends the same one with every request, and reading a
//! token costs more than giving a remembered answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, header};
use parking_lot::RwLock;
use sha2::{Digest, Sha256};

use super::Vendor;

/// The headers that say who asks.
pub(super) const SECRET_HEADERS: [HeaderName; 4] =
    [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION, HeaderName::from_static("access-token")];

/// How many credentials are remembered; one more, and all are forgotten.
const KNOWN_MAX: usize = 1_024;

/// All of a request's [`SECRET_HEADERS`], as they came.
pub(super) type Secrets = Arc<[u8]>;

/// What a request's secrets say.
pub(super) struct Credentials {
    /// The secrets themselves, to be compared.
    pub secrets: Secrets,
    /// The tenant that they name.
    pub tenant: Option<String>,
    /// What stands for each of them in the journal.
    pub fingerprints: Vec<(HeaderName, String)>,
}

/// The credentials that the clients of one vendor have sent.
#[derive(Default)]
pub(super) struct Known {
    by_secrets: RwLock<BTreeMap<Secrets, Arc<Credentials>>>,
}

impl Known {
    /// The credentials in `headers`, which are read only when they are new.
    pub fn of(&self, vendor: &dyn Vendor, headers: &HeaderMap) -> Arc<Credentials> {
        let secrets = secrets(headers);
        if let Some(known) = self.by_secrets.read().get(&*secrets) {
            return Arc::clone(known);
        }
        let secrets = Secrets::from(secrets);
        let read = Arc::new(Credentials {
            secrets: Arc::clone(&secrets),
            tenant: vendor.tenant_of(headers),
            fingerprints: fingerprints(headers),
        });
        let mut by_secrets = self.by_secrets.write();
        if by_secrets.len() >= KNOWN_MAX {
            by_secrets.clear();
        }
        by_secrets.insert(secrets, Arc::clone(&read));
        read
    }
}

fn secrets(headers: &HeaderMap) -> Vec<u8> {
    let mut secrets = Vec::new();
    for (place, name) in (0..).zip(&SECRET_HEADERS) {
        for value in headers.get_all(name) {
            secrets.push(place);
            secrets.extend_from_slice(value.as_bytes());
            secrets.push(b'\n');
        }
    }
    secrets
}

/// What stands for each secret in `headers`.
pub(super) fn fingerprints(headers: &HeaderMap) -> Vec<(HeaderName, String)> {
    let present = SECRET_HEADERS.into_iter().filter_map(|name| Some((headers.get(&name)?, name)));
    present.map(|(secret, name)| (name, fingerprint(secret.as_bytes()))).collect()
}

/// What stands for a secret wherever it might be seen.
pub(super) fn fingerprint(secret: &[u8]) -> String {
    let digest = Sha256::digest(secret);
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

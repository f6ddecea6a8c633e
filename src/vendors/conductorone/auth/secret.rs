//! Client ids and client secrets in the vendor's forms (contract, 4.1).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::keys::public;
use crate::vendors::conductorone::model::ClientUse;

const PREFIX: &str = "secret-token:conductorone.com:v1:";

/// A client id: `strange-hydra-68836@acme.conductor.one/pcc`. Clients take the host from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientId<'a> {
    /// Which client.
    pub name: &'a str,
    /// Where it is used, perhaps with a port.
    pub host: &'a str,
    /// What for.
    pub purpose: ClientUse,
}

impl<'a> ClientId<'a> {
    /// Reads a client id; `None` when it is none.
    pub fn read(text: &'a str) -> Option<Self> {
        let (name, rest) = text.split_once('@')?;
        let (host, purpose) = rest.split_once('/')?;
        let purpose = [ClientUse::Pcc, ClientUse::Wfe].into_iter().find(|known| known.word() == purpose)?;
        (!name.is_empty() && !host.is_empty()).then_some(Self { name, host, purpose })
    }
}

impl fmt::Display for ClientId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}/{}", self.name, self.host, self.purpose.word())
    }
}

#[derive(Serialize, Deserialize)]
struct PrivateJwk {
    kty: String,
    crv: String,
    x: String,
    d: String,
}

/// The secret that goes with a key.
pub fn written(key: &SigningKey) -> String {
    let d = URL_SAFE_NO_PAD.encode(key.to_bytes());
    let jwk = PrivateJwk { kty: "OKP".into(), crv: "Ed25519".into(), x: public(key), d };
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(serde_json::to_vec(&jwk).unwrap_or_default()))
}

/// The public half of the key in a secret; `None` when it is no secret of this vendor's form.
pub fn public_key(secret: &str) -> Option<String> {
    let jwk = URL_SAFE_NO_PAD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    let jwk: PrivateJwk = serde_json::from_slice(&jwk).ok()?;
    if (jwk.kty.as_str(), jwk.crv.as_str()) != ("OKP", "Ed25519") {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(jwk.d).ok()?;
    Some(public(&SigningKey::from_bytes(&bytes.try_into().ok()?)))
}

/// The key of a client that the data set names: the same in every run, so that documentation can quote it.
pub fn seeded_key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(format!("conductorone/client/{name}")).into())
}

/// The key that these bytes make: its public half, and the secret that its owner is told.
pub fn key_of(bytes: [u8; 32]) -> (String, String) {
    let key = SigningKey::from_bytes(&bytes);
    (public(&key), written(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_ids_come_back_from_their_text() {
        let text = "strange-hydra-68836@127.0.0.1:8443/pcc";
        let id = ClientId::read(text).unwrap();
        assert_eq!((id.name, id.host, id.purpose), ("strange-hydra-68836", "127.0.0.1:8443", ClientUse::Pcc));
        assert_eq!(id.to_string(), text);
    }

    #[test]
    fn what_is_no_client_id_is_refused() {
        for wrong in ["", "strange", "@host/pcc", "name@/pcc", "name@host", "name@host/xyz", "name@host/pcc/more"] {
            assert_eq!(ClientId::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_says_its_public_key_and_nothing_else_does() {
        let key = seeded_key("strange-hydra-68836");
        assert_eq!(public_key(&written(&key)), Some(public(&key)));
        let other_curve = URL_SAFE_NO_PAD.encode(br#"{"kty":"OKP","crv":"X25519","x":"","d":""}"#);
        let short = URL_SAFE_NO_PAD.encode(br#"{"kty":"OKP","crv":"Ed25519","x":"","d":"AAAA"}"#);
        for wrong in ["", PREFIX, "secret-token:conductorone.com:v2:e30", &format!("{PREFIX}{other_curve}")] {
            assert_eq!(public_key(wrong), None, "{wrong}");
        }
        assert_eq!(public_key(&format!("{PREFIX}{short}")), None);
    }
}

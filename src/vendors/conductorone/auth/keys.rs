//! The key with which a tenant signs access tokens and webhook tokens, and what the world may know of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::kernel::Id;
use crate::world::World;

/// A set of public keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct JwkSet {
    pub keys: Vec<Jwk>,
}

/// A public key.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwk {
    pub kty: &'static str,
    pub crv: &'static str,
    #[serde(rename = "use")]
    pub usage: &'static str,
    pub alg: &'static str,
    pub kid: String,
    pub x: String,
}

fn key(world: &World, tenant: &str) -> SigningKey {
    let seed = Sha256::digest(format!("conductorone/signing-key/{}/{tenant}", world.seed()));
    SigningKey::from_bytes(&seed.into())
}

fn kid(key: &SigningKey) -> String {
    Id::<SigningKey>::named(&public(key)).hex()
}

/// The public half of a key, in base64url.
pub(super) fn public(key: &SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes())
}

/// A private key as the signer wants it.
pub(super) fn encoding(key: &SigningKey) -> Option<EncodingKey> {
    Some(EncodingKey::from_ed_der(key.to_pkcs8_der().ok()?.as_bytes()))
}

/// The tenant's private key, and its name.
pub fn signing_key(world: &World, tenant: &str) -> Option<(EncodingKey, String)> {
    let key = key(world, tenant);
    Some((encoding(&key)?, kid(&key)))
}

/// The tenant's public key.
pub(super) fn verifying_key(world: &World, tenant: &str) -> Option<DecodingKey> {
    DecodingKey::from_ed_components(&public(&key(world, tenant))).ok()
}

/// What `GET /auth/v1/jwks` answers.
pub fn key_set(world: &World, tenant: &str) -> JwkSet {
    let key = key(world, tenant);
    let (kid, x) = (kid(&key), public(&key));
    JwkSet { keys: vec![Jwk { kty: "OKP", crv: "Ed25519", usage: "sig", alg: "EdDSA", kid, x }] }
}

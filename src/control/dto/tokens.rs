//! Tokens and credentials.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::{Credential, Minted};

/// Whose token to mint.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// The vendor that shall take it.
    pub vendor: String,
    /// A slug, a mail address or an id.
    pub person: String,
}

/// A token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenDto {
    /// The token as clients send it.
    token: String,
    /// The header that carries it, in full.
    header: String,
    /// Seconds until it ends.
    expires_in: i64,
}

impl From<Minted> for TokenDto {
    fn from(minted: Minted) -> Self {
        let Minted { token, header, expires_in } = minted;
        Self { token, header, expires_in }
    }
}

/// The ready-made credentials.
#[derive(Serialize, ToSchema)]
pub struct CredentialsDto {
    /// By vendor.
    #[schema(value_type = BTreeMap<String, Vec<Object>>)]
    pub credentials: BTreeMap<&'static str, Vec<Credential>>,
}

//! Credentials, as the start-up lines, `rolecall env` and the control plane show them.

use serde::Serialize;

/// A ready-made credential of the seed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// What it is for.
    pub name: String,
    /// The slug of the person it acts as; `null` for a client that is nobody.
    pub person: Option<String>,
    /// What clients call the id of it.
    pub client_id: String,
    /// What clients prove it with.
    pub client_secret: String,
}

/// A token made for a person on request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Minted {
    /// The token as clients send it.
    pub token: String,
    /// The header that carries it, in full.
    pub header: String,
    /// Seconds until it ends.
    pub expires_in: i64,
}

//! What was asked and answered, and claims about it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{ErrorBody, hundred};
use crate::http::journal::{Claim, Pattern, Statuses, Verdict};
use crate::kernel::Timestamp;

/// Which exchanges to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct JournalQuery {
    /// The vendor that answered.
    pub vendor: Option<String>,
    /// The vendor's name for the operation.
    pub operation: Option<String>,
    /// Who called: the slug of a person, or the name of a client.
    pub caller: Option<String>,
    /// The status of the answer, such as `403` or `4xx`; `none` when nothing reached the client.
    #[param(value_type = Option<String>)]
    pub status: Option<Statuses>,
    /// The method of the request.
    pub method: Option<String>,
    /// Something that stands in the path.
    pub path: Option<String>,
    /// A command that was performed, or refused.
    pub command: Option<String>,
    /// An event that a command led to.
    pub event: Option<String>,
    /// The effect of a fault that it met; `any` for whatever fault.
    pub fault: Option<String>,
    /// Not before this hour of the tenant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Before this hour of the tenant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Something that stands in the address, in a header or in a body, in any case.
    pub text: Option<String>,
    /// Those after this number, the first ones; the last ones when absent.
    pub after: Option<u64>,
    /// How many to show, at most 1000.
    #[serde(default = "hundred")]
    pub limit: usize,
}

/// Exchanges, the oldest first.
#[derive(Serialize, ToSchema)]
pub struct JournalDto {
    /// One by one.
    pub exchanges: Vec<Value>,
    /// How many fit.
    pub total: usize,
    /// Whether none has been forgotten for want of room.
    pub complete: bool,
}

impl From<JournalQuery> for Pattern {
    fn from(query: JournalQuery) -> Self {
        let JournalQuery { vendor, operation, caller, status, method, path, command, .. } = query;
        let JournalQuery { event, fault, since, until, text, .. } = query;
        Self { vendor, operation, caller, method, path, status, command, event, fault, since, until, text }
    }
}

/// What a suite claims.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// All of them must hold.
    pub claims: Vec<Claim>,
}

/// What became of the claims.
#[derive(Serialize, ToSchema)]
pub struct VerdictsDto {
    /// Whether all of them hold.
    pub holds: bool,
    /// The first that does not hold, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorBody>,
    /// One for each claim.
    pub verdicts: Vec<Verdict>,
    /// Whether no exchange has been forgotten for want of room.
    pub complete: bool,
}

impl VerdictsDto {
    /// The verdicts, and the first failure in a sentence.
    pub fn of(verdicts: Vec<Verdict>, complete: bool) -> Self {
        let failed = verdicts.iter().zip(1..).find(|(verdict, _)| !verdict.holds);
        let error = failed.map(|(verdict, number)| {
            let name = verdict.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
            let because = verdict.because.as_deref().unwrap_or_default();
            let near = verdict.nearest.as_ref();
            let near = near.map(|near| format!("; nearest is exchange {}: {}", near.number, near.differs.join(", ")));
            let message = format!("claim {number}{name} does not hold: {because}{}", near.unwrap_or_default());
            ErrorBody { code: "claim_failed", message }
        });
        Self { holds: error.is_none(), error, verdicts, complete }
    }
}

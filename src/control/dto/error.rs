//! Refusals.

use serde::Serialize;
use utoipa::ToSchema;

/// A refusal.
#[derive(Serialize, ToSchema)]
pub struct ErrorDto {
    /// What was refused.
    pub error: ErrorBody,
}

/// What was refused, and why.
#[derive(Serialize, ToSchema)]
pub struct ErrorBody {
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

//! Failure on request.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::faults::FaultLine;

/// The faults of a tenant.
#[derive(Serialize, ToSchema)]
pub struct FaultsDto {
    /// In the order in which they are considered.
    pub faults: Vec<FaultLine>,
}

//! What a suite has exercised, and how it is written.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// How coverage is written.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CoverageFormat {
    /// As JSON.
    #[default]
    Json,
    /// As JUnit reports tests.
    Junit,
    /// As a page.
    Html,
}

/// How coverage shall be written.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CoverageQuery {
    /// `json`, `junit` or `html`.
    #[serde(default)]
    #[param(inline)]
    pub format: CoverageFormat,
}

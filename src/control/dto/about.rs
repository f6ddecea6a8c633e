//! What the process is.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{LifecycleDto, PaceDto};
use crate::http::{Operation, Vendor};

/// Whether the process is well.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`, `ready` or `starting`.
    pub status: &'static str,
}

/// One line of the effective configuration.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfigLine {
    /// The flag, without its dashes.
    pub name: String,
    /// The environment variable that says the same.
    pub variable: String,
    /// Its value, secrets masked; `null` when it is not set.
    pub value: Option<String>,
    /// Where the value comes from: `flag`, `environment` or `default`.
    pub source: &'static str,
}

/// The effective configuration.
#[derive(Serialize, ToSchema)]
pub struct ConfigDto {
    /// Every flag.
    pub config: Vec<ConfigLine>,
}

/// The vendors.
#[derive(Serialize, ToSchema)]
pub struct VendorsDto {
    /// One by one.
    pub vendors: Vec<VendorDto>,
}

/// One emulated vendor.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VendorDto {
    name: &'static str,
    title: &'static str,
    /// The path under which it is mounted.
    prefix: String,
    /// Host names of the real service that reach it, too.
    hosts: &'static [&'static str],
    /// First segments of paths that reach it without any prefix.
    roots: &'static [&'static str],
    /// Every operation that is emulated.
    #[schema(value_type = Vec<Object>)]
    operations: Vec<Operation>,
    /// Every lifecycle.
    lifecycles: Vec<LifecycleDto>,
    /// Every asynchronous hop, with its usual pace.
    #[schema(value_type = BTreeMap<String, String>)]
    hops: BTreeMap<&'static str, PaceDto>,
}

impl VendorDto {
    /// What a vendor says about itself.
    pub fn of(vendor: &dyn Vendor) -> Self {
        Self {
            name: vendor.name(),
            title: vendor.title(),
            prefix: format!("/{}", vendor.name()),
            hosts: vendor.hosts(),
            roots: vendor.roots(),
            operations: vendor.operations(),
            lifecycles: vendor.machines().into_iter().map(LifecycleDto::of).collect(),
            hops: vendor.hops().into_iter().map(|hop| (hop.name, PaceDto(hop.pace))).collect(),
        }
    }
}

//! Lifecycles and where they are drawn.

use serde::Serialize;
use utoipa::ToSchema;

use crate::kernel::Machine;

/// A lifecycle as data and as a picture.
#[derive(Serialize, ToSchema)]
pub struct LifecycleDto {
    /// States and transitions.
    #[schema(value_type = Object)]
    #[serde(flatten)]
    machine: Machine,
    /// A Mermaid state diagram.
    mermaid: String,
}

impl LifecycleDto {
    pub(super) fn of(machine: Machine) -> Self {
        Self { mermaid: machine.mermaid(), machine }
    }
}

/// The lifecycles of all vendors.
#[derive(Serialize, ToSchema)]
pub struct LifecyclesDto {
    /// By vendor.
    pub lifecycles: Vec<LifecycleLine>,
}

/// A lifecycle, and where its picture is.
#[derive(Serialize, ToSchema)]
pub struct LifecycleLine {
    vendor: &'static str,
    /// The path of its picture.
    svg: String,
    #[serde(flatten)]
    lifecycle: LifecycleDto,
}

impl LifecycleLine {
    /// A machine of this vendor.
    pub fn of(vendor: &'static str, machine: Machine) -> Self {
        let svg = format!("/_rolecall/lifecycles/{vendor}/{}.svg", machine.file_name());
        Self { vendor, svg, lifecycle: LifecycleDto::of(machine) }
    }
}

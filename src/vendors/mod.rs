//! The emulated vendors: one folder and one line each.

pub mod conductorone;
pub mod grip;
pub mod pingone;
pub mod sailpoint;

use crate::http::Vendor;

/// Every vendor, in the order in which listings show them.
pub fn all() -> Vec<Box<dyn Vendor>> {
    vec![
        Box::new(sailpoint::SailPoint),
        Box::new(grip::Grip),
        Box::new(conductorone::ConductorOne),
        Box::new(pingone::PingOne),
    ]
}

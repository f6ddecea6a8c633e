//! One test binary for everything.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod across;
mod autopilot;
mod common;
mod conductorone;
mod control;
mod coverage;
#[cfg(debug_assertions)]
mod documents;
mod every_vendor;
mod faults;
mod grip;
mod growth;
mod journal;
mod pingone;
mod properties;
mod replay;
mod sailpoint;
mod socket;
mod state;
mod tenants;
mod tidy;
mod tls;
mod webhooks;

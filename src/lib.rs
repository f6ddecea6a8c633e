//! Rolecall plays the APIs of four identity-governance vendors over one invented company.
//!
//! `kernel` is mechanism, `company` the shared reality, `world` the simulation, `http` what every
//! vendor's front shares, `vendors` one folder per vendor, `control` the plane under `/_rolecall`.
//! ARCHITECTURE.md says what goes where, and why.

pub mod app;
pub mod cli;
pub mod company;
pub mod config;
pub mod control;
pub mod http;
pub mod kernel;
pub mod query;
pub mod replay;
pub mod serve;
pub mod telemetry;
pub mod tls;
pub mod vendors;
pub mod webhooks;
pub mod world;

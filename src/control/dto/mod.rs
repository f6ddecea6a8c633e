//! The plane's wire shapes, a file per noun.

mod about;
mod autopilot;
mod clock;
mod coverage;
mod error;
mod events;
mod faults;
mod journal;
mod lifecycles;
mod pace;
mod people;
mod settings;
mod snapshots;
mod state;
mod steps;
mod tenants;
mod timers;
mod tokens;
mod webhooks;

pub use about::*;
pub use autopilot::*;
pub use clock::*;
pub use coverage::*;
pub use error::*;
pub use events::*;
pub use faults::*;
pub use journal::*;
pub use lifecycles::*;
pub use pace::*;
pub use people::*;
pub use settings::*;
pub use snapshots::*;
pub use state::*;
pub use steps::*;
pub use tenants::*;
pub use timers::*;
pub use tokens::*;
pub use webhooks::*;

use timers::hundred;

//! Mechanism: persistent tables, timers, ids and time.
//!
//! Nothing here knows HTTP, a vendor, a company or async, and only [`clock`] may ask the
//! operating system what time it is. Everything is a value: a clone is a snapshot.

mod chronicle;
pub mod clock;
mod ids;
mod lifecycle;
mod span;
mod table;
mod timers;

pub use chronicle::{Chronicle, Event};
pub use clock::{Clock, ManualWall, OsWall, Timestamp, Wall};
pub use ids::{Id, Ids};
pub use lifecycle::{Edge, Lifecycle, Machine};
pub use span::Span;
pub use table::{AnyTable, Entity, Place, RowChange, RowError, Table};
pub use timers::{Due, Hop, Pace, Paces, TimerId, TimerLine, Timers, Waiting};

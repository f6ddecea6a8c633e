//! Everything that happened, as it can happen again: what `--journal FILE` keeps, and what a replay compares.
//!
//! A recording is a file of lines, each a [`Deed`]: what reached a process from outside, the moments at which it
//! looked at a world or changed one, and what came of it. Moments are numbered without a gap over all lines, so the
//! numbers are the order of the whole, whatever the order of the lines: a line is written when its deed is over. What
//! changes nothing and looks at nothing is not kept: the control plane's readings, and requests that no tenant saw.
//!
//! A reading that runs beside commands sees the world as it was at its moment, and is replayed there. Two things are
//! not in the order of moments: which of several requests under way at once has the last place of a rate limit, where
//! limits are switched on; and rules for faults, or a clearing of them, that are set while requests are under way.
//!
//! A recording holds requests as they were sent, with their credentials: only its owner may read the file.

mod deed;
mod file;

pub use deed::{Asked, Beginning, Deed, FORMAT, Said};
pub use file::{File, PENDING_MAX};

/// Where deeds go when they are over. Whoever calls it never waits.
pub trait Scribe: Send + Sync {
    /// Keeps a deed.
    fn note(&self, deed: Deed);
}

//! Does once more what a journal keeps.

use std::fs::File;
use std::io::{BufReader, Write};

use super::Failure;
use crate::config::{Replay, seed};
use crate::http::Vendor;
use crate::replay::{Report, replay as replayed};

/// Replays a journal, and says how much of it was the same.
///
/// # Errors
/// The first byte that differs, or why there is nothing to compare.
pub fn replay(replay: &Replay, vendors: Vec<Box<dyn Vendor>>, out: &mut impl Write) -> Result<(), Failure> {
    let recording = BufReader::with_capacity(1 << 20, File::open(&replay.file)?);
    let seed = seed(replay.seed.as_ref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(replayed(recording, seed, vendors));
    // Whoever was cut off may still wait.
    runtime.shutdown_background();
    let Report { deeds, moments, left } = report?;
    writeln!(out, "{}: {deeds} deeds at {moments} moments, the same byte for byte", replay.file.display())?;
    if left > 0 {
        writeln!(out, "{left} clients had gone away before their answer, which was not compared")?;
    }
    Ok(())
}

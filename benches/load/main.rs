//! Rolecall beside a bare axum server that answers the same bytes from memory: how much a stateful
//! answer costs over a static one, on one machine in one run.
//!
//! `cargo bench --bench load` prints markdown tables; `-- NAME…` only what is called so: `page`,
//! `reading`, `between`, `approve`, `journal`, `start`, `memory`, `fork`, `advance`, `large`. Servers run on
//! one core and the client on another where `taskset` can see to it. By the environment:
//! `LOAD_ROUNDS` (7), `LOAD_SCALE` (1; factor on the number of requests), `LOAD_GRANTS` (1000000),
//! `LOAD_SHARED_CORES=1` (pins nothing), `LOAD_ROLECALL` (another binary, to compare with).

mod bare;
mod client;
mod contest;
mod journal;
mod process;
mod stage;
mod standing;
mod throughput;

use std::io::{Write, stdout};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use tokio::time::timeout;

/// What anything here fails with.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The argument that makes this program the bare server.
const BARE: &str = "bare-server";
/// The variable that lets servers and client share all cores.
const SHARED_CORES: &str = "LOAD_SHARED_CORES";
/// How long everything together may take.
const PATIENCE: Duration = Duration::from_secs(1_200);

/// How much is measured.
pub struct Extent {
    only: Vec<String>,
    rounds: usize,
    scale: f64,
    grants: usize,
}

impl Extent {
    fn read() -> Self {
        // Cargo passes `--bench` itself.
        let only = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
        Self {
            only,
            rounds: variable("LOAD_ROUNDS", 7),
            scale: variable("LOAD_SCALE", 1.0),
            grants: variable("LOAD_GRANTS", 1_000_000),
        }
    }

    /// Whether this is to be measured.
    fn covers(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    /// So many requests as `usual` at scale 1.
    fn of(&self, usual: usize) -> usize {
        ((usual as f64 * self.scale) as usize).max(1)
    }
}

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some(BARE) => bare::serve(),
        _ => measure(&Extent::read(), &mut stdout()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("load: {why}");
            ExitCode::FAILURE
        }
    }
}

fn measure(extent: &Extent, out: &mut impl Write) -> Result<(), Failure> {
    let pinned = std::env::var_os(SHARED_CORES).is_none() && process::take_a_core();
    let cores = if pinned { "servers on one core, the client on another" } else { "all cores shared" };
    writeln!(out, "{} rounds, median; {cores}\n", extent.rounds)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        timeout(PATIENCE, async {
            throughput::measure(extent, out).await?;
            journal::measure(extent, out).await?;
            standing::measure(extent, out).await
        })
        .await?
    })
}

fn variable<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

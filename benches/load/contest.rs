//! The same requests to Rolecall and to the bare server, turn by turn.

use std::fmt;
use std::io::Result;
use std::time::Duration;

use super::client::{Lap, Written, lap};
use super::process::Server;

/// Rolecall, and the bare server that repeats its answers.
pub struct Rivals {
    pub rolecall: Server,
    pub bare: Server,
}

/// What both did, lap by lap.
pub struct Contest {
    pub name: &'static str,
    rolecall: Side,
    bare: Side,
}

#[derive(Default)]
struct Side {
    laps: Vec<Lap>,
    processor: Duration,
}

impl Rivals {
    /// Lets both answer `rounds` scripts, one after the other, and each of them first in turn.
    pub async fn meet(
        &self,
        name: &'static str,
        rounds: usize,
        mut scripts: impl AsyncFnMut(usize) -> Result<Vec<Vec<Written>>>,
    ) -> Result<Contest> {
        let mut contest = Contest { name, rolecall: Side::default(), bare: Side::default() };
        for round in 0..rounds {
            let scripts = scripts(round).await?;
            if round % 2 == 0 {
                contest.rolecall.run(&self.rolecall, scripts.clone()).await?;
                contest.bare.run(&self.bare, scripts).await?;
            } else {
                contest.bare.run(&self.bare, scripts.clone()).await?;
                contest.rolecall.run(&self.rolecall, scripts).await?;
            }
        }
        Ok(contest)
    }
}

impl Side {
    async fn run(&mut self, server: &Server, scripts: Vec<Vec<Written>>) -> Result<()> {
        let before = server.processor_time()?;
        self.laps.push(lap(server.address, scripts).await?);
        self.processor += server.processor_time()?.saturating_sub(before);
        Ok(())
    }

    fn rate(&self) -> f64 {
        median(self.laps.iter().map(rate))
    }

    /// Microseconds of the server's processor for one request.
    fn cost(&self) -> f64 {
        let requests: usize = self.laps.iter().map(|lap| lap.requests).sum();
        self.processor.as_secs_f64() * 1e6 / requests as f64
    }
}

impl Contest {
    /// Rolecall's share of the bare server's throughput, lap by lap; the median.
    pub fn ratio(&self) -> f64 {
        self.share(|ours, bares| rate(ours) / rate(bares))
    }

    /// The same of the time that clients waited for readings alone.
    pub fn readings_ratio(&self) -> f64 {
        self.share(|ours, bares| bares.readings.1.as_secs_f64() / ours.readings.1.as_secs_f64())
    }

    fn share(&self, of: impl Fn(&Lap, &Lap) -> f64) -> f64 {
        median(self.rolecall.laps.iter().zip(&self.bare.laps).map(|(ours, bares)| of(ours, bares)))
    }
}

/// The head of the table whose rows contests are.
pub const HEAD: &str = "\
| | Rolecall, requests/s | bare axum, requests/s | ratio | Rolecall, CPU µs each | bare axum, CPU µs each |
|---|--:|--:|--:|--:|--:|";

impl fmt::Display for Contest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, rolecall, bare } = self;
        write!(f, "| {name} | {:.0} | {:.0} | **{:.2}** ", rolecall.rate(), bare.rate(), self.ratio())?;
        write!(f, "| {:.1} | {:.1} |", rolecall.cost(), bare.cost())
    }
}

fn rate(lap: &Lap) -> f64 {
    lap.requests as f64 / lap.took.as_secs_f64()
}

/// The middle one; of two, the upper.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

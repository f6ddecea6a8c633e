//! What a journal costs: the same requests to a Rolecall that keeps one and to one that keeps none, turn by turn; and
//! how much a journal holds after a long load.

use std::io::{Error, Result, Write};

use serde_json::Value;

use super::client::lap;
use super::contest::{Contest, Rivals};
use super::process::Server;
use super::stage::{PAGE, READING, Stage};
use super::throughput::spread;
use super::{Extent, Failure};

const PREPARED: &str = "prepared";
/// Both servers open at the same hour: equal seed, equal bytes, so one script is right for both.
const OPENING: [&str; 2] = ["--start", "2026-01-05T09:00:00Z"];
const MEMORY: [&str; 3] = ["a page, polled", "a small reading, polled", "approve"];
const FILE: [&str; 3] =
    ["a page, polled; a file as well", "a small reading; a file as well", "approve; a file as well"];
const HEAD: &str = "\
| | with a journal, requests/s | without, requests/s | ratio | with, CPU µs each | without, CPU µs each |
|---|--:|--:|--:|--:|--:|";

/// Lets servers with and without a journal meet, and writes the table.
pub async fn measure(extent: &Extent, out: &mut impl Write) -> std::result::Result<(), Failure> {
    if !extent.covers("journal") {
        return Ok(());
    }
    let file = std::env::temp_dir().join(format!("rolecall-load-{}.jsonl", std::process::id()));
    let path = file.to_str().ok_or("the folder for temporary files has a strange name")?;
    writeln!(out, "{HEAD}")?;
    for (names, with, without) in
        [(MEMORY, &[][..], &["--journal-exchanges", "0"][..]), (FILE, &["--journal", path][..], &[][..])]
    {
        for contest in meet(extent, names, with, without).await? {
            writeln!(out, "{contest}")?;
        }
    }
    let written = std::fs::metadata(&file).map_or(0, |file| file.len());
    // Whoever asked for the numbers did not ask for the file.
    let _ = std::fs::remove_file(&file);
    writeln!(out, "\nThe file had {:.1} MiB.\n", written as f64 / f64::from(1 << 20))?;
    held(extent, out).await?;
    Ok(())
}

async fn meet(extent: &Extent, names: [&'static str; 3], with: &[&str], without: &[&str]) -> Result<Vec<Contest>> {
    let start = |more: &[&str]| Server::rolecall(&[&OPENING, more].concat());
    let rivals = Rivals { rolecall: start(with)?, bare: start(without)? };
    let mut stages = [Stage::at(&rivals.rolecall).await?, Stage::at(&rivals.bare).await?];
    let count = extent.of(3_000);
    let mut approvals = Vec::new();
    for stage in &mut stages {
        let tenant = stage.tenant(PREPARED, None).await?;
        approvals.push(stage.approvals(&tenant, count).await?);
    }
    if approvals[0] != approvals[1] {
        return Err(Error::other("two servers of one seed have different approvals"));
    }
    let tenant = stages[0].enter(PREPARED).await?;
    let mut contests = Vec::new();
    let [polled, read, approved] = names;
    for (name, path, usual) in [(polled, PAGE, 20_000), (read, READING, 40_000)] {
        let scripts = spread(std::iter::repeat_n(tenant.request("GET", path), extent.of(usual)));
        contests.push(rivals.meet(name, extent.rounds, async |_| Ok(scripts.clone())).await?);
    }
    let approvals = &approvals[0];
    let scripts = async |round: usize| {
        let mut entered = None;
        for stage in &mut stages {
            entered = Some(stage.tenant(&format!("approve-{round}"), Some(PREPARED)).await?);
        }
        let tenant = entered.ok_or_else(|| Error::other("there are no servers"))?;
        Ok(spread(approvals.iter().take(count).map(|id| tenant.approve(id))))
    };
    contests.push(rivals.meet(approved, extent.rounds, scripts).await?);
    Ok(contests)
}

/// How many bytes the journal holds after ever more readings, and what the process does.
async fn held(extent: &Extent, out: &mut impl Write) -> Result<()> {
    const READINGS: usize = 100_000;
    let server = Server::rolecall(&OPENING)?;
    let mut stage = Stage::at(&server).await?;
    let tenant = stage.tenant(PREPARED, None).await?;
    writeln!(out, "| readings so far | journal, bytes | resident, MiB |\n|--:|--:|--:|")?;
    for round in 1..=5 {
        let scripts = spread(std::iter::repeat_n(tenant.request("GET", PAGE), extent.of(READINGS)));
        lap(server.address, scripts).await?;
        let metrics = stage.control("GET", "/metrics", &Value::Null).await?;
        let metrics = String::from_utf8_lossy(&metrics.body).into_owned();
        let line = metrics.lines().find_map(|line| line.strip_prefix("rolecall_journal_bytes "));
        let bytes = line.ok_or_else(|| Error::other("no metric says how much journals hold"))?;
        writeln!(out, "| {} | {bytes} | {:.0} |", round * extent.of(READINGS), server.resident()?)?;
    }
    Ok(())
}

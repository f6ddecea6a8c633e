//! What Rolecall takes before and besides answering: start, memory, forks, time, a large company.

use std::io::{Error, Result, Write};
use std::time::Duration;

use rolecall::kernel::clock::Stopwatch;
use serde_json::{Value, json};

use super::client::{Connection, Written, lap, written};
use super::contest::median;
use super::process::{Server, free_port};
use super::stage::{PAGE, READING, Stage};
use super::{Extent, Failure};

const STARTS: usize = 10;
const FORKS: usize = 300;
const TIMERS: usize = 1_000;
/// How many requests come before memory is looked at.
const LOAD: usize = 100_000;
/// How many of the large company's approvals are decided.
const DECISIONS: usize = 1_000;
/// How long a server may take to come up.
const START_MAX: Duration = Duration::from_secs(10);
const BETWEEN_LOOKS: Duration = Duration::from_micros(100);

/// Measures each, and writes the table.
pub async fn measure(extent: &Extent, out: &mut impl Write) -> std::result::Result<(), Failure> {
    if !["start", "memory", "fork", "advance", "large"].iter().any(|name| extent.covers(name)) {
        return Ok(());
    }
    writeln!(out, "| | |\n|---|--:|")?;
    if extent.covers("start") {
        let ready = written("GET", "/_rolecall/ready", "", "");
        let page = written("GET", PAGE, "Authorization: Bearer anything\r\n", "");
        writeln!(out, "| cold start to the first 200 of `ready` | {} |", millis(cold_start(&ready).await?))?;
        writeln!(out, "| cold start to the first page of approvals | {} |", millis(cold_start(&page).await?))?;
    }
    if extent.covers("memory") {
        memory(extent, out).await?;
    }
    if extent.covers("fork") {
        writeln!(out, "| a new tenant, as its client waits for it | {} |", millis(fork().await?))?;
    }
    if extent.covers("advance") {
        let (took, instants) = advance().await?;
        writeln!(out, "| 30 days over {instants} instants with a timer due | {} |", millis(took))?;
    }
    if extent.covers("large") {
        large_company(extent.grants, out).await?;
    }
    Ok(())
}

/// From starting the process to its first answer `200` to `request`; the median of some.
async fn cold_start(request: &Written) -> Result<Duration> {
    let mut starts = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let port = free_port()?;
        let watch = Stopwatch::start();
        let server = Server::rolecall_at(port)?;
        while !is_answered(&server, request).await {
            if watch.elapsed() > START_MAX {
                return Err(Error::other("the server does not come up"));
            }
            std::thread::park_timeout(BETWEEN_LOOKS);
        }
        starts.push(watch.elapsed().as_secs_f64());
    }
    Ok(Duration::from_secs_f64(median(starts.into_iter())))
}

async fn is_answered(server: &Server, request: &Written) -> bool {
    let Ok(mut connection) = Connection::open(server.address).await else { return false };
    connection.ask(request).await.is_ok_and(|answer| answer.status == 200)
}

async fn memory(extent: &Extent, out: &mut impl Write) -> Result<()> {
    let server = Server::rolecall(&[])?;
    writeln!(out, "| resident memory, idle | {:.1} MiB |", server.resident()?)?;
    let mut stage = Stage::at(&server).await?;
    let tenant = stage.tenant("load", None).await?;
    let requests = [tenant.request("GET", PAGE), tenant.request("GET", READING)];
    let load = extent.of(LOAD);
    let script = requests.iter().cycle().take(load).cloned().collect();
    lap(server.address, vec![script]).await?;
    writeln!(out, "| resident memory after {load} readings | {:.1} MiB |", server.resident()?)
}

/// A tenant of a name that nobody used before.
async fn fork() -> Result<Duration> {
    let server = Server::rolecall(&[])?;
    let mut stage = Stage::at(&server).await?;
    let mut forks = Vec::with_capacity(FORKS);
    for number in 0..FORKS {
        let name = json!({"name": format!("fork-{number}")});
        let watch = Stopwatch::start();
        stage.control("POST", "/tenants", &name).await?;
        forks.push(watch.elapsed().as_secs_f64());
    }
    Ok(Duration::from_secs_f64(median(forks.into_iter())))
}

/// Thirty days over timers that are due at an instant of their own each.
async fn advance() -> Result<(Duration, u64)> {
    let server = Server::rolecall(&[])?;
    let mut stage = Stage::at(&server).await?;
    let tenant = stage.tenant("timers", None).await?;
    let clock = format!("/tenants/{}/clock/advance", tenant.name);
    let timers = format!("/tenants/{}/timers?limit=1", tenant.name);
    let rules = json!({"step": "set-approval-rules", "rules": {}});
    if !stage.step(&tenant, &rules).await? {
        return Err(Error::other("the rules of approval could not be set"));
    }
    let pace = json!({"sailpoint/provision": "P2D"});
    stage.control("PUT", &format!("/tenants/{}/pace", tenant.name), &pace).await?;
    // Some decisions only bring the next approver, and set no timer.
    for id in stage.approvals(&tenant, 4 * TIMERS).await? {
        stage.ask(&tenant.approve(&id)).await?;
        stage.control("POST", &clock, &json!({"by": "PT1S"})).await?;
        if stage.control("GET", &timers, &Value::Null).await?.json()?["total"] == TIMERS {
            break;
        }
    }
    let watch = Stopwatch::start();
    let advanced = stage.control("POST", &clock, &json!({"by": "P30D"})).await?;
    let took = watch.elapsed();
    Ok((took, advanced.json()?["instants"].as_u64().unwrap_or_default()))
}

async fn large_company(grants: usize, out: &mut impl Write) -> Result<()> {
    let watch = Stopwatch::start();
    let server = Server::rolecall(&["--grants", &grants.to_string()])?;
    let load = watch.elapsed();
    let resident = server.resident()?;
    let mut stage = Stage::at(&server).await?;
    let people = stage.control("GET", "/tenants/default/people?limit=1", &Value::Null).await?.json()?;
    let name = format!("{grants} grants asked for ({} people)", people["total"]);
    let tenant = stage.tenant("large", None).await?;
    let approvals = stage.approvals(&tenant, DECISIONS).await?;
    let page = lap(server.address, vec![vec![tenant.request("GET", PAGE)]]).await?.took;
    let decisions = lap(server.address, vec![approvals.iter().map(|id| tenant.approve(id)).collect()]).await?;
    let decision = decisions.took / u32::try_from(decisions.requests).unwrap_or(1);
    writeln!(out, "| {name}: from start to `Ready.` | {} |", millis(load))?;
    writeln!(out, "| {name}: resident memory, idle | {resident:.1} MiB |")?;
    writeln!(out, "| {name}: a page of 50 approvals, made anew | {} |", millis(page))?;
    writeln!(out, "| {name}: a decision, as its client waits for it | {} |", millis(decision))
}

fn millis(took: Duration) -> String {
    format!("{:.2} ms", took.as_secs_f64() * 1e3)
}

//! Requests per second: readings, decisions, and both in turn.

use std::io::{Error, Result, Write};

use super::bare::Line;
use super::contest::{Contest, HEAD, Rivals};
use super::process::Server;
use super::stage::{PAGE, READING, Stage, Tenant};
use super::{Extent, Failure};

const CONNECTIONS: usize = 4;
const PREPARED: &str = "prepared";

/// Lets Rolecall and the bare server meet, and writes the table.
pub async fn measure(extent: &Extent, out: &mut impl Write) -> std::result::Result<(), Failure> {
    if !["page", "reading", "between", "approve"].iter().any(|name| extent.covers(name)) {
        return Ok(());
    }
    let mut course = Course::lay(extent).await?;
    writeln!(out, "{HEAD}")?;
    if extent.covers("page") {
        writeln!(out, "{}", course.polled("page of 50 pending approvals, polled", PAGE, 20_000).await?)?;
    }
    if extent.covers("reading") {
        let reading = course.reading.clone();
        writeln!(out, "{}", course.polled("one small reading, polled", &reading, 40_000).await?)?;
    }
    let between = if extent.covers("between") { Some(course.written_between().await?) } else { None };
    if let Some(between) = &between {
        writeln!(out, "{between}")?;
    }
    if extent.covers("approve") {
        writeln!(out, "{}", course.approve().await?)?;
    }
    writeln!(out, "\nThe page has {} bytes; the small reading is `{}`.", course.page_bytes, course.reading)?;
    if let Some(between) = between {
        writeln!(
            out,
            "Of a decision and a page in turn, waiting for the page alone: {:.2}.",
            between.readings_ratio()
        )?;
    }
    writeln!(out)?;
    Ok(())
}

struct Course<'e> {
    extent: &'e Extent,
    rivals: Rivals,
    stage: Stage,
    approvals: Vec<String>,
    reading: String,
    page_bytes: usize,
}

impl<'e> Course<'e> {
    async fn lay(extent: &'e Extent) -> std::result::Result<Self, Failure> {
        let rolecall = Server::rolecall(&[])?;
        let mut stage = Stage::at(&rolecall).await?;
        let prepared = stage.tenant(PREPARED, None).await?;
        let approvals = stage.approvals(&prepared, extent.of(5_000) + 100).await?;
        let spare = stage.tenant("recorded", Some(PREPARED)).await?;
        let page = stage.ask(&spare.request("GET", PAGE)).await?;
        let reading = smallest_reading(&mut stage, &spare).await?;
        let read = stage.ask(&spare.request("GET", &reading)).await?;
        let approved = stage.ask(&spare.approve(&approvals[0])).await?;
        let route = |path: &str| path.split('?').next().unwrap_or_default().to_owned();
        let plan = [
            Line::new("GET", &route(PAGE), &page),
            Line::new("GET", &route(&reading), &read),
            Line::new("POST", "/v3/access-request-approvals/{id}/approve", &approved),
        ];
        let bare = Server::bare(&serde_json::to_string(&plan)?)?;
        let rivals = Rivals { rolecall, bare };
        Ok(Self { extent, rivals, stage, approvals, reading, page_bytes: page.body.len() })
    }

    /// Nothing is written between the readings.
    async fn polled(&mut self, name: &'static str, path: &str, count: usize) -> Result<Contest> {
        let tenant = self.stage.enter(PREPARED).await?;
        let scripts = spread(std::iter::repeat_n(tenant.request("GET", path), self.extent.of(count)));
        self.rivals.meet(name, self.extent.rounds, async |_| Ok(scripts.clone())).await
    }

    /// One approval is decided before each page.
    async fn written_between(&mut self) -> Result<Contest> {
        let pairs = self.extent.of(2_500);
        let (stage, approvals) = (&mut self.stage, &self.approvals);
        let scripts = async |round: usize| {
            let tenant = stage.tenant(&format!("between-{round}"), Some(PREPARED)).await?;
            let page = tenant.request("GET", PAGE);
            let last = approvals.iter().rev().take(pairs).map(|id| [tenant.approve(id), page.clone()]);
            Ok(spread(last).into_iter().map(|pairs| pairs.concat()).collect())
        };
        self.rivals.meet("a decision and a page, in turn", self.extent.rounds, scripts).await
    }

    /// Every approval is another one, and is decided.
    async fn approve(&mut self) -> Result<Contest> {
        let count = self.extent.of(5_000);
        let (stage, approvals) = (&mut self.stage, &self.approvals);
        let scripts = async |round: usize| {
            let tenant = stage.tenant(&format!("approve-{round}"), Some(PREPARED)).await?;
            Ok(spread(approvals.iter().take(count).map(|id| tenant.approve(id))))
        };
        self.rivals.meet("approve", self.extent.rounds, scripts).await
    }
}

/// A role, or a count where roles are not served.
async fn smallest_reading(stage: &mut Stage, tenant: &Tenant) -> Result<String> {
    let Ok(roles) = stage.ask(&tenant.request("GET", "/v3/roles?limit=1")).await else {
        return Ok(READING.to_owned());
    };
    let roles = roles.json()?;
    let role = roles[0]["id"].as_str().ok_or_else(|| Error::other("there are no roles"))?;
    Ok(format!("/v3/roles/{role}"))
}

/// Deals requests out to the connections.
pub fn spread<T>(requests: impl Iterator<Item = T>) -> Vec<Vec<T>> {
    let mut scripts: Vec<Vec<T>> = (0..CONNECTIONS).map(|_| Vec::new()).collect();
    for (place, request) in requests.enumerate() {
        scripts[place % CONNECTIONS].push(request);
    }
    scripts
}

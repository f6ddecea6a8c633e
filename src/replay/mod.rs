//! Does once more what a recording keeps, and compares.
//!
//! A world is founded anew on what the recording's first line says, and every deed happens again in-process, through
//! the same doors, at the same moments: whoever looks at a world or takes a turn waits until its recorded place in the
//! one order has come. What each deed leaves is written down again, and has to be the same line, byte for byte.
//! Subscribers are not called: their answers are deeds. Delays that faults asked for are not waited for.

mod difference;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::Request;
use parking_lot::Mutex;
use serde::Deserialize;
use tokio::sync::oneshot;
use tower::ServiceExt;

pub use self::difference::Difference;
use crate::app::{App, Founding, FoundingError};
use crate::company::grow::Growth;
use crate::company::seed::Seed;
use crate::http::recording::{Asked, Beginning, Deed, FORMAT, Scribe};
use crate::http::{BODY_MAX, Bound, FrontDoor, Numbered, Secured, Site, Vendor};
use crate::kernel::Timestamp;
use crate::world::{Asking, CallId, Lead, Look, Moment, Order, Outcome, Sheet};

/// What was replayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many deeds were the same.
    pub deeds: u64,
    /// How many moments they had.
    pub moments: u64,
    /// How many clients went away before their answer: it was not compared.
    pub left: u64,
}

/// Why a replay ended before its recording did.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// Something else happened than what was recorded.
    #[error("{0}")]
    Differs(Box<Difference>),
    /// The file cannot be read.
    #[error("the journal cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A line is none of a recording's.
    #[error("line {0} is none of a journal's: {1}")]
    NotALine(u64, serde_json::Error),
    /// The first line does not say what the world was founded on.
    #[error("it does not begin as a journal of this format does: {FORMAT}")]
    NotAJournal,
    /// The recording was made with other seed files.
    #[error("it was recorded with other seed files; name their folder with --seed")]
    OtherSeed,
    /// A deed is missing.
    #[error(
        "whatever happened at moment {0} is not in the journal: it was still under way when the process ended, or was lost for want of room ({1} deeds were the same until there)"
    )]
    Gap(u64, u64),
    /// There is no world.
    #[error(transparent)]
    Founding(#[from] FoundingError),
}

/// A line of a recording, as far as it says what to do.
#[derive(Deserialize)]
#[serde(tag = "deed", rename_all = "camelCase")]
enum Line {
    Begin(Box<Beginning>),
    Exchange { tenant: Arc<str>, number: u64, moments: Vec<Moment>, request: Asked, left: bool },
    Control { moments: Vec<Moment>, request: Asked, left: bool },
    Answer { tenant: Arc<str>, moments: Vec<Moment>, vendor: Arc<str>, call: CallId, taken: bool, outcome: Outcome },
    Time { tenant: Arc<str>, moments: Vec<Moment> },
    End {},
}

impl Line {
    fn moments(&self) -> &[Moment] {
        match self {
            Self::Begin(_) | Self::End {} => &[],
            Self::Exchange { moments, .. }
            | Self::Control { moments, .. }
            | Self::Answer { moments, .. }
            | Self::Time { moments, .. } => moments,
        }
    }

    fn left(&self) -> bool {
        matches!(self, Self::Exchange { left: true, .. } | Self::Control { left: true, .. })
    }
}

/// Replays a recording.
///
/// # Errors
/// The first difference, or why there is nothing to compare.
pub async fn replay(recording: impl BufRead, seed: Seed, vendors: Vec<Box<dyn Vendor>>) -> Result<Report, Stopped> {
    let mut lines = Lines { recording, number: 0 };
    let Some((_, text, Line::Begin(beginning))) = lines.next()? else { return Err(Stopped::NotAJournal) };
    let mut stage = Stage::found(*beginning, &text, seed, vendors)?;
    let mut waiting: BTreeMap<u64, Actor> = BTreeMap::new();
    // Moments at which tenants opened or closed while their actor ran on to its end.
    let mut gone: BTreeSet<u64> = BTreeSet::new();
    let mut report = Report::default();
    for tick in 1.. {
        if gone.remove(&tick) {
            continue;
        }
        while !waiting.contains_key(&tick) {
            let Some((number, text, line)) = lines.next()? else {
                let is_over = waiting.is_empty();
                return if is_over { Ok(report) } else { Err(Stopped::Gap(tick, report.deeds)) };
            };
            let actor = Actor { number, text, line, place: 0, under_way: None };
            if let Some(first) = actor.next_tick() {
                waiting.insert(first, actor);
            }
        }
        let Some(mut actor) = waiting.remove(&tick) else { continue };
        let rest = actor.place + 1;
        stage.go_on(&mut actor).await;
        match actor.next_tick() {
            Some(next) if actor.under_way.is_some() => drop(waiting.insert(next, actor)),
            _ => {
                gone.extend(actor.line.moments().iter().skip(rest).map(|moment| moment.tick));
                report.moments += actor.line.moments().len() as u64;
                stage.compare(actor, &mut report)?;
            }
        }
    }
    Ok(report)
}

struct Lines<R> {
    recording: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// The next line, its number and its text. A last line that is cut off is none.
    fn next(&mut self) -> Result<Option<(u64, String, Line)>, Stopped> {
        let mut text = String::new();
        self.recording.read_line(&mut text)?;
        self.number += 1;
        if text.pop() != Some('\n') {
            return Ok(None);
        }
        let line = serde_json::from_str(&text).map_err(|cause| Stopped::NotALine(self.number, cause))?;
        Ok(Some((self.number, text, line)))
    }
}

/// A deed that happens again.
struct Actor {
    number: u64,
    text: String,
    line: Line,
    /// How many of its moments have come.
    place: usize,
    under_way: Option<UnderWay>,
}

struct UnderWay {
    acting: Pin<Box<dyn Future<Output = ()> + Send>>,
    asking: Option<oneshot::Sender<Timestamp>>,
}

impl Actor {
    fn next_tick(&self) -> Option<u64> {
        self.line.moments().get(self.place).map(|moment| moment.tick)
    }
}

/// A world in which everything happens again.
struct Stage {
    app: App,
    control: Router,
    lead: Arc<Lead>,
    asking: Asking,
    noted: Arc<Noted>,
    /// Those who ask for one moment more than they had: they were cut off there, and go no further here either.
    cut_off: Vec<oneshot::Sender<Timestamp>>,
}

#[derive(Default)]
struct Noted(Mutex<Vec<Deed>>);

impl Scribe for Noted {
    fn note(&self, deed: Deed) {
        self.0.lock().push(deed);
    }
}

impl Stage {
    fn found(beginning: Beginning, text: &str, seed: Seed, vendors: Vec<Box<dyn Vendor>>) -> Result<Self, Stopped> {
        if beginning.format != FORMAT {
            return Err(Stopped::NotAJournal);
        }
        if beginning.seed != seed.digest() {
            return Err(Stopped::OtherSeed);
        }
        let founding = Founding {
            seed,
            opening: beginning.opening,
            settings: beginning.settings,
            clock: beginning.clock,
            growth: Growth { people: beginning.people, grants: beginning.grants },
            max_tenants: beginning.max_tenants,
            journal_exchanges: 0,
            public_url: beginning.public_url,
        };
        let (lead, asking) = Lead::at(beginning.opening);
        let world = founding.world(&vendors).map_err(FoundingError::Seed)?;
        let order = Order::led(Arc::clone(&lead));
        let app = App::ordered(world, &founding, vendors, order).map_err(FoundingError::Collision)?;
        let noted = Arc::new(Noted::default());
        app.site().settle_at(beginning.home.clone());
        app.record(&founding, beginning.home, noted.clone());
        let control = app.control();
        let stage = Self { app, control, lead, asking, noted, cut_off: Vec::new() };
        stage.same(1, text, "the beginning")?;
        Ok(stage)
    }

    /// Lets an actor go on through its next moment, up to the one after it.
    async fn go_on(&mut self, actor: &mut Actor) {
        let mut under_way = match actor.under_way.take() {
            Some(under_way) => under_way,
            None => UnderWay { acting: self.acting(actor), asking: None },
        };
        let is_sudden = |moment: &&Moment| matches!(moment.look, Look::Opened | Look::Closed);
        self.lead.expect(actor.line.moments().iter().skip(actor.place).filter(is_sudden).cloned());
        if under_way.asking.is_none() && self.run(actor, &mut under_way).await {
            return;
        }
        let Some(moment) = actor.line.moments().get(actor.place) else { return };
        actor.place += 1;
        // Tenants open and close without being asked to wait.
        if matches!(moment.look, Look::Looked | Look::Turned) {
            if let Some(asking) = under_way.asking.take() {
                self.lead.give(asking, moment.clone());
            }
            if self.run(actor, &mut under_way).await {
                return;
            }
        }
        actor.under_way = Some(under_way);
    }

    /// Runs to where an actor asks for its next moment; says whether it is over instead.
    async fn run(&mut self, actor: &mut Actor, under_way: &mut UnderWay) -> bool {
        tokio::select! {
            biased;
            () = &mut under_way.acting => {
                actor.place = actor.line.moments().len();
                true
            }
            asking = self.asking.recv() => {
                under_way.asking = asking;
                false
            }
        }
    }

    /// What a deed does.
    fn acting(&self, actor: &Actor) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let site = Arc::clone(self.app.site());
        match &actor.line {
            Line::Begin(_) | Line::End {} => Box::pin(async {}),
            Line::Exchange { number, request, .. } => {
                let (mut again, door) = (asked_again(request, &site), FrontDoor::new(site));
                again.extensions_mut().insert(Numbered(*number));
                Box::pin(async move { drop(door.answer(again).await) })
            }
            Line::Control { request, .. } => {
                let (again, control) = (asked_again(request, &site), self.control.clone());
                Box::pin(async move { drop(control.oneshot(again).await) })
            }
            Line::Answer { tenant, vendor, call, taken, outcome, .. } => {
                let (tenant, vendor, call) = (tenant.clone(), vendor.clone(), *call);
                let (outcome, taken) = (outcome.clone(), *taken);
                let webhooks = Arc::clone(&self.app.plane.webhooks);
                Box::pin(async move {
                    if let Some(tenant) = site.tenants().get(&tenant) {
                        webhooks.answer_to(&tenant, &vendor, call, outcome, taken).await;
                    }
                })
            }
            Line::Time { tenant, .. } => {
                let tenant = tenant.clone();
                let passing = Passing { sheet: Sheet::default(), site, tenant };
                Box::pin(async move {
                    // One that cannot be looked at leaves no line, and is found out by that.
                    let _ = passing.sheet.of(passing.site.tenants().look(&passing.tenant)).await;
                })
            }
        }
    }

    /// Compares what a deed has left with what it left when it was recorded.
    fn compare(&mut self, actor: Actor, report: &mut Report) -> Result<(), Stopped> {
        let Actor { number, text, line, under_way, .. } = actor;
        self.cut_off.extend(under_way.and_then(|under_way| under_way.asking));
        if line.left() {
            self.noted.0.lock().clear();
            report.left += 1;
            return Ok(());
        }
        self.same(number, &text, &difference::title(&line))?;
        report.deeds += 1;
        Ok(())
    }

    fn same(&self, number: u64, text: &str, title: &str) -> Result<(), Stopped> {
        let noted = std::mem::take(&mut *self.noted.0.lock());
        let again: Vec<String> = noted
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<_, _>>()
            .map_err(|cause| Stopped::NotALine(number, cause))?;
        match again.as_slice() {
            [again] if again == text => Ok(()),
            all => Err(Stopped::Differs(Box::new(Difference::between(number, title, text, &all.join("\n"))))),
        }
    }
}

/// Time that passes though nobody changes anything, noted when it is over.
struct Passing {
    sheet: Sheet,
    site: Arc<Site>,
    tenant: Arc<str>,
}

impl Drop for Passing {
    fn drop(&mut self) {
        self.site.note_time(&self.tenant, &self.sheet);
    }
}

fn asked_again(asked: &Asked, site: &Site) -> Request<Body> {
    let too_long = || vec![b' '; BODY_MAX + 1];
    let body = asked.body.clone().map_or_else(|| Body::from(too_long()), Body::from);
    let mut request = Request::new(body);
    // What a server has read once is legal.
    if let Ok(method) = asked.method.parse() {
        *request.method_mut() = method;
    }
    if let Ok(uri) = asked.uri.parse() {
        *request.uri_mut() = uri;
    }
    *request.headers_mut() = asked.headers.clone();
    let own = asked.port_of.as_deref().and_then(|vendor| site.vendor(vendor));
    if let Some(vendor) = own {
        request.extensions_mut().insert(Bound(vendor.name()));
    }
    if asked.secured {
        request.extensions_mut().insert(Secured);
    }
    request
}

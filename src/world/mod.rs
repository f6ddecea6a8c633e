//! The simulation: immutable worlds, the commands that make the next one, and the tenants that
//! publish them.
//!
//! A [`World`] is a value: the hour, the id streams, the company and one estate per vendor. A
//! [`Command`] changes a private copy and is published only when it succeeds, so a refusal leaves
//! the very same world. Nothing here knows HTTP or a vendor.

mod autopilot;
mod calls;
mod diff;
mod estate;
mod export;
mod moment;
mod settings;
mod step;
mod tenant;
mod tenants;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use autopilot::{Activity, Autopilot, Chore, Habits, Hands, PlanLine, Rule};
pub use calls::{CALLS_MAX, Call, CallId, Message, Outcome};
pub use diff::{CHANGES_MAX, Changed, Diff, Standing, TableDiff};
pub use estate::{AnyEstate, Command, Cx, Estate};
pub use export::{Export, NotAWorld};
pub use moment::{Asking, Lead, Look, Moment, Order, Sheet};
pub use settings::{AuthMode, Settings, TokenClock};
pub use step::{StepError, StepLine};
pub use tenant::{
    Advanced, COMMITS_MAX, Cause, Commit, Done, Forgotten, Head, Passed, SnapshotError, TakenEdges, Tenant,
};
pub use tenants::{DEFAULT as DEFAULT_TENANT, NoTenant, Tenants, is_tenant_name};

use crate::company::Company;
use crate::kernel::{Chronicle, Clock, Due, Edge, Event, Ids, Paces, TimerId, TimerLine, Timestamp};

/// How many timers may fire in one instant each of which was set by the one before.
const GENERATIONS_MAX: usize = 1_000;

/// Under what name the autopilot stands among those who have something due.
const AUTOPILOT: &str = "autopilot";

/// Everything about one tenant at one instant. Never changed once it is published.
#[derive(Clone)]
pub struct World {
    hour: Timestamp,
    clock: Clock,
    revision: u64,
    sequence: u64,
    ids: Ids,
    paces: Paces,
    settings: Settings,
    company: Company,
    estates: Arc<BTreeMap<&'static str, Arc<dyn AnyEstate>>>,
    next_due: Option<Timestamp>,
    calling: bool,
    autopilot: Arc<Autopilot>,
    hands: Option<Arc<dyn Hands>>,
}

impl World {
    /// A world at `hour` over `company`, in which no vendor has anything yet.
    pub fn founded(company: Company, hour: Timestamp, settings: Settings) -> Self {
        Self {
            hour,
            clock: Clock::Frozen,
            revision: 0,
            sequence: 0,
            ids: Ids::seeded(company.profile().seed),
            paces: Paces::default(),
            settings,
            company,
            estates: Arc::default(),
            next_due: None,
            calling: false,
            autopilot: Arc::default(),
            hands: None,
        }
    }

    /// The hour of the last commit.
    pub fn hour(&self) -> Timestamp {
        self.hour
    }
    /// How the hour follows the wall.
    pub fn clock(&self) -> Clock {
        self.clock
    }
    /// The number of commits that led here.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// The seed of the id streams.
    pub fn seed(&self) -> u64 {
        self.ids.seed()
    }
    /// The paces that somebody has set.
    pub fn paces(&self) -> &Paces {
        &self.paces
    }
    /// What may be switched for all vendors alike.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
    /// The shared reality.
    pub fn company(&self) -> &Company {
        &self.company
    }
    /// What one vendor knows.
    ///
    /// # Panics
    /// When that vendor was never founded here: a mistake in the composition root.
    pub fn estate<E: Estate>(&self) -> &E {
        let estate = self.estates.get(E::VENDOR).and_then(|estate| estate.as_any().downcast_ref());
        estate.unwrap_or_else(|| panic!("{} was never founded in this world", E::VENDOR))
    }
    /// What every vendor knows, by the vendor's name.
    pub fn estates(&self) -> impl Iterator<Item = (&'static str, &dyn AnyEstate)> {
        self.estates.iter().map(|(vendor, estate)| (*vendor, &**estate))
    }
    /// The instant of the timer that is due first.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.next_due
    }
    /// Every timer, by vendor.
    pub fn timers(&self) -> impl Iterator<Item = (&'static str, TimerLine)> {
        self.estates().flat_map(|(vendor, estate)| estate.timers().into_iter().map(move |line| (vendor, line)))
    }
    /// The same world, whose autopilot acts by these hands.
    pub fn handed(self, hands: Arc<dyn Hands>) -> Self {
        Self { hands: Some(hands), ..self }
    }
    /// What happens by itself.
    pub fn autopilot(&self) -> &Autopilot {
        &self.autopilot
    }
    /// Whether any call waits for its answer.
    pub fn is_calling(&self) -> bool {
        self.calling
    }
    /// Every call that waits for its answer, by vendor, the first one written first.
    pub fn calls(&self) -> impl Iterator<Item = (&'static str, Arc<Call>)> {
        self.estates().flat_map(|(vendor, estate)| estate.calls().into_iter().map(move |call| (vendor, call)))
    }
    /// A private copy that stands at `now`, to be changed.
    pub fn draft(&self, now: Timestamp) -> Draft {
        let now = self.hour.max(now);
        Draft { world: self.clone(), chronicle: Chronicle::open(now, self.ids.clone(), self.sequence) }
    }

    /// The world after a command, published nowhere; what tenants and property tests build on.
    ///
    /// # Errors
    /// The command's refusal; this world is as it was.
    pub fn after<E: Estate, C: Command<E>>(&self, now: Timestamp, command: C) -> Result<(Made, C::Output), E::Refusal> {
        let mut draft = self.draft(now);
        let output = draft.on(|estate: &mut E, cx| command.apply(estate, cx))?;
        Ok((draft.close(), output))
    }

    /// The world after the timers of the earliest instant up to `limit` have fired; `None` when
    /// none is due by then. A timer whose command panics is set aside, and time goes on.
    pub fn after_next_instant(&self, limit: Timestamp) -> Option<Made> {
        let instant = self.next_due.filter(|due| *due <= limit)?;
        let mut draft = self.draft(instant);
        draft.fire_instant();
        Some(draft.close())
    }

    /// Lets the autopilot put into its calendar what has come to wait for somebody.
    fn plan_ahead(&mut self) {
        let Some(hands) = self.hands.clone().filter(|_| self.autopilot.is_on()) else { return };
        let chores = hands.chores(self);
        let seen = self.clone();
        Arc::make_mut(&mut self.autopilot).take_stock(&chores, &seen, &mut self.ids, &mut self.sequence);
    }

    /// Finds out anew what is due first, and whether anybody is called.
    fn note_what_waits(&mut self) {
        self.next_due = self.earliest().map(|(_, due)| due.at);
        let calling = self.estates().any(|(_, estate)| estate.is_calling());
        self.calling = calling;
    }

    fn earliest(&self) -> Option<(&'static str, Due)> {
        let dues = self.estates().filter_map(|(vendor, estate)| Some((vendor, estate.next_due()?)));
        let acts = self.autopilot.next_due().map(|due| (AUTOPILOT, due));
        dues.chain(acts).min_by_key(|(_, due)| *due)
    }
}

/// A world while it is being changed, seen by nobody else.
pub struct Draft {
    world: World,
    chronicle: Chronicle,
}

/// A changed world and what happened on the way to it.
pub struct Made {
    /// The world.
    pub world: World,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// The lifecycle transitions taken, in order.
    pub edges: Vec<Edge>,
    /// Who took each of them.
    pub takers: Vec<&'static str>,
}

impl Draft {
    /// The world so far.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The only time that the change sees.
    pub fn now(&self) -> Timestamp {
        self.chronicle.now()
    }

    /// Gives one vendor its estate. The composition root does this once per vendor.
    pub fn found(&mut self, estate: impl Estate) {
        self.put(Arc::new(estate));
    }

    /// Lets one vendor's estate and the company be changed.
    pub fn on<E: Estate, R>(&mut self, act: impl FnOnce(&mut E, &mut Cx<'_>) -> R) -> R {
        let mut estate = self.world.estate::<E>().clone();
        let result = self.speaking_as(E::VENDOR, |cx| act(&mut estate, cx));
        self.put(Arc::new(estate));
        result
    }

    /// As [`Draft::on`], for what may be refused half-way: no trace of it is left then, whatever else the draft is for.
    ///
    /// # Errors
    /// Whatever `act` was refused with.
    pub fn attempt<E: Estate, R, X>(&mut self, act: impl FnOnce(&mut E, &mut Cx<'_>) -> Result<R, X>) -> Result<R, X> {
        let mut estate = self.world.estate::<E>().clone();
        let (company, chronicle) = (self.world.company.clone(), self.chronicle.clone());
        let result = self.speaking_as(E::VENDOR, |cx| act(&mut estate, cx));
        match result {
            Ok(_) => self.put(Arc::new(estate)),
            Err(_) => (self.world.company, self.chronicle) = (company, chronicle),
        }
        result
    }

    /// Lets the company alone be changed: an operator's hand, or HR's.
    pub fn on_company<R>(&mut self, act: impl FnOnce(&mut Company, &mut Chronicle) -> R) -> R {
        act(&mut self.world.company, &mut self.chronicle)
    }

    /// Fires a timer, due or held; says whether there was one.
    pub fn fire(&mut self, vendor: &str, timer: TimerId) -> bool {
        let Some(estate) = self.world.estates.get(vendor).cloned() else { return false };
        match self.unless_it_breaks(estate.vendor(), |cx| estate.fire(timer, cx)) {
            Some(fired) => fired.map(|fired| self.put(fired)).is_some(),
            None => {
                self.set_aside(&*estate, timer);
                true
            }
        }
    }

    /// Takes up what came of a call; says whether that very call was waiting.
    pub fn answer(&mut self, vendor: &str, call: &Arc<Call>, outcome: Outcome) -> bool {
        let Some(estate) = self.world.estates.get(vendor).cloned() else { return false };
        match self.unless_it_breaks(estate.vendor(), |cx| estate.answer(call, outcome, cx)) {
            Some(answered) => answered.map(|answered| self.put(answered)).is_some(),
            None => {
                self.put(estate.drop_call(call));
                self.chronicle.emit("call.broke", call.id, serde_json::json!({"vendor": estate.vendor()}));
                true
            }
        }
    }

    /// What `act` makes of an estate; `None` when it panics, and no trace of it is left then.
    fn unless_it_breaks<R>(&mut self, vendor: &'static str, act: impl FnOnce(&mut Cx<'_>) -> R) -> Option<R> {
        let (company, chronicle) = (self.world.company.clone(), self.chronicle.clone());
        let attempt = std::panic::AssertUnwindSafe(|| self.speaking_as(vendor, act));
        let result = std::panic::catch_unwind(attempt).ok();
        if result.is_none() {
            (self.world.company, self.chronicle) = (company, chronicle);
        }
        result
    }

    /// Fires everything due by now, generation by generation: what those set for this instant that
    /// were there, what these set, and so on. A timer that sets itself again and again would never
    /// come to an end; past a bound it is set aside.
    fn fire_instant(&mut self) {
        let (mut generation, mut youngest) = (0, self.chronicle.sequence());
        while let Some((vendor, due)) = self.world.earliest().filter(|(_, due)| due.at <= self.now()) {
            if due.timer > youngest {
                (generation, youngest) = (generation + 1, self.chronicle.sequence());
            }
            if vendor == AUTOPILOT {
                self.act_by_itself(generation <= GENERATIONS_MAX);
                continue;
            }
            match self.world.estates.get(vendor).cloned() {
                Some(estate) if generation > GENERATIONS_MAX => self.set_aside(&*estate, due.timer),
                _ => drop(self.fire(vendor, due.timer)),
            }
        }
    }

    /// Does what stands first in the autopilot's calendar, or only takes it out.
    fn act_by_itself(&mut self, really: bool) {
        let Some(doing) = Arc::make_mut(&mut self.world.autopilot).next() else { return };
        if let Some(hands) = self.world.hands.clone().filter(|_| really) {
            doing.carry_out(self, &*hands);
        }
    }

    fn set_aside(&mut self, estate: &dyn AnyEstate, timer: TimerId) {
        self.put(estate.shelve(timer));
        self.chronicle.emit("timer.broke", timer, serde_json::json!({"vendor": estate.vendor()}));
    }

    /// Moves the draft's hour on, never back. Only founding does this within one draft.
    pub fn stand_at(&mut self, hour: Timestamp) {
        self.chronicle.stand_at(hour);
    }

    /// Fires everything due up to `hour` in order, each at its own instant, and stands there.
    pub fn pass_to(&mut self, hour: Timestamp) {
        while let Some((_, due)) = self.world.earliest().filter(|(_, due)| due.at <= hour) {
            self.chronicle.stand_at(due.at);
            self.fire_instant();
        }
        self.chronicle.stand_at(hour);
    }

    /// Sets how the hour follows the wall.
    pub fn set_clock(&mut self, clock: Clock) {
        self.world.clock = clock;
    }
    /// Sets what happens by itself from now on.
    pub fn set_autopilot(&mut self, autopilot: Autopilot) {
        self.world.autopilot = Arc::new(autopilot);
    }
    /// Sets the paces.
    pub fn set_paces(&mut self, paces: Paces) {
        self.world.paces = paces;
    }
    /// Sets what may be switched for all vendors alike.
    pub fn set_settings(&mut self, settings: Settings) {
        self.world.settings = settings;
    }

    /// The finished world.
    pub fn close(self) -> Made {
        let Self { mut world, chronicle } = self;
        world.hour = chronicle.now();
        let closed = chronicle.close();
        world.ids = closed.ids;
        world.sequence = closed.sequence;
        world.revision += 1;
        world.plan_ahead();
        world.note_what_waits();
        Made { world, events: closed.events, edges: closed.edges, takers: closed.takers }
    }

    fn speaking_as<R>(&mut self, vendor: &'static str, act: impl FnOnce(&mut Cx<'_>) -> R) -> R {
        let before = self.chronicle.speak_as(vendor);
        let World { company, paces, settings, .. } = &mut self.world;
        let result = act(&mut Cx { company, chronicle: &mut self.chronicle, paces, settings, depth: 0 });
        self.chronicle.speak_as(before);
        result
    }

    fn put(&mut self, estate: Arc<dyn AnyEstate>) {
        Arc::make_mut(&mut self.world.estates).insert(estate.vendor(), estate);
    }
}

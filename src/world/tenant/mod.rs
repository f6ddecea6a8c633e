//! One company under one name: the published world, the turn to change it, and what was before.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::{Mutex, RwLock};
use serde::Serialize;
use tokio::sync::broadcast;

use super::moment::{Look, Order};
use super::tenants::Bells;
use super::{Call, CallId, Command, Draft, Estate, Made, Outcome, World};
use crate::kernel::{Clock, Edge, Event, Span, Timestamp, Wall};

/// How many commits are remembered, each with the world that it made.
pub const COMMITS_MAX: usize = 256;
/// How many named snapshots a tenant may hold.
pub const SNAPSHOTS_MAX: usize = 32;
/// How many instants one advance may pass before it stops and says so.
pub const INSTANTS_MAX: usize = 100_000;
/// How many instants one advance answers in full; the rest are counted.
const INSTANTS_LISTED: usize = 1_000;
const FEED_MAX: usize = 1_024;

/// What made a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// A command, by its name.
    Command(&'static str),
    /// A timer.
    Timer,
    /// A subscriber that was called.
    Answer,
    /// The control plane, by what it was asked to do.
    Operator(&'static str),
}

/// One published change.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Commit {
    /// The revision that it made.
    pub revision: u64,
    /// The hour at which it was made.
    pub at: Timestamp,
    /// What made it.
    pub cause: Cause,
    /// What happened, in order.
    pub events: Arc<[Event]>,
    /// The lifecycle transitions taken, in order.
    pub edges: Vec<Edge>,
    /// The world that it made.
    #[serde(skip)]
    pub world: Arc<World>,
}

/// How often each lifecycle transition was taken, by the vendor that took it.
pub type TakenEdges = BTreeMap<&'static str, BTreeMap<Edge, u64>>;

/// What a successful command leaves: its output and both worlds, so that an answer is rendered
/// from the world it belongs to, whatever was published since.
pub struct Done<T> {
    /// What the one who asked learns.
    pub output: T,
    /// The world as the command found it.
    pub before: Arc<World>,
    /// The world that it made.
    pub after: Arc<World>,
    /// The published change.
    pub commit: Arc<Commit>,
}

/// Where time went.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Advanced {
    /// The hour before.
    pub from: Timestamp,
    /// The hour now.
    pub to: Timestamp,
    /// What fired, in order; the first ones, when there were very many.
    pub fired: Vec<Arc<Commit>>,
    /// How many instants fired.
    pub instants: usize,
    /// Whether the bound on instants ended it before its target.
    pub stopped_early: bool,
}

impl Advanced {
    /// Where no time went yet.
    pub fn standing_at(hour: Timestamp) -> Self {
        Self { from: hour, to: hour, fired: Vec::new(), instants: 0, stopped_early: false }
    }
}

/// How far [`Tenant::pass`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// To an instant that calls somebody, whose answer belongs to that instant.
    Calling,
    /// To the target, or to the bound on instants.
    All,
}

/// Why a snapshot cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// There is none of this name.
    #[error("there is no snapshot `{0}`")]
    Unknown(String),
    /// The tenant holds as many as it may.
    #[error("a tenant holds at most {SNAPSHOTS_MAX} snapshots")]
    TooMany,
}

/// A tenant was forgotten before whoever had found it could look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten;

/// The published world and the hour at which a reader met it.
#[derive(Clone)]
pub struct Head {
    /// The world.
    pub world: Arc<World>,
    /// The hour, which on a running clock is later than the last commit's.
    pub hour: Timestamp,
}

impl Head {
    fn at(world: Arc<World>, wall: Timestamp) -> Self {
        let hour = world.clock.hour(world.hour, wall);
        Self { world, hour }
    }

    fn is_due(&self) -> bool {
        self.world.next_due.is_some_and(|due| due <= self.hour)
    }

    /// The world standing at that hour, so that whoever keeps it keeps the time that passed since
    /// the last commit, too. The very same world when none passed.
    pub fn standing(&self) -> Arc<World> {
        if self.world.hour == self.hour {
            return Arc::clone(&self.world);
        }
        Arc::new(World { hour: self.hour, ..World::clone(&self.world) })
    }
}

/// The turn, and what the wall said when it was taken.
struct Turn<'t> {
    wall: Timestamp,
    _held: tokio::sync::MutexGuard<'t, ()>,
}

/// One company under one name. Readers take the published world and never wait; one writer at a
/// time has the turn.
pub struct Tenant {
    name: Arc<str>,
    order: Arc<Order>,
    origin: Arc<World>,
    head: RwLock<Arc<World>>,
    turn: tokio::sync::Mutex<()>,
    commits: Mutex<VecDeque<Arc<Commit>>>,
    snapshots: Mutex<BTreeMap<String, Arc<World>>>,
    /// Never more than the vendors' machines have edges.
    taken: Mutex<TakenEdges>,
    /// Made for the first listener: it holds room for [`FEED_MAX`] commits from the start.
    feed: OnceLock<broadcast::Sender<Arc<Commit>>>,
    bells: Arc<Bells>,
    used: AtomicI64,
    kept: AtomicBool,
    /// Written and read behind `head`.
    forgotten: AtomicBool,
}

impl Tenant {
    /// A tenant that begins with `world` and goes back to it on a reset.
    pub fn new(name: impl Into<Arc<str>>, world: Arc<World>, wall: Arc<dyn Wall>) -> Self {
        let opened = wall.now();
        Self::ringing(name, world, Arc::new(Order::free(wall)), opened, Arc::default())
    }

    /// A tenant that rings when its next timer is another, and when somebody shall be called.
    pub(super) fn ringing(
        name: impl Into<Arc<str>>,
        world: Arc<World>,
        order: Arc<Order>,
        opened: Timestamp,
        bells: Arc<Bells>,
    ) -> Self {
        Self {
            name: name.into(),
            used: AtomicI64::new(opened.as_micros()),
            order,
            head: RwLock::new(Arc::clone(&world)),
            origin: world,
            turn: tokio::sync::Mutex::new(()),
            commits: Mutex::default(),
            snapshots: Mutex::default(),
            taken: Mutex::default(),
            feed: OnceLock::new(),
            bells,
            kept: AtomicBool::new(false),
            forgotten: AtomicBool::new(false),
        }
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }
    /// The published world.
    pub fn read(&self) -> Arc<World> {
        Arc::clone(&self.head.read())
    }
    /// The published world and the hour it is now.
    pub fn head(&self) -> Head {
        self.met(self.read())
    }
    /// A world of this tenant, met at the hour that it is now.
    pub fn met(&self, world: Arc<World>) -> Head {
        Head::at(world, self.now())
    }
    /// The hour it is now.
    pub fn hour(&self) -> Timestamp {
        self.head().hour
    }
    /// The wall's time: for whoever acts by a [`super::Sheet`], as it was at their last moment.
    pub fn now(&self) -> Timestamp {
        self.order.now()
    }
    /// Whether moments are given out here, as they are when a journal is replayed.
    pub fn is_led(&self) -> bool {
        self.order.is_led()
    }
    /// Every commit from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Commit>> {
        self.feed.get_or_init(|| broadcast::channel(FEED_MAX).0).subscribe()
    }
    /// The newest commits, the oldest of them first.
    pub fn commits(&self) -> Vec<Arc<Commit>> {
        self.commits.lock().iter().cloned().collect()
    }

    /// The world of a revision, as far back as commits are remembered.
    ///
    /// # Errors
    /// The oldest revision that is remembered.
    pub fn at(&self, revision: u64) -> Result<Arc<World>, u64> {
        let commits = self.commits.lock();
        let known = commits.iter().rev().map(|commit| &commit.world).find(|world| world.revision == revision);
        let head = self.read();
        if let Some(world) = known.or_else(|| (head.revision == revision).then_some(&head)) {
            return Ok(Arc::clone(world));
        }
        let is_whole = commits.front().is_none_or(|commit| commit.revision == self.origin.revision + 1);
        match (is_whole, commits.front()) {
            (true, _) if revision == self.origin.revision => Ok(Arc::clone(&self.origin)),
            (true, _) => Err(self.origin.revision),
            (false, oldest) => Err(oldest.map_or(head.revision, |commit| commit.revision)),
        }
    }

    /// The world as it was so many revisions before `head`, or the oldest one that is remembered.
    pub fn past(&self, head: &Head, back: u64) -> Arc<World> {
        let head = &head.world;
        let wanted = head.revision.saturating_sub(back);
        let found = self.at(wanted).or_else(|oldest| self.at(oldest.max(wanted)));
        found.unwrap_or_else(|_| Arc::clone(head))
    }

    /// How often each lifecycle transition was taken here, whatever was restored or reset since.
    pub fn taken(&self) -> TakenEdges {
        self.taken.lock().clone()
    }
    /// Begins to count transitions anew.
    pub fn forget_taken(&self) {
        self.taken.lock().clear();
    }

    /// Notes that somebody asked for this tenant.
    pub fn touch(&self) {
        self.used.store(self.now().as_micros(), Ordering::Relaxed);
    }
    /// When somebody last asked for it, by the wall.
    pub fn last_used(&self) -> Timestamp {
        Timestamp::from_micros(self.used.load(Ordering::Relaxed))
    }
    /// Keeps it from being forgotten when there are too many tenants.
    pub fn keep(&self) {
        self.kept.store(true, Ordering::Relaxed);
    }
    /// Whether it may be forgotten: nobody named it, and it holds no snapshot.
    pub fn is_forgettable(&self) -> bool {
        !self.kept.load(Ordering::Relaxed) && self.snapshots.lock().is_empty()
    }

    /// Performs a command: waits for the turn, lets due time pass, and publishes what the command
    /// made.
    ///
    /// # Errors
    /// The command's refusal; the published world is the very same as before then.
    pub async fn apply<E: Estate, C: Command<E>>(&self, command: C) -> Result<Done<C::Output>, E::Refusal> {
        self.change(Cause::Command(short_name::<C>()), |draft| draft.on(|estate: &mut E, cx| command.apply(estate, cx)))
            .await
    }

    /// Changes the world by hand: what the control plane does.
    ///
    /// # Errors
    /// Whatever `change` was refused with; nothing is published then.
    pub async fn change<T, R>(
        &self,
        cause: Cause,
        change: impl FnOnce(&mut Draft) -> Result<T, R>,
    ) -> Result<Done<T>, R> {
        let mut turn = self.turn().await;
        for _ in 0..INSTANTS_MAX {
            let Some(made) = self.due(turn.wall) else { break };
            self.publish(Cause::Timer, made, turn.wall);
            turn.wall = self.order.awaited().await.unwrap_or(turn.wall);
        }
        let Head { world: before, hour } = Head::at(self.read(), turn.wall);
        let mut draft = before.draft(hour);
        match change(&mut draft) {
            Ok(output) => {
                let commit = self.publish(cause, draft.close(), turn.wall);
                Ok(Done { output, before, after: Arc::clone(&commit.world), commit })
            }
            Err(refusal) => {
                self.order.note(Look::Turned, turn.wall, before.revision, None);
                Err(refusal)
            }
        }
    }

    /// Looks at the published world, after everything that is due by now has happened.
    pub async fn look(&self) -> Head {
        let Ok(head) = self.look_unless(|| Ok::<_, Infallible>(())).await;
        head
    }

    /// The first look of whoever has found this tenant: a request's arrival.
    ///
    /// # Errors
    /// When it was forgotten in between: nobody finds it any more, so nobody may have found it.
    pub async fn look_if_known(&self) -> Result<Head, Forgotten> {
        let is_known = || if self.forgotten.load(Ordering::Relaxed) { Err(Forgotten) } else { Ok(()) };
        self.look_unless(is_known).await
    }

    async fn look_unless<G>(&self, is_open: impl Fn() -> Result<(), G>) -> Result<Head, G> {
        let first = self.order.wall().now();
        let mut instants = 0;
        loop {
            let wall = self.order.awaited().await.unwrap_or(first);
            {
                let published = self.head.read();
                is_open()?;
                let head = Head::at(Arc::clone(&published), wall);
                if !head.is_due() || instants == INSTANTS_MAX {
                    self.order.note(Look::Looked, wall, head.world.revision, None);
                    self.used.store(wall.as_micros(), Ordering::Relaxed);
                    return Ok(head);
                }
            }
            let _turn = self.turn.lock().await;
            // Somebody else may have let it happen meanwhile.
            if let Some(made) = self.due(wall) {
                self.publish_unless(&is_open, Cause::Timer, made, wall)?;
                instants += 1;
            }
        }
    }

    /// Lets everything happen that is due by now, unless it is forgotten. Cheap when nothing is.
    ///
    /// # Errors
    /// When it was forgotten.
    pub async fn settle(&self) -> Result<(), Forgotten> {
        if Head::at(self.read(), self.order.wall().now()).is_due() {
            self.look_if_known().await?;
        }
        Ok(())
    }

    /// From `note` on nobody finds it any more; whoever has looked at it goes on with it.
    pub(super) fn close(&self, note: impl FnOnce(u64)) {
        let published = self.head.write();
        self.forgotten.store(true, Ordering::Relaxed);
        note(published.revision);
    }

    /// When the wall will have brought the next timer, on a running clock.
    pub fn wait(&self) -> Option<std::time::Duration> {
        let world = self.read();
        world.clock.wait(world.next_due?, self.order.wall().now())
    }

    /// Moves the hour on by `by`, firing what falls due in order, each instant a commit of its
    /// own. Blocks; call it where blocking is allowed.
    pub fn advance(&self, by: Span) -> Advanced {
        let from = self.hour();
        self.advance_to(from + by)
    }

    /// Moves the hour on to `target`; see [`Tenant::advance`]. A target in the past fires what is
    /// due and moves nothing. Waits for nobody who is called meanwhile.
    pub fn advance_to(&self, target: Timestamp) -> Advanced {
        let mut report = Advanced::standing_at(self.hour());
        while self.pass(target, &mut report) == Passed::Calling {}
        report
    }

    /// Moves the hour on towards `target` up to the first instant that calls somebody, and adds
    /// what fired to `report`. Blocks like [`Tenant::advance`].
    pub fn pass(&self, target: Timestamp, report: &mut Advanced) -> Passed {
        loop {
            let turn = self.turn_blocking();
            let made = self.read().after_next_instant(target);
            match made {
                Some(_) if report.instants == INSTANTS_MAX => {
                    report.stopped_early = true;
                    report.to = self.stand_at(report.to, turn.wall);
                    break Passed::All;
                }
                Some(made) => {
                    let commit = self.publish(Cause::Timer, made, turn.wall);
                    report.to = Head::at(Arc::clone(&commit.world), turn.wall).hour;
                    let calling = commit.world.is_calling();
                    report.instants += 1;
                    if report.instants <= INSTANTS_LISTED {
                        report.fired.push(commit);
                    }
                    if calling {
                        break Passed::Calling;
                    }
                }
                None => {
                    report.to = self.stand_at(target, turn.wall);
                    break Passed::All;
                }
            }
        }
    }

    /// Takes up what came of a call; says whether that very call was waiting.
    pub async fn answer(&self, vendor: &str, call: &Arc<Call>, outcome: Outcome) -> bool {
        let answered = self.change(Cause::Answer, |draft| draft.answer(vendor, call, outcome).then_some(()).ok_or(()));
        answered.await.is_ok()
    }

    /// Takes up what came of the call of this number, if it was `taken` up when it was recorded; says whether that call
    /// was waiting. A call that was written anew meanwhile has the same number, and is not the one that was answered.
    pub async fn answer_to(&self, vendor: &str, call: CallId, outcome: Outcome, taken: bool) -> bool {
        let answered = self.change(Cause::Answer, |draft| {
            if !taken {
                return Err(());
            }
            let calls: Vec<_> = draft.world().calls().collect();
            let waiting = calls.iter().find(|(of, waiting)| *of == vendor && waiting.id == call).ok_or(())?;
            draft.answer(vendor, &waiting.1, outcome).then_some(()).ok_or(())
        });
        answered.await.is_ok()
    }

    /// Moves on to the next timer and fires it; moves nothing when there is none.
    pub fn advance_to_next_timer(&self) -> Advanced {
        let target = self.read().next_due.unwrap_or_else(|| self.hour());
        self.advance_to(target)
    }

    /// Keeps the published world under a name.
    ///
    /// # Errors
    /// When the tenant holds as many snapshots as it may.
    pub async fn snapshot(&self, name: &str) -> Result<Arc<World>, SnapshotError> {
        let world = self.look().await.standing();
        let mut snapshots = self.snapshots.lock();
        if snapshots.len() >= SNAPSHOTS_MAX && !snapshots.contains_key(name) {
            return Err(SnapshotError::TooMany);
        }
        snapshots.insert(name.to_owned(), Arc::clone(&world));
        Ok(world)
    }

    /// The snapshots, by name.
    pub fn snapshots(&self) -> BTreeMap<String, Arc<World>> {
        self.snapshots.lock().clone()
    }

    /// Forgets a snapshot.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn forget_snapshot(&self, name: &str) -> Result<(), SnapshotError> {
        let gone = self.snapshots.lock().remove(name);
        gone.map(drop).ok_or_else(|| SnapshotError::Unknown(name.to_owned()))
    }

    /// Goes back to a snapshot. Time stands where it stood then; a running clock runs on from there.
    ///
    /// # Errors
    /// When there is none of this name.
    pub async fn restore(&self, name: &str) -> Result<Arc<World>, SnapshotError> {
        let world = self.snapshots.lock().get(name).cloned();
        let world = world.ok_or_else(|| SnapshotError::Unknown(name.to_owned()))?;
        Ok(self.replace(world, Cause::Operator("restore")).await)
    }

    /// Goes back to the world it began with.
    pub async fn reset(&self) -> Arc<World> {
        self.replace(Arc::clone(&self.origin), Cause::Operator("reset")).await
    }

    /// Puts a world in the place of the published one: an import, or an older revision.
    pub async fn replace(&self, world: Arc<World>, cause: Cause) -> Arc<World> {
        let turn = self.turn().await;
        let mut world = World::clone(&world);
        world.revision = self.read().revision + 1;
        world.hands = self.read().hands.clone();
        world.clock = world.clock.anchored(world.hour, turn.wall);
        let made = Made { world, events: Vec::new(), edges: Vec::new(), takers: Vec::new() };
        Arc::clone(&self.publish(cause, made, turn.wall).world)
    }

    /// Waits for the turn. It is let in first where moments are given out, since one who waits for a moment must not
    /// keep the turn from one whose moment has come.
    async fn turn(&self) -> Turn<'_> {
        let given = self.order.awaited().await;
        let held = self.turn.lock().await;
        Turn { wall: given.unwrap_or_else(|| self.order.wall().now()), _held: held }
    }

    fn turn_blocking(&self) -> Turn<'_> {
        if self.is_led() {
            return tokio::runtime::Handle::current().block_on(self.turn());
        }
        let held = self.turn.blocking_lock();
        Turn { wall: self.order.wall().now(), _held: held }
    }

    /// The world after the first instant that is due when the wall says `wall`.
    fn due(&self, wall: Timestamp) -> Option<Made> {
        let Head { world, hour } = Head::at(self.read(), wall);
        world.after_next_instant(hour)
    }

    /// Moves the hour to `target` if that lies ahead, so that a running clock runs on from there.
    fn stand_at(&self, target: Timestamp, wall: Timestamp) -> Timestamp {
        let Head { world, hour } = Head::at(self.read(), wall);
        if target <= hour {
            self.order.note(Look::Turned, wall, world.revision, None);
            return hour;
        }
        let mut moved = World::clone(&world);
        moved.hour = target;
        moved.revision += 1;
        moved.clock = moved.clock.anchored(target, wall);
        let made = Made { world: moved, events: Vec::new(), edges: Vec::new(), takers: Vec::new() };
        self.publish(Cause::Operator("advance"), made, wall);
        target
    }

    fn count(&self, edges: &[Edge], takers: &[&'static str]) {
        if edges.is_empty() {
            return;
        }
        let mut taken = self.taken.lock();
        for (edge, taker) in edges.iter().zip(takers) {
            let known = taken.entry(taker).or_default();
            match known.get_mut(edge) {
                Some(times) => *times += 1,
                None => drop(known.insert(edge.clone(), 1)),
            }
        }
    }

    fn publish(&self, cause: Cause, made: Made, wall: Timestamp) -> Arc<Commit> {
        let Ok(commit) = self.publish_unless(&|| Ok::<_, Infallible>(()), cause, made, wall);
        commit
    }

    fn publish_unless<G>(
        &self,
        is_open: &impl Fn() -> Result<(), G>,
        cause: Cause,
        made: Made,
        wall: Timestamp,
    ) -> Result<Arc<Commit>, G> {
        let Made { world, events, edges, takers } = made;
        let world = Arc::new(world);
        let (revision, at) = (world.revision, world.hour);
        let commit = Commit { revision, at, cause, events: events.into(), edges, world: Arc::clone(&world) };
        let commit = Arc::new(commit);
        let before = {
            let mut head = self.head.write();
            is_open()?;
            self.order.note(Look::Turned, wall, revision, None);
            std::mem::replace(&mut *head, world)
        };
        self.count(&commit.edges, &takers);
        if is_to_wake_earlier(&before, &commit.world) {
            self.bells.time.notify_one();
        }
        if commit.world.is_calling() {
            self.bells.calls.notify_one();
        }
        let mut commits = self.commits.lock();
        if commits.len() == COMMITS_MAX {
            commits.pop_front();
        }
        commits.push_back(Arc::clone(&commit));
        drop(commits);
        if let Some(feed) = self.feed.get() {
            // Nobody listening any more is no error.
            let _ = feed.send(Arc::clone(&commit));
        }
        Ok(commit)
    }
}

/// Whether somebody who waits for the first timer of `before` would miss what `after` has due.
fn is_to_wake_earlier(before: &World, after: &World) -> bool {
    let comes_earlier = after.next_due.is_some_and(|due| before.next_due.is_none_or(|first| due < first));
    before.clock != after.clock || (after.clock != Clock::Frozen && comes_earlier)
}

fn short_name<T>() -> &'static str {
    let path = std::any::type_name::<T>();
    let path = path.split('<').next().unwrap_or(path);
    path.rsplit("::").next().unwrap_or(path)
}

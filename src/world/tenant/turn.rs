//! Changing a tenant: one at a time has the turn.

use std::convert::Infallible;
use std::sync::Arc;

use super::{COMMITS_MAX, Cause, Commit, Done, Head, INSTANTS_MAX, Tenant};
use crate::kernel::{Clock, Edge, Timestamp};
use crate::world::moment::Look;
use crate::world::{Call, CallId, Command, Draft, Estate, Made, Outcome, World};

/// The turn, and what the wall said when it was taken.
pub(super) struct Turn<'t> {
    pub wall: Timestamp,
    _held: tokio::sync::MutexGuard<'t, ()>,
}

impl Tenant {
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

    pub(super) fn turn_blocking(&self) -> Turn<'_> {
        if self.is_led() {
            return tokio::runtime::Handle::current().block_on(self.turn());
        }
        let held = self.turn.blocking_lock();
        Turn { wall: self.order.wall().now(), _held: held }
    }

    /// The world after the first instant that is due when the wall says `wall`.
    pub(super) fn due(&self, wall: Timestamp) -> Option<Made> {
        let Head { world, hour } = Head::at(self.read(), wall);
        world.after_next_instant(hour)
    }

    pub(super) fn publish(&self, cause: Cause, made: Made, wall: Timestamp) -> Arc<Commit> {
        let Ok(commit) = self.publish_unless(&|| Ok::<_, Infallible>(()), cause, made, wall);
        commit
    }

    pub(super) fn publish_unless<G>(
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

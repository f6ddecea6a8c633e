//! Commands with a date. Time changes nothing by itself; a timer that fires does.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{AnyTable, Chronicle, Entity, Id, Span, Table, Timestamp};

/// An asynchronous hop of a lifecycle, by the name under which its pace is set.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// For example `"sailpoint/provision"`.
    pub name: &'static str,
    /// How it goes unless somebody says otherwise.
    pub pace: Pace,
}

/// How fast an asynchronous hop goes.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Pace {
    /// Within the command that starts it.
    AtOnce,
    /// So long after it, on virtual time.
    After(Span),
    /// When the control plane lets it go.
    Held,
}

/// The paces that somebody has set, by the hop's name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Paces {
    set: Arc<BTreeMap<Cow<'static, str>, Pace>>,
}

impl Paces {
    /// The pace of a hop.
    pub fn of(&self, hop: Hop) -> Pace {
        self.set.get(hop.name).copied().unwrap_or(hop.pace)
    }
    /// Sets the pace of the hop with this name.
    pub fn set(&mut self, hop: impl Into<Cow<'static, str>>, pace: Pace) {
        Arc::make_mut(&mut self.set).insert(hop.into(), pace);
    }
    /// Lets the hop with this name go at its own pace again.
    pub fn unset(&mut self, hop: &str) {
        Arc::make_mut(&mut self.set).remove(hop);
    }
}

/// A timer's place in the world's one sequence.
pub type TimerId = u64;

/// When a timer is due; ordered by the instant, then by who was set first.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// The instant.
    pub at: Timestamp,
    /// The timer.
    pub timer: TimerId,
}

/// A timer that waits for its instant, or for somebody's hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting<C> {
    /// Which timer it is.
    pub id: TimerId,
    /// The hop that set it.
    pub hop: Cow<'static, str>,
    /// When it fires; `None` while it is held.
    pub due: Option<Timestamp>,
    /// The row that it is about, so that it can be cancelled with it.
    pub about: Id<()>,
    /// Whether performing it failed; a broken timer is kept to be looked at and never fires by itself.
    #[serde(default)]
    pub broken: bool,
    /// The command that it becomes.
    pub command: C,
}

/// The two ways in which a timer is looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimerKey {
    /// By the instant.
    Due(Timestamp),
    /// By the row that it is about.
    About(Id<()>),
}

/// What a table of timers may hold.
pub trait TimerCommand: Clone + Send + Sync + Serialize + DeserializeOwned + 'static {}
impl<C: Clone + Send + Sync + Serialize + DeserializeOwned + 'static> TimerCommand for C {}

impl<C: TimerCommand> Entity for Waiting<C> {
    const TABLE: &'static str = "timers";
    type Id = TimerId;
    type Key = TimerKey;
    fn id(&self) -> TimerId {
        self.id
    }
    fn keys(&self) -> Vec<TimerKey> {
        let due = self.due.map(TimerKey::Due);
        due.into_iter().chain([TimerKey::About(self.about)]).collect()
    }
}

/// A timer as the control plane lists it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimerLine {
    /// Which timer.
    pub id: TimerId,
    /// The hop that set it.
    pub hop: Cow<'static, str>,
    /// When it fires; `null` while it is held.
    pub due: Option<Timestamp>,
    /// The id of the row that it is about.
    pub about: String,
    /// Whether performing it failed.
    pub broken: bool,
    /// The command that it becomes.
    pub command: serde_json::Value,
}

/// The timers of one estate.
#[derive(Clone)]
pub struct Timers<C: TimerCommand> {
    waiting: Table<Waiting<C>>,
}

impl<C: TimerCommand> Default for Timers<C> {
    fn default() -> Self {
        Self { waiting: Table::default() }
    }
}

impl<C: TimerCommand> Timers<C> {
    /// Sets a timer for an instant.
    pub fn at<T: ?Sized>(&mut self, chronicle: &mut Chronicle, hop: Hop, due: Timestamp, about: Id<T>, command: C) {
        self.wait(chronicle, hop, Some(due), about, command);
    }

    /// Sets a timer that waits for somebody's hand.
    pub fn hold<T: ?Sized>(&mut self, chronicle: &mut Chronicle, hop: Hop, about: Id<T>, command: C) {
        self.wait(chronicle, hop, None, about, command);
    }

    /// Cancels every timer about a row.
    pub fn cancel_about<T: ?Sized>(&mut self, about: Id<T>) {
        let ids: Vec<TimerId> = self.waiting.ids_with(TimerKey::About(about.cast())).copied().collect();
        for id in ids {
            self.waiting.remove(&id);
        }
    }

    /// The timer that is due first.
    pub fn next_due(&self) -> Option<Due> {
        const FIRST: TimerKey = TimerKey::Due(Timestamp::from_micros(i64::MIN));
        const LAST: TimerKey = TimerKey::Due(Timestamp::from_micros(i64::MAX));
        let (key, timer) = self.waiting.places(FIRST, LAST).next()?;
        match key {
            TimerKey::Due(at) => Some(Due { at: *at, timer: *timer }),
            TimerKey::About(_) => None,
        }
    }

    /// Takes a timer out, to be performed.
    pub fn take(&mut self, timer: TimerId) -> Option<C> {
        self.waiting.remove(&timer).map(|waiting| waiting.command.clone())
    }

    /// Sets a timer aside after its command failed.
    pub fn shelve(&mut self, timer: TimerId) {
        self.waiting.update(&timer, |waiting| (waiting.due, waiting.broken) = (None, true));
    }

    /// Every timer, the first one set first.
    pub fn lines(&self) -> Vec<TimerLine> {
        let line = |waiting: &Arc<Waiting<C>>| TimerLine {
            id: waiting.id,
            hop: waiting.hop.clone(),
            due: waiting.due,
            about: waiting.about.hex(),
            broken: waiting.broken,
            command: serde_json::to_value(&waiting.command).unwrap_or_default(),
        };
        self.waiting.iter().map(line).collect()
    }

    /// The table behind it, for export and import.
    pub fn table(&self) -> &dyn AnyTable {
        &self.waiting
    }

    /// The table behind it, to be filled by an import.
    pub fn table_mut(&mut self) -> &mut dyn AnyTable {
        &mut self.waiting
    }

    fn wait<T: ?Sized>(
        &mut self,
        chronicle: &mut Chronicle,
        hop: Hop,
        due: Option<Timestamp>,
        about: Id<T>,
        command: C,
    ) {
        let hop = Cow::Borrowed(hop.name);
        self.waiting.put(Waiting { id: chronicle.tick(), hop, due, about: about.cast(), broken: false, command });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Ids;

    const HOP: Hop = Hop { name: "test/hop", pace: Pace::Held };

    #[test]
    fn timers_come_by_instant_and_then_in_the_order_they_were_set() {
        let hour = Timestamp::from_micros(1_000);
        let mut chronicle = Chronicle::open(hour, Ids::seeded(1), 0);
        let mut timers = Timers::<String>::default();
        let (a, b) = (Id::<()>::named("a"), Id::<()>::named("b"));
        timers.hold(&mut chronicle, HOP, a, "held".into());
        timers.at(&mut chronicle, HOP, hour + Span::seconds(2), a, "late".into());
        timers.at(&mut chronicle, HOP, hour + Span::seconds(1), b, "first".into());
        timers.at(&mut chronicle, HOP, hour + Span::seconds(1), a, "second".into());
        let mut fired = Vec::new();
        while let Some(due) = timers.next_due() {
            fired.extend(timers.take(due.timer));
        }
        assert_eq!(fired, ["first", "second", "late"]);
        assert_eq!(timers.lines().len(), 1);
        timers.cancel_about(a);
        assert_eq!(timers.lines(), []);
    }

    #[test]
    fn a_pace_that_was_set_wins_over_the_hops_own() {
        let mut paces = Paces::default();
        assert_eq!(paces.of(HOP), Pace::Held);
        paces.set(HOP.name, Pace::After(Span::days(1)));
        assert_eq!(paces.of(HOP), Pace::After(Span::days(1)));
    }
}

//! What one vendor knows, and the only thing that changes it.

use std::any::Any;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::{Call, Outcome, Settings};
use crate::company::Company;
use crate::kernel::{
    AnyTable, Chronicle, Due, Entity, Hop, Id, Pace, Paces, Table, TimerId, TimerLine, Timers, Timestamp,
};

/// One vendor's whole state inside one tenant: nothing but tables.
pub trait Estate: Clone + Default + Send + Sync + 'static {
    /// The vendor's name: path prefix, journal tag, key in exports.
    const VENDOR: &'static str;
    /// Why a command is refused, carrying values and never text.
    type Refusal;
    /// The commands that wait for a date.
    type Timer: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static;

    /// Every table but the timers and the calls.
    fn tables(&self) -> Vec<&dyn AnyTable>;
    /// Every table but the timers and the calls, to be filled by an import.
    fn tables_mut(&mut self) -> Vec<&mut dyn AnyTable>;
    /// What waits for a date.
    fn timers(&self) -> &Timers<Self::Timer>;
    /// What waits for a date, to be set and cancelled.
    fn timers_mut(&mut self) -> &mut Timers<Self::Timer>;
    /// Performs a timer whose instant has come.
    fn perform(&mut self, timer: Self::Timer, cx: &mut Cx<'_>);

    /// What subscribers shall be told; `None` where a vendor has no webhooks.
    fn calls(&self) -> Option<&Table<Call>> {
        None
    }
    /// What subscribers shall be told, to be written and taken away.
    fn calls_mut(&mut self) -> Option<&mut Table<Call>> {
        None
    }
    /// Takes up what came of a call, which waits no longer.
    fn answered(&mut self, call: &Call, outcome: Outcome, cx: &mut Cx<'_>) {
        let _ = (call, outcome, cx);
    }
}

/// The only thing that changes an estate. A request, a timer, a story line and an operator's hand
/// all become one.
pub trait Command<E: Estate> {
    /// What the one who asked learns.
    type Output;
    /// Checks, decides, and writes to the private copy it is given.
    ///
    /// # Errors
    /// The vendor's refusal; whatever was written is thrown away then.
    fn apply(self, estate: &mut E, cx: &mut Cx<'_>) -> Result<Self::Output, E::Refusal>;
}

/// How many hops in a row may happen at once within one command; the next one becomes a timer that
/// is due at once. A hop that leads to itself would go deeper for ever.
const DEPTH_MAX: usize = 64;

/// All that a command sees besides its own estate: the company, the hour, fresh ids, a place to
/// report events. No other vendor, no clock, no I/O.
pub struct Cx<'w> {
    /// The shared reality, to be changed by its verbs.
    pub company: &'w mut Company,
    /// The hour, the ids and the record of what happens.
    pub chronicle: &'w mut Chronicle,
    pub(super) paces: &'w Paces,
    pub(super) settings: &'w Settings,
    pub(super) depth: usize,
}

impl Cx<'_> {
    /// What may be switched for all vendors alike.
    pub fn settings(&self) -> &Settings {
        self.settings
    }

    /// How fast an asynchronous hop goes in this tenant.
    pub fn pace(&self, hop: Hop) -> Pace {
        self.paces.of(hop)
    }

    /// Lets `command` happen at the pace of `hop`: within this command, after a while, or when
    /// the control plane lets it go. `about` is the row with which it can be cancelled.
    pub fn later<E: Estate, T: ?Sized>(&mut self, estate: &mut E, hop: Hop, about: Id<T>, command: E::Timer) {
        match self.pace(hop) {
            Pace::AtOnce if self.depth < DEPTH_MAX => {
                self.depth += 1;
                estate.perform(command, self);
                self.depth -= 1;
            }
            Pace::AtOnce => self.at(estate, hop, self.now(), about, command),
            Pace::After(span) => self.at(estate, hop, self.now() + span, about, command),
            Pace::Held => estate.timers_mut().hold(self.chronicle, hop, about, command),
        }
    }

    fn at<E: Estate, T: ?Sized>(&mut self, estate: &mut E, hop: Hop, due: Timestamp, about: Id<T>, command: E::Timer) {
        estate.timers_mut().at(self.chronicle, hop, due, about, command);
    }

    /// Tries something that may be refused half-way, and leaves no trace of it then.
    ///
    /// # Errors
    /// Whatever `act` was refused with.
    pub fn attempt<E: Estate, R>(
        &mut self,
        estate: &mut E,
        act: impl FnOnce(&mut E, &mut Cx<'_>) -> Result<R, E::Refusal>,
    ) -> Result<R, E::Refusal> {
        let kept = (estate.clone(), self.company.clone(), self.chronicle.clone());
        let result = act(estate, self);
        if result.is_err() {
            (*estate, *self.company, *self.chronicle) = kept;
        }
        result
    }
}

impl Deref for Cx<'_> {
    type Target = Chronicle;
    fn deref(&self) -> &Chronicle {
        self.chronicle
    }
}
impl DerefMut for Cx<'_> {
    fn deref_mut(&mut self) -> &mut Chronicle {
        self.chronicle
    }
}

/// The face of an estate that forgets whose it is.
pub trait AnyEstate: Send + Sync {
    /// The vendor's name.
    fn vendor(&self) -> &'static str;
    /// Every table, timers and calls among them.
    fn tables(&self) -> Vec<&dyn AnyTable>;
    /// The table of this name, to be filled by an import.
    fn table_mut(&mut self, name: &str) -> Option<&mut dyn AnyTable>;
    /// The timer that is due first.
    fn next_due(&self) -> Option<Due>;
    /// Every timer.
    fn timers(&self) -> Vec<TimerLine>;
    /// The estate after a timer has fired; `None` when there is no such timer.
    fn fire(&self, timer: TimerId, cx: &mut Cx<'_>) -> Option<Arc<dyn AnyEstate>>;
    /// The estate with a timer set aside.
    fn shelve(&self, timer: TimerId) -> Arc<dyn AnyEstate>;
    /// Every call that waits for its answer, the first one written first.
    fn calls(&self) -> Vec<Arc<Call>>;
    /// Whether any call waits for its answer.
    fn is_calling(&self) -> bool;
    /// The estate after a call was answered; `None` when that very call does not wait here.
    fn answer(&self, call: &Arc<Call>, outcome: Outcome, cx: &mut Cx<'_>) -> Option<Arc<dyn AnyEstate>>;
    /// The estate without a call.
    fn drop_call(&self, call: &Call) -> Arc<dyn AnyEstate>;
    /// The estate as what it is.
    fn as_any(&self) -> &dyn Any;
    /// The estate, to be shared.
    fn into_shared(self: Box<Self>) -> Arc<dyn AnyEstate>;
}

impl<E: Estate> AnyEstate for E {
    fn vendor(&self) -> &'static str {
        E::VENDOR
    }
    fn tables(&self) -> Vec<&dyn AnyTable> {
        let timers = Estate::timers(self).table();
        let calls = Estate::calls(self).map(|calls| calls as &dyn AnyTable);
        Estate::tables(self).into_iter().chain(calls).chain([timers]).collect()
    }
    fn table_mut(&mut self, name: &str) -> Option<&mut dyn AnyTable> {
        if Estate::timers(self).table().name() == name {
            return Some(self.timers_mut().table_mut());
        }
        if name == Call::TABLE {
            return self.calls_mut().map(|calls| calls as &mut dyn AnyTable);
        }
        Estate::tables_mut(self).into_iter().find(|table| table.name() == name)
    }
    fn next_due(&self) -> Option<Due> {
        Estate::timers(self).next_due()
    }
    fn timers(&self) -> Vec<TimerLine> {
        Estate::timers(self).lines()
    }
    fn fire(&self, timer: TimerId, cx: &mut Cx<'_>) -> Option<Arc<dyn AnyEstate>> {
        let mut estate = self.clone();
        let command = estate.timers_mut().take(timer)?;
        estate.perform(command, cx);
        Some(Arc::new(estate))
    }
    fn shelve(&self, timer: TimerId) -> Arc<dyn AnyEstate> {
        let mut estate = self.clone();
        estate.timers_mut().shelve(timer);
        Arc::new(estate)
    }
    fn calls(&self) -> Vec<Arc<Call>> {
        Estate::calls(self).into_iter().flat_map(Table::iter).cloned().collect()
    }
    fn is_calling(&self) -> bool {
        Estate::calls(self).is_some_and(|calls| !calls.is_empty())
    }
    fn answer(&self, call: &Arc<Call>, outcome: Outcome, cx: &mut Cx<'_>) -> Option<Arc<dyn AnyEstate>> {
        let waits = Estate::calls(self)?.get(&call.id).is_some_and(|waiting| Arc::ptr_eq(waiting, call));
        waits.then(|| {
            let mut estate = self.clone();
            estate.calls_mut().and_then(|calls| calls.remove(&call.id));
            estate.answered(call, outcome, cx);
            Arc::new(estate) as Arc<dyn AnyEstate>
        })
    }
    fn drop_call(&self, call: &Call) -> Arc<dyn AnyEstate> {
        let mut estate = self.clone();
        estate.calls_mut().and_then(|calls| calls.remove(&call.id));
        Arc::new(estate)
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn into_shared(self: Box<Self>) -> Arc<dyn AnyEstate> {
        Arc::new(*self)
    }
}

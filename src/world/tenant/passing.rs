//! Time that is let pass.

use std::sync::Arc;

use serde::Serialize;

use super::{Cause, Commit, Head, INSTANTS_MAX, Tenant};
use crate::kernel::{Span, Timestamp};
use crate::world::moment::Look;
use crate::world::{Made, World};

/// How many instants one advance answers in full; the rest are counted.
const INSTANTS_LISTED: usize = 1_000;

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

impl Tenant {
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

    /// Moves on to the next timer and fires it; moves nothing when there is none.
    pub fn advance_to_next_timer(&self) -> Advanced {
        let target = self.read().next_due.unwrap_or_else(|| self.hour());
        self.advance_to(target)
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
}

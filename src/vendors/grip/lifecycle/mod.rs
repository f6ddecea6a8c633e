//! What happens in the environment: each file holds the commands about one thing and what time
//! makes of them. States and their transitions stand in `model`.

mod alert;
mod audit;
mod find;
mod justify;
mod label;
mod offboard;
mod remove;
mod revoke;
mod run;
mod sanction;
mod step;

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

pub use alert::{MoveAlert, RaiseAlert};
pub use find::{app, mailbox, person_by_mail, removal_support, user};
pub use justify::{AnswerRequest, CancelRequest, OpenRequest, SendRequest};
pub use label::{AddLabel, Labelled, RemoveLabel};
pub use offboard::{OffboardUser, StartOffboarding, StopOffboarding};
pub use revoke::{StartRevocation, StopRevocation};
pub use run::{CancelRun, RunFor, RunWorkflow};
pub use sanction::{SetPrimaryContact, SetSanction};
pub use step::{Step, perform};

use super::model::{Environment, Justification, Offboarding, Revocation, Run};
use crate::kernel::{AnyTable, Hop, Id, Pace, Timers};
use crate::world::{Cx, Estate};

/// Every asynchronous hop.
pub const HOPS: [Hop; 3] = [super::assumed::REVOKE, super::assumed::OFFBOARD, super::assumed::RUN];

/// What an id can name.
#[derive(Copy, Clone, Debug, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", prefix = "no-such-")]
pub enum Noun {
    Saas,
    User,
    SaasUser,
    Revocation,
    Justification,
    Offboarding,
    Workflow,
    WorkflowRun,
    Alert,
    Label,
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Saas => "SaaS application",
            Self::User => "User",
            Self::SaasUser => "SaaS user",
            Self::Revocation => "Action",
            Self::Justification => "Justification request",
            Self::Offboarding => "Offboarding workflow",
            Self::Workflow => "Workflow",
            Self::WorkflowRun => "Workflow run",
            Self::Alert => "Alert",
            Self::Label => "Label",
        })
    }
}

/// Why Grip refuses a command; the sentence is what the error says. All sentences are [assumed].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Refusal {
    /// A field is absent or blank.
    #[error("{0} is required")]
    Missing(&'static str),
    /// A field's value is none that it can have.
    #[error("{0} must be {1}")]
    Invalid(&'static str, String),
    /// A list is longer than it may be.
    #[error("{0} must not have more than {1} entries")]
    TooMany(&'static str, usize),
    /// Two fields name different people.
    #[error("userId and userEmail belong to different users")]
    TwoPeople,
    /// The user is asked about an application that they do not use.
    #[error("The user has no account in this SaaS application")]
    NoAccount,
    /// An id names nothing.
    #[error("{0} not found")]
    #[strum(transparent, to_string = "")]
    NoSuch(Noun),
    /// It has ended, and how.
    #[error("{0} is already {1}")]
    Over(Noun, String),
}

/// A command with a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Timer {
    /// Handle the next application of a revocation.
    Revoke(Id<Revocation>),
    /// Handle the next account of an offboarding.
    Offboard(Id<Offboarding>),
    /// Carry the current action of a run out.
    Run(Id<Run>),
    /// Nobody answered a justification request.
    Expire(Id<Justification>),
}

impl Estate for Environment {
    const VENDOR: &'static str = "grip";
    type Refusal = Refusal;
    type Timer = Timer;

    fn tables(&self) -> Vec<&dyn AnyTable> {
        self.all_tables()
    }
    fn tables_mut(&mut self) -> Vec<&mut dyn AnyTable> {
        self.all_tables_mut()
    }
    fn timers(&self) -> &Timers<Timer> {
        &self.timers
    }
    fn timers_mut(&mut self) -> &mut Timers<Timer> {
        &mut self.timers
    }

    fn perform(&mut self, timer: Timer, cx: &mut Cx<'_>) {
        match timer {
            Timer::Revoke(id) => {
                if revoke::handle_next(self, cx, id) {
                    revoke::go_on(self, cx, id);
                }
            }
            Timer::Offboard(id) => {
                if offboard::handle_next(self, cx, id) {
                    offboard::go_on(self, cx, id);
                }
            }
            Timer::Run(id) => {
                if run::carry_on(self, cx, id) {
                    run::go_on(self, cx, id);
                }
            }
            Timer::Expire(id) => justify::expire(self, cx, id),
        }
    }
}

/// Takes steps at the pace of `hop` for as long as there are more. At once is a loop and no
/// recursion: an offboarding of a whole company has more steps than a stack has room for.
fn keep_going<T: ?Sized>(
    env: &mut Environment,
    cx: &mut Cx<'_>,
    (hop, about, timer): (Hop, Id<T>, Timer),
    step: fn(&mut Environment, &mut Cx<'_>, Id<T>) -> bool,
) {
    while cx.pace(hop) == Pace::AtOnce {
        if !step(env, cx, about) {
            return;
        }
    }
    cx.later(env, hop, about, timer);
}

/// A value in the vendor's word for it.
pub fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

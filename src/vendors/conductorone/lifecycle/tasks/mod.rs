//! What happens in a task, from its opening to the access that it brings or takes (contract, 8).
//!
//! `open` (by `choose`) → `proceed` (asking `approvers`) → `decide`, `hand_over`, `skip`, `provision`, `wait`, `form`,
//! `again` → `close` → `access`; `expiry` begins where access has a date. Each function works on a private copy of the
//! task; whoever loaded it puts it back.

mod access;
mod act;
mod again;
mod agent;
mod approvers;
mod by_rule;
mod certify;
mod choose;
mod close;
mod decide;
mod duration;
mod expiry;
mod form;
mod hand_over;
mod offboard;
mod open;
mod proceed;
mod provision;
mod refusal;
mod rights;
mod skip;
mod sla;
mod step_up;
mod trail;
mod wait;
mod webhook;

pub use access::{REASON_BY, account_in, hand_out, put_end, take_away};
pub use act::{Acting, Taken};
pub use again::{Escalate, HardReset, Restart};
pub use by_rule::{end_by_rule, is_asked_for, open_by_rule, open_for_non_usage};
pub use certify::{NewCertify, end_certify, open_certify, revoke_certify};
pub use choose::builtin_policies;
pub use close::Close;
pub use decide::{Approve, Comment, Deny, StepUp};
pub use duration::UpdateDuration;
pub use form::UpdateData;
pub use hand_over::Reassign;
pub use offboard::OpenOffboarding;
pub use open::{OpenAction, OpenGrant, OpenRevoke, Wanted};
pub use provision::{Ending, Retry, SettleProvisioning};
pub use refusal::TaskRefusal;
pub use rights::{actions, is_visible};
pub use skip::{ProcessNow, SkipStep};
pub use step_up::BeginStepUp;
pub use webhook::{attempted, bad_response, decided, fits, hopeless, promised};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Noun, Refusal, calls};
use crate::company::{Account, Entitlement, GrantId, Person};
use crate::kernel::{Hop, Id, Pace, Span};
use crate::vendors::conductorone::model::{
    Audit, Domain, Event, Generation, PolicyRun, Processing, StepInstance, Task, TaskMove, TaskState,
};
use crate::world::Cx;

/// Going on after something was decided. Held or slowed down, a task shows as being processed meanwhile.
pub const PROCESS: Hop = Hop { name: "conductorone/process", pace: Pace::AtOnce };
/// A connector giving or taking access.
pub const PROVISION: Hop = Hop { name: "conductorone/provision", pace: Pace::AtOnce };
/// People giving or taking access by hand. No call of the API ends it (contract, 8.6).
pub const MANUAL: Hop = Hop { name: "conductorone/manual", pace: Pace::Held };
/// A ticket in another system being closed. [assumed]
pub const TICKET: Hop = Hop { name: "conductorone/ticket", pace: Pace::After(Span::days(1)) };
/// The vendor's agent making up its mind.
pub const AGENT: Hop = Hop { name: "conductorone/agent", pace: Pace::AtOnce };
/// How often a condition is looked at that somebody waits for. [assumed]
pub const WAIT: Hop = Hop { name: "conductorone/wait", pace: Pace::After(Span::minutes(15)) };

// Instants that policies and requests set, not a pace.
const ESCALATE: Hop = Hop { name: "conductorone/escalate", pace: Pace::AtOnce };
const WAIT_END: Hop = Hop { name: "conductorone/wait-end", pace: Pace::AtOnce };
const EXPIRE: Hop = Hop { name: "conductorone/expire", pace: Pace::AtOnce };

/// A command of the task engine with a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TaskTimer {
    /// Go on to the next step.
    Proceed(Id<Task>),
    /// A connector, people or a ticket have done it.
    Provisioned { task: Id<Task>, step: Id<StepInstance> },
    /// The agent has made up its mind.
    Agent { task: Id<Task>, step: Id<StepInstance> },
    /// Nobody decided in time.
    Escalate { task: Id<Task>, step: Id<StepInstance> },
    /// Look at the condition again.
    LookAgain { task: Id<Task>, step: Id<StepInstance> },
    /// The instant that was waited for.
    WaitOver { task: Id<Task>, step: Id<StepInstance> },
    /// It was waited too long.
    WaitTimedOut { task: Id<Task>, step: Id<StepInstance> },
    /// Access has come to its date.
    Expire { account: Id<Account>, entitlement: Id<Entitlement> },
}

/// Performs a timer whose instant has come. What it was about may have ended meanwhile; then nothing happens.
pub fn perform(domain: &mut Domain, cx: &mut Cx<'_>, timer: TaskTimer) {
    match timer {
        TaskTimer::Proceed(id) => on_open(domain, cx, id, proceed::proceed),
        TaskTimer::Provisioned { task, step } => {
            on_step(domain, cx, task, step, provision::arrive);
        }
        TaskTimer::Agent { task, step } => on_step(domain, cx, task, step, agent::conclude),
        TaskTimer::Escalate { task, step } => on_step(domain, cx, task, step, sla::escalate),
        TaskTimer::LookAgain { task, step } => on_step(domain, cx, task, step, wait::look),
        TaskTimer::WaitOver { task, step } => on_step(domain, cx, task, step, wait::succeed),
        TaskTimer::WaitTimedOut { task, step } => on_step(domain, cx, task, step, wait::time_out),
        TaskTimer::Expire { account, entitlement } => expiry::expire(domain, cx, GrantId { account, entitlement }),
    }
}

/// Works on an open task, and puts it back.
fn on_open(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<Task>, work: impl FnOnce(&mut Domain, &mut Cx<'_>, &mut Task)) {
    let Some(mut task) = domain.tasks.get(&id).filter(|task| task.is_open()).map(|task| Task::clone(task)) else {
        return;
    };
    work(domain, cx, &mut task);
    save(domain, cx, task);
}

/// Works on an open task while it is at this step, and puts it back.
fn on_step(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    id: Id<Task>,
    step: Id<StepInstance>,
    work: impl FnOnce(&mut Domain, &mut Cx<'_>, &mut Task),
) {
    on_open(domain, cx, id, |domain, cx, task| {
        if task.current().is_some_and(|current| current.id == step) {
            work(domain, cx, task);
        }
    });
}

/// A copy of the task to work on.
fn load(domain: &Domain, id: Id<Task>) -> Result<Task, Refusal> {
    domain.tasks.get(&id).map(|task| Task::clone(task)).ok_or(Refusal::NoSuch(Noun::Task))
}

/// Puts a task back with the hour of its change, and lets what depends on it follow.
fn save(domain: &mut Domain, cx: &mut Cx<'_>, mut task: Task) {
    task.updated = cx.now();
    let (id, parent, closed) = (task.id, task.parent, !task.is_open());
    let closes_now = closed && domain.tasks.get(&id).is_none_or(|before| before.is_open());
    domain.tasks.put(task);
    if closes_now {
        certify::followed(domain, cx, id);
        if let Some(parent) = parent {
            offboard::child_closed(domain, cx, parent);
        }
    }
}

/// Writes an entry into the task's audit trail.
fn note(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, by: Option<Id<Person>>, event: Event) {
    task.audited += 1;
    let (id, at) = (cx.id("conductorone/audit"), cx.now());
    domain.audits.put(Audit { id, task: task.id, place: task.audited, by, at, state: task.state, event });
}

/// Says something in the task's name or somebody's; nothing when there is nothing to say.
fn say(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, by: Option<Id<Person>>, text: &str) {
    if !text.is_empty() {
        task.comments = task.comments.saturating_add(1);
        note(domain, cx, task, by, Event::Comment(text.to_owned()));
    }
}

/// Goes on at the pace of [`PROCESS`].
fn go_on(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    if cx.go(task.state, TaskMove::GoOn).is_none() {
        return;
    }
    if cx.pace(PROCESS) == Pace::AtOnce {
        proceed::proceed(domain, cx, task);
    } else {
        task.processing = Processing::Processing;
        cx.later(domain, PROCESS, task.id, super::Timer::Task(TaskTimer::Proceed(task.id)));
    }
}

/// Ends the step that runs: into the history with it; its timers and its calls end with it.
fn retire(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    if let Some(run) = &mut task.run
        && let Some(step) = run.current.take()
    {
        domain.timers.cancel_about(step.id);
        calls::abandon(domain, cx, step.id);
        run.remember(step);
    }
}

/// Gives a task the steps of a policy, from the first.
fn set_run(cx: &mut Cx<'_>, task: &mut Task, chosen: choose::Chosen, history: Vec<StepInstance>) {
    let generation: Id<Generation> = cx.id("conductorone/generation");
    let choose::Chosen { policy, chain, .. } = chosen;
    let next = chain.clone();
    task.run = Some(PolicyRun { policy, generation, chain, current: None, next, history });
}

/// Tells the world that something happened to a task.
fn report(cx: &mut Cx<'_>, name: &'static str, task: &Task) {
    let detail = json!({
        "number": task.number,
        "subject": task.subject,
        "entitlement": task.entitlement().map(|entitlement| entitlement.id),
        "open": task.state == TaskState::Open,
    });
    cx.emit(name, task.id, detail);
}

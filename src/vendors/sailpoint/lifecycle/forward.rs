//! Approvals that change hands: by hand, and by time.

use serde_json::json;

use super::approve::{check_reviewer, delegate, fallback, is_party, take_up};
use super::{Actor, ESCALATE, REMIND, Refusal, TIME_OUT, Timer, Verdict};
use crate::company::Person;
use crate::kernel::{Id, Span};
use crate::vendors::sailpoint::model::{Action, Approval, ApprovalMove, Forward as Handover, Org, Owner, Reassignment};
use crate::world::{Command, Cx};

/// How often an approval climbs to a manager before it goes to the fallback approver.
const MANAGERS_ASKED: u32 = 2;
/// The longest comment and owner id, in characters.
const TEXT_MAX: usize = 255;

/// Hand an approval to somebody else.
pub struct Forward {
    /// Which.
    pub approval: Id<Approval>,
    /// Who does it.
    pub by: Actor,
    /// To whom, as it was sent.
    pub new_owner: String,
    /// Why.
    pub comment: String,
}

impl Command<Org> for Forward {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        for (name, text) in [("newOwnerId", &self.new_owner), ("comment", &self.comment)] {
            match text.chars().count() {
                0 => return Err(Refusal::Missing(name)),
                1..=TEXT_MAX => {}
                _ => return Err(Refusal::IllegalValue(name)),
            }
        }
        let approval = check_reviewer(org, self.approval, self.by)?;
        let new_owner = Id::from_hex(&self.new_owner).filter(|id| cx.company.people().contains(id));
        let to: Id<Person> = new_owner.ok_or_else(|| Refusal::NoReference("identity", self.new_owner.clone()))?;
        if approval.owner == Owner::Identity(to) {
            return Err(Refusal::SameOwner);
        }
        let verdict = Verdict::Forwarded { by: self.by.person(), to, comment: self.comment };
        take_up(org, cx, self.approval, Action::Forwarded, verdict)
    }
}

/// Gives an approval to `to`, and on to their manager when they would review their own request.
pub fn hand_over(
    org: &mut Org,
    cx: &mut Cx<'_>,
    id: Id<Approval>,
    to: Owner,
    by: Option<Id<Person>>,
    comment: Option<String>,
    reassignment: Reassignment,
) {
    let Some(approval) = org.approvals.get(&id).cloned() else { return };
    let Some(state) = cx.go(approval.state, ApprovalMove::Forward) else { return };
    let now = cx.now();
    let mut handovers = vec![Handover { from: approval.owner, to, by, comment, at: now, reassignment }];
    if reassignment == Reassignment::ManualReassignment
        && let Some(delegate) = delegate_of_party(org, cx, &approval, to)
    {
        let reassignment = Reassignment::SelfReviewDelegation;
        let delegate = Owner::Identity(delegate);
        handovers.push(Handover { from: to, to: delegate, by: None, comment: None, at: now, reassignment });
    }
    let owner = handovers.last().map_or(to, |last| last.to);
    org.approvals.update(&id, |approval| {
        approval.state = state;
        approval.in_process = None;
        approval.owner = owner;
        approval.modified = now;
        approval.reminders = 0;
        approval.forwards.extend(handovers);
    });
    cx.emit("approval.forwarded", id, json!({"item": approval.item, "to": owner, "reassignment": reassignment}));
    schedule(org, cx, id);
}

/// The manager to whom an approval goes on when its new owner asked for the item, or is to get it.
fn delegate_of_party(org: &Org, cx: &Cx<'_>, approval: &Approval, to: Owner) -> Option<Id<Person>> {
    let Owner::Identity(person) = to else { return None };
    let item = org.items.get(&approval.item).filter(|item| is_party(item, person))?;
    delegate(cx, item, person)
}

/// Sets the timers of an approval's present owner: reminder or escalation, and, once, the timeout.
pub fn schedule(org: &mut Org, cx: &mut Cx<'_>, id: Id<Approval>) {
    let Some(approval) = org.approvals.get(&id).cloned() else { return };
    let Some(item) = org.items.get(&approval.item).cloned() else { return };
    org.timers.cancel_about(id);
    if let Some(timeout) = item.settings.timeout {
        let due = approval.created + Span::days(timeout.days);
        org.timers.at(cx.chronicle, TIME_OUT, due, id, Timer::TimeOut(id));
    }
    let Some(days) = item.settings.escalation.days_until_escalation else { return };
    if approval.escalations > MANAGERS_ASKED {
        return;
    }
    let due = cx.now() + Span::days(days.max(0).into());
    let reminders = item.settings.escalation.max_reminders.unwrap_or(0);
    if reminders > 0 {
        org.timers.at(cx.chronicle, REMIND, due, id, Timer::Remind(id));
    } else {
        org.timers.at(cx.chronicle, ESCALATE, due, id, Timer::Escalate(id));
    }
}

/// Reminds the owner, and sets the next reminder or, after the last one, the escalation.
pub fn remind(org: &mut Org, cx: &mut Cx<'_>, id: Id<Approval>) {
    let Some(approval) = org.approvals.get(&id).filter(|approval| approval.is_open()).cloned() else { return };
    let Some(item) = org.items.get(&approval.item).cloned() else { return };
    let rules = item.settings.escalation;
    let sent = approval.reminders + 1;
    org.approvals.update(&id, |approval| approval.reminders = sent);
    cx.emit("approval.reminded", id, json!({"item": approval.item, "owner": approval.owner, "reminder": sent}));
    let due = cx.now() + Span::days(rules.days_between_reminders.unwrap_or(1).max(1).into());
    if i64::from(sent) < i64::from(rules.max_reminders.unwrap_or(0)) {
        org.timers.at(cx.chronicle, REMIND, due, id, Timer::Remind(id));
    } else {
        org.timers.at(cx.chronicle, ESCALATE, due, id, Timer::Escalate(id));
    }
}

/// Moves an approval up: owner, manager, manager's manager, fallback; there it stays. Who asked for
/// the item or is to get it is passed over, except as the fallback approver.
pub fn escalate(org: &mut Org, cx: &mut Cx<'_>, id: Id<Approval>) {
    let Some(approval) = org.approvals.get(&id).filter(|approval| approval.is_open()).cloned() else { return };
    let Some(item) = org.items.get(&approval.item).cloned() else { return };
    let holder = match approval.owner {
        Owner::Identity(person) => Some(person),
        Owner::Group(group) => org.groups.get(&group).map(|group| group.owner),
    };
    let manager =
        holder.filter(|_| approval.escalations < MANAGERS_ASKED).and_then(|holder| delegate(cx, &item, holder));
    let escalations = if manager.is_some() { approval.escalations + 1 } else { MANAGERS_ASKED + 1 };
    let to = Owner::Identity(manager.unwrap_or_else(|| fallback(org, cx, &item)));
    org.approvals.update(&id, |approval| approval.escalations = escalations);
    if to != approval.owner {
        hand_over(org, cx, id, to, None, None, Reassignment::AutoEscalation);
    }
}

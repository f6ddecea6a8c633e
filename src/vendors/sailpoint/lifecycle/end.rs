//! Requests that are taken back or closed.

use serde_json::json;

use super::{Actor, Refusal, approve, change_item, provision, trigger, word};
use crate::kernel::Id;
use crate::vendors::sailpoint::model::{
    Approval, ApprovalMove, Cancellation, Item, ItemMove, Org, PhaseName, PhaseState, Request, RequestKind, Stage,
    WorkItem, WorkItemMove,
};
use crate::world::{Command, Cx};

/// How many requests one call may cancel.
pub const CANCEL_MAX: usize = 50;
/// How many requests one call may close.
pub const CLOSE_MAX: usize = 500;

/// Take a request back.
pub struct Cancel {
    /// Which, as it was sent: the access request's id, called `accountActivityId`.
    pub request: String,
    /// Who does it.
    pub by: Actor,
    /// Why.
    pub comment: String,
}

impl Command<Org> for Cancel {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        for (name, text) in [("accountActivityId", &self.request), ("comment", &self.comment)] {
            if text.trim().is_empty() {
                return Err(Refusal::Missing(name));
            }
        }
        let id = Id::from_hex(&self.request).filter(|id| org.requests.contains(id));
        cancel(org, cx, id.ok_or(Refusal::NotFound)?, self.by, &self.comment)
    }
}

/// Take many requests back; those that cannot be are passed over.
pub struct CancelMany {
    /// Which, as they were sent.
    pub requests: Vec<String>,
    /// Who does it.
    pub by: Actor,
    /// Why.
    pub comment: String,
}

impl Command<Org> for CancelMany {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        if self.comment.trim().is_empty() {
            return Err(Refusal::Missing("comment"));
        }
        let known = known(org, &self.requests, CANCEL_MAX)?;
        if known.is_empty() {
            return Err(Refusal::NotFound);
        }
        for id in known {
            // What is in the wrong state is skipped (contract, 7.10).
            let _ = cx.attempt(org, |org, cx| cancel(org, cx, id, self.by, &self.comment));
        }
        Ok(())
    }
}

/// What a closed request counts as.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Completion {
    /// Broken off.
    Terminated,
    /// Done.
    Success,
    /// Partly done.
    Incomplete,
    /// Failed.
    Failure,
}

/// Close requests, whatever they wait for.
pub struct Close {
    /// Which, as they were sent.
    pub requests: Vec<String>,
    /// What they count as.
    pub completion: Completion,
    /// Why.
    pub message: Option<String>,
}

impl Command<Org> for Close {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let by_move = match self.completion {
            Completion::Terminated => ItemMove::CloseTerminated,
            Completion::Success => ItemMove::CloseCompleted,
            Completion::Incomplete => ItemMove::CloseIncomplete,
            Completion::Failure => ItemMove::CloseFailed,
        };
        for request in known(org, &self.requests, CLOSE_MAX)? {
            let items: Vec<Id<Item>> = org.items_of(request).map(|item| item.id).collect();
            for item in items {
                break_off(org, cx, item, by_move, self.message.as_deref());
            }
        }
        Ok(())
    }
}

fn known(org: &Org, ids: &[String], max: usize) -> Result<Vec<Id<Request>>, Refusal> {
    match ids.len() {
        0 => Err(Refusal::Missing("accessRequestIds")),
        len if len > max => Err(Refusal::TooMany("accessRequestIds", max)),
        _ => Ok(ids.iter().filter_map(|id| Id::from_hex(id)).filter(|id| org.requests.contains(id)).collect()),
    }
}

fn cancel(org: &mut Org, cx: &mut Cx<'_>, id: Id<Request>, by: Actor, comment: &str) -> Result<(), Refusal> {
    let request = org.requests.get(&id).cloned().ok_or(Refusal::NotFound)?;
    let is_submitter = by.person().is_some() && by.person() == request.requester;
    if !by.is_admin(org) && !is_submitter {
        return Err(Refusal::Forbidden);
    }
    let items: Vec<_> = org.items_of(id).cloned().collect();
    let cancelable: Vec<Id<Item>> = items.iter().filter(|item| item.is_cancelable()).map(|item| item.id).collect();
    if let (true, Some(item)) = (cancelable.is_empty(), items.first()) {
        return Err(Refusal::NotCancelable(item.state));
    }
    for item in cancelable {
        let cancelled = Cancellation { comment: comment.to_owned(), by: by.person(), at: cx.now() };
        change_item(org, cx, item, |item| item.cancelled = Some(cancelled));
        break_off(org, cx, item, ItemMove::Cancel, None);
    }
    Ok(())
}

/// Ends an item from outside, with everything that is still open in it.
fn break_off(org: &mut Org, cx: &mut Cx<'_>, id: Id<Item>, by_move: ItemMove, message: Option<&str>) {
    let Some(item) = org.items.get(&id).cloned() else { return };
    let Some(state) = cx.go(item.state, by_move) else { return };
    let approvals: Vec<Id<Approval>> =
        org.approvals_of(&item).filter(|approval| approval.is_open()).map(|approval| approval.id).collect();
    for approval in approvals {
        approve::close(org, cx, approval, ApprovalMove::Cancel, None, None);
    }
    for work in &item.work_items {
        cancel_work(org, cx, *work);
    }
    org.timers.cancel_about(id);
    let gave_nothing = item.stage == Stage::Provisioning && item.provisioned == 0;
    if gave_nothing && item.kind != RequestKind::RevokeAccess && by_move != ItemMove::CloseCompleted {
        provision::unassign(org, cx, &item);
    }
    let now = cx.now();
    let succeeded = by_move == ItemMove::CloseCompleted;
    change_item(org, cx, id, |item| {
        item.state = state;
        item.stage = Stage::Over;
        let ended = if succeeded { PhaseState::Successful } else { PhaseState::Cancelled };
        for phase in
            [PhaseName::SodPhase, PhaseName::TriggerPhase, PhaseName::ApprovalPhase, PhaseName::ProvisioningPhase]
        {
            provision::end_phase(item, phase, ended, now);
        }
        if let Some(message) = message.filter(|_| !succeeded) {
            item.errors.push(vec![message.to_owned()]);
        }
    });
    cx.emit("item.ended", id, json!({"request": item.request, "state": word(&state)}));
    trigger::take_stock(org, cx, item.request);
    trigger::settle(org, cx, item.request);
}

fn cancel_work(org: &mut Org, cx: &mut Cx<'_>, id: Id<WorkItem>) {
    let Some(state) = org.work_items.get(&id).and_then(|work| cx.chronicle.go(work.state, WorkItemMove::Cancel)) else {
        return;
    };
    let now = cx.now();
    org.work_items.update(&id, |work| {
        work.state = state;
        (work.modified, work.completed) = (now, Some(now));
    });
}

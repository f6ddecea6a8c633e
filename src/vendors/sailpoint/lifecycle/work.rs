//! Manual provisioning: somebody does by hand what no connector does.

use std::convert::Infallible;

use serde_json::json;

use super::{Actor, Refusal, change_item, provision, word};
use crate::company::{App, Entitlement, Person};
use crate::kernel::Id;
use crate::vendors::sailpoint::model::{
    Forward as Handover, Item, Org, Owner, Reassignment, RequestKind, WorkItem, WorkItemMove, WorkItemState,
};
use crate::world::{Command, Cx};

/// Opens a work item for the owner of a source.
pub fn open(org: &mut Org, cx: &mut Cx<'_>, item: &Item, source: Id<App>, entitlements: Vec<Id<Entitlement>>) {
    let owners = cx.company.apps().get(&source).map(|app| app.owners.clone()).unwrap_or_default();
    let owner = owners.into_iter().find(|owner| super::approve::is_present(cx, *owner));
    let owner = owner.unwrap_or_else(|| super::approve::fallback(org, cx, item));
    let (id, now) = (cx.id("sailpoint/work-item"), cx.now());
    org.work_items.put(WorkItem {
        id,
        item: item.id,
        requested_for: item.requested_for,
        requester: item.requester,
        kind: item.kind,
        source,
        entitlements,
        owner,
        original_owner: owner,
        state: WorkItemState::Pending,
        forwards: Vec::new(),
        completion: None,
        created: now,
        modified: now,
        completed: None,
    });
    change_item(org, cx, item.id, |item| item.work_items.push(id));
    cx.emit("work-item.opened", id, json!({"item": item.id, "owner": owner}));
}

/// Say that a manual action was done, or could not be.
pub struct CompleteWorkItem {
    /// Which.
    pub work_item: Id<WorkItem>,
    /// Who says so.
    pub by: Actor,
    /// Whether it was done.
    pub done: bool,
    /// What they say.
    pub comment: Option<String>,
}

impl Command<Org> for CompleteWorkItem {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let work = org.work_items.get(&self.work_item).cloned().ok_or(Refusal::NotFound)?;
        check_owner(org, &work, self.by)?;
        let by_move = if self.done { WorkItemMove::Complete } else { WorkItemMove::Reject };
        let state = cx.go(work.state, by_move).ok_or_else(|| Refusal::NotOpen(word(&work.state)))?;
        let now = cx.now();
        let comment = self.comment;
        org.work_items.update(&work.id, |work| {
            (work.state, work.completion) = (state, comment);
            (work.modified, work.completed) = (now, Some(now));
        });
        cx.emit("work-item.ended", work.id, json!({"item": work.item, "state": word(&state)}));
        let Some(item) = org.items.get(&work.item).cloned() else { return Ok(()) };
        if self.done {
            let gives = item.kind != RequestKind::RevokeAccess;
            let assignment = org.assignment(item.requested_for, item.object).filter(|_| gives);
            let assignment = assignment.map(|assignment| assignment.id);
            for entitlement in &work.entitlements {
                provision::carry_out(org, cx, &item, assignment, *entitlement);
            }
        }
        let count = work.entitlements.len();
        change_item(org, cx, item.id, |item| {
            let tally = if self.done { &mut item.provisioned } else { &mut item.failed };
            *tally += count;
        });
        provision::finish(org, cx, item.id);
        Ok(())
    }
}

/// Hand a work item to somebody else.
pub struct ForwardWorkItem {
    /// Which.
    pub work_item: Id<WorkItem>,
    /// Who does it.
    pub by: Actor,
    /// To whom, as it was sent.
    pub to: String,
    /// Why.
    pub comment: String,
}

impl Command<Org> for ForwardWorkItem {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let work = org.work_items.get(&self.work_item).cloned().ok_or(Refusal::NotFound)?;
        check_owner(org, &work, self.by)?;
        for (name, text) in [("targetOwnerId", &self.to), ("comment", &self.comment)] {
            if text.trim().is_empty() {
                return Err(Refusal::Missing(name));
            }
        }
        let to = Id::from_hex(&self.to).filter(|id| cx.company.people().contains(id));
        let to: Id<Person> = to.ok_or(Refusal::NoReference("identity", self.to))?;
        let state = cx.go(work.state, WorkItemMove::Forward).ok_or_else(|| Refusal::NotOpen(word(&work.state)))?;
        let at = cx.now();
        let handover = Handover {
            from: Owner::Identity(work.owner),
            to: Owner::Identity(to),
            by: self.by.person(),
            comment: Some(self.comment),
            at,
            reassignment: Reassignment::ManualReassignment,
        };
        org.work_items.update(&work.id, |work| {
            (work.state, work.owner, work.modified) = (state, to, at);
            work.forwards.push(handover);
        });
        cx.emit("work-item.forwarded", work.id, json!({"item": work.item, "to": to}));
        Ok(())
    }
}

/// Decide what a work item puts up for decision. Manual actions put nothing up, so this is always
/// refused, in the order in which a decision would be checked.
pub struct DecideItems {
    /// Which.
    pub work_item: Id<WorkItem>,
    /// Who does it.
    pub by: Actor,
    /// Whether one approval item is named, which does not exist then.
    pub names_one: bool,
}

impl Command<Org> for DecideItems {
    type Output = Infallible;
    fn apply(self, org: &mut Org, _: &mut Cx<'_>) -> Result<Infallible, Refusal> {
        let work = org.work_items.get(&self.work_item).ok_or(Refusal::NotFound)?;
        check_owner(org, work, self.by)?;
        Err(if self.names_one { Refusal::NotFound } else { Refusal::NothingToDecide })
    }
}

/// Whether somebody may see a work item and act on it: its owner, or an administrator.
pub fn check_owner(org: &Org, work: &WorkItem, by: Actor) -> Result<(), Refusal> {
    if by.is_admin(org) || by.person() == Some(work.owner) { Ok(()) } else { Err(Refusal::Forbidden) }
}

//! Access that runs out at its remove date. It leaves an account activity and no access request,
//! since nobody asked.

use super::{change_item, provision};
use crate::kernel::Id;
use crate::vendors::sailpoint::model::{Assignment, Item, ItemState, Org, Request, RequestKind, Stage};
use crate::world::Cx;

/// Removes what an assignment gave, if its end is still the one that has come.
pub fn sunset(org: &mut Org, cx: &mut Cx<'_>, id: Id<Assignment>) {
    let now = cx.now();
    let Some(assignment) = org.assignments.get(&id).cloned() else { return };
    if assignment.until.is_none_or(|until| until > now) {
        return;
    }
    let request: Id<Request> = cx.id("sailpoint/request");
    org.requests.put(Request {
        id: request,
        requested_for: assignment.person,
        requester: None,
        kind: RequestKind::RevokeAccess,
        created: now,
        modified: now,
        client_metadata: None,
    });
    let item: Id<Item> = cx.id("sailpoint/item");
    org.items.put(Item {
        id: item,
        request,
        position: 0,
        requested_for: assignment.person,
        requester: None,
        kind: RequestKind::RevokeAccess,
        object: assignment.object,
        comment: None,
        client_metadata: None,
        start_date: None,
        remove_date: None,
        current_remove_date: assignment.until,
        current_start_date: None,
        accounts: Vec::new(),
        state: ItemState::Executing,
        stage: Stage::Checking,
        phases: Vec::new(),
        chain: Vec::new(),
        settings: std::sync::Arc::default(),
        denial_comments_required: false,
        reauthorization_required: false,
        max_duration: None,
        approvals: Vec::new(),
        work_items: Vec::new(),
        provisioned: 0,
        failed: 0,
        sod: None,
        cancelled: None,
        expired: false,
        errors: Vec::new(),
        created: now,
        modified: now,
    });
    change_item(org, cx, item, |item| item.stage = Stage::Provisioning);
    provision::provision(org, cx, item);
}

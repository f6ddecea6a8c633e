//! Access that runs out at its remove date. It leaves an account activity and no access request,
//! since nobody asked.

use super::provision;
use crate::kernel::Id;
use crate::vendors::sailpoint::model::{Assignment, Item, Org, Request, RequestKind, Stage};
use crate::world::Cx;

/// Removes what an assignment gave, if its end is still the one that has come.
pub fn sunset(org: &mut Org, cx: &mut Cx<'_>, id: Id<Assignment>) {
    let now = cx.now();
    let Some(assignment) = org.assignments.get(&id).cloned() else { return };
    if assignment.until.is_none_or(|until| until > now) {
        return;
    }
    let request: Id<Request> = cx.id("sailpoint/request");
    let kind = RequestKind::RevokeAccess;
    org.requests.put(Request::of(request, assignment.person, None, kind, now));
    let item: Id<Item> = cx.id("sailpoint/item");
    org.items.put(Item {
        current_remove_date: assignment.until,
        stage: Stage::Provisioning,
        ..Item::of((request, 0), item, assignment.person, kind, assignment.object, now)
    });
    provision::provision(org, cx, item);
}

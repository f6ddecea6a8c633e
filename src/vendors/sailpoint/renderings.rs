//! Rows of the pending list as they were last written, so that the page after a decision writes
//! anew what the decision changed, and nothing else.
//!
//! What a row says follows from the approval, its item, and the names of what both refer to. All of
//! that is immutable and shared: whether a rendering is still right is a comparison of pointers, in
//! any tenant. (Comments of earlier reviewers are said once and for all, and a step more is a
//! change of the item.) Every hit is held against a fresh rendering where assertions are on.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use super::dto::View;
use super::families::Family;
use super::model::{AccessProfile, Approval, GovernanceGroup, Item, Org, Role, SodPolicy};
use crate::company::{Entitlement, Person};
use crate::kernel::Table;
use crate::query::Page;

/// How many rows are kept; one more, and all are forgotten.
const ROWS_MAX: usize = 2_048;

/// The rows that one process has written.
#[derive(Default)]
pub struct Renderings {
    kept: Mutex<BTreeMap<(Family, usize), Rendering>>,
}

struct Rendering {
    /// Kept, so that no other approval can come to lie where this one lies.
    _approval: Arc<Approval>,
    item: Arc<Item>,
    names: Arc<Names>,
    json: Bytes,
}

/// Every table that a row takes names from.
struct Names {
    people: Table<Person>,
    entitlements: Table<Entitlement>,
    groups: Table<GovernanceGroup>,
    profiles: Table<AccessProfile>,
    roles: Table<Role>,
    policies: Table<SodPolicy>,
}

impl Renderings {
    /// The rows of a page; an approval without an item is left out.
    pub fn pending(&self, view: &View<'_>, page: Page<Arc<Approval>>) -> Page<Bytes> {
        let Page { items: approvals, total, more } = page;
        let kept = self.recall(view, &approvals);
        let mut fresh = Vec::new();
        let rows = approvals.into_iter().zip(kept).filter_map(|(approval, kept)| {
            if kept.is_some() {
                debug_assert_eq!(kept, write(view, &approval));
                return kept;
            }
            let json = write(view, &approval)?;
            fresh.push((approval, json.clone()));
            Some(json)
        });
        let items = rows.collect();
        if !fresh.is_empty() {
            self.keep(view, fresh);
        }
        Page { items, total, more }
    }

    fn recall(&self, view: &View<'_>, approvals: &[Arc<Approval>]) -> Vec<Option<Bytes>> {
        let kept = self.kept.lock();
        let recall = |approval: &Arc<Approval>| {
            let rendering = kept.get(&place(view, approval))?;
            let item = view.org.items.get(&approval.item)?;
            (Arc::ptr_eq(item, &rendering.item) && rendering.names.are_those_of(view)).then(|| rendering.json.clone())
        };
        approvals.iter().map(recall).collect()
    }

    fn keep(&self, view: &View<'_>, fresh: Vec<(Arc<Approval>, Bytes)>) {
        let names = Arc::new(Names::of(view));
        let mut kept = self.kept.lock();
        for (approval, json) in fresh {
            let Some(item) = view.org.items.get(&approval.item) else { continue };
            // Accounts change with all that is provisioned; few items name any.
            if !item.accounts.is_empty() {
                continue;
            }
            if kept.len() >= ROWS_MAX {
                kept.clear();
            }
            let (item, names) = (Arc::clone(item), Arc::clone(&names));
            kept.insert(place(view, &approval), Rendering { _approval: approval, item, names, json });
        }
    }
}

/// Where the rendering of an approval is kept; nothing else lies there as long as it is.
fn place(view: &View<'_>, approval: &Arc<Approval>) -> (Family, usize) {
    (view.family, Arc::as_ptr(approval).addr())
}

impl Names {
    fn of(view: &View<'_>) -> Self {
        let Org { groups, profiles, roles, policies, .. } = view.org;
        Self {
            people: view.company.people().clone(),
            entitlements: view.company.entitlements().clone(),
            groups: groups.clone(),
            profiles: profiles.clone(),
            roles: roles.clone(),
            policies: policies.clone(),
        }
    }

    fn are_those_of(&self, view: &View<'_>) -> bool {
        let Org { groups, profiles, roles, policies, .. } = view.org;
        self.people.same(view.company.people())
            && self.entitlements.same(view.company.entitlements())
            && self.groups.same(groups)
            && self.profiles.same(profiles)
            && self.roles.same(roles)
            && self.policies.same(policies)
    }
}

fn write(view: &View<'_>, approval: &Approval) -> Option<Bytes> {
    let row = view.pending_approval(approval)?;
    serde_json::to_vec(&row).ok().map(Bytes::from)
}

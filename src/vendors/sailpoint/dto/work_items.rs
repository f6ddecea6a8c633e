//! Manual actions as work items (contract, section 11.4).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{View, instant};
use crate::company::Entitlement;
use crate::kernel::Id;
use crate::vendors::sailpoint::families::Family;
use crate::vendors::sailpoint::lifecycle::word;
use crate::vendors::sailpoint::model::{RequestKind, WorkItem};

/// `WorkItems`: one work item, whatever its name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkItems {
    pub id: String,
    pub requester_id: Option<String>,
    pub requester_display_name: Option<String>,
    pub owner_id: String,
    pub owner_name: Option<String>,
    pub created: String,
    pub modified: String,
    pub description: String,
    /// `Pending`, `Finished`, `Rejected` or `Canceled`.
    pub state: String,
    /// Always `ManualAction`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub remediation_items: Vec<RemediationItemDetails>,
    /// Null: a manual action puts nothing up for decision.
    #[schema(value_type = Option<Vec<Object>>)]
    pub approval_items: Option<()>,
    pub name: String,
    pub completed: Option<String>,
    pub num_items: usize,
    #[schema(value_type = Option<Object>)]
    pub form: Option<()>,
    pub errors: Vec<String>,
}

/// `RemediationItemDetails`: one entitlement to be given or taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemediationItemDetails {
    pub id: String,
    pub target_id: String,
    pub target_name: Option<String>,
    pub target_display_name: Option<String>,
    pub application_name: Option<String>,
    pub attribute_name: Option<String>,
    pub attribute_operation: &'static str,
    pub attribute_value: Option<String>,
    pub native_identity: Option<String>,
}

/// `WorkItemForward`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkItemForward {
    pub target_owner_id: Option<String>,
    pub comment: Option<String>,
}

/// `WorkItemsCount`.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct WorkItemsCount {
    pub count: usize,
}

/// The count of what is over: an object, but in beta a list of one.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CompletedCount {
    Plain(WorkItemsCount),
    Listed([WorkItemsCount; 1]),
}

/// `WorkItemsSummary`.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct WorkItemsSummary {
    pub open: usize,
    pub completed: usize,
    pub total: usize,
}

impl View<'_> {
    /// How many work items are over, as this family counts.
    pub fn completed_count(&self, count: usize) -> CompletedCount {
        match self.family {
            Family::Beta => CompletedCount::Listed([WorkItemsCount { count }]),
            _ => CompletedCount::Plain(WorkItemsCount { count }),
        }
    }

    /// A manual action.
    pub fn work_item(&self, work: &WorkItem) -> WorkItems {
        let source = self.company.apps().get(&work.source).map(|app| app.name.clone()).unwrap_or_default();
        let person = self.person_name(work.requested_for).unwrap_or_default();
        let (verb, preposition) = match work.kind {
            RequestKind::GrantAccess | RequestKind::ModifyAccess => ("Give", "on"),
            RequestKind::RevokeAccess => ("Remove", "from"),
        };
        WorkItems {
            id: work.id.hex(),
            requester_id: work.requester.map(|requester| requester.hex()),
            requester_display_name: work.requester.and_then(|requester| self.person_name(requester)),
            owner_id: work.owner.hex(),
            owner_name: self.person_name(work.owner),
            created: instant(work.created),
            modified: instant(work.modified),
            description: format!("{verb} access for {person} {preposition} source '{source}'"),
            state: word(&work.state),
            kind: "ManualAction",
            remediation_items: work.entitlements.iter().map(|id| self.remediation(work, *id)).collect(),
            approval_items: None,
            name: format!("{verb} access {preposition} {source}"),
            completed: work.completed.map(instant),
            num_items: work.entitlements.len(),
            form: None,
            errors: Vec::new(),
        }
    }

    fn remediation(&self, work: &WorkItem, id: Id<Entitlement>) -> RemediationItemDetails {
        let entitlement = self.company.entitlements().get(&id);
        let account = self.company.account_in(work.requested_for, work.source);
        RemediationItemDetails {
            id: id.hex(),
            target_id: work.requested_for.hex(),
            target_name: self.company.people().get(&work.requested_for).map(|person| person.slug.clone()),
            target_display_name: self.person_name(work.requested_for),
            application_name: self.company.apps().get(&work.source).map(|app| app.name.clone()),
            attribute_name: entitlement.map(|entitlement| entitlement.attribute.clone()),
            attribute_operation: match work.kind {
                RequestKind::GrantAccess | RequestKind::ModifyAccess => "Add",
                RequestKind::RevokeAccess => "Remove",
            },
            attribute_value: entitlement.map(|entitlement| entitlement.slug.clone()),
            native_identity: account.map(|account| account.user_name.to_string()),
        }
    }
}

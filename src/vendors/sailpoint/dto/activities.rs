//! Access requests as account activities (contract, sections 8.6 and 11.4).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::{View, instant, millis};
use crate::company::Person;
use crate::kernel::Id;
use crate::query::{Row, Value};
use crate::vendors::sailpoint::families::Family;
use crate::vendors::sailpoint::model::{Comment, Decision, Item, ItemState, ObjectKind, Request, RequestKind, Stage};

/// `AccountActivity`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountActivity {
    /// The access request's.
    pub id: String,
    pub name: String,
    pub created: String,
    pub modified: String,
    pub completed: Option<String>,
    pub completion_status: &'static str,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub requester_identity_summary: Option<IdentitySummary>,
    pub target_identity_summary: Option<IdentitySummary>,
    pub errors: Option<Vec<String>>,
    pub warnings: Option<Vec<String>>,
    pub items: Vec<AccountActivityItem>,
    pub execution_status: &'static str,
    pub client_metadata: Option<BTreeMap<String, String>>,
    /// Beta's, and observed in v3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelable: Option<bool>,
    /// Beta's, and observed in v3.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ActivityComment>)]
    pub cancel_comment: Option<Option<ActivityComment>>,
}

/// `AccountActivityItem`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountActivityItem {
    pub id: String,
    pub name: String,
    pub requested: String,
    pub approval_status: &'static str,
    /// `COMMITED` is the vendor's spelling.
    pub provisioning_status: &'static str,
    pub requester_comment: Option<ActivityComment>,
    pub reviewer_identity_summary: Option<IdentitySummary>,
    pub reviewer_comment: Option<ActivityComment>,
    pub operation: &'static str,
    pub attribute: Option<String>,
    pub value: Option<String>,
    pub native_identity: Option<String>,
    pub source_id: String,
    pub account_request_info: AccountRequestInfo,
    pub client_metadata: Option<BTreeMap<String, String>>,
    pub remove_date: Option<String>,
}

/// `AccountRequestInfo`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountRequestInfo {
    pub requested_object_id: String,
    pub requested_object_name: Option<String>,
    pub requested_object_type: ObjectKind,
}

/// `Comment`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityComment {
    pub commenter_id: Option<String>,
    pub commenter_name: Option<String>,
    pub body: String,
    pub date: String,
}

/// `IdentitySummary`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentitySummary {
    pub id: String,
    pub name: Option<String>,
    pub identity_id: String,
    pub completed: bool,
}

/// Where an item stands in the words of the account activity (contract, 8.6).
#[derive(Clone, Copy)]
struct Standing {
    execution: &'static str,
    completion: &'static str,
    approval: &'static str,
    provisioning: &'static str,
}

impl Standing {
    fn of(item: &Item) -> Self {
        let (execution, completion, approval, provisioning) = match item.state {
            ItemState::Executing if matches!(item.stage, Stage::Checking | Stage::Triggering | Stage::Approving) => {
                ("EXECUTING", "PENDING", "PENDING", "PENDING")
            }
            ItemState::Executing => ("EXECUTING", "PENDING", "FINISHED", "PENDING"),
            ItemState::ProvisioningVerificationPending => ("VERIFYING", "PENDING", "FINISHED", "COMMITED"),
            ItemState::RequestCompleted => ("COMPLETED", "SUCCESS", "FINISHED", "FINISHED"),
            ItemState::ProvisioningFailed => ("COMPLETED", "FAILURE", "FINISHED", "FAILED"),
            ItemState::NotAllItemsProvisioned => ("COMPLETED", "INCOMPLETE", "FINISHED", "FAILED"),
            ItemState::Rejected => ("COMPLETED", "FAILURE", "REJECTED", "PENDING"),
            ItemState::Terminated if item.expired => ("TERMINATED", "FAILURE", "EXPIRED", "PENDING"),
            ItemState::Cancelled | ItemState::Terminated => ("TERMINATED", "FAILURE", "CANCELED", "PENDING"),
            ItemState::Error => ("COMPLETED", "FAILURE", "PENDING", "FAILED"),
        };
        Self { execution, completion, approval, provisioning }
    }
}

/// Execution and completion of a whole request: open while any item is, else what all items share.
fn overall(items: &[Standing]) -> (&'static str, &'static str) {
    let any = |execution: &str| items.iter().any(|item| item.execution == execution);
    let execution = ["EXECUTING", "VERIFYING", "COMPLETED"].into_iter().find(|execution| any(execution));
    let execution = execution.unwrap_or("TERMINATED");
    let first = items.first().map_or("SUCCESS", |item| item.completion);
    let completion = match execution {
        "EXECUTING" | "VERIFYING" => "PENDING",
        _ if items.iter().all(|item| item.completion == first) => first,
        _ => "INCOMPLETE",
    };
    (execution, completion)
}

/// Access requests are `appRequest`, as observed; what runs out by itself is what refreshing an
/// identity finds (assumed).
fn kind(request: &Request) -> &'static str {
    if request.requester.is_some() { "appRequest" } else { "IdentityRefresh" }
}

impl View<'_> {
    /// A request with all its items.
    pub fn activity(&self, request: &Request) -> AccountActivity {
        let items: Vec<&Arc<Item>> = self.org.items_of(request.id).collect();
        let standings: Vec<Standing> = items.iter().map(|item| Standing::of(item)).collect();
        let (execution_status, completion_status) = overall(&standings);
        let is_over = items.iter().all(|item| item.state.is_terminal());
        let errors: Vec<String> = items.iter().flat_map(|item| item.errors.iter().flatten().cloned()).collect();
        let shows_cancel = matches!(self.family, Family::V3 | Family::Beta);
        let cancelled = items.iter().find_map(|item| item.cancelled.as_ref());
        let cancel_comment = cancelled.map(|cancelled| ActivityComment {
            commenter_id: cancelled.by.map(|by| by.hex()),
            commenter_name: cancelled.by.and_then(|by| self.person_name(by)),
            body: cancelled.comment.clone(),
            date: instant(cancelled.at),
        });
        AccountActivity {
            id: request.id.hex(),
            name: request.id.hex(),
            created: instant(request.created),
            modified: instant(request.modified),
            completed: is_over.then(|| instant(request.modified)),
            completion_status,
            kind: kind(request),
            requester_identity_summary: request.requester.map(|requester| self.summary(requester, is_over)),
            target_identity_summary: Some(self.summary(request.requested_for, is_over)),
            errors: (!errors.is_empty()).then_some(errors),
            warnings: None,
            items: items.iter().map(|item| self.activity_item(item)).collect(),
            execution_status,
            client_metadata: request.client_metadata.clone(),
            cancelable: shows_cancel.then(|| items.iter().any(|item| item.is_cancelable())),
            cancel_comment: shows_cancel.then_some(cancel_comment),
        }
    }

    fn summary(&self, person: Id<Person>, completed: bool) -> IdentitySummary {
        IdentitySummary { id: person.hex(), name: self.person_name(person), identity_id: person.hex(), completed }
    }

    fn activity_item(&self, item: &Item) -> AccountActivityItem {
        let standing = Standing::of(item);
        let object = self.object(item.object);
        let entitlement = match item.object.kind {
            ObjectKind::Entitlement => self.company.entitlements().get(&item.object.id.cast()),
            ObjectKind::Role | ObjectKind::AccessProfile => None,
        };
        let attribute = match (item.object.kind, entitlement) {
            (ObjectKind::Role, _) => Some("assignedRoles".to_owned()),
            (ObjectKind::AccessProfile, _) => Some("detectedRoles".to_owned()),
            (ObjectKind::Entitlement, entitlement) => entitlement.map(|entitlement| entitlement.attribute.clone()),
        };
        let account = entitlement.and_then(|entitlement| self.company.account_in(item.requested_for, entitlement.app));
        let decisions = self.org.approvals_of(item).filter_map(|approval| approval.decision.as_ref());
        let decision: Option<&Decision> = decisions.last();
        let reviewer_comment = decision.and_then(|decision| decision.comment.as_ref());
        AccountActivityItem {
            id: item.id.hex(),
            name: item.id.hex(),
            requested: instant(item.created),
            approval_status: standing.approval,
            provisioning_status: standing.provisioning,
            requester_comment: item.comment.as_ref().map(|comment| self.activity_comment(comment)),
            reviewer_identity_summary: decision
                .and_then(|decision| decision.by)
                .map(|by| self.summary(by, item.state.is_terminal())),
            reviewer_comment: reviewer_comment.map(|comment| self.activity_comment(comment)),
            operation: match item.kind {
                RequestKind::GrantAccess => "ADD",
                RequestKind::RevokeAccess => "REMOVE",
                RequestKind::ModifyAccess => "MODIFY",
            },
            attribute,
            value: entitlement.map(|entitlement| entitlement.slug.clone()).or_else(|| object.name.clone()),
            native_identity: account.map(|account| account.user_name.to_string()),
            source_id: entitlement.map_or_else(|| "IdentityNow".to_owned(), |entitlement| entitlement.app.hex()),
            account_request_info: AccountRequestInfo {
                requested_object_id: object.id,
                requested_object_name: object.name,
                requested_object_type: object.kind,
            },
            client_metadata: item.client_metadata.clone(),
            remove_date: item.remove_date.map(instant),
        }
    }

    fn activity_comment(&self, comment: &Comment) -> ActivityComment {
        ActivityComment {
            commenter_id: comment.author.map(|author| author.hex()),
            commenter_name: comment.author.and_then(|author| self.person_name(author)),
            body: comment.text.to_string(),
            date: instant(comment.created),
        }
    }
}

/// A request among others: what lists of account activities can be filtered and sorted by.
pub struct ListedActivity<'w>(pub &'w Request);

impl Row for ListedActivity<'_> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "type" => each(Value::Text(kind(self.0))),
            "created" => each(millis(self.0.created)),
            "modified" => each(millis(self.0.modified)),
            _ => false,
        }
    }
}

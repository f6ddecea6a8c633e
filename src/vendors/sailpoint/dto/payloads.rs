//! What subscribers are told (contract, sections 9.3 and 11.7).
//!
//! Written within the command that makes the event, since a subscription's filter looks at it and
//! the list of invocations shows it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Reference, View};
use crate::company::{App, Entitlement, Person};
use crate::kernel::Id;
use crate::vendors::sailpoint::model::{Approval, ApprovalState, Item, ItemState, ObjectKind, Request, RequestKind};

/// What accounts are changed for, in the vendor's word.
const ACTION: &str = "AppRequest";

/// Whom a request is for: a list with one entry, or, by a switch, the entry alone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum RequestedFor {
    /// As the specification has it.
    List([Reference; 1]),
    /// As the documentation shows it.
    One(Reference),
}

/// `AccessRequestPreApproval` and `AccessRequestDynamicApprover`, which are the same.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestPreApproval {
    pub access_request_id: String,
    pub requested_for: RequestedFor,
    pub requested_items: Vec<RequestedItem>,
    pub requested_by: Option<Reference>,
}

/// One thing that is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestedItem {
    pub id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "type")]
    pub kind: ObjectKind,
    /// `Add` or `Remove`.
    pub operation: &'static str,
    pub comment: Option<String>,
}

/// `AccessRequestPostApproval`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestPostApproval {
    pub access_request_id: String,
    pub requested_for: RequestedFor,
    pub requested_items_status: Vec<RequestedItemDecision>,
    pub requested_by: Option<Reference>,
}

/// One thing that was asked for, and who decided about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestedItemDecision {
    #[serde(flatten)]
    pub item: RequestedItem,
    pub client_metadata: Option<BTreeMap<String, String>>,
    pub approval_info: Vec<ApprovalInfo>,
}

/// One decided step.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalInfo {
    pub approval_comment: Option<String>,
    /// `APPROVED` or `DENIED`.
    pub approval_decision: &'static str,
    pub approver_name: String,
    pub approver: Reference,
}

/// `ProvisioningCompleted`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProvisioningCompleted {
    /// The access request's id.
    pub tracking_number: String,
    /// The sources' names, separated by commas.
    pub sources: String,
    pub action: Option<&'static str>,
    pub errors: Option<Vec<String>>,
    #[schema(value_type = Option<Vec<String>>)]
    pub warnings: Option<()>,
    pub recipient: Reference,
    pub requester: Option<Reference>,
    pub account_requests: Vec<AccountRequest>,
}

/// What became of one account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountRequest {
    pub source: Reference,
    pub account_id: Option<String>,
    pub account_operation: &'static str,
    /// `SUCCESS`, `PENDING` or `FAILED`.
    pub provisioning_result: &'static str,
    pub provisioning_target: Option<String>,
    #[schema(value_type = Option<String>)]
    pub ticket_id: Option<()>,
    pub attribute_requests: Vec<AttributeRequest>,
}

/// What was to be changed of an account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttributeRequest {
    pub attribute_name: String,
    pub attribute_value: Option<String>,
    /// `Add` or `Remove`.
    pub operation: &'static str,
}

impl View<'_> {
    /// What those are told who are asked about a submitted request: what of it still waits for them.
    pub fn told_submitted(&self, id: Id<Request>) -> Value {
        let Some(request) = self.org.requests.get(&id) else { return Value::Null };
        let waiting = self.org.items_of(id).filter(|item| !item.state.is_terminal());
        payload(&AccessRequestPreApproval {
            access_request_id: id.hex(),
            requested_for: self.requested_for(request),
            requested_items: waiting.map(|item| self.requested_item(item)).collect(),
            requested_by: request.requester.map(|requester| self.identity(requester)),
        })
    }

    /// What is told about a decided request.
    pub fn told_decided(&self, id: Id<Request>) -> Value {
        let Some(request) = self.org.requests.get(&id) else { return Value::Null };
        let decision = |item: &Item| RequestedItemDecision {
            item: self.requested_item(item),
            client_metadata: item.client_metadata.clone(),
            approval_info: self.org.approvals_of(item).filter_map(|approval| self.approval_info(approval)).collect(),
        };
        payload(&AccessRequestPostApproval {
            access_request_id: id.hex(),
            requested_for: self.requested_for(request),
            requested_items_status: self.org.items_of(id).map(|item| decision(item)).collect(),
            requested_by: request.requester.map(|requester| self.identity(requester)),
        })
    }

    /// What is told about a request whose provisioning has ended.
    pub fn told_provisioned(&self, id: Id<Request>) -> Value {
        let Some(request) = self.org.requests.get(&id) else { return Value::Null };
        let concerned =
            |item: &&std::sync::Arc<Item>| !matches!(item.state, ItemState::Cancelled | ItemState::Rejected);
        let items: Vec<_> = self.org.items_of(id).filter(concerned).collect();
        let account_requests: Vec<_> = items.iter().flat_map(|item| self.account_requests(item)).collect();
        let mut sources: Vec<_> = account_requests.iter().filter_map(|one| one.source.name.clone()).collect();
        sources.sort_unstable();
        sources.dedup();
        let errors: Vec<String> = items.iter().flat_map(|item| item.errors.iter().flatten().cloned()).collect();
        payload(&ProvisioningCompleted {
            tracking_number: id.hex(),
            sources: sources.join(", "),
            action: Some(ACTION),
            errors: (!errors.is_empty()).then_some(errors),
            warnings: None,
            recipient: self.identity(request.requested_for),
            requester: request.requester.map(|requester| self.identity(requester)),
            account_requests,
        })
    }

    fn requested_for(&self, request: &Request) -> RequestedFor {
        let one = self.identity(request.requested_for);
        if self.org.switches().requested_for_is_object { RequestedFor::One(one) } else { RequestedFor::List([one]) }
    }

    fn requested_item(&self, item: &Item) -> RequestedItem {
        let object = self.object(item.object);
        RequestedItem {
            id: object.id,
            name: object.name,
            description: object.description,
            kind: object.kind,
            operation: operation(item),
            comment: item.comment.as_ref().map(|comment| comment.text.to_string()),
        }
    }

    /// A decided step; nothing of one that ended otherwise.
    fn approval_info(&self, approval: &Approval) -> Option<ApprovalInfo> {
        let approval_decision = match approval.state {
            ApprovalState::Approved => "APPROVED",
            ApprovalState::Rejected => "DENIED",
            _ => return None,
        };
        let decision = approval.decision.as_ref();
        let by = decision.and_then(|decision| decision.by);
        let approver = by.map_or_else(|| self.owner(approval.owner), |by| self.identity(by));
        let alias = |person: Id<Person>| self.company.people().get(&person).map(|person| person.slug.clone());
        let comment = decision.and_then(|decision| decision.comment.as_ref());
        Some(ApprovalInfo {
            approval_comment: comment.map(|comment| comment.text.to_string()),
            approval_decision,
            approver_name: by.and_then(alias).or_else(|| approver.name.clone()).unwrap_or_default(),
            approver,
        })
    }

    fn account_requests(&self, item: &Item) -> Vec<AccountRequest> {
        let mut by_source: BTreeMap<Id<App>, Vec<&Entitlement>> = BTreeMap::new();
        for id in self.org.brings(item.object) {
            if let Some(entitlement) = self.company.entitlements().get(&id) {
                by_source.entry(entitlement.app).or_default().push(entitlement);
            }
        }
        let account = |app: Id<App>| self.company.accounts_of(item.requested_for).find(|account| account.app == app);
        let one = |(app, entitlements): (Id<App>, Vec<&Entitlement>)| {
            let name = self.company.apps().get(&app).map(|app| app.name.clone());
            AccountRequest {
                source: Reference { kind: "SOURCE", id: app.hex(), name: name.clone() },
                account_id: account(app).map(|account| account.user_name.to_string()),
                account_operation: "Modify",
                provisioning_result: self.result(item, app, &entitlements),
                provisioning_target: name,
                ticket_id: None,
                attribute_requests: entitlements.iter().map(|entitlement| attribute(item, entitlement)).collect(),
            }
        };
        by_source.into_iter().map(one).collect()
    }

    /// Whether an item came about in one source; `PENDING` while people still have to do it by hand.
    fn result(&self, item: &Item, source: Id<App>, entitlements: &[&Entitlement]) -> &'static str {
        let mut works = item.work_items.iter().filter_map(|id| self.org.work_items.get(id));
        if works.any(|work| work.source == source && work.completed.is_none()) {
            return "PENDING";
        }
        let gives = item.kind != RequestKind::RevokeAccess;
        let is_so =
            |entitlement: &&Entitlement| self.company.holding(item.requested_for, entitlement.id).is_some() == gives;
        if entitlements.iter().all(is_so) { "SUCCESS" } else { "FAILED" }
    }
}

fn operation(item: &Item) -> &'static str {
    if item.kind == RequestKind::RevokeAccess { "Remove" } else { "Add" }
}

fn attribute(item: &Item, entitlement: &Entitlement) -> AttributeRequest {
    AttributeRequest {
        attribute_name: entitlement.attribute.clone(),
        attribute_value: Some(entitlement.slug.clone()),
        operation: operation(item),
    }
}

fn payload<T: Serialize>(payload: &T) -> Value {
    serde_json::to_value(payload).unwrap_or_default()
}

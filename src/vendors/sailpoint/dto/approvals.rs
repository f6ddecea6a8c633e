//! Access request approvals (contract, section 11.2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AccessDuration, CommentDto, ForwardHistory, ObjectReference, Reference, RequestedAccount, SodContext};
use super::{View, instant, millis};
use crate::company::Person;
use crate::query::{Row, Value};
use crate::vendors::sailpoint::model::{Action, Approval, ApprovalState, Item, RequestKind};

/// `CommentDto` as clients send it; everything but the comment is the server's to say.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct CommentIn {
    /// What the reviewer says.
    pub comment: Option<String>,
}

/// `ForwardApprovalDto`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForwardIn {
    /// Who is to decide; 1 to 255 characters.
    pub new_owner_id: Option<String>,
    /// Why; 1 to 255 characters.
    pub comment: Option<String>,
}

/// `BulkApproveAccessRequest`. The vendor's example calls the list `accessRequestIds`; both are read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkApprove {
    /// Up to 50 approvals.
    #[serde(alias = "accessRequestIds")]
    pub approval_ids: Option<Vec<String>>,
    /// What the reviewer says.
    pub comment: Option<String>,
}

/// `ApprovalSummary`.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ApprovalSummary {
    /// The length of the pending list.
    pub pending: usize,
    /// How many of the completed list were approved.
    pub approved: usize,
    /// How many of the completed list were rejected.
    pub rejected: usize,
}

/// `AccessRequestApproversListResponse`.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Approver {
    /// The identity.
    pub id: String,
    /// Their mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The approval that waits for them.
    pub approval_id: String,
    /// Always `Identity`, with a capital.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// `PendingApproval`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PendingApproval {
    pub id: String,
    /// Not in beta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_request_id: Option<String>,
    #[serde(flatten)]
    pub item: ApprovalItem,
    pub owner: Reference,
    pub previous_reviewers_comments: Vec<CommentDto>,
    pub forward_history: Vec<ForwardHistory>,
    pub comment_required_when_rejected: bool,
    pub action_in_process: Option<&'static str>,
}

/// `CompletedApproval`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompletedApproval {
    pub id: String,
    #[serde(flatten)]
    pub item: ApprovalItem,
    pub reviewed_by: Option<Reference>,
    pub owner: Reference,
    pub reviewer_comment: Option<CommentDto>,
    pub previous_reviewers_comments: Vec<CommentDto>,
    pub forward_history: Vec<ForwardHistory>,
    pub comment_required_when_rejected: bool,
    /// `APPROVED` or `REJECTED`.
    pub state: &'static str,
    /// Set when the subscriber to submissions let the request pass.
    pub pre_approval_trigger_result: Option<TriggerResult>,
}

/// What the submission trigger's subscriber said.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriggerResult {
    pub comment: String,
    pub decision: &'static str,
    pub reviewer: String,
    pub date: String,
}

/// What both lists say about the item that an approval is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalItem {
    pub name: Option<String>,
    pub created: String,
    pub modified: String,
    pub request_created: String,
    pub request_type: RequestKind,
    /// Only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_type: Option<&'static str>,
    pub requester: Option<Reference>,
    pub requested_for: Reference,
    pub requested_object: ObjectReference,
    pub requester_comment: Option<CommentDto>,
    pub remove_date: Option<String>,
    pub remove_date_update_requested: bool,
    pub current_remove_date: Option<String>,
    pub start_date: Option<String>,
    pub start_update_requested: bool,
    pub current_start_date: Option<String>,
    pub sod_violation_context: Option<SodContext>,
    pub client_metadata: Option<BTreeMap<String, String>>,
    pub requested_accounts: Option<Vec<RequestedAccount>>,
    pub privilege_level: Option<&'static str>,
    pub max_permitted_access_duration: Option<AccessDuration>,
    /// Only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub jit_details: Option<Option<()>>,
    /// Only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub form: Option<Option<()>>,
}

impl View<'_> {
    /// An approval in the pending list; `None` when its item is gone.
    pub fn pending_approval(&self, approval: &Approval) -> Option<PendingApproval> {
        let item = self.org.items.get(&approval.item)?;
        let has_request_id = self.family != crate::vendors::sailpoint::families::Family::Beta;
        Some(PendingApproval {
            id: approval.id.hex(),
            access_request_id: has_request_id.then(|| approval.request.hex()),
            item: self.approval_item(approval, item),
            owner: self.owner(approval.owner),
            previous_reviewers_comments: self.previous_comments(approval, item),
            forward_history: approval.forwards.iter().map(|forward| self.forward(forward)).collect(),
            comment_required_when_rejected: approval.comment_required_when_rejected,
            action_in_process: approval.in_process.map(|action| match action {
                Action::Approved => "APPROVED",
                Action::Rejected => "REJECTED",
                Action::Forwarded => "FORWARDED",
            }),
        })
    }

    /// An approval in the completed list; `None` when its item is gone.
    pub fn completed_approval(&self, approval: &Approval) -> Option<CompletedApproval> {
        let item = self.org.items.get(&approval.item)?;
        let decision = approval.decision.as_ref();
        let reviewed_by = decision.and_then(|decision| decision.by).map(|by| self.identity(by));
        let comment = decision.and_then(|decision| decision.comment.as_ref());
        Some(CompletedApproval {
            id: approval.id.hex(),
            item: self.approval_item(approval, item),
            reviewed_by,
            owner: self.owner(approval.owner),
            reviewer_comment: comment.map(|comment| self.comment(comment)),
            previous_reviewers_comments: self.previous_comments(approval, item),
            forward_history: approval.forwards.iter().map(|forward| self.forward(forward)).collect(),
            comment_required_when_rejected: approval.comment_required_when_rejected,
            state: if approval.state == ApprovalState::Approved { "APPROVED" } else { "REJECTED" },
            pre_approval_trigger_result: self.trigger_result(approval),
        })
    }

    fn trigger_result(&self, approval: &Approval) -> Option<TriggerResult> {
        let said = self.org.requests.get(&approval.request)?.pre_approval.as_ref()?;
        said.approved.then(|| TriggerResult {
            comment: said.comment.clone(),
            decision: "APPROVED",
            reviewer: said.reviewer.clone(),
            date: instant(said.at),
        })
    }

    /// Somebody who may decide an approval.
    pub fn approver(&self, approval: &Approval, person: &Person) -> Approver {
        Approver {
            id: person.id.hex(),
            email: person.mail.clone(),
            name: person.name(),
            approval_id: approval.id.hex(),
            kind: "Identity",
        }
    }

    fn approval_item(&self, approval: &Approval, item: &Item) -> ApprovalItem {
        let request_created = self.org.requests.get(&item.request).map_or(item.created, |request| request.created);
        let requested_object = self.object(item.object);
        ApprovalItem {
            name: requested_object.name.clone(),
            created: instant(approval.created),
            modified: instant(approval.modified),
            request_created: instant(request_created),
            request_type: item.kind,
            identity_type: self.per_service("HUMAN"),
            requester: item.requester.map(|requester| self.identity(requester)),
            requested_for: self.identity(item.requested_for),
            requested_object,
            requester_comment: item.comment.as_ref().map(|comment| self.comment(comment)),
            remove_date: item.remove_date.map(instant),
            remove_date_update_requested: item.current_remove_date.is_some()
                && item.remove_date != item.current_remove_date,
            current_remove_date: item.current_remove_date.map(instant),
            start_date: item.start_date.map(instant),
            start_update_requested: item.current_start_date.is_some() && item.start_date.is_some(),
            current_start_date: item.current_start_date.map(instant),
            sod_violation_context: self.sod_context(item),
            client_metadata: item.client_metadata.clone(),
            requested_accounts: self.requested_accounts(item),
            privilege_level: self.privilege_level(item.object),
            max_permitted_access_duration: item.max_duration.map(AccessDuration::from),
            jit_details: self.per_service(None),
            form: self.per_service(None),
        }
    }

    fn previous_comments(&self, approval: &Approval, item: &Item) -> Vec<CommentDto> {
        let earlier = self.org.approvals_of(item).take_while(|other| other.id != approval.id);
        let comments = earlier.filter_map(|other| other.decision.as_ref()?.comment.as_ref());
        comments.map(|comment| self.comment(comment)).collect()
    }
}

/// What the lists of approvals can be filtered and sorted by; times at the precision of the wire.
impl Row for Approval {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "id" => each(Value::Text(&self.id.hex())),
            "requestedFor.id" => each(Value::Text(&self.requested_for.hex())),
            "accessRequestId" => each(Value::Text(&self.request.hex())),
            "created" => each(millis(self.created)),
            "modified" => each(millis(self.modified)),
            _ => false,
        }
    }
}

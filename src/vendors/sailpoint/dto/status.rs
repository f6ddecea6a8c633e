//! How requested items stand (contract, section 11.3).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{CommentDto, ErrorMessage, ForwardHistory, Reference, RequestedAccount, SodContext, View, instant, millis};
use crate::query::{Row, Value};
use crate::vendors::sailpoint::families::Family;
use crate::vendors::sailpoint::lifecycle::word;
use crate::vendors::sailpoint::model::{
    Approval, ApprovalSettings, ApprovalState, ApproverScheme, Cancellation, Item, ItemState, ObjectKind, Phase,
    PhaseName, PhaseState, RequestKind, Stage, TimeoutResult, WorkItem, WorkItemState,
};

/// `RequestedItemStatus`, with what tenants send besides.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestedItemStatus {
    #[serde(flatten)]
    pub item: AccessRequestAdminItemStatus,
    pub approval_ids: Option<Vec<String>>,
    /// Observed on tenants; always null here.
    #[schema(value_type = Option<Object>)]
    pub access_request_context: Option<()>,
    pub requested_accounts: Option<Vec<RequestedAccount>>,
    pub privilege_level: Option<&'static str>,
    /// Only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub jit_details: Option<Option<()>>,
}

/// `AccessRequestAdminItemStatus`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestAdminItemStatus {
    /// The requested object's, whatever the vendor's text says.
    pub id: String,
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub kind: ObjectKind,
    pub cancelled_request_details: Option<CancelledRequestDetails>,
    pub error_messages: Option<Vec<Vec<ErrorMessage>>>,
    pub state: ItemState,
    pub approval_details: Vec<ApprovalStatusDto>,
    pub manual_work_item_details: Option<Vec<ManualWorkItemDetails>>,
    pub account_activity_item_id: String,
    pub request_type: RequestKind,
    pub modified: String,
    pub created: String,
    pub requester: Option<Reference>,
    pub requested_for: Reference,
    /// Only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_type: Option<&'static str>,
    pub requester_comment: Option<CommentDto>,
    pub sod_violation_context: Option<SodContext>,
    pub provisioning_details: Option<ProvisioningDetails>,
    /// Set when the subscriber to submissions has answered.
    pub pre_approval_trigger_details: Option<PreApprovalTriggerDetails>,
    pub access_request_phases: Option<Vec<AccessRequestPhases>>,
    pub description: Option<String>,
    pub start_date: Option<String>,
    pub remove_date: Option<String>,
    pub cancelable: bool,
    pub reauthorization_required: bool,
    pub access_request_id: String,
    pub client_metadata: Option<BTreeMap<String, String>>,
    /// Only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub form: Option<Option<()>>,
}

/// `ApprovalStatusDto`, with what tenants send besides: everything from `approvalId` on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalStatusDto {
    pub forwarded: bool,
    pub original_owner: Reference,
    pub current_owner: Reference,
    pub modified: String,
    pub status: &'static str,
    pub scheme: ApproverScheme,
    #[schema(value_type = Option<Vec<ErrorMessage>>)]
    pub error_messages: Option<()>,
    pub comment: Option<String>,
    pub remove_date: Option<String>,
    /// The id in v3 and beta, null elsewhere.
    pub approval_id: Option<String>,
    #[schema(value_type = Option<Vec<Reference>>)]
    pub current_owners: Option<()>,
    #[schema(value_type = Option<Vec<Object>>)]
    pub approver_comments: Option<()>,
    pub start_date: Option<String>,
    pub timeout_config: Option<TimeoutConfig>,
    #[schema(value_type = Option<Object>)]
    pub approval_criteria: Option<()>,
    pub forward_history: Option<Vec<ForwardHistory>>,
    pub reviewed_by: Option<Reference>,
    pub reviewed_by_identities: Option<Vec<Reference>>,
}

/// When an approval ends by itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimeoutConfig {
    pub enabled: bool,
    pub days_until_timeout: i64,
    /// `EXPIRED` or `APPROVED`.
    pub timeout_result: &'static str,
}

/// `AccessRequestPhases`; times to the microsecond.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestPhases {
    pub started: Option<String>,
    pub finished: Option<String>,
    pub name: &'static str,
    pub state: &'static str,
    pub result: Option<&'static str>,
    pub phase_reference: Option<&'static str>,
}

/// `CancelledRequestDetails`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CancelledRequestDetails {
    pub comment: String,
    /// Null when it was found to be a duplicate.
    pub owner: Option<Reference>,
    pub modified: String,
}

/// `ManualWorkItemDetails`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManualWorkItemDetails {
    pub forwarded: bool,
    pub original_owner: Option<Reference>,
    pub current_owner: Option<Reference>,
    pub modified: String,
    pub status: &'static str,
    pub forward_history: Option<Vec<ForwardHistory>>,
}

/// `PreApprovalTriggerDetails`.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreApprovalTriggerDetails {
    pub comment: String,
    /// Who decided, in the subscriber's words.
    pub reviewer: String,
    pub decision: &'static str,
}

/// `ProvisioningDetails`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProvisioningDetails {
    pub ordered_sub_phase_references: &'static str,
}

const MANUAL: &str = "manualWorkItemDetails";

impl View<'_> {
    /// How an item stands, for those who asked for it.
    pub fn item_status(&self, item: &Item) -> RequestedItemStatus {
        RequestedItemStatus {
            item: self.admin_item_status(item),
            approval_ids: (!item.approvals.is_empty()).then(|| item.approvals.iter().map(|id| id.hex()).collect()),
            access_request_context: None,
            requested_accounts: self.requested_accounts(item),
            privilege_level: self.privilege_level(item.object),
            jit_details: self.per_service(None),
        }
    }

    /// How an item stands, for administrators.
    pub fn admin_item_status(&self, item: &Item) -> AccessRequestAdminItemStatus {
        let object = self.object(item.object);
        let is_manual = !item.work_items.is_empty();
        let works = item.work_items.iter().filter_map(|id| self.org.work_items.get(id));
        let message = |text: &String| ErrorMessage::of(text.clone());
        let errors = item.errors.iter().map(|attempt| attempt.iter().map(message).collect());
        AccessRequestAdminItemStatus {
            id: object.id,
            name: object.name,
            kind: object.kind,
            cancelled_request_details: item.cancelled.as_ref().map(|cancelled| self.cancellation(cancelled)),
            error_messages: (!item.errors.is_empty()).then(|| errors.collect()),
            state: item.state,
            approval_details: self
                .org
                .approvals_of(item)
                .map(|approval| self.approval_status(approval, item))
                .collect(),
            manual_work_item_details: is_manual.then(|| works.map(|work| self.manual_work(work)).collect()),
            account_activity_item_id: item.id.hex(),
            request_type: item.kind,
            modified: instant(item.modified),
            created: instant(item.created),
            requester: item.requester.map(|requester| self.identity(requester)),
            requested_for: self.identity(item.requested_for),
            identity_type: self.per_service("HUMAN"),
            requester_comment: item.comment.as_ref().map(|comment| self.comment(comment)),
            sod_violation_context: self.sod_context(item),
            provisioning_details: is_manual.then_some(ProvisioningDetails { ordered_sub_phase_references: MANUAL }),
            pre_approval_trigger_details: self.pre_approval(item),
            access_request_phases: phases(item),
            description: object.description,
            start_date: item.start_date.map(instant),
            remove_date: item.remove_date.map(instant),
            cancelable: item.is_cancelable(),
            reauthorization_required: item.reauthorization_required,
            access_request_id: item.request.hex(),
            client_metadata: item.client_metadata.clone(),
            form: self.per_service(None),
        }
    }

    fn pre_approval(&self, item: &Item) -> Option<PreApprovalTriggerDetails> {
        let said = self.org.requests.get(&item.request)?.pre_approval.as_ref()?;
        Some(PreApprovalTriggerDetails {
            comment: said.comment.clone(),
            reviewer: said.reviewer.clone(),
            decision: if said.approved { "APPROVED" } else { "REJECTED" },
        })
    }

    fn cancellation(&self, cancelled: &Cancellation) -> CancelledRequestDetails {
        CancelledRequestDetails {
            comment: cancelled.comment.clone(),
            owner: cancelled.by.map(|by| self.identity(by)),
            modified: instant(cancelled.at),
        }
    }

    fn approval_status(&self, approval: &Approval, item: &Item) -> ApprovalStatusDto {
        let decision = approval.decision.as_ref();
        let comment = decision.and_then(|decision| decision.comment.as_ref());
        let reviewer = decision.and_then(|decision| decision.by).map(|by| self.identity(by));
        let has_id = matches!(self.family, Family::V3 | Family::Beta);
        let history = approval.forwards.iter().map(|forward| self.forward(forward));
        ApprovalStatusDto {
            forwarded: !approval.forwards.is_empty(),
            original_owner: self.owner(approval.original_owner),
            current_owner: self.owner(approval.owner),
            modified: instant(approval.modified),
            status: match approval.state {
                ApprovalState::Pending | ApprovalState::InProcess => "PENDING",
                ApprovalState::Approved => "APPROVED",
                ApprovalState::Rejected => "REJECTED",
                ApprovalState::Expired => "EXPIRED",
                ApprovalState::Cancelled => "CANCELLED",
            },
            scheme: approval.scheme,
            error_messages: None,
            comment: comment.map(|comment| comment.text.to_string()),
            remove_date: item.remove_date.map(instant),
            approval_id: has_id.then(|| approval.id.hex()),
            current_owners: None,
            approver_comments: None,
            start_date: item.start_date.map(instant),
            timeout_config: timeout(&item.settings),
            approval_criteria: None,
            forward_history: (!approval.forwards.is_empty()).then(|| history.collect()),
            reviewed_by_identities: reviewer.clone().map(|reviewer| vec![reviewer]),
            reviewed_by: reviewer,
        }
    }

    fn manual_work(&self, work: &WorkItem) -> ManualWorkItemDetails {
        let history = work.forwards.iter().map(|forward| self.forward(forward));
        ManualWorkItemDetails {
            forwarded: !work.forwards.is_empty(),
            original_owner: Some(self.identity(work.original_owner)),
            current_owner: Some(self.identity(work.owner)),
            modified: instant(work.modified),
            status: match work.state {
                WorkItemState::Pending => "PENDING",
                WorkItemState::Finished => "APPROVED",
                WorkItemState::Rejected => "REJECTED",
                WorkItemState::Canceled => "CANCELLED",
            },
            forward_history: (!work.forwards.is_empty()).then(|| history.collect()),
        }
    }
}

fn timeout(settings: &ApprovalSettings) -> Option<TimeoutConfig> {
    settings.timeout.map(|timeout| TimeoutConfig {
        enabled: true,
        days_until_timeout: timeout.days,
        timeout_result: match timeout.result {
            TimeoutResult::Expired => "EXPIRED",
            TimeoutResult::Approved => "APPROVED",
        },
    })
}

/// The phases so far; and, of an item that ended before it could be provisioned, the one that it
/// never came to. Null when it never came to any.
fn phases(item: &Item) -> Option<Vec<AccessRequestPhases>> {
    let is_manual = !item.work_items.is_empty();
    let mut phases: Vec<_> = item.phases.iter().map(|phase| phase_of(phase, is_manual)).collect();
    let reached = item.phases.iter().any(|phase| phase.name == PhaseName::ProvisioningPhase);
    if item.stage == Stage::Over && !reached && !phases.is_empty() {
        phases.push(AccessRequestPhases {
            started: None,
            finished: None,
            name: "PROVISIONING_PHASE",
            state: "NOT_EXECUTED",
            result: None,
            phase_reference: None,
        });
    }
    (!phases.is_empty()).then_some(phases)
}

fn phase_of(phase: &Phase, is_manual: bool) -> AccessRequestPhases {
    let (state, result) = match phase.state {
        PhaseState::Executing => ("EXECUTING", None),
        PhaseState::Successful => ("COMPLETED", Some("SUCCESSFUL")),
        PhaseState::Failed => ("COMPLETED", Some("FAILED")),
        PhaseState::Cancelled => ("CANCELLED", None),
    };
    let (name, phase_reference) = match phase.name {
        PhaseName::SodPhase => ("SOD_PHASE", Some("sodViolationContext")),
        PhaseName::TriggerPhase => ("APPROVAL_PHASE", Some("preApprovalTriggerDetails")),
        PhaseName::ApprovalPhase => ("APPROVAL_PHASE", Some("approvalDetails")),
        PhaseName::ProvisioningPhase => ("PROVISIONING_PHASE", is_manual.then_some(MANUAL)),
    };
    AccessRequestPhases {
        started: Some(phase.started.to_micros_text()),
        finished: phase.finished.map(|at| at.to_micros_text()),
        name,
        state,
        result,
        phase_reference,
    }
}

/// An item among others: what lists of items can be filtered and sorted by, its name included.
pub struct Listed<'v, 'w> {
    /// Where names are looked up.
    pub view: &'v View<'w>,
    /// The item.
    pub item: &'w Item,
}

impl Row for Listed<'_, '_> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let item = self.item;
        match path {
            "accessRequestId" => each(Value::Text(&item.request.hex())),
            "accountActivityItemId" => each(Value::Text(&item.id.hex())),
            "status" => each(Value::Text(&word(&item.state))),
            "name" => match self.view.name_and_description(item.object) {
                Some((name, _)) => each(Value::Text(&name)),
                None => false,
            },
            "created" => each(millis(item.created)),
            "modified" => each(millis(item.modified)),
            _ => false,
        }
    }
}

//! Asking for access, and taking it back (contract, section 11.3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::View;
use crate::company::Person;
use crate::kernel::{Id, Timestamp};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::lifecycle::{
    Close, Completion, Refusal, RequestAccess, Submitted, Target, Tracking, Wanted, WantedAccount,
};
use crate::vendors::sailpoint::model::{ObjectKind, RequestKind};

/// `AccessRequest`, and `AccountsSelectionRequest`: flat, or with items per identity; never both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequest {
    /// The identities, each of whom is to have every item.
    pub requested_for: Option<Vec<String>>,
    /// `GRANT_ACCESS` when absent.
    pub request_type: Option<String>,
    /// The items.
    pub requested_items: Option<Vec<AccessRequestItem>>,
    /// What the client says about it; returned untouched.
    pub client_metadata: Option<BTreeMap<String, String>>,
    /// The identities with their own items.
    pub requested_for_with_requested_items: Option<Vec<RequestedForDtoRef>>,
}

/// `RequestedForDtoRef`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestedForDtoRef {
    pub identity_id: Option<String>,
    /// `HUMAN` when absent; only per service.
    pub identity_type: Option<String>,
    pub requested_items: Option<Vec<AccessRequestItem>>,
}

/// `AccessRequestItem`, and `RequestedItemDtoRef`. What tells several accounts of a revocation
/// apart (`assignmentId`, `nativeIdentity`) is not needed here, and not read.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestItem {
    /// `ACCESS_PROFILE`, `ROLE` or `ENTITLEMENT`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub id: Option<String>,
    pub comment: Option<String>,
    /// Goes before the request's.
    pub client_metadata: Option<BTreeMap<String, String>>,
    pub start_date: Option<String>,
    pub remove_date: Option<String>,
    /// Only in the form with items per identity.
    pub account_selection: Option<Vec<SourceItemRef>>,
}

/// `SourceItemRef`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceItemRef {
    pub source_id: Option<String>,
    pub accounts: Option<Vec<AccountItemRef>>,
}

/// `AccountItemRef`; accounts have no `accountUuid` here.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountItemRef {
    pub native_identity: Option<String>,
}

/// `CancelAccessRequest`; the id is that of the access request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelAccessRequest {
    pub account_activity_id: Option<String>,
    pub comment: Option<String>,
}

/// `BulkCancelAccessRequest`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkCancelAccessRequest {
    /// Up to 50.
    pub access_request_ids: Option<Vec<String>>,
    pub comment: Option<String>,
}

/// `CloseAccessRequest`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloseAccessRequest {
    /// 1 to 500.
    pub access_request_ids: Option<Vec<String>>,
    pub message: Option<String>,
    /// `Terminated` (when absent) or `Completed`.
    pub execution_status: Option<String>,
    /// `Success`, `Incomplete` or `Failure` (when absent); counts for what is completed.
    pub completion_status: Option<String>,
}

/// `AccessRequestResponse`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestResponse {
    pub new_requests: Vec<AccessRequestTracking>,
    pub existing_requests: Vec<AccessRequestTracking>,
}

/// `AccessRequestTracking`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestTracking {
    pub requested_for: String,
    pub requested_items_details: Vec<RequestedItemDetails>,
    /// Equal for equal wishes of equal identities; may be negative.
    pub attributes_hash: i32,
    pub access_request_ids: Vec<String>,
}

/// `RequestedItemDetails`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestedItemDetails {
    #[serde(rename = "type")]
    pub kind: ObjectKind,
    pub id: String,
}

impl AccessRequest {
    /// The command that it stands for.
    ///
    /// # Errors
    /// What it says cannot be read: both forms, unknown words, bad dates.
    pub fn command(self, by: Id<Person>) -> Result<RequestAccess, ApiError> {
        let kind = self.kind()?;
        let client_metadata = self.client_metadata.clone();
        let is_flat = self.requested_for_with_requested_items.is_none();
        Ok(RequestAccess { by, kind, targets: self.targets()?, is_flat, client_metadata })
    }

    /// What is asked.
    ///
    /// # Errors
    /// `400.1.3` for an unknown word.
    pub fn kind(&self) -> Result<RequestKind, ApiError> {
        match self.request_type.as_deref() {
            None | Some("GRANT_ACCESS") => Ok(RequestKind::GrantAccess),
            Some("REVOKE_ACCESS") => Ok(RequestKind::RevokeAccess),
            Some("MODIFY_ACCESS") => Ok(RequestKind::ModifyAccess),
            Some(_) => Err(ApiError::bad_value("requestType")),
        }
    }

    /// The identities with what is asked for each of them.
    ///
    /// # Errors
    /// As [`AccessRequest::command`].
    pub fn targets(self) -> Result<Vec<Target>, ApiError> {
        let Some(targets) = self.requested_for_with_requested_items else {
            let items = self.requested_items.unwrap_or_default();
            let items = items.into_iter().map(AccessRequestItem::wanted).collect::<Result<Vec<_>, _>>()?;
            let people = self.requested_for.unwrap_or_default();
            let target = |identity| Target { identity, is_machine: false, items: items.clone() };
            return Ok(people.into_iter().map(target).collect());
        };
        if self.requested_for.is_some() || self.requested_items.is_some() {
            return Err(Refusal::BothForms.into());
        }
        targets.into_iter().map(RequestedForDtoRef::target).collect()
    }
}

impl RequestedForDtoRef {
    fn target(self) -> Result<Target, ApiError> {
        let is_machine = match self.identity_type.as_deref() {
            None | Some("HUMAN") => false,
            Some("MACHINE") => true,
            Some(_) => return Err(ApiError::bad_value("identityType")),
        };
        let identity = self.identity_id.filter(|id| !id.is_empty()).ok_or(Refusal::Missing("identityId"))?;
        let items = self.requested_items.unwrap_or_default().into_iter().map(AccessRequestItem::wanted);
        Ok(Target { identity, is_machine, items: items.collect::<Result<_, _>>()? })
    }
}

impl AccessRequestItem {
    fn wanted(self) -> Result<Wanted, ApiError> {
        let kind = self.kind.as_deref().and_then(ObjectKind::from_word);
        let kind = kind.ok_or_else(|| ApiError::bad_value("item.type"))?;
        let id = self.id.filter(|id| !id.is_empty()).ok_or_else(|| ApiError::bad_value("item.id"))?;
        let accounts = self.account_selection.unwrap_or_default().into_iter().flat_map(SourceItemRef::wanted).collect();
        Ok(Wanted {
            kind,
            id,
            comment: self.comment,
            client_metadata: self.client_metadata,
            start_date: date(self.start_date, "item.startDate")?,
            remove_date: date(self.remove_date, "item.removeDate")?,
            accounts,
        })
    }
}

impl SourceItemRef {
    fn wanted(self) -> impl Iterator<Item = WantedAccount> {
        let source = self.source_id;
        let accounts = self.accounts.unwrap_or_default().into_iter();
        let named = accounts.filter_map(|account| account.native_identity);
        named.map(move |native_identity| WantedAccount { source: source.clone(), native_identity })
    }
}

/// Any RFC 3339 date-time; an empty text is refused, as tenants do.
fn date(text: Option<String>, field: &'static str) -> Result<Option<Timestamp>, ApiError> {
    text.map(|text| text.parse().map_err(|_| ApiError::bad_value(field))).transpose()
}

impl CloseAccessRequest {
    /// The command that it stands for.
    ///
    /// # Errors
    /// `400.1.3` for an unknown word.
    pub fn command(self) -> Result<Close, ApiError> {
        const MESSAGE: &str = "The IdentityNow Administrator manually closed this request.";
        let completion = match self.completion_status.as_deref() {
            Some("Success") => Completion::Success,
            Some("Incomplete") => Completion::Incomplete,
            None | Some("Failure") => Completion::Failure,
            Some(_) => return Err(ApiError::bad_value("completionStatus")),
        };
        let completion = match self.execution_status.as_deref() {
            None | Some("Terminated") => Completion::Terminated,
            Some("Completed") => completion,
            Some(_) => return Err(ApiError::bad_value("executionStatus")),
        };
        let message = self.message.unwrap_or_else(|| MESSAGE.to_owned());
        Ok(Close { requests: self.access_request_ids.unwrap_or_default(), completion, message: Some(message) })
    }
}

impl View<'_> {
    /// What became of a request.
    pub fn submitted(&self, submitted: &Submitted) -> AccessRequestResponse {
        AccessRequestResponse {
            new_requests: submitted.new.iter().map(tracking).collect(),
            existing_requests: submitted.existing.iter().map(tracking).collect(),
        }
    }
}

fn tracking(tracking: &Tracking) -> AccessRequestTracking {
    let details = tracking.objects.iter().map(|object| RequestedItemDetails { kind: object.kind, id: object.id.hex() });
    AccessRequestTracking {
        requested_for: tracking.requested_for.hex(),
        requested_items_details: details.collect(),
        attributes_hash: attributes_hash(tracking),
        access_request_ids: tracking.requests.iter().map(Id::hex).collect(),
    }
}

/// The vendor does not say what is hashed; here it is who is to have what.
fn attributes_hash(tracking: &Tracking) -> i32 {
    let mut hash = Sha256::new();
    hash.update(tracking.requested_for.bytes());
    for object in &tracking.objects {
        hash.update([object.kind as u8]);
        hash.update(object.id.bytes());
    }
    hash.finalize().iter().take(4).fold(0, |bits, byte| bits << 8 | i32::from(*byte))
}

//! How access is requested and approved, and the decisions that the contract leaves open.

use serde::{Deserialize, Serialize};

use super::access::Requestability;
use crate::company::Person;
use crate::kernel::{Entity, Id, Timestamp};

/// What happens when nobody decides in time.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TimeoutResult {
    Expired,
    Approved,
}

/// An approval ends by itself after so long.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeout {
    /// Days until it ends; at most 90.
    pub days: i64,
    /// How it ends.
    pub result: TimeoutResult,
}

/// Whether one's own requests are approved by themselves.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AutoApprove {
    /// Never; one's own step goes to one's manager.
    #[default]
    Off,
    /// When the requester is asked about somebody else's item.
    Direct,
    /// Also when a group with the requester in it is asked.
    Indirect,
}

/// When reminders go out and when an approval moves up.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Escalation {
    /// Days until the first reminder, or until escalation when there are no reminders; `None`: never.
    pub days_until_escalation: Option<i32>,
    /// Days between reminders.
    pub days_between_reminders: Option<i32>,
    /// How many reminders there are before escalation.
    pub max_reminders: Option<i32>,
}

/// The rules for approvals. An item keeps those that held when it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApprovalSettings {
    /// Reminders and escalation.
    pub escalation: Escalation,
    /// Who is asked when nobody else can be, and at the end of escalation.
    pub fallback_approver: Option<Id<Person>>,
    /// When an approval ends by itself.
    pub timeout: Option<Timeout>,
    /// Whether one's own requests are approved by themselves.
    pub auto_approve: AutoApprove,
    /// The classic switch: whoever asks and reviews the same has approved it.
    pub auto_approval_enabled: bool,
}

/// How access is requested: the organisation's one configuration, in all three shapes of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestConfig {
    /// Only another system may ask.
    pub approvals_must_be_external: bool,
    /// Requesters sign in again.
    pub reauthorization_enabled: bool,
    /// Anyone may ask for anyone.
    pub anyone_by_anyone: bool,
    /// Managers may ask for their reports.
    pub employee_by_manager: bool,
    /// Members see their groups' work.
    pub gov_group_visibility_enabled: bool,
    /// Machines may be asked for.
    pub machine_identity_enabled: bool,
    /// Anyone may ask for a machine.
    pub machine_by_anyone: bool,
    /// Owners may ask for their machines.
    pub machine_by_owner: bool,
    /// Entitlements may be asked for at all.
    pub entitlement_requests_allowed: bool,
    /// The rules for an entitlement that has none of its own.
    pub entitlement_rules: Requestability,
    /// The rules for approvals.
    pub approvals: ApprovalSettings,
}

impl Entity for RequestConfig {
    const TABLE: &'static str = "requestConfig";
    type Id = ();
    type Key = ();
    fn id(&self) {}
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// Choices where the contract says `[assumed]`: each in this one place, switchable per tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Switches {
    /// Refuse experimental operations without their header (contract 1.1).
    pub enforce_experimental_header: bool,
    /// A list asked for by a non-administrator without `owner-id`: 403 instead of their own (3.4).
    pub owner_id_required: bool,
    /// Answer 404 instead of 400 to a second decision (8.5).
    pub decided_is_not_found: bool,
    /// Refuse a request for what somebody has at once, as older tenants do (7.9).
    pub duplicates_are_refused: bool,
    /// Tell subscribers whom a request is for as one object, as the documentation shows it, instead of as a list (9.3).
    pub requested_for_is_object: bool,
}

#[expect(clippy::derivable_impls, reason = "each default is a decision, and stands here to be read")]
impl Default for Switches {
    fn default() -> Self {
        Self {
            enforce_experimental_header: false,
            owner_id_required: false,
            decided_is_not_found: false,
            duplicates_are_refused: false,
            requested_for_is_object: false,
        }
    }
}

impl Entity for Switches {
    const TABLE: &'static str = "switches";
    type Id = ();
    type Key = ();
    fn id(&self) {}
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// An identity attribute that everybody sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAttribute {
    /// Its technical name.
    pub key: String,
    /// What it is called.
    pub name: String,
}

/// What everybody sees of an identity besides its name and mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PublicIdentities {
    /// The attributes.
    pub attributes: Vec<PublicAttribute>,
    /// When somebody last changed them.
    pub modified: Option<Timestamp>,
    /// Who did.
    pub modified_by: Option<Id<Person>>,
}

impl Default for PublicIdentities {
    fn default() -> Self {
        let attribute = |(key, name): (&str, &str)| PublicAttribute { key: key.into(), name: name.into() };
        let attributes = [("country", "Country"), ("department", "Department"), ("title", "Title")].map(attribute);
        Self { attributes: attributes.into(), modified: None, modified_by: None }
    }
}

impl Entity for PublicIdentities {
    const TABLE: &'static str = "publicIdentities";
    type Id = ();
    type Key = ();
    fn id(&self) {}
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// Somebody else gets somebody's new access request approvals for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkReassignment {
    /// Whose approvals.
    pub from: Id<Person>,
    /// Who gets them.
    pub to: Id<Person>,
    /// From when.
    pub start: Timestamp,
    /// Until when; `None`: for good.
    pub end: Option<Timestamp>,
}

impl WorkReassignment {
    /// Whether it holds at this hour.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.start <= now && self.end.is_none_or(|end| now < end)
    }
}

impl Entity for WorkReassignment {
    const TABLE: &'static str = "workReassignments";
    type Id = Id<Person>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.from
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// How provisioning of something is to end, written down beforehand.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// As it would by itself.
    Success,
    /// Nothing of it works.
    Failure,
    /// The first entitlement works, the others do not.
    Partial,
    /// A person has to do it.
    Manual,
}

/// A scripted end of provisioning, for a source, a role, an access profile or an entitlement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvisioningPlan {
    /// The source or the object.
    pub target: Id<()>,
    /// How it ends.
    pub outcome: Outcome,
    /// What the error list says when it ends badly.
    pub message: String,
}

impl Entity for ProvisioningPlan {
    const TABLE: &'static str = "provisioningPlans";
    type Id = Id<()>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.target
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

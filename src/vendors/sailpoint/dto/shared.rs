//! Shapes that many entities share (contract, section 11.1).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{View, instant};
use crate::company::{Account, Entitlement, Person};
use crate::kernel::Id;
use crate::vendors::sailpoint::model::{
    AccessProfile, Comment, Forward, Item, MaxDuration, Object, ObjectKind, Owner, Reassignment, SodCheck, SodConflict,
    TimeUnit,
};

/// A typed reference by id and name: `OwnerDto`, `AccessItemRequester` and their like.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Reference {
    /// Such as `IDENTITY`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The id.
    pub id: String,
    /// The display name; null when the object is gone.
    pub name: Option<String>,
}

/// A reference as clients send it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct ReferenceIn {
    /// Such as `IDENTITY`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The id.
    pub id: Option<String>,
}

/// `AttributeDTOList`: access model metadata, of which there is none here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct MetadataList {
    #[schema(value_type = Vec<Object>)]
    attributes: [(); 0],
}

/// `IdentityReferenceWithNameAndEmail`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceWithMail {
    /// Who.
    #[serde(flatten)]
    pub reference: Reference,
    /// Their mail address.
    pub email: Option<String>,
}

/// `CommentDto`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CommentDto {
    /// What was said.
    pub comment: Option<String>,
    /// When.
    pub created: String,
    /// By whom.
    pub author: Option<Reference>,
}

/// `RequestableObjectReference`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ObjectReference {
    /// The id.
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    pub kind: ObjectKind,
}

/// `ApprovalForwardHistory`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForwardHistory {
    /// Whose it was.
    pub old_approver_name: Option<String>,
    /// Whose it became.
    pub new_approver_name: Option<String>,
    /// What the forwarder said.
    pub comment: Option<String>,
    /// When.
    pub modified: String,
    /// Who forwarded it; null when the system did.
    pub forwarder_name: Option<String>,
    /// Why.
    pub reassignment_type: Reassignment,
}

/// `RequestedAccountRef`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestedAccount {
    /// The account's name.
    pub name: String,
    /// Always `ACCOUNT`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The source's own unique id; none here.
    pub account_uuid: Option<String>,
    /// The native identity.
    pub account_id: Option<String>,
    /// The source's name.
    pub source_name: Option<String>,
}

/// `AccessDuration`: the longest time for which something may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessDuration {
    /// How many units.
    pub value: i32,
    /// `HOURS`, `DAYS`, `WEEKS` or `MONTHS`.
    pub time_unit: &'static str,
}

/// `ErrorMessageDto`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorMessage {
    /// BCP 47.
    pub locale: &'static str,
    /// Always `DEFAULT`.
    pub locale_origin: &'static str,
    /// The sentence.
    pub text: String,
}

/// `SodViolationContextCheckCompleted`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SodContext {
    /// `SUCCESS` or `ERROR`.
    pub state: &'static str,
    /// A dashed UUID.
    pub uuid: String,
    /// What the check found; null when it failed.
    pub violation_check_result: Option<SodCheckResult>,
}

/// `SodViolationCheckResult`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SodCheckResult {
    /// Why the check failed.
    pub message: ErrorMessage,
    /// What the client said about the item.
    pub client_metadata: Option<std::collections::BTreeMap<String, String>>,
    /// Each conflict with both of its sides.
    pub violation_contexts: Vec<SodViolation>,
    /// The policies.
    pub violated_policies: Vec<Reference>,
}

/// `SodViolationContext`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SodViolation {
    /// The policy.
    pub policy: Reference,
    /// Both sides of it.
    pub conflicting_access_criteria: SodSides,
}

/// Both sides of a conflict.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SodSides {
    /// The left one.
    pub left_criteria: SodSide,
    /// The right one.
    pub right_criteria: SodSide,
}

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SodSide {
    /// What the person holds of it, or would hold.
    pub criteria_list: Vec<SodCriterion>,
}

/// `SodExemptCriteria`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SodCriterion {
    /// Whether the person holds it already.
    pub existing: bool,
    /// Always `ENTITLEMENT`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The entitlement.
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
}

impl View<'_> {
    /// A person as `{type: IDENTITY, id, name}`.
    pub fn identity(&self, person: Id<Person>) -> Reference {
        Reference { kind: "IDENTITY", id: person.hex(), name: self.person_name(person) }
    }

    /// An access profile as `{type: ACCESS_PROFILE, id, name}`.
    pub fn profile_reference(&self, id: Id<AccessProfile>) -> Reference {
        let name = self.org.profiles.get(&id).map(|profile| profile.name.clone());
        Reference { kind: "ACCESS_PROFILE", id: id.hex(), name }
    }

    /// A person with their mail address.
    pub fn identity_with_mail(&self, person: Id<Person>) -> ReferenceWithMail {
        let email = self.company.people().get(&person).map(|person| person.mail.clone());
        ReferenceWithMail { reference: self.identity(person), email }
    }

    /// A person or a governance group.
    pub fn owner(&self, owner: Owner) -> Reference {
        match owner {
            Owner::Identity(person) => self.identity(person),
            Owner::Group(group) => {
                let name = self.org.groups.get(&group).map(|group| group.name.clone());
                Reference { kind: "GOVERNANCE_GROUP", id: group.dashed(), name }
            }
        }
    }

    /// Somebody's display name.
    pub fn person_name(&self, person: Id<Person>) -> Option<String> {
        self.company.people().get(&person).map(|person| person.name())
    }

    /// A comment.
    pub fn comment(&self, comment: &Comment) -> CommentDto {
        CommentDto {
            comment: Some(comment.text.to_string()),
            created: instant(comment.created),
            author: comment.author.map(|author| self.identity(author)),
        }
    }

    /// What an item asks for.
    pub fn object(&self, object: Object) -> ObjectReference {
        let (name, description) = self.name_and_description(object).unzip();
        ObjectReference { id: object.id.hex(), name, description, kind: object.kind }
    }

    /// What an object is called, and what it is for.
    pub fn name_and_description(&self, object: Object) -> Option<(String, String)> {
        match object.kind {
            ObjectKind::Role => {
                self.org.roles.get(&object.id.cast()).map(|role| (role.name.clone(), role.description.clone()))
            }
            ObjectKind::AccessProfile => {
                let profile = self.org.profiles.get(&object.id.cast())?;
                Some((profile.name.clone(), profile.description.clone()))
            }
            ObjectKind::Entitlement => {
                let entitlement = self.company.entitlements().get(&object.id.cast())?;
                Some((entitlement.name.clone(), entitlement.description.clone()))
            }
        }
    }

    /// How an approval changed hands.
    pub fn forward(&self, forward: &Forward) -> ForwardHistory {
        ForwardHistory {
            old_approver_name: self.owner(forward.from).name,
            new_approver_name: self.owner(forward.to).name,
            comment: forward.comment.clone(),
            modified: instant(forward.at),
            forwarder_name: forward.by.and_then(|by| self.person_name(by)),
            reassignment_type: forward.reassignment,
        }
    }

    /// The accounts that an item was asked for; null when for any.
    pub fn requested_accounts(&self, item: &Item) -> Option<Vec<RequestedAccount>> {
        let accounts = item.accounts.iter().filter_map(|id| self.requested_account(*id));
        (!item.accounts.is_empty()).then(|| accounts.collect())
    }

    fn requested_account(&self, id: Id<Account>) -> Option<RequestedAccount> {
        let account = self.company.accounts().get(&id)?;
        Some(RequestedAccount {
            name: account.user_name.to_string(),
            kind: "ACCOUNT",
            account_uuid: None,
            account_id: Some(account.user_name.to_string()),
            source_name: self.company.apps().get(&account.app).map(|app| app.name.clone()),
        })
    }

    /// What the search for conflicts found.
    pub fn sod_context(&self, item: &Item) -> Option<SodContext> {
        let check = item.sod.as_ref()?;
        Some(SodContext {
            state: if check.failed { "ERROR" } else { "SUCCESS" },
            uuid: check.id.dashed(),
            violation_check_result: (!check.failed).then(|| self.sod_result(item, check)),
        })
    }

    fn sod_result(&self, item: &Item, check: &SodCheck) -> SodCheckResult {
        let policy = |conflict: &SodConflict| Reference {
            kind: "SOD_POLICY",
            id: conflict.policy.dashed(),
            name: self.org.policies.get(&conflict.policy).map(|policy| policy.name.clone()),
        };
        let side = |side: &[(Id<Entitlement>, bool)]| SodSide {
            criteria_list: side.iter().map(|(id, existing)| self.sod_criterion(*id, *existing)).collect(),
        };
        let violation = |conflict: &SodConflict| SodViolation {
            policy: policy(conflict),
            conflicting_access_criteria: SodSides {
                left_criteria: side(&conflict.left),
                right_criteria: side(&conflict.right),
            },
        };
        let text = match check.conflicts.len() {
            0 => "No separation of duties conflicts were found.".to_owned(),
            1 => "The requested access is in conflict with 1 separation of duties policy.".to_owned(),
            many => format!("The requested access is in conflict with {many} separation of duties policies."),
        };
        SodCheckResult {
            message: ErrorMessage::of(text),
            client_metadata: item.client_metadata.clone(),
            violation_contexts: check.conflicts.iter().map(violation).collect(),
            violated_policies: check.conflicts.iter().map(policy).collect(),
        }
    }

    fn sod_criterion(&self, id: Id<Entitlement>, existing: bool) -> SodCriterion {
        let name = self.company.entitlements().get(&id).map(|entitlement| entitlement.name.clone());
        SodCriterion { existing, kind: "ENTITLEMENT", id: id.hex(), name }
    }

    /// Whether what an object brings is privileged: `High`, or null.
    pub fn privilege_level(&self, object: Object) -> Option<&'static str> {
        let entitlements = self.company.entitlements();
        let privileged = |id: &Id<Entitlement>| entitlements.get(id).is_some_and(|entitlement| entitlement.privileged);
        self.org.brings(object).iter().any(privileged).then_some("High")
    }
}

impl ErrorMessage {
    /// A sentence in the vendor's default language.
    pub fn of(text: String) -> Self {
        Self { locale: "en-US", locale_origin: "DEFAULT", text }
    }
}

impl From<MaxDuration> for AccessDuration {
    fn from(duration: MaxDuration) -> Self {
        let time_unit = match duration.time_unit {
            TimeUnit::Hours => "HOURS",
            TimeUnit::Days => "DAYS",
            TimeUnit::Weeks => "WEEKS",
            TimeUnit::Months => "MONTHS",
        };
        Self { value: duration.value, time_unit }
    }
}

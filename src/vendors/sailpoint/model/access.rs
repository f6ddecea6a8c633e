//! The access model: governance groups, access profiles, roles, source apps, toxic pairs.

use serde::{Deserialize, Serialize};

use super::request::{Item, Object};
use crate::company::{App, Company, Entitlement, Person};
use crate::kernel::{Entity, Id, Timestamp};

/// A group of people any of whom may decide for all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GovernanceGroup {
    /// A dashed UUID on the wire.
    pub id: Id<GovernanceGroup>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Who answers for it.
    pub owner: Id<Person>,
    /// Who may decide, in the order in which they joined.
    pub members: Vec<Id<Person>>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl GovernanceGroup {
    /// The id of the group that the seed calls `slug`.
    pub fn id_of(slug: &str) -> Id<Self> {
        Id::named(&format!("sailpoint/workgroup/{slug}"))
    }
}

/// How governance groups are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupKey {
    /// By a member.
    Member(Id<Person>),
    /// By when they were made.
    Created(Timestamp),
}

impl Entity for GovernanceGroup {
    const TABLE: &'static str = "governanceGroups";
    type Id = Id<GovernanceGroup>;
    type Key = GroupKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<GroupKey> {
        let members = self.members.iter().copied().map(GroupKey::Member);
        members.chain([GroupKey::Created(self.created)]).collect()
    }
}

/// Who is asked in one step of an approval, as configured on the requested object.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SchemeKind {
    /// The manager of the one it is for.
    Manager,
    /// The owner of the object itself (`OWNER` on roles and profiles, `ENTITLEMENT_OWNER` on entitlements).
    Owner,
    /// The owner of a source app that contains the profile.
    AppOwner,
    /// The owner of the source.
    SourceOwner,
    /// Any member of a group.
    GovernanceGroup,
    /// Any of the object's owners.
    AllOwners,
    /// Any of the object's additional owners.
    AdditionalOwner,
    /// Any member of an additional owning group.
    AdditionalGovernanceGroup,
    /// A workflow; decided by a step, since no workflow runs here.
    Workflow,
}

/// One configured step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scheme {
    /// Who is asked.
    pub kind: SchemeKind,
    /// The group or workflow, where the kind needs one.
    pub approver: Option<Id<()>>,
}

/// A unit of a longest permitted time.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TimeUnit {
    Hours,
    Days,
    Weeks,
    Months,
}

/// The longest time for which something may be asked.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MaxDuration {
    /// How many units.
    pub value: i32,
    /// Of what.
    pub time_unit: TimeUnit,
}

/// Under which conditions an object may be asked for, and given back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Requestability {
    /// A request needs a comment.
    pub comments_required: bool,
    /// A rejection needs a comment.
    pub denial_comments_required: bool,
    /// The requester must sign in again.
    pub reauthorization_required: bool,
    /// A request needs an end.
    pub require_end_date: bool,
    /// The longest time for which it may be asked.
    pub max_permitted_access_duration: Option<MaxDuration>,
    /// Who is asked when it is requested, in order.
    pub approvals: Vec<Scheme>,
    /// A revocation needs a comment.
    pub revocation_comments_required: bool,
    /// A rejected revocation needs a comment.
    pub revocation_denial_comments_required: bool,
    /// Who is asked when it is to be revoked, in order.
    pub revocation_approvals: Vec<Scheme>,
}

/// A bundle of entitlements of one source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessProfile {
    /// 32 hex digits on the wire.
    pub id: Id<AccessProfile>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Who answers for it.
    pub owner: Id<Person>,
    /// Where its entitlements belong.
    pub source: Id<App>,
    /// What it brings.
    pub entitlements: Vec<Id<Entitlement>>,
    /// Whether it is in use.
    pub enabled: bool,
    /// Whether it can be asked for.
    pub requestable: bool,
    /// Under which conditions.
    pub requestability: Requestability,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl AccessProfile {
    /// The id of the profile that the seed calls `slug`.
    pub fn id_of(slug: &str) -> Id<Self> {
        Id::named(&format!("sailpoint/access-profile/{slug}"))
    }
}

/// How things with a name are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedKey {
    /// By when they were made; the order of lists.
    Created(Timestamp),
    /// By name, in lower case.
    Name(String),
}

impl Entity for AccessProfile {
    const TABLE: &'static str = "accessProfiles";
    type Id = Id<AccessProfile>;
    type Key = NamedKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<NamedKey> {
        vec![NamedKey::Created(self.created), NamedKey::Name(self.name.to_lowercase())]
    }
}

/// A bundle of access profiles and entitlements over all sources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// 32 hex digits on the wire.
    pub id: Id<Role>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Who answers for it.
    pub owner: Id<Person>,
    /// The profiles in it.
    pub access_profiles: Vec<Id<AccessProfile>>,
    /// The entitlements in it besides.
    pub entitlements: Vec<Id<Entitlement>>,
    /// Whether it is in use.
    pub enabled: bool,
    /// Whether it can be asked for.
    pub requestable: bool,
    /// Under which conditions.
    pub requestability: Requestability,
    /// The department whose people have it by right of birth.
    pub birthright_department: Option<String>,
    /// Whether it has dimensions.
    pub dimensional: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl Role {
    /// The id of the role that the seed calls `slug`.
    pub fn id_of(slug: &str) -> Id<Self> {
        Id::named(&format!("sailpoint/role/{slug}"))
    }
    /// Whether a person has it by its membership criteria.
    pub fn is_birthright_of(&self, company: &Company, person: Id<Person>) -> bool {
        let Some(department) = &self.birthright_department else { return false };
        self.enabled
            && company
                .people()
                .get(&person)
                .is_some_and(|person| person.is_present() && person.department == *department)
    }
}

impl Entity for Role {
    const TABLE: &'static str = "roles";
    type Id = Id<Role>;
    type Key = NamedKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<NamedKey> {
        vec![NamedKey::Created(self.created), NamedKey::Name(self.name.to_lowercase())]
    }
}

/// An application as requesters see it: a source and the profiles that belong to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceApp {
    /// 32 hex digits on the wire.
    pub id: Id<SourceApp>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where its accounts are.
    pub source: Id<App>,
    /// Who answers for it.
    pub owner: Id<Person>,
    /// Whether requesters see it.
    pub enabled: bool,
    /// What can be asked for in it.
    pub access_profiles: Vec<Id<AccessProfile>>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl SourceApp {
    /// The id of the source app that the seed calls `slug`.
    pub fn id_of(slug: &str) -> Id<Self> {
        Id::named(&format!("sailpoint/source-app/{slug}"))
    }
}

impl Entity for SourceApp {
    const TABLE: &'static str = "sourceApps";
    type Id = Id<SourceApp>;
    type Key = NamedKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<NamedKey> {
        vec![NamedKey::Created(self.created), NamedKey::Name(self.name.to_lowercase())]
    }
}

/// What SailPoint adds to an entitlement of the company.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementSettings {
    /// The company's entitlement.
    pub entitlement: Id<Entitlement>,
    /// Whether it can be asked for.
    pub requestable: bool,
    /// Its own conditions; the organisation's when there are none.
    pub requestability: Option<Requestability>,
    /// Who answers for it, where SailPoint was told somebody else than the company knows.
    #[serde(default)]
    pub owner: Option<Id<Person>>,
    /// When somebody last wrote this; nobody did since the founding when absent.
    pub modified: Option<Timestamp>,
}

impl Entity for EntitlementSettings {
    const TABLE: &'static str = "entitlementSettings";
    type Id = Id<Entitlement>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.entitlement
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// A toxic pair: nobody should hold something of both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SodPolicy {
    /// A dashed UUID on the wire.
    pub id: Id<SodPolicy>,
    /// What it is called.
    pub name: String,
    /// Why nobody should hold both.
    pub description: String,
    /// Who answers for it.
    pub owner: Id<Person>,
    /// What the left side is called.
    pub left_name: String,
    /// The left side.
    pub left: Vec<Id<Entitlement>>,
    /// What the right side is called.
    pub right_name: String,
    /// The right side.
    pub right: Vec<Id<Entitlement>>,
    /// When it was made.
    pub created: Timestamp,
}

impl SodPolicy {
    /// The id of the policy that the seed calls `slug`.
    pub fn id_of(slug: &str) -> Id<Self> {
        Id::named(&format!("sailpoint/sod-policy/{slug}"))
    }
}

impl Entity for SodPolicy {
    const TABLE: &'static str = "sodPolicies";
    type Id = Id<SodPolicy>;
    type Key = ();
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<()> {
        Vec::new()
    }
}

/// Somebody has a role, a profile or an entitlement because it was asked for. The reason of every
/// grant that it gives names this row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// 32 hex digits on the wire.
    pub id: Id<Assignment>,
    /// Who has it.
    pub person: Id<Person>,
    /// What they have.
    pub object: Object,
    /// The item that asked for it.
    pub item: Id<Item>,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Option<Timestamp>,
}

/// How assignments are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssignmentKey {
    /// By who has it.
    Person(Id<Person>),
    /// By what they have.
    Object(Object),
}

impl Entity for Assignment {
    const TABLE: &'static str = "assignments";
    type Id = Id<Assignment>;
    type Key = AssignmentKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<AssignmentKey> {
        vec![AssignmentKey::Person(self.person), AssignmentKey::Object(self.object)]
    }
}

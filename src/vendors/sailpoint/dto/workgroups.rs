//! Governance groups (contract, section 11.5).

use serde::Serialize;
use utoipa::ToSchema;

use super::{View, instant, millis};
use crate::company::Person;
use crate::kernel::{Id, Timestamp};
use crate::query::{Row, Value};
use crate::vendors::sailpoint::model::{GovernanceGroup, Requestability, SchemeKind};

/// `WorkgroupDto`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkgroupDto {
    pub owner: WorkgroupOwner,
    /// A dashed UUID.
    pub id: String,
    pub name: String,
    pub description: String,
    pub member_count: usize,
    pub connection_count: usize,
    pub created: String,
    pub modified: String,
}

/// Who answers for a governance group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkgroupOwner {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: String,
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub email_address: Option<String>,
}

/// A member of a governance group.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkgroupMember {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: String,
    pub name: String,
    pub email: String,
}

/// `WorkgroupConnectionDto`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkgroupConnection {
    pub object: ConnectedObject,
    /// Always `AccessRequestReviewer`: nothing else connects a group here.
    pub connection_type: &'static str,
}

/// `ConnectedObject`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectedObject {
    /// `ACCESS_PROFILE` or `ROLE`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: String,
    pub name: String,
    pub description: Option<String>,
}

/// An object in whose approvals a group is asked.
pub struct Connection<'w> {
    /// The object's id.
    pub id: Id<()>,
    kind: &'static str,
    name: &'w str,
    description: &'w str,
    created: Timestamp,
    modified: Timestamp,
}

impl<'w> View<'w> {
    /// A governance group.
    pub fn workgroup(&self, group: &GovernanceGroup) -> WorkgroupDto {
        let owner = self.company.people().get(&group.owner);
        WorkgroupDto {
            owner: WorkgroupOwner {
                kind: "IDENTITY",
                id: group.owner.hex(),
                name: owner.map(|owner| owner.slug.clone()),
                display_name: owner.map(|owner| owner.name()),
                email_address: owner.map(|owner| owner.mail.clone()),
            },
            id: group.id.dashed(),
            name: group.name.clone(),
            description: group.description.clone(),
            member_count: group.members.len(),
            connection_count: self.connections(group.id).count(),
            created: instant(group.created),
            modified: instant(group.modified),
        }
    }

    /// A member of a governance group.
    pub fn workgroup_member(&self, person: &Person) -> WorkgroupMember {
        WorkgroupMember { kind: "IDENTITY", id: person.id.hex(), name: person.name(), email: person.mail.clone() }
    }

    /// An object in whose approvals a group is asked.
    pub fn workgroup_connection(&self, connection: &Connection<'_>) -> WorkgroupConnection {
        WorkgroupConnection {
            object: ConnectedObject {
                kind: connection.kind,
                id: connection.id.hex(),
                name: connection.name.to_owned(),
                description: Some(connection.description.to_owned()),
            },
            connection_type: "AccessRequestReviewer",
        }
    }

    /// The access profiles and roles in whose approvals a group is asked.
    pub fn connections(&self, group: Id<GovernanceGroup>) -> impl Iterator<Item = Connection<'w>> + use<'w> {
        let asks = move |rules: &Requestability| {
            let mut schemes = rules.approvals.iter().chain(&rules.revocation_approvals);
            schemes.any(|scheme| scheme.kind == SchemeKind::GovernanceGroup && scheme.approver == Some(group.cast()))
        };
        let profiles = self.org.profiles.iter().filter(move |profile| asks(&profile.requestability));
        let roles = self.org.roles.iter().filter(move |role| asks(&role.requestability));
        let profiles = profiles.map(|profile| Connection {
            id: profile.id.cast(),
            kind: "ACCESS_PROFILE",
            name: &profile.name,
            description: &profile.description,
            created: profile.created,
            modified: profile.modified,
        });
        profiles.chain(roles.map(|role| Connection {
            id: role.id.cast(),
            kind: "ROLE",
            name: &role.name,
            description: &role.description,
            created: role.created,
            modified: role.modified,
        }))
    }
}

/// What the list of governance groups can be filtered and sorted by.
impl Row for GovernanceGroup {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "id" => each(Value::Text(&self.id.dashed())),
            "name" => each(Value::Text(&self.name)),
            "description" => each(Value::Text(&self.description)),
            "created" => each(millis(self.created)),
            "modified" => each(millis(self.modified)),
            "memberships.identityId" => self.members.iter().any(|member| each(Value::Text(&member.hex()))),
            _ => false,
        }
    }
}

/// What the list of connections can be sorted by.
impl Row for Connection<'_> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        match path {
            "name" => each(Value::Text(self.name)),
            "created" => each(millis(self.created)),
            "modified" => each(millis(self.modified)),
            _ => false,
        }
    }
}

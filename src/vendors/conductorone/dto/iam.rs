//! Roles and personal clients (contract, 4, 12.4).

use std::collections::BTreeSet;

use super::View;
use super::users::UserRef;
use crate::kernel::Id;
use crate::vendors::conductorone::auth;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::lifecycle::{BLANK, Refusal};
use crate::vendors::conductorone::model::{ApiClient, Role as Row, RoleName};
use crate::vendors::conductorone::wire::{Asked, Lasting, Mask, Time, id, message, vocabulary};

vocabulary! {
    /// A module that a tenant may do without.
    Module { Unspecified = "MODULE_ID_UNSPECIFIED", SecretSharing = "MODULE_ID_SECRET_SHARING" }
}

message! {
    /// Who calls.
    IntrospectResponse = c1.api.auth.v1.IntrospectResponse {
        device_client_id: String,
        disabled_modules: Vec<Module>,
        features: Vec<String>,
        permissions: Vec<String>,
        principle_id: String,
        roles: Vec<String>,
        tenant_id: String,
        user_id: String,
    }

    /// A role of the product itself.
    Role = c1.api.iam.v1.Role {
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        display_name: String,
        id: String,
        name: String,
        permissions: Vec<String>,
        service_roles: Vec<String>,
        system_api_only: bool,
        system_builtin: bool,
        updated_at: Option<Time>,
    }

    /// One role.
    RoleResponse = c1.api.iam.v1.GetRolesResponse {
        role: Option<Role>,
    }

    /// What is to change about a role.
    UpdateRoleRequest = c1.api.iam.v1.UpdateRoleRequest {
        role: Option<Role>,
        update_mask: Option<Mask>,
    }

    /// A credential of somebody's.
    PersonalClient = c1.api.iam.v1.PersonalClient {
        allow_source_cidr: Vec<String>,
        client_id: String,
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        display_name: String,
        expires_time: Option<Time>,
        id: String,
        last_used_at: Option<Time>,
        scoped_roles: Vec<String>,
        updated_at: Option<Time>,
        user_id: String,
    }

    /// A credential that is to be made.
    CreateClientRequest = c1.api.iam.v1.PersonalClientServiceCreateRequest {
        allow_source_cidr: Vec<String>,
        display_name: String,
        expires: Option<Lasting>,
        scoped_roles: Vec<String>,
    }

    /// A credential that was made, and its secret, for once.
    CreateClientResponse = c1.api.iam.v1.PersonalClientServiceCreateResponse {
        client: Option<PersonalClient>,
        client_secret: String,
    }

    /// One credential.
    ClientResponse = c1.api.iam.v1.PersonalClientServiceGetResponse {
        client: Option<PersonalClient>,
    }

    /// What is to change about a credential.
    UpdateClientRequest = c1.api.iam.v1.PersonalClientServiceUpdateRequest {
        client: Option<PersonalClient>,
        update_mask: Option<Mask>,
    }

    /// Which credentials are to be found.
    SearchClientsRequest = c1.api.iam.v1.PersonalClientSearchServiceSearchRequest {
        page_size: i32,
        page_token: String,
        query: String,
        users: Vec<UserRef>,
    }
}

/// A role.
pub fn role(row: &Row) -> Role {
    Role {
        created_at: Some(row.created.into()),
        deleted_at: None,
        display_name: row.display_name.clone(),
        id: id::text(row.name.id()),
        name: row.name.slug().to_owned(),
        permissions: row.name.permissions().iter().map(|permission| (*permission).to_owned()).collect(),
        service_roles: Vec::new(),
        system_api_only: false,
        system_builtin: true,
        updated_at: Some(row.updated.into()),
    }
}

/// A credential, its id as clients that reach the tenant at `host` write it.
pub fn client(row: &ApiClient, host: &str) -> PersonalClient {
    PersonalClient {
        allow_source_cidr: row.allow_source_cidr.clone(),
        client_id: auth::client_id(row, host),
        created_at: Some(row.created.into()),
        deleted_at: row.deleted.map(Time::from),
        display_name: row.display_name.clone(),
        expires_time: row.expires.map(Time::from),
        id: id::text(row.id),
        last_used_at: row.last_used.map(Time::from),
        scoped_roles: row.scoped_roles.iter().map(|role| id::text(role.id())).collect(),
        updated_at: Some(row.updated.into()),
        user_id: id::text(row.user),
    }
}

impl View<'_> {
    /// Who calls, in this tenant.
    pub fn introspection(self, tenant: &str) -> IntrospectResponse {
        let roles = &self.caller.roles;
        let permissions: std::collections::BTreeSet<_> = roles.iter().flat_map(|role| role.permissions()).collect();
        IntrospectResponse {
            device_client_id: String::new(),
            disabled_modules: Vec::new(),
            features: Vec::new(),
            permissions: permissions.into_iter().map(|permission| (*permission).to_owned()).collect(),
            principle_id: id::text(self.caller.user),
            roles: roles.iter().map(|role| id::text(role.id())).collect(),
            tenant_id: id::text(auth::tenant_id(tenant)),
            user_id: id::text(self.caller.user),
        }
    }
}

/// A role with the fields of `mask` as `new` has them: its display name alone can change.
///
/// # Errors
/// When the mask names no field, or the name is missing.
pub fn renamed(row: &Row, new: &Role, mask: &Mask) -> Result<Row, Refusal> {
    let merged = mask.merge(&role(row), new).map_err(|error| Refusal::Invalid("UpdateMask", error.to_string()))?;
    if merged.display_name.is_empty() {
        return Err(Refusal::Missing("DisplayName", BLANK));
    }
    Ok(Row { display_name: merged.display_name, ..row.clone() })
}

/// The roles that ids name.
///
/// # Errors
/// 400 when an id is not written like one, or names no role.
pub fn scoped(asked: &Asked, ids: &[String]) -> Result<BTreeSet<RoleName>, ApiError> {
    let ids: Vec<Id<Row>> = asked.ids("scopedRoles", ids)?;
    let named = ids.iter().map(|id| RoleName::ALL.into_iter().find(|role| role.id() == *id));
    named.collect::<Option<_>>().ok_or_else(|| asked.invalid("scopedRoles", "no such role"))
}

/// Checks that these are ranges of addresses, such as `10.0.0.0/8`.
///
/// # Errors
/// 400 when one is not.
pub fn ranges(asked: &Asked, cidrs: &[String]) -> Result<(), ApiError> {
    match cidrs.iter().position(|cidr| cidr.parse::<ipnet::IpNet>().is_err()) {
        None => Ok(()),
        Some(place) => Err(asked.invalid(&format!("allowSourceCidr[{place}]"), "value must be a valid CIDR")),
    }
}

/// A credential with the fields of `mask` as `new` has them.
///
/// # Errors
/// When the mask names no field, or a value is none that the field can have.
pub fn updated_client(asked: &Asked, row: &ApiClient, new: &PersonalClient, mask: &Mask) -> Result<ApiClient, Refusal> {
    let merged = mask.merge(&client(row, ""), new);
    let merged = merged.map_err(|error| Refusal::Invalid("UpdateMask", error.to_string()))?;
    let said = |error: ApiError| Refusal::Invalid("Client", error.message().into_owned());
    ranges(asked, &merged.allow_source_cidr).map_err(said)?;
    Ok(ApiClient {
        allow_source_cidr: merged.allow_source_cidr.clone(),
        display_name: merged.display_name.clone(),
        expires: merged.expires_time.map(|at| at.0),
        scoped_roles: scoped(asked, &merged.scoped_roles).map_err(said)?,
        ..row.clone()
    })
}

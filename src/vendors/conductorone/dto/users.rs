//! Users: people as HR has them, with what ConductorOne knows besides (contract, 6, 10.4).

use std::sync::Arc;

use serde_json::json;

use super::View;
use super::expanded::Object;
use crate::company::{Person, PersonKind, PersonStatus};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::model::{Delegation, EntitlementRef, Resource, ResourceKind, RoleName, system_user};
use crate::vendors::conductorone::wire::{Any, Json, Time, id, message, vocabulary};

vocabulary! {
    /// Whether somebody is there.
    UserStatus { Unknown = "UNKNOWN", Enabled = "ENABLED", Disabled = "DISABLED", Deleted = "DELETED" }

    /// Where a user comes from.
    UserOrigin {
        Unspecified = "USER_ORIGIN_UNSPECIFIED",
        Directory = "USER_ORIGIN_DIRECTORY",
        Local = "USER_ORIGIN_LOCAL",
        System = "USER_ORIGIN_SYSTEM",
    }

    /// What a user is.
    UserType {
        Unspecified = "USER_TYPE_UNSPECIFIED",
        System = "USER_TYPE_SYSTEM",
        Human = "USER_TYPE_HUMAN",
        Service = "USER_TYPE_SERVICE",
        Agent = "USER_TYPE_AGENT",
    }

    /// Whether somebody else does a user's tasks.
    DelegateStatus {
        Unspecified = "DELEGATE_STATUS_UNSPECIFIED",
        HasDelegate = "DELEGATE_STATUS_HAS_DELEGATE",
        NoDelegate = "DELEGATE_STATUS_NO_DELEGATE",
    }
}

message! {
    /// Which account an attribute was taken from.
    UserAttributeMappingSource = c1.api.user.v1.UserAttributeMappingSource {
        app_id: String,
        app_user_id: String,
        app_user_profile_attribute_key: String,
        priority: u32,
        user_attribute_mapping_id: String,
        value: String,
    }

    /// A user.
    User = c1.api.user.v1.User {
        created_at: Option<Time>,
        delegated_user_id: String,
        deleted_at: Option<Time>,
        department: String,
        department_sources: Vec<UserAttributeMappingSource>,
        directory_ids: Vec<String>,
        directory_status: UserStatus,
        directory_status_sources: Vec<UserAttributeMappingSource>,
        display_name: String,
        email: String,
        email_sources: Vec<UserAttributeMappingSource>,
        emails: Vec<String>,
        employee_id_sources: Vec<UserAttributeMappingSource>,
        employee_ids: Vec<String>,
        employment_status: String,
        employment_status_sources: Vec<UserAttributeMappingSource>,
        employment_type: String,
        employment_type_sources: Vec<UserAttributeMappingSource>,
        id: String,
        job_title: String,
        job_title_sources: Vec<UserAttributeMappingSource>,
        manager_ids: Vec<String>,
        manager_sources: Vec<UserAttributeMappingSource>,
        origin: UserOrigin,
        profile: Option<Json>,
        role_ids: Vec<String>,
        status: UserStatus,
        #[serde(rename = "type")]
        kind: UserType,
        updated_at: Option<Time>,
        username: String,
        username_sources: Vec<UserAttributeMappingSource>,
        usernames: Vec<String>,
    }

    /// What kind of profile somebody has.
    ProfileType = c1.api.profiletype.v1.ProfileType {
        description: String,
        display_to_user: bool,
        icon_url: String,
        id: String,
        name: String,
        priority: u32,
        sizes: Vec<i32>,
        slug: String,
    }

    /// The profile types of somebody.
    ProfileTypesResponse = c1.api.user.v1.GetUserProfileTypesResponse { profile_types: Vec<ProfileType> }

    /// A user and where what they refer to stands.
    UserView = c1.api.user.v1.UserView {
        delegated_user_path: String,
        directories_path: String,
        managers_path: String,
        roles_path: String,
        user: Option<User>,
        user_id: String,
    }

    /// One user.
    UserServiceGetResponse = c1.api.user.v1.UserServiceGetResponse {
        expanded: Vec<Any>,
        user_view: Option<UserView>,
    }

    /// Names a user.
    UserRef = c1.api.user.v1.UserRef {
        id: String,
    }

    /// Who is to be found. `pageSize` and `pageToken` are read by the extractor.
    SearchUsersRequest = c1.api.user.v1.SearchUsersRequest {
        delegate_status: DelegateStatus,
        delegated_user_ids: Vec<String>,
        departments: Vec<String>,
        email: String,
        exclude_ids: Vec<String>,
        exclude_origins: Vec<UserOrigin>,
        exclude_types: Vec<UserType>,
        expand_mask: Option<ExpandMask>,
        ids: Vec<String>,
        is_delegate: bool,
        job_titles: Vec<String>,
        manager_ids: Vec<String>,
        origins: Vec<UserOrigin>,
        page_size: i32,
        page_token: String,
        query: String,
        refs: Vec<UserRef>,
        role_ids: Vec<String>,
        source_app_ids: Vec<String>,
        user_statuses: Vec<UserStatus>,
    }

    /// Who asks.
    IntrospectRequest = c1.api.user.v1.IntrospectRequest {
        expand_mask: Option<ExpandMask>,
    }

    /// Somebody else does a user's tasks for a while.
    ExpiringUserDelegationBinding = c1.api.user.v1.ExpiringUserDelegationBinding {
        created_at: Option<Time>,
        delegated_user_id: String,
        deleted_at: Option<Time>,
        expiration_at: Option<Time>,
        start_at: Option<Time>,
        updated_at: Option<Time>,
        user_id: String,
    }

    /// Who is to do a user's tasks.
    SetDelegationRequest = c1.api.user.v1.SetExpiringUserDelegationBindingByAdminRequest {
        delegated_user_id: String,
        delegation_expire_at: Option<Time>,
        delegation_start_at: Option<Time>,
    }

    /// Who does a user's tasks.
    SetDelegationResponse = c1.api.user.v1.SetExpiringUserDelegationBindingByAdminResponse {
        item: Option<ExpiringUserDelegationBinding>,
    }
}

impl View<'_> {
    /// A user; the system's own among them.
    pub fn user(self, user: Id<Person>) -> Option<User> {
        if user == system_user() {
            return Some(system());
        }
        self.company.people().get(&user).map(|person| self.person(person))
    }

    /// A person as a user.
    pub fn person(self, person: &Person) -> User {
        let status = user_status(person);
        let row = self.domain.users.get(&person.id);
        let changed = row
            .and_then(|row| row.delegation.as_ref())
            .map_or(person.changed, |delegation| person.changed.max(delegation.updated));
        let department = self.company.profile().departments.iter().find(|known| known.slug == person.department);
        let roles = self.domain.roles_of(person.id);
        User {
            created_at: Some(person.created.into()),
            delegated_user_id: row.and_then(|row| row.delegate()).map(id::text).unwrap_or_default(),
            department: department.map_or_else(|| person.department.clone(), |known| known.name.clone()),
            directory_ids: self.directories(person.id).map(id::text).collect(),
            directory_status: status,
            display_name: person.name(),
            email: person.mail.clone(),
            emails: std::iter::once(&person.mail).chain(&person.aliases).cloned().collect(),
            employee_ids: vec![person.employee_number.clone()],
            employment_status: employment(person.status).to_owned(),
            employment_type: employment_type(person.kind).to_owned(),
            id: id::text(person.id),
            job_title: person.title.clone(),
            manager_ids: person.manager.into_iter().map(id::text).collect(),
            origin: UserOrigin::Directory,
            profile: Some(Json(json!({"location": person.location, "phone": person.phone}))),
            role_ids: roles.iter().map(|role| id::text(role.id())).collect(),
            status,
            kind: user_type(person.kind),
            updated_at: Some(changed.into()),
            username: person.slug.clone(),
            usernames: vec![person.slug.clone()],
            ..User::default()
        }
    }

    /// The directories that know a person.
    pub fn directories(self, person: Id<Person>) -> impl Iterator<Item = Id<crate::company::App>> {
        let accounts = self.company.accounts_of(person).filter(|account| account.status != super::CLOSED);
        let is_directory = move |app: &Id<_>| self.domain.app(*app).is_some_and(|app| app.is_directory);
        let apps: std::collections::BTreeSet<_> = accounts.map(|account| account.app).filter(is_directory).collect();
        apps.into_iter()
    }

    /// A user with paths to what they refer to.
    pub fn user_view(self, user: User, person: Id<Person>, expand: &mut Expander<'_, Object>) -> UserView {
        let row = self.company.people().get(&person);
        let delegate = self.domain.users.get(&person).and_then(|row| row.delegate());
        let roles = row.map(|row| self.domain.roles_of(row.id)).unwrap_or_default();
        let managers = row.and_then(|row| row.manager);
        UserView {
            roles_path: expand.many("role_ids", roles.into_iter().map(Object::Role)),
            managers_path: expand.many("manager_ids", managers.map(Object::User)),
            delegated_user_path: expand.one("delegated_user_id", delegate.map(Object::User)),
            directories_path: expand.many("directory_ids", self.directories(person).map(Object::App)),
            user_id: user.id.clone(),
            user: Some(user),
        }
    }

    /// Who does a user's tasks. Nobody's is a binding that was deleted.
    pub fn delegation(self, user: Id<Person>, now: Timestamp) -> ExpiringUserDelegationBinding {
        let delegation = self.domain.users.get(&user).and_then(|row| row.delegation.clone());
        let user_id = id::text(user);
        let Some(Delegation { to, start, end, created, updated, .. }) = delegation else {
            let deleted_at = Some(now.into());
            return ExpiringUserDelegationBinding { user_id, deleted_at, ..ExpiringUserDelegationBinding::default() };
        };
        ExpiringUserDelegationBinding {
            created_at: Some(created.into()),
            delegated_user_id: id::text(to),
            deleted_at: None,
            expiration_at: end.map(Time::from),
            start_at: start.map(Time::from),
            updated_at: Some(updated.into()),
            user_id,
        }
    }
}

/// Who acts when nobody does.
fn system() -> User {
    User {
        display_name: "ConductorOne".into(),
        id: id::text(system_user()),
        origin: UserOrigin::System,
        role_ids: vec![id::text(RoleName::SuperAdmin.id())],
        status: UserStatus::Enabled,
        directory_status: UserStatus::Enabled,
        kind: UserType::System,
        username: "conductorone".into(),
        usernames: vec!["conductorone".into()],
        ..User::default()
    }
}

/// Whether a person is there.
pub fn user_status(person: &Person) -> UserStatus {
    if person.is_present() { UserStatus::Enabled } else { UserStatus::Disabled }
}

/// What a person is.
pub fn user_type(kind: PersonKind) -> UserType {
    match kind {
        PersonKind::Employee | PersonKind::Contractor => UserType::Human,
        PersonKind::Service => UserType::Service,
    }
}

/// What HR calls their standing; free text at the vendor.
pub fn employment(status: PersonStatus) -> &'static str {
    match status {
        PersonStatus::Prehire => "Pre-hire",
        PersonStatus::Active => "Active",
        PersonStatus::Leave => "On leave",
        PersonStatus::Left => "Terminated",
    }
}

/// What HR calls their kind; free text at the vendor.
pub fn employment_type(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Employee => "Employee",
        PersonKind::Contractor => "Contractor",
        PersonKind::Service => "Service",
    }
}

impl View<'_> {
    /// The profile types of a user: those whose entitlements one of their accounts holds, by name.
    pub fn profile_types(self, user: Id<Person>) -> Vec<ProfileType> {
        let accounts = self.company.accounts_of(user);
        let held = accounts.flat_map(|account| self.bindings().of_account(account));
        let resource = |at: EntitlementRef| {
            let resource = self.domain.resources.get(&self.domain.entitlement(at)?.resource?)?;
            let kind = self.domain.resource_types.get(&resource.resource_type)?.kind;
            (kind == ResourceKind::ProfileType && resource.deleted.is_none()).then_some(resource)
        };
        let of = |resource: &Arc<Resource>| ProfileType {
            id: id::text(resource.id),
            name: resource.display_name.clone(),
            slug: resource.display_name.to_lowercase().replace(' ', "-"),
            description: resource.description.clone(),
            ..ProfileType::default()
        };
        let mut types: Vec<_> = held.filter_map(|binding| resource(binding.entitlement)).map(of).collect();
        types.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        types.dedup_by(|a, b| a.id == b.id);
        types
    }
}

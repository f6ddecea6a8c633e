//! Accounts (contract, 10.3).

use serde_json::json;

use super::expanded::Object;
use super::{CLOSED, View};
use crate::company::{Account, AccountStatus, App};
use crate::kernel::Id;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::lifecycle::EditAccount;
use crate::vendors::conductorone::model::AppUserType as Kind;
use crate::vendors::conductorone::wire::{Any, Asked, Json, Mask, Time, id, message, vocabulary};

vocabulary! {
    /// Whether an account works.
    AccountState {
        Unspecified = "STATUS_UNSPECIFIED",
        Enabled = "STATUS_ENABLED",
        Disabled = "STATUS_DISABLED",
        Deleted = "STATUS_DELETED",
    }

    /// What an account is.
    AppUserType {
        Unspecified = "APP_USER_TYPE_UNSPECIFIED",
        User = "APP_USER_TYPE_USER",
        ServiceAccount = "APP_USER_TYPE_SERVICE_ACCOUNT",
        SystemAccount = "APP_USER_TYPE_SYSTEM_ACCOUNT",
    }

    /// Whether an account of an agent works; people's say nothing.
    AppUserAgentStatus {
        Unspecified = "APP_USER_AGENT_STATUS_UNSPECIFIED",
        Ready = "APP_USER_AGENT_STATUS_READY",
        Disabled = "APP_USER_AGENT_STATUS_DISABLED",
        Deleted = "APP_USER_AGENT_STATUS_DELETED",
    }

    /// What kind of machine an account is; people's say nothing.
    AppUserNhiType {
        Unspecified = "APP_USER_NHI_TYPE_UNSPECIFIED",
        AppRegistration = "APP_USER_NHI_TYPE_APP_REGISTRATION",
        AssumableRole = "APP_USER_NHI_TYPE_ASSUMABLE_ROLE",
        ManagedIdentity = "APP_USER_NHI_TYPE_MANAGED_IDENTITY",
    }

    /// Whether an account's mail address is the company's.
    AppUserDomain {
        Unspecified = "APP_USER_DOMAIN_UNSPECIFIED",
        External = "APP_USER_DOMAIN_EXTERNAL",
        Trusted = "APP_USER_DOMAIN_TRUSTED",
    }

    /// What accounts are ordered by.
    AppUserSortBy {
        Unspecified = "APP_USER_SEARCH_SORT_BY_UNSPECIFIED",
        App = "APP_USER_SEARCH_SORT_BY_APP",
    }
}

message! {
    /// Whether an account works, and what the application says about it.
    AppUserStatus = c1.api.app.v1.AppUserStatus {
        details: String,
        status: AccountState,
    }

    /// An account.
    AppUser = c1.api.app.v1.AppUser {
        agent_status: AppUserAgentStatus,
        app_id: String,
        app_user_type: AppUserType,
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        display_name: String,
        email: String,
        emails: Vec<String>,
        employee_ids: Vec<String>,
        id: String,
        identity_user_id: String,
        is_external: bool,
        nhi_detail: String,
        nhi_type: AppUserNhiType,
        profile: Option<Json>,
        status: Option<AppUserStatus>,
        updated_at: Option<Time>,
        username: String,
        usernames: Vec<String>,
    }

    /// An account and where what it refers to stands.
    AppUserView = c1.api.app.v1.AppUserView {
        app_path: String,
        app_user: Option<AppUser>,
        identity_user_path: String,
        last_usage_path: String,
    }

    /// Names an account.
    AppUserRef = c1.api.app.v1.AppUserRef {
        app_id: String,
        id: String,
    }

    /// Which accounts are to be found.
    AppUserSearchRequest = c1.api.app.v1.AppUserServiceSearchRequest {
        agent_statuses: Vec<AppUserAgentStatus>,
        app_id: String,
        app_ids: Vec<String>,
        app_user_domains: Vec<AppUserDomain>,
        app_user_ids: Vec<String>,
        app_user_status_details: Vec<String>,
        app_user_statuses: Vec<AccountState>,
        app_user_types: Vec<AppUserType>,
        exclude_app_user_ids: Vec<String>,
        exclude_deleted_apps: bool,
        expand_mask: Option<ExpandMask>,
        nhi_types: Vec<AppUserNhiType>,
        page_size: i32,
        page_token: String,
        query: String,
        refs: Vec<AppUserRef>,
        sort_by: AppUserSortBy,
        user_ids: Vec<String>,
        with_open_findings: bool,
        without_responsible_party: bool,
    }

    /// Which of the caller's service accounts are to be listed.
    OwnedServiceAccountsRequest = c1.api.app.v1.ListOwnedServiceAccountsRequest {
        expand_mask: Option<ExpandMask>,
        page_size: i32,
        page_token: String,
    }

    /// What is to change about an account.
    AppUserUpdateRequest = c1.api.app.v1.AppUserServiceUpdateRequest {
        app_user: Option<AppUser>,
        expand_mask: Option<ExpandMask>,
        update_mask: Option<Mask>,
    }

    /// An account that was changed.
    AppUserUpdateResponse = c1.api.app.v1.AppUserServiceUpdateResponse {
        app_user_view: Option<AppUserView>,
        expanded: Vec<Any>,
    }

    /// A secret of an account, sealed for whoever asked.
    AppUserCredential = c1.api.app.v1.AppUserCredential {
        app_id: String,
        app_user_id: String,
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        expires_at: Option<Time>,
        id: String,
        updated_at: Option<Time>,
    }
}

impl View<'_> {
    /// An account.
    pub fn app_user(self, account: &Account) -> AppUser {
        let owner = account.person.and_then(|owner| self.company.people().get(&owner));
        let email = account.mail.clone().or_else(|| owner.map(|owner| owner.mail.clone())).unwrap_or_default();
        let kind = match self.domain.kind_of(self.company, account) {
            Kind::User => AppUserType::User,
            Kind::ServiceAccount => AppUserType::ServiceAccount,
            Kind::SystemAccount => AppUserType::SystemAccount,
        };
        AppUser {
            app_id: id::text(account.app),
            app_user_type: kind,
            created_at: Some(account.created.into()),
            deleted_at: (account.status == CLOSED).then(|| account.changed.into()),
            display_name: owner.map_or_else(|| account.user_name.to_string(), |owner| owner.name()),
            emails: Some(email.clone()).into_iter().filter(|email| !email.is_empty()).collect(),
            is_external: self.is_external(&email),
            email,
            employee_ids: owner.map(|owner| owner.employee_number.clone()).into_iter().collect(),
            id: id::text(account.id),
            identity_user_id: owner.map(|owner| id::text(owner.id)).unwrap_or_default(),
            profile: Some(Json(json!({"signIn": account.sign_in, "privileged": account.privileged}))),
            status: Some(account_status(account.status)),
            updated_at: Some(account.changed.into()),
            username: account.user_name.to_string(),
            usernames: vec![account.user_name.to_string()],
            ..AppUser::default()
        }
    }

    /// Whether a mail address is outside the company's domain.
    pub fn is_external(self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| !domain.eq_ignore_ascii_case(&self.company.profile().domain))
    }

    /// An account with paths to what it refers to.
    pub fn app_user_view(self, account: &Account, expand: &mut Expander<'_, Object>) -> AppUserView {
        AppUserView {
            app_path: expand.one("app_id", Some(Object::App(account.app))),
            identity_user_path: expand.one("identity_user_id", account.person.map(Object::User)),
            last_usage_path: String::new(),
            app_user: Some(self.app_user(account)),
        }
    }
}

/// Whether an account works.
pub fn account_status(status: AccountStatus) -> AppUserStatus {
    let (status, details) = match status {
        AccountStatus::Active => (AccountState::Enabled, ""),
        AccountStatus::Disabled => (AccountState::Disabled, ""),
        AccountStatus::Locked => (AccountState::Disabled, "locked"),
        AccountStatus::Closed => (AccountState::Deleted, ""),
    };
    AppUserStatus { details: details.to_owned(), status }
}

/// The command behind a request to change an account: what it is, and whose; nothing else may be said [assumed].
///
/// # Errors
/// 400 when the mask names another field, or an id is not written like one.
pub fn edit(asked: &Asked, at: (Id<App>, Id<Account>), body: &AppUserUpdateRequest) -> Result<EditAccount, ApiError> {
    let new = body.app_user.clone().unwrap_or_default();
    let mask = body.update_mask.clone().unwrap_or_default();
    let mut named: Vec<String> = mask.paths().collect();
    if named.is_empty() {
        let set = [("appUserType", new.app_user_type != AppUserType::Unspecified)];
        let set = set.into_iter().chain([("identityUserId", !new.identity_user_id.is_empty())]);
        named = set.filter(|(_, set)| *set).map(|(name, _)| name.to_owned()).collect();
    }
    if let Some(other) = named.iter().find(|name| !matches!(name.as_str(), "appUserType" | "identityUserId")) {
        return Err(asked.invalid("updateMask", &format!("{other} cannot be updated")));
    }
    let is_named = |name: &str| named.iter().any(|known| known == name);
    let kind = match new.app_user_type {
        AppUserType::Unspecified => None,
        AppUserType::User => Some(Kind::User),
        AppUserType::ServiceAccount => Some(Kind::ServiceAccount),
        AppUserType::SystemAccount => Some(Kind::SystemAccount),
    };
    let owner = asked.optional_id("identityUserId", &new.identity_user_id)?;
    Ok(EditAccount {
        app: at.0,
        account: at.1,
        kind: is_named("appUserType").then_some(kind),
        owner: is_named("identityUserId").then_some(owner),
    })
}

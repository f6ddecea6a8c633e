//! Offboarding workflows.

use serde::Serialize;
use utoipa::ToSchema;

use super::saas::authentication_type;
use super::{View, instant};
use crate::company::{App, SignIn};
use crate::kernel::Id;
use crate::vendors::grip::lifecycle::word;
use crate::vendors::grip::model::{Offboarded, OffboardedAccount, Offboarding, Removal, RemovalState};

/// An offboarding in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffboardingSummary {
    pub workflow_id: String,
    pub status: String,
    pub created_by: String,
    pub started_at: String,
    pub completed_at: Option<String>,
    pub workflow_name: String,
    pub number_of_employees: usize,
}

/// An offboarding, user by user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffboardingStatus {
    #[serde(flatten)]
    pub summary: OffboardingSummary,
    pub results: Vec<OffboardingUserResult>,
}

/// One user of an offboarding, account by account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffboardingUserResult {
    pub user_mail: String,
    pub user_full_name: Option<String>,
    pub user_display_name: Option<String>,
    pub status: String,
    pub status_reason: Option<String>,
    pub saas_results: Vec<OffboardingSaasResult>,
}

/// One account that Grip is to remove.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffboardingSaasResult {
    pub saas_id: String,
    pub saas_name: String,
    pub saas_user_id: String,
    pub enhanced_mode: bool,
    pub result: String,
}

/// One user of an offboarding, sorted by what is to become of their accounts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffboardedUserStatus {
    pub user_mail: String,
    pub user_full_name: Option<String>,
    pub status: String,
    pub started_at: Option<String>,
    pub completed_at: Option<String>,
    pub results: OffboardedUserResults,
}

/// The accounts of an offboarded user.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffboardedUserResults {
    pub supported_for_access_removal: Vec<SupportedRemoval>,
    pub unsupported_for_access_removal: Vec<UnsupportedRemoval>,
    pub idp_connected: Vec<IdpConnected>,
}

/// An account that Grip removes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportedRemoval {
    pub saas_id: String,
    pub saas_name: String,
    pub access_removal_result: String,
}

/// An account that Grip cannot remove.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnsupportedRemoval {
    pub saas_id: String,
    pub saas_name: String,
}

/// An account behind the identity provider.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdpConnected {
    pub saas_id: String,
    pub saas_name: String,
    pub idp_provider: String,
    /// The vendor's spelling.
    #[serde(rename = "autType")]
    pub auth_type: String,
}

impl View<'_> {
    /// An offboarding in a list.
    pub fn offboarding_summary(&self, offboarding: &Offboarding) -> OffboardingSummary {
        OffboardingSummary {
            workflow_id: offboarding.id.dashed(),
            status: word(&offboarding.state),
            created_by: offboarding.created_by.clone(),
            started_at: instant(offboarding.started),
            completed_at: offboarding.completed.map(instant),
            workflow_name: offboarding.name.clone(),
            number_of_employees: offboarding.users.len(),
        }
    }

    /// An offboarding, user by user.
    pub fn offboarding(&self, offboarding: &Offboarding) -> OffboardingStatus {
        let results = offboarding.users.iter().map(|user| self.user_result(user)).collect();
        OffboardingStatus { summary: self.offboarding_summary(offboarding), results }
    }

    /// One user of an offboarding.
    pub fn offboarded(&self, user: &Offboarded) -> OffboardedUserStatus {
        let person = self.company.people().get(&user.user);
        let mut results = OffboardedUserResults::default();
        for account in &user.accounts {
            let (saas_id, saas_name) = (account.app.dashed(), self.app_name(account.app));
            match &account.removal {
                Removal::ByProvider { provider } => {
                    let sign_in = self.company.accounts().get(&account.account).map(|account| account.sign_in);
                    let auth_type = authentication_type(sign_in.unwrap_or(SignIn::Sso)).to_owned();
                    let idp_provider = provider.clone();
                    results.idp_connected.push(IdpConnected { saas_id, saas_name, idp_provider, auth_type });
                }
                Removal::ByGrip { state: RemovalState::Unsupported, .. } => {
                    results.unsupported_for_access_removal.push(UnsupportedRemoval { saas_id, saas_name });
                }
                Removal::ByGrip { state, .. } => {
                    let access_removal_result = word(state);
                    let row = SupportedRemoval { saas_id, saas_name, access_removal_result };
                    results.supported_for_access_removal.push(row);
                }
            }
        }
        OffboardedUserStatus {
            user_mail: person.map(|person| person.mail.clone()).unwrap_or_default(),
            user_full_name: person.map(|person| person.name()),
            status: word(&user.state),
            started_at: user.started.map(instant),
            completed_at: user.completed.map(instant),
            results,
        }
    }

    fn user_result(&self, user: &Offboarded) -> OffboardingUserResult {
        let person = self.company.people().get(&user.user);
        let name = person.map(|person| person.name());
        OffboardingUserResult {
            user_mail: person.map(|person| person.mail.clone()).unwrap_or_default(),
            user_full_name: name.clone(),
            user_display_name: name,
            status: word(&user.state),
            status_reason: user.reason.clone(),
            saas_results: user.accounts.iter().filter_map(|account| self.saas_result(account)).collect(),
        }
    }

    fn saas_result(&self, account: &OffboardedAccount) -> Option<OffboardingSaasResult> {
        let Removal::ByGrip { state, enhanced, .. } = &account.removal else { return None };
        Some(OffboardingSaasResult {
            saas_id: account.app.dashed(),
            saas_name: self.app_name(account.app),
            saas_user_id: account.account.dashed(),
            enhanced_mode: *enhanced,
            result: word(state),
        })
    }

    fn app_name(&self, app: Id<App>) -> String {
        self.company.apps().get(&app).map(|app| app.name.clone()).unwrap_or_default()
    }
}

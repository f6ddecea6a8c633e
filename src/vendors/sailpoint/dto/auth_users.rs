//! What the sign-in service knows about an identity (contract, section 11.5).

use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use crate::company::Person;
use crate::vendors::sailpoint::model::UserLevel;

/// `AuthUser`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthUser {
    pub tenant: String,
    pub id: String,
    pub uid: String,
    pub profile: String,
    pub identification_number: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub work_phone: Option<String>,
    pub personal_email: Option<String>,
    pub firstname: Option<String>,
    pub lastname: Option<String>,
    pub display_name: String,
    pub alias: String,
    pub last_password_change_date: Option<String>,
    /// Milliseconds since the epoch; 0 for never.
    pub last_login_timestamp: i64,
    pub current_login_timestamp: i64,
    pub last_unlock_timestamp: Option<String>,
    pub capabilities: Option<Vec<&'static str>>,
}

impl View<'_> {
    /// What the sign-in service of `tenant` knows about somebody.
    pub fn auth_user(&self, tenant: &str, person: &Person) -> AuthUser {
        let levels = self.org.levels.get(&person.id).map(|row| row.levels.clone()).unwrap_or_default();
        let used = self.company.accounts_of(person.id).filter_map(|account| {
            let app = self.company.apps().get(&account.app)?;
            account.last_used.filter(|_| app.identity_provider)
        });
        let login = used.max().map_or(0, |at| at.as_micros().div_euclid(1000));
        AuthUser {
            tenant: tenant.to_owned(),
            id: person.id.hex(),
            uid: person.slug.clone(),
            profile: person.id.hex(),
            identification_number: Some(person.employee_number.clone()),
            email: Some(person.mail.clone()),
            phone: person.phone.clone(),
            work_phone: person.phone.clone(),
            personal_email: None,
            firstname: Some(person.given.clone()),
            lastname: Some(person.family.clone()),
            display_name: person.name(),
            alias: person.slug.clone(),
            last_password_change_date: None,
            last_login_timestamp: login,
            current_login_timestamp: login,
            last_unlock_timestamp: None,
            capabilities: Some(levels.into_iter().filter_map(capability).collect()),
        }
    }
}

/// The capability that gives a level; some levels come otherwise.
fn capability(level: UserLevel) -> Option<&'static str> {
    Some(match level {
        UserLevel::OrgAdmin => "ORG_ADMIN",
        UserLevel::SourceAdmin => "SOURCE_ADMIN",
        UserLevel::SourceSubadmin => "SOURCE_SUBADMIN",
        UserLevel::RoleAdmin => "ROLE_ADMIN",
        UserLevel::RoleSubadmin => "ROLE_SUBADMIN",
        UserLevel::Helpdesk => "HELPDESK",
        UserLevel::CertAdmin => "CERT_ADMIN",
        UserLevel::ReportAdmin => "REPORT_ADMIN",
        UserLevel::Dashboard | UserLevel::SodPolicyAdmin => return None,
    })
}

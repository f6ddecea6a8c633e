//! Applications, and accounts in them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{User, View, instant, percentage};
use crate::company::{Account, AccountStatus, App, EntitlementKey, EntitlementKind, Person, SignIn, Tallied, Tally};
use crate::kernel::Id;
use crate::vendors::grip::lifecycle::removal_support;
use crate::vendors::grip::model::SaasProfile;

/// A SaaS application.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Saas {
    pub id: String,
    pub name: String,
    pub url: Option<String>,
    pub logo_url: Option<String>,
    pub grip_data: SaasGripData,
}

/// What Grip knows about an application. The last ten fields are missing from the vendor's page,
/// and read by real clients.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaasGripData {
    /// The length of the application's roster.
    pub number_of_users: u32,
    /// Those whose access is live.
    pub number_of_onboarded_users: u32,
    /// Those whose access was removed.
    pub number_of_offboarded_users: u32,
    /// A number here, a string at the user.
    #[serde(rename = "SSOPercentage")]
    pub sso_percentage: u32,
    /// `supported` or `unsupported`.
    pub access_removal_support: Option<&'static str>,
    /// 0 to 100.
    pub risk_score: u8,
    /// Null until somebody decided.
    pub sanction_tag: Option<String>,
    pub labels: Vec<String>,
    /// The vendor's spelling.
    #[serde(rename = "buisnessOwner")]
    pub business_owner: Option<String>,
    pub category: Option<String>,
    pub app_instances_count: u32,
    pub source_platforms: Vec<String>,
    pub last_known_usage: Option<String>,
    #[schema(value_type = Vec<Object>)]
    pub assets: Vec<Value>,
    pub compliances: Vec<String>,
    pub primary_contact: PrimaryContact,
    pub first_event_time: Option<String>,
    /// Moves on every change of the roster.
    pub latest_event_time: Option<String>,
    pub unique_scopes_count: usize,
    pub mfa_supported: bool,
    pub saml_supported: BTreeMap<String, bool>,
    pub ai_depth: AiDepth,
    pub oauth_scopes: OauthScopes,
    pub saas_users_roles: Vec<String>,
    pub terms_and_conditions: TermsAndConditions,
    /// A letter.
    pub security_scorecard_rating: Option<String>,
}

/// Whom to ask; an object always, with nulls when nobody is set.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrimaryContact {
    pub name: Option<String>,
    pub email: Option<String>,
    pub user_id: Option<String>,
}

/// How much of an application is AI.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiDepth {
    pub level: Option<String>,
    pub description: Option<String>,
}

/// Granted OAuth scopes, by the harm that they can do.
#[derive(Debug, Serialize, ToSchema)]
pub struct OauthScopes {
    pub total: usize,
    pub high: ScopeList,
    pub medium: ScopeList,
    pub low: ScopeList,
}

/// Scopes of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScopeList {
    pub count: usize,
    pub scopes: Vec<String>,
}

/// What an application's terms say.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsAndConditions {
    pub questions: BTreeMap<String, String>,
    pub references: Vec<String>,
}

/// One person's account in one application. The vendor's page shows `{}`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaasUser {
    pub id: String,
    pub saas_id: String,
    pub user_id: String,
    /// `SAML 2.0` and `Credentials` were seen.
    pub authentication_type: Option<&'static str>,
    #[serde(rename = "SSO")]
    pub sso: bool,
    pub unique_scopes_count: usize,
    pub first_event_time: Option<String>,
    pub latest_event_time: Option<String>,
    pub last_usage: Option<String>,
    /// `active`, or `offboarded` once access was removed.
    pub status: &'static str,
}

/// An entry of an application's roster.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserForSaas {
    pub user: User,
    pub saas_user: SaasUser,
}

/// An entry of a user's roster.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaasForUser {
    pub saas: Saas,
    pub saas_user: SaasUser,
}

/// What clients read as the way an account signs in; only the first two words were seen.
pub fn authentication_type(sign_in: SignIn) -> &'static str {
    match sign_in {
        SignIn::Sso => "SAML 2.0",
        SignIn::Password => "Credentials",
        SignIn::Social => "Social Login",
        SignIn::Certificate => "Certificate",
    }
}

impl View<'_> {
    /// An application; `None` when Grip does not show it.
    pub fn saas(&self, app: Id<App>) -> Option<Saas> {
        let (profile, app) = (self.env.saas.get(&app)?, self.company.apps().get(&app)?);
        Some(Saas {
            id: app.id.dashed(),
            name: app.name.clone(),
            url: app.url.clone(),
            logo_url: profile.logo_url.clone(),
            grip_data: self.grip_data(app, profile),
        })
    }

    /// An account; `None` for one that is nobody's.
    pub fn saas_user(&self, account: &Account) -> Option<SaasUser> {
        let closed = account.status == AccountStatus::Closed;
        Some(SaasUser {
            id: account.id.dashed(),
            saas_id: account.app.dashed(),
            user_id: account.person?.dashed(),
            authentication_type: Some(authentication_type(account.sign_in)),
            sso: account.sign_in == SignIn::Sso,
            unique_scopes_count: self.company.grants_of(account.id).count(),
            first_event_time: Some(instant(account.created)),
            latest_event_time: Some(account.changed).max(account.last_used).map(instant),
            last_usage: account.last_used.map(instant),
            status: if closed { "offboarded" } else { "active" },
        })
    }

    fn grip_data(&self, app: &App, profile: &SaasProfile) -> SaasGripData {
        let tally = self.company.tally(Tallied::App(app.id));
        let Roster { onboarded, offboarded, sso } = Roster::of(&tally);
        let contact = profile.primary_contact.and_then(|person| self.company.people().get(&person));
        let entitlements = self.company.entitlements().with(EntitlementKey::App(app.id));
        let roles = entitlements.filter(|entitlement| entitlement.kind == EntitlementKind::Role);
        let scopes = |scopes: &Vec<String>| ScopeList { count: scopes.len(), scopes: scopes.clone() };
        SaasGripData {
            number_of_users: onboarded + offboarded,
            number_of_onboarded_users: onboarded,
            number_of_offboarded_users: offboarded,
            sso_percentage: percentage(sso, onboarded),
            access_removal_support: Some(if removal_support(app) { "supported" } else { "unsupported" }),
            risk_score: profile.risk_score,
            sanction_tag: profile.sanction.clone(),
            labels: profile.labels.clone(),
            business_owner: profile.business_owner.clone(),
            category: Some(app.category.clone()),
            app_instances_count: profile.instances,
            source_platforms: profile.source_platforms.clone(),
            last_known_usage: tally.used.map(instant),
            assets: profile.assets.clone(),
            compliances: profile.compliances.clone(),
            primary_contact: primary_contact(contact.map(|person| &**person)),
            first_event_time: tally.first.map(instant),
            latest_event_time: tally.changed.max(tally.used).map(instant),
            unique_scopes_count: profile.scopes.total(),
            mfa_supported: profile.mfa,
            saml_supported: profile.saml.clone(),
            ai_depth: AiDepth { level: Some(profile.ai.level.clone()), description: profile.ai.description.clone() },
            oauth_scopes: OauthScopes {
                total: profile.scopes.total(),
                high: scopes(&profile.scopes.high),
                medium: scopes(&profile.scopes.medium),
                low: scopes(&profile.scopes.low),
            },
            saas_users_roles: roles.map(|role| role.name.clone()).collect(),
            terms_and_conditions: TermsAndConditions {
                questions: profile.terms.questions.clone(),
                references: profile.terms.references.clone(),
            },
            security_scorecard_rating: profile.scorecard.clone(),
        }
    }
}

/// What an application's roster counts: the accounts that are somebody's.
struct Roster {
    onboarded: u32,
    offboarded: u32,
    sso: u32,
}

impl Roster {
    fn of(tally: &Tally) -> Self {
        Self {
            onboarded: tally.open.saturating_sub(tally.orphaned.open),
            offboarded: tally.closed.saturating_sub(tally.orphaned.closed),
            sso: tally.sso.saturating_sub(tally.orphaned.sso),
        }
    }
}

fn primary_contact(person: Option<&Person>) -> PrimaryContact {
    PrimaryContact {
        name: person.map(Person::name),
        email: person.map(|person| person.mail.clone()),
        user_id: person.map(|person| person.id.dashed()),
    }
}

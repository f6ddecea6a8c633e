//! People.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{View, instant, percentage};
use crate::company::{Account, AccountStatus, App, Person, Tallied, Tally};
use crate::vendors::grip::assumed::USER_TYPE;
use crate::vendors::grip::lifecycle::{mailbox, word};

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: String,
    pub mail: String,
    pub aliases: Vec<String>,
    pub full_name: Option<String>,
    pub display_name: Option<String>,
    pub organizational_unit: Option<String>,
    pub manager_email: Option<String>,
    pub grip_data: UserGripData,
    #[schema(value_type = Object)]
    pub custom_fields: Map<String, Value>,
    #[serde(rename = "type")]
    pub kind: Option<&'static str>,
}

/// What Grip knows about a user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserGripData {
    /// Digits in a string.
    pub number_of_saas: String,
    /// Digits in a string; a number at the application.
    #[serde(rename = "SSOPercentage")]
    pub sso_percentage: String,
    pub activity: Activity,
    pub labels: Vec<String>,
    pub first_event_time: Option<String>,
    pub latest_event_time: Option<String>,
    pub last_usage: Option<String>,
    /// Of the latest offboarding; null before any.
    pub offboarding_workflow_status: Option<String>,
    /// When that status was entered.
    pub offboarding_workflow_timestamp: Option<String>,
    pub roles: Vec<String>,
}

/// Where a user is active.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    pub platforms_activity: Vec<PlatformActivity>,
    pub has_active_mailbox: bool,
}

/// A user on one platform.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformActivity {
    pub platform: String,
    /// `active`, `suspended` or `deleted`; no source names the words.
    pub status: &'static str,
}

/// The id of whoever has an address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserIdResult {
    pub user_id: String,
}

impl View<'_> {
    /// A user.
    pub fn user(&self, person: &Person) -> User {
        let company = self.company;
        let department = company.profile().departments.iter().find(|department| department.slug == person.department);
        let manager = person.manager.and_then(|manager| company.people().get(&manager));
        User {
            id: person.id.dashed(),
            mail: person.mail.clone(),
            aliases: person.aliases.clone(),
            full_name: Some(person.name()),
            display_name: Some(person.name()),
            organizational_unit: department.map(|department| department.name.clone()),
            manager_email: manager.map(|manager| manager.mail.clone()),
            grip_data: self.user_data(person),
            custom_fields: custom_fields(person),
            kind: Some(USER_TYPE),
        }
    }

    fn user_data(&self, person: &Person) -> UserGripData {
        let tally = self.tally_of(person);
        let profile = self.env.users.get(&person.id);
        let stamp = profile.and_then(|profile| profile.offboarding);
        UserGripData {
            number_of_saas: (tally.open + tally.closed).to_string(),
            sso_percentage: percentage(tally.sso, tally.open).to_string(),
            activity: Activity {
                platforms_activity: self.platforms(person),
                has_active_mailbox: mailbox(self.env, self.company, person).is_some(),
            },
            labels: profile.map(|profile| profile.labels.clone()).unwrap_or_default(),
            first_event_time: tally.first.map(instant),
            latest_event_time: tally.changed.max(tally.used).map(instant),
            last_usage: tally.used.map(instant),
            offboarding_workflow_status: stamp.map(|stamp| word(&stamp.state)),
            offboarding_workflow_timestamp: stamp.map(|stamp| instant(stamp.at)),
            roles: profile.map(|profile| profile.roles.clone()).unwrap_or_default(),
        }
    }

    /// The company's counts of a person's accounts, counted anew only where Grip does not show
    /// every application.
    fn tally_of(&self, person: &Person) -> Tally {
        let of = Tallied::Person(person.id);
        if self.env.saas.len() == self.company.apps().len() {
            return self.company.tally(of);
        }
        let shown = self.company.accounts_of(person.id).filter(|account| self.env.saas.contains(&account.app));
        let mut tallies = Tally::recount(shown, |account| self.company.grants_of(account).count());
        tallies.remove(&of).unwrap_or_else(|| Tally::of(of))
    }

    fn platforms(&self, person: &Person) -> Vec<PlatformActivity> {
        let settings = self.env.settings();
        let activity = |slug: &String| {
            let app = self.company.apps().get(&App::id_of(slug))?;
            let accounts = self.company.accounts_of(person.id).filter(|account| account.app == app.id);
            let status = accounts.map(|account| standing(account)).min()?;
            Some(PlatformActivity { platform: app.name.clone(), status: status.1 })
        };
        settings.platforms.iter().filter_map(activity).collect()
    }
}

/// The better of several accounts counts.
fn standing(account: &Account) -> (u8, &'static str) {
    match account.status {
        AccountStatus::Active => (0, "active"),
        AccountStatus::Disabled | AccountStatus::Locked => (1, "suspended"),
        AccountStatus::Closed => (2, "deleted"),
    }
}

fn custom_fields(person: &Person) -> Map<String, Value> {
    let fields = [
        ("employeeNumber", json!(person.employee_number)),
        ("title", json!(person.title)),
        ("department", json!(person.department)),
        ("location", json!(person.location)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

//! What expressions see: the target user, the account, the entitlement, the task. Fields in camelCase and in
//! snake_case; enums as texts, and constants for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use cel::{Context, Value};
use serde::{Serialize, Serializer};
use serde_json::{Map, json};

use super::{ENV, functions};
use crate::company::{Account, AccountStatus, Company, Person, PersonKind, PersonStatus};
use crate::kernel::{Id, Span, Timestamp};
use crate::vendors::conductorone::model::{Domain, EntitlementRef, Origin, Task, TaskKind};
use crate::vendors::conductorone::wire::id;

/// The variables that exist, of rules and of approver expressions alike.
pub const VARIABLES: [&str; 9] = [
    "subject",
    "account",
    "entitlement",
    "task",
    "appOwners",
    "TaskOrigin",
    "UserStatus",
    "AppUserStatus",
    "AppUserType",
];

/// One task as expressions see it. Holds the world by pointer.
#[derive(Clone)]
pub struct Scene {
    pub(super) domain: Domain,
    pub(super) company: Company,
    pub(super) now: Timestamp,
    subject: Option<Id<Person>>,
    account: Option<Id<Account>>,
    entitlement: Option<EntitlementRef>,
    task: serde_json::Value,
}

impl Scene {
    /// What expressions about a task see.
    pub fn of(domain: &Domain, company: &Company, now: Timestamp, task: &Task) -> Self {
        Self {
            domain: domain.clone(),
            company: company.clone(),
            now,
            subject: task.subject,
            account: task.account(),
            entitlement: task.entitlement(),
            task: task_fields(task),
        }
    }

    /// What expressions about a user and nothing else see.
    pub fn about(domain: &Domain, company: &Company, now: Timestamp, subject: Option<Id<Person>>) -> Self {
        let task = serde_json::Value::Object(Map::new());
        let (domain, company) = (domain.clone(), company.clone());
        Self { domain, company, now, subject, account: None, entitlement: None, task }
    }

    /// The variables and functions.
    pub(super) fn context(&self) -> Context<'static, 'static> {
        let mut context = Context::with_env(Arc::clone(&ENV));
        let mut set = |name: &str, value: serde_json::Value| {
            context.add_variable_from_value(name, to_value(&value));
        };
        set("subject", self.subject.map_or_else(|| json!({}), |id| self.user(id)));
        set("account", self.account_fields());
        set("entitlement", self.entitlement_fields());
        set("task", self.task.clone());
        set("appOwners", self.app_owners());
        set("TaskOrigin", constants(&ORIGINS.map(|(_, word)| word)));
        set("UserStatus", constants(&["UNKNOWN", "ENABLED", "DISABLED", "DELETED"]));
        set("AppUserStatus", constants(&["UNSPECIFIED", "ENABLED", "DISABLED", "DELETED"]));
        set("AppUserType", constants(&["UNSPECIFIED", "USER", "SERVICE_ACCOUNT", "SYSTEM_ACCOUNT"]));
        functions::add(&mut context, self);
        context
    }

    /// A user as expressions see them.
    pub(super) fn user(&self, person: Id<Person>) -> serde_json::Value {
        let Some(person) = self.company.people().get(&person) else { return json!({}) };
        let profile = self.company.profile();
        let department = profile.departments.iter().find(|row| row.slug == person.department);
        let location = profile.locations.iter().find(|row| row.slug == person.location);
        let status = match person.status {
            PersonStatus::Active | PersonStatus::Leave => "ENABLED",
            PersonStatus::Prehire => "DISABLED",
            PersonStatus::Left => "DELETED",
        };
        let kind = match person.kind {
            PersonKind::Employee => "Employee",
            PersonKind::Contractor => "Contractor",
            PersonKind::Service => "Service",
        };
        let managers: Vec<_> = person.manager.into_iter().map(id::text).collect();
        let emails: Vec<_> = std::iter::once(&person.mail).chain(&person.aliases).collect();
        both_spellings(json!({
            "id": id::text(person.id),
            "displayName": person.name(),
            "username": person.slug,
            "email": person.mail,
            "emails": emails,
            "department": department.map_or(person.department.as_str(), |row| row.name.as_str()),
            "jobTitle": person.title,
            "employmentType": kind,
            "employmentStatus": format!("{:?}", person.status),
            "employeeIds": [person.employee_number],
            "managerIds": managers,
            "status": status,
            "profile": {
                "department": person.department,
                "location": person.location,
                "country": location.map_or("", |row| row.country.as_str()),
                "city": location.map_or("", |row| row.city.as_str()),
                "employeeNumber": person.employee_number,
                "title": person.title,
            },
        }))
    }

    fn account_fields(&self) -> serde_json::Value {
        let Some(account) = self.account.and_then(|id| self.company.accounts().get(&id)) else { return json!({}) };
        let status = match account.status {
            AccountStatus::Active => "ENABLED",
            AccountStatus::Disabled | AccountStatus::Locked => "DISABLED",
            AccountStatus::Closed => "DELETED",
        };
        both_spellings(json!({
            "id": id::text(account.id),
            "appId": id::text(account.app),
            "username": account.user_name,
            "email": account.mail.as_deref().unwrap_or_default(),
            "identityUserId": account.person.map(id::text).unwrap_or_default(),
            "status": status,
            "isPrivileged": account.privileged,
        }))
    }

    fn entitlement_fields(&self) -> serde_json::Value {
        let Some(at) = self.entitlement else { return json!({}) };
        let (row, own) = (self.domain.entitlements.get(&at), self.company.entitlements().get(&at.id));
        let name = row.map_or("", |row| row.name(own.map(|own| &**own)));
        both_spellings(json!({
            "id": id::text(at.id),
            "appId": id::text(at.app),
            "displayName": name,
            "slug": row.map_or("", |row| row.slug.as_str()),
            "alias": row.map_or("", |row| row.alias.as_str()),
            "description": own.map_or("", |own| own.description.as_str()),
            "riskLevelValueId": row.map_or("", |row| row.risk_level.as_str()),
            "isPrivileged": own.is_some_and(|own| own.privileged),
        }))
    }

    fn app_owners(&self) -> serde_json::Value {
        let app = self.entitlement.and_then(|at| self.domain.apps.get(&at.app));
        let owners = app.map(|app| app.owners.clone()).unwrap_or_default();
        owners.into_iter().map(|id| self.user(id)).collect()
    }
}

/// Constants of one enum, each by its name.
fn constants(names: &[&str]) -> serde_json::Value {
    json!(names.iter().map(|name| (*name, *name)).collect::<BTreeMap<_, _>>())
}

/// Every origin, and its constant.
const ORIGINS: [(Origin, &str); 9] = [
    (Origin::Api, "API"),
    (Origin::Webapp, "WEBAPP"),
    (Origin::Slack, "SLACK"),
    (Origin::TimeRevoke, "TIME_REVOKE"),
    (Origin::NonUsageRevoke, "NON_USAGE_REVOKE"),
    (Origin::ProfileMembershipAutomation, "PROFILE_MEMBERSHIP_AUTOMATION"),
    (Origin::Automation, "AUTOMATION"),
    (Origin::AccessReview, "ACCESS_REVIEW"),
    (Origin::CascadeDelete, "CASCADE_DELETE"),
];

fn task_fields(task: &Task) -> serde_json::Value {
    let origin = ORIGINS.iter().find(|(origin, _)| *origin == task.origin).map_or("", |(_, word)| word);
    let duration = match &task.kind {
        TaskKind::Grant(grant) => grant.duration,
        _ => None,
    };
    let mut fields = both_spellings(json!({
        "id": id::text(task.id),
        "numericId": task.number,
        "origin": origin,
        "description": task.description,
        "isEmergency": task.emergency,
        "isGrantPermanent": matches!(task.kind, TaskKind::Grant(_)) && duration.is_none(),
        "requestorUserId": task.created_by.map(id::text).unwrap_or_default(),
        "subjectUserId": task.subject.map(id::text).unwrap_or_default(),
        "data": task.data,
    }));
    for name in ["grantDuration", "grant_duration"] {
        fields[name] = json!({DURATION: duration.unwrap_or(Span::ZERO).as_seconds()});
    }
    fields
}

/// Marks a length of time in seconds among JSON values, which have none.
const DURATION: &str = "@duration";

/// Every field under its camelCase name and its snake_case name.
fn both_spellings(mut fields: serde_json::Value) -> serde_json::Value {
    if let Some(fields) = fields.as_object_mut() {
        let others: Vec<_> = fields.iter().map(|(name, value)| (snake_case(name), value.clone())).collect();
        fields.extend(others);
    }
    fields
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// A JSON value as the evaluator's: whole numbers as `int`.
pub(super) fn to_value(json: &serde_json::Value) -> Value {
    cel::to_value(Shown(json)).unwrap_or(Value::Null)
}

struct Shown<'a>(&'a serde_json::Value);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(whole) => serializer.serialize_i64(whole),
                None => serializer.serialize_f64(number.as_f64().unwrap_or_default()),
            },
            serde_json::Value::Array(values) => serializer.collect_seq(values.iter().map(Shown)),
            serde_json::Value::Object(fields) => match fields.get(DURATION).and_then(serde_json::Value::as_i64) {
                Some(seconds) => {
                    cel::Duration(chrono::Duration::try_seconds(seconds).unwrap_or_default()).serialize(serializer)
                }
                None => serializer.collect_map(fields.iter().map(|(name, value)| (name, Shown(value)))),
            },
            other => other.serialize(serializer),
        }
    }
}

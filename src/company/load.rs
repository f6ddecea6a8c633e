//! Reads the company from its seed files: relative dates become instants, slugs become ids, and
//! every mistake is named with its file, its row and the nearest name that exists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use super::access::{Account, AccountStatus, Grant, GrantId, Reason, Strength};
use super::apps::{App, Entitlement, EntitlementKind, Removal, SignIn};
use super::people::{Person, PersonKind, PersonStatus};
use super::seed::{Mistakes, Seed};
use super::tally::Tally;
use super::{Company, Profile};
use crate::kernel::{Id, Span, Timestamp};

const COMPANY: &str = "company.json";
const PEOPLE: &str = "people.json";
const APPS: &str = "apps.json";
const GRANTS: &str = "grants.json";

/// Who gives the reason for a grant that was found in its application.
pub const FOUND_BY: &str = "application";

#[derive(Deserialize)]
struct PeopleFile {
    people: Vec<PersonRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PersonRow {
    slug: String,
    given: String,
    family: String,
    kind: PersonKind,
    status: PersonStatus,
    title: String,
    department: String,
    location: String,
    manager: Option<String>,
    mail: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    phone: Option<String>,
    #[serde(default)]
    employee_number: String,
    start: Span,
    end: Option<Span>,
}

#[derive(Deserialize)]
struct AppsFile {
    apps: Vec<AppRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AppRow {
    slug: String,
    name: String,
    publisher: String,
    description: String,
    url: Option<String>,
    category: String,
    owners: Vec<String>,
    sign_in: SignIn,
    #[serde(default)]
    identity_provider: bool,
    #[serde(default)]
    on_premises: bool,
    removal: Removal,
    #[serde(default)]
    governed_by: Vec<String>,
    entitlements: Vec<EntitlementRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EntitlementRow {
    slug: String,
    name: String,
    kind: EntitlementKind,
    attribute: String,
    description: String,
    #[serde(default)]
    privileged: bool,
    owner: Option<String>,
}

#[derive(Deserialize)]
struct GrantsFile {
    apps: Vec<AppAccounts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AppAccounts {
    app: String,
    accounts: Vec<AccountRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AccountRow {
    person: Option<String>,
    user: String,
    mail: Option<String>,
    status: Option<AccountStatus>,
    sign_in: Option<SignIn>,
    since: Span,
    last_used: Option<Span>,
    #[serde(default)]
    privileged: bool,
    #[serde(default)]
    entitlements: Vec<Held>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Held {
    Slug(String),
    Since { slug: String, since: Span },
}

impl Company {
    /// The company of a seed folder as it stands at `opening`.
    ///
    /// # Errors
    /// Every mistake in the files, when there is one.
    pub fn load(seed: &Seed, opening: Timestamp) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let profile: Profile = seed.read(COMPANY, &mut mistakes).unwrap_or_default();
        for name in [COMPANY, PEOPLE, APPS, GRANTS].into_iter().filter(|name| seed.file(name).is_none()) {
            mistakes.note(name, "file", "it is missing");
        }
        let people = seed.read::<PeopleFile>(PEOPLE, &mut mistakes).map_or_else(Vec::new, |file| file.people);
        let apps = seed.read::<AppsFile>(APPS, &mut mistakes).map_or_else(Vec::new, |file| file.apps);
        let grants = seed.read::<GrantsFile>(GRANTS, &mut mistakes).map_or_else(Vec::new, |file| file.apps);
        let mut loading = Loading { company: Self::called(profile), opening, mistakes };
        loading.people(people);
        loading.apps(apps);
        loading.access(grants);
        let Loading { mut company, mistakes, .. } = loading;
        company.tally_all();
        mistakes.or(company)
    }

    /// Counts everything anew: after loading rows without the verbs.
    pub(super) fn tally_all(&mut self) {
        // Accounts and grants both come by the account's id, so one walk over each is enough.
        let mut grants = self.grants.iter().peekable();
        let held_by = |account| {
            let of_it = std::iter::from_fn(|| grants.next_if(|grant| grant.id.account == account));
            of_it.count()
        };
        let tallies = Tally::recount(self.accounts.iter(), held_by);
        self.tallies = tallies.into_values().collect();
    }
}

/// Accounts and grants on their way into their tables.
#[derive(Default)]
struct Access {
    accounts: BTreeMap<Id<Account>, Account>,
    grants: Vec<Grant>,
}

struct Loading {
    company: Company,
    opening: Timestamp,
    mistakes: Mistakes,
}

impl Loading {
    fn people(&mut self, rows: Vec<PersonRow>) {
        let slugs: BTreeSet<&str> = rows.iter().map(|row| row.slug.as_str()).collect();
        let profile = self.company.profile.clone();
        for row in &rows {
            if let Some(manager) = row.manager.as_deref().filter(|slug| !slugs.contains(slug)) {
                self.mistakes.unknown(PEOPLE, &row.slug, "person", manager, slugs.iter().copied());
            }
            let mut departments = profile.departments.iter().map(|department| department.slug.as_str());
            if !departments.clone().any(|slug| slug == row.department) {
                self.mistakes.unknown(PEOPLE, &row.slug, "department", &row.department, departments.by_ref());
            }
            let mut locations = profile.locations.iter().map(|location| location.slug.as_str());
            if !locations.clone().any(|slug| slug == row.location) {
                self.mistakes.unknown(PEOPLE, &row.slug, "location", &row.location, locations.by_ref());
            }
        }
        for row in rows {
            let id = Person::id_of(&row.slug);
            if self.company.people.contains(&id) {
                self.mistakes.note(PEOPLE, &row.slug, "there is a person of this slug already");
            }
            let start = self.opening + row.start;
            self.company.people.put(Person {
                id,
                kind: row.kind,
                status: row.status,
                mail: row.mail.unwrap_or_else(|| format!("{}@{}", row.slug, profile.domain)),
                slug: row.slug,
                given: row.given,
                family: row.family,
                aliases: row.aliases,
                title: row.title,
                department: row.department,
                location: row.location,
                manager: row.manager.as_deref().map(Person::id_of),
                phone: row.phone,
                employee_number: row.employee_number,
                start,
                end: row.end.map(|end| self.opening + end),
                created: start.min(self.opening),
                changed: start.min(self.opening),
                version: 0,
            });
        }
        self.managers_end_at_the_top();
    }

    fn managers_end_at_the_top(&mut self) {
        let people = &self.company.people;
        for person in people.iter() {
            let mut above = person.manager;
            let steps = std::iter::from_fn(|| {
                above = people.get(&above?)?.manager;
                Some(above)
            });
            if steps.take(people.len()).any(|above| above == Some(person.id)) {
                self.mistakes.note(PEOPLE, &person.slug, "they report to themselves, by way of others");
            }
        }
    }

    fn apps(&mut self, rows: Vec<AppRow>) {
        for row in rows {
            let id = App::id_of(&row.slug);
            if self.company.apps.contains(&id) {
                self.mistakes.note(APPS, &row.slug, "there is an application of this slug already");
            }
            let owners = row.owners.iter().map(String::as_str);
            let owners: Vec<_> = owners.filter_map(|slug| self.person(APPS, &row.slug, slug)).collect();
            for entitlement in row.entitlements {
                self.entitlement(id, &row.slug, entitlement);
            }
            let created = self.opening + Span::days(-1500);
            self.company.apps.put(App {
                id,
                slug: row.slug,
                name: row.name,
                publisher: row.publisher,
                description: row.description,
                url: row.url,
                category: row.category,
                owners,
                sign_in: row.sign_in,
                identity_provider: row.identity_provider,
                on_premises: row.on_premises,
                removal: row.removal,
                governed_by: row.governed_by,
                created,
                changed: created,
                version: 0,
            });
        }
    }

    fn entitlement(&mut self, app: Id<App>, app_slug: &str, row: EntitlementRow) {
        let path = format!("{app_slug}/{}", row.slug);
        let id = Entitlement::id_of(&path);
        if self.company.entitlements.contains(&id) {
            self.mistakes.note(APPS, &path, "there is an entitlement of this slug already");
        }
        let owner = row.owner.as_deref().and_then(|slug| self.person(APPS, &path, slug));
        let created = self.opening + Span::days(-1500);
        self.company.entitlements.put(Entitlement {
            id,
            app,
            slug: row.slug,
            name: row.name,
            description: row.description,
            kind: row.kind,
            attribute: row.attribute,
            privileged: row.privileged,
            owner,
            created,
            changed: created,
            version: 0,
        });
    }

    fn access(&mut self, rows: Vec<AppAccounts>) {
        let found: Reason = Reason {
            by: FOUND_BY.into(),
            what: FOUND_BY.into(),
            strength: Strength::Found,
            since: self.opening,
            until: None,
        };
        let mut found_access = Access::default();
        for AppAccounts { app, accounts } in rows {
            let Some(app_row) = self.company.apps.get(&App::id_of(&app)).cloned() else {
                let apps: Vec<_> = self.company.apps.iter().cloned().collect();
                self.mistakes.unknown(GRANTS, &app, "application", &app, apps.iter().map(|app| app.slug.as_str()));
                continue;
            };
            let entitlements = self.company.entitlements.with(super::EntitlementKey::App(app_row.id));
            let entitlements: BTreeMap<String, Id<Entitlement>> =
                entitlements.map(|entitlement| (entitlement.slug.clone(), entitlement.id)).collect();
            for row in accounts {
                self.account(&app_row, &entitlements, &found, row, &mut found_access);
            }
        }
        self.company.accounts.extend(found_access.accounts.into_values());
        self.company.grants.extend(found_access.grants);
    }

    fn account(
        &mut self,
        app: &App,
        entitlements: &BTreeMap<String, Id<Entitlement>>,
        found: &Reason,
        row: AccountRow,
        access: &mut Access,
    ) {
        let place = format!("{}/{}", app.slug, row.user);
        let id = Account::id_of(&app.slug, &row.user);
        if access.accounts.contains_key(&id) {
            self.mistakes.note(GRANTS, &place, "there is an account of this user already");
        }
        let since = self.opening + row.since;
        for held in row.entitlements {
            let (slug, since) = match held {
                Held::Slug(slug) => (slug, since),
                Held::Since { slug, since } => (slug, self.opening + since),
            };
            let Some(entitlement) = entitlements.get(&slug) else {
                self.mistakes.unknown(GRANTS, &place, "entitlement", &slug, entitlements.keys().map(String::as_str));
                continue;
            };
            let id = GrantId { account: id, entitlement: *entitlement };
            access.grants.push(Grant { id, since, reasons: vec![Reason { since, ..found.clone() }] });
        }
        let person = row.person.as_deref().and_then(|slug| self.person(GRANTS, &place, slug));
        let account = Account {
            id,
            app: app.id,
            person,
            user_name: Arc::from(row.user),
            mail: row.mail,
            status: row.status.unwrap_or(AccountStatus::Active),
            sign_in: row.sign_in.unwrap_or(app.sign_in),
            privileged: row.privileged,
            last_used: row.last_used.map(|used| self.opening + used),
            created: since,
            changed: since,
            version: 0,
        };
        access.accounts.insert(id, account);
    }

    fn person(&mut self, file: &str, row: &str, slug: &str) -> Option<Id<Person>> {
        let id = Person::id_of(slug);
        if self.company.people.contains(&id) {
            return Some(id);
        }
        let people: Vec<_> = self.company.people.iter().cloned().collect();
        self.mistakes.unknown(file, row, "person", slug, people.iter().map(|person| person.slug.as_str()));
        None
    }
}

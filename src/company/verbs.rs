//! The only way to change the company. Each verb reports what it did as one event.

use std::sync::Arc;

use serde_json::json;

use super::Company;
use super::access::{Account, AccountKey, AccountStatus, Grant, GrantId, Past, Reason};
use super::apps::{App, Entitlement, SignIn};
use super::people::{Person, PersonKind, PersonStatus};
use super::tally::{Tallied, Tally};
use crate::kernel::{Chronicle, Id, Timestamp};

/// How many ended grants are remembered; the oldest go first.
pub const PAST_MAX: usize = 50_000;

/// Why a verb cannot be carried out. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// There is nobody with this id.
    #[error("there is no person {0}")]
    NoSuchPerson(Id<Person>),
    /// There is no application with this id.
    #[error("there is no application {0}")]
    NoSuchApp(Id<App>),
    /// There is no account with this id, or it is closed.
    #[error("there is no open account {0}")]
    NoSuchAccount(Id<Account>),
    /// There is no entitlement with this id, or it belongs to another application.
    #[error("there is no entitlement {0} in the account's application")]
    NoSuchEntitlement(Id<Entitlement>),
    /// Somebody has this slug already.
    #[error("there is a person called `{0}` already")]
    NameTaken(String),
    /// A person would end up above themselves.
    #[error("{0} would report to themselves")]
    ManagesThemselves(Id<Person>),
}

/// What HR knows of somebody on the day of hiring.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// User name and handle.
    pub slug: String,
    /// What they are to the company.
    pub kind: PersonKind,
    /// First name.
    pub given: String,
    /// Last name.
    pub family: String,
    /// Work mail address; from the slug and the company's domain when absent.
    pub mail: Option<String>,
    /// Job title.
    pub title: String,
    /// Slug of the department.
    pub department: String,
    /// Slug of the site.
    pub location: String,
    /// Whom they report to.
    pub manager: Option<Id<Person>>,
    /// First day; a prehire until then.
    pub start: Timestamp,
}

/// What may change about somebody; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonChange {
    /// User name and handle; the id stays.
    pub slug: Option<String>,
    /// First name.
    pub given: Option<String>,
    /// Last name.
    pub family: Option<String>,
    /// Work mail address.
    pub mail: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// Slug of the department.
    pub department: Option<String>,
    /// Slug of the site.
    pub location: Option<String>,
    /// Whom they report to; the inner `None` for nobody.
    pub manager: Option<Option<Id<Person>>>,
    /// Work telephone; the inner `None` for no number.
    pub phone: Option<Option<String>>,
    /// Where they stand between hiring and leaving.
    pub status: Option<PersonStatus>,
}

/// What an application is told when an account is opened.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The application.
    pub app: Id<App>,
    /// Whose it will be.
    pub person: Option<Id<Person>>,
    /// Its name in the application.
    pub user_name: String,
    /// Its mail address in the application.
    pub mail: Option<String>,
    /// How its user signs in.
    pub sign_in: SignIn,
}

impl Company {
    /// Hires somebody. The id follows from the slug, unless somebody of another slug has it.
    ///
    /// # Errors
    /// When the slug is taken or the manager unknown.
    pub fn hire(&mut self, log: &mut Chronicle, new: NewPerson) -> Result<Id<Person>, Impossible> {
        let usual = Person::id_of(&new.slug);
        let renamed = self.people.get(&usual).is_some_and(|person| person.slug != new.slug);
        let id = if renamed { log.id("company/person") } else { usual };
        self.hire_as(log, id, new)
    }

    /// Hires somebody under an id that whoever asks has chosen.
    ///
    /// # Errors
    /// When the id or the slug is taken, or the manager unknown.
    pub fn hire_as(&mut self, log: &mut Chronicle, id: Id<Person>, new: NewPerson) -> Result<Id<Person>, Impossible> {
        if self.people.contains(&id) || self.person_named(&new.slug).is_some() {
            return Err(Impossible::NameTaken(new.slug));
        }
        self.check_manager(id, new.manager)?;
        let now = log.now();
        let mail = new.mail.unwrap_or_else(|| format!("{}@{}", new.slug, self.profile.domain));
        let person = Person {
            id,
            kind: new.kind,
            status: if new.start > now { PersonStatus::Prehire } else { PersonStatus::Active },
            given: new.given,
            family: new.family,
            mail,
            aliases: Vec::new(),
            title: new.title,
            department: new.department,
            location: new.location,
            manager: new.manager,
            phone: None,
            employee_number: format!("{:06}", 100_000 + self.people.len()),
            start: new.start,
            end: None,
            created: now,
            changed: now,
            version: 0,
            slug: new.slug,
        };
        log.emit("person.hired", id, json!({"name": person.name(), "slug": person.slug}));
        self.people.put(person);
        Ok(id)
    }

    /// Changes what HR knows about somebody.
    ///
    /// # Errors
    /// When there is no such person, the slug is another's, or the manager is unknown or below them.
    pub fn change(&mut self, log: &mut Chronicle, id: Id<Person>, change: PersonChange) -> Result<(), Impossible> {
        let mut person = self.person(id)?;
        if let Some(manager) = change.manager {
            self.check_manager(id, manager)?;
            person.manager = manager;
        }
        if let Some(taken) = change.slug.as_deref().and_then(|slug| self.person_named(slug)).filter(|one| one.id != id)
        {
            return Err(Impossible::NameTaken(taken.slug.clone()));
        }
        let texts = [
            (&mut person.slug, change.slug),
            (&mut person.given, change.given),
            (&mut person.family, change.family),
            (&mut person.mail, change.mail),
            (&mut person.title, change.title),
            (&mut person.department, change.department),
            (&mut person.location, change.location),
        ];
        for (field, new) in texts {
            if let Some(new) = new {
                *field = new;
            }
        }
        person.phone = change.phone.unwrap_or(person.phone);
        person.status = change.status.unwrap_or(person.status);
        self.put_person(log, person, "person.changed");
        Ok(())
    }

    /// Somebody leaves today. Their accounts stay until somebody closes them.
    ///
    /// # Errors
    /// When there is no such person.
    pub fn leave(&mut self, log: &mut Chronicle, id: Id<Person>) -> Result<(), Impossible> {
        let mut person = self.person(id)?;
        person.status = PersonStatus::Left;
        person.end = Some(log.now());
        self.put_person(log, person, "person.left");
        Ok(())
    }

    /// Opens an account.
    ///
    /// # Errors
    /// When the application or the person is unknown.
    pub fn open_account(&mut self, log: &mut Chronicle, new: NewAccount) -> Result<Id<Account>, Impossible> {
        if !self.apps.contains(&new.app) {
            return Err(Impossible::NoSuchApp(new.app));
        }
        if let Some(person) = new.person {
            self.person(person)?;
        }
        let (id, now) = (log.id("company/account"), log.now());
        let account = Account {
            id,
            app: new.app,
            person: new.person,
            user_name: new.user_name.into(),
            mail: new.mail,
            status: AccountStatus::Active,
            sign_in: new.sign_in,
            privileged: false,
            last_used: None,
            created: now,
            changed: now,
            version: 0,
        };
        log.emit("account.opened", id, json!({"app": account.app, "person": account.person}));
        self.put_account(account);
        Ok(id)
    }

    /// Switches an account off; what it holds stays.
    ///
    /// # Errors
    /// When there is no such open account.
    pub fn disable_account(&mut self, log: &mut Chronicle, id: Id<Account>) -> Result<(), Impossible> {
        self.set_account(log, id, AccountStatus::Disabled, "account.disabled")
    }

    /// Switches an account on again.
    ///
    /// # Errors
    /// When there is no such open account.
    pub fn enable_account(&mut self, log: &mut Chronicle, id: Id<Account>) -> Result<(), Impossible> {
        self.set_account(log, id, AccountStatus::Active, "account.enabled")
    }

    /// Says whose an account is; nobody's with `None`.
    ///
    /// # Errors
    /// When there is no such open account, or no such person.
    pub fn assign_account(
        &mut self,
        log: &mut Chronicle,
        id: Id<Account>,
        owner: Option<Id<Person>>,
    ) -> Result<(), Impossible> {
        let mut account = self.account(id)?;
        if let Some(owner) = owner {
            self.person(owner)?;
        }
        let before = account.person;
        account.person = owner;
        log.emit("account.assigned", id, json!({"app": account.app, "from": before, "to": owner}));
        account.changed = log.now();
        account.version += 1;
        self.accounts.put(account.clone());
        // Dates of a tally only widen, so what is left behind is counted anew.
        let people = [before, owner].into_iter().flatten().map(Tallied::Person);
        for of in people.chain([Tallied::App(account.app)]) {
            self.tallies.put(self.recounted(of));
        }
        Ok(())
    }

    /// Closes an account and takes everything that it holds.
    ///
    /// # Errors
    /// When there is no such open account.
    pub fn close_account(&mut self, log: &mut Chronicle, id: Id<Account>, by: &str) -> Result<(), Impossible> {
        self.account(id)?;
        let held: Vec<GrantId> = self.grants_of(id).map(|grant| grant.id).collect();
        for grant in held {
            self.end_grant(log, grant, by);
        }
        self.set_account(log, id, AccountStatus::Closed, "account.closed")
    }

    /// Somebody signs in.
    ///
    /// # Errors
    /// When there is no such open account.
    pub fn use_account(&mut self, log: &mut Chronicle, id: Id<Account>) -> Result<(), Impossible> {
        let mut account = self.account(id)?;
        account.last_used = Some(log.now());
        log.emit("account.used", id, json!({"app": account.app, "person": account.person}));
        self.touch(log.now(), account);
        Ok(())
    }

    /// Gives an account an entitlement, or one more reason for holding it. A reason of the same
    /// giver for the same object replaces the earlier one.
    ///
    /// # Errors
    /// When the account is not open or the entitlement is of another application.
    pub fn give(
        &mut self,
        log: &mut Chronicle,
        account: Id<Account>,
        entitlement: Id<Entitlement>,
        reason: Reason,
    ) -> Result<GrantId, Impossible> {
        let holder = self.account(account)?;
        match self.entitlements.get(&entitlement) {
            Some(known) if known.app == holder.app => {}
            _ => return Err(Impossible::NoSuchEntitlement(entitlement)),
        }
        let id = GrantId { account, entitlement };
        let detail = json!({"account": account, "entitlement": entitlement, "by": reason.by, "until": reason.until});
        if let Some(grant) = self.grants.get(&id) {
            let mut grant = Grant::clone(grant);
            grant.reasons.retain(|held| (&held.by, &held.what) != (&reason.by, &reason.what));
            grant.reasons.push(reason);
            self.grants.put(grant);
            log.emit("grant.extended", entitlement, detail);
        } else {
            self.grants.put(Grant { id, since: log.now(), reasons: vec![reason] });
            self.count_grant(&holder, 1);
            log.emit("grant.given", entitlement, detail);
        }
        self.touch(log.now(), holder);
        Ok(id)
    }

    /// Takes one reason away: that of `by` for `what`. The grant ends with its last reason. Says
    /// whether there was such a reason.
    pub fn withdraw(&mut self, log: &mut Chronicle, id: GrantId, by: &str, what: &str) -> bool {
        let Some(grant) = self.grants.get(&id) else { return false };
        let mut grant = Grant::clone(grant);
        let before = grant.reasons.len();
        grant.reasons.retain(|held| (&*held.by, &*held.what) != (by, what));
        if grant.reasons.len() == before {
            return false;
        }
        if grant.reasons.is_empty() {
            self.end_grant(log, id, by);
        } else {
            self.grants.put(grant);
            let detail = json!({"account": id.account, "entitlement": id.entitlement, "by": by});
            log.emit("grant.shortened", id.entitlement, detail);
        }
        true
    }

    /// Takes an entitlement from an account whatever the reasons. Says whether it was held.
    pub fn take(&mut self, log: &mut Chronicle, id: GrantId, by: &str) -> bool {
        self.end_grant(log, id, by)
    }

    fn end_grant(&mut self, log: &mut Chronicle, id: GrantId, by: &str) -> bool {
        let Some(grant) = self.grants.remove(&id) else { return false };
        log.emit(
            "grant.ended",
            id.entitlement,
            json!({"account": id.account, "entitlement": id.entitlement, "by": by}),
        );
        let past = Past { sequence: log.tick(), grant: Arc::unwrap_or_clone(grant), ended: log.now(), by: by.into() };
        self.past.put(past);
        while self.past.len() > PAST_MAX {
            let Some(oldest) = self.past.iter().next().map(|past| past.sequence) else { break };
            self.past.remove(&oldest);
        }
        if let Some(account) = self.accounts.get(&id.account).cloned() {
            self.count_grant(&account, -1);
            self.touch(log.now(), Account::clone(&account));
        }
        true
    }

    fn person(&self, id: Id<Person>) -> Result<Person, Impossible> {
        self.people.get(&id).map(|person| Person::clone(person)).ok_or(Impossible::NoSuchPerson(id))
    }

    fn account(&self, id: Id<Account>) -> Result<Account, Impossible> {
        let account = self.accounts.get(&id).filter(|account| account.status != AccountStatus::Closed);
        account.map(|account| Account::clone(account)).ok_or(Impossible::NoSuchAccount(id))
    }

    fn check_manager(&self, person: Id<Person>, manager: Option<Id<Person>>) -> Result<(), Impossible> {
        let mut above = manager;
        for _ in 0..=self.people.len() {
            let Some(id) = above else { return Ok(()) };
            if id == person {
                break;
            }
            above = self.people.get(&id).ok_or(Impossible::NoSuchPerson(id))?.manager;
        }
        Err(Impossible::ManagesThemselves(person))
    }

    fn put_person(&mut self, log: &mut Chronicle, mut person: Person, event: &'static str) {
        person.changed = log.now();
        person.version += 1;
        log.emit(event, person.id, json!({"name": person.name(), "slug": person.slug, "status": person.status}));
        self.people.put(person);
    }

    fn set_account(
        &mut self,
        log: &mut Chronicle,
        id: Id<Account>,
        status: AccountStatus,
        event: &'static str,
    ) -> Result<(), Impossible> {
        let mut account = self.account(id)?;
        account.status = status;
        log.emit(event, id, json!({"app": account.app, "person": account.person}));
        self.touch(log.now(), account);
        Ok(())
    }

    /// Writes an account back with the hour of its change.
    fn touch(&mut self, now: Timestamp, mut account: Account) {
        account.changed = now;
        account.version += 1;
        self.put_account(account);
    }

    /// Writes an account and counts it: the only writer of accounts.
    fn put_account(&mut self, account: Account) {
        let before = self.accounts.get(&account.id).cloned();
        for of in Tallied::by(&account) {
            let mut tally = self.tally(of);
            if let Some(before) = &before {
                tally.count(before, -1);
            }
            tally.count(&account, 1);
            tally.date(&account);
            self.tallies.put(tally);
        }
        self.accounts.put(account);
    }

    fn recounted(&self, of: Tallied) -> Tally {
        let key = match of {
            Tallied::App(app) => AccountKey::App(app),
            Tallied::Person(person) => AccountKey::Person(person),
        };
        let mut tallies = Tally::recount(self.accounts.with(key), |account| self.grants_of(account).count());
        tallies.remove(&of).unwrap_or_else(|| Tally::of(of))
    }

    fn count_grant(&mut self, account: &Account, by: i32) {
        for of in Tallied::by(account) {
            let mut tally: Tally = self.tally(of);
            tally.grants = tally.grants.saturating_add_signed(by);
            self.tallies.put(tally);
        }
    }
}

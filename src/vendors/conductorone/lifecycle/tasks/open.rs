//! Opening tasks: what somebody asks for, with every check in its order (contract, 7.3, 8.10).

use serde_json::{Map, Value};

use super::access::holding;
use super::choose::{Chosen, choose};
use super::rights::may_request_for;
use super::{TaskRefusal, close, go_on, note, report, save, set_run};
use crate::company::{Account, AccountStatus, Person, PersonStatus};
use crate::kernel::{Id, Span};
use crate::vendors::conductorone::lifecycle::{Actor, Noun, Refusal, form_check, requestable};
use crate::vendors::conductorone::model::{
    Action, Bindings, Domain, EntitlementRef, Event, Grant, GrantSource, KnownAction, Origin, Outcome, OutcomeMove,
    PolicyStep, Processing, Revoke, RevokeSource, Task, TaskKey, TaskKind, TaskState,
};
use crate::world::{Command, Cx};

/// A task to be opened.
pub struct New {
    /// What it is about.
    pub kind: TaskKind,
    /// Whom it is about.
    pub subject: Option<Id<Person>>,
    /// Who opens it; the system when absent.
    pub by: Option<Id<Person>>,
    /// Where it comes from.
    pub origin: Origin,
    /// Why.
    pub description: String,
    /// Whether it is an emergency.
    pub emergency: bool,
    /// Answers to forms.
    pub data: Map<String, Value>,
    /// A form to be filled in before anything else.
    pub form: Option<Value>,
    /// Whether only provisioning is done, without anybody's word.
    pub automatic: bool,
    /// The offboarding that opens it.
    pub parent: Option<Id<Task>>,
}

impl New {
    /// A task without anything said.
    pub fn of(kind: TaskKind, subject: Option<Id<Person>>, by: Option<Id<Person>>) -> Self {
        Self {
            kind,
            subject,
            by,
            origin: Origin::Api,
            description: String::new(),
            emergency: false,
            data: Map::new(),
            form: None,
            automatic: false,
            parent: None,
        }
    }
}

/// Opens a task, and goes through its steps until one waits.
pub fn open(domain: &mut Domain, cx: &mut Cx<'_>, new: New) -> Id<Task> {
    let (id, now) = (cx.id("conductorone/task"), cx.now());
    let mut task = Task {
        id,
        number: next_number(domain),
        display_name: title(domain, cx, &new),
        description: new.description,
        kind: new.kind,
        subject: new.subject,
        created_by: new.by,
        origin: new.origin,
        emergency: new.emergency,
        state: TaskState::Open,
        outcome: Outcome::Undecided,
        outcome_at: None,
        processing: Processing::Waiting,
        data: new.data,
        comments: 0,
        audited: 0,
        approvers: Vec::new(),
        parent: new.parent,
        run: None,
        created: now,
        updated: now,
    };
    note(domain, cx, &mut task, new.by, Event::TaskCreated);
    report(cx, "task.opened", &task);
    match &task.kind {
        TaskKind::Offboarding => {}
        TaskKind::Action(_) => {
            close::finish(domain, cx, &mut task, OutcomeMove::Succeed, new.by);
        }
        TaskKind::Grant(_) | TaskKind::Revoke(_) | TaskKind::Certify(_) => {
            let Chosen { policy, mut chain, tried } = choose(domain, cx, &task);
            for event in tried {
                note(domain, cx, &mut task, None, event);
            }
            if new.automatic {
                chain.retain(|step| matches!(step, PolicyStep::Provision(_)));
                note(domain, cx, &mut task, None, Event::AutoAccepted);
            }
            if let Some(form) = new.form {
                chain.insert(0, PolicyStep::Form(form));
            }
            set_run(cx, &mut task, Chosen { policy, chain, tried: Vec::new() }, Vec::new());
            domain.tasks.put(task.clone());
            go_on(domain, cx, &mut task);
        }
    }
    save(domain, cx, task);
    id
}

/// The next number of the tenant: one more than the last.
fn next_number(domain: &Domain) -> u64 {
    let mut numbers = domain.tasks.places(TaskKey::Number(0), TaskKey::Number(u64::MAX));
    let last = match numbers.next_back() {
        Some((TaskKey::Number(number), _)) => *number,
        _ => 0,
    };
    last + 1
}

/// What a task is called. [assumed]
fn title(domain: &Domain, cx: &Cx<'_>, new: &New) -> String {
    let of = |entitlement: EntitlementRef| {
        let own = cx.company.entitlements().get(&entitlement.id).map(|row| &**row);
        domain.entitlements.get(&entitlement).map_or("Access", |row| row.name(own)).to_owned()
    };
    let person = new.subject.and_then(|id| cx.company.people().get(&id)).map(|person| person.name());
    match &new.kind {
        TaskKind::Grant(grant) => format!("Access request: {}", of(grant.entitlement)),
        TaskKind::Revoke(revoke) => format!("Revoke access: {}", of(revoke.entitlement)),
        TaskKind::Certify(certify) => format!("Review access: {}", of(certify.entitlement)),
        TaskKind::Offboarding => format!("Offboarding: {}", person.unwrap_or_default()),
        TaskKind::Action(action) => action.display_name.clone(),
    }
}

/// For whom, and what: the part that requests and revocations share.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What.
    pub entitlement: EntitlementRef,
    /// For whom.
    pub user: Option<Id<Person>>,
    /// Under which account.
    pub account: Option<Id<Account>>,
}

/// Checks 3 to 6: who it is for, whether all that is named is there, whether the caller may ask for them.
fn check_wanted(domain: &Domain, cx: &Cx<'_>, by: &Actor, wanted: &Wanted) -> Result<Option<Id<Person>>, Refusal> {
    let account = wanted.account.map(|id| cx.company.accounts().get(&id));
    match (wanted.user, account) {
        (None, None) => return Err(TaskRefusal::UserRequired.into()),
        (Some(user), Some(account)) if account.and_then(|account| account.person) != Some(user) => {
            return Err(TaskRefusal::BothUsers.into());
        }
        _ => {}
    }
    domain.app(wanted.entitlement.app).ok_or(Refusal::NoSuch(Noun::App))?;
    domain.entitlement(wanted.entitlement).ok_or(Refusal::NoSuch(Noun::Entitlement))?;
    let known = |id: &Id<Person>| cx.company.people().get(id).is_some_and(|person| person.status != PersonStatus::Left);
    if wanted.user.is_some_and(|user| !known(&user)) {
        return Err(Refusal::NoSuch(Noun::User));
    }
    let subject = match account {
        None => wanted.user,
        Some(account) => {
            let fits = |account: &&std::sync::Arc<Account>| {
                account.app == wanted.entitlement.app && account.status != AccountStatus::Closed
            };
            let account = account.filter(fits).ok_or(Refusal::NoSuch(Noun::AppUser))?;
            account.person
        }
    };
    if may_request_for(cx.company, by, subject) { Ok(subject) } else { Err(TaskRefusal::NotForThisUser.into()) }
}

/// Check 8: whether the same is being asked for already.
fn check_duplicate(
    domain: &Domain,
    entitlement: EntitlementRef,
    subject: Option<Id<Person>>,
    is_same: impl Fn(&TaskKind) -> bool,
) -> Result<(), TaskRefusal> {
    let open = domain.tasks.with(TaskKey::OpenFor(entitlement, subject)).find(|task| is_same(&task.kind));
    open.map_or(Ok(()), |task| Err(TaskRefusal::Duplicate(task.id)))
}

/// Check 9: a duration is positive, and not above what the entitlement is given at most.
pub fn check_duration(domain: &Domain, entitlement: EntitlementRef, duration: Option<Span>) -> Result<(), TaskRefusal> {
    let Some(duration) = duration else { return Ok(()) };
    if duration <= Span::ZERO {
        return Err(TaskRefusal::NoDuration);
    }
    let longest = domain.entitlements.get(&entitlement).and_then(|row| row.longest);
    match longest {
        Some(longest) if duration > longest => Err(TaskRefusal::TooLong(longest.as_seconds())),
        _ => Ok(()),
    }
}

/// Ask for access.
pub struct OpenGrant {
    /// Who asks.
    pub by: Actor,
    /// For whom, and what.
    pub wanted: Wanted,
    /// Why.
    pub description: String,
    /// For how long.
    pub duration: Option<Span>,
    /// Whether something burns.
    pub emergency: bool,
    /// Answers to the entitlement's form.
    pub data: Map<String, Value>,
    /// Where the request came from.
    pub source: GrantSource,
}

impl Command<Domain> for OpenGrant {
    type Output = Id<Task>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Task>, Refusal> {
        let entitlement = self.wanted.entitlement;
        let subject = check_wanted(domain, cx, &self.by, &self.wanted)?;
        if !requestable::is_requestable(domain, cx.company, entitlement, subject) {
            return Err(TaskRefusal::NotRequestable.into());
        }
        let account = self.wanted.account;
        check_duplicate(domain, entitlement, subject, |kind| match kind {
            TaskKind::Grant(grant) => subject.is_some() || grant.account == account,
            _ => false,
        })?;
        check_duration(domain, entitlement, self.duration)?;
        form_check::bounded(&self.data).map_err(TaskRefusal::BadData)?;
        let form = requestable::form(domain, entitlement);
        let complete = match &form {
            Some(form) => form_check::check(form, &self.data).map_err(TaskRefusal::BadData)?,
            None => true,
        };
        let longest = domain.entitlements.get(&entitlement).and_then(|row| row.longest);
        let duration = self.duration.or(longest);
        let kind = TaskKind::Grant(Box::new(Grant { entitlement, account, duration, source: self.source }));
        let new = New {
            description: self.description,
            emergency: self.emergency,
            data: self.data,
            form: form.filter(|_| !complete),
            ..New::of(kind, subject, Some(self.by.person))
        };
        Ok(open(domain, cx, new))
    }
}

/// Ask for the end of access.
pub struct OpenRevoke {
    /// Who asks.
    pub by: Actor,
    /// From whom, and what.
    pub wanted: Wanted,
    /// Why.
    pub description: String,
}

impl Command<Domain> for OpenRevoke {
    type Output = Id<Task>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Task>, Refusal> {
        let entitlement = self.wanted.entitlement;
        let subject = check_wanted(domain, cx, &self.by, &self.wanted)?;
        let bindings = Bindings { domain, company: cx.company };
        let held = match self.wanted.account {
            Some(account) => bindings.get(entitlement, account).map(|binding| binding.account.id),
            None => subject.and_then(|person| holding(domain, cx.company, person, entitlement)),
        };
        check_duplicate(domain, entitlement, subject, |kind| match kind {
            TaskKind::Revoke(revoke) => held.is_none_or(|account| revoke.account == account),
            _ => false,
        })?;
        let account = held.ok_or(Refusal::NoSuch(Noun::Grant))?;
        let source = RevokeSource::Request(Some(self.by.person));
        let kind = TaskKind::Revoke(Box::new(Revoke::of(domain, cx.company, entitlement, account, source)));
        let new = New { description: self.description, ..New::of(kind, subject, Some(self.by.person)) };
        Ok(open(domain, cx, new))
    }
}

/// Ask a connector for an action of its own.
pub struct OpenAction {
    /// Who asks.
    pub by: Actor,
    /// Which action.
    pub action: Id<KnownAction>,
    /// Whether it has to make a resource.
    pub on_resource: bool,
    /// What was filled in.
    pub form_values: Map<String, Value>,
    /// Why.
    pub description: String,
}

impl Command<Domain> for OpenAction {
    type Output = Id<Task>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<Task>, Refusal> {
        let known = domain.actions.get(&self.action).filter(|known| known.on_resource == self.on_resource);
        let known = known.ok_or(Refusal::NoSuch(Noun::Action))?;
        form_check::bounded(&self.form_values).map_err(TaskRefusal::BadData)?;
        let kind = TaskKind::Action(Box::new(Action {
            action: self.action,
            display_name: known.display_name.clone(),
            on_resource: self.on_resource,
            form_values: self.form_values,
        }));
        let new = New { description: self.description, ..New::of(kind, Some(self.by.person), Some(self.by.person)) };
        Ok(open(domain, cx, new))
    }
}

//! Taking everything from several users, one after another (contract, 14).

use serde_json::{Value, json};

use super::audit::record;
use super::find::{self, address, live_accounts, mailbox, removal_support};
use super::{Noun, Refusal, Timer, keep_going, remove, word};
use crate::company::{Account, App, Person, SignIn};
use crate::kernel::{Id, Timestamp};
use crate::vendors::grip::assumed::{OFFBOARD, TARGETS_MAX};
use crate::vendors::grip::model::{
    Actor, AppResult, Environment, Offboarded, OffboardedAccount, Offboarding, OffboardingKey, OffboardingMove,
    OffboardingStamp, OffboardingState, Removal, RemovalMove, RemovalState, Subject, SubjectKind, UserMove,
    UserProfile, UserState,
};
use crate::world::{Command, Cx};

/// Start an offboarding.
pub struct StartOffboarding {
    /// Who starts it.
    pub by: Actor,
    /// Whom, as they were sent.
    pub users: Vec<OffboardUser>,
    /// Whether applications that are for enhanced mode alone are handled, too.
    pub enhanced_mode: bool,
    /// What it is to be called.
    pub name: Option<String>,
}

/// One user to offboard, as they were sent.
#[derive(Clone, Debug, Default)]
pub struct OffboardUser {
    /// Their id; counts before their address.
    pub id: Option<String>,
    /// Their address.
    pub mail: Option<String>,
    /// Who inherits what their accounts own; their own mailbox when absent.
    pub inheritor: Option<String>,
}

impl Command<Environment> for StartOffboarding {
    type Output = Id<Offboarding>;
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        if self.users.is_empty() {
            return Err(Refusal::Missing("usersToOffboard"));
        }
        if self.users.len() > TARGETS_MAX {
            return Err(Refusal::TooMany("usersToOffboard", TARGETS_MAX));
        }
        let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
        if self.users.iter().any(|user| blank(&user.id) && blank(&user.mail)) {
            return Err(Refusal::Missing("userId or userEmail"));
        }
        let mut inheritors = Vec::with_capacity(self.users.len());
        for user in &self.users {
            inheritors.push(address("inheritorMailbox", user.inheritor.clone())?);
        }
        let mut users: Vec<Offboarded> = Vec::with_capacity(self.users.len());
        for (sent, inheritor) in self.users.iter().zip(inheritors) {
            let person = match (&sent.id, &sent.mail) {
                (Some(id), _) if !id.trim().is_empty() => find::person(cx.company, id)?,
                (_, mail) => find::person_by_mail(cx.company, mail.as_deref().unwrap_or_default())?,
            };
            if !users.iter().any(|known| known.user == person.id) {
                let inheritor = inheritor.or_else(|| mailbox(env, cx.company, &person));
                users.push(planned(env, cx, &person, inheritor, self.enhanced_mode));
            }
        }
        let (id, sequence, now) = (cx.id("grip/offboarding"), cx.tick(), cx.now());
        let name = self.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let people: Vec<Id<Person>> = users.iter().map(|user| user.user).collect();
        env.offboardings.put(Offboarding {
            id,
            sequence,
            name: name.unwrap_or_else(|| stamp(now)),
            enhanced_mode: self.enhanced_mode,
            created_by: self.by.name.clone(),
            state: OffboardingState::Pending,
            started: now,
            completed: None,
            users,
        });
        let details = json!({"numberOfEmployees": people.len(), "enableEnhancedMode": self.enhanced_mode});
        for person in people {
            keep_stamp(env, cx, id, person, UserState::Pending);
        }
        record(env, cx, &self.by, "offboarding.started", subject(env, id), "Offboarding started", details);
        go_on(env, cx, id);
        Ok(id)
    }
}

/// Stop an offboarding.
pub struct StopOffboarding {
    /// Who stops it.
    pub by: Actor,
    /// Its id, as it was sent.
    pub workflow: Option<String>,
}

impl Command<Environment> for StopOffboarding {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let sent = self.workflow.filter(|id| !id.trim().is_empty()).ok_or(Refusal::Missing("workflowId"))?;
        let id = Id::from_dashed(&sent).ok_or(Refusal::NoSuch(Noun::Offboarding))?;
        let offboarding = env.offboardings.get(&id).cloned().ok_or(Refusal::NoSuch(Noun::Offboarding))?;
        let over = || Refusal::Over(Noun::Offboarding, word(&offboarding.state));
        let state = cx.go(offboarding.state, OffboardingMove::Stop).ok_or_else(over)?;
        let mut stopped = Offboarding::clone(&offboarding);
        (stopped.state, stopped.completed) = (state, Some(cx.now()));
        let mut people = Vec::new();
        for user in &mut stopped.users {
            let Some(state) = cx.go(user.state, UserMove::Stop) else { continue };
            (user.state, user.completed) = (state, Some(cx.now()));
            people.push(user.user);
            for account in &mut user.accounts {
                step_account(cx, account, RemovalMove::Cancel, None);
            }
        }
        env.offboardings.put(stopped);
        env.timers.cancel_about(id);
        for person in people {
            keep_stamp(env, cx, id, person, UserState::Stopped);
        }
        record(env, cx, &self.by, "offboarding.stopped", subject(env, id), "Offboarding stopped", json!({}));
        Ok(())
    }
}

/// Handles what is left, at the pace of the hop.
pub fn go_on(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Offboarding>) {
    keep_going(env, cx, (OFFBOARD, id, Timer::Offboard(id)), handle_next);
}

/// Ends the account in hand and takes up the next one, or the next user; says whether there is more.
pub fn handle_next(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Offboarding>) -> bool {
    let Some(mut offboarding) = env.offboardings.get(&id).map(|row| Offboarding::clone(row)) else { return false };
    match offboarding.state {
        OffboardingState::Pending => {
            let Some(state) = cx.go(offboarding.state, OffboardingMove::Begin) else { return false };
            offboarding.state = state;
            begin_user(env, cx, &mut offboarding, 0);
            env.offboardings.put(offboarding);
            true
        }
        OffboardingState::InProgress => {
            let place = offboarding.users.iter().position(|user| user.state == UserState::InProgress);
            let more = place.is_some_and(|place| handle_user(env, cx, &mut offboarding, place));
            env.offboardings.put(offboarding);
            if !more {
                end(env, cx, id);
            }
            more
        }
        OffboardingState::Completed | OffboardingState::Failed | OffboardingState::Stopped => false,
    }
}

fn begin_user(env: &mut Environment, cx: &mut Cx<'_>, offboarding: &mut Offboarding, place: usize) {
    let (id, now) = (offboarding.id, cx.now());
    let Some(user) = offboarding.users.get_mut(place) else { return };
    let Some(state) = cx.go(user.state, UserMove::Begin) else { return };
    (user.state, user.started) = (state, Some(now));
    begin_account(cx, user);
    keep_stamp(env, cx, id, user.user, state);
}

fn begin_account(cx: &mut Cx<'_>, user: &mut Offboarded) -> bool {
    user.accounts.iter_mut().any(|account| step_account(cx, account, RemovalMove::Begin, None))
}

fn step_account(cx: &mut Cx<'_>, account: &mut OffboardedAccount, by_move: RemovalMove, why: Option<String>) -> bool {
    let Removal::ByGrip { state, reason, .. } = &mut account.removal else { return false };
    let Some(next) = cx.go(*state, by_move) else { return false };
    (*state, *reason) = (next, why);
    true
}

/// Handles the account in hand of the user in hand; says whether the offboarding goes on.
fn handle_user(env: &mut Environment, cx: &mut Cx<'_>, offboarding: &mut Offboarding, place: usize) -> bool {
    let user = &mut offboarding.users[place];
    let in_hand = user.accounts.iter_mut().find(|account| account.state() == Some(RemovalState::InProgress));
    if let Some(account) = in_hand {
        let inherits = user.inheritor.is_some();
        match remove::account(env, cx, user.user, (account.app, account.account), inherits) {
            AppResult::Completed => step_account(cx, account, RemovalMove::Complete, None),
            AppResult::Failed(reason) => step_account(cx, account, RemovalMove::Fail, Some(reason)),
            AppResult::Unsupported => step_account(cx, account, RemovalMove::Fail, None),
        };
    }
    if begin_account(cx, user) {
        return true;
    }
    end_user(env, cx, offboarding, place);
    let next = offboarding.users.iter().position(|user| user.state == UserState::Pending);
    if let Some(next) = next {
        begin_user(env, cx, offboarding, next);
    }
    next.is_some()
}

fn end_user(env: &mut Environment, cx: &mut Cx<'_>, offboarding: &mut Offboarding, place: usize) {
    let (id, now) = (offboarding.id, cx.now());
    let user = &mut offboarding.users[place];
    let failed: Vec<String> = user.accounts.iter().filter_map(|account| account.failure(cx)).collect();
    let by_move = if failed.is_empty() { UserMove::Complete } else { UserMove::Fail };
    let Some(state) = cx.go(user.state, by_move) else { return };
    (user.state, user.completed) = (state, Some(now));
    user.reason = (!failed.is_empty()).then(|| format!("Access removal failed: {}.", failed.join(", ")));
    let results: Vec<Value> = user
        .accounts
        .iter()
        .filter_map(|account| Some(json!({"saasId": account.app.dashed(), "result": word(&account.state()?)})))
        .collect();
    let person = cx.company.people().get(&user.user).map(|person| person.name()).unwrap_or_default();
    let details = json!({"userId": user.user.dashed(), "status": word(&state), "results": results});
    keep_stamp(env, cx, id, user.user, state);
    let subject = Subject::of(SubjectKind::Offboarding, id.dashed(), Some(offboarding.name.clone()));
    let description = format!("Offboarding of {person}: {}", word(&state));
    record(env, cx, &Actor::system(), "offboarding.user_result", subject, description, details);
}

fn end(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Offboarding>) {
    let Some(offboarding) = env.offboardings.get(&id).cloned() else { return };
    let any = offboarding.users.iter().any(|user| user.state == UserState::Completed);
    let by_move = if any { OffboardingMove::Complete } else { OffboardingMove::Fail };
    let Some(state) = cx.go(offboarding.state, by_move) else { return };
    let now = cx.now();
    env.offboardings.update(&id, |offboarding| (offboarding.state, offboarding.completed) = (state, Some(now)));
    let action = if any { "offboarding.completed" } else { "offboarding.failed" };
    let description = format!("Offboarding {}", word(&state));
    record(env, cx, &Actor::system(), action, subject(env, id), description, json!({}));
}

/// Copies a user's status to what Grip shows about them, if this is their latest offboarding.
fn keep_stamp(env: &mut Environment, cx: &Cx<'_>, id: Id<Offboarding>, person: Id<Person>, state: UserState) {
    if latest_of(env, person).is_some_and(|latest| latest != id) {
        return;
    }
    let known = env.users.get(&person).map(|profile| UserProfile::clone(profile));
    let mut profile = known.unwrap_or_else(|| UserProfile::of(person));
    profile.offboarding = Some(OffboardingStamp { state, at: cx.now() });
    env.users.put(profile);
}

fn latest_of(env: &Environment, person: Id<Person>) -> Option<Id<Offboarding>> {
    let (first, last) = (OffboardingKey::User(person, 0), OffboardingKey::User(person, u64::MAX));
    env.offboardings.range(first, last).next_back().map(|offboarding| offboarding.id)
}

/// What is to become of each live account of a user: the table of the contract's section 14.
fn planned(
    env: &Environment,
    cx: &Cx<'_>,
    person: &Person,
    inheritor: Option<String>,
    enhanced_mode: bool,
) -> Offboarded {
    let provider = cx.company.apps().iter().find(|app| app.identity_provider).map(|app| app.name.clone());
    let mut accounts = Vec::new();
    for (app, account) in all_live(env, cx, person.id) {
        let enhanced_only = env.saas.get(&app.id).is_some_and(|profile| profile.enhanced_only);
        let by_grip = |state, enhanced| Removal::ByGrip { state, enhanced, reason: None };
        let removal = match &provider {
            Some(provider) if account.sign_in == SignIn::Sso => Removal::ByProvider { provider: provider.clone() },
            _ if removal_support(&app) => by_grip(RemovalState::Pending, false),
            _ if enhanced_only && enhanced_mode => by_grip(RemovalState::Pending, true),
            _ => by_grip(RemovalState::Unsupported, false),
        };
        accounts.push(OffboardedAccount { account: account.id, app: app.id, removal });
    }
    Offboarded {
        user: person.id,
        inheritor,
        state: UserState::Pending,
        reason: None,
        started: None,
        completed: None,
        accounts,
    }
}

/// The live accounts of a person in the order of their roster.
fn all_live(env: &Environment, cx: &Cx<'_>, person: Id<Person>) -> Vec<(std::sync::Arc<App>, std::sync::Arc<Account>)> {
    let apps: std::collections::BTreeSet<Id<App>> =
        cx.company.accounts_of(person).map(|account| account.app).filter(|app| env.saas.contains(app)).collect();
    let mut live: Vec<_> = apps
        .into_iter()
        .filter_map(|app| cx.company.apps().get(&app).cloned())
        .flat_map(|app| {
            let accounts = live_accounts(cx.company, person, app.id);
            accounts.into_iter().map(move |account| (app.clone(), account))
        })
        .collect();
    live.sort_by_key(|(_, account)| (account.created, account.id));
    live
}

impl OffboardedAccount {
    /// Where its removal by Grip stands; `None` where the identity provider shuts the door.
    pub fn state(&self) -> Option<RemovalState> {
        match &self.removal {
            Removal::ByGrip { state, .. } => Some(*state),
            Removal::ByProvider { .. } => None,
        }
    }

    fn failure(&self, cx: &Cx<'_>) -> Option<String> {
        let Removal::ByGrip { state: RemovalState::Failed, reason, .. } = &self.removal else { return None };
        let name = cx.company.apps().get(&self.app).map(|app| app.name.clone()).unwrap_or_default();
        Some(match reason {
            Some(reason) => format!("{name} ({reason})"),
            None => name,
        })
    }
}

/// `22-11-10 15:52`: the name of an offboarding that nobody named.
fn stamp(at: Timestamp) -> String {
    let text = at.to_seconds_text().replace('T', " ");
    text.get(2..16).unwrap_or(&text).to_owned()
}

fn subject(env: &Environment, id: Id<Offboarding>) -> Subject {
    let name = env.offboardings.get(&id).map(|offboarding| offboarding.name.clone());
    Subject::of(SubjectKind::Offboarding, id.dashed(), name)
}

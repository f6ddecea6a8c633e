//! A device waits, somebody says yes or no elsewhere, and the device fetches its token (contract, 4.3).

use serde_json::json;

use super::{DEVICE_LOGIN, LOGIN_EXPIRY, Noun, Refusal, Timer};
use crate::company::Person;
use crate::kernel::{Id, Span, Timestamp};
use crate::vendors::conductorone::model::{Domain, Login, LoginKey, LoginMove, LoginState};
use crate::world::{Command, Cx};

/// How long somebody has to say yes [assumed].
pub const LOGIN_LIFETIME: Span = Span::minutes(10);
/// How long a device waits between two questions (RFC 8628, 3.2).
pub const POLL_INTERVAL: Span = Span::seconds(5);
/// How many logins are remembered; those that are over first go first.
const LOGINS_MAX: usize = 1_000;

/// A device wants to be let in.
pub struct StartLogin {
    /// The public client of its program.
    pub client: String,
}

impl Command<Domain> for StartLogin {
    type Output = Login;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Login, Refusal> {
        make_room(domain);
        let id = cx.id("conductorone/login");
        let login = Login {
            id,
            user_code: Login::user_code_of(id),
            client: self.client,
            state: LoginState::Pending,
            user: None,
            started: cx.now(),
            ends: cx.now() + LOGIN_LIFETIME,
            polled: None,
        };
        domain.logins.put(login.clone());
        domain.timers.at(cx.chronicle, LOGIN_EXPIRY, login.ends, id, Timer::LoginExpiry(id));
        cx.later(domain, DEVICE_LOGIN, id, Timer::DeviceLogin(id));
        Ok(login)
    }
}

fn make_room(domain: &mut Domain) {
    let (first, last) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
    let too_many = (domain.logins.len() + 1).saturating_sub(LOGINS_MAX);
    let by_end = domain.logins.places(LoginKey::Ends(first), LoginKey::Ends(last));
    let over: Vec<Id<Login>> = by_end.take(too_many).map(|(_, id)| *id).collect();
    for id in over {
        domain.timers.cancel_about(id);
        domain.logins.remove(&id);
    }
}

/// Why a device has no token yet, or never will.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum NotYet {
    /// Nobody has said anything.
    Pending,
    /// The device asks too often.
    TooSoon,
    /// Somebody said no.
    Denied,
    /// Nobody said anything in time.
    Expired,
    /// The token was fetched before.
    Redeemed,
}

/// A device asks for its token.
pub struct PollLogin {
    /// By its device code.
    pub login: Id<Login>,
    /// The public client of its program.
    pub client: String,
    /// What the wall says now.
    pub wall: Timestamp,
}

impl Command<Domain> for PollLogin {
    /// As whom the token acts.
    type Output = Result<Id<Person>, NotYet>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let login = domain.logins.get(&self.login).filter(|login| login.client == self.client);
        let mut login = login.map(|login| Login::clone(login)).ok_or(Refusal::NoSuch(Noun::Login))?;
        Ok(match (login.state, login.user) {
            (LoginState::Approved, Some(user)) => {
                go(domain, cx, login, LoginMove::Redeem)?;
                Ok(user)
            }
            (LoginState::Pending | LoginState::Approved, _) => {
                let soon = login.polled.is_some_and(|polled| self.wall < polled + POLL_INTERVAL);
                login.polled = Some(self.wall);
                domain.logins.put(login);
                Err(if soon { NotYet::TooSoon } else { NotYet::Pending })
            }
            (LoginState::Denied, _) => Err(NotYet::Denied),
            (LoginState::Expired, _) => Err(NotYet::Expired),
            (LoginState::Redeemed, _) => Err(NotYet::Redeemed),
        })
    }
}

/// Somebody says yes or no to a login.
pub struct SettleLogin {
    /// As they typed it.
    pub user_code: String,
    /// Who says yes; `None` says no.
    pub user: Option<Id<Person>>,
}

impl Command<Domain> for SettleLogin {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let known = domain.logins.with(LoginKey::UserCode(Login::typed(&self.user_code))).next();
        let mut login = known.map(|login| Login::clone(login)).ok_or(Refusal::NoSuch(Noun::Login))?;
        if let Some(user) = self.user {
            let person = cx.company.people().get(&user).filter(|person| person.is_present());
            login.user = Some(person.ok_or(Refusal::NoSuch(Noun::User))?.id);
        }
        let by = if login.user.is_some() { LoginMove::Approve } else { LoginMove::Deny };
        go(domain, cx, login, by)
    }
}

/// The pace of logins has come round: the first super admin says yes.
pub fn let_in(domain: &mut Domain, cx: &mut Cx<'_>, login: Id<Login>) {
    let user = domain.super_admins(cx.company).first().copied();
    if let (Some(login), Some(_)) = (domain.logins.get(&login), user) {
        let login = Login { user, ..Login::clone(login) };
        // Somebody may have settled it by hand.
        let _ = go(domain, cx, login, LoginMove::Approve);
    }
}

/// A login's time is over.
pub fn expire(domain: &mut Domain, cx: &mut Cx<'_>, login: Id<Login>) {
    if let Some(login) = domain.logins.get(&login).map(|login| Login::clone(login)) {
        // It may have been settled or redeemed.
        let _ = go(domain, cx, login, LoginMove::Expire);
    }
}

fn go(domain: &mut Domain, cx: &mut Cx<'_>, mut login: Login, by: LoginMove) -> Result<(), Refusal> {
    login.state = cx.go(login.state, by).ok_or(Refusal::Settled)?;
    domain.timers.cancel_about(login.id);
    if login.state == LoginState::Approved {
        domain.timers.at(cx.chronicle, LOGIN_EXPIRY, login.ends, login.id, Timer::LoginExpiry(login.id));
    }
    cx.emit("login.settled", login.id, json!({"state": login.state, "user": login.user}));
    domain.logins.put(login);
    Ok(())
}

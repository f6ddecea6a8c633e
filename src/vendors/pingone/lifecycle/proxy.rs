//! Letting others decide in one's place (contract, 9.1). The bodies are [assumed]: the contract names the paths alone.

use super::{Fault, Refusal, Timer, user_named};
use crate::company::Person;
use crate::kernel::{Hop, Id, Pace, Span, Timestamp};
use crate::vendors::pingone::model::{Proxy, Realm};
use crate::world::{Command, Cx};

// Days that a delegation names, not a pace.
const DATES: Hop = Hop { name: "pingone/proxy-date", pace: Pace::After(Span::ZERO) };
/// How many people may stand in for one.
const PROXIES_MAX: usize = 100;

/// Lets others decide in somebody's place, besides those who do.
pub struct SetProxies {
    /// In whose place.
    pub of: Id<Person>,
    /// Who, as they were named.
    pub by: Vec<String>,
    /// From when.
    pub from: Option<Timestamp>,
    /// Until when.
    pub until: Option<Timestamp>,
}

impl Command<Realm> for SetProxies {
    type Output = ();
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let Self { of, by, from, until } = self;
        let now = cx.now();
        if by.is_empty() {
            return Err(Refusal::required("proxyIds"));
        }
        if by.len() > PROXIES_MAX {
            return Err(Fault::TooMany("proxyIds", PROXIES_MAX).into());
        }
        if until.is_some_and(|until| until <= from.unwrap_or(now).max(now)) {
            return Err(Fault::EndsBeforeStart.into());
        }
        for name in by {
            let person = named(cx, &name)?;
            if person == of {
                return Err(Fault::OwnProxy.into());
            }
            let begins = from.filter(|from| *from > now);
            let about: Id<Proxy> = about(of, person);
            realm.timers.cancel_about(about);
            realm.proxies.put(Proxy { of, by: person, from, until, active: begins.is_none(), created: now });
            for (date, timer) in [(begins, Timer::ProxyBegins(of, person)), (until, Timer::ProxyEnds(of, person))] {
                if let Some(date) = date {
                    realm.timers.at(cx.chronicle, DATES, date, about, timer);
                }
            }
        }
        Ok(())
    }
}

/// Lets others decide in somebody's place no longer.
pub struct RemoveProxies {
    /// In whose place.
    pub of: Id<Person>,
    /// Who, as they were named.
    pub by: Vec<String>,
}

impl Command<Realm> for RemoveProxies {
    type Output = ();
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        if self.by.is_empty() {
            return Err(Refusal::required("proxyIds"));
        }
        for name in self.by {
            let person = named(cx, &name)?;
            let gone = realm.proxies.remove(&(self.of, person));
            gone.ok_or_else(|| Fault::NoProxy(name.clone()))?;
            realm.timers.cancel_about(about(self.of, person));
        }
        Ok(())
    }
}

/// The row that a delegation's timers are about.
fn about(of: Id<Person>, by: Id<Person>) -> Id<Proxy> {
    Id::named(&format!("pingone/proxy/{of}/{by}"))
}

fn named(cx: &Cx<'_>, name: &str) -> Result<Id<Person>, Refusal> {
    let person = user_named(cx.company, name.strip_prefix("managed/user/").unwrap_or(name));
    let no_such = || Fault::Reference("User", name.to_owned());
    Ok(person.ok_or_else(no_such)?.id)
}

/// The first day of a delegation has come.
pub fn begin(realm: &mut Realm, of: Id<Person>, by: Id<Person>) {
    realm.proxies.update(&(of, by), |proxy| proxy.active = true);
}

/// Its last has.
pub fn end(realm: &mut Realm, of: Id<Person>, by: Id<Person>) {
    realm.proxies.remove(&(of, by));
}

//! Deterministic growth of the company to any size, for load.
//!
//! A grown person is cast in the mould of somebody in the seed: same department, site, title and
//! everyday access, another name. The whole staff is cast again and again, and each cast reports
//! within itself, so a company of 100,000 still has teams of a plausible size under one head. Ids
//! follow from names as always: growth is the same in every run, and growing further keeps
//! everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::access::{Account, AccountStatus, Grant, GrantId, Reason, Strength};
use super::load::FOUND_BY;
use super::people::{Person, PersonKind, PersonStatus};
use super::{AccountKey, Company};
use crate::kernel::{Id, Span, Timestamp};

/// How many grants a grown person has when nobody says how many there shall be.
const GRANTS_EACH: usize = 6;
/// How many casts of one person report to the same earlier cast.
const BRANCHES: usize = 8;
/// How many days back somebody may have started.
const TENURE_DAYS: u64 = 2_500;

/// How large the company shall be at least; `None` leaves it as its seed has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Growth {
    /// How many people.
    pub people: Option<usize>,
    /// How many grants: spread over the people to be grown, or else over as many as it takes.
    pub grants: Option<usize>,
}

/// Somebody of the seed, as growth sees them.
struct Mould {
    person: Arc<Person>,
    /// Whose cast leads this one's; `None` for those who report to nobody cast.
    leader: Option<usize>,
    /// Accounts for everyday work.
    access: Vec<Access>,
}

struct Access {
    account: Arc<Account>,
    app_slug: String,
    held: Vec<GrantId>,
}

/// Rows on their way into their tables.
#[derive(Default)]
struct Grown {
    people: Vec<Person>,
    accounts: Vec<Account>,
    grants: Vec<Grant>,
}

impl Growth {
    /// Grows `company` as it stands at `opening`.
    pub fn grow(&self, company: &mut Company, opening: Timestamp) {
        let to_grow = |goal: Option<usize>, there: usize| goal.map_or(0, |goal| goal.saturating_sub(there));
        let (people, grants) = (to_grow(self.people, company.people.len()), to_grow(self.grants, company.grants.len()));
        if (people, grants) == (0, 0) {
            return;
        }
        let moulds = moulds(company);
        let is_barren = moulds.iter().flat_map(|mould| &mould.access).all(|access| access.held.is_empty());
        if moulds.is_empty() || (people == 0 && is_barren) {
            return;
        }
        let caster = Caster::new(company, &moulds, opening);
        let mut grown = Grown::default();
        for number in 0.. {
            let people_left = people.saturating_sub(grown.people.len());
            let grants_left = grants.saturating_sub(grown.grants.len());
            if people_left == 0 && (grants_left == 0 || is_barren) {
                break;
            }
            let share = match self.grants {
                Some(_) => grants_left.div_ceil(people_left.max(1)).max(1),
                None => GRANTS_EACH,
            };
            caster.cast(number, share, &mut grown);
        }
        company.people.extend(grown.people);
        company.accounts.extend(grown.accounts);
        company.grants.extend(grown.grants);
        company.tally_all();
    }
}

/// Everybody at work who answers to somebody, the best placed first, so that leaders are cast
/// before those they lead.
fn moulds(company: &Company) -> Vec<Mould> {
    let is_model = |person: &&Arc<Person>| {
        person.manager.is_some() && person.kind != PersonKind::Service && person.status == PersonStatus::Active
    };
    let mut models: Vec<_> = company.people.iter().filter(is_model).collect();
    models.sort_by_key(|person| (height(company, person), person.slug.as_str()));
    let places: BTreeMap<Id<Person>, usize> = models.iter().enumerate().map(|(at, person)| (person.id, at)).collect();
    let mould = |person: &Arc<Person>| Mould {
        person: Arc::clone(person),
        leader: person.manager.and_then(|manager| places.get(&manager).copied()),
        access: everyday_access(company, person.id),
    };
    models.into_iter().map(mould).collect()
}

fn height(company: &Company, person: &Person) -> usize {
    let above = std::iter::successors(person.manager, |manager| company.people.get(manager)?.manager);
    above.take(company.people.len()).count()
}

fn everyday_access(company: &Company, person: Id<Person>) -> Vec<Access> {
    let is_everyday = |grant: &GrantId| {
        company.entitlements.get(&grant.entitlement).is_some_and(|entitlement| !entitlement.privileged)
    };
    let accounts = company.accounts.with(AccountKey::Person(person));
    let working = accounts.filter(|account| account.status == AccountStatus::Active && !account.privileged);
    let mut access: Vec<_> = working
        .filter_map(|account| {
            let app = company.apps.get(&account.app)?;
            let held = company.grants_of(account.id).map(|grant| grant.id).filter(is_everyday).collect();
            let access = Access { account: Arc::clone(account), app_slug: app.slug.clone(), held };
            Some(((!app.identity_provider, account.created, account.id), access))
        })
        .collect();
    access.sort_by_key(|(order, _)| *order);
    access.into_iter().map(|(_, access)| access).collect()
}

struct Caster<'m> {
    moulds: &'m [Mould],
    /// First and last names as they are written, and as slugs write them.
    given: Vec<(String, String)>,
    family: Vec<(String, String)>,
    domain: String,
    opening: Timestamp,
    reason: Reason,
}

impl<'m> Caster<'m> {
    fn new(company: &Company, moulds: &'m [Mould], opening: Timestamp) -> Self {
        let (mut given, mut family) = (BTreeSet::new(), BTreeSet::new());
        for Mould { person, .. } in moulds {
            let (first, last) = person.slug.split_once('.').unwrap_or((&person.slug, &person.slug));
            given.insert((person.given.clone(), first.to_owned()));
            family.insert((person.family.clone(), last.to_owned()));
        }
        Self {
            moulds,
            given: given.into_iter().collect(),
            family: family.into_iter().collect(),
            domain: company.profile.domain.clone(),
            opening,
            reason: Reason {
                by: FOUND_BY.into(),
                what: FOUND_BY.into(),
                strength: Strength::Found,
                since: opening,
                until: None,
            },
        }
    }

    /// Casts the person of this number, with up to `share` grants.
    fn cast(&self, number: usize, share: usize, grown: &mut Grown) {
        let mould = &self.moulds[number % self.moulds.len()];
        let (given, family, slug) = self.name(number);
        let id = Person::id_of(&slug);
        let start = self.opening + Span::days(-(1 + below(number, "start", TENURE_DAYS)));
        self.access(number, mould, &slug, share, start, grown);
        grown.people.push(Person {
            id,
            kind: mould.person.kind,
            status: PersonStatus::Active,
            mail: format!("{slug}@{}", self.domain),
            given,
            family,
            aliases: Vec::new(),
            title: mould.person.title.clone(),
            department: mould.person.department.clone(),
            location: mould.person.location.clone(),
            manager: self.manager(number, mould),
            phone: None,
            employee_number: format!("{}", 200_000 + number),
            start,
            end: None,
            created: start,
            changed: start,
            version: 0,
            slug,
        });
    }

    fn access(&self, number: usize, mould: &Mould, slug: &str, mut share: usize, start: Timestamp, grown: &mut Grown) {
        let (mut taken, used) = (BTreeSet::new(), Span::hours(-below(number, "used", 24 * 30)));
        for Access { account, app_slug, held } in &mould.access {
            let user_name = match account.user_name.contains(&mould.person.slug) {
                true => account.user_name.replace(&mould.person.slug, slug),
                false => slug.to_owned(),
            };
            if share == 0 || !taken.insert((account.app, user_name.clone())) {
                continue;
            }
            let id = Account::id_of(app_slug, &user_name);
            for grant in held.iter().take(share) {
                let reasons = vec![Reason { since: start, ..self.reason.clone() }];
                grown.grants.push(Grant { id: GrantId { account: id, ..*grant }, since: start, reasons });
            }
            share -= held.len().min(share);
            grown.accounts.push(Account {
                id,
                app: account.app,
                person: Some(Person::id_of(slug)),
                user_name: user_name.into(),
                mail: None,
                status: AccountStatus::Active,
                sign_in: account.sign_in,
                privileged: false,
                last_used: Some(self.opening + used),
                created: start,
                changed: start,
                version: 0,
            });
        }
    }

    /// Whoever of the same cast leads; at the top of a cast, an earlier cast of the same mould.
    fn manager(&self, number: usize, mould: &Mould) -> Option<Id<Person>> {
        let generation = number / self.moulds.len();
        match mould.leader {
            Some(leader) => Some(Person::id_of(&self.name(generation * self.moulds.len() + leader).2)),
            None if generation < BRANCHES => Some(mould.person.id),
            None => {
                let earlier = generation / BRANCHES - 1;
                Some(Person::id_of(&self.name(earlier * self.moulds.len() + number % self.moulds.len()).2))
            }
        }
    }

    /// First name, last name and slug of the person of this number.
    fn name(&self, number: usize) -> (String, String, String) {
        let pick = |names: &[(String, String)], what| names[below(number, what, names.len() as u64) as usize].clone();
        let ((given, first), (family, last)) = (pick(&self.given, "given"), pick(&self.family, "family"));
        let slug = format!("{first}.{last}.{}", number + 1);
        (given, family, slug)
    }
}

/// A number below `bound` that follows from `number` and what it is for.
fn below(number: usize, what: &str, bound: u64) -> i64 {
    let salt = what.bytes().fold(number as u64, |salt, byte| salt.wrapping_mul(31).wrapping_add(u64::from(byte)));
    // SplitMix64: cheap, and even over the few thousand values that are asked of it.
    let mut mixed = salt.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % bound.max(1)) as i64
}

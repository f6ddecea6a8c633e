//! What holds in every world, whatever was done to it: random commands on the toy's estate and
//! random verbs on the company.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use rolecall::app::{App, Founding};
use rolecall::company::{
    Account, Company, Grant, GrantId, Impossible, NewAccount, NewPerson, Person, PersonChange, PersonKind, Reason,
    SignIn, Strength, Tally,
};
use rolecall::kernel::{Chronicle, Id, ManualWall, Pace, Span};
use rolecall::world::{Cause, Command, Export, Tenant, World};

use crate::common::tiny::tiny_seed;
use crate::common::toy::{Ask, End, GIVE, Shop, Ticket, Toy};
use crate::common::{founding, opening};

static BASE: LazyLock<Arc<World>> = LazyLock::new(|| {
    let founding = Founding { seed: tiny_seed(), ..founding() };
    let app = App::found(&founding, vec![Box::new(Toy)], Arc::new(ManualWall::at(opening()))).unwrap();
    Arc::clone(app.site().tenants().base())
});

fn tenant() -> Tenant {
    Tenant::new("test", Arc::clone(&BASE), Arc::new(ManualWall::at(opening())))
}

/// The world as bytes, but for the count of commits, which says how and not what.
fn bytes(world: &World) -> String {
    let mut export = serde_json::to_value(Export(world)).unwrap();
    export["revision"].take();
    export.to_string()
}

#[derive(Clone, Debug)]
enum Act {
    /// The n-th account asks for the n-th entitlement of its application.
    Ask(usize, usize),
    /// The n-th ticket ends; or none, when there are fewer.
    End(usize),
    Pass(i64),
    Hold,
    Release,
    Leave(usize),
    Verb(Verb),
}

/// One verb of the company, with places instead of ids.
#[derive(Clone, Debug)]
enum Verb {
    /// With an id of the asker's, or the usual one.
    Hire(u16, usize, bool),
    Change(usize, usize),
    Rename(usize, u16),
    Leave(usize),
    Open(usize, usize),
    Disable(usize),
    Enable(usize),
    Use(usize),
    Close(usize),
    Give(usize, usize, bool),
    Withdraw(usize),
    Take(usize),
}

fn place() -> impl Strategy<Value = usize> {
    0..60_usize
}

fn verb() -> impl Strategy<Value = Verb> {
    prop_oneof![
        (0..20_u16, place(), any::<bool>()).prop_map(|(name, manager, own)| Verb::Hire(name, manager, own)),
        (place(), 0..20_u16).prop_map(|(person, name)| Verb::Rename(person, name)),
        (place(), place()).prop_map(|(person, manager)| Verb::Change(person, manager)),
        place().prop_map(Verb::Leave),
        (place(), place()).prop_map(|(person, app)| Verb::Open(person, app)),
        place().prop_map(Verb::Disable),
        place().prop_map(Verb::Enable),
        place().prop_map(Verb::Use),
        place().prop_map(Verb::Close),
        (place(), place(), any::<bool>()).prop_map(|(account, what, again)| Verb::Give(account, what, again)),
        place().prop_map(Verb::Withdraw),
        place().prop_map(Verb::Take),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (place(), place()).prop_map(|(account, what)| Act::Ask(account, what)),
        2 => (0..12_usize).prop_map(Act::End),
        3 => (0..200_000_i64).prop_map(Act::Pass),
        1 => Just(Act::Hold),
        1 => Just(Act::Release),
        1 => place().prop_map(Act::Leave),
        2 => verb().prop_map(Act::Verb),
    ]
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(act(), 0..30)
}

fn nth<T>(mut items: impl Iterator<Item = T>, count: usize, place: usize) -> Option<T> {
    items.nth(place.checked_rem(count)?)
}

fn account_at(company: &Company, place: usize) -> Arc<Account> {
    nth(company.accounts().iter(), company.accounts().len(), place).unwrap().clone()
}

fn person_at(company: &Company, place: usize) -> Id<Person> {
    nth(company.people().iter(), company.people().len(), place).unwrap().id
}

fn grant_at(company: &Company, place: usize) -> Option<Arc<Grant>> {
    nth(company.grants().iter(), company.grants().len(), place).cloned()
}

fn wanted(company: &Company, account: usize, what: usize) -> GrantId {
    let account = account_at(company, account);
    let of_app: Vec<_> = company.entitlements().iter().filter(|entitlement| entitlement.app == account.app).collect();
    GrantId { account: account.id, entitlement: of_app[what % of_app.len()].id }
}

fn ticket_at(world: &World, place: usize) -> Id<Ticket> {
    let tickets = &world.estate::<Shop>().tickets;
    tickets.iter().nth(place).map_or(Id::named("no ticket"), |ticket| ticket.id)
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn pace(tenant: &Tenant, pace: Pace) {
    let set = tenant.change(Cause::Operator("pace"), |draft| {
        let mut paces = draft.world().paces().clone();
        paces.set(GIVE.name, pace);
        draft.set_paces(paces);
        Ok::<_, ()>(())
    });
    block(set).map(drop).unwrap();
}

/// Does one act; a refusal must leave the very same world.
fn play(tenant: &Tenant, act: &Act) {
    let before = tenant.read();
    let refused = match act {
        Act::Ask(account, what) => block(tenant.apply(Ask(wanted(before.company(), *account, *what)))).is_err(),
        Act::End(place) => block(tenant.apply(End(ticket_at(&before, *place)))).is_err(),
        Act::Pass(seconds) => {
            tenant.advance(Span::seconds(*seconds));
            false
        }
        Act::Hold => {
            pace(tenant, Pace::Held);
            false
        }
        Act::Release => {
            pace(tenant, GIVE.pace);
            false
        }
        Act::Leave(place) => {
            let person = person_at(before.company(), *place);
            let left = tenant
                .change(Cause::Operator("step"), |draft| draft.on_company(|company, log| company.leave(log, person)));
            block(left).is_err()
        }
        Act::Verb(verb) => {
            let done = tenant
                .change(Cause::Operator("step"), |draft| draft.on_company(|company, log| say(verb, company, log)));
            block(done).is_err()
        }
    };
    assert!(!refused || Arc::ptr_eq(&before, &tenant.read()), "{act:?} was refused and left another world");
}

fn play_all(tenant: &Tenant, acts: &[Act]) {
    acts.iter().for_each(|act| play(tenant, act));
}

fn say(verb: &Verb, company: &mut Company, log: &mut Chronicle) -> Result<(), Impossible> {
    match *verb {
        Verb::Hire(name, manager, own) => {
            let new = NewPerson {
                slug: format!("new.{name}"),
                kind: PersonKind::Employee,
                given: "New".into(),
                family: format!("Person {name}"),
                mail: None,
                title: "Clerk".into(),
                department: "finance".into(),
                location: "boston".into(),
                manager: Some(person_at(company, manager)),
                start: log.now(),
            };
            match own {
                true => company.hire_as(log, Id::named(&format!("chosen/{name}")), new).map(drop),
                false => company.hire(log, new).map(drop),
            }
        }
        Verb::Rename(person, name) => {
            let change = PersonChange { slug: Some(format!("new.{name}")), ..PersonChange::default() };
            company.change(log, person_at(company, person), change)
        }
        Verb::Change(person, manager) => {
            let manager = Some(Some(person_at(company, manager)));
            let change = PersonChange { manager, title: Some("Chief".into()), ..PersonChange::default() };
            company.change(log, person_at(company, person), change)
        }
        Verb::Leave(person) => company.leave(log, person_at(company, person)),
        Verb::Open(person, app) => {
            let new = NewAccount {
                app: nth(company.apps().iter(), company.apps().len(), app).unwrap().id,
                person: Some(person_at(company, person)),
                user_name: format!("user{person}"),
                mail: None,
                sign_in: SignIn::Sso,
            };
            company.open_account(log, new).map(drop)
        }
        Verb::Disable(account) => company.disable_account(log, account_at(company, account).id),
        Verb::Enable(account) => company.enable_account(log, account_at(company, account).id),
        Verb::Use(account) => company.use_account(log, account_at(company, account).id),
        Verb::Close(account) => company.close_account(log, account_at(company, account).id, "test"),
        Verb::Give(account, what, again) => {
            let grant = wanted(company, account, what);
            let reason = Reason {
                by: "test".into(),
                what: if again { "again" } else { "once" }.into(),
                strength: Strength::Asked,
                since: log.now(),
                until: None,
            };
            company.give(log, grant.account, grant.entitlement, reason).map(drop)
        }
        Verb::Withdraw(grant) => {
            if let Some(grant) = grant_at(company, grant) {
                let reason = &grant.reasons[0];
                assert!(company.withdraw(log, grant.id, &reason.by, &reason.what));
            }
            Ok(())
        }
        Verb::Take(grant) => {
            if let Some(grant) = grant_at(company, grant) {
                assert!(company.take(log, grant.id, "test"));
            }
            Ok(())
        }
    }
}

fn assert_sound(world: &World) {
    let estates = world.estates().flat_map(|(_, estate)| estate.tables());
    for table in world.company().tables().into_iter().chain(estates) {
        assert!(table.is_consistent(), "{}", table.name());
    }
    let company = world.company();
    for person in company.people().iter() {
        let named = company.person_named(&person.slug).map(|found| found.id);
        assert_eq!(named, Some(person.id), "{} is not found by name", person.slug);
    }
    for grant in company.grants().iter() {
        assert!(!grant.reasons.is_empty(), "{:?} lives without a reason", grant.id);
        assert!(company.accounts().contains(&grant.id.account));
    }
    let recounted = Tally::recount(company.accounts().iter(), |account| company.grants_of(account).count());
    // A tally remembers the hour of a change whose account has moved on, and stays when it counts nothing.
    let counts = |tally: &Tally| (tally.open, tally.closed, tally.sso, tally.grants);
    let kept: BTreeMap<_, _> = company.tallies().iter().map(|tally| (tally.of, counts(tally))).collect();
    let anew: BTreeMap<_, _> = recounted.iter().map(|(of, tally)| (*of, counts(tally))).collect();
    assert_eq!(kept, anew);
    for (_, timer) in world.timers() {
        let known = world.estate::<Shop>().tickets.iter().any(|ticket| ticket.id.hex() == timer.about);
        assert!(known, "timer {} is about nothing", timer.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_refusal_leaves_the_very_same_world_and_every_world_is_sound(acts in acts()) {
        let tenant = tenant();
        play_all(&tenant, &acts);
        assert_sound(&tenant.read());
    }

    #[test]
    fn advancing_twice_is_advancing_once(acts in acts(), one in 0..400_000_i64, two in 0..400_000_i64) {
        let (at_once, in_steps) = (tenant(), tenant());
        play_all(&at_once, &acts);
        play_all(&in_steps, &acts);
        at_once.advance(Span::seconds(one + two));
        in_steps.advance(Span::seconds(one));
        in_steps.advance(Span::seconds(two));
        prop_assert!(bytes(&at_once.read()) == bytes(&in_steps.read()));
    }

    #[test]
    fn a_snapshot_brings_everything_back(before in acts(), after in acts()) {
        let tenant = tenant();
        play_all(&tenant, &before);
        let kept = bytes(&block(tenant.snapshot("kept")).unwrap());
        play_all(&tenant, &after);
        block(tenant.restore("kept")).unwrap();
        prop_assert!(bytes(&tenant.read()) == kept);
        // And what is done from there is what would have been done.
        play_all(&tenant, &after);
        let other = self::tenant();
        play_all(&other, &before);
        play_all(&other, &after);
        prop_assert!(bytes(&tenant.read()) == bytes(&other.read()));
    }

    #[test]
    fn an_export_comes_back_the_same(acts in acts()) {
        let tenant = tenant();
        play_all(&tenant, &acts);
        let world = tenant.read();
        let document = serde_json::to_value(Export(&world)).unwrap();
        let back = World::import(document.clone(), vec![rolecall::http::Vendor::empty(&Toy)]).unwrap();
        prop_assert!(serde_json::to_value(Export(&back)).unwrap() == document);
        prop_assert_eq!(back.next_due(), world.next_due());
        assert_sound(&back);
    }

    #[test]
    fn equal_commands_give_equal_bytes_and_no_tenant_sees_another(acts in acts()) {
        let (one, two, idle) = (tenant(), tenant(), tenant());
        let untouched = bytes(&idle.read());
        for act in &acts {
            play(&one, act);
            play(&two, act);
        }
        prop_assert!(bytes(&one.read()) == bytes(&two.read()));
        prop_assert!(Arc::ptr_eq(&idle.read(), &BASE));
        prop_assert!(bytes(&idle.read()) == untouched);
    }
}

/// An act that is refused half-way leaves the draft as it was, and the draft goes on.
#[test]
fn what_a_draft_attempts_in_vain_leaves_no_trace() {
    let written = |draft: &mut rolecall::world::Draft, keep: bool| {
        draft.attempt(|shop: &mut Shop, cx| {
            let grant = cx.company.grants().iter().next().map(|grant| grant.id).unwrap();
            Ask(grant).apply(shop, cx).unwrap();
            assert!(cx.company.take(cx.chronicle, grant, "toy"));
            if keep { Ok(()) } else { Err("no") }
        })
    };
    let mut refused = BASE.draft(opening());
    assert_eq!(written(&mut refused, false), Err("no"));
    let made = refused.close();
    assert!(made.events.is_empty() && made.edges.is_empty());
    assert_eq!(bytes(&made.world), bytes(&BASE));
    let mut kept = BASE.draft(opening());
    assert_eq!(written(&mut kept, true), Ok(()));
    assert_ne!(bytes(&kept.close().world), bytes(&BASE));
}

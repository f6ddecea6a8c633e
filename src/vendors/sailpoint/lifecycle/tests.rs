//! Random commands on the approval lifecycle, held against a reference that knows nothing of it:
//! requests of a few people for a few objects, decided, forwarded, cancelled, closed, timed out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;

use super::{
    Actor, Approve, Cancel, Close, CompleteWorkItem, Completion, Forward, Refusal, Reject, RequestAccess, Target,
    Wanted, perform,
};
use crate::company::seed::{Mistakes, Seed};
use crate::company::{Company, Person};
use crate::kernel::{Id, Span, Timestamp};
use crate::vendors::sailpoint::model::{
    AccessProfile, Approval, AssignmentKey, GovernanceGroup, Item, ItemKey, ItemState, Object, ObjectKind, Org, Owner,
    RequestKind, Role, Stage, WorkItemState,
};
use crate::vendors::sailpoint::seed;
use crate::world::{Command, Settings, World};

/// Everybody who acts, each after the manager above; `None` above the last.
const LADDER: [(&str, Option<&str>); 9] = [
    ("ed.okafor", Some("mia.chen")),
    ("raj.patel", Some("mia.chen")),
    ("mia.chen", Some("ingrid.solberg")),
    ("ingrid.solberg", Some("victor.almeida")),
    ("victor.almeida", Some("margaret.holloway")),
    ("george.adeyemi", Some("chiara.romano")),
    ("eleni.stavrou", None),
    ("gloria.banks", Some("noor.haddad")),
    ("ada.admin", Some("samir.qureshi")),
];
const ADMIN: usize = 8;
/// Who asks, each for themselves.
const ASKERS: usize = 2;
/// Stands for whose turn it is.
const RIGHTFUL: usize = usize::MAX;
const TIMEOUT: Span = Span::days(10);

/// Who is asked in one step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    Manager,
    Person(&'static str),
    Group(&'static str, &'static [&'static str]),
}

/// The objects that are asked for: their slugs, chains, and whether somebody provisions them by hand.
const OBJECTS: [(ObjectKind, &str, &[Asked], bool); 5] = [
    (ObjectKind::Role, "office-productivity-plus", &[], false),
    (ObjectKind::Role, "data-explorer", &[Asked::Manager], false),
    (ObjectKind::Role, "buyer", &[Asked::Manager, Asked::Person("george.adeyemi")], false),
    (
        ObjectKind::AccessProfile,
        "erp-journal-release",
        &[
            Asked::Person("ingrid.solberg"),
            Asked::Group("finance-controls", &["ingrid.solberg", "eleni.stavrou", "yuki.tanabe", "bradley.thornton"]),
        ],
        false,
    ),
    (ObjectKind::AccessProfile, "badge-after-hours", &[Asked::Manager, Asked::Person("gloria.banks")], true),
];

#[derive(Clone, Debug)]
enum Act {
    /// An asker asks for an object.
    Ask(usize, usize),
    Approve(Place, usize),
    Reject(Place, usize),
    /// Somebody forwards it to somebody.
    Forward(Place, usize, usize),
    Cancel(Place, usize),
    Close(Place, bool),
    /// Somebody says whether the manual action was done.
    Work(Place, usize, bool),
    /// Hours pass.
    Pass(i64),
}

/// Which asker's item for which object.
type Place = (usize, usize);

fn act() -> impl Strategy<Value = Act> {
    let place = || (0..ASKERS, 0..OBJECTS.len());
    // Mostly the one whose turn it is.
    let who = || prop_oneof![3 => Just(RIGHTFUL), 2 => 0..LADDER.len()];
    prop_oneof![
        5 => place().prop_map(|(asker, object)| Act::Ask(asker, object)),
        8 => (place(), who()).prop_map(|(place, by)| Act::Approve(place, by)),
        1 => (place(), who()).prop_map(|(place, by)| Act::Reject(place, by)),
        2 => (place(), who(), 0..LADDER.len()).prop_map(|(place, by, to)| Act::Forward(place, by, to)),
        1 => (place(), who()).prop_map(|(place, by)| Act::Cancel(place, by)),
        1 => (place(), any::<bool>()).prop_map(|(place, success)| Act::Close(place, success)),
        2 => (place(), who(), any::<bool>()).prop_map(|(place, by, done)| Act::Work(place, by, done)),
        3 => prop_oneof![3 => 1..48_i64, 1 => 48..300_i64].prop_map(Act::Pass),
    ]
}

// The reference.

#[derive(Clone, Copy, Debug, PartialEq)]
enum Holder {
    Person(&'static str),
    Group(&'static str, &'static [&'static str]),
}

/// Where an item in flight stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flight {
    Asking { step: usize, holder: Holder, since: Timestamp },
    Provisioning,
    ByHand,
}

/// What became of the newest item of each place, and who has what.
#[derive(Clone, Debug, Default)]
struct Reference {
    flying: BTreeMap<Place, Flight>,
    ended: BTreeMap<Place, ItemState>,
    has: BTreeMap<Place, bool>,
}

fn manager(who: &str) -> Option<&'static str> {
    LADDER.iter().find(|(name, _)| *name == who).and_then(|(_, manager)| *manager)
}

impl Reference {
    fn ask(&mut self, place: Place, now: Timestamp) {
        if self.flying.contains_key(&place) {
            return;
        }
        self.ended.remove(&place);
        if self.has.get(&place) == Some(&true) {
            self.ended.insert(place, ItemState::Cancelled);
            return;
        }
        self.put_to(place, 0, now);
    }

    fn put_to(&mut self, place: Place, step: usize, since: Timestamp) {
        let asker = LADDER[place.0].0;
        let holder = match OBJECTS[place.1].2.get(step) {
            Some(Asked::Manager) => Holder::Person(manager(asker).unwrap()),
            Some(Asked::Person(person)) => Holder::Person(person),
            Some(Asked::Group(group, members)) => Holder::Group(group, members),
            None => {
                self.flying.insert(place, Flight::Provisioning);
                return;
            }
        };
        self.flying.insert(place, Flight::Asking { step, holder, since });
    }

    fn may_decide(holder: Holder, by: usize) -> bool {
        let name = LADDER[by].0;
        by == ADMIN
            || match holder {
                Holder::Person(person) => person == name,
                Holder::Group(_, members) => members.contains(&name),
            }
    }

    /// The step and holder of what is asked, if this actor may act on it.
    fn decidable(&self, place: Place, by: usize) -> Option<(usize, Holder, Timestamp)> {
        match self.flying.get(&place) {
            Some(Flight::Asking { step, holder, since }) if Self::may_decide(*holder, by) => {
                Some((*step, *holder, *since))
            }
            _ => None,
        }
    }

    fn end(&mut self, place: Place, state: ItemState) {
        self.flying.remove(&place);
        self.ended.insert(place, state);
        if state == ItemState::RequestCompleted {
            self.has.insert(place, true);
        }
    }

    /// The act about something in flight, if anything is, with whoever's turn it is in the place of
    /// [`RIGHTFUL`].
    fn resolved(&self, act: Act) -> Act {
        let rung = |name: &str| LADDER.iter().position(|(known, _)| *known == name).unwrap_or(ADMIN);
        let turn = |place: Place, by: usize| match (by, self.flying.get(&place)) {
            (RIGHTFUL, Some(Flight::Asking { holder: Holder::Person(person), .. })) => rung(person),
            (RIGHTFUL, Some(Flight::Asking { holder: Holder::Group(_, members), .. })) => rung(members[1]),
            (RIGHTFUL, Some(Flight::ByHand)) => rung("gloria.banks"),
            (RIGHTFUL, _) => ADMIN,
            (by, _) => by,
        };
        let flying = |(asker, of): Place| match self.flying.len() {
            0 => (asker, of),
            len => self.flying.keys().nth((asker * OBJECTS.len() + of) % len).copied().unwrap_or((asker, of)),
        };
        match act {
            Act::Approve(place, by) => Act::Approve(flying(place), turn(flying(place), by)),
            Act::Reject(place, by) => Act::Reject(flying(place), turn(flying(place), by)),
            Act::Forward(place, by, to) => Act::Forward(flying(place), turn(flying(place), by), to),
            Act::Work(place, by, done) => Act::Work(flying(place), turn(flying(place), by), done),
            Act::Cancel(place, RIGHTFUL) => Act::Cancel(flying(place), flying(place).0),
            Act::Cancel(place, by) => Act::Cancel(flying(place), by),
            Act::Close(place, success) => Act::Close(flying(place), success),
            Act::Ask(..) | Act::Pass(_) => act,
        }
    }

    /// Whether the act is legal; what it does when it is.
    fn act(&mut self, act: &Act, now: Timestamp) -> bool {
        match *act {
            Act::Ask(asker, object) => self.ask((asker, object), now),
            Act::Approve(place, by) => {
                let Some((step, ..)) = self.decidable(place, by) else { return false };
                self.put_to(place, step + 1, now);
            }
            Act::Reject(place, by) => {
                if self.decidable(place, by).is_none() {
                    return false;
                }
                self.end(place, ItemState::Rejected);
            }
            Act::Forward(place, by, to) => {
                let to = LADDER[to].0;
                let Some((step, holder, since)) = self.decidable(place, by) else { return false };
                if holder == Holder::Person(to) {
                    return false;
                }
                // Who asked does not review themselves.
                let holder = if to == LADDER[place.0].0 { manager(to).unwrap() } else { to };
                self.flying.insert(place, Flight::Asking { step, holder: Holder::Person(holder), since });
            }
            Act::Cancel(place, by) => {
                let asked = matches!(self.flying.get(&place), Some(Flight::Asking { .. }));
                if !asked || !(by == ADMIN || by == place.0) {
                    return false;
                }
                self.end(place, ItemState::Cancelled);
            }
            Act::Close(place, success) => {
                let Some(flight) = self.flying.get(&place).copied() else { return true };
                let state = if success { ItemState::RequestCompleted } else { ItemState::Terminated };
                self.end(place, state);
                // Closing gives nobody anything; by hand it may have been given, if an administrator says so.
                self.has.insert(place, success && flight == Flight::ByHand);
            }
            Act::Work(place, by, done) => {
                if self.flying.get(&place) != Some(&Flight::ByHand) || !(by == ADMIN || LADDER[by].0 == "gloria.banks")
                {
                    return false;
                }
                let state = if done { ItemState::RequestCompleted } else { ItemState::ProvisioningFailed };
                self.end(place, state);
            }
            Act::Pass(hours) => self.pass(now + Span::hours(hours)),
        }
        true
    }

    fn pass(&mut self, to: Timestamp) {
        for (place, flight) in self.flying.clone() {
            match flight {
                Flight::Asking { since, .. } if since + TIMEOUT <= to => self.end(place, ItemState::Terminated),
                Flight::Provisioning if OBJECTS[place.1].3 => drop(self.flying.insert(place, Flight::ByHand)),
                Flight::Provisioning => self.end(place, ItemState::RequestCompleted),
                Flight::Asking { .. } | Flight::ByHand => {}
            }
        }
    }
}

// The simulation.

static BASE: LazyLock<World> = LazyLock::new(|| {
    let (seed, opening) = (Seed::embedded(), "2026-01-05T09:00:00Z".parse().unwrap());
    let company = Company::load(&seed, opening).unwrap();
    let mut draft = World::founded(company, opening, Settings::default()).draft(opening);
    seed::found(&mut draft, &seed, &mut Mistakes::default());
    let timeout = json!({"days": TIMEOUT.as_seconds() / 86_400, "result": "EXPIRED"});
    perform(&mut draft, json!({"step": "set-approval-rules", "rules": {"timeout": timeout}})).unwrap();
    draft.close().world
});

fn person(who: usize) -> Id<Person> {
    Person::id_of(LADDER[who].0)
}

fn object(of: usize) -> Object {
    let (kind, slug, ..) = OBJECTS[of];
    let id = match kind {
        ObjectKind::Role => Role::id_of(slug).cast(),
        ObjectKind::AccessProfile | ObjectKind::Entitlement => AccessProfile::id_of(slug).cast(),
    };
    Object { kind, id }
}

struct Play {
    world: World,
    hour: Timestamp,
}

impl Play {
    fn org(&self) -> &Org {
        self.world.estate()
    }

    fn command<C: Command<Org>>(&mut self, command: C) -> Result<(), Refusal> {
        let (made, _) = self.world.after::<Org, C>(self.hour, command)?;
        self.world = made.world;
        Ok(())
    }

    fn in_flight(&self, (asker, of): Place) -> Option<&Item> {
        self.org().items.with(ItemKey::InFlight(person(asker), object(of))).next().map(|item| &**item)
    }

    fn open(&self, place: Place) -> Option<Id<Approval>> {
        let item = self.in_flight(place)?;
        self.org().approvals_of(item).find(|approval| approval.is_open()).map(|approval| approval.id)
    }

    /// Whether the act was legal.
    fn act(&mut self, act: &Act) -> bool {
        let done = match *act {
            Act::Ask(asker, of) => {
                let item = Wanted {
                    kind: object(of).kind,
                    id: object(of).id.hex(),
                    comment: Some("please".into()),
                    client_metadata: None,
                    start_date: None,
                    remove_date: None,
                    accounts: Vec::new(),
                };
                let targets = vec![Target { identity: person(asker).hex(), is_machine: false, items: vec![item] }];
                let (by, kind) = (person(asker), RequestKind::GrantAccess);
                self.command(RequestAccess { by, kind, targets, is_flat: true, client_metadata: None })
            }
            Act::Approve(place, by) => {
                let Some(approval) = self.open(place) else { return false };
                self.command(Approve { approval, by: Actor::Person(person(by)), comment: None })
            }
            Act::Reject(place, by) => {
                let Some(approval) = self.open(place) else { return false };
                self.command(Reject { approval, by: Actor::Person(person(by)), comment: Some("no".into()) })
            }
            Act::Forward(place, by, to) => {
                let Some(approval) = self.open(place) else { return false };
                let (by, new_owner) = (Actor::Person(person(by)), person(to).hex());
                self.command(Forward { approval, by, new_owner, comment: "yours".into() })
            }
            Act::Cancel(place, by) => {
                let Some(request) = self.in_flight(place).map(|item| item.request.hex()) else { return false };
                self.command(Cancel { request, by: Actor::Person(person(by)), comment: "back".into() })
            }
            Act::Close(place, success) => {
                let Some(request) = self.in_flight(place).map(|item| item.request.hex()) else { return true };
                let completion = if success { Completion::Success } else { Completion::Terminated };
                self.command(Close { requests: vec![request], completion, message: None })
            }
            Act::Work(place, by, done) => {
                let work = self.in_flight(place).and_then(|item| item.work_items.first().copied());
                let Some(work_item) = work else { return false };
                self.command(CompleteWorkItem { work_item, by: Actor::Person(person(by)), done, comment: None })
            }
            Act::Pass(hours) => {
                let target = self.hour + Span::hours(hours);
                while let Some(made) = self.world.after_next_instant(target) {
                    self.world = made.world;
                }
                self.hour = target;
                Ok(())
            }
        };
        done.is_ok()
    }

    fn check_against(&self, reference: &Reference) -> Result<(), TestCaseError> {
        for place in (0..ASKERS).flat_map(|asker| (0..OBJECTS.len()).map(move |of| (asker, of))) {
            let (who, what) = (person(place.0), object(place.1));
            match reference.flying.get(&place) {
                None => prop_assert!(self.in_flight(place).is_none()),
                Some(flight) => self.check_flight(place, *flight)?,
            }
            let of_place = self.org().items.iter().filter(|item| item.requested_for == who && item.object == what);
            let newest = of_place.max_by_key(|item| item.created);
            if let Some(state) = reference.ended.get(&place) {
                prop_assert!(newest.is_some_and(|item| item.state == *state), "{:?}", newest);
            }
            let is_assigned = self.org().assignment(who, what).is_some();
            let has = reference.has.get(&place) == Some(&true);
            // By hand, the assignment is there before the work is done.
            let by_hand = reference.flying.get(&place) == Some(&Flight::ByHand);
            prop_assert_eq!(is_assigned, has || by_hand);
        }
        Ok(())
    }

    fn check_flight(&self, place: Place, flight: Flight) -> Result<(), TestCaseError> {
        let item = self.in_flight(place);
        let Some(item) = item else { return Err(TestCaseError::fail("nothing is in flight")) };
        let open: Vec<_> = self.org().approvals_of(item).filter(|approval| approval.is_open()).collect();
        match flight {
            Flight::Asking { step, holder, .. } => {
                prop_assert_eq!(open.len(), 1);
                let owner = match holder {
                    Holder::Person(person) => Owner::Identity(Person::id_of(person)),
                    Holder::Group(group, _) => Owner::Group(GovernanceGroup::id_of(group)),
                };
                prop_assert_eq!((open[0].step, open[0].owner), (step, owner));
            }
            Flight::Provisioning => prop_assert_eq!((item.state, open.len()), (ItemState::Executing, 0)),
            Flight::ByHand => {
                prop_assert_eq!((item.state, open.len()), (ItemState::ProvisioningVerificationPending, 0));
            }
        }
        Ok(())
    }

    /// What holds whatever was done, seen against the world before.
    fn check_invariants(&self, before: &World) -> Result<(), TestCaseError> {
        let (org, earlier) = (self.org(), before.estate::<Org>());
        for item in earlier.items.iter().filter(|item| item.state.is_terminal()) {
            prop_assert_eq!(org.items.get(&item.id).map(|item| item.state), Some(item.state), "a dead item rose");
        }
        for item in org.items.iter() {
            let open = org.approvals_of(item).filter(|approval| approval.is_open()).count();
            let expected = usize::from(item.stage == Stage::Approving);
            prop_assert_eq!(open, expected, "an approving item has one open approval, others none");
            prop_assert_eq!(item.stage == Stage::Over, item.state.is_terminal());
            let waits = |id| org.work_items.get(id).is_some_and(|work| work.state == WorkItemState::Pending);
            let by_hand = item.work_items.iter().any(waits);
            prop_assert_eq!(by_hand, item.state == ItemState::ProvisioningVerificationPending);
            if item.state == ItemState::RequestCompleted && item.provisioned > 0 {
                let company = self.world.company();
                for entitlement in org.brings(item.object) {
                    prop_assert!(company.holding(item.requested_for, entitlement).is_some(), "completed, not held");
                }
            }
        }
        for approval in org.approvals.iter().filter(|approval| approval.is_open()) {
            let item = org.items.get(&approval.item).map(|item| item.state);
            prop_assert_eq!(item, Some(ItemState::Executing));
        }
        for asker in 0..ASKERS {
            for assignment in org.assignments.with(AssignmentKey::Person(person(asker))) {
                prop_assert!(org.items.contains(&assignment.item), "an assignment came from nowhere");
            }
        }
        for timer in org.timers.lines() {
            let about = Id::<()>::from_hex(&timer.about).unwrap();
            let approval = org.approvals.get(&about.cast()).is_none_or(|approval| approval.is_open());
            let item = org.items.get(&about.cast()).is_none_or(|item| !item.state.is_terminal());
            prop_assert!(approval && item, "a timer is about what is over: {}", timer.command);
        }
        for table in org.all_tables() {
            prop_assert!(table.is_consistent(), "{}", table.name());
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_lifecycle_does_what_the_reference_says(acts in prop::collection::vec(act(), 1..100)) {
        let mut play = Play { world: BASE.clone(), hour: BASE.hour() };
        let mut reference = Reference::default();
        for act in acts {
            // No two things happen at once, so that the newest item of a place is one.
            play.hour = play.hour + Span::micros(1);
            let (act, before, hour) = (reference.resolved(act), play.world.clone(), play.hour);
            let expected = reference.act(&act, hour);
            prop_assert_eq!(play.act(&act), expected, "{:?}", act);
            play.check_against(&reference)?;
            play.check_invariants(&before)?;
        }
    }
}

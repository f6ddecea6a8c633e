//! People who act by themselves.
//!
//! A tenant's autopilot is part of its world: rules say who settles what waits for them, after how
//! long and how; a background activity hires, moves and parts with people and lets them ask for
//! things. What it will do stands in the world with a date, so that it happens in the order of time
//! like any timer, is drawn from seeded streams, and is exported and restored. It is off unless
//! somebody gives it rules.
//!
//! The world knows no vendor: what waits for whom, and how it is settled, it is told by its [`Hands`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Draft, StepError, World};
use crate::company::{NewPerson, Person, PersonChange, PersonKind};
use crate::kernel::{Due, Id, Ids, Span, Timestamp};

/// How many acts may stand in a world's calendar.
const PLANNED_MAX: usize = 10_000;
/// How much may go on in a day.
const RATE_MAX: f64 = 1_000.0;
/// Where the autopilot's chances are drawn from.
const CHANCES: &str = "autopilot/chance";

/// Something that waits for somebody.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chore {
    /// The vendor in whose product it waits.
    pub vendor: &'static str,
    /// What kind of thing it is, in the vendor's word: `approval`, `justification`.
    pub kind: &'static str,
    /// Which it is: the same for as long as it waits for the same person, and no longer. What was settled or refused
    /// once is not tried again under the same key.
    pub key: String,
    /// For whom it waits, by slug; nobody in particular when absent.
    pub person: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// What they can do: a name, such as `approve`, and the vendor's step, complete but for what is said. The first
    /// one is taken by a rule that names no choices.
    pub choices: Vec<(&'static str, Value)>,
    /// The field of each step that takes what they say.
    pub says: Option<&'static str>,
}

/// What the autopilot is told and given by those who know the vendors.
pub trait Hands: Send + Sync {
    /// Everything that waits for somebody, in an order that is always the same. Asked after every commit.
    fn chores(&self, world: &World) -> Vec<Chore>;
    /// A step by which somebody asks for something new; `draw` chooses among what there is.
    fn wish(&self, world: &World, person: &Person, draw: f64) -> Option<(&'static str, Value)>;
    /// Does a vendor's step.
    ///
    /// # Errors
    /// When the vendor refuses it.
    fn act(&self, draft: &mut Draft, vendor: &str, step: Value) -> Result<Value, StepError>;
}

/// What the autopilot does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Habits {
    /// Who settles what; the first rule that fits holds.
    pub rules: Vec<Rule>,
    /// What goes on besides.
    pub activity: Activity,
}

/// How what waits for some people is settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// In which vendor's product; in any when absent.
    #[serde(default)]
    pub vendor: Option<String>,
    /// What kind of thing; anything when absent.
    #[serde(default)]
    pub kind: Option<String>,
    /// For whom, by slug; for anybody when absent.
    #[serde(default)]
    pub person: Option<String>,
    /// For whom, by the slug of their department.
    #[serde(default)]
    pub department: Option<String>,
    /// They are on leave: nothing is settled.
    #[serde(default)]
    pub away: bool,
    /// After how long at least.
    #[serde(default)]
    pub after: Span,
    /// After how long at most; `after` when absent.
    #[serde(default)]
    pub within: Option<Span>,
    /// How: the names of choices with their weights. The first choice there is when empty.
    #[serde(default)]
    pub choices: BTreeMap<String, f64>,
    /// What they say when they choose so, one of these.
    #[serde(default)]
    pub comments: BTreeMap<String, Vec<String>>,
}

/// What goes on by itself, on an average day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Activity {
    /// People who are hired.
    pub joiners: f64,
    /// People who change departments.
    pub movers: f64,
    /// People who leave.
    pub leavers: f64,
    /// New requests.
    pub requests: f64,
}

/// One thing that goes on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Happening {
    Join,
    Move,
    Leave,
    Request,
}

impl Habits {
    /// What makes a demo feel inhabited: people settle what waits for them within hours or days,
    /// now and then with a no, and some come, move, leave and ask for things.
    pub fn inhabited() -> Self {
        let said = |texts: &[(&str, &[&str])]| -> BTreeMap<String, Vec<String>> {
            let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
            texts.iter().map(|(choice, texts)| ((*choice).to_owned(), owned(texts))).collect()
        };
        let rule = |kind: &str, (after, within): (Span, Span), choices: &[(&str, f64)], comments| Rule {
            vendor: None,
            kind: Some(kind.to_owned()),
            person: None,
            department: None,
            away: false,
            after,
            within: Some(within),
            choices: choices.iter().map(|(choice, weight)| ((*choice).to_owned(), *weight)).collect(),
            comments,
        };
        let decided = said(&[
            ("approve", &["Fine with me.", "Needed for the project.", "As agreed."]),
            ("reject", &["Please ask for less.", "Not without a ticket."]),
        ]);
        let answered = said(&[
            ("inUse", &["I use it every week.", "We keep our plans in it."]),
            ("notInUse", &["I only tried it once.", "No longer needed."]),
        ]);
        let (hours, days) = (Span::hours, Span::days);
        Self {
            rules: vec![
                rule("approval", (hours(2), hours(6)), &[("approve", 9.0), ("reject", 1.0)], decided.clone()),
                rule("justification", (days(1), days(2)), &[("inUse", 3.0), ("notInUse", 1.0)], answered),
                rule("work-item", (hours(4), days(1)), &[("done", 19.0), ("undone", 1.0)], BTreeMap::new()),
                rule("provisioning", (hours(4), days(1)), &[("done", 19.0), ("failed", 1.0)], BTreeMap::new()),
                rule("revocation", (hours(1), hours(8)), &[("approve", 9.0), ("reject", 1.0)], BTreeMap::new()),
                rule(
                    "violation",
                    (hours(4), days(3)),
                    &[("remediate", 5.0), ("exception", 3.0), ("allow", 2.0)],
                    BTreeMap::new(),
                ),
                rule("certification", (hours(2), days(5)), &[("certify", 9.0), ("revoke", 1.0)], BTreeMap::new()),
            ],
            activity: Activity { joiners: 0.5, movers: 0.2, leavers: 0.3, requests: 4.0 },
        }
    }

    /// Why these habits cannot be had; nothing when they can.
    pub fn mistake(&self) -> Option<String> {
        let Activity { joiners, movers, leavers, requests } = self.activity;
        let is_rate = |rate: f64| (0.0..=RATE_MAX).contains(&rate);
        if ![joiners, movers, leavers, requests].into_iter().all(is_rate) {
            return Some(format!("an activity lies between 0 and {RATE_MAX} a day"));
        }
        self.rules.iter().enumerate().find_map(|(place, rule)| {
            let number = place + 1;
            if rule.after.is_negative() || rule.within.is_some_and(|within| within < rule.after) {
                return Some(format!("rule {number}: `within` is no shorter than `after`, and neither is negative"));
            }
            let is_weight = |weight: &f64| weight.is_finite() && *weight >= 0.0;
            let are_weights = rule.choices.values().all(is_weight);
            (!are_weights).then(|| format!("rule {number}: the weight of a choice is a number from 0"))
        })
    }
}

impl Happening {
    const ALL: [Self; 4] = [Self::Join, Self::Move, Self::Leave, Self::Request];

    fn a_day(self, activity: &Activity) -> f64 {
        match self {
            Self::Join => activity.joiners,
            Self::Move => activity.movers,
            Self::Leave => activity.leavers,
            Self::Request => activity.requests,
        }
    }
}

/// What stands in the calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    at: Timestamp,
    sequence: u64,
    act: Act,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Act {
    Settle { vendor: String, key: String, choice: String, step: Value },
    Happen(Happening),
}

/// One line of the calendar, as the control plane shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanLine {
    /// When.
    pub at: Timestamp,
    /// What.
    pub act: Value,
}

/// A tenant's autopilot: what it was told, and what it will do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Autopilot {
    habits: Habits,
    /// By due instant, then by who was planned first.
    plans: Vec<Plan>,
    /// What was tried and waits nevertheless, by vendor and key: once is enough, or a refusal would be
    /// met again and again within one instant.
    tried: Vec<(String, String)>,
}

impl Autopilot {
    /// One that does as `habits` says, from now on.
    pub fn of(habits: Habits) -> Self {
        Self { habits, plans: Vec::new(), tried: Vec::new() }
    }
    /// What it was told.
    pub fn habits(&self) -> &Habits {
        &self.habits
    }
    /// What it will do, in order.
    pub fn plans(&self) -> impl Iterator<Item = PlanLine> {
        let line = |plan: &Plan| PlanLine { at: plan.at, act: serde_json::to_value(&plan.act).unwrap_or_default() };
        self.plans.iter().map(line)
    }

    pub(super) fn is_on(&self) -> bool {
        *self != Self::default()
    }
    pub(super) fn next_due(&self) -> Option<Due> {
        self.plans.first().map(|plan| Due { at: plan.at, timer: plan.sequence })
    }

    fn plan(&mut self, plan: Plan) {
        let place = self.plans.partition_point(|known| (known.at, known.sequence) <= (plan.at, plan.sequence));
        self.plans.insert(place, plan);
    }

    /// Puts into the calendar what has come to wait, and takes out what waits no longer.
    pub(super) fn take_stock(&mut self, chores: &[Chore], world: &World, ids: &mut Ids, sequence: &mut u64) {
        let waiting: BTreeSet<_> = chores.iter().map(|chore| (chore.vendor, chore.key.as_str())).collect();
        let waits = |vendor: &String, key: &String| waiting.contains(&(vendor.as_str(), key.as_str()));
        self.plans.retain(|plan| match &plan.act {
            Act::Settle { vendor, key, .. } => waits(vendor, key),
            Act::Happen(_) => true,
        });
        self.tried.retain(|(vendor, key)| waits(vendor, key));
        let planned = self.plans.iter().filter_map(|plan| match &plan.act {
            Act::Settle { vendor, key, .. } => Some((vendor.as_str(), key.as_str())),
            Act::Happen(_) => None,
        });
        let tried = self.tried.iter().map(|(vendor, key)| (vendor.as_str(), key.as_str()));
        let known: BTreeSet<_> = planned.chain(tried).collect();
        let mut new = Vec::new();
        for chore in chores.iter().filter(|chore| !known.contains(&(chore.vendor, chore.key.as_str()))) {
            if self.plans.len() + new.len() >= PLANNED_MAX {
                break;
            }
            let Some(rule) = self.habits.rules.iter().find(|rule| rule.fits(chore, world)) else { continue };
            if let Some((at, choice, step)) = rule.settles(chore, world.hour(), ids) {
                *sequence += 1;
                let (vendor, key) = (chore.vendor.to_owned(), chore.key.clone());
                new.push(Plan { at, sequence: *sequence, act: Act::Settle { vendor, key, choice, step } });
            }
        }
        self.plans.append(&mut new);
        self.plans.sort_by_key(|plan| (plan.at, plan.sequence));
        for happening in Happening::ALL {
            let is_planned = self.plans.iter().any(|plan| plan.act == Act::Happen(happening));
            let a_day = happening.a_day(&self.habits.activity);
            if a_day > 0.0 && !is_planned {
                // Even over twice the mean, so that no stretch is endless.
                let wait = Span::days(1) * (2.0 * ids.chance(CHANCES) / a_day);
                *sequence += 1;
                self.plan(Plan { at: world.hour() + wait, sequence: *sequence, act: Act::Happen(happening) });
            }
        }
    }

    /// Takes out what is due first.
    pub(super) fn next(&mut self) -> Option<Doing> {
        if self.plans.is_empty() {
            return None;
        }
        let act = self.plans.remove(0).act;
        if let Act::Settle { vendor, key, .. } = &act {
            self.tried.push((vendor.clone(), key.clone()));
        }
        Some(Doing(act))
    }
}

impl Rule {
    fn fits(&self, chore: &Chore, world: &World) -> bool {
        let department = || {
            let person = world.company().person_named(chore.person.as_deref()?)?;
            Some(person.department.clone())
        };
        self.vendor.as_ref().is_none_or(|vendor| vendor == chore.vendor)
            && self.kind.as_ref().is_none_or(|kind| kind == chore.kind)
            && self.person.as_ref().is_none_or(|person| Some(person) == chore.person.as_ref())
            && self.department.as_ref().is_none_or(|wanted| department().as_ref() == Some(wanted))
    }

    /// When and how a chore is settled; not at all when they are away, or none of the choices is there.
    fn settles(&self, chore: &Chore, now: Timestamp, ids: &mut Ids) -> Option<(Timestamp, String, Value)> {
        if self.away {
            return None;
        }
        let stretch =
            self.within.map_or(Span::ZERO, |within| Span::micros((within.as_micros() - self.after.as_micros()).max(0)));
        let at = (chore.since + self.after + stretch * ids.chance(CHANCES)).max(now);
        let weight =
            |name: &str| if self.choices.is_empty() { 1.0 } else { self.choices.get(name).copied().unwrap_or(0.0) };
        let there: Vec<_> = chore.choices.iter().filter(|(name, _)| weight(name) > 0.0).collect();
        let there = if self.choices.is_empty() { there.into_iter().take(1).collect() } else { there };
        let mut left = ids.chance(CHANCES) * there.iter().map(|(name, _)| weight(name)).sum::<f64>();
        let chosen = there.iter().find(|(name, _)| {
            left -= weight(name);
            left < 0.0
        });
        let (name, step) = chosen.or(there.last())?;
        let mut step = step.clone();
        if let (Some(field), Some(comments)) = (chore.says, self.comments.get(*name).filter(|said| !said.is_empty())) {
            step[field] = comments[ids.pick(CHANCES, comments.len())].clone().into();
        }
        Some((at, (*name).to_owned(), step))
    }
}

/// Something whose hour has come.
pub(super) struct Doing(Act);

impl Doing {
    /// Does it. What a vendor refuses leaves nothing but a word about it.
    pub fn carry_out(self, draft: &mut Draft, hands: &dyn Hands) {
        match self.0 {
            Act::Settle { vendor, choice, step, .. } => settle(draft, hands, &vendor, &choice, step),
            Act::Happen(Happening::Request) => {
                let (person, draw) = (somebody(draft), draft.chronicle.ids().chance(CHANCES));
                let wish = person.and_then(|person| hands.wish(draft.world(), &person, draw));
                if let Some((vendor, step)) = wish {
                    settle(draft, hands, vendor, "request", step);
                }
            }
            Act::Happen(Happening::Join) => join(draft),
            Act::Happen(Happening::Move) => go_elsewhere(draft),
            Act::Happen(Happening::Leave) => {
                let leaver = somebody(draft).filter(|person| is_replaceable(draft, person));
                if let Some(person) = leaver {
                    let _ = draft.on_company(|company, log| company.leave(log, person.id));
                }
            }
        }
    }
}

fn settle(draft: &mut Draft, hands: &dyn Hands, vendor: &str, choice: &str, step: Value) {
    let (world, chronicle) = (draft.world.clone(), draft.chronicle.clone());
    let refused = hands.act(draft, vendor, step.clone()).err();
    if refused.is_some() {
        (draft.world, draft.chronicle) = (world, chronicle);
    }
    let name = if refused.is_some() { "autopilot.refused" } else { "autopilot.acted" };
    let why = refused.map(|why| why.to_string());
    let before = draft.chronicle.speak_as("autopilot");
    draft.chronicle.emit(name, vendor, json!({"choice": choice, "step": step, "why": why}));
    draft.chronicle.speak_as(before);
}

/// Somebody at work, drawn from all who are.
fn somebody(draft: &mut Draft) -> Option<Person> {
    let company = draft.world.company();
    let present: Vec<Id<Person>> = company
        .people()
        .iter()
        .filter(|person| person.is_present() && person.kind != PersonKind::Service)
        .map(|person| person.id)
        .collect();
    let place = draft.chronicle.ids().pick(CHANCES, present.len());
    let id = present.get(place)?;
    draft.world.company().people().get(id).map(|person| Person::clone(person))
}

/// Whether the company goes on without somebody: nobody reports to them, and no application is theirs.
fn is_replaceable(draft: &Draft, person: &Person) -> bool {
    let company = draft.world.company();
    let leads = company.people().iter().any(|other| other.manager == Some(person.id));
    let owns = company.apps().iter().any(|app| app.owners.contains(&person.id));
    !leads && !owns
}

const GIVEN: [&str; 12] =
    ["Ada", "Ben", "Cleo", "Dario", "Ester", "Femi", "Gita", "Hugo", "Ines", "Jonas", "Kira", "Luis"];
const FAMILY: [&str; 12] =
    ["Abadi", "Berg", "Costa", "Dumont", "Eriksen", "Fofana", "Gupta", "Haas", "Ito", "Jansen", "Kaya", "Lund"];

/// Somebody is hired, to do what a colleague does.
fn join(draft: &mut Draft) {
    let Some(colleague) = somebody(draft) else { return };
    let ids = draft.chronicle.ids();
    let (given, family) = (GIVEN[ids.pick(CHANCES, GIVEN.len())], FAMILY[ids.pick(CHANCES, FAMILY.len())]);
    let number = draft.world.company().people().len();
    let new = NewPerson {
        slug: format!("{}.{}.{number}", given.to_lowercase(), family.to_lowercase()),
        kind: PersonKind::Employee,
        given: given.to_owned(),
        family: family.to_owned(),
        mail: None,
        title: colleague.title,
        department: colleague.department,
        location: colleague.location,
        manager: colleague.manager,
        start: draft.now(),
    };
    // A slug that is taken is tried again tomorrow, with another number.
    let _ = draft.on_company(|company, log| company.hire(log, new));
}

/// Somebody goes to a colleague's department, to report to their manager.
fn go_elsewhere(draft: &mut Draft) {
    let (Some(mover), Some(colleague)) = (somebody(draft), somebody(draft)) else { return };
    if mover.department == colleague.department || !is_replaceable(draft, &mover) {
        return;
    }
    let change = PersonChange {
        title: Some(colleague.title),
        department: Some(colleague.department),
        manager: Some(colleague.manager),
        ..PersonChange::default()
    };
    let _ = draft.on_company(|company, log| company.change(log, mover.id, change));
}

//! Scans: of everybody by a policy or a rule, and of one user (contract, 5).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::condition::Search;
use super::document::sound;
use super::engine::{self, Hit};
use super::open::{self, Verdict};
use super::{Fault, Missing, Refusal, Timer, policy, rule};
use crate::company::Person;
use crate::kernel::{Id, Pace};
use crate::query::{Case, Filter};
use crate::vendors::pingone::assumed::{SCAN, SCAN_FOUND_MAX, SCANS_MAX};
use crate::vendors::pingone::dto::View;
use crate::vendors::pingone::model::{
    Access, Found, Policy, Realm, Role, Rule, Scan, ScanMove, ScanResult, ScanState, ScanTarget, Terms, ViolationKey,
};
use crate::vendors::pingone::query::target;
use crate::world::{Command, Cx};

/// How a scan is carried out.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanOptions {
    /// Whether nothing is changed.
    pub simulate: bool,
    /// Whether the answer waits for the end.
    pub wait: bool,
}

/// Scan everybody by a policy.
pub struct ScanPolicy(pub String, pub ScanOptions);

impl Command<Realm> for ScanPolicy {
    type Output = Id<Scan>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let policy = policy::find(realm, &self.0)?;
        let (target, name) = (ScanTarget::Policy(policy.id), policy.name().to_owned());
        Ok(begin(realm, cx, (target, name), self.1))
    }
}

/// Scan everybody by one rule.
pub struct ScanRule(pub String, pub ScanOptions);

impl Command<Realm> for ScanRule {
    type Output = Id<Scan>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let rule = rule::find(realm, &self.0)?;
        let (target, name) = (ScanTarget::PolicyRule(rule.id), rule.name().to_owned());
        Ok(begin(realm, cx, (target, name), self.1))
    }
}

/// Scan one user, perhaps with what they would hold besides.
pub struct ScanUser {
    /// Their id, as it was sent.
    pub user: String,
    /// What they would hold besides, as it was sent.
    pub additional: Vec<Value>,
    /// Which rules, as a node over their fields.
    pub rules: Option<Value>,
    /// Whether nothing is changed.
    pub simulate: bool,
}

impl Command<Realm> for ScanUser {
    /// The scan, and the rules that are violated.
    type Output = (Id<Scan>, Vec<Id<Rule>>);
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let user = Id::from_dashed(&self.user).filter(|user| cx.company.people().contains(user));
        let user = user.ok_or(Missing::User(self.user))?;
        let view = View { realm, company: cx.company };
        let besides = besides(view, user, &self.additional)?;
        let filter = self.rules.as_ref().map(target::parse).transpose();
        let filter = filter.map_err(|error| Refusal::Unreadable(error.to_string()))?;
        let rules = rules_for(realm, !besides.is_empty(), filter.as_ref());
        let simulation = self.simulate || !besides.is_empty();
        let sequence = cx.tick();
        let mut scan = Scan {
            id: cx.id("pingone/scan"),
            target: ScanTarget::User(user),
            name: String::new(),
            simulation,
            state: ScanState::InProgress,
            started: cx.now(),
            completed: None,
            results: Vec::new(),
            sequence,
        };
        let searches = searches(&rules);
        let hits = engine::one(View { realm, company: cx.company }, &searches, user, &besides);
        let violated: Vec<Id<Rule>> =
            rules.iter().zip(&hits).filter(|(_, hits)| !hits.is_empty()).map(|(rule, _)| rule.id).collect();
        scan.results = record(realm, cx, &rules, hits, simulation);
        end(cx, &mut scan, ScanMove::Finish);
        let id = scan.id;
        keep(realm, scan);
        Ok((id, violated))
    }
}

/// Which rules a person would violate who is given this besides what they hold: what access requests ask before they
/// give anything (contract, 5.4). Nothing is kept of it.
pub fn would_violate(view: View<'_>, user: Id<Person>, besides: &[Access]) -> Vec<Id<Rule>> {
    let rules = rules_for(view.realm, true, None);
    let hits = engine::one(view, &searches(&rules), user, besides);
    rules.iter().zip(hits).filter(|(_, hits)| !hits.is_empty()).map(|(rule, _)| rule.id).collect()
}

/// Delete a scan.
pub struct DeleteScan(pub String);

impl Command<Realm> for DeleteScan {
    type Output = ();
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let id = find(realm, &self.0)?.id;
        realm.scans.remove(&id);
        realm.timers.cancel_about(id);
        cx.emit("scan.deleted", id, Value::Null);
        Ok(())
    }
}

/// The scan with this id, as it was sent.
pub fn find<'r>(realm: &'r Realm, id: &str) -> Result<&'r Scan, Refusal> {
    let scan = Id::from_dashed(id).and_then(|id| realm.scans.get(&id));
    scan.map(|scan| &**scan).ok_or_else(|| Missing::Scan(id.to_owned()).into())
}

/// Begins a scan; it ends at the pace of its hop, or at once where somebody waits.
pub fn begin(realm: &mut Realm, cx: &mut Cx<'_>, of: (ScanTarget, String), options: ScanOptions) -> Id<Scan> {
    let (target, name) = of;
    let sequence = cx.tick();
    let id = cx.id("pingone/scan");
    let (state, started) = (ScanState::InProgress, cx.now());
    let simulation = options.simulate;
    let scan = Scan { id, target, name, simulation, state, started, completed: None, results: Vec::new(), sequence };
    keep(realm, scan);
    cx.emit("scan.begun", id, json!({"simulation": simulation}));
    if options.wait || cx.pace(SCAN) == Pace::AtOnce {
        carry_out(realm, cx, id);
    } else {
        cx.later(realm, SCAN, id, Timer::Scan(id));
    }
    id
}

/// Carries a scan out, on what is so now.
pub fn carry_out(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Scan>) {
    let Some(scan) = realm.scans.get(&id) else { return };
    let mut scan = Scan::clone(scan);
    let rules: Option<Vec<Arc<Rule>>> = match scan.target {
        ScanTarget::Policy(policy) => realm
            .policies
            .get(&policy)
            .map(|policy| policy.rules().filter_map(|id| realm.rules.get(&id).cloned()).collect()),
        ScanTarget::PolicyRule(rule) => realm.rules.get(&rule).map(|rule| vec![Arc::clone(rule)]),
        ScanTarget::User(_) => None,
    };
    match rules {
        Some(mut rules) => {
            rules.retain(|rule| rule.terms().is_active() && rule.terms().is_detective());
            let hits = engine::everybody(View { realm, company: cx.company }, &searches(&rules));
            scan.results = record(realm, cx, &rules, hits, scan.simulation);
            end(cx, &mut scan, ScanMove::Finish);
        }
        None => end(cx, &mut scan, ScanMove::Fail),
    }
    realm.scans.put(scan);
}

fn end(cx: &mut Cx<'_>, scan: &mut Scan, by: ScanMove) {
    if let Some(state) = cx.go(scan.state, by) {
        (scan.state, scan.completed) = (state, Some(cx.now()));
        let violations: usize = scan.results.iter().map(|result| result.violations).sum();
        cx.emit("scan.ended", scan.id, json!({"violations": violations}));
    }
}

/// Keeps a scan; the oldest go when there are too many.
fn keep(realm: &mut Realm, scan: Scan) {
    realm.scans.put(scan);
    while realm.scans.len() > SCANS_MAX {
        let Some(oldest) = realm.scans.range(0, u64::MAX).next().map(|scan| scan.id) else { break };
        realm.scans.remove(&oldest);
        realm.timers.cancel_about(oldest);
    }
}

/// Rules whose filters can be read; all others were refused when they were written.
fn searches(rules: &[Arc<Rule>]) -> Vec<Search> {
    let nothing = || Search { conditions: Vec::new(), people: None };
    rules.iter().map(|rule| Search::of(rule.terms()).unwrap_or_else(|_| nothing())).collect()
}

/// The active rules that a scan of one user looks at.
fn rules_for(realm: &Realm, preventative: bool, filter: Option<&Filter>) -> Vec<Arc<Rule>> {
    let is_asked = |terms: Terms<'_>| if preventative { terms.is_preventative() } else { terms.is_detective() };
    let fits =
        |rule: &Rule| filter.is_none_or(|filter| filter.holds(&Value::Object(rule.document.clone()), Case::Ignored));
    let rules = realm.rules.iter().filter(|rule| rule.terms().is_active() && is_asked(rule.terms()) && fits(rule));
    rules.cloned().collect()
}

/// Writes down what was found, and makes violations of it unless it is a simulation.
fn record(
    realm: &mut Realm,
    cx: &mut Cx<'_>,
    rules: &[Arc<Rule>],
    hits: Vec<Vec<Hit>>,
    simulation: bool,
) -> Vec<ScanResult> {
    let mut results = Vec::with_capacity(rules.len());
    for (rule, hits) in rules.iter().zip(hits) {
        let terms = Arc::new(open::copy_of(rule));
        let (mut violations, mut found) = (0, Vec::new());
        for hit in hits {
            let is_known = realm.violations.ids_with(ViolationKey::Of(rule.id, hit.user)).next().is_some();
            if simulation && !is_known && found.len() >= SCAN_FOUND_MAX {
                // Counted and not named: nothing else is asked of it.
                violations += 1;
                continue;
            }
            let composite_ids = hit.composite_ids();
            let verdict = open::judge(realm, rule.id, hit.user, &composite_ids);
            if !matches!(verdict, Verdict::Allowed(_)) {
                violations += 1;
            }
            let violation = if simulation {
                None
            } else {
                open::take_up(realm, cx, verdict, (rule.id, Arc::clone(&terms)), hit.user, &composite_ids)
            };
            if found.len() < SCAN_FOUND_MAX && !matches!(verdict, Verdict::Allowed(_)) {
                found.push(Found { violation, user: hit.user, composite_ids });
            }
        }
        results.push(ScanResult { rule: rule.id, rule_name: rule.name().to_owned(), violations, found });
    }
    results
}

/// What somebody would hold besides (contract, 5.4).
fn besides(view: View<'_>, user: Id<Person>, additional: &[Value]) -> Result<Vec<Access>, Refusal> {
    let mut faults = Vec::new();
    let mut besides = Vec::new();
    for access in additional {
        match one_besides(view, user, access) {
            Ok(access) => besides.push(access),
            Err(fault) => faults.push(fault),
        }
    }
    sound(faults).map(|()| besides)
}

fn one_besides(view: View<'_>, user: Id<Person>, access: &Value) -> Result<Access, Fault> {
    let empty = Map::new();
    let access = access.as_object().unwrap_or(&empty);
    let text = |name: &str| access.get(name).and_then(Value::as_str).unwrap_or_default();
    let unknown = |what, id: &str| Fault::Reference(what, id.to_owned());
    match text("type") {
        "accountGrant" | "AccountGrant" => {
            let id = text("applicationId");
            let app = Id::from_dashed(id).filter(|app| view.company.apps().contains(app));
            app.map(|app| Access::WouldHave(user, app)).ok_or_else(|| unknown("Application", id))
        }
        "roleMembership" => {
            let id = text("roleId");
            let role = Id::<Role>::from_dashed(id.strip_prefix("managed/role/").unwrap_or(id));
            let role = role.filter(|role| view.realm.roles.contains(role));
            role.map(|role| Access::Role(user, role)).ok_or_else(|| unknown("Role", id))
        }
        "entitlementGrant" | "ResourceGrant" | "" => {
            let id = Some(text("assignmentId")).filter(|id| !id.is_empty()).unwrap_or(text("entitlementId"));
            let entitlement = view.assigned(id).ok_or_else(|| unknown("Assignment", id))?.id;
            let held = view.company.holding(user, entitlement);
            Ok(held.map_or(Access::WouldHold(user, entitlement), |grant| Access::Entitlement(grant.id)))
        }
        other => Err(Fault::NoAccessType(other.to_owned())),
    }
}

/// A policy whose schedule has come.
pub fn by_schedule(realm: &mut Realm, cx: &mut Cx<'_>, policy: Id<Policy>) {
    let Some(name) = realm.policies.get(&policy).map(|policy| policy.name().to_owned()) else { return };
    begin(realm, cx, (ScanTarget::Policy(policy), name), ScanOptions::default());
}

//! Violations against a small model of them, driven by random commands of actors, administrators, scans, applications and
//! the clock, through the real router. The model knows the contract's tables and nothing of the code.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::duties::{CREATE, OWNER, PAY, RAJ, TASK, rule};
use super::{Scene, user};
use crate::common::Stage;

const CASES: u32 = 40;
/// Who acts: the owner, somebody to whom it may be handed, somebody who is never asked, and an administrator.
const PEOPLE: [&str; 4] = [OWNER, "mia.chen", RAJ, "ada.admin"];
const ADMINISTRATOR: usize = 3;
/// Hours until a phase runs out.
const EXPIRES_AFTER: i64 = 7 * 24;

#[derive(Clone, Debug)]
enum Act {
    Allow(usize),
    /// Until midnight, so many days from today.
    Exception(usize, i64),
    CancelException(usize),
    Comment(usize),
    Reassign(usize, usize),
    /// The grants of one condition are to go.
    Remediate(usize, usize),
    AllowAll,
    RemediateAll(usize),
    Status(&'static str),
    Check(&'static str),
    Advance(i64),
    Scan,
    Give(usize),
    Take(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let who = || 0..PEOPLE.len();
    let word = prop::sample::select(vec!["complete", "cancelled", "in-progress", "failed", "nonsense"]);
    let check = prop::sample::select(vec!["reminder", "escalation", "expiration", "exception"]);
    let act = prop_oneof![
        2 => who().prop_map(Act::Allow),
        3 => (who(), 0..12_i64).prop_map(|(who, days)| Act::Exception(who, days)),
        2 => who().prop_map(Act::CancelException),
        1 => who().prop_map(Act::Comment),
        2 => (who(), 0..2_usize).prop_map(|(who, to)| Act::Reassign(who, to)),
        2 => (who(), 0..2_usize).prop_map(|(who, side)| Act::Remediate(who, side)),
        1 => Just(Act::AllowAll),
        1 => (0..2_usize).prop_map(Act::RemediateAll),
        1 => word.prop_map(Act::Status),
        1 => check.prop_map(Act::Check),
        4 => (1..6_i64).prop_map(Act::Advance),
        4 => Just(Act::Scan),
        3 => (0..2_usize).prop_map(Act::Give),
        2 => (0..2_usize).prop_map(Act::Take),
    ];
    prop::collection::vec(act, 1..24)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Pending,
    InProgress,
    Exception,
    Remediating,
    Complete,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress | Self::Remediating => "in-progress",
            Self::Exception => "exception",
            Self::Complete => "complete",
        }
    }
}

#[derive(Clone, Debug)]
struct Violation {
    state: State,
    outcome: Option<&'static str>,
    remediation: Option<&'static str>,
    /// Whether there ever was a phase, and who may act in it while it is open.
    asked: bool,
    actor: Option<usize>,
    former: Vec<usize>,
    until: Option<i64>,
    expires: Option<i64>,
}

/// What the contract says happens. Time is in hours since the midnight before the opening.
struct Model {
    launches: bool,
    expiration: Option<&'static str>,
    holds: [bool; 2],
    hour: i64,
    violations: Vec<Violation>,
    /// The ids of what was shown, in that order.
    made: Vec<String>,
}

impl Model {
    fn open(&mut self, hour: i64) {
        let asked = self.launches;
        self.violations.push(Violation {
            state: if asked { State::InProgress } else { State::Pending },
            outcome: None,
            remediation: None,
            asked,
            actor: asked.then_some(0),
            former: Vec::new(),
            until: None,
            expires: self.expiration.filter(|_| asked).map(|_| hour + EXPIRES_AFTER),
        });
    }

    /// Section 5.3; how many violations the scan counts.
    fn scan(&mut self) -> u64 {
        if self.holds != [true, true] {
            return 0;
        }
        match self.violations.last() {
            Some(last) if last.state != State::Complete => 1,
            Some(last) if last.outcome == Some("allow") => 0,
            _ => {
                self.open(self.hour);
                1
            }
        }
    }

    /// Lets pass what is due until now, in its order.
    fn settle(&mut self) {
        loop {
            let hour = self.hour;
            let expiration = self.expiration;
            let Some(last) = self.violations.last_mut() else { return };
            let mut at = 0;
            if last.state == State::Exception && last.until.is_some_and(|until| until <= hour) {
                at = last.until.take().unwrap_or_default();
                last.state = State::InProgress;
            }
            let due =
                last.expires.filter(|due| last.state == State::InProgress && last.actor.is_some() && *due <= hour);
            let Some(due) = due else { return };
            last.expires = None;
            if expiration == Some("do_nothing") {
                return;
            }
            end(last, "expire");
            if expiration == Some("create_new_violation") && self.holds == [true, true] {
                self.open(due.max(at));
            }
        }
    }

    /// Who and what comes first, then what is possible.
    fn may(&self, who: usize, legal: &[State]) -> u16 {
        let Some(last) = self.violations.last() else { return 404 };
        let has_part = who == ADMINISTRATOR || last.actor == Some(who) || last.former.contains(&who);
        match last {
            _ if !last.asked => 404,
            _ if !has_part => 403,
            _ if !legal.contains(&last.state) || last.actor.is_none() => 400,
            _ if who != ADMINISTRATOR && last.actor != Some(who) => 403,
            _ => 200,
        }
    }

    fn remove(&mut self, side: usize) {
        let held = std::mem::take(&mut self.holds[side]);
        if let Some(last) = self.violations.last_mut() {
            (last.outcome, last.remediation, last.state) = (Some("remediate"), Some("in-progress"), State::Remediating);
            close(last);
            if held {
                last.remediation = Some("complete");
                end(last, "remediate");
            }
        }
    }
}

fn close(violation: &mut Violation) {
    violation.former.extend(violation.actor.take());
    violation.until = None;
}

fn end(violation: &mut Violation, outcome: &'static str) {
    (violation.state, violation.outcome) = (State::Complete, Some(outcome));
    close(violation);
}

const OPEN: [State; 2] = [State::InProgress, State::Exception];

async fn perform(scene: &Scene, model: &mut Model, rule: &str, act: &Act) -> Result<(), TestCaseError> {
    let id = model.made.last().cloned();
    let in_phase = |act: &str| {
        let id = id.as_deref().unwrap_or("11111111-1111-4111-8111-111111111111");
        format!("/violation/{id}/phases/{TASK}/{act}")
    };
    let whole =
        |act: &str| format!("/violation/{}/{act}", id.as_deref().unwrap_or("11111111-1111-4111-8111-111111111111"));
    let grants = match &id {
        Some(id) => scene.grants(id).await,
        None => vec![vec![], vec![]],
    };
    match act {
        Act::Allow(who) => {
            let expected = model.may(*who, &OPEN);
            let reply = scene.post_as(PEOPLE[*who], &in_phase("allow"), json!({})).await;
            prop_assert_eq!(reply.status.as_u16(), expected, "{}", reply.text());
            if expected == 200 {
                end(model.violations.last_mut().unwrap(), "allow");
            }
        }
        Act::Exception(who, days) => {
            let until = (model.hour / 24 + days) * 24;
            let may = model.may(*who, &OPEN);
            let expected = if may == 200 && until <= model.hour { 400 } else { may };
            let date = day(until / 24);
            let body = json!({"exceptionExpirationDate": date});
            let reply = scene.post_as(PEOPLE[*who], &in_phase("exception"), body).await;
            prop_assert_eq!(reply.status.as_u16(), expected, "{}", reply.text());
            if expected == 200 {
                let last = model.violations.last_mut().unwrap();
                (last.state, last.until) = (State::Exception, Some(until));
            }
        }
        Act::CancelException(who) => {
            let expected = model.may(*who, &[State::Exception]);
            let reply = scene.post_as(PEOPLE[*who], &in_phase("cancel-exception"), json!({})).await;
            prop_assert_eq!(reply.status.as_u16(), expected, "{}", reply.text());
            if expected == 200 {
                let last = model.violations.last_mut().unwrap();
                (last.state, last.until) = (State::InProgress, None);
            }
        }
        Act::Comment(who) => {
            let expected = model.may(*who, &[State::Pending, State::InProgress, State::Exception, State::Remediating]);
            let reply = scene.post_as(PEOPLE[*who], &in_phase("comment"), json!({"comment": "hm"})).await;
            prop_assert_eq!(reply.status.as_u16(), expected, "{}", reply.text());
        }
        Act::Reassign(who, to) => {
            let expected = model.may(*who, &[State::InProgress, State::Exception, State::Remediating]);
            let body = json!({"updatedActors": [{"id": format!("managed/user/{}", user(PEOPLE[*to]))}]});
            let reply = scene.post_as(PEOPLE[*who], &in_phase("reassign"), body).await;
            prop_assert_eq!(reply.status.as_u16(), expected, "{}", reply.text());
            if expected == 200 {
                let last = model.violations.last_mut().unwrap();
                last.former.extend(last.actor.replace(*to));
                last.former.retain(|former| former != to);
            }
        }
        Act::Remediate(who, side) => {
            let expected = model.may(*who, &OPEN);
            let reply = scene.post_as(PEOPLE[*who], &in_phase("remediate"), json!({"grantIds": grants[*side]})).await;
            prop_assert_eq!(reply.status.as_u16(), expected, "{}", reply.text());
            if expected == 200 {
                model.remove(*side);
            }
        }
        Act::AllowAll => {
            let state = model.violations.last().map(|last| last.state);
            let expected = match state {
                None => 404,
                Some(State::Remediating | State::Complete) => 400,
                Some(_) => 200,
            };
            let reply = scene.post(&whole("allow"), json!({})).await;
            prop_assert_eq!(reply.status.as_u16(), expected, "{}", reply.text());
            if expected == 200 {
                end(model.violations.last_mut().unwrap(), "allow");
            }
        }
        Act::RemediateAll(side) => {
            let state = model.violations.last().map(|last| last.state);
            let expected = match state {
                None => 404,
                Some(State::Remediating | State::Complete) => 400,
                Some(_) => 200,
            };
            let reply = scene.post(&whole("remediate"), json!({"grantIds": grants[*side]})).await;
            prop_assert_eq!(reply.status.as_u16(), expected, "{}", reply.text());
            match state {
                Some(State::Pending) => {
                    let last = model.violations.last_mut().unwrap();
                    last.state = State::Remediating;
                    (last.outcome, last.remediation) = (Some("remediate"), Some("in-progress"));
                }
                Some(_) if expected == 200 => model.remove(*side),
                _ => {}
            }
        }
        Act::Status(word) => {
            let state = model.violations.last().map(|last| last.state);
            let expected = match state {
                None => 404,
                Some(State::Remediating) if *word != "nonsense" => 200,
                Some(_) => 400,
            };
            let reply = scene.post(&whole(&format!("remediation/status/{word}")), json!({})).await;
            prop_assert_eq!(reply.status.as_u16(), expected, "{}", reply.text());
            if expected == 200 {
                let last = model.violations.last_mut().unwrap();
                last.remediation = Some(word);
                if matches!(*word, "complete" | "cancelled") {
                    end(last, "remediate");
                }
            }
        }
        Act::Check(kind) => {
            let reply = scene.post(&format!("/violation/scan/{kind}"), json!({})).await;
            prop_assert_eq!(reply.status.as_u16(), 200, "whatever is due has happened already");
        }
        Act::Advance(days) => {
            scene.advance(&format!("P{days}D")).await;
            model.hour += days * 24;
        }
        Act::Scan => {
            let expected = model.scan();
            prop_assert_eq!(&scene.scan(rule).await["numViolations"], expected);
        }
        Act::Give(side) => {
            scene.give(RAJ, [CREATE, PAY][*side]).await;
            model.holds[*side] = true;
        }
        Act::Take(side) => {
            scene.take(RAJ, [CREATE, PAY][*side]).await;
            model.holds[*side] = false;
        }
    }
    Ok(())
}

/// Every violation of the rule, the latest one last. Those of one instant have equal dates: what was `made` by an earlier
/// act is earlier.
async fn all(scene: &Scene, rule: &str, made: &mut Vec<String>) -> Vec<Value> {
    let filter =
        json!({"targetFilter": {"operator": "EQUALS", "operand": {"targetName": "policyRuleId", "targetValue": rule}}});
    let mut all = scene.post("/violation/search?_pageSize=1000", filter).await.status(200).json()["result"].take();
    let mut all: Vec<Value> = all.as_array_mut().map(std::mem::take).unwrap_or_default();
    let known = |violation: &Value| made.iter().position(|id| violation["id"] == id.as_str());
    // At most one is open, and it is the latest.
    all.sort_by_key(|violation| {
        let open = violation["decision"]["status"] != "complete";
        let date = |name: &str| violation["decision"][name].as_str().unwrap_or_default().to_owned();
        (known(violation).unwrap_or(usize::MAX), open, date("completionDate"), date("startDate"))
    });
    *made = all.iter().map(|violation| violation["id"].as_str().unwrap().to_owned()).collect();
    all
}

/// `2026-01-05` and so many days.
fn day(days: i64) -> String {
    let start: rolecall::kernel::Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
    (start + rolecall::kernel::Span::days(days)).to_seconds_text()[..10].to_owned()
}

#[test]
fn a_violation_is_what_its_tables_say() {
    let base = Scene::new();
    let cases = std::cell::Cell::new(0_u32);
    let expiration =
        prop::sample::select(vec![None, Some("do_nothing"), Some("close_violation"), Some("create_new_violation")]);
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&(prop::bool::weighted(0.8), expiration, acts()), |(launches, expiration, acts)| {
        cases.set(cases.get() + 1);
        let stage = Stage::playing(base.stage.app.clone(), base.stage.wall.clone());
        let scene = Scene { stage, tenant: format!("case-{}", cases.get()) };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(play(scene, launches, expiration, acts))
    });
    if let Err(failure) = ran {
        panic!("{failure}");
    }
}

async fn play(
    scene: Scene,
    launches: bool,
    expiration: Option<&'static str>,
    acts: Vec<Act>,
) -> Result<(), TestCaseError> {
    let mut sent = rule("Vendors");
    if !launches {
        sent["violationLifecycle"]["workflow"]["action"] = "do_nothing".into();
    }
    if let Some(action) = expiration {
        sent["violationLifecycle"]["expiration"] = json!({"expires": true, "action": action, "duration": 7});
    }
    let rule = scene.make_rule(sent).await;
    scene.give(RAJ, PAY).await;
    let mut model =
        Model { launches, expiration, holds: [true, true], hour: 9, violations: Vec::new(), made: Vec::new() };
    for act in acts {
        perform(&scene, &mut model, &rule, &act).await?;
        model.settle();
        let shown = all(&scene, &rule, &mut model.made).await;
        prop_assert_eq!(shown.len(), model.violations.len(), "after {:?}", act);
        prop_assert_eq!([scene.holds(RAJ, CREATE), scene.holds(RAJ, PAY)], model.holds);
        let Some((shown, last)) = shown.last().zip(model.violations.last()) else { continue };
        let decision = &shown["decision"];
        prop_assert_eq!(&decision["status"], last.state.word(), "after {:?}", act);
        prop_assert_eq!(decision["outcome"].as_str(), last.outcome, "after {:?}", act);
        prop_assert_eq!(decision["remediationStatus"].as_str(), last.remediation, "after {:?}", act);
        prop_assert_eq!(decision["completionDate"].is_null(), last.state != State::Complete);
        prop_assert_eq!(decision["events"] != json!({}), last.state == State::Exception);
        let active: Vec<&str> = decision["actors"]["active"]
            .as_array()
            .unwrap()
            .iter()
            .map(|actor| actor["userName"].as_str().unwrap())
            .collect();
        let expected: Vec<&str> = last.actor.map(|who| PEOPLE[who]).into_iter().collect();
        prop_assert_eq!(active, expected, "after {:?}", act);
    }
    Ok(())
}

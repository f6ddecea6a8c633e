//! Access reviews against a model of what they promise: whoever decides what, whenever (contract, 8.10, 12.1).

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

use super::{ADMIN, Scene, column, refused, text};

/// Who runs access reviews.
const RUNS: &str = "rosalind.keane";
const REVIEW: &str = "/api/v1/access_review";
/// What is reviewed: a connector takes the first, people take the second.
const COVERED: [&str; 2] = ["erp/ap-approver", "lims/review-results"];
/// Whom a task is handed to.
const OTHERS: [&str; 3] = ["noor.haddad", "mia.chen", "owen.gallagher"];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Decision {
    Unspecified,
    Revoked,
    Skip,
    NoAction,
}

#[derive(Clone, Debug)]
enum Act {
    /// A draft is written.
    Write {
        covers: usize,
        remediates: bool,
        resolves: bool,
        decision: Decision,
        days: Option<i64>,
    },
    /// Somebody wants it in this state.
    Lead {
        review: usize,
        to: &'static str,
    },
    Delete {
        review: usize,
    },
    /// A reviewer decides.
    Decide {
        item: usize,
        keep: bool,
    },
    /// Somebody decides who is no reviewer.
    Meddle {
        item: usize,
        keep: bool,
    },
    HandOn {
        item: usize,
        to: usize,
    },
    /// An administrator closes the task, or passes over its step.
    End {
        item: usize,
        skip: bool,
    },
    /// The connector fails from now on, or works again.
    Connector {
        fails: bool,
    },
    /// What waits to be taken is: by people, or by another try of the connector.
    Take {
        which: usize,
    },
    Advance {
        hours: i64,
    },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let decision =
        prop::sample::select(vec![Decision::Unspecified, Decision::Revoked, Decision::Skip, Decision::NoAction]);
    let write = (0..=COVERED.len(), any::<bool>(), any::<bool>(), decision, prop::option::of(1..6_i64));
    let write = write.prop_map(|(covers, remediates, resolves, decision, days)| Act::Write {
        covers,
        remediates,
        resolves,
        decision,
        days,
    });
    let (review, item, keep) = (0..3_usize, 0..16_usize, any::<bool>());
    let states = vec!["OPEN", "OPEN", "OPEN", "REVIEW", "CLOSED", "DRAFT"];
    let act = prop_oneof![
        2 => write.clone(),
        4 => (review.clone(), prop::sample::select(states)).prop_map(|(review, to)| Act::Lead { review, to }),
        1 => review.prop_map(|review| Act::Delete { review }),
        9 => (item.clone(), keep).prop_map(|(item, keep)| Act::Decide { item, keep }),
        1 => (item.clone(), keep).prop_map(|(item, keep)| Act::Meddle { item, keep }),
        2 => (item.clone(), 0..OTHERS.len()).prop_map(|(item, to)| Act::HandOn { item, to }),
        1 => (item, any::<bool>()).prop_map(|(item, skip)| Act::End { item, skip }),
        1 => any::<bool>().prop_map(|fails| Act::Connector { fails }),
        2 => (0..8_usize).prop_map(|which| Act::Take { which }),
        2 => (1..60_i64).prop_map(|hours| Act::Advance { hours }),
    ];
    // Something is under review from the start.
    let begin = write.prop_map(|write| vec![write, Act::Lead { review: 0, to: "OPEN" }]);
    (begin, prop::collection::vec(act, 1..30)).prop_map(|(begin, rest)| begin.into_iter().chain(rest).collect())
}

/// An entitlement of `COVERED`, and an account on the wire.
type Access = (usize, String);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Open,
    Certified,
    Decertified,
    Cancelled,
}

impl Fate {
    fn word(self) -> String {
        let word = match self {
            Self::Open => "UNSPECIFIED",
            Self::Certified => "CERTIFIED",
            Self::Decertified => "DECERTIFIED",
            Self::Cancelled => "CANCELLED",
        };
        format!("CERTIFY_OUTCOME_{word}")
    }
}

/// What a review asks about one access.
#[derive(Clone, Debug)]
struct Item {
    review: usize,
    access: Access,
    fate: Fate,
}

#[derive(Clone, Debug)]
struct Review {
    id: String,
    covers: BTreeSet<usize>,
    remediates: bool,
    resolves: bool,
    decision: Decision,
    ends: Option<i64>,
    state: &'static str,
    started: bool,
    closed: bool,
}

/// What ought to be.
#[derive(Default)]
struct Model {
    hour: i64,
    reviews: Vec<Review>,
    /// By the task that asks.
    items: BTreeMap<String, Item>,
    held: BTreeSet<Access>,
    /// Tasks that take access, by the task whose decision they carry out: what, and whether it is taken.
    revokes: BTreeMap<String, (Access, bool)>,
    fails: bool,
}

impl Model {
    fn item(&self, place: usize) -> Option<(String, Item)> {
        let place = place.checked_rem(self.items.len())?;
        self.items.iter().nth(place).map(|(task, item)| (task.clone(), item.clone()))
    }

    /// What a review asks about as it stands, by task.
    fn open_items(&self, review: usize) -> Vec<String> {
        let open = self.items.iter().filter(|(_, item)| item.review == review && item.fate == Fate::Open);
        open.map(|(task, _)| task.clone()).collect()
    }

    /// The task of an item ends; with the last one its review does.
    fn end(&mut self, task: &str, fate: Fate, takes: bool) {
        let item = self.items.get_mut(task).unwrap();
        item.fate = fate;
        let (review, access) = (item.review, item.access.clone());
        if fate == Fate::Decertified && takes {
            self.take(task, access);
        }
        if self.reviews[review].state == "OPEN" && self.open_items(review).is_empty() {
            self.close(review);
        }
    }

    /// Access is to go by a task of its own, unless it is gone or going already.
    fn take(&mut self, certify: &str, access: Access) {
        let goes = self.revokes.values().any(|(going, taken)| *going == access && !taken);
        if !self.held.contains(&access) || goes {
            return;
        }
        let at_once = access.0 == 0 && !self.fails;
        self.revokes.insert(certify.to_owned(), (access, false));
        if at_once {
            self.taken(certify);
        }
    }

    /// A task has taken access: reviews that say so do not ask about it any more.
    fn taken(&mut self, certify: &str) {
        let (access, taken) = self.revokes.get_mut(certify).unwrap();
        *taken = true;
        let access = access.clone();
        self.held.remove(&access);
        let asks = |item: &Item| item.access == access && item.fate == Fate::Open;
        let moot: Vec<_> = self.items.iter().filter(|(_, item)| asks(item)).map(|(task, _)| task.clone()).collect();
        for task in moot {
            let review = &self.reviews[self.items[&task].review];
            if review.state == "OPEN" && review.resolves {
                self.end(&task, Fate::Cancelled, false);
            }
        }
    }

    fn close(&mut self, review: usize) {
        let decision = self.reviews[review].decision;
        (self.reviews[review].state, self.reviews[review].closed) = ("CLOSED", true);
        for task in self.open_items(review) {
            match decision {
                Decision::Revoked => self.end(&task, Fate::Decertified, true),
                Decision::Skip | Decision::Unspecified => self.end(&task, Fate::Cancelled, false),
                Decision::NoAction => {}
            }
        }
    }

    fn delete(&mut self, review: usize) {
        self.reviews[review].state = "DELETED";
        for task in self.open_items(review) {
            self.end(&task, Fate::Cancelled, false);
        }
    }

    /// Time has passed, or a date was set: reviews whose time is over close, the earliest first.
    fn pass(&mut self) {
        let is_due = |review: &Review| review.state == "OPEN" && review.ends.is_some_and(|ends| ends <= self.hour);
        let mut due: Vec<_> = (0..self.reviews.len()).filter(|place| is_due(&self.reviews[*place])).collect();
        due.sort_by_key(|place| self.reviews[*place].ends);
        for review in due {
            // An earlier one may have taken the last that this one asked about.
            if self.reviews[review].state == "OPEN" {
                self.close(review);
            }
        }
    }
}

/// A scene, and what ought to be there.
struct Trial {
    scene: Scene,
    model: Model,
    covered: Vec<(String, String)>,
    policies: [String; 2],
}

impl Trial {
    async fn new() -> Self {
        let scene = Scene::new();
        let mut covered = Vec::new();
        for path in COVERED {
            covered.push(scene.named(path).await);
        }
        let decided = |remediates: bool| {
            json!({"displayName": "P", "policyType": "POLICY_TYPE_CERTIFY",
                "postActions": if remediates { json!([{"certifyRemediateImmediately": true}]) } else { json!([]) },
                "policySteps": {"certify": {"steps": [{"approval": {"appOwners": {"allowSelfApproval": true}, "allowReassignment": true}}]}}})
        };
        let mut policies = [String::new(), String::new()];
        for (remediates, policy) in [false, true].into_iter().zip(&mut policies) {
            let made = scene.post(ADMIN, "/api/v1/policies", decided(remediates)).await.status(200).json();
            *policy = text(&made["policy"]["id"]);
        }
        let mut trial = Self { scene, model: Model::default(), covered, policies };
        trial.model.held = trial.holders().await;
        trial
    }

    async fn holders(&self) -> BTreeSet<Access> {
        let mut held = BTreeSet::new();
        for (place, (app, entitlement)) in self.covered.iter().enumerate() {
            let path = format!("/api/v1/apps/{app}/entitlements/{entitlement}/grants?page_size=100");
            let accounts = column(&self.scene.read(&path).await["list"], "/appUserId");
            held.extend(accounts.into_iter().map(|account| (place, account)));
        }
        held
    }

    async fn tasks(&self, wanted: Value) -> Vec<Value> {
        let page = self.scene.search("tasks", wanted).await;
        assert_eq!(page["nextPageToken"], "");
        page["list"].as_array().unwrap().iter().map(|row| row["task"].clone()).collect()
    }

    /// What was opened for a review that has just been started.
    async fn opened(&mut self, review: usize) {
        let tasks = self.tasks(json!({"accessReviewIds": [self.model.reviews[review].id], "pageSize": 100})).await;
        for task in tasks {
            let certify = &task["type"]["certify"];
            let place = self.covered.iter().position(|(_, id)| *id == text(&certify["appEntitlementId"])).unwrap();
            let access = (place, text(&certify["appUserId"]));
            self.model.items.insert(text(&task["id"]), Item { review, access, fate: Fate::Open });
        }
        let asked: BTreeSet<_> =
            self.model.items.values().filter(|item| item.review == review).map(|item| item.access.clone()).collect();
        let covers = &self.model.reviews[review].covers;
        let in_scope: BTreeSet<_> =
            self.model.held.iter().filter(|(place, _)| covers.contains(place)).cloned().collect();
        assert_eq!(asked, in_scope, "everything in scope is asked about, once");
    }

    async fn play(&mut self, act: &Act) {
        match act {
            Act::Write { covers, remediates, resolves, decision, days } => {
                let covers =
                    if *covers == COVERED.len() { (0..COVERED.len()).collect() } else { BTreeSet::from([*covers]) };
                self.write(covers, *remediates, *resolves, *decision, *days).await;
            }
            Act::Lead { review, to } => self.lead(*review, to).await,
            Act::Delete { review } => {
                let Some(known) = self.model.reviews.get(*review) else { return };
                let reply = self.scene.delete(RUNS, &format!("{REVIEW}/{}", known.id)).await;
                if known.state == "DELETED" {
                    return refused(&reply, 404, 5, "not found");
                }
                reply.status(200);
                self.model.delete(*review);
            }
            Act::Decide { item, keep } => self.decide(*item, *keep).await,
            Act::Meddle { item, keep } => self.meddle(*item, *keep).await,
            Act::HandOn { item, to } => self.hand_on(*item, OTHERS[*to]).await,
            Act::End { item, skip } => self.end(*item, *skip).await,
            Act::Connector { fails } => {
                let step = json!({"step": "fail-connector", "target": "erp", "message": fails.then_some("down")});
                self.scene.step(step).await;
                self.model.fails = *fails;
            }
            Act::Take { which } => self.take(*which).await,
            Act::Advance { hours } => {
                self.scene.advance(&format!("PT{hours}H")).await;
                self.model.hour += hours;
                self.model.pass();
            }
        }
    }

    async fn write(
        &mut self,
        covers: BTreeSet<usize>,
        remediates: bool,
        resolves: bool,
        decision: Decision,
        days: Option<i64>,
    ) {
        let owner = self.scene.user(RUNS).await;
        let body =
            json!({"displayName": "Trial", "ownerIds": [owner], "policyId": self.policies[usize::from(remediates)]});
        let made = self.scene.post(RUNS, REVIEW, body).await.status(200).json();
        let id = text(&made["accessReview"]["accessReview"]["id"]);
        let word = match decision {
            Decision::Unspecified => "UNSPECIFIED",
            Decision::Revoked => "REVOKED",
            Decision::Skip => "SKIP",
            Decision::NoAction => "NO_ACTION",
        };
        let mut said = json!({"autoResolve": resolves, "autoCloseDecision": format!("CLOSE_DECISION_{word}"), "autoCloseCampaign": days.is_some()});
        let mut mask = "autoResolve,autoCloseDecision,autoCloseCampaign".to_owned();
        if let Some(days) = days {
            let hour = self.scene.tenant().read().hour();
            said["completionDate"] = json!((hour + rolecall::kernel::Span::days(days)).to_seconds_text());
            mask.push_str(",completionDate");
        }
        let body = json!({"accessReview": said, "updateMask": mask});
        self.scene.post(RUNS, &format!("{REVIEW}/{id}"), body).await.status(200);
        let named =
            |place: &usize| json!({"appId": self.covered[*place].0, "appEntitlementId": self.covered[*place].1});
        let scope = json!({"entitlements": covers.iter().map(named).collect::<Vec<_>>()});
        self.scene.post(RUNS, &format!("{REVIEW}/{id}/scope_and_entitlements"), scope).await.status(200);
        let ends = days.map(|days| self.model.hour + 24 * days);
        let review =
            Review { id, covers, remediates, resolves, decision, ends, state: "DRAFT", started: false, closed: false };
        self.model.reviews.push(review);
    }

    async fn lead(&mut self, review: usize, to: &'static str) {
        let Some(known) = self.model.reviews.get(review).cloned() else { return };
        let body = json!({"accessReview": {"state": format!("ACCESS_REVIEW_STATE_{to}")}, "updateMask": "state"});
        let reply = self.scene.post(RUNS, &format!("{REVIEW}/{}", known.id), body).await;
        match (known.state, to) {
            ("DELETED", _) => refused(&reply, 404, 5, "not found"),
            (same, to) if same == to => drop(reply.status(200)),
            ("DRAFT", "REVIEW") => {
                reply.status(200);
                self.model.reviews[review].state = to;
            }
            ("DRAFT" | "REVIEW", "OPEN") => {
                reply.status(200);
                (self.model.reviews[review].state, self.model.reviews[review].started) = (to, true);
                self.opened(review).await;
                if self.model.open_items(review).is_empty() {
                    self.model.close(review);
                }
                self.model.pass();
            }
            ("OPEN", "CLOSED") => {
                reply.status(200);
                self.model.close(review);
            }
            _ => refused(&reply, 400, 9, "access review is "),
        }
    }

    async fn decide(&mut self, item: usize, keep: bool) {
        let Some((id, item)) = self.model.item(item) else { return };
        let task = self.scene.task(ADMIN, &id).await;
        let action = if keep { "approve" } else { "deny" };
        if item.fate != Fate::Open {
            return refused(
                &self.scene.act(ADMIN, &task, action, with_step(json!({}))).await,
                400,
                9,
                "task is closed",
            );
        }
        let reviewer = self.scene.slug(&text(&task["stepApproverIds"][0])).await;
        self.scene.act(&reviewer, &task, action, json!({})).await.status(200);
        let takes = self.model.reviews[item.review].remediates;
        self.model.end(&id, if keep { Fate::Certified } else { Fate::Decertified }, takes);
    }

    async fn meddle(&mut self, item: usize, keep: bool) {
        let Some((id, item)) = self.model.item(item) else { return };
        let task = self.scene.task(ADMIN, &id).await;
        for (who, status) in [(ADMIN, 400), ("vernon.tate", 403)] {
            let action = if keep { "approve" } else { "deny" };
            let reply = self.scene.act(who, &task, action, with_step(json!({}))).await;
            let sentence = if item.fate == Fate::Open { "action not permitted" } else { "task is closed" };
            match status {
                400 => refused(&reply, 400, 9, sentence),
                _ => refused(&reply, 403, 7, "permission denied"),
            }
        }
    }

    async fn hand_on(&mut self, item: usize, to: &str) {
        let Some((id, item)) = self.model.item(item) else { return };
        let (task, to) = (self.scene.task(ADMIN, &id).await, self.scene.user(to).await);
        let reply = self.scene.act(ADMIN, &task, "reassign", with_step(json!({"newStepUserIds": [to]}))).await;
        if item.fate != Fate::Open {
            return refused(&reply, 400, 9, "task is closed");
        }
        reply.status(200);
        assert_eq!(self.scene.task(ADMIN, &id).await["stepApproverIds"], json!([to]));
    }

    async fn end(&mut self, item: usize, skip: bool) {
        let Some((id, item)) = self.model.item(item) else { return };
        let task = self.scene.task(ADMIN, &id).await;
        let (action, body) = if skip { ("skip-step", with_step(json!({}))) } else { ("close", json!({})) };
        let reply = self.scene.act(ADMIN, &task, action, body).await;
        if item.fate != Fate::Open {
            return refused(&reply, 400, 9, "task is closed");
        }
        reply.status(200);
        self.model.end(&id, if skip { Fate::Certified } else { Fate::Cancelled }, false);
    }

    async fn take(&mut self, which: usize) {
        let waiting: Vec<_> = self.model.revokes.iter().filter(|(_, (_, taken))| !taken).collect();
        let Some(place) = which.checked_rem(waiting.len()) else { return };
        let (certify, (by_hand, _)) = (waiting[place].0.clone(), (waiting[place].1.0.0 == 1, ()));
        let revokes = self.tasks(json!({"taskTypes": [{"revoke": {}}], "pageSize": 100})).await;
        let source = |task: &Value| task["type"]["revoke"]["source"]["review"]["certTicketId"] == certify;
        let revoke = revokes.iter().find(|task| source(task)).unwrap();
        if by_hand {
            let number: u64 = text(&revoke["numericId"]).parse().unwrap();
            self.scene.step(json!({"step": "settle-provisioning", "task": number, "outcome": "done"})).await;
        } else {
            self.scene.act(ADMIN, revoke, "retry-provisioning", json!({})).await.status(200);
        }
        if by_hand || !self.model.fails {
            self.model.taken(&certify);
        }
    }

    /// Everything is as it ought to be.
    async fn check(&self) {
        for (place, known) in self.model.reviews.iter().enumerate() {
            let shown = self.scene.read(&format!("{REVIEW}/{}", known.id)).await;
            let review = &shown["accessReview"]["accessReview"];
            assert_eq!(review["state"], format!("ACCESS_REVIEW_STATE_{}", known.state), "review {place}");
            assert_eq!(review.get("startedAt").is_some(), known.started, "{review}");
            assert_eq!(review.get("closedAt").is_some(), known.closed, "{review}");
            let tasks = self.tasks(json!({"accessReviewIds": [known.id], "pageSize": 100})).await;
            let asked: BTreeMap<_, _> = self.model.items.iter().filter(|(_, item)| item.review == place).collect();
            assert_eq!(tasks.len(), asked.len());
            for task in &tasks {
                let item = asked[&text(&task["id"])];
                let certify = &task["type"]["certify"];
                assert_eq!(certify["outcome"], item.fate.word(), "{task}");
                assert_eq!(task["state"] == "TASK_STATE_OPEN", item.fate == Fate::Open, "{task}");
                assert_eq!(certify.get("outcomeTime").is_some(), item.fate != Fate::Open, "{task}");
                assert_eq!(
                    task["stepApproverIds"] != json!([]),
                    item.fate == Fate::Open,
                    "somebody may decide: {task}"
                );
            }
        }
        assert_eq!(self.holders().await, self.model.held, "who holds what is exactly what was decided");
        let revokes = self.tasks(json!({"taskTypes": [{"revoke": {}}], "pageSize": 100})).await;
        assert_eq!(revokes.len(), self.model.revokes.len(), "one task for everything that goes");
        for task in &revokes {
            let (revoke, source) = (&task["type"]["revoke"], &task["type"]["revoke"]["source"]["review"]);
            let certify = text(&source["certTicketId"]);
            let ((place, account), taken) = &self.model.revokes[&certify];
            assert_eq!(source["accessReviewId"], self.model.reviews[self.model.items[&certify].review].id);
            assert_eq!(
                (&revoke["appEntitlementId"], &revoke["appUserId"]),
                (&json!(self.covered[*place].1), &json!(account))
            );
            assert_eq!(task["origin"], "TASK_ORIGIN_ACCESS_REVIEW");
            assert_eq!(task["state"] == "TASK_STATE_CLOSED", *taken, "{task}");
            assert_eq!(revoke["outcome"] == "REVOKE_OUTCOME_REVOKED", *taken, "{task}");
        }
    }
}

/// Closed tasks are at no step; whatever is said of one then is well-formed all the same.
fn with_step(mut body: Value) -> Value {
    body["policyStepId"] = json!("0".repeat(27));
    body
}

proptest! {
    #![proptest_config(Config { cases: 16, ..Config::default() })]

    #[test]
    fn reviews_keep_their_word(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut trial = Trial::new().await;
            trial.check().await;
            for act in &acts {
                trial.play(act).await;
                trial.check().await;
            }
        });
    }
}

//! Calls to webhooks: they go out, come back at once or later, and are tried again (contract, 12.2).

use std::sync::Arc;

use serde_json::json;

use super::{CALLBACK_DEADLINE, Noun, Refusal, Timer, WEBHOOK_RETRY, tasks};
use crate::kernel::{Id, Lifecycle, Span, Timestamp};
use crate::vendors::conductorone::incoming;
use crate::vendors::conductorone::model::{
    ATTEMPTS_MAX, CALLBACK_DEFAULT, CallKey, CallMove, CallSource, CallState, Decision, Domain, INSTANCES_MAX,
    StepInstance, Webhook, WebhookInstance,
};
use crate::vendors::conductorone::wire::id;
use crate::world::{Call, Command, Cx, Message, Outcome};

/// How long a receiver may think.
const PATIENCE: Span = Span::seconds(30);
/// The shortest wait before another attempt.
const RETRY_MIN: Span = Span::seconds(3);
/// How much longer it may be.
const RETRY_SPREAD: Span = Span::seconds(12);

/// Test a webhook.
pub struct TestWebhook {
    /// Which.
    pub id: Id<Webhook>,
}

impl Command<Domain> for TestWebhook {
    type Output = Id<WebhookInstance>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<WebhookInstance>, Refusal> {
        call(domain, cx, self.id, CallSource::Test).ok_or(Refusal::NoSuch(Noun::Webhook))
    }
}

/// Calls a webhook about something; `None` when there is no such webhook.
pub fn call(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    webhook: Id<Webhook>,
    source: CallSource,
) -> Option<Id<WebhookInstance>> {
    let row = domain.webhooks.get(&webhook).filter(|row| row.deleted.is_none())?;
    let settings = row.settings.clone();
    make_room(domain);
    let id: Id<WebhookInstance> = id::fresh(cx, "conductorone/webhook-call");
    let now = cx.now();
    let token: Id<WebhookInstance> = cx.id("conductorone/webhook-callback");
    let expires = now + settings.callback_timeout.unwrap_or(CALLBACK_DEFAULT);
    domain.webhook_instances.put(WebhookInstance {
        id,
        webhook,
        source,
        destination: settings.url,
        state: CallState::Pending,
        attempts: 0,
        error: String::new(),
        callback_token: id::text(token),
        attempted: None,
        expires,
        completed: None,
        created: now,
        updated: now,
    });
    domain.timers.at(cx.chronicle, CALLBACK_DEADLINE, expires, id, Timer::CallbackDeadline(id));
    attempt(domain, cx, id);
    Some(id)
}

fn make_room(domain: &mut Domain) {
    let (first, last) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
    let too_many = (domain.webhook_instances.len() + 1).saturating_sub(INSTANCES_MAX);
    let by_age = domain.webhook_instances.places(CallKey::Forgettable(first), CallKey::Forgettable(last));
    let oldest: Vec<_> = by_age.take(too_many).map(|(_, id)| *id).collect();
    for id in oldest {
        domain.timers.cancel_about(id);
        domain.webhook_instances.remove(&id);
    }
}

/// Where a decision may be brought later, below where this vendor is reached.
pub fn callback_path(call: &WebhookInstance) -> String {
    format!("/api/v1/webhooks/callback/{}", call.callback_token)
}

/// What a call is about, in the vendor's word.
pub fn event(source: CallSource) -> &'static str {
    match source {
        CallSource::Test => "test",
        CallSource::ApprovalStep { .. } => "policy.approval_step",
        CallSource::ProvisionStep { .. } => "policy.provision_step",
    }
}

/// Sends a call, for the first time or once more.
pub fn attempt(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<WebhookInstance>) {
    let Some(mut row) = instance(domain, id) else { return };
    let Some(state) = cx.go(row.state, CallMove::Send) else { return };
    (row.state, row.attempted, row.updated) = (state, Some(cx.now()), cx.now());
    row.attempts += 1;
    let message = Message {
        about: id.cast(),
        event: event(row.source).to_owned(),
        attempt: u32::try_from(row.attempts).unwrap_or_default(),
        url: row.destination.clone(),
        // What the receiver reads is written when the call goes out; it depends on the tenant's address.
        body: json!({"webhookInstance": id}),
        patience: PATIENCE,
    };
    domain.webhook_instances.put(row);
    if cx.call(&mut domain.calls, message).is_none() {
        failed(domain, cx, id, "too many calls wait already");
    }
}

/// Sends a call once more.
pub fn again(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<WebhookInstance>) {
    let Some(row) = instance(domain, id).filter(|row| row.state.on(CallMove::Send).is_some()) else { return };
    tasks::attempted(domain, cx, &row);
    attempt(domain, cx, id);
}

/// The step that a call is about is over: nobody waits for a decision any more.
pub fn abandon(domain: &mut Domain, cx: &mut Cx<'_>, step: Id<StepInstance>) {
    let open: Vec<_> = domain.webhook_instances.with(CallKey::Open(step)).map(|row| (row.id, row.state)).collect();
    for (id, state) in open {
        // One whose decision ends the step is being carried out.
        if state != CallState::ProcessResponse {
            go(domain, cx, id, CallMove::GiveUp, "the step is over");
        }
    }
}

/// What came of an attempt.
pub fn answered(domain: &mut Domain, cx: &mut Cx<'_>, call: &Call, outcome: Outcome) {
    let id = call.message.about.cast();
    match outcome {
        Outcome::Answered { status: 202, .. } => accepted(domain, cx, id),
        Outcome::Answered { status: 200..=299, body } => said(domain, cx, id, &body),
        Outcome::Answered { status: 410, .. } => give_up(domain, cx, id, "the receiver is gone"),
        Outcome::Answered { status, .. } => failed(domain, cx, id, &format!("the receiver answered {status}")),
        Outcome::Late => failed(domain, cx, id, "the receiver did not answer in time"),
        Outcome::Failed(why) => failed(domain, cx, id, &why),
    }
}

/// Answers the call about a step that is out, instead of its receiver; `None` when there is none.
pub fn answer(domain: &mut Domain, cx: &mut Cx<'_>, step: Id<StepInstance>, outcome: Outcome) -> Option<()> {
    let out = |row: &&Arc<WebhookInstance>| row.state == CallState::Running;
    let instance = domain.webhook_instances.with(CallKey::Open(step)).find(out)?.id;
    let call = domain.calls.iter().find(|call| call.message.about == instance.cast())?.clone();
    domain.calls.remove(&call.id);
    answered(domain, cx, &call, outcome);
    Some(())
}

/// The receiver said something: a decision, or something that is none and is asked for again. To a test, anything will do.
fn said(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<WebhookInstance>, body: &str) {
    let Some(row) = instance(domain, id) else { return };
    if row.source == CallSource::Test {
        return decided(domain, cx, id, Decision::None);
    }
    let read = incoming::decision(body).map_err(|why| why.to_string());
    match read.and_then(|decision| tasks::fits(domain, cx, &row, &decision).map(|()| decision)) {
        Ok(decision) => decided(domain, cx, id, decision),
        Err(why) => {
            tasks::bad_response(domain, cx, &row, &why);
            failed(domain, cx, id, &why);
        }
    }
}

fn instance(domain: &Domain, id: Id<WebhookInstance>) -> Option<WebhookInstance> {
    domain.webhook_instances.get(&id).map(|row| WebhookInstance::clone(row))
}

/// Takes one step and notes why; says whether it could be taken.
fn go(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<WebhookInstance>, by: CallMove, why: &str) -> bool {
    let Some(mut row) = instance(domain, id) else { return false };
    let Some(state) = cx.go(row.state, by) else { return false };
    let is_over = matches!(state, CallState::Success | CallState::FatalError);
    (row.state, row.error, row.updated) = (state, why.to_owned(), cx.now());
    if is_over {
        row.completed = Some(cx.now());
        domain.timers.cancel_about(id);
    }
    cx.emit("webhook.moved", id, json!({"state": state, "source": row.source, "error": why}));
    domain.webhook_instances.put(row);
    true
}

fn accepted(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<WebhookInstance>) {
    if go(domain, cx, id, CallMove::Accept, "")
        && let Some(row) = instance(domain, id)
    {
        tasks::promised(domain, cx, &row);
    }
}

/// Tries again after a while, as long as there are attempts left.
fn failed(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<WebhookInstance>, why: &str) {
    if !go(domain, cx, id, CallMove::Fail, why) {
        return;
    }
    let attempts = instance(domain, id).map_or(ATTEMPTS_MAX, |row| row.attempts);
    if attempts >= ATTEMPTS_MAX {
        return give_up(domain, cx, id, why);
    }
    let wait = RETRY_MIN + RETRY_SPREAD * cx.ids().chance("conductorone/webhook-retry");
    let due: Timestamp = cx.now() + wait;
    domain.timers.at(cx.chronicle, WEBHOOK_RETRY, due, id, Timer::WebhookRetry(id));
}

/// There will be no decision.
pub fn give_up(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<WebhookInstance>, why: &str) {
    let Some(row) = instance(domain, id) else { return };
    if go(domain, cx, id, CallMove::GiveUp, why) {
        tasks::hopeless(domain, cx, &row, why);
    }
}

/// Does what a receiver decided.
fn decided(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<WebhookInstance>, decision: Decision) {
    let Some(row) = instance(domain, id) else { return };
    if go(domain, cx, id, CallMove::Answer, "") {
        tasks::decided(domain, cx, &row, decision);
        go(domain, cx, id, CallMove::Finish, "");
    }
}

/// Bring a decision later, once.
pub struct BringDecision {
    /// What lets it come.
    pub token: String,
    /// The decision.
    pub decision: Decision,
}

impl Command<Domain> for BringDecision {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let waiting = domain.webhook_instances.with(CallKey::Callback(self.token)).next().map(|row| row.id);
        let id = waiting.ok_or(Refusal::CallbackToken)?;
        if let Some(row) = instance(domain, id) {
            let fits = tasks::fits(domain, cx, &row, &self.decision);
            fits.map_err(|why| Refusal::Invalid("Decision", why))?;
        }
        decided(domain, cx, id, self.decision);
        Ok(())
    }
}

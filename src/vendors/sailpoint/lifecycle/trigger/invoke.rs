//! One event for one subscriber: told, asked, answered, forgotten.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::{Refusal, Timer};
use super::{finds, give_up, is_answer, take_up};
use crate::kernel::{Hop, Id, Pace, Span};
use crate::vendors::sailpoint::model::{
    Dispatch, FIRST, Invocation, InvocationKey, InvocationMove, InvocationState, LAST, Org, Request, Subscription,
    SubscriptionKind, Trigger,
};
use crate::world::{Call, Command, Cx, Message, Outcome};

/// How long a subscriber may take to answer a call, by the wall (contract, 9.2).
const PATIENCE: Span = Span::seconds(10);
/// How many invocations are listed (contract, 9.2).
pub const INVOCATIONS_MAX: usize = 2_000;
/// How long one that went well is listed.
const SUCCESSES_LAST: Span = Span::hours(24);
/// How long one that did not is listed.
const FAILURES_LAST: Span = Span::hours(48);

// Instants that the vendor's terms set, not a pace.
const EXPIRE: Hop = Hop { name: "sailpoint/invocation-expires", pace: Pace::AtOnce };
const FORGET: Hop = Hop { name: "sailpoint/invocation-forgotten", pace: Pace::AtOnce };

/// The subscriptions to a trigger that are told about events.
pub fn subscribers(org: &Org, trigger: Trigger) -> impl Iterator<Item = &Arc<Subscription>> {
    org.subscriptions.with(trigger).filter(|subscription| subscription.enabled && is_delivered(subscription))
}

fn is_delivered(subscription: &Subscription) -> bool {
    subscription.kind == SubscriptionKind::Http && subscription.http.is_some()
}

/// Asks the subscriber of a trigger about a request; says whether there is one who wants to know.
pub fn ask(org: &mut Org, cx: &mut Cx<'_>, trigger: Trigger, request: Id<Request>, input: Value) -> bool {
    let interested = subscribers(org, trigger).find(|subscription| is_interested(subscription, &input));
    let Some(subscription) = interested.cloned() else { return false };
    invoke(org, cx, &subscription, Some(request), input, None);
    true
}

/// Tells every subscriber of a trigger who wants to know.
pub fn tell(org: &mut Org, cx: &mut Cx<'_>, trigger: Trigger, request: Id<Request>, input: &Value) {
    let interested = subscribers(org, trigger).filter(|subscription| is_interested(subscription, input));
    let interested: Vec<_> = interested.cloned().collect();
    for subscription in interested {
        invoke(org, cx, &subscription, Some(request), input.clone(), None);
    }
}

fn is_interested(subscription: &Subscription, input: &Value) -> bool {
    subscription.filter.as_ref().is_none_or(|filter| finds(filter, input).unwrap_or(false))
}

fn invoke(
    org: &mut Org,
    cx: &mut Cx<'_>,
    subscription: &Subscription,
    request: Option<Id<Request>>,
    input: Value,
    content: Option<Value>,
) -> Id<Invocation> {
    let id: Id<Invocation> = cx.id("sailpoint/invocation");
    let (secret, created): (Id<Value>, _) = (cx.id("sailpoint/invocation-secret"), cx.now());
    let (trigger, dispatch) = (subscription.trigger, subscription.http.as_ref().map(|http| http.dispatch));
    let invocation = Invocation {
        id,
        subscription: subscription.id,
        subscription_name: subscription.name.clone(),
        trigger,
        request,
        dispatch: dispatch.unwrap_or(Dispatch::Sync),
        response_deadline: subscription.response_deadline,
        input,
        content,
        secret,
        state: InvocationState::Sent,
        output: None,
        error: None,
        created,
        completed: None,
    };
    let url = subscription.http.as_ref().map(|http| http.url.clone()).unwrap_or_default();
    let (about, event) = (id.cast(), trigger.id().to_owned());
    let message = Message { about, event, attempt: 1, url, body: body(&invocation), patience: PATIENCE };
    make_room(org);
    org.invocations.put(invocation);
    cx.emit("trigger.invoked", id, json!({"trigger": trigger, "subscription": subscription.id, "request": request}));
    if !is_delivered(subscription) {
        end(org, cx, id, InvocationMove::Fail, None, Some("This type of subscription is not delivered here."));
    } else if cx.call(&mut org.calls, message).is_none() {
        end(org, cx, id, InvocationMove::Fail, None, Some("Too many invocations wait for their subscribers."));
    }
    id
}

/// What is sent: the event, and for those who are asked how and where to answer. The address is a
/// path until the call is sealed.
fn body(invocation: &Invocation) -> Value {
    let mut body = invocation.input.clone();
    if let (true, Some(fields)) = (invocation.trigger.asks(), body.as_object_mut()) {
        let mode = if invocation.dispatch == Dispatch::Sync { "sync" } else { "async" };
        let metadata = json!({
            "callbackURL": format!("/beta/trigger-invocations/{}/complete", invocation.id.dashed()),
            "responseMode": mode,
            "secret": invocation.secret.dashed(),
            "triggerId": invocation.trigger.id(),
            "triggerType": "requestResponse",
        });
        fields.insert("_metadata".to_owned(), metadata);
    }
    body
}

/// The oldest go when there are too many.
fn make_room(org: &mut Org) {
    while org.invocations.len() >= INVOCATIONS_MAX {
        let oldest = org.invocations.range(InvocationKey::Created(FIRST), InvocationKey::Created(LAST)).next();
        let Some(oldest) = oldest.map(|oldest| oldest.id) else { return };
        org.timers.cancel_about(oldest);
        org.invocations.remove(&oldest);
    }
}

/// Takes up what came of a call.
pub fn answered(org: &mut Org, cx: &mut Cx<'_>, call: &Call, outcome: Outcome) {
    let id: Id<Invocation> = call.message.about.cast();
    let Some(invocation) = org.invocations.get(&id).cloned() else { return };
    let (status, body) = match outcome {
        Outcome::Answered { status, body } => (status, body),
        Outcome::Late => return fail(org, cx, id, "The subscriber did not answer in time."),
        Outcome::Failed(why) => return fail(org, cx, id, &format!("The subscriber could not be called: {why}.")),
    };
    let later = match (invocation.trigger.asks(), invocation.dispatch, status) {
        (false, _, 200..=299) => return end_told(org, cx, id),
        (true, Dispatch::Async, 200) | (true, Dispatch::Dynamic, 202) => true,
        (true, Dispatch::Sync | Dispatch::Dynamic, 200) => false,
        _ => return fail(org, cx, id, &format!("The subscriber answered with the status {status}.")),
    };
    if later {
        await_answer(org, cx, &invocation);
    } else {
        let output = serde_json::from_str(&body).unwrap_or(Value::Null);
        conclude(org, cx, &invocation, output);
    }
}

fn end_told(org: &mut Org, cx: &mut Cx<'_>, id: Id<Invocation>) {
    end(org, cx, id, InvocationMove::Complete, None, None);
}

/// The subscriber will answer later. It may have done so already.
fn await_answer(org: &mut Org, cx: &mut Cx<'_>, invocation: &Invocation) {
    let Some(state) = cx.go(invocation.state, InvocationMove::Accept) else { return };
    org.invocations.update(&invocation.id, |invocation| invocation.state = state);
    let due = invocation.created + invocation.response_deadline;
    let due = due.max(cx.now());
    org.timers.at(cx.chronicle, EXPIRE, due, invocation.id, Timer::ExpireInvocation(invocation.id));
}

/// The subscriber has answered a question.
fn conclude(org: &mut Org, cx: &mut Cx<'_>, invocation: &Invocation, output: Value) {
    if !is_answer(invocation.trigger, &output) {
        fail(org, cx, invocation.id, "The subscriber's answer is not what the trigger takes.");
        return;
    }
    if end(org, cx, invocation.id, InvocationMove::Complete, Some(output.clone()), None)
        && let Some(request) = invocation.request
    {
        take_up(org, cx, invocation.trigger, request, &output);
    }
}

fn fail(org: &mut Org, cx: &mut Cx<'_>, id: Id<Invocation>, why: &str) {
    let Some(invocation) = org.invocations.get(&id).cloned() else { return };
    if end(org, cx, id, InvocationMove::Fail, None, Some(why))
        && let Some(request) = invocation.request
    {
        give_up(org, cx, invocation.trigger, request, why);
    }
}

/// Nobody answered later either.
pub fn expire(org: &mut Org, cx: &mut Cx<'_>, id: Id<Invocation>) {
    let Some(invocation) = org.invocations.get(&id).cloned() else { return };
    let why = "The subscriber did not answer before its deadline.";
    if end(org, cx, id, InvocationMove::Expire, None, Some(why))
        && let Some(request) = invocation.request
    {
        give_up(org, cx, invocation.trigger, request, why);
    }
}

/// Ends an invocation; says whether it was still open.
fn end(
    org: &mut Org,
    cx: &mut Cx<'_>,
    id: Id<Invocation>,
    by_move: InvocationMove,
    output: Option<Value>,
    error: Option<&str>,
) -> bool {
    let Some(invocation) = org.invocations.get(&id).cloned() else { return false };
    let Some(state) = cx.go(invocation.state, by_move) else { return false };
    let now = cx.now();
    org.timers.cancel_about(id);
    org.invocations.update(&id, |invocation| {
        (invocation.state, invocation.completed) = (state, Some(now));
        (invocation.output, invocation.error) = (output, error.map(str::to_owned));
    });
    let lasts = if state == InvocationState::Completed { SUCCESSES_LAST } else { FAILURES_LAST };
    org.timers.at(cx.chronicle, FORGET, now + lasts, id, Timer::ForgetInvocation(id));
    let name = if state == InvocationState::Completed { "trigger.completed" } else { "trigger.failed" };
    cx.emit(name, id, json!({"trigger": invocation.trigger, "request": invocation.request, "why": error}));
    true
}

/// An invocation is listed long enough.
pub fn forget(org: &mut Org, id: Id<Invocation>) {
    org.invocations.remove(&id);
}

/// A subscriber answers later.
pub struct CompleteInvocation {
    /// Which invocation.
    pub invocation: Option<Id<Invocation>>,
    /// What proves that it was called.
    pub secret: String,
    /// What it answers.
    pub output: Option<Value>,
    /// What went wrong there.
    pub error: Option<String>,
}

impl Command<Org> for CompleteInvocation {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        if self.secret.trim().is_empty() {
            return Err(Refusal::Missing("secret"));
        }
        let invocation = self.invocation.and_then(|id| org.invocations.get(&id)).cloned();
        let invocation = invocation.ok_or(Refusal::NoInvocation)?;
        let is_proved = invocation.secret.dashed() == self.secret;
        let is_open = matches!(invocation.state, InvocationState::Sent | InvocationState::Awaited);
        if !is_proved || !is_open || !invocation.trigger.asks() || invocation.dispatch == Dispatch::Sync {
            return Err(Refusal::NoInvocation);
        }
        let error = self.error.filter(|error| !error.is_empty());
        let output = self.output.ok_or(Refusal::Missing("output"))?;
        match error {
            Some(error) => fail(org, cx, invocation.id, &error),
            None if is_answer(invocation.trigger, &output) => conclude(org, cx, &invocation, output),
            None => return Err(Refusal::IllegalValue("output")),
        }
        Ok(())
    }
}

/// Tell subscribers something made up, whether they are switched on or not.
pub struct StartTest {
    /// About what.
    pub trigger: Trigger,
    /// What they are told.
    pub input: Value,
    /// What is handed back with it.
    pub content: Value,
    /// Which subscriptions; empty means all.
    pub subscriptions: Vec<Id<Subscription>>,
}

impl Command<Org> for StartTest {
    type Output = Vec<Id<Invocation>>;
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<Vec<Id<Invocation>>, Refusal> {
        let unknown = self.subscriptions.iter().find(|id| !org.subscriptions.contains(id));
        if let Some(id) = unknown {
            return Err(Refusal::NoReference("subscription", id.dashed()));
        }
        let wanted = |id: &Id<Subscription>| self.subscriptions.is_empty() || self.subscriptions.contains(id);
        let chosen: Vec<_> = org.subscriptions.with(self.trigger).filter(|row| wanted(&row.id)).cloned().collect();
        let told = chosen
            .iter()
            .map(|subscription| invoke(org, cx, subscription, None, self.input.clone(), Some(self.content.clone())));
        Ok(told.collect())
    }
}

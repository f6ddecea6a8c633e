//! Subscriptions: made, changed and ended.

use serde_json::{Value, json};
use serde_json_path::JsonPath;
use url::Url;

use super::super::Refusal;
use crate::kernel::{Id, Span};
use crate::vendors::sailpoint::model::{Org, Subscription, SubscriptionKind};
use crate::world::{Command, Cx};

/// The longest that a subscriber may be given to answer later. [assumed]
const DEADLINE_MAX: Span = Span::days(30);

/// Whether a JSONPath finds anything in an event.
///
/// # Errors
/// When it is no JSONPath.
pub fn finds(filter: &str, event: &Value) -> Result<bool, Refusal> {
    let path = JsonPath::parse(filter.trim()).map_err(|_| Refusal::IllegalValue("filter"))?;
    Ok(!path.query(event).is_empty())
}

/// Subscribe to a trigger. The id and the hour are drawn here.
pub struct Subscribe {
    /// Everything else.
    pub subscription: Subscription,
}

impl Command<Org> for Subscribe {
    type Output = Id<Subscription>;
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<Id<Subscription>, Refusal> {
        let subscription = Subscription { id: cx.id("sailpoint/subscription"), created: cx.now(), ..self.subscription };
        check(&subscription)?;
        let trigger = subscription.trigger;
        if org.subscriptions.with(trigger).count() >= trigger.subscriptions_max() {
            return Err(Refusal::EnoughSubscriptions(trigger.id(), trigger.subscriptions_max()));
        }
        let id = subscription.id;
        cx.emit("subscription.created", id, json!({"trigger": trigger, "name": subscription.name}));
        org.subscriptions.put(subscription);
        Ok(id)
    }
}

/// A change of a subscription, or why it cannot be made.
pub trait Change: FnOnce(&Subscription) -> Result<Subscription, Refusal> {}
impl<F: FnOnce(&Subscription) -> Result<Subscription, Refusal>> Change for F {}

/// Change a subscription. The edit sees it as it is when the command has its turn.
pub struct EditSubscription<F> {
    /// Which.
    pub subscription: Id<Subscription>,
    /// The change.
    pub edit: F,
}

impl<F: Change> Command<Org> for EditSubscription<F> {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let before = org.subscriptions.get(&self.subscription).cloned().ok_or(Refusal::NotFound)?;
        let edited = (self.edit)(&before)?;
        if edited.trigger != before.trigger {
            return Err(Refusal::Immutable("triggerId".to_owned()));
        }
        let edited = Subscription { id: before.id, created: before.created, ..edited };
        check(&edited)?;
        cx.emit("subscription.changed", edited.id, json!({"name": edited.name}));
        org.subscriptions.put(edited);
        Ok(())
    }
}

/// End a subscription. Whoever is being asked may still answer.
pub struct DeleteSubscription {
    /// Which.
    pub subscription: Id<Subscription>,
}

impl Command<Org> for DeleteSubscription {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        org.subscriptions.remove(&self.subscription).ok_or(Refusal::NotFound)?;
        cx.emit("subscription.deleted", self.subscription, json!({}));
        Ok(())
    }
}

fn check(subscription: &Subscription) -> Result<(), Refusal> {
    if subscription.name.trim().is_empty() {
        return Err(Refusal::Missing("name"));
    }
    match (&subscription.http, subscription.kind) {
        (None, SubscriptionKind::Http) => return Err(Refusal::Missing("httpConfig")),
        (Some(http), _) => {
            let url = Url::parse(&http.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            url.ok_or(Refusal::IllegalValue("url"))?;
        }
        (None, _) => {}
    }
    if subscription.kind == SubscriptionKind::Eventbridge && subscription.event_bridge.is_none() {
        return Err(Refusal::Missing("eventBridgeConfig"));
    }
    if !(Span::micros(1)..=DEADLINE_MAX).contains(&subscription.response_deadline) {
        return Err(Refusal::IllegalValue("responseDeadline"));
    }
    if let Some(filter) = &subscription.filter {
        finds(filter, &Value::Null)?;
    }
    Ok(())
}

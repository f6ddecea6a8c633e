//! Event triggers: who subscribed to what, and what came of each invocation (contract, section 9).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::Request;
use crate::kernel::{Entity, Id, Lifecycle, Span, Timestamp};

/// What can be subscribed to.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trigger {
    /// A request was submitted, before any approval.
    #[serde(rename = "idn:access-request-pre-approval")]
    Submitted,
    /// Who shall approve besides those who are configured.
    #[serde(rename = "idn:access-request-dynamic-approver")]
    DynamicApprover,
    /// A request was decided.
    #[serde(rename = "idn:access-request-post-approval")]
    Decided,
    /// Provisioning ended, or the request was closed.
    #[serde(rename = "idn:post-provisioning")]
    Provisioned,
}

impl Trigger {
    /// Every trigger, in the order in which a request meets them.
    pub const ALL: [Self; 4] = [Self::Submitted, Self::DynamicApprover, Self::Decided, Self::Provisioned];

    /// The vendor's id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Submitted => "idn:access-request-pre-approval",
            Self::DynamicApprover => "idn:access-request-dynamic-approver",
            Self::Decided => "idn:access-request-post-approval",
            Self::Provisioned => "idn:post-provisioning",
        }
    }
    /// The trigger with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.id() == id)
    }
    /// What the vendor calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted => "Access Request Submitted",
            Self::DynamicApprover => "Access Request Dynamic Approver",
            Self::Decided => "Access Request Decision",
            Self::Provisioned => "Provisioning Completed",
        }
    }
    /// Whether its subscriber is asked for something.
    pub fn asks(self) -> bool {
        matches!(self, Self::Submitted | Self::DynamicApprover)
    }
    /// How many subscriptions it takes.
    pub fn subscriptions_max(self) -> usize {
        if self.asks() { 1 } else { 50 }
    }
}

/// How a subscriber is told: `SubscriptionType`. Only [`SubscriptionKind::Http`] is delivered here.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum SubscriptionKind {
    Http,
    Eventbridge,
    Inline,
    Script,
    Workflow,
}

/// When a subscriber that is asked has to answer: `HttpDispatchMode`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Dispatch {
    /// In the answer to the call.
    Sync,
    /// Later, at the callback address.
    Async,
    /// Either, as the status of its answer says.
    Dynamic,
}

/// How SailPoint proves who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Proof {
    /// Not at all.
    None,
    /// By name and password.
    Basic {
        /// The name.
        user_name: String,
        /// The password.
        password: String,
    },
    /// By a token.
    Bearer(String),
}

/// Where and how a subscriber is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpTarget {
    /// The address.
    pub url: String,
    /// When it has to answer.
    pub dispatch: Dispatch,
    /// How SailPoint proves who it is.
    pub proof: Proof,
}

/// Somebody wants to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Dashed on the wire.
    pub id: Id<Subscription>,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// About what.
    pub trigger: Trigger,
    /// How.
    pub kind: SubscriptionKind,
    /// How long a subscriber that answers later may take.
    pub response_deadline: Span,
    /// Where, when it is by HTTP.
    pub http: Option<HttpTarget>,
    /// The account and the region of an event bridge, kept as they were sent.
    pub event_bridge: Option<(String, String)>,
    /// Whether events go out; tests do in any case.
    pub enabled: bool,
    /// A JSONPath that has to find something in an event.
    pub filter: Option<String>,
    /// When it was made.
    pub created: Timestamp,
}

impl Subscription {
    /// How long a subscriber may take to answer later, when nobody says so.
    pub const RESPONSE_DEADLINE: Span = Span::hours(1);
}

impl Entity for Subscription {
    const TABLE: &'static str = "subscriptions";
    type Id = Id<Subscription>;
    type Key = Trigger;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<Trigger> {
        vec![self.trigger]
    }
}

/// Where an invocation stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InvocationState {
    /// The subscriber is being called.
    Sent,
    /// It will answer later.
    Awaited,
    /// It was told, or has answered.
    Completed,
    /// It could not be told, or did not answer as it should.
    Failed,
}

/// What may happen to an invocation.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum InvocationMove {
    /// The subscriber says that it will answer later.
    Accept,
    /// The subscriber has been told, or has answered.
    Complete,
    /// The subscriber could not be told, or answered nonsense.
    Fail,
    /// The subscriber did not answer in time.
    Expire,
}

impl Lifecycle for InvocationState {
    type Move = InvocationMove;
    const MACHINE: &'static str = "trigger invocation";
    const STATES: &'static [Self] = &[Self::Sent, Self::Awaited, Self::Completed, Self::Failed];
    const MOVES: &'static [InvocationMove] =
        &[InvocationMove::Accept, InvocationMove::Complete, InvocationMove::Fail, InvocationMove::Expire];

    fn on(self, by: InvocationMove) -> Option<Self> {
        use InvocationMove as By;
        match (self, by) {
            (Self::Sent, By::Accept) => Some(Self::Awaited),
            (Self::Sent | Self::Awaited, By::Complete) => Some(Self::Completed),
            (Self::Sent | Self::Awaited, By::Fail) | (Self::Awaited, By::Expire) => Some(Self::Failed),
            (Self::Awaited, By::Accept) | (Self::Sent, By::Expire) | (Self::Completed | Self::Failed, _) => None,
        }
    }
}

/// One event for one subscriber.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    /// Dashed on the wire.
    pub id: Id<Invocation>,
    /// For whom.
    pub subscription: Id<Subscription>,
    /// What the subscription was called then.
    pub subscription_name: String,
    /// About what.
    pub trigger: Trigger,
    /// The request that waits for the answer; none when it is a test.
    pub request: Option<Id<Request>>,
    /// When the subscriber has to answer.
    pub dispatch: Dispatch,
    /// How long it may take to answer later.
    pub response_deadline: Span,
    /// What it was told.
    pub input: Value,
    /// What a test was given besides.
    pub content: Option<Value>,
    /// What proves to SailPoint that the one who answers later was called.
    pub secret: Id<Value>,
    /// Where it stands.
    pub state: InvocationState,
    /// What the subscriber answered.
    pub output: Option<Value>,
    /// What went wrong, or what the subscriber says did.
    pub error: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it ended.
    pub completed: Option<Timestamp>,
}

/// How invocations are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InvocationKey {
    /// In the order in which they were made.
    Created(Timestamp),
}

impl Entity for Invocation {
    const TABLE: &'static str = "invocations";
    type Id = Id<Invocation>;
    type Key = InvocationKey;
    fn id(&self) -> Self::Id {
        self.id
    }
    fn keys(&self) -> Vec<InvocationKey> {
        vec![InvocationKey::Created(self.created)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invocation_goes_only_these_ways() {
        use InvocationMove::{Accept, Complete, Expire, Fail};
        use InvocationState::{Awaited, Completed, Failed, Sent};
        let legal = [
            (Sent, Accept, Awaited),
            (Sent, Complete, Completed),
            (Sent, Fail, Failed),
            (Awaited, Complete, Completed),
            (Awaited, Fail, Failed),
            (Awaited, Expire, Failed),
        ];
        for from in InvocationState::STATES {
            for by in InvocationState::MOVES {
                let expected = legal.iter().find(|(state, way, _)| (state, way) == (from, by)).map(|(.., to)| *to);
                assert_eq!(from.on(*by), expected, "{from:?} by {by:?}");
            }
        }
    }

    #[test]
    fn a_trigger_is_known_by_its_id() {
        for trigger in Trigger::ALL {
            assert_eq!(Trigger::from_id(trigger.id()), Some(trigger));
            assert_eq!(serde_json::to_value(trigger).unwrap(), trigger.id());
        }
        assert_eq!(Trigger::from_id("idn:access-requested"), None);
    }
}

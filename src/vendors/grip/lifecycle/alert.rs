//! Alerts: no endpoint changes one; they appear and move by steps alone (contract, 12).

use serde_json::{Map, Value, json};

use super::audit::record;
use super::{Noun, Refusal, word};
use crate::vendors::grip::model::{
    Actor, Alert, AlertMove, AlertState, Environment, RelatedEntity, Severity, Subject, SubjectKind,
};
use crate::world::{Command, Cx};

/// Raise an alert.
pub struct RaiseAlert {
    /// By which policy.
    pub policy: u32,
    /// About what.
    pub entity: RelatedEntity,
    /// How bad it is; as its policy says when absent.
    pub severity: Option<Severity>,
    /// What it says; as its policy says when absent.
    pub description: Option<String>,
    /// What its type says besides.
    pub unique_fields: Map<String, Value>,
}

impl Command<Environment> for RaiseAlert {
    type Output = u32;
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<u32, Refusal> {
        let policy = env.policies.get(&self.policy).cloned().ok_or(Refusal::NoSuch(Noun::Alert))?;
        let id = env.alerts.iter().next_back().map_or(1, |newest| newest.id + 1);
        let now = cx.now();
        env.alerts.put(Alert {
            id,
            policy: policy.id,
            severity: self.severity.unwrap_or(policy.severity),
            description: self.description,
            unique_fields: self.unique_fields,
            entity: self.entity,
            state: AlertState::Open,
            created: now,
            updated: now,
        });
        let details = json!({"policyReadableId": policy.id});
        let subject = Subject::of(SubjectKind::Alert, id.to_string(), Some(policy.name.clone()));
        record(env, cx, &Actor::system(), "alert.created", subject, format!("{} raised", policy.kind), details);
        Ok(id)
    }
}

/// Move an alert.
pub struct MoveAlert {
    /// Which.
    pub alert: u32,
    /// How.
    pub by_move: AlertMove,
}

impl Command<Environment> for MoveAlert {
    type Output = AlertState;
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<AlertState, Refusal> {
        let alert = env.alerts.get(&self.alert).cloned().ok_or(Refusal::NoSuch(Noun::Alert))?;
        let over = || Refusal::Over(Noun::Alert, word(&alert.state));
        let (state, now) = (cx.go(alert.state, self.by_move).ok_or_else(over)?, cx.now());
        env.alerts.update(&self.alert, |alert| (alert.state, alert.updated) = (state, now));
        let name = env.policies.get(&alert.policy).map(|policy| policy.name.clone());
        let subject = Subject::of(SubjectKind::Alert, self.alert.to_string(), name);
        let details = json!({"from": word(&alert.state), "to": word(&state)});
        let description = format!("Alert status changed to {}", word(&state));
        record(env, cx, &Actor::system(), "alert.status_changed", subject, description, details);
        Ok(state)
    }
}

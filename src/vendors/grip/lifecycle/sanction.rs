//! Deciding about an application, and whom to ask about it (contract, 11).

use serde_json::json;

use super::audit::record;
use super::{Refusal, find};
use crate::vendors::grip::assumed::SANCTION_STATES;
use crate::vendors::grip::model::{Actor, Environment, Subject};
use crate::world::{Command, Cx};

/// Set an application's sanction state. Any state may follow any, itself included.
pub struct SetSanction {
    /// The token that does.
    pub by: Actor,
    /// Of which application, by its id as it was sent.
    pub app: String,
    /// The state, as it was sent.
    pub state: Option<String>,
    /// Why.
    pub comment: Option<String>,
    /// In whose name; in the token's when absent.
    pub user_mail: Option<String>,
}

impl Command<Environment> for SetSanction {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let sent = self.state.filter(|state| !state.trim().is_empty()).ok_or(Refusal::Missing("new_sanction_state"))?;
        let state = known_state(env, &sent)?;
        let app = find::app(env, cx.company, &self.app)?;
        let from = env.saas.get(&app.id).and_then(|profile| profile.sanction.clone());
        let mail = self.user_mail.map(|mail| mail.trim().to_owned()).filter(|mail| !mail.is_empty());
        let by = mail.map_or(self.by, |mail| Actor::mail(cx, &mail));
        env.saas.update(&app.id, |profile| profile.sanction = Some(state.clone()));
        let details = json!({"from": from, "to": state, "comment": self.comment});
        let description = format!("Sanction state changed to {state}");
        record(env, cx, &by, "saas.sanction_state.updated", Subject::saas(&app), description, details);
        Ok(())
    }
}

/// Set whom to ask about an application.
pub struct SetPrimaryContact {
    /// Who does.
    pub by: Actor,
    /// About which application, by its id as it was sent.
    pub app: String,
    /// The user's id, as it was sent.
    pub user: Option<String>,
}

impl Command<Environment> for SetPrimaryContact {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let sent = self.user.filter(|user| !user.trim().is_empty()).ok_or(Refusal::Missing("user_id"))?;
        let app = find::app(env, cx.company, &self.app)?;
        let person = find::person(cx.company, sent.trim())?;
        let from = env.saas.get(&app.id).and_then(|profile| profile.primary_contact);
        env.saas.update(&app.id, |profile| profile.primary_contact = Some(person.id));
        let details = json!({"from": from.map(|id| id.dashed()), "to": person.id.dashed()});
        let description = format!("Primary contact changed to {}", person.name());
        record(env, cx, &self.by, "saas.primary_contact.updated", Subject::saas(&app), description, details);
        Ok(())
    }
}

/// The state that a client means, whatever its case and separators.
fn known_state(env: &Environment, sent: &str) -> Result<String, Refusal> {
    let folded = |state: &str| state.to_lowercase().replace([' ', '-', '_'], "");
    let settings = env.settings();
    let own = settings.sanction_states.iter().map(String::as_str);
    let states: Vec<&str> = SANCTION_STATES.into_iter().chain(own).collect();
    let known = states.iter().find(|state| folded(state) == folded(sent));
    let refuse = || Refusal::Invalid("new_sanction_state", format!("one of {}", states.join(", ")));
    known.map(|state| (*state).to_owned()).ok_or_else(refuse)
}

//! Asking a user why they use an application (contract, 10).

use serde_json::json;

use super::audit::record;
use super::find::{self, live_accounts};
use super::{Noun, Refusal, Timer, word};
use crate::company::Person;
use crate::kernel::{Hop, Id, Pace};
use crate::vendors::grip::assumed::{ANSWER_WITHIN, PLATFORM_DEFAULT, PLATFORMS};
use crate::vendors::grip::model::{
    Actor, Answer, Environment, Justification, JustificationMove, JustificationState, Run, Subject, SubjectKind,
};
use crate::world::{Command, Cx};

// An instant that the time limit sets, not a pace.
const EXPIRE: Hop = Hop { name: "grip/expire", pace: Pace::After(ANSWER_WITHIN) };

/// Send a request.
pub struct SendRequest {
    /// Who sends it.
    pub by: Actor,
    /// The user's id, as it was sent.
    pub user: Option<String>,
    /// The user's address, as it was sent.
    pub user_mail: Option<String>,
    /// The application's id, as it was sent.
    pub saas: Option<String>,
    /// How it travels, as it was sent.
    pub platform: Option<String>,
    /// The workflow run that sends it.
    pub run: Option<Id<Run>>,
}

impl Command<Environment> for SendRequest {
    type Output = Id<Justification>;
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let platform = platform(self.platform.as_deref())?;
        let (user, mail) = (given(self.user), given(self.user_mail));
        if user.is_none() && mail.is_none() {
            return Err(Refusal::Missing("userId or userEmail"));
        }
        let saas = given(self.saas).ok_or(Refusal::Missing("saasApplicationId"))?;
        let by_id = user.map(|id| find::person(cx.company, &id)).transpose()?;
        let by_mail = mail.map(|mail| find::person_by_mail(cx.company, &mail)).transpose()?;
        let app = find::app(env, cx.company, &saas)?;
        let person = match (by_id, by_mail) {
            (Some(one), Some(other)) if one.id != other.id => return Err(Refusal::TwoPeople),
            (Some(person), _) | (None, Some(person)) => person,
            (None, None) => return Err(Refusal::Missing("userId or userEmail")),
        };
        if live_accounts(cx.company, person.id, app.id).is_empty() {
            return Err(Refusal::NoAccount);
        }
        let (id, now) = (cx.id("grip/justification"), cx.now());
        env.justifications.put(Justification {
            id,
            user: person.id,
            app: app.id,
            platform: platform.to_owned(),
            created_by: self.by.name.clone(),
            state: JustificationState::Sent,
            started: now,
            completed: None,
            answer: None,
            run: self.run,
        });
        env.timers.at(cx.chronicle, EXPIRE, now + ANSWER_WITHIN, id, Timer::Expire(id));
        let details = json!({"userId": person.id.dashed(), "saasId": app.id.dashed(), "platform": platform});
        let description = format!("Justification for {} requested from {}", app.name, person.name());
        record(env, cx, &self.by, "justification_request.sent", subject(id), description, details);
        Ok(id)
    }
}

/// Open a request's link.
pub struct OpenRequest(pub Id<Justification>);

impl Command<Environment> for OpenRequest {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let by = recipient(env, cx, self.0)?;
        go(env, cx, self.0, JustificationMove::Open, &by, None)
    }
}

/// Answer a request.
pub struct AnswerRequest {
    /// Which.
    pub request: Id<Justification>,
    /// In the user's words.
    pub justification: String,
    /// Whether they go on using the application.
    pub still_in_use: bool,
}

impl Command<Environment> for AnswerRequest {
    type Output = ();
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let by = recipient(env, cx, self.request)?;
        let justification = self.justification.trim().to_owned();
        if justification.is_empty() {
            return Err(Refusal::Missing("justification"));
        }
        let answer = Answer { justification, still_in_use: self.still_in_use, at: cx.now() };
        go(env, cx, self.request, JustificationMove::Answer, &by, Some(answer))
    }
}

/// Take a request back.
pub struct CancelRequest {
    /// Who does.
    pub by: Actor,
    /// Its id, as it was sent.
    pub request: Option<String>,
}

impl Command<Environment> for CancelRequest {
    type Output = Id<Justification>;
    fn apply(self, env: &mut Environment, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let request = given(self.request).ok_or(Refusal::Missing("requestId"))?;
        let id = Id::from_dashed(&request).ok_or(Refusal::NoSuch(Noun::Justification))?;
        go(env, cx, id, JustificationMove::Cancel, &self.by, None)?;
        Ok(id)
    }
}

/// Nobody answered in time.
pub fn expire(env: &mut Environment, cx: &mut Cx<'_>, id: Id<Justification>) {
    // One that has ended meanwhile stays as it is.
    let _ = go(env, cx, id, JustificationMove::Expire, &Actor::system(), None);
}

/// Moves a request on.
pub fn go(
    env: &mut Environment,
    cx: &mut Cx<'_>,
    id: Id<Justification>,
    by_move: JustificationMove,
    by: &Actor,
    answer: Option<Answer>,
) -> Result<(), Refusal> {
    let state = env.justifications.get(&id).ok_or(Refusal::NoSuch(Noun::Justification))?.state;
    let next = cx.go(state, by_move).ok_or_else(|| Refusal::Over(Noun::Justification, word(&state)))?;
    let ended = (next != JustificationState::Opened).then(|| cx.now());
    let details = answer.as_ref().map_or_else(|| json!({}), |answer| json!({"stillInUse": answer.still_in_use}));
    env.justifications.update(&id, |request| {
        (request.state, request.completed, request.answer) = (next, ended, answer);
    });
    if ended.is_some() {
        env.timers.cancel_about(id);
    }
    let action = match next {
        JustificationState::Sent | JustificationState::Opened => "justification_request.opened",
        JustificationState::Answered => "justification_request.answered",
        JustificationState::Expired => "justification_request.expired",
        JustificationState::Cancelled => "justification_request.cancelled",
    };
    record(env, cx, by, action, subject(id), format!("Justification request {}", word(&next)), details);
    Ok(())
}

fn recipient(env: &Environment, cx: &Cx<'_>, id: Id<Justification>) -> Result<Actor, Refusal> {
    let request = env.justifications.get(&id).ok_or(Refusal::NoSuch(Noun::Justification))?;
    let person: Option<&std::sync::Arc<Person>> = cx.company.people().get(&request.user);
    Ok(person.map_or_else(Actor::system, |person| Actor::person(person)))
}

fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn platform(sent: Option<&str>) -> Result<&'static str, Refusal> {
    let sent = sent.map(str::trim).filter(|sent| !sent.is_empty()).unwrap_or(PLATFORM_DEFAULT);
    let folded = sent.to_lowercase().replace(['_', '-', ' '], "");
    let known = PLATFORMS.iter().find(|(name, _)| *name == folded).map(|(_, platform)| *platform);
    known.ok_or_else(|| Refusal::Invalid("communicationPlatform", "one of email, slack, teams".into()))
}

fn subject(id: Id<Justification>) -> Subject {
    Subject::of(SubjectKind::JustificationRequest, id.dashed(), None)
}

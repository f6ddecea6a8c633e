//! Campaigns and their items on the wire (contract, 10).

use serde_json::{Map, Value, json};

use super::policies::metadata;
use super::{View, offset};
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::lifecycle::{Fault, NamedReviewer, Refusal, Review, Which, is_permission};
use crate::vendors::pingone::model::{
    ActorRef, Campaign, CertificationItem, ItemComment, ItemKey, ItemState, Reviewer, Verdict,
};

/// What of a grant an item shows, in this order.
const PARTS: [&str; 8] = ["item", "user", "application", "account", "entitlement", "role", "descriptor", "glossary"];

impl View<'_> {
    /// A campaign, as administrators see it. The fields beside those that can be filtered by are [assumed].
    pub fn campaign(&self, campaign: &Campaign) -> Value {
        let count = |key: ItemKey| self.realm.certification_items.ids_with(key).count();
        let (total, open) = (count(ItemKey::Of(campaign.id)), count(ItemKey::Open(campaign.id)));
        let template = campaign.template.as_ref();
        let owner = campaign.owner.map(|owner| Value::Object(self.reference(ActorRef::User(owner))));
        let mut shown = Map::new();
        let mut add = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
        add("id", campaign.id.dashed().into());
        add("name", campaign.name.as_str().into());
        add("description", campaign.description.as_str().into());
        add("certificationType", json!(campaign.kind));
        add("status", json!(campaign.state));
        add("templateId", template.map(|(id, _)| id.as_str()).into());
        add("templateName", template.map(|(_, name)| name.as_str()).into());
        add("ownerInfo", owner.unwrap_or_default());
        add("startDate", campaign.started.map(offset).into());
        add("deadline", offset(campaign.deadline).into());
        add("completionDate", campaign.completed.map(offset).into());
        add("totalCount", total.into());
        add("signedOffCount", (total - open).into());
        add("targetFilter", campaign.terms.get("targetFilter").cloned().unwrap_or_default());
        add("metadata", metadata(campaign.created, campaign.modified));
        Value::Object(shown)
    }

    /// An item: the grant that it asks about, and what is decided so far.
    pub fn certification_item(&self, item: &CertificationItem) -> Value {
        let grant = self.grant(item.grant).unwrap_or_default();
        let mut shown = Map::new();
        shown.insert("id".into(), item.id.dashed().into());
        for part in PARTS {
            if let Some(value) = grant.get(part) {
                shown.insert(part.into(), value.clone());
            }
        }
        shown.entry("user").or_insert_with(|| self.subject(item.user));
        shown.insert("campaignId".into(), item.campaign.dashed().into());
        shown.insert("compositeId".into(), item.grant.composite_id().into());
        shown.insert("decision".into(), json!({"certification": self.item_decision(item)}));
        shown.insert("metadata".into(), metadata(item.created, item.modified));
        Value::Object(shown)
    }

    fn item_decision(&self, item: &CertificationItem) -> Value {
        let deadline = self.realm.campaigns.get(&item.campaign).map(|campaign| offset(campaign.deadline));
        let (by, at) = (item.decided.map(|(by, _)| by), item.decided.map(|(_, at)| at));
        json!({
            "decision": item.verdict,
            "status": item.state,
            "decisionBy": by.map(|by| self.author(by)),
            "decisionDate": at.map(offset),
            "completionDate": item.completed.map(offset),
            "deadline": deadline,
            "primaryReviewer": item.primary.map(|who| self.reference(who)),
            "actors": item.reviewers.iter().map(|reviewer| self.reviewer(reviewer)).collect::<Vec<_>>(),
            "comments": item.comments.iter().map(|comment| self.item_comment(comment)).collect::<Vec<_>>(),
        })
    }

    fn reviewer(&self, reviewer: &Reviewer) -> Value {
        let mut shown = self.reference(reviewer.who);
        shown.insert("permissions".into(), reviewer.permissions.clone().into());
        Value::Object(shown)
    }

    fn item_comment(&self, comment: &ItemComment) -> Value {
        json!({
            "action": comment.action,
            "comment": comment.text,
            "timeStamp": offset(comment.at),
            "user": self.author(comment.by),
        })
    }

    /// How many items of a campaign there are, and what is decided about them.
    pub fn item_counts<'i>(&self, items: impl Iterator<Item = &'i CertificationItem>) -> Value {
        let (mut total, mut undecided, mut counts) = (0_usize, 0_usize, [0_usize; 3]);
        for item in items {
            total += 1;
            match item.verdict {
                None => undecided += 1,
                Some(verdict) => counts[verdict as usize] += 1,
            }
        }
        let [certify, revoke, exception] = counts;
        json!({"totalCount": total, "undecided": undecided, "certify": certify, "revoke": revoke, "exception": exception})
    }
}

/// Which items a list shows, by the `status` that it is asked for: open ones where nothing is said.
///
/// # Errors
/// When there is no such status.
pub fn item_state(word: Option<&str>) -> Result<Option<ItemState>, ApiError> {
    Ok(match word {
        None | Some("" | "active" | "in-progress") => Some(ItemState::InProgress),
        Some("signed-off" | "complete") => Some(ItemState::SignedOff),
        Some("expired") => Some(ItemState::Expired),
        Some("cancelled") => Some(ItemState::Cancelled),
        Some("all") => None,
        Some(other) => return Err(Refusal::UnknownWord("certification status", other.to_owned()).into()),
    })
}

/// What a reviewer does, by the last segment of the path and the body (contract, 10).
///
/// # Errors
/// When there is no such action, or its body lacks something.
pub fn review(action: &str, body: &Map<String, Value>) -> Result<Review, ApiError> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let hand_over = |action: &'static str| {
        let id = text("newActorId");
        if id.is_empty() {
            return Err(ApiError::from(Refusal::required("newActorId")));
        }
        Ok(Review::HandOver {
            to: actor(&id)?,
            permissions: body.get("permissions").and_then(Value::as_object).map(permissions),
            comment: text("comment"),
            action,
        })
    };
    Ok(match action {
        "certify" => Review::Decide(Verdict::Certify, text("comment")),
        "revoke" => Review::Decide(Verdict::Revoke, text("comment")),
        "exception" => Review::Decide(Verdict::Exception, text("comment")),
        "reset" => Review::Reset,
        "comment" => Review::Comment(text("comment")),
        "forward" => hand_over("forward")?,
        "reassign" => hand_over("reassign")?,
        "signoff" => Review::SignOff,
        other => return Err(Refusal::UnknownAction(other.to_owned()).into()),
    })
}

/// Which items a bulk action is about: all of a reviewer where the query or the body names one and no ids.
///
/// # Errors
/// When `ids` is no list of texts.
pub fn which(select_all: Option<&str>, body: &Map<String, Value>) -> Result<Which, ApiError> {
    let ids = super::Sent(body).ids()?;
    let actor = select_all.or_else(|| body.get("actorId").and_then(Value::as_str)).filter(|id| !id.is_empty());
    Ok(match actor {
        Some(actor) if ids.is_empty() => Which::AllOf(actor.to_owned()),
        _ => Which::Ids(ids),
    })
}

/// The reviewers of a body: `actors`, each with an id and perhaps permissions.
///
/// # Errors
/// When one of them has no proper id.
pub fn reviewers(body: &Map<String, Value>) -> Result<Vec<NamedReviewer>, ApiError> {
    let sent = body.get("actors").and_then(Value::as_array);
    let read = |sent: &Value| {
        let who = actor(sent.get("id").and_then(Value::as_str).unwrap_or_default())?;
        Ok((who, sent.get("permissions").and_then(Value::as_object).map(permissions)))
    };
    sent.into_iter().flatten().map(read).collect()
}

fn actor(id: &str) -> Result<ActorRef, ApiError> {
    ActorRef::read(id).ok_or_else(|| Fault::Reference("Actor", id.to_owned()).into())
}

fn permissions(sent: &Map<String, Value>) -> Map<String, Value> {
    let known = sent.iter().filter(|(name, _)| is_permission(name));
    known.map(|(name, value)| (name.clone(), value.clone())).collect()
}

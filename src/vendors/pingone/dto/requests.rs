//! Access requests on the wire (contract, 8.1 and 8.2).

use serde_json::{Map, Value, json};

use super::{View, fine, offset};
use crate::company::Person;
use crate::kernel::Id;
use crate::kernel::Timestamp;
use crate::query::untyped::date;
use crate::vendors::pingone::error::ApiError;
use crate::vendors::pingone::lifecycle::rights::By;
use crate::vendors::pingone::lifecycle::{Fault, Missing, Refusal, RequestAction, Target, Wish, user_named};
use crate::vendors::pingone::model::{
    AccessRequest, ActorRef, Author, Direction, RequestActor, RequestOutcome, RequestPhase, RequestPhaseKind,
    RequestState, Shelf,
};

impl View<'_> {
    /// A request as `by` sees it: their own phases stand beside it.
    pub fn request(&self, request: &AccessRequest, by: By) -> Value {
        let names = by.names(self.realm);
        let is_own = |phase: &&RequestPhase| {
            request.actors.iter().any(|actor| actor.phase == phase.name && names.contains(&actor.who))
        };
        let own: Vec<Value> = request.phases.iter().filter(is_own).map(|phase| self.request_phase(phase)).collect();
        let mut common = request.common.clone();
        common.insert("userId".into(), request.user.dashed().into());
        let (field, target) = match request.target {
            Target::Entitlement(id) => {
                let row = self.company.entitlements().get(&id);
                ("entitlementId", row.map_or_else(|| id.dashed(), |row| self.assignment_id(row)))
            }
            Target::Application(id) => ("applicationId", id.dashed()),
            Target::Role(id) => ("roleId", id.dashed()),
        };
        common.insert(field.into(), target.into());
        common.entry("priority").or_insert("low".into());
        common.entry("isDraft").or_insert(false.into());
        common.entry("context").or_insert(json!({"type": "request"}));
        let mut shown = Map::new();
        let mut add = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
        add("id", request.id.dashed().into());
        add("requester", self.requester(request.requester));
        add("requestType", request.kind().into());
        add("request", json!({"common": common, "custom": request.custom, "_rev": request.version}));
        let user = self.company.people().get(&request.user);
        add("user", user.map_or_else(|| json!({"id": request.user.dashed()}), |person| self.user(person)));
        let item = match request.target {
            Target::Entitlement(id) => self.company.entitlements().get(&id).and_then(|row| self.entitlement(row)),
            Target::Application(id) => self.company.apps().get(&id).map(|row| self.application(row)),
            Target::Role(id) => self.realm.roles.get(&id).map(|row| self.role(row)),
        };
        if let Some(Value::Object(item)) = item {
            let parts = item.into_iter().filter(|(name, _)| PARTS.contains(&name.as_str()));
            parts.for_each(|(name, value)| add(&name, value));
        }
        add("decision", self.request_decision(request));
        add(
            "workflow",
            json!({"id": workflow_of(request), "type": "bpmn", "instanceId": Id::<()>::named(&format!("pingone/instance/{}", request.id.hex())).dashed()}),
        );
        add("phases", own.into());
        add(
            "metadata",
            json!({"modifiedDate": fine(request.changed), "createdDate": fine(request.created), "primaryKey": request.id.dashed()}),
        );
        Value::Object(shown)
    }

    fn request_decision(&self, request: &AccessRequest) -> Value {
        let actors = |active: bool| -> Vec<Value> {
            let found = request.actors.iter().filter(|actor| actor.active == active);
            found.map(|actor| self.request_actor(actor)).collect()
        };
        let deadline = request.open_phase().and_then(|phase| phase.expires);
        let comments: Vec<Value> = request
            .comments
            .iter()
            .map(|comment| {
                json!({
                    "action": comment.action,
                    "comment": comment.text,
                    "timeStamp": offset(comment.at),
                    "user": self.requester(comment.by),
                })
            })
            .collect();
        json!({
            "status": status(request.state),
            "decision": request.approved.map(|approved| if approved { "approved" } else { "rejected" }),
            "outcome": request.outcome.map(outcome),
            "type": "request",
            "startDate": offset(request.created),
            "completionDate": request.completed.map(offset),
            "deadline": deadline.map(offset),
            "comments": comments,
            "actors": {"active": actors(true), "inactive": actors(false), "actorTags": []},
            "phases": request.phases.iter().map(|phase| self.request_phase(phase)).collect::<Vec<_>>(),
        })
    }

    fn request_phase(&self, phase: &RequestPhase) -> Value {
        let (kind, name) = match phase.kind {
            RequestPhaseKind::Approval => ("approvalTask", "Approval Task"),
            RequestPhaseKind::Fulfillment => ("fulfillmentTask", "Fulfillment Task"),
        };
        let expiration = phase.expires.map(|expires| json!({"date": offset(expires), "action": "reject"}));
        json!({
            "name": phase.name,
            "displayName": name,
            "type": kind,
            "status": if phase.completed.is_some() { "complete" } else { "in-progress" },
            "decision": phase.decision,
            "startDate": offset(phase.started),
            "completionDate": phase.completed.map(offset),
            "events": expiration.map_or_else(|| json!({}), |expiration| json!({"expiration": expiration})),
        })
    }

    fn request_actor(&self, actor: &RequestActor) -> Value {
        let mut shown = match actor.who {
            ActorRef::User(person) => self.named(person),
            ActorRef::Role(role) => {
                let name = self.realm.roles.get(&role).map(|role| role.name.clone());
                json!({"id": actor.who.written(), "name": name})
            }
        };
        shown["phase"] = actor.phase.as_str().into();
        shown["permissions"] = Value::Object(actor.permissions.clone());
        shown
    }

    fn requester(&self, author: Author) -> Value {
        match author {
            Author::System => json!({"id": "SYSTEM"}),
            Author::User(person) => {
                let mut shown = self.named(person);
                shown["isAdmin"] = self.realm.administrators.contains(&person).into();
                shown
            }
        }
    }

    fn named(&self, person: Id<Person>) -> Value {
        let reference = ActorRef::User(person).written();
        match self.company.people().get(&person) {
            Some(person) => json!({
                "id": reference,
                "givenName": person.given,
                "sn": person.family,
                "mail": person.mail,
                "userName": person.slug,
            }),
            None => json!({"id": reference}),
        }
    }

    /// What a `catalogs` request asks for: one wish per user and item (contract, 8.1).
    ///
    /// # Errors
    /// One sentence for each user or item that does not exist.
    pub fn wishes(&self, body: &Map<String, Value>) -> Result<Vec<Wish>, Refusal> {
        let direction = match body.get("accessModifier").and_then(Value::as_str) {
            None | Some("" | "add") => Direction::Grant,
            Some("remove") => Direction::Remove,
            Some(_) => return Err(Fault::Word("accessModifier", "add or remove").into()),
        };
        let list = |name: &str| body.get(name).and_then(Value::as_array).filter(|list| !list.is_empty()).cloned();
        let mut faults = Vec::new();
        let mut need = |name: &'static str| {
            list(name).unwrap_or_else(|| {
                faults.push(Fault::required(name));
                Vec::new()
            })
        };
        let (users, catalogs) = (need("users"), need("catalogs"));
        let common: Map<String, Value> =
            COMMON.iter().filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone()))).collect();
        let mut wishes = Vec::new();
        for user in &users {
            let id = user.as_str().or_else(|| user.get("id").and_then(Value::as_str)).unwrap_or_default();
            let id = id.strip_prefix("managed/user/").unwrap_or(id);
            let Some(person) = user_named(self.company, id) else {
                faults.push(Fault::Reference("User", id.to_owned()));
                continue;
            };
            for item in &catalogs {
                match self.catalog_target(item) {
                    Some(target) => wishes.push(Wish {
                        user: person.id,
                        target,
                        direction,
                        common: common.clone(),
                        custom: item.get("data").and_then(Value::as_object).cloned().unwrap_or_default(),
                    }),
                    None => {
                        let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
                        faults.push(Fault::Reference("Catalog item", id.to_owned()));
                    }
                }
            }
        }
        if faults.is_empty() { Ok(wishes) } else { Err(Refusal::Invalid(faults)) }
    }

    fn catalog_target(&self, item: &Value) -> Option<Target> {
        let id = item.get("id").and_then(Value::as_str)?;
        let kind = item.get("type").and_then(Value::as_str);
        self.target(kind, id)
    }

    /// What an id names, among things of one kind, or of any.
    pub fn target(&self, kind: Option<&str>, id: &str) -> Option<Target> {
        let is = |wanted: &str| kind.is_none_or(|kind| kind == wanted);
        let entitlement = || self.assigned(id).filter(|_| is("entitlement")).map(|row| Target::Entitlement(row.id));
        let app = || {
            Some(Target::Application(self.company.apps().get(&Id::from_dashed(id)?).filter(|_| is("application"))?.id))
        };
        let role = || Some(Target::Role(self.realm.roles.get(&Id::from_dashed(id)?).filter(|_| is("role"))?.id));
        entitlement().or_else(app).or_else(role)
    }

    /// What a published request of a stock type asks for (contract, 8.1).
    ///
    /// # Errors
    /// When there is no such type, or no such user or item.
    pub fn published(&self, request_type: &str, body: &Map<String, Value>) -> Result<Wish, Refusal> {
        let (kind, direction) = match request_type {
            "applicationGrant" => ("application", Direction::Grant),
            "applicationRemove" => ("application", Direction::Remove),
            "entitlementGrant" => ("entitlement", Direction::Grant),
            "entitlementRemove" => ("entitlement", Direction::Remove),
            "roleGrant" => ("role", Direction::Grant),
            "roleRemove" => ("role", Direction::Remove),
            other => {
                // A type of somebody's own drives a workflow of somebody's own, which nobody here runs.
                let is_kept = self.realm.kept.contains(&(Shelf::RequestTypes, other.to_owned()));
                let other = other.to_owned();
                return Err(if is_kept { Missing::Workflow(other) } else { Missing::RequestType(other) }.into());
            }
        };
        let part = |name: &str| body.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        let (mut common, custom) = (part("common"), part("custom"));
        let text = |common: &mut Map<String, Value>, name: &str| {
            let value = common.shift_remove(name);
            value.as_ref().and_then(Value::as_str).map(str::to_owned).filter(|text| !text.is_empty())
        };
        let field = format!("{kind}Id");
        let (user, id) = (text(&mut common, "userId"), text(&mut common, &field));
        let (Some(user), Some(id)) = (&user, &id) else {
            let missing = [("userId", &user), (field.as_str(), &id)];
            let faults = missing.into_iter().filter(|(_, value)| value.is_none());
            return Err(Refusal::Invalid(faults.map(|(name, _)| Fault::required(name.to_owned())).collect()));
        };
        let person = user_named(self.company, user.strip_prefix("managed/user/").unwrap_or(user));
        let person = person.ok_or_else(|| Missing::User(user.clone()))?;
        let target = self.target(Some(kind), id).ok_or(Refusal::NoTarget)?;
        Ok(Wish { user: person.id, target, direction, common, custom })
    }
}

/// Which parts of a catalog item stand in a request for it.
const PARTS: [&str; 9] = [
    "application",
    "applicationOwner",
    "entitlement",
    "entitlementOwner",
    "assignment",
    "role",
    "roleOwner",
    "descriptor",
    "glossary",
];

/// What of a `catalogs` request is said about each of its items.
const COMMON: [&str; 6] = ["justification", "priority", "startDate", "endDate", "expiryDate", "externalRequestId"];

fn workflow_of(request: &AccessRequest) -> &'static str {
    match request.kind() {
        "applicationGrant" => "BasicApplicationGrant",
        "applicationRemove" => "BasicApplicationRemove",
        "entitlementGrant" => "BasicEntitlementGrant",
        "entitlementRemove" => "BasicEntitlementRemove",
        "roleGrant" => "BasicRoleGrant",
        _ => "BasicRoleRemove",
    }
}

fn status(state: RequestState) -> &'static str {
    match state {
        RequestState::Submitted | RequestState::Approved => "in-progress",
        RequestState::Suspended => "suspended",
        RequestState::Complete => "complete",
        RequestState::Cancelled => "cancelled",
    }
}

fn outcome(outcome: RequestOutcome) -> &'static str {
    match outcome {
        RequestOutcome::Provisioned => "provisioned",
        RequestOutcome::NotProvisioned => "not provisioned",
        RequestOutcome::Denied => "denied",
        RequestOutcome::Cancelled => "cancelled",
        RequestOutcome::Fulfilled => "fulfilled",
    }
}

/// An action on a request, by its name and its body (contract, 8.1).
///
/// # Errors
/// When there is no such action, or its body lacks something.
pub fn request_action(name: &str, body: &Map<String, Value>) -> Result<RequestAction, ApiError> {
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| body.get(*name).and_then(Value::as_str));
        found.unwrap_or_default().to_owned()
    };
    let part = |name: &str| body.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    Ok(match name {
        "approve" => RequestAction::Approve(text(&["justification", "comment"])),
        "reject" => RequestAction::Reject(text(&["justification", "comment"])),
        "reassign" => RequestAction::Reassign(actors(body)?, text(&["comment"])),
        "comment" => RequestAction::Comment(text(&["comment"])),
        "modify" | "update" => RequestAction::Modify(part("common"), part("custom")),
        "fulfill" => RequestAction::Fulfill(text(&["comment", "justification"])),
        "deny" => RequestAction::Deny(text(&["comment", "justification"])),
        "cancel" => RequestAction::Cancel(text(&["comment"])),
        "changeResumeDate" => {
            let given = text(&["resumeDate"]);
            let micros = date(&given).ok_or_else(|| Fault::date("resumeDate"))?;
            RequestAction::Resume(Timestamp::from_micros(micros))
        }
        other => return Err(Refusal::UnknownAction(other.to_owned()).into()),
    })
}

type SentActor = (ActorRef, Option<Map<String, Value>>);

fn actors(body: &Map<String, Value>) -> Result<Vec<SentActor>, ApiError> {
    let sent = body.get("updatedActors").and_then(Value::as_array);
    let sent = sent.ok_or_else(|| Fault::required("updatedActors"))?;
    sent.iter()
        .map(|actor| {
            let id = actor.get("id").and_then(Value::as_str).unwrap_or_default();
            let who = ActorRef::read(id);
            let who = who.ok_or_else(|| Fault::Reference("Actor", id.to_owned()))?;
            Ok((who, actor.get("permissions").and_then(Value::as_object).cloned()))
        })
        .collect()
}

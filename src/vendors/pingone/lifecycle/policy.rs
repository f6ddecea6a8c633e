//! Policies: made, changed, copied, deleted (contract, 3.1 and 4.1).

use serde_json::Value;

use super::document::{self, Document, Field, Kind};
use super::{Fault, Missing, Refusal, schedule};
use crate::kernel::{Id, Span};
use crate::vendors::pingone::model::{Policy, PolicyKey, Realm};
use crate::world::{Command, Cx};

const FIELDS: [Field; 5] = [
    ("name", Kind::Text, true),
    ("description", Kind::Text, false),
    ("policyOwner", Kind::Object, true),
    ("policyRuleIds", Kind::Texts, true),
    ("active", Kind::Flag, false),
];
/// How much later than it was created a new object says it was modified (contract, 2.5).
pub const MODIFIED_AFTER: Span = Span::micros(2);

/// Make a policy.
pub struct CreatePolicy {
    /// As it was sent.
    pub document: Document,
    /// Whether a taken name is made another, and an object that `id` names is copied.
    pub duplicate: bool,
}

impl Command<Realm> for CreatePolicy {
    type Output = Id<Policy>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let Self { mut document, duplicate } = self;
        if duplicate {
            let original = document.get("id").and_then(|id| find(realm, id.as_str()?).ok());
            if let Some(original) = original.cloned() {
                document = document::laid_over(original.document, document);
                document.insert("active".into(), false.into());
                document.shift_remove("scheduleId");
            }
            let name = document::unique(document::text(&document, "name"), |name| is_taken(realm, name, None));
            if !name.is_empty() {
                document.insert("name".into(), name.into());
            }
        }
        check(realm, &document, None)?;
        let id = cx.id("pingone/policy");
        document.shift_remove("metadata");
        if !document.contains_key("active") {
            document.insert("active".into(), true.into());
        }
        document::identify(&mut document, id.dashed());
        put(realm, cx, id, document, None);
        Ok(id)
    }
}

/// Writes a policy of the seed, whose id follows from its slug.
///
/// # Errors
/// When it would be refused as a request.
pub fn found(realm: &mut Realm, cx: &mut Cx<'_>, slug: &str, mut document: Document) -> Result<Id<Policy>, Refusal> {
    check(realm, &document, None)?;
    let id = Policy::id_of(slug);
    document::identify(&mut document, id.dashed());
    put(realm, cx, id, document, None);
    Ok(id)
}

/// Replace a policy.
pub struct ReplacePolicy {
    /// Its id, as it was sent.
    pub id: String,
    /// As it was sent.
    pub document: Document,
}

impl Command<Realm> for ReplacePolicy {
    /// What is said about it: the document that was sent, with whatever `metadata` it had (contract, 4.1).
    type Output = Document;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Document, Refusal> {
        let before = find(realm, &self.id)?.clone();
        check(realm, &self.document, Some(before.id))?;
        let metadata = self.document.get("metadata").cloned();
        let mut document = self.document;
        document::identify(&mut document, before.id.dashed());
        for kept in ["schedule", "scheduleId"] {
            if let (None, Some(value)) = (document.get(kept), before.document.get(kept)) {
                document.insert(kept.into(), value.clone());
            }
        }
        put(realm, cx, before.id, document, Some(&before));
        let policy = find(realm, &self.id)?;
        let mut answer = policy.document.clone();
        answer.extend(metadata.map(|metadata| ("metadata".to_owned(), metadata)));
        Ok(answer)
    }
}

/// Delete a policy.
pub struct DeletePolicy(pub String);

impl Command<Realm> for DeletePolicy {
    type Output = ();
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let id = find(realm, &self.0).map_err(|_| Missing::PolicyToDelete(self.0))?.id;
        realm.policies.remove(&id);
        realm.timers.cancel_about(id);
        cx.emit("policy.deleted", id, Value::Null);
        Ok(())
    }
}

/// The policy with this id, as it was sent.
pub fn find<'r>(realm: &'r Realm, id: &str) -> Result<&'r Policy, Refusal> {
    let policy = Id::from_dashed(id).and_then(|id| realm.policies.get(&id));
    policy.map(|policy| &**policy).ok_or_else(|| Missing::Policy(id.to_owned()).into())
}

fn check(realm: &Realm, document: &Document, own: Option<Id<Policy>>) -> Result<(), Refusal> {
    let mut faults = document::faults(document, &FIELDS);
    if is_taken(realm, document::text(document, "name"), own) {
        faults.push(Fault::NameTaken("policies"));
    }
    document::sound(faults)
}

fn is_taken(realm: &Realm, name: &str, own: Option<Id<Policy>>) -> bool {
    realm.policies.ids_with(PolicyKey::Name(name.to_owned())).any(|id| Some(*id) != own)
}

fn put(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Policy>, mut document: Document, before: Option<&Policy>) {
    let now = cx.now();
    if document.get("schedule").is_some_and(|schedule| !schedule.is_null()) && !document.contains_key("scheduleId") {
        document.insert("scheduleId".into(), format!("policySchedule{}", id.hex()).into());
    }
    let (created, modified) = before.map_or((now, now + MODIFIED_AFTER), |before| (before.created, now));
    let name = document.get("name").cloned().unwrap_or_default();
    realm.policies.put(Policy { id, document, created, modified });
    cx.emit(if before.is_some() { "policy.changed" } else { "policy.created" }, id, name);
    schedule::arm(realm, cx, id);
}

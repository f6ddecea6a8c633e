//! Rules: made, changed, copied, deleted (contract, 3.2 and 4.2).

use serde_json::{Value, json};

use super::document::{self, Document, Field, Kind};
use super::policy::MODIFIED_AFTER;
use super::{Fault, Missing, Refusal, condition};
use crate::company::Company;
use crate::kernel::Id;
use crate::vendors::pingone::model::{ActorRef, Realm, Rule, RuleKey};
use crate::world::{Command, Cx};

const FIELDS: [Field; 17] = [
    ("name", Kind::Text, true),
    ("description", Kind::Text, false),
    ("documentationUrl", Kind::Text, false),
    ("policyRuleOwner", Kind::Object, true),
    ("violationOwner", Kind::Object, true),
    ("violationOwnerType", Kind::Text, true),
    ("active", Kind::Flag, true),
    ("scanTypes", Kind::Object, true),
    ("decisionOptions", Kind::Object, true),
    ("maxExceptionDuration", Kind::Integer, true),
    ("mitigatingControl", Kind::Text, false),
    ("correctionAdvice", Kind::Text, false),
    ("riskScore", Kind::Integer, false),
    ("remediation", Kind::Object, true),
    ("userFilter", Kind::Object, true),
    ("ruleDefinition", Kind::List, true),
    ("workflow", Kind::Object, false),
];
const RISK_MAX: i64 = 100;

/// Make a rule.
pub struct CreateRule {
    /// As it was sent.
    pub document: Document,
    /// Whether a taken name is made another, and an object that `id` names is copied.
    pub duplicate: bool,
}

impl Command<Realm> for CreateRule {
    type Output = Id<Rule>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        let Self { mut document, duplicate } = self;
        if duplicate {
            let original = document.get("id").and_then(|id| find(realm, id.as_str()?).ok());
            if let Some(original) = original.cloned() {
                document = document::laid_over(original.document, document);
                document.insert("active".into(), false.into());
            }
            let name = document::unique(document::text(&document, "name"), |name| is_taken(realm, name, None));
            if !name.is_empty() {
                document.insert("name".into(), name.into());
            }
        }
        check(realm, &document, None)?;
        let id = cx.id("pingone/rule");
        put(realm, cx, id, document, None);
        Ok(id)
    }
}

/// Writes a rule of the seed, whose id follows from its slug.
///
/// # Errors
/// When it would be refused as a request.
pub fn found(realm: &mut Realm, cx: &mut Cx<'_>, slug: &str, document: Document) -> Result<Id<Rule>, Refusal> {
    check(realm, &document, None)?;
    let id = Rule::id_of(slug);
    put(realm, cx, id, document, None);
    Ok(id)
}

/// Copy a rule; the copy is inactive.
pub struct DuplicateRule(pub String);

impl Command<Realm> for DuplicateRule {
    type Output = Id<Rule>;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Self::Output, Refusal> {
        find(realm, &self.0)?;
        let document = Document::from_iter([("id".to_owned(), Value::from(self.0))]);
        CreateRule { document, duplicate: true }.apply(realm, cx)
    }
}

/// Replace a rule.
pub struct ReplaceRule {
    /// Its id, as it was sent.
    pub id: String,
    /// As it was sent.
    pub document: Document,
}

impl Command<Realm> for ReplaceRule {
    /// What is said about it: the document that was sent, with whatever `metadata` it had (contract, 4.1).
    type Output = Document;
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<Document, Refusal> {
        let before = find(realm, &self.id)?.clone();
        check(realm, &self.document, Some(before.id))?;
        let metadata = self.document.get("metadata").cloned();
        put(realm, cx, before.id, self.document, Some(&before));
        let mut answer = find(realm, &self.id)?.document.clone();
        answer.extend(metadata.map(|metadata| ("metadata".to_owned(), metadata)));
        Ok(answer)
    }
}

/// Delete a rule. Its violations keep their copy of it.
pub struct DeleteRule(pub String);

impl Command<Realm> for DeleteRule {
    type Output = ();
    fn apply(self, realm: &mut Realm, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let id = find(realm, &self.0)?.id;
        realm.rules.remove(&id);
        cx.emit("rule.deleted", id, Value::Null);
        Ok(())
    }
}

/// The rule with this id, as it was sent.
pub fn find<'r>(realm: &'r Realm, id: &str) -> Result<&'r Rule, Refusal> {
    let rule = Id::from_dashed(id).and_then(|id| realm.rules.get(&id));
    rule.map(|rule| &**rule).ok_or_else(|| Missing::Rule(id.to_owned()).into())
}

fn is_taken(realm: &Realm, name: &str, own: Option<Id<Rule>>) -> bool {
    realm.rules.ids_with(RuleKey::Name(name.to_owned())).any(|id| Some(*id) != own)
}

fn check(realm: &Realm, document: &Document, own: Option<Id<Rule>>) -> Result<(), Refusal> {
    let mut faults = document::faults(document, &FIELDS);
    for owner in ["policyRuleOwner", "violationOwner"] {
        let owner_id = document.get(owner).filter(|owner| owner.is_object()).map(|owner| owner.get("id"));
        if owner_id.is_some_and(|id| id.and_then(Value::as_str).is_none_or(str::is_empty)) {
            faults.push(Fault::required(format!("{owner}.id")));
        }
    }
    let owner_type = document::text(document, "violationOwnerType");
    if !owner_type.trim().is_empty() && !matches!(owner_type, "user" | "role") {
        faults.push(Fault::Word("violationOwnerType", "user or role"));
    }
    let number = |name: &str| document.get(name).and_then(Value::as_i64);
    if number("maxExceptionDuration").is_some_and(|days| days < 0) {
        faults.push(Fault::Negative("maxExceptionDuration"));
    }
    if number("riskScore").is_some_and(|risk| !(0..=RISK_MAX).contains(&risk)) {
        faults.push(Fault::Range("riskScore", RISK_MAX));
    }
    if is_taken(realm, document::text(document, "name"), own) {
        faults.push(Fault::NameTaken("policy rules"));
    }
    document::sound(faults)?;
    condition::check(document)
}

fn put(realm: &mut Realm, cx: &mut Cx<'_>, id: Id<Rule>, mut document: Document, before: Option<&Rule>) {
    for owner in ["policyRuleOwner", "violationOwner"] {
        let known =
            document.get(owner).map(|sent| resolved(realm, cx.company, sent, document.get("violationOwnerType")));
        document.extend(known.map(|known| (owner.to_owned(), known)));
    }
    let tags = tags(&document);
    document.insert("ruleDefinitionTags".into(), tags.into());
    document::identify(&mut document, id.dashed());
    let now = cx.now();
    let (created, modified) = before.map_or((now, now + MODIFIED_AFTER), |before| (before.created, now));
    let name = document.get("name").cloned().unwrap_or_default();
    realm.rules.put(Rule { id, document, created, modified });
    cx.emit(if before.is_some() { "rule.changed" } else { "rule.created" }, id, name);
}

/// An owner as it is stored: in full if the id resolves, the bare id otherwise (contract, 4.2).
fn resolved(realm: &Realm, company: &Company, sent: &Value, kind: Option<&Value>) -> Value {
    let id = sent.get("id").and_then(Value::as_str).unwrap_or_default();
    let is_role = !id.contains('/') && kind.and_then(Value::as_str) == Some("role");
    let who = ActorRef::read(id).map(|who| match who {
        ActorRef::User(bare) if is_role && realm.roles.contains(&bare.cast()) => ActorRef::Role(bare.cast()),
        who => who,
    });
    match who {
        Some(ActorRef::User(person)) => company.people().get(&person).map(|person| {
            let (given, family, user_name) = (&person.given, &person.family, &person.slug);
            json!({"givenName": given, "id": id, "mail": person.mail, "sn": family, "userName": user_name})
        }),
        Some(ActorRef::Role(role)) => realm.roles.get(&role).map(|role| json!({"id": id, "name": role.name})),
        None => None,
    }
    .unwrap_or_else(|| json!({"id": id}))
}

/// The tags by which rules are found (contract, 4.2): each comparison of the conditions and then of the user filter,
/// written both ways round.
pub fn tags(document: &Document) -> Vec<Value> {
    let mut tags = Vec::new();
    let conditions = document.get("ruleDefinition").and_then(Value::as_array);
    for node in conditions.into_iter().flatten().chain(document.get("userFilter")) {
        walk(node, &mut |name, value| {
            tags.push(format!("targetName={name}&targetValue={value}").into());
            tags.push(format!("targetValue={value}&targetName={name}").into());
        });
    }
    tags
}

fn walk(node: &Value, each: &mut dyn FnMut(&str, &str)) {
    let Some(operand) = node.get("operand") else { return };
    match operand {
        Value::Array(nodes) => nodes.iter().for_each(|node| walk(node, each)),
        Value::Object(comparison) => match comparison.get("targetName").and_then(Value::as_str) {
            Some(name) => {
                let value = comparison.get("targetValue").map(written).unwrap_or_default();
                each(name, &value);
            }
            None => walk(operand, each),
        },
        _ => {}
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(written).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

//! The rules and policies of the seed: the company's toxic pairs in this vendor's words.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::FILE;
use crate::company::rules::{Names, Severity, Side, ToxicPair};
use crate::company::seed::Mistakes;
use crate::company::{Company, Entitlement};
use crate::kernel::Id;
use crate::vendors::pingone::lifecycle::{CreateSchema, Refusal, found_policy, found_rule};
use crate::vendors::pingone::model::{ActorRef, Realm, Role, Rule};
use crate::world::{Command, Draft};

/// A way to remediate, as in the vendor's own form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaRow {
    id: String,
    schema: Map<String, Value>,
}

/// A rule over one of the company's toxic pairs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleRow {
    pair: String,
    /// Whether anybody is asked about its violations.
    #[serde(default = "yes")]
    workflow: bool,
    /// What happens when nobody decides.
    expiration: Option<ExpirationRow>,
    /// The role that decides, in the place of the pair's owner.
    owner_role: Option<String>,
    #[serde(default = "ninety")]
    max_exception_days: u32,
    #[serde(default)]
    justification_check: bool,
    #[serde(default)]
    remediation_schemas: Vec<String>,
    #[serde(default)]
    mitigating_control: String,
    #[serde(default)]
    correction_advice: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpirationRow {
    action: String,
    days: u32,
}

/// A policy over such rules.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyRow {
    slug: String,
    name: String,
    description: String,
    owner: String,
    /// The pairs that its rules are over.
    rules: Vec<String>,
    #[serde(default)]
    schedule: Value,
}

fn yes() -> bool {
    true
}
fn ninety() -> u32 {
    90
}

/// Writes them into the realm, as an administrator would.
pub fn found(
    draft: &mut Draft,
    (pairs, schemas, rules, policies): (&[ToxicPair], Vec<SchemaRow>, Vec<RuleRow>, Vec<PolicyRow>),
    mistakes: &mut Mistakes,
) {
    let company = draft.world().company().clone();
    for SchemaRow { id, schema } in schemas {
        let document = json!({"id": id, "schema": schema});
        let Value::Object(document) = document else { continue };
        let command = CreateSchema { document, duplicate: false };
        let made = draft.on(|realm: &mut Realm, cx| command.apply(realm, cx));
        note(mistakes, &id, made.err());
    }
    for row in rules {
        let Some(pair) = pairs.iter().find(|pair| pair.slug == row.pair) else {
            mistakes.unknown(FILE, &row.pair, "toxic pair", &row.pair, pairs.iter().map(|pair| pair.slug.as_str()));
            continue;
        };
        let slug = row.pair.clone();
        let document = document(&company, pair, row);
        let made = draft.on(|realm: &mut Realm, cx| found_rule(realm, cx, &slug, document));
        note(mistakes, &slug, made.err());
    }
    for row in policies {
        let mut names = Names { company: &company, file: FILE, mistakes: &mut *mistakes };
        let Some(owner) = names.person(&row.slug, &row.owner) else { continue };
        let owner = owner_of(&company, ActorRef::User(owner));
        let rules: Vec<String> = row.rules.iter().map(|pair| Rule::id_of(pair).dashed()).collect();
        let realm: &Realm = draft.world().estate();
        for pair in row.rules.iter().filter(|pair| !realm.rules.contains(&Rule::id_of(pair))) {
            mistakes.note(FILE, &row.slug, format!("there is no rule over the pair `{pair}`"));
        }
        let mut document = object(json!({
            "name": row.name,
            "description": row.description,
            "policyOwner": owner,
            "policyRuleIds": rules,
            "active": true,
        }));
        if !row.schedule.is_null() {
            document.insert("schedule".into(), row.schedule);
        }
        let made = draft.on(|realm: &mut Realm, cx| found_policy(realm, cx, &row.slug, document));
        note(mistakes, &row.slug, made.err());
    }
}

fn note(mistakes: &mut Mistakes, row: &str, refusal: Option<Refusal>) {
    if let Some(refusal) = refusal {
        mistakes.note(FILE, row, refusal);
    }
}

fn document(company: &Company, pair: &ToxicPair, row: RuleRow) -> Map<String, Value> {
    let (owner_type, violation_owner) = match &row.owner_role {
        Some(role) => ("role", json!({"id": ActorRef::Role(Role::id_of(role)).written()})),
        None => ("user", owner_of(company, ActorRef::User(pair.owner))),
    };
    let schemas = std::iter::once("grantRemoval".to_owned()).chain(row.remediation_schemas).collect::<Vec<_>>();
    let expiration = match row.expiration {
        Some(ExpirationRow { action, days }) => json!({"expires": true, "action": action, "duration": days}),
        None => json!({"expires": false}),
    };
    let action = if row.workflow { "launch_workflow" } else { "do_nothing" };
    let mut document = object(json!({
        "name": pair.name,
        "description": pair.description,
        "documentationUrl": "",
        "policyRuleOwner": owner_of(company, ActorRef::User(pair.owner)),
        "violationOwner": violation_owner,
        "active": true,
        "scanTypes": {"preventative": true, "detective": true},
        "decisionOptions": {"exception": true, "allow": true, "remediate": true},
        "maxExceptionDuration": row.max_exception_days,
        "mitigatingControl": row.mitigating_control,
        "correctionAdvice": row.correction_advice,
        "remediation": {"schemas": schemas},
        "userFilter": {"operator": "ALL", "operand": []},
        "ruleDefinition": [condition(company, &pair.left), condition(company, &pair.right)],
        "riskScore": risk(pair.severity),
        "violationLifecycle": {
            "workflow": {"action": action},
            "expiration": expiration,
            "exception": {"justificationCheck": row.justification_check},
        },
        "violationOwnerType": owner_type,
    }));
    if row.workflow {
        document.insert("workflow".into(), json!({"id": "BasicViolationProcess", "type": "bpmn"}));
    }
    document
}

/// Names alone would do at most companies; here two applications may call different things the same.
fn condition(company: &Company, side: &Side) -> Value {
    let is =
        |name: &str, value: &str| json!({"operator": "EQUALS", "operand": {"targetName": name, "targetValue": value}});
    let one = |id: &Id<Entitlement>| {
        let entitlement = company.entitlements().get(id)?;
        let app = company.apps().get(&entitlement.app)?;
        let operand = [is("entitlement.displayName", &entitlement.name), is("application.name", &app.name)];
        Some(json!({"operator": "AND", "operand": operand}))
    };
    let operand: Vec<Value> = side.entitlements.iter().filter_map(one).collect();
    json!({"type": ["entitlementGrant"], "operator": "OR", "operand": operand})
}

fn risk(severity: Severity) -> u8 {
    match severity {
        Severity::Low => 20,
        Severity::Medium => 45,
        Severity::High => 70,
        Severity::Critical => 90,
    }
}

fn owner_of(company: &Company, who: ActorRef) -> Value {
    match who {
        ActorRef::User(id) => company.people().get(&id).map(|person| {
            json!({
                "givenName": person.given,
                "id": who.written(),
                "mail": person.mail,
                "sn": person.family,
                "userName": person.slug,
            })
        }),
        ActorRef::Role(_) => None,
    }
    .unwrap_or_else(|| json!({"id": who.written()}))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

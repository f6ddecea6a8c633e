//! What a rule looks for: conditions on grants, and a filter of the people it applies to (contract, 5.1).

use serde_json::Value;

use super::Refusal;
use super::document::Document;
use crate::query::{Case, Filter, Row, Value as Shown};
use crate::vendors::pingone::model::{AccessKind, Terms};
use crate::vendors::pingone::query::target;

/// Parts of a grant that are the same for everybody who has it, and that the item itself shows, too.
const SHARED: [&str; 6] = ["entitlement", "descriptor", "glossary", "application", "assignment", "role"];

/// One condition of a rule.
#[derive(Clone, Debug)]
pub struct Condition {
    kinds: Vec<AccessKind>,
    filter: Filter,
    /// Whether it reads nothing but what every holder's grant has in common.
    pub is_shared: bool,
}

impl Condition {
    fn of(node: &Value) -> Result<Self, Refusal> {
        let types = node.get("type").and_then(Value::as_array);
        let types: Vec<AccessKind> = types.into_iter().flatten().filter_map(|name| kind(name.as_str()?)).collect();
        let kinds = if node.get("type").is_some() { types } else { vec![AccessKind::Entitlement] };
        let filter = parse(node)?;
        let is_shared = reads(&filter).iter().all(|path| {
            let first = path.trim_start_matches('/').split(['.', '/']).next().unwrap_or_default();
            SHARED.contains(&first) && !path.contains("/account")
        });
        Ok(Self { kinds, filter, is_shared })
    }

    /// Whether grants of this kind can meet it.
    pub fn is_about(&self, kind: AccessKind) -> bool {
        self.kinds.contains(&kind)
    }
    /// Whether this grant, or what all grants of the same thing have in common, meets it.
    pub fn holds(&self, grant: &Value) -> bool {
        self.filter.holds(&GrantRow(grant), Case::Ignored)
    }
}

/// The kind that a `type` names, in either generation's spelling (contract, 5.1).
fn kind(name: &str) -> Option<AccessKind> {
    Some(match name {
        "accountGrant" | "AccountGrant" => AccessKind::Account,
        "entitlementGrant" | "ResourceGrant" | "resourceGrant" => AccessKind::Entitlement,
        "roleMembership" => AccessKind::Role,
        _ => return None,
    })
}

/// What a rule looks for.
#[derive(Clone, Debug)]
pub struct Search {
    /// The conditions, none of which may be met along with all the others.
    pub conditions: Vec<Condition>,
    /// Whom the rule applies to; `None` for everybody.
    pub people: Option<Filter>,
}

impl Search {
    /// What these terms look for.
    ///
    /// # Errors
    /// When a filter in them cannot be read.
    pub fn of(terms: Terms<'_>) -> Result<Self, Refusal> {
        let conditions = terms.conditions().iter().map(Condition::of).collect::<Result<_, _>>()?;
        let people = terms.user_filter().map(parse).transpose()?.filter(|filter| *filter != Filter::All);
        Ok(Self { conditions, people })
    }
    /// Whether the rule applies to a person.
    pub fn applies_to(&self, person: &dyn Row) -> bool {
        self.people.as_ref().is_none_or(|filter| filter.holds(person, Case::Ignored))
    }
}

/// Whether every filter of a rule can be read.
pub fn check(document: &Document) -> Result<(), Refusal> {
    Search::of(Terms(document)).map(|_| ())
}

fn parse(node: &Value) -> Result<Filter, Refusal> {
    target::parse(node).map_err(|error| Refusal::Unreadable(error.to_string()))
}

/// Every path that a filter reads.
fn reads(filter: &Filter) -> Vec<&str> {
    match filter {
        Filter::All => Vec::new(),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().flat_map(reads).collect(),
        Filter::Not(inner) => reads(inner),
        Filter::Any { path, .. } | Filter::Test { path, .. } | Filter::In { path, .. } | Filter::Present(path) => {
            vec![path]
        }
    }
}

/// A grant as conditions read it: `entitlement.displayName` stands for the descriptor's first, and
/// `entitlement.glossary.x` for the glossary's (contract, 5.1).
pub(super) struct GrantRow<'g>(pub &'g Value);

const NOUNS: [&str; 4] = ["entitlement", "account", "role", "application"];

impl GrantRow<'_> {
    /// The other places at which a path may be read.
    fn elsewhere(path: &str) -> Option<String> {
        let path = path.trim_start_matches('/');
        let (noun, rest) = path.split_once(['.', '/'])?;
        if !NOUNS.contains(&noun) {
            return None;
        }
        match rest.strip_prefix("glossary.").or_else(|| rest.strip_prefix("glossary/")) {
            Some(attribute) => Some(format!("glossary.idx./{noun}.{attribute}")),
            None if rest == "displayName" => Some(format!("descriptor.idx./{noun}.displayName")),
            None => Some(format!("glossary.idx./{noun}.{rest}")),
        }
    }
}

impl Row for GrantRow<'_> {
    fn visit(&self, path: &str, each: &mut dyn FnMut(Shown<'_>) -> bool) -> bool {
        let mut is_there = false;
        let mut noting = |shown: Shown<'_>| {
            is_there |= shown != Shown::Null;
            each(shown)
        };
        let other = Self::elsewhere(path);
        let is_descriptor = path.ends_with("displayName");
        let (first, second) = match &other {
            Some(other) if is_descriptor => (other.as_str(), Some(path)),
            Some(other) => (path, Some(other.as_str())),
            None => (path, None),
        };
        if self.0.visit(first, &mut noting) {
            return true;
        }
        if is_there {
            return false;
        }
        second.is_some_and(|second| self.0.visit(second, each))
    }
}

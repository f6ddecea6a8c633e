//! Toxic pairs: what nobody should hold together. Each vendor words its policies from these.

use serde::{Deserialize, Serialize};

use super::Company;
use super::apps::Entitlement;
use super::people::Person;
use super::seed::{Mistakes, Seed};
use crate::kernel::Id;

const RULES: &str = "rules.json";

/// How bad it is to hold both sides.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

/// Two sides that nobody should hold something of both of.
#[derive(Clone, Debug)]
pub struct ToxicPair {
    /// What seed files refer to it by.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// Why nobody should hold both.
    pub description: String,
    /// How bad it is.
    pub severity: Severity,
    /// Who answers for it.
    pub owner: Id<Person>,
    /// The left side.
    pub left: Side,
    /// The right side.
    pub right: Side,
}

/// One side of a toxic pair.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is called.
    pub name: String,
    /// Any one of these.
    pub entitlements: Vec<Id<Entitlement>>,
}

#[derive(Deserialize)]
struct RulesFile {
    rules: Vec<RuleRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    slug: String,
    name: String,
    description: String,
    severity: Severity,
    owner: String,
    left: SideRow,
    right: SideRow,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SideRow {
    name: String,
    entitlements: Vec<String>,
}

/// Reads `rules.json`; none when there is no such file.
pub fn read(seed: &Seed, company: &Company, mistakes: &mut Mistakes) -> Vec<ToxicPair> {
    let Some(file) = seed.read::<RulesFile>(RULES, mistakes) else { return Vec::new() };
    let mut names = Names { company, file: RULES, mistakes };
    let pair = |row: RuleRow| {
        let owner = names.person(&row.slug, &row.owner)?;
        let mut side = |side: SideRow| Side {
            entitlements: side.entitlements.iter().filter_map(|path| names.entitlement(&row.slug, path)).collect(),
            name: side.name,
        };
        let (left, right) = (side(row.left), side(row.right));
        let RuleRow { slug, name, description, severity, .. } = row;
        Some(ToxicPair { slug, name, description, severity, owner, left, right })
    };
    file.rules.into_iter().filter_map(pair).collect()
}

/// Looks slugs of one seed file up in the company, and notes those that name nothing.
pub struct Names<'a> {
    /// Where they are looked up.
    pub company: &'a Company,
    /// The file that they stand in.
    pub file: &'a str,
    /// Where mistakes are noted.
    pub mistakes: &'a mut Mistakes,
}

impl Names<'_> {
    /// The person with this slug.
    pub fn person(&mut self, row: &str, slug: &str) -> Option<Id<Person>> {
        let id = Person::id_of(slug);
        if self.company.people().contains(&id) {
            return Some(id);
        }
        let people = self.company.people().iter().map(|person| person.slug.as_str());
        self.mistakes.unknown(self.file, row, "person", slug, people);
        None
    }

    /// The application with this slug.
    pub fn app(&mut self, row: &str, slug: &str) -> Option<Id<super::App>> {
        let id = super::App::id_of(slug);
        if self.company.apps().contains(&id) {
            return Some(id);
        }
        let apps = self.company.apps().iter().map(|app| app.slug.as_str());
        self.mistakes.unknown(self.file, row, "application", slug, apps);
        None
    }

    /// The entitlement with this path, `app/slug`.
    pub fn entitlement(&mut self, row: &str, path: &str) -> Option<Id<Entitlement>> {
        let id = Entitlement::id_of(path);
        if self.company.entitlements().contains(&id) {
            return Some(id);
        }
        let apps = self.company.apps();
        let paths: Vec<String> = self
            .company
            .entitlements()
            .iter()
            .filter_map(|entitlement| Some(format!("{}/{}", apps.get(&entitlement.app)?.slug, entitlement.slug)))
            .collect();
        self.mistakes.unknown(self.file, row, "entitlement", path, paths.iter().map(String::as_str));
        None
    }
}

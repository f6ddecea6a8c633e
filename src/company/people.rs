//! The people, as HR knows them.

use serde::{Deserialize, Serialize};

use crate::kernel::{Entity, Id, Timestamp};

/// What somebody is to the company.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonKind {
    /// On the payroll.
    Employee,
    /// Paid by somebody else, for a time.
    Contractor,
    /// A machine that signs in like a person.
    Service,
}

/// Where somebody stands between hiring and leaving.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonStatus {
    /// Hired, not started.
    Prehire,
    /// At work.
    Active,
    /// Away for long.
    Leave,
    /// Gone.
    Left,
}

/// A part of the company.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Department {
    /// What people refer to it by.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// Where its money is booked.
    #[serde(default)]
    pub cost_center: String,
    /// The slug of the person who leads it.
    #[serde(default)]
    pub head: Option<String>,
}

/// A site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// What people refer to it by.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// The city it lies in.
    pub city: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// A name of the IANA time zone database.
    pub time_zone: String,
    /// BCP 47.
    pub locale: String,
}

/// Somebody, or some machine, who works here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Derived from the slug, so that documentation can quote it; it stays when the slug changes.
    pub id: Id<Person>,
    /// User name and handle, such as `mia.chen`.
    pub slug: String,
    /// What they are to the company.
    pub kind: PersonKind,
    /// Where they stand between hiring and leaving.
    pub status: PersonStatus,
    /// First name.
    pub given: String,
    /// Last name.
    pub family: String,
    /// Work mail address.
    pub mail: String,
    /// Other addresses that reach them.
    pub aliases: Vec<String>,
    /// Job title.
    pub title: String,
    /// Slug of the department.
    pub department: String,
    /// Slug of the site.
    pub location: String,
    /// Whom they report to.
    pub manager: Option<Id<Person>>,
    /// Work telephone.
    pub phone: Option<String>,
    /// HR's number for them.
    pub employee_number: String,
    /// First day.
    pub start: Timestamp,
    /// Last day, when known.
    pub end: Option<Timestamp>,
    /// When the row was made.
    pub created: Timestamp,
    /// When the row last changed.
    pub changed: Timestamp,
    /// How often it changed.
    pub version: u32,
}

impl Person {
    /// The id of the person with this slug.
    pub fn id_of(slug: &str) -> Id<Person> {
        Id::named(&format!("person/{slug}"))
    }
    /// First and last name.
    pub fn name(&self) -> String {
        [self.given.as_str(), self.family.as_str()].join(" ").trim().to_owned()
    }
    /// Whether they may be asked to do something: hired, started and not gone.
    pub fn is_present(&self) -> bool {
        matches!(self.status, PersonStatus::Active | PersonStatus::Leave)
    }
}

/// How people are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonKey {
    /// By slug; only those whose id does not follow from it.
    Slug(String),
    /// By mail address or alias, in lower case.
    Mail(String),
    /// By whom they report to.
    Manager(Id<Person>),
    /// By the department's slug.
    Department(String),
    /// By name, in lower case; the order of most listings.
    Name(String),
}

impl Entity for Person {
    const TABLE: &'static str = "people";
    type Id = Id<Person>;
    type Key = PersonKey;
    fn id(&self) -> Id<Person> {
        self.id
    }
    fn keys(&self) -> Vec<PersonKey> {
        let mails = std::iter::once(&self.mail).chain(&self.aliases);
        let mails = mails.map(|mail| PersonKey::Mail(mail.to_lowercase()));
        let manager = self.manager.map(PersonKey::Manager);
        let department = PersonKey::Department(self.department.clone());
        let slug = (self.id != Self::id_of(&self.slug)).then(|| PersonKey::Slug(self.slug.clone()));
        let others = [department, PersonKey::Name(self.name().to_lowercase())];
        mails.chain(manager).chain(slug).chain(others).collect()
    }
}

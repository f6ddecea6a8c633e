//! What lists show, and what is known of each item before it is rendered: filters on these paths cost no rendering.

use std::sync::Arc;

use serde_json::Value;

use super::access::account_status;
use super::{Shown, View, remediation_schema};
use crate::company::{Account, App, Entitlement, Person};
use crate::vendors::pingone::lifecycle::rights::By;
use crate::vendors::pingone::lifecycle::violation::status;
use crate::vendors::pingone::model::{
    Access, AccessKind, AccessRequest, Campaign, CertificationItem, Kept, Policy, RemediationSchema, Role, Rule, Scan,
    Violation,
};

/// Something that a list shows.
pub trait Listable {
    /// The text of its `id`.
    fn id(&self) -> String;
    /// The item as the list shows it.
    fn render(&self) -> Value;
    /// The text at a path whose segments dots part, where it is known without rendering: exactly what would be shown
    /// there. `None` where it is not known, or no text.
    fn known(&self, path: &str) -> Option<String> {
        (path == "id").then(|| self.id())
    }
}

/// Something that is rendered already.
impl Listable for Value {
    fn id(&self) -> String {
        self.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
    }
    fn render(&self) -> Value {
        self.clone()
    }
    fn known(&self, _: &str) -> Option<String> {
        None
    }
}

fn text(document: &serde_json::Map<String, Value>, name: &str) -> Option<String> {
    document.get(name).and_then(Value::as_str).map(str::to_owned)
}

impl Listable for (View<'_>, &Policy) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.policy(self.1)
    }
    fn known(&self, path: &str) -> Option<String> {
        matches!(path, "id" | "name").then(|| text(&self.1.document, path))?
    }
}

impl Listable for (View<'_>, &Rule) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.rule(self.1, false)
    }
    fn known(&self, path: &str) -> Option<String> {
        matches!(path, "id" | "name").then(|| text(&self.1.document, path))?
    }
}

impl Listable for (View<'_>, &Scan) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.scan(self.1)
    }
}

impl Listable for (View<'_>, &RemediationSchema) {
    fn id(&self) -> String {
        self.1.id.clone()
    }
    fn render(&self) -> Value {
        remediation_schema(self.1)
    }
}

impl Listable for (View<'_>, &Violation) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.violation(self.1, Shown::default())
    }
    fn known(&self, path: &str) -> Option<String> {
        let violation = self.1;
        match path {
            "id" => Some(violation.id.dashed()),
            "policyRuleId" => Some(violation.rule.dashed()),
            "policyRule.id" => text(&violation.terms, "id"),
            "policyRule.name" => text(&violation.terms, "name"),
            "user.id" => Some(violation.user.dashed()),
            "user.userName" => self.0.company.people().get(&violation.user).map(|person| person.slug.clone()),
            "decision.status" => Some(status(violation.state).to_owned()),
            _ => None,
        }
    }
}

/// A request as somebody sees it.
impl Listable for (View<'_>, &AccessRequest, By) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.request(self.1, self.2)
    }
    fn known(&self, path: &str) -> Option<String> {
        match path {
            "id" => Some(self.1.id.dashed()),
            "requestType" => Some(self.1.kind().to_owned()),
            "user.id" => Some(self.1.user.dashed()),
            _ => None,
        }
    }
}

/// A person as the list of users shows them.
impl Listable for (View<'_>, &Person) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.governed_user(self.1)
    }
    fn known(&self, path: &str) -> Option<String> {
        let person = self.1;
        Some(match path {
            "id" => person.id.dashed(),
            "userName" => person.slug.clone(),
            "givenName" => person.given.clone(),
            "sn" => person.family.clone(),
            "mail" => person.mail.clone(),
            "cn" => person.name(),
            "accountStatus" => account_status(person).to_owned(),
            _ => return None,
        })
    }
}

impl Listable for (View<'_>, &Entitlement) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.entitlement(self.1).unwrap_or_default()
    }
}

impl Listable for (View<'_>, &App) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.application(self.1)
    }
}

impl Listable for (View<'_>, &Role) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.role(self.1)
    }
}

impl Listable for (View<'_>, &Account) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.account(self.1).unwrap_or_default()
    }
    fn known(&self, path: &str) -> Option<String> {
        match path {
            "id" | "account.id" => Some(self.1.id.dashed()),
            "user.id" => self.1.person.filter(|person| self.0.company.people().contains(person)).map(|id| id.dashed()),
            "application.id" => Some(self.1.app.dashed()),
            "account.accountUserId" | "descriptor.idx./account.displayName" => Some(self.1.user_name.to_string()),
            _ => None,
        }
    }
}

/// A grant.
impl Listable for (View<'_>, Access) {
    fn id(&self) -> String {
        self.1.composite_id()
    }
    fn render(&self) -> Value {
        self.0.grant(self.1).unwrap_or_default()
    }
    fn known(&self, path: &str) -> Option<String> {
        match path {
            "id" | "compositeId" => Some(self.1.composite_id()),
            "item.type" => Some(
                match self.1.kind() {
                    AccessKind::Account => "accountGrant",
                    AccessKind::Entitlement => "entitlementGrant",
                    AccessKind::Role => "roleMembership",
                }
                .to_owned(),
            ),
            _ => None,
        }
    }
}

impl Listable for (View<'_>, &Kept) {
    fn id(&self) -> String {
        self.1.id.1.clone()
    }
    fn render(&self) -> Value {
        self.0.kept(self.1)
    }
}

impl Listable for (View<'_>, &Campaign) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.campaign(self.1)
    }
}

impl Listable for (View<'_>, &CertificationItem) {
    fn id(&self) -> String {
        self.1.id.dashed()
    }
    fn render(&self) -> Value {
        self.0.certification_item(self.1)
    }
    fn known(&self, path: &str) -> Option<String> {
        match path {
            "id" => Some(self.1.id.dashed()),
            "campaignId" => Some(self.1.campaign.dashed()),
            "compositeId" => Some(self.1.grant.composite_id()),
            _ => None,
        }
    }
}

impl<'v> View<'v> {
    /// Rows of one kind, to be listed.
    pub fn rows<'r, T: 'r>(self, rows: impl Iterator<Item = &'r Arc<T>>) -> impl Iterator<Item = (View<'v>, &'r T)> {
        rows.map(move |row| (self, &**row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rendered_is_found_by_its_own_id() {
        let row = serde_json::json!({"id": "a", "name": "b"});
        assert_eq!((row.id(), row.known("id"), row.render()), ("a".to_owned(), None, row.clone()));
    }
}

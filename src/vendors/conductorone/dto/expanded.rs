//! What the rows of an answer may point at (contract, 5).

use super::View;
use super::resources::resource_type;
use crate::company::{Account, App, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::model::{AccessReview, EntitlementRef, Policy, Resource, ResourceType, RoleName};
use crate::vendors::conductorone::wire::{Any, Json, to_value};

/// An object that rows point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    App(Id<App>),
    Account(Id<Account>),
    Entitlement(EntitlementRef),
    ResourceType(Id<ResourceType>),
    Resource(Id<Resource>),
    User(Id<Person>),
    Role(RoleName),
    Review(Id<AccessReview>),
    Policy(Id<Policy>),
}

impl<'w> View<'w> {
    /// What `mask` names of what rows point at.
    pub fn expand(self, mask: Option<&ExpandMask>) -> Expander<'w, Object> {
        Expander::new(mask, move |object: &Object| self.object(object))
    }

    /// An object as it stands among the `expanded`; `None` when there is none.
    pub fn object(self, object: &Object) -> Option<Any> {
        Some(match *object {
            Object::App(app) => Any::of(&self.app(app)?),
            Object::Account(account) => Any::of(&self.app_user(self.company.accounts().get(&account)?)),
            Object::Entitlement(at) => Any::of(&self.entitlement(self.domain.entitlements.get(&at)?)),
            Object::ResourceType(id) => Any::of(&resource_type(self.domain.resource_types.get(&id)?)),
            Object::Resource(id) => Any::of(&self.resource(self.domain.resources.get(&id)?)),
            Object::User(user) => Any::of(&self.user(user)?),
            Object::Review(id) => Any::of(&self.access_review(self.domain.access_reviews.get(&id)?)),
            Object::Policy(id) => Any::of(&super::policies::Policy::from(&**self.domain.policies.get(&id)?)),
            Object::Role(role) => Any::of(&super::iam::role(self.domain.roles.get(&role.id())?)),
        })
    }

    /// A user inside another message.
    pub fn user_document(self, user: Id<Person>) -> Option<Json> {
        to_value(&self.user(user)?).ok().map(Json)
    }
}

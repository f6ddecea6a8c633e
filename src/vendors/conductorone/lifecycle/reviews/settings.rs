//! What is said about reviews and templates, and what they cover.

use std::collections::BTreeSet;

use super::campaign::{schedule, take_on};
use super::templates;
use crate::company::Person;
use crate::kernel::{Id, Table, Timestamp};
use crate::vendors::conductorone::cel;
use crate::vendors::conductorone::lifecycle::configure::{Configured, row};
use crate::vendors::conductorone::lifecycle::{BLANK, Noun, Refusal};
use crate::vendors::conductorone::model::{
    AccessReview, Domain, EntitlementRef, PolicyType, ReviewScope, ReviewSettings, ReviewState, ReviewTemplate,
    TemplateSettings, TypeInApp,
};
use crate::vendors::conductorone::wire::id::fresh;
use crate::world::{Command, Cx};

impl Configured for AccessReview {
    type Settings = ReviewSettings;
    const NOUN: Noun = Noun::AccessReview;
    const STREAM: &'static str = "conductorone/access-review";

    fn table(domain: &Domain) -> &Table<Self> {
        &domain.access_reviews
    }
    fn table_mut(domain: &mut Domain) -> &mut Table<Self> {
        &mut domain.access_reviews
    }
    fn settings(&self) -> &ReviewSettings {
        &self.settings
    }
    fn settle(&mut self, settings: ReviewSettings, now: Timestamp) {
        (self.settings, self.updated) = (settings, now);
    }
    /// A review is not deleted at one stroke: see [`super::DeleteReview`].
    fn deleted(self, _: Timestamp) -> Option<Self> {
        Some(self)
    }
    fn is_deleted(&self) -> bool {
        matches!(self.state, ReviewState::Deleting | ReviewState::Deleted)
    }
    fn check(settings: &ReviewSettings, domain: &Domain, cx: &Cx<'_>) -> Result<(), Refusal> {
        if settings.display_name.is_empty() {
            return Err(Refusal::Missing("DisplayName", BLANK));
        }
        let policy = settings.policy.map(|policy| domain.policies.get(&policy).filter(|row| row.deleted.is_none()));
        match policy {
            Some(None) => return Err(Refusal::NoSuch(Noun::Policy)),
            Some(Some(policy)) if policy.policy_type != PolicyType::Certify => {
                return Err(Refusal::Invalid("PolicyId", "policy must be a certify policy".into()));
            }
            _ => {}
        }
        if let Some(error) = settings.filter.user_condition.as_deref().and_then(cel::compile_error) {
            return Err(Refusal::Invalid("CelExpression", error));
        }
        let known = |user: &Id<Person>| cx.company.people().contains(user);
        if !settings.filter.users.iter().chain(&settings.filter.managers).all(known) {
            return Err(Refusal::NoSuch(Noun::User));
        }
        Ok(())
    }
}

impl Configured for ReviewTemplate {
    type Settings = TemplateSettings;
    const NOUN: Noun = Noun::ReviewTemplate;
    const STREAM: &'static str = "conductorone/access-review-template";

    fn table(domain: &Domain) -> &Table<Self> {
        &domain.review_templates
    }
    fn table_mut(domain: &mut Domain) -> &mut Table<Self> {
        &mut domain.review_templates
    }
    fn settings(&self) -> &TemplateSettings {
        &self.settings
    }
    fn settle(&mut self, settings: TemplateSettings, now: Timestamp) {
        (self.settings, self.updated) = (settings, now);
    }
    fn deleted(self, now: Timestamp) -> Option<Self> {
        Some(Self { deleted: Some(now), updated: now, ..self })
    }
    fn is_deleted(&self) -> bool {
        self.deleted.is_some()
    }
    fn check(settings: &TemplateSettings, domain: &Domain, cx: &Cx<'_>) -> Result<(), Refusal> {
        AccessReview::check(&settings.review, domain, cx)
    }
    fn settled(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<Self>) {
        templates::schedule(domain, cx, id);
    }
}

/// A row that says which access it covers.
pub trait Covered: Configured {
    /// What it covers, to be changed.
    ///
    /// # Errors
    /// When it is too late for that.
    fn scope_mut(&mut self) -> Result<&mut ReviewScope, Refusal>;
}

impl Covered for AccessReview {
    fn scope_mut(&mut self) -> Result<&mut ReviewScope, Refusal> {
        if !matches!(self.state, ReviewState::Draft | ReviewState::Pending | ReviewState::Review) {
            return Err(Refusal::ReviewState(self.state));
        }
        self.scoping_version += 1;
        Ok(&mut self.scope)
    }
}

impl Covered for ReviewTemplate {
    fn scope_mut(&mut self) -> Result<&mut ReviewScope, Refusal> {
        Ok(&mut self.scope)
    }
}

/// Those who answer for a review: one at least, and all of them there.
pub fn check_owners(cx: &Cx<'_>, owners: &[Id<Person>]) -> Result<(), Refusal> {
    if owners.is_empty() {
        return Err(Refusal::Missing("OwnerIds", "value must contain at least 1 item(s)"));
    }
    let known = owners.iter().all(|owner| cx.company.people().contains(owner));
    if known { Ok(()) } else { Err(Refusal::NoSuch(Noun::User)) }
}

/// Make a review.
pub struct CreateReview {
    /// Who does.
    pub by: Id<Person>,
    /// What is said about it.
    pub settings: ReviewSettings,
    /// Who answers for it.
    pub owners: Vec<Id<Person>>,
    /// The review whose scope it is to have.
    pub like: Option<Id<AccessReview>>,
}

impl Command<Domain> for CreateReview {
    type Output = Id<AccessReview>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<AccessReview>, Refusal> {
        AccessReview::check(&self.settings, domain, cx)?;
        check_owners(cx, &self.owners)?;
        let scope = match self.like {
            Some(like) => row(domain, like)?.scope,
            None => ReviewScope::default(),
        };
        let draft = Draft { by: self.by, settings: self.settings, owners: self.owners, scope, template: None };
        Ok(draft.put(domain, cx))
    }
}

/// A review that has just been thought of.
pub struct Draft {
    /// Who makes it.
    pub by: Id<Person>,
    /// What is said about it.
    pub settings: ReviewSettings,
    /// Who answers for it.
    pub owners: Vec<Id<Person>>,
    /// What it covers.
    pub scope: ReviewScope,
    /// What it is made from.
    pub template: Option<Id<ReviewTemplate>>,
}

impl Draft {
    /// Writes it down, with its dates.
    pub fn put(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Id<AccessReview> {
        let (id, now) = (fresh(cx, AccessReview::STREAM), cx.now());
        domain.access_reviews.put(AccessReview {
            id,
            settings: self.settings,
            scope: self.scope,
            scoping_version: 1,
            owners: self.owners,
            template: self.template,
            state: ReviewState::Draft,
            reports: Vec::new(),
            created_by: self.by,
            started: None,
            closed: None,
            created: now,
            updated: now,
        });
        schedule(domain, cx, id);
        id
    }
}

/// Say something else about a review, and take it on: `change` is given what is said now.
pub struct UpdateReview<F> {
    /// Which.
    pub id: Id<AccessReview>,
    /// What to say instead.
    pub change: F,
    /// The state that it is to go to, when the caller wants one.
    pub state: Option<ReviewState>,
}

impl<F> Command<Domain> for UpdateReview<F>
where
    F: FnOnce(&ReviewSettings) -> Result<ReviewSettings, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut review = row(domain, self.id)?;
        let settings = (self.change)(&review.settings)?;
        AccessReview::check(&settings, domain, cx)?;
        review.settle(settings, cx.now());
        domain.access_reviews.put(review);
        schedule(domain, cx, self.id);
        match self.state {
            Some(state) => take_on(domain, cx, self.id, state),
            None => Ok(()),
        }
    }
}

/// Say what is covered.
pub struct SetScope<T, F> {
    /// By which review or template.
    pub id: Id<T>,
    /// These entitlements; unchanged when absent.
    pub entitlements: Option<BTreeSet<EntitlementRef>>,
    /// Everything about these kinds of resources; unchanged when absent.
    pub resource_types: Option<BTreeSet<TypeInApp>>,
    /// What else this says about it, given what is said now.
    pub said: F,
}

impl<T: Covered, F> Command<Domain> for SetScope<T, F>
where
    F: FnOnce(&T::Settings) -> Result<T::Settings, Refusal>,
{
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let (mut row, now) = (row(domain, self.id)?, cx.now());
        let scope = row.scope_mut()?;
        if let Some(entitlements) = self.entitlements {
            if entitlements.iter().any(|at| domain.entitlement(*at).is_none()) {
                return Err(Refusal::NoSuch(Noun::Entitlement));
            }
            scope.entitlements = ReviewScope::of(entitlements, now).entitlements;
        }
        if let Some(resource_types) = self.resource_types {
            let is_known = |(app, resource_type): &TypeInApp| {
                let row = domain.resource_types.get(resource_type);
                row.is_some_and(|row| row.app == *app && row.deleted.is_none())
            };
            if !resource_types.iter().all(is_known) {
                return Err(Refusal::NoSuch(Noun::ResourceType));
            }
            scope.resource_types = resource_types;
        }
        let settings = (self.said)(row.settings())?;
        T::check(&settings, domain, cx)?;
        row.settle(settings, now);
        T::table_mut(domain).put(row);
        Ok(())
    }
}

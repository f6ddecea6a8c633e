//! What reviews are made from, and when that happens by itself.

use super::campaign::{self, take_on};
use super::settings::{Draft, check_owners};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::configure::{Configured, row};
use crate::vendors::conductorone::lifecycle::{CAMPAIGN, Refusal, Timer};
use crate::vendors::conductorone::model::{
    Domain, Recurrence, ReviewScope, ReviewSettings, ReviewState, ReviewTemplate, TemplateSettings,
};
use crate::vendors::conductorone::wire::id::fresh;
use crate::world::{Command, Cx};

/// Make a template.
pub struct CreateTemplate {
    /// Who does.
    pub by: Id<Person>,
    /// What is said about it.
    pub settings: TemplateSettings,
    /// Who answers for reviews made from it; whoever makes the template when nobody is named.
    pub owners: Vec<Id<Person>>,
}

impl Command<Domain> for CreateTemplate {
    type Output = Id<ReviewTemplate>;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Id<ReviewTemplate>, Refusal> {
        ReviewTemplate::check(&self.settings, domain, cx)?;
        let owners = if self.owners.is_empty() { vec![self.by] } else { self.owners };
        check_owners(cx, &owners)?;
        let (id, now) = (fresh(cx, ReviewTemplate::STREAM), cx.now());
        domain.review_templates.put(ReviewTemplate {
            id,
            settings: self.settings,
            scope: ReviewScope::default(),
            owners,
            created_by: self.by,
            occurrences: 0,
            created: now,
            updated: now,
            deleted: None,
        });
        schedule(domain, cx, id);
        Ok(id)
    }
}

/// Sets the date at which the next review is made from a template.
pub fn schedule(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<ReviewTemplate>) {
    domain.timers.cancel_about(id);
    let Ok(template) = row(domain, id) else { return };
    let next = template.settings.recurrence.as_ref().and_then(|rule: &Recurrence| rule.at(template.occurrences));
    if let Some(date) = next {
        domain.timers.at(cx.chronicle, CAMPAIGN, date.max(cx.now()), id, Timer::MakeReview(id));
    }
}

/// The hour has come at which a review is made from a template.
pub fn make_by_date(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<ReviewTemplate>) {
    let Ok(template) = row(domain, id) else { return };
    let starts = template.settings.review.starts_by_itself;
    let completion = template.settings.lasting.map(|lasting| cx.now() + lasting);
    let settings = ReviewSettings { completion, starts_by_itself: false, ..template.settings.review };
    let owners = template.owners;
    let draft = Draft { by: template.created_by, settings, owners, scope: template.scope, template: Some(id) };
    let review = draft.put(domain, cx);
    domain.review_templates.update(&id, |template| template.occurrences = template.occurrences.saturating_add(1));
    if starts {
        // A draft can be started.
        let _ = take_on(domain, cx, review, ReviewState::Open);
    }
    campaign::schedule(domain, cx, review);
    schedule(domain, cx, id);
}

//! Reviews of access: one task for everything in a campaign (contract, 8.10, 12.1).

use super::open::{self, New};
use super::{TaskRefusal, close, load, save};
use crate::company::Account;
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::{Refusal, reviews};
use crate::vendors::conductorone::model::{
    AccessReview, Bindings, Certify, Domain, EntitlementRef, Origin, Outcome, OutcomeMove, Policy, Revoke,
    RevokeSource, Task, TaskKey, TaskKind,
};
use crate::world::Cx;

/// Access to be reviewed.
pub struct NewCertify {
    /// In which campaign.
    pub review: Id<AccessReview>,
    /// To what.
    pub entitlement: EntitlementRef,
    /// Whose.
    pub account: Id<Account>,
}

/// Opens a review task.
pub fn open_certify(domain: &mut Domain, cx: &mut Cx<'_>, new: NewCertify) -> Id<Task> {
    let subject = cx.company.accounts().get(&new.account).and_then(|account| account.person);
    let NewCertify { review, entitlement, account } = new;
    let kind = TaskKind::Certify(Box::new(Certify { entitlement, account, review }));
    open::open(domain, cx, New { origin: Origin::AccessReview, ..New::of(kind, subject, None) })
}

/// Ends a review task that nobody decided, as its campaign says.
///
/// # Errors
/// When there is no such open task.
pub fn end_certify(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<Task>, by_move: OutcomeMove) -> Result<(), Refusal> {
    let mut task = load(domain, id)?;
    if !close::finish(domain, cx, &mut task, by_move, None) {
        return Err(TaskRefusal::Closed.into());
    }
    save(domain, cx, task);
    Ok(())
}

/// The policy of a campaign, and whether entitlements' own come before it.
pub fn policy_of(domain: &Domain, review: Id<AccessReview>) -> (Option<Id<Policy>>, bool) {
    let settings = domain.access_reviews.get(&review).map(|review| &review.settings);
    settings.map_or((None, false), |settings| (settings.policy, settings.uses_policy_override))
}

/// What follows a task that has just been closed: what was decertified may be revoked at once, and about what was
/// revoked nobody may have to be asked.
pub fn followed(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<Task>) {
    let Some(task) = domain.tasks.get(&id).cloned() else { return };
    let certify = match &task.kind {
        TaskKind::Certify(certify) => certify,
        TaskKind::Revoke(_) if task.outcome == Outcome::Succeeded => return reviews::taken(domain, cx, &task),
        _ => return,
    };
    let remediates = task.run.as_ref().is_some_and(|run| run.policy.remediates());
    if task.outcome == Outcome::Refused && remediates {
        remediate(domain, cx, &task, certify);
    }
    reviews::task_closed(domain, cx, certify.review);
}

/// Takes what a review decided against, unless it is gone or going already.
fn remediate(domain: &mut Domain, cx: &mut Cx<'_>, task: &Task, certify: &Certify) {
    let Certify { entitlement, account, review } = *certify;
    let held = (Bindings { domain, company: cx.company }).get(entitlement, account).is_some();
    let goes = |task: &Task| matches!(&task.kind, TaskKind::Revoke(revoke) if revoke.account == account);
    if !held || domain.tasks.with(TaskKey::OpenFor(entitlement, task.subject)).any(|task| goes(task)) {
        return;
    }
    let source = RevokeSource::Review { review, certify: task.id };
    let kind = TaskKind::Revoke(Box::new(Revoke::of(domain, cx.company, entitlement, account, source)));
    open::open(domain, cx, New { origin: Origin::AccessReview, ..New::of(kind, task.subject, None) });
}

/// Decides against access that nobody reviewed, and takes it, since its campaign says so.
///
/// # Errors
/// When there is no such open task.
pub fn revoke_certify(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<Task>) -> Result<(), Refusal> {
    end_certify(domain, cx, id, OutcomeMove::Refuse)?;
    let task = load(domain, id)?;
    if let TaskKind::Certify(certify) = &task.kind {
        remediate(domain, cx, &task, certify);
    }
    Ok(())
}

//! How a review goes, from draft to end.

use serde_json::json;

use super::resolve;
use super::scope::in_scope;
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::lifecycle::configure::row;
use crate::vendors::conductorone::lifecycle::tasks::{self, NewCertify};
use crate::vendors::conductorone::lifecycle::{CAMPAIGN, Refusal, Timer};
use crate::vendors::conductorone::model::{
    AccessReview, CloseDecision, Domain, OutcomeMove, REPORTS_MAX, ReportFormat, ReviewMove, ReviewReport, ReviewState,
    Task, TaskKey,
};
use crate::vendors::conductorone::wire::id::fresh;
use crate::world::{Command, Cx};

/// Leads a review to `state` where one may ask for it: ready, under way, or over.
pub fn take_on(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>, state: ReviewState) -> Result<(), Refusal> {
    let now = row(domain, id)?.state;
    match state {
        same if same == now => Ok(()),
        ReviewState::Preparing | ReviewState::Review => prepare(domain, cx, id),
        ReviewState::Starting | ReviewState::Open => {
            if matches!(now, ReviewState::Draft | ReviewState::Pending) {
                go(domain, cx, id, ReviewMove::Prepare)?;
                go(domain, cx, id, ReviewMove::Prepared)?;
            }
            start(domain, cx, id)
        }
        ReviewState::Closed => close(domain, cx, id),
        _ => Err(Refusal::ReviewState(now)),
    }
}

/// Start a review, as the public API has no call for.
pub struct StartReview {
    /// Which.
    pub id: Id<AccessReview>,
}

impl Command<Domain> for StartReview {
    /// How many tasks it has.
    type Output = usize;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<usize, Refusal> {
        take_on(domain, cx, self.id, ReviewState::Open)?;
        Ok(domain.tasks.with(TaskKey::Review(self.id)).count())
    }
}

/// Delete a review; its open tasks are cancelled.
pub struct DeleteReview {
    /// Which.
    pub id: Id<AccessReview>,
}

impl Command<Domain> for DeleteReview {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        row(domain, self.id)?;
        go(domain, cx, self.id, ReviewMove::Delete)?;
        for task in open_tasks(domain, self.id) {
            // It was open a moment ago, and nothing else has happened since.
            let _ = tasks::end_certify(domain, cx, task, OutcomeMove::Cancel);
        }
        domain.timers.cancel_about(self.id);
        go(domain, cx, self.id, ReviewMove::Gone)
    }
}

/// Have a report written about a review.
pub struct WriteReport {
    /// About which.
    pub id: Id<AccessReview>,
    /// How.
    pub format: ReportFormat,
}

impl Command<Domain> for WriteReport {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        row(domain, self.id)?;
        report(domain, cx, self.id, self.format);
        Ok(())
    }
}

fn report(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>, format: ReportFormat) {
    let report = ReviewReport { id: fresh(cx, "conductorone/access-review-report"), format, created: cx.now() };
    domain.access_reviews.update(&id, |review| {
        review.reports.push(report);
        let too_many = review.reports.len().saturating_sub(REPORTS_MAX);
        review.reports.drain(..too_many);
    });
}

fn go(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>, by: ReviewMove) -> Result<(), Refusal> {
    let Some(before) = domain.access_reviews.get(&id).map(|review| review.state) else { return Ok(()) };
    let (state, now) = (cx.go(before, by).ok_or(Refusal::ReviewState(before))?, cx.now());
    domain.access_reviews.update(&id, |review| (review.state, review.updated) = (state, now));
    cx.emit("accessReview.moved", id, json!({"state": state}));
    Ok(())
}

/// Sets the dates of a review: when it starts by itself, and when it is over by itself.
pub fn schedule(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>) {
    let Some(review) = domain.access_reviews.get(&id).cloned() else { return };
    let settings = &review.settings;
    domain.timers.cancel_about(id);
    let not_before = |date: Timestamp, now: Timestamp| date.max(now);
    let is_ahead = matches!(review.state, ReviewState::Draft | ReviewState::Pending);
    let starts = settings.starts.filter(|_| settings.starts_by_itself && is_ahead);
    let by = match (starts, review.state) {
        (Some(_), ReviewState::Draft) => Some(ReviewMove::Schedule),
        (None, ReviewState::Pending) => Some(ReviewMove::Unschedule),
        _ => None,
    };
    if let Some(by) = by {
        // Both lead from where it stands.
        let _ = go(domain, cx, id, by);
    }
    if let Some(date) = starts {
        domain.timers.at(cx.chronicle, CAMPAIGN, not_before(date, cx.now()), id, Timer::StartReview(id));
    }
    let ends = settings.completion.filter(|_| settings.closes_by_itself);
    if let Some(date) = ends.filter(|_| review.state != ReviewState::Closed) {
        domain.timers.at(cx.chronicle, CAMPAIGN, not_before(date, cx.now()), id, Timer::CloseReview(id));
    }
    resolve::look(domain, cx, id);
}

/// The hour has come at which a review starts by itself.
pub fn start_by_date(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>) {
    // One that was started by hand meanwhile is under way already.
    let _ = take_on(domain, cx, id, ReviewState::Open);
}

/// The hour has come at which a review is over by itself.
pub fn close_by_date(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>) {
    // One that never started stays as it is.
    let _ = close(domain, cx, id);
}

/// Gathers what is covered. One that starts by itself and has no date for that starts then (contract, 12.1).
fn prepare(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>) -> Result<(), Refusal> {
    go(domain, cx, id, ReviewMove::Prepare)?;
    go(domain, cx, id, ReviewMove::Prepared)?;
    let settings = row(domain, id)?.settings;
    if settings.starts_by_itself && settings.starts.is_none() { start(domain, cx, id) } else { Ok(()) }
}

/// Opens a task for everything that is covered.
fn start(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>) -> Result<(), Refusal> {
    go(domain, cx, id, ReviewMove::Start)?;
    let review = row(domain, id)?;
    for (entitlement, account) in in_scope(domain, cx.company, cx.now(), &review) {
        tasks::open_certify(domain, cx, NewCertify { review: id, entitlement, account });
    }
    go(domain, cx, id, ReviewMove::Started)?;
    let now = cx.now();
    domain.access_reviews.update(&id, |review| review.started = Some(now));
    task_closed(domain, cx, id);
    resolve::look(domain, cx, id);
    Ok(())
}

fn open_tasks(domain: &Domain, id: Id<AccessReview>) -> Vec<Id<Task>> {
    domain.tasks.with(TaskKey::Review(id)).filter(|task| task.is_open()).map(|task| task.id).collect()
}

/// Ends a review; what nobody reviewed follows its decision.
fn close(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>) -> Result<(), Refusal> {
    resolve::look(domain, cx, id);
    let AccessReview { settings, state, .. } = row(domain, id)?;
    if state == ReviewState::Closed {
        return Ok(());
    }
    go(domain, cx, id, ReviewMove::Close)?;
    let now = cx.now();
    domain.access_reviews.update(&id, |review| review.closed = Some(now));
    domain.timers.cancel_about(id);
    for task in open_tasks(domain, id) {
        // It was open a moment ago, and nothing else has happened since.
        let _ = match settings.close_decision {
            CloseDecision::Revoked => tasks::revoke_certify(domain, cx, task),
            CloseDecision::Skip | CloseDecision::Unspecified => {
                tasks::end_certify(domain, cx, task, OutcomeMove::Cancel)
            }
            CloseDecision::NoAction => Ok(()),
        };
    }
    if settings.reports_by_itself {
        // In the format of the vendor's own screens. [assumed]
        report(domain, cx, id, ReportFormat::Xlsx);
    }
    Ok(())
}

/// A task of a review was closed; with the last one it is over.
pub fn task_closed(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>) {
    let is_open = domain.access_reviews.get(&id).is_some_and(|review| review.state == ReviewState::Open);
    if is_open && open_tasks(domain, id).is_empty() {
        // What is open can be closed.
        let _ = close(domain, cx, id);
    }
}

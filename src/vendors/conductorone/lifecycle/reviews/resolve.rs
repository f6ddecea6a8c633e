//! Nobody is asked about access that is gone, where a review says so (`autoResolve`). Its tasks are cancelled: nobody
//! decided. [assumed]

use crate::kernel::{Id, Pace};
use crate::vendors::conductorone::lifecycle::{RESOLVE, Timer, tasks};
use crate::vendors::conductorone::model::{
    AccessReview, Bindings, Domain, OutcomeMove, ReviewState, Task, TaskKey, TaskKind,
};
use crate::world::Cx;

/// A task has taken access; what another vendor takes is found out by looking.
pub fn taken(domain: &mut Domain, cx: &mut Cx<'_>, task: &Task) {
    let Some(at) = task.entitlement() else { return };
    let about = domain.tasks.with(TaskKey::OpenFor(at, task.subject));
    let gone: Vec<_> = about.filter(|task| is_moot(domain, cx, task)).map(|task| task.id).collect();
    cancel(domain, cx, gone);
}

/// Looks what of a review is gone, and sets when to look again.
pub fn look(domain: &mut Domain, cx: &mut Cx<'_>, id: Id<AccessReview>) {
    if !resolves(domain, id) {
        return;
    }
    let open = domain.tasks.with(TaskKey::Review(id)).filter(|task| task.is_open());
    let gone: Vec<_> = open.filter(|task| is_moot(domain, cx, task)).map(|task| task.id).collect();
    cancel(domain, cx, gone);
    // Looking again at once would look for ever.
    if resolves(domain, id) && cx.pace(RESOLVE) != Pace::AtOnce {
        cx.later(domain, RESOLVE, id, Timer::ResolveReview(id));
    }
}

fn resolves(domain: &Domain, id: Id<AccessReview>) -> bool {
    let review = domain.access_reviews.get(&id);
    review.is_some_and(|review| review.state == ReviewState::Open && review.settings.resolves_by_itself)
}

/// Whether a task asks about access that is gone, in a review that resolves such.
fn is_moot(domain: &Domain, cx: &Cx<'_>, task: &Task) -> bool {
    let TaskKind::Certify(certify) = &task.kind else { return false };
    let bindings = Bindings { domain, company: cx.company };
    resolves(domain, certify.review) && bindings.get(certify.entitlement, certify.account).is_none()
}

fn cancel(domain: &mut Domain, cx: &mut Cx<'_>, gone: Vec<Id<Task>>) {
    for task in gone {
        // One that was closed by what followed from another is over already.
        let _ = tasks::end_certify(domain, cx, task, OutcomeMove::Cancel);
    }
}

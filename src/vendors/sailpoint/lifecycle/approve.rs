//! Asking, step by step, and deciding.

use std::sync::Arc;

use serde_json::json;

use super::{Actor, DECIDE, Refusal, Timer, Verdict, change_item, forward, provision, trigger, word};
use crate::company::{App, Person};
use crate::kernel::{Id, Timestamp};
use crate::vendors::sailpoint::model::{
    Action, Approval, ApprovalMove, ApprovalState, ApproverScheme, AutoApprove, Comment, Decision, Forward as Handover,
    GovernanceGroup, Item, ItemMove, ObjectKind, Org, Owner, Phase, PhaseName, PhaseState, Reassignment, Scheme,
    SchemeKind, Stage, TimeoutResult,
};
use crate::world::{Command, Cx};

/// How many approvals one call may approve.
pub const BULK_MAX: usize = 50;

/// Approve an approval.
pub struct Approve {
    /// Which.
    pub approval: Id<Approval>,
    /// Who does it.
    pub by: Actor,
    /// What they say.
    pub comment: Option<String>,
}

impl Command<Org> for Approve {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        check_reviewer(org, self.approval, self.by)?;
        let comment = said(self.comment, self.by, cx.now());
        let verdict = Verdict::Approved { by: self.by.person(), comment };
        take_up(org, cx, self.approval, Action::Approved, verdict)
    }
}

/// Reject an approval.
pub struct Reject {
    /// Which.
    pub approval: Id<Approval>,
    /// Who does it.
    pub by: Actor,
    /// What they say.
    pub comment: Option<String>,
}

impl Command<Org> for Reject {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let approval = check_reviewer(org, self.approval, self.by)?;
        let comment = said(self.comment, self.by, cx.now());
        if approval.comment_required_when_rejected && comment.is_none() {
            return Err(Refusal::Missing("comment"));
        }
        let verdict = Verdict::Rejected { by: self.by.person(), comment };
        take_up(org, cx, self.approval, Action::Rejected, verdict)
    }
}

/// Approve many approvals; those that cannot be approved are passed over.
pub struct ApproveMany {
    /// Which; `None` for what is no id.
    pub approvals: Vec<Option<Id<Approval>>>,
    /// Who does it.
    pub by: Actor,
    /// What they say.
    pub comment: String,
}

impl Command<Org> for ApproveMany {
    type Output = ();
    fn apply(self, org: &mut Org, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        if self.comment.is_empty() {
            return Err(Refusal::Missing("comment"));
        }
        if self.approvals.is_empty() {
            return Err(Refusal::Missing("approvalIds"));
        }
        if self.approvals.len() > BULK_MAX {
            return Err(Refusal::TooMany("approvalIds", BULK_MAX));
        }
        let known: Vec<_> = self.approvals.into_iter().flatten().filter(|id| org.approvals.contains(id)).collect();
        if known.is_empty() {
            return Err(Refusal::NotFound);
        }
        for approval in known {
            let one = Approve { approval, by: self.by, comment: Some(self.comment.clone()) };
            // Failures of single ids are not reported (contract, 7.7).
            let _ = cx.attempt(org, |org, cx| one.apply(org, cx));
        }
        Ok(())
    }
}

/// The approval, if this actor may act on it now.
pub fn check_reviewer(org: &Org, id: Id<Approval>, by: Actor) -> Result<Arc<Approval>, Refusal> {
    let approval = org.approvals.get(&id).ok_or(Refusal::NotFound)?;
    if !by.is_admin(org) && !by.person().is_some_and(|person| org.is_owner(approval.owner, person)) {
        return Err(Refusal::Forbidden);
    }
    match (approval.state, approval.in_process) {
        (ApprovalState::Pending, _) => Ok(Arc::clone(approval)),
        (ApprovalState::InProcess, Some(action)) => Err(Refusal::InProcess(action)),
        _ if org.switches().decided_is_not_found => Err(Refusal::DecidedIsNotFound),
        (state, _) => Err(Refusal::AlreadyDecided(state)),
    }
}

/// Takes a decision up; it is processed at the pace of [`DECIDE`].
pub fn take_up(
    org: &mut Org,
    cx: &mut Cx<'_>,
    id: Id<Approval>,
    action: Action,
    verdict: Verdict,
) -> Result<(), Refusal> {
    let state = org.approvals.get(&id).map(|approval| approval.state).ok_or(Refusal::NotFound)?;
    let taken = cx.go(state, ApprovalMove::Take).ok_or(Refusal::AlreadyDecided(state))?;
    org.approvals.update(&id, |approval| (approval.state, approval.in_process) = (taken, Some(action)));
    org.timers.cancel_about(id);
    cx.later(org, DECIDE, id, Timer::Decide { approval: id, verdict });
    Ok(())
}

/// Carries a decision out.
pub fn decide(org: &mut Org, cx: &mut Cx<'_>, id: Id<Approval>, verdict: Verdict) {
    match verdict {
        Verdict::Approved { by, comment } => {
            if close(org, cx, id, ApprovalMove::Approve, by, comment) {
                next_step(org, cx, id);
            }
        }
        Verdict::Rejected { by, comment } => {
            if close(org, cx, id, ApprovalMove::Reject, by, comment) {
                end_item(org, cx, id, ItemMove::Reject);
            }
        }
        Verdict::Forwarded { by, to, comment } => {
            let to = Owner::Identity(to);
            forward::hand_over(org, cx, id, to, by, Some(comment), Reassignment::ManualReassignment);
        }
    }
}

/// Nobody decided in time.
pub fn time_out(org: &mut Org, cx: &mut Cx<'_>, id: Id<Approval>) {
    let Some(item) = org.approvals.get(&id).and_then(|approval| org.items.get(&approval.item)).cloned() else { return };
    let Some(timeout) = item.settings.timeout else { return };
    let by_move = match timeout.result {
        TimeoutResult::Approved => ApprovalMove::Approve,
        TimeoutResult::Expired => ApprovalMove::Expire,
    };
    if !close(org, cx, id, by_move, None, None) {
        return;
    }
    match timeout.result {
        TimeoutResult::Approved => next_step(org, cx, id),
        TimeoutResult::Expired => {
            change_item(org, cx, item.id, |item| item.expired = true);
            end_item(org, cx, id, ItemMove::Expire);
        }
    }
}

/// Ends an approval; says whether it was still open.
pub fn close(
    org: &mut Org,
    cx: &mut Cx<'_>,
    id: Id<Approval>,
    by_move: ApprovalMove,
    by: Option<Id<Person>>,
    comment: Option<Comment>,
) -> bool {
    let Some(approval) = org.approvals.get(&id).cloned() else { return false };
    let Some(state) = cx.go(approval.state, by_move) else { return false };
    let now = cx.now();
    org.approvals.update(&id, |approval| {
        approval.state = state;
        approval.in_process = None;
        approval.modified = now;
        approval.decision = approval.is_decided().then_some(Decision { by, at: now, comment });
    });
    org.timers.cancel_about(id);
    let name = match state {
        ApprovalState::Approved => "approval.approved",
        ApprovalState::Rejected => "approval.rejected",
        ApprovalState::Expired => "approval.expired",
        _ => "approval.cancelled",
    };
    cx.emit(name, id, json!({"item": approval.item, "request": approval.request, "by": by}));
    true
}

fn next_step(org: &mut Org, cx: &mut Cx<'_>, id: Id<Approval>) {
    let Some(approval) = org.approvals.get(&id).cloned() else { return };
    let steps = org.items.get(&approval.item).map_or(0, |item| item.steps());
    if approval.step + 1 < steps {
        change_item(org, cx, approval.item, |_| {});
        open_step(org, cx, approval.item, approval.step + 1);
    } else {
        provision::passed(org, cx, approval.item);
    }
}

fn end_item(org: &mut Org, cx: &mut Cx<'_>, id: Id<Approval>, by_move: ItemMove) {
    let Some(item) = org.approvals.get(&id).and_then(|approval| org.items.get(&approval.item)).cloned() else { return };
    let Some(state) = cx.go(item.state, by_move) else { return };
    let now = cx.now();
    change_item(org, cx, item.id, |item| {
        item.state = state;
        item.stage = Stage::Over;
        if let Some(phase) = item.phases.last_mut() {
            (phase.state, phase.finished) = (PhaseState::Failed, Some(now));
        }
    });
    cx.emit("item.ended", item.id, json!({"request": item.request, "state": word(&state)}));
    trigger::settle(org, cx, item.request);
}

/// Asks the first approver; nobody, when nobody is to be asked.
pub fn begin(org: &mut Org, cx: &mut Cx<'_>, id: Id<Item>) {
    let Some(item) = org.items.get(&id).cloned() else { return };
    if item.steps() == 0 {
        provision::passed(org, cx, id);
        return;
    }
    let phase =
        Phase { name: PhaseName::ApprovalPhase, state: PhaseState::Executing, started: cx.now(), finished: None };
    change_item(org, cx, id, |item| {
        item.stage = Stage::Approving;
        item.phases.push(phase);
    });
    open_step(org, cx, id, 0);
}

/// Asks whoever the chain names next.
pub fn open_step(org: &mut Org, cx: &mut Cx<'_>, item: Id<Item>, step: usize) {
    let Some(item) = org.items.get(&item).cloned() else { return };
    let (found, scheme) = match (item.chain.get(step), item.dynamic_approver) {
        (Some(scheme), _) => resolve(org, cx, &item, scheme),
        (None, Some(owner)) => (Some(owner), dynamic_scheme(&item, owner)),
        (None, None) => return,
    };
    let asked = assign(org, cx, &item, found, scheme);
    let (id, now) = (cx.id("sailpoint/approval"), cx.now());
    org.approvals.put(Approval {
        id,
        item: item.id,
        request: item.request,
        requested_for: item.requested_for,
        step,
        scheme: asked.scheme,
        owner: asked.owner,
        original_owner: asked.original_owner,
        state: ApprovalState::Pending,
        in_process: None,
        comment_required_when_rejected: item.denial_comments_required,
        created: now,
        modified: now,
        decision: None,
        forwards: asked.handovers,
        reminders: 0,
        escalations: 0,
    });
    change_item(org, cx, item.id, |item| item.approvals.push(id));
    cx.emit("approval.requested", id, json!({"item": item.id, "request": item.request, "owner": asked.owner}));
    if asked.approves_itself {
        if close(org, cx, id, ApprovalMove::Approve, item.requester, None) {
            next_step(org, cx, id);
        }
        return;
    }
    forward::schedule(org, cx, id);
}

/// Whom a step is put to.
struct Asked {
    scheme: ApproverScheme,
    original_owner: Owner,
    owner: Owner,
    handovers: Vec<Handover>,
    approves_itself: bool,
}

/// The published schemes have none for whom a subscriber names; they show as further owners do.
fn dynamic_scheme(item: &Item, owner: Owner) -> ApproverScheme {
    match owner {
        Owner::Identity(_) => owner_scheme(item.object.kind),
        Owner::Group(_) => ApproverScheme::GovernanceGroup,
    }
}

fn assign(org: &Org, cx: &mut Cx<'_>, item: &Item, found: Option<Owner>, scheme: ApproverScheme) -> Asked {
    let is_fallback = found.is_none();
    let original_owner = found.unwrap_or_else(|| Owner::Identity(fallback(org, cx, item)));
    let mut asked =
        Asked { scheme, original_owner, owner: original_owner, handovers: Vec::new(), approves_itself: false };
    if let Owner::Identity(person) = asked.owner
        && let Some(reassignment) = org.reassignments.get(&person).filter(|row| row.is_active(cx.now()))
        && is_present(cx, reassignment.to)
    {
        asked.hand_to(cx, reassignment.to, Reassignment::AutomaticReassignment);
    }
    if approves_itself(org, item, asked.owner) {
        asked.approves_itself = true;
        return asked;
    }
    let keeps = |person: Id<Person>| is_fallback && Some(person) == item.requester;
    if let Owner::Identity(person) = asked.owner
        && is_party(item, person)
        && !keeps(person)
    {
        let delegate = delegate(cx, item, person).unwrap_or_else(|| fallback(org, cx, item));
        asked.hand_to(cx, delegate, Reassignment::SelfReviewDelegation);
    }
    asked
}

impl Asked {
    fn hand_to(&mut self, cx: &Cx<'_>, to: Id<Person>, reassignment: Reassignment) {
        let (from, to) = (self.owner, Owner::Identity(to));
        if from != to {
            self.handovers.push(Handover { from, to, by: None, comment: None, at: cx.now(), reassignment });
            self.owner = to;
        }
    }
}

/// Whether somebody asked, or is asked for.
pub fn is_party(item: &Item, person: Id<Person>) -> bool {
    item.requester == Some(person) || item.requested_for == person
}

/// Whether a step approves itself because the requester is asked (contract, 8.5).
fn approves_itself(org: &Org, item: &Item, owner: Owner) -> bool {
    let Some(requester) = item.requester.filter(|_| !item.reauthorization_required) else { return false };
    let for_another = requester != item.requested_for;
    let directly = owner == Owner::Identity(requester);
    let through_group = matches!(owner, Owner::Group(_)) && org.is_owner(owner, requester);
    (item.settings.auto_approval_enabled && directly)
        || match item.settings.auto_approve {
            AutoApprove::Off => false,
            AutoApprove::Direct => for_another && directly,
            AutoApprove::Indirect => for_another && (directly || through_group),
        }
}

/// The first manager above somebody who neither asked nor is asked for.
pub fn delegate(cx: &Cx<'_>, item: &Item, person: Id<Person>) -> Option<Id<Person>> {
    let people = cx.company.people();
    let mut above = person;
    for _ in 0..people.len() {
        above = people.get(&above)?.manager?;
        if !is_party(item, above) && is_present(cx, above) {
            return Some(above);
        }
    }
    None
}

/// Who is asked when nobody else can be: the configured fallback, or some administrator.
pub fn fallback(org: &Org, cx: &mut Cx<'_>, item: &Item) -> Id<Person> {
    if let Some(person) = item.settings.fallback_approver.filter(|person| is_present(cx, *person)) {
        return person;
    }
    let admins = org.admins(cx.company);
    let place = cx.ids().pick("sailpoint/random-admin", admins.len());
    admins.get(place).copied().unwrap_or(item.requested_for)
}

/// Whether somebody can be asked.
pub fn is_present(cx: &Cx<'_>, person: Id<Person>) -> bool {
    cx.company.people().get(&person).is_some_and(|person| person.is_present())
}

/// The people behind a scheme; `None` when there are none to be asked.
fn resolve(org: &Org, cx: &Cx<'_>, item: &Item, scheme: &Scheme) -> (Option<Owner>, ApproverScheme) {
    let person = |id: Option<Id<Person>>| id.filter(|id| is_present(cx, *id)).map(Owner::Identity);
    let group = |id: Option<Id<GovernanceGroup>>| {
        let group = id.and_then(|id| org.groups.get(&id));
        group
            .filter(|group| group.members.iter().any(|member| is_present(cx, *member)))
            .map(|group| Owner::Group(group.id))
    };
    match scheme.kind {
        SchemeKind::Manager => {
            let manager = cx.company.people().get(&item.requested_for).and_then(|person| person.manager);
            (person(manager), ApproverScheme::Manager)
        }
        SchemeKind::Owner | SchemeKind::AllOwners | SchemeKind::AdditionalOwner => {
            (person(object_owner(org, cx, item)), owner_scheme(item.object.kind))
        }
        SchemeKind::AppOwner => (person(app_owner(org, cx, item)), ApproverScheme::AppOwner),
        SchemeKind::SourceOwner => (person(source_owner(org, cx, item)), ApproverScheme::SourceOwner),
        SchemeKind::GovernanceGroup | SchemeKind::AdditionalGovernanceGroup => {
            (group(scheme.approver.map(|id| id.cast())), ApproverScheme::GovernanceGroup)
        }
        SchemeKind::Workflow => (None, ApproverScheme::Workflow),
    }
}

fn owner_scheme(kind: ObjectKind) -> ApproverScheme {
    match kind {
        ObjectKind::Role => ApproverScheme::RoleOwner,
        ObjectKind::AccessProfile => ApproverScheme::AccessProfileOwner,
        ObjectKind::Entitlement => ApproverScheme::EntitlementOwner,
    }
}

fn object_owner(org: &Org, cx: &Cx<'_>, item: &Item) -> Option<Id<Person>> {
    match item.object.kind {
        ObjectKind::Role => org.roles.get(&item.object.id.cast()).map(|role| role.owner),
        ObjectKind::AccessProfile => org.profiles.get(&item.object.id.cast()).map(|profile| profile.owner),
        ObjectKind::Entitlement => {
            let entitlement = cx.company.entitlements().get(&item.object.id.cast())?;
            org.owner_of(cx.company, entitlement)
        }
    }
}

fn app_owner(org: &Org, cx: &Cx<'_>, item: &Item) -> Option<Id<Person>> {
    let mut apps = org.source_apps.iter();
    let app = apps.find(|app| app.access_profiles.contains(&item.object.id.cast()));
    app.map(|app| app.owner).or_else(|| source_owner(org, cx, item))
}

fn source_owner(org: &Org, cx: &Cx<'_>, item: &Item) -> Option<Id<Person>> {
    cx.company.apps().get(&source(org, cx, item)?)?.owners.first().copied()
}

fn source(org: &Org, cx: &Cx<'_>, item: &Item) -> Option<Id<App>> {
    let first = org.brings(item.object).into_iter().next()?;
    cx.company.entitlements().get(&first).map(|entitlement| entitlement.app)
}

/// What a reviewer said, if anything.
fn said(text: Option<String>, by: Actor, now: Timestamp) -> Option<Comment> {
    let text = text.filter(|text| !text.is_empty())?;
    Some(Comment { text: text.into(), created: now, author: by.person() })
}

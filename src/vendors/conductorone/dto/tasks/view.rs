//! Tasks as their caller sees them.

use super::{
    ActionInstance, ActionKind, ActionOutcome, CertifyOutcome, GrantOutcome, OffboardingOutcome, PolicyInstance,
    RevokeOutcome, Task, TaskActionType, TaskAnswer, TaskGrantSource, TaskOrigin, TaskProcessing, TaskRevocationTarget,
    TaskRevokeSource, TaskRevokeSourceExpired, TaskRevokeSourceNonUsage, TaskRevokeSourceRequest,
    TaskRevokeSourceReview, TaskState, TaskType, TaskTypeAction, TaskTypeCertify, TaskTypeGrant, TaskTypeOffboarding,
    TaskTypeRevoke, TaskView, instances,
};
use crate::vendors::conductorone::dto::Form;
use crate::vendors::conductorone::dto::policies;
use crate::vendors::conductorone::dto::{Object, View};
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::lifecycle::tasks;
use crate::vendors::conductorone::model::{
    self, ActionType, Origin, Outcome, Processing, RevokeSource, StepBody, TaskKind, system_user,
};
use crate::vendors::conductorone::wire::{Json, id};

impl View<'_> {
    /// A task alone, with what the mask names; with everything when there is no mask to be had.
    pub fn task_answer(&self, task: &model::Task, mask: Mask<'_>) -> TaskAnswer {
        let render = |object: &Object| self.object(object);
        let mut expand = match mask {
            Mask::Everything => Expander::everything(render),
            Mask::Of(mask) => Expander::new(mask, render),
        };
        let task_view = Some(self.task_view(task, &mut expand));
        TaskAnswer { expanded: expand.finish(), task_view }
    }

    /// A task, with paths to what it names.
    pub fn task_view(&self, task: &model::Task, expand: &mut Expander<'_, Object>) -> TaskView {
        let entitlement = task.entitlement();
        let review = match &task.kind {
            TaskKind::Certify(certify) => Some(certify.review),
            _ => None,
        };
        TaskView {
            access_review_path: expand.one("access_review_id", review.map(Object::Review)),
            app_path: expand.one("app_id", entitlement.map(|it| Object::App(it.app))),
            app_user_path: expand.one("app_user_id", task.account().map(Object::Account)),
            approvers_path: expand.many("approver_ids", task.approvers.iter().copied().map(Object::User)),
            created_by_user_path: expand
                .one("created_by_user_id", Some(Object::User(task.created_by.unwrap_or_else(system_user)))),
            entitlements_path: expand.many("app_entitlement_ids", entitlement.map(Object::Entitlement)),
            identity_user_path: expand.one("identity_user_id", task.subject.map(Object::User)),
            step_approvers_path: expand
                .many("step_approver_ids", task.step_approvers().iter().copied().map(Object::User)),
            user_path: expand.one("user_id", task.subject.map(Object::User)),
            task: Some(self.task(task)),
            ..TaskView::default()
        }
    }

    /// A task.
    pub fn task(&self, task: &model::Task) -> Task {
        let actions = tasks::actions(self.domain, task, &self.caller.actor());
        let form = match task.current().map(|step| &step.body) {
            Some(StepBody::Form(form)) => Some(Form::of(&form.form)),
            _ => None,
        };
        Task {
            actions: actions.into_iter().map(Into::into).collect(),
            approver_ids: task.approvers.iter().map(|approver| id::text(*approver)).collect(),
            comment_count: i32::try_from(task.comments).unwrap_or(i32::MAX),
            revocation_targets: revocation_targets(&task.kind),
            created_at: Some(task.created.into()),
            created_by_user_id: id::text(task.created_by.unwrap_or_else(system_user)),
            data: Some(Json(task.data.clone().into())).filter(|_| !task.data.is_empty()),
            description: task.description.clone(),
            display_name: task.display_name.clone(),
            emergency_access: task.emergency,
            form,
            id: id::text(task.id),
            numeric_id: i64::try_from(task.number).unwrap_or(i64::MAX),
            origin: task.origin.into(),
            policy: task.run.as_ref().map(run),
            policy_generation_id: task.run.as_ref().map(|run| id::text(run.generation)).unwrap_or_default(),
            processing: match task.processing {
                Processing::Processing => TaskProcessing::Processing,
                Processing::Waiting => TaskProcessing::Waiting,
                Processing::Done => TaskProcessing::Done,
            },
            state: task.state.into(),
            step_approver_ids: task.step_approvers().iter().map(|approver| id::text(*approver)).collect(),
            kind: Some(kind(task)),
            updated_at: Some(task.updated.into()),
            user_id: task.subject.map(id::text).unwrap_or_default(),
            ..Task::default()
        }
    }
}

/// Which references an answer follows.
#[derive(Clone, Copy)]
pub enum Mask<'m> {
    /// All: a `GET` has no mask.
    Everything,
    /// Those of the request's mask.
    Of(Option<&'m ExpandMask>),
}

fn run(run: &model::PolicyRun) -> PolicyInstance {
    PolicyInstance {
        current: run.current.as_ref().map(|step| instances::step(step, true)),
        history: run.history.iter().map(|step| instances::step(step, false)).collect(),
        next: run.next.iter().map(policies::step).collect(),
        policy: Some((&*run.policy).into()),
    }
}

fn kind(task: &model::Task) -> TaskType {
    let outcome_time = task.outcome_at.map(Into::into);
    let identity_user_id = task.subject.map(id::text).unwrap_or_default();
    let mut shown = TaskType::default();
    match &task.kind {
        TaskKind::Grant(grant) => {
            let source = &grant.source;
            shown.grant = Some(TaskTypeGrant {
                app_entitlement_id: id::text(grant.entitlement.id),
                app_id: id::text(grant.entitlement.app),
                app_user_id: grant.account.map(id::text).unwrap_or_default(),
                grant_duration: grant.duration.map(Into::into),
                identity_user_id,
                outcome: task.outcome.into(),
                outcome_time,
                source: Some(TaskGrantSource {
                    conversation_id: source.conversation.clone(),
                    external_url: source.external_url.clone(),
                    integration_id: source.integration.clone(),
                    is_extension: source.is_extension,
                    request_id: source.request.clone(),
                }),
            });
        }
        TaskKind::Revoke(revoke) => {
            shown.revoke = Some(TaskTypeRevoke {
                app_entitlement_id: id::text(revoke.entitlement.id),
                app_id: id::text(revoke.entitlement.app),
                app_user_id: id::text(revoke.account),
                identity_user_id,
                outcome: task.outcome.into(),
                outcome_time,
                source: Some(revoke_source(&revoke.source)),
                resource: None,
            });
        }
        TaskKind::Certify(certify) => {
            shown.certify = Some(TaskTypeCertify {
                access_review_id: id::text(certify.review),
                app_entitlement_id: id::text(certify.entitlement.id),
                app_id: id::text(certify.entitlement.app),
                app_user_id: id::text(certify.account),
                identity_user_id,
                outcome: task.outcome.into(),
                outcome_time,
                ..TaskTypeCertify::default()
            });
        }
        TaskKind::Offboarding => {
            let outcome = task.outcome.into();
            shown.offboarding = Some(TaskTypeOffboarding { outcome, outcome_time, subject_user_id: identity_user_id });
        }
        TaskKind::Action(action) => {
            shown.action = Some(TaskTypeAction {
                action_id: id::text(action.action),
                action_instance: Some(ActionInstance {
                    display_name: action.display_name.clone(),
                    ..ActionInstance::default()
                }),
                display_name: action.display_name.clone(),
                form_values: Some(Json(action.form_values.clone().into())),
                outcome: task.outcome.into(),
                outcome_time,
                kind: if action.on_resource { ActionKind::ResourceAction } else { ActionKind::Workflow },
                ..TaskTypeAction::default()
            });
        }
    }
    shown
}

fn revoke_source(source: &RevokeSource) -> TaskRevokeSource {
    let mut shown = TaskRevokeSource::default();
    match source {
        RevokeSource::Request(by) => {
            let request_user_id = id::text(by.unwrap_or_else(system_user));
            shown.request = Some(TaskRevokeSourceRequest { request_user_id });
        }
        RevokeSource::Review { review, certify } => {
            let (access_review_id, cert_ticket_id) = (id::text(*review), id::text(*certify));
            shown.review = Some(TaskRevokeSourceReview { access_review_id, cert_ticket_id });
        }
        RevokeSource::Expired(at) => {
            shown.expired = Some(TaskRevokeSourceExpired { expired_at: Some((*at).into()) });
        }
        RevokeSource::NonUsage { expires, last_login } => {
            let (expires_at, last_login) = (Some((*expires).into()), last_login.map(Into::into));
            shown.non_usage = Some(TaskRevokeSourceNonUsage { expires_at, last_login });
        }
    }
    shown
}

impl From<model::TaskState> for TaskState {
    fn from(state: model::TaskState) -> Self {
        match state {
            model::TaskState::Open => Self::Open,
            model::TaskState::Closed => Self::Closed,
        }
    }
}

impl From<Origin> for TaskOrigin {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Api => Self::Api,
            Origin::Webapp => Self::Webapp,
            Origin::Slack => Self::Slack,
            Origin::TimeRevoke => Self::TimeRevoke,
            Origin::NonUsageRevoke => Self::NonUsageRevoke,
            Origin::ProfileMembershipAutomation => Self::ProfileMembershipAutomation,
            Origin::Automation => Self::Automation,
            Origin::AccessReview => Self::AccessReview,
            Origin::CascadeDelete => Self::CascadeDelete,
        }
    }
}

impl From<ActionType> for TaskActionType {
    fn from(action: ActionType) -> Self {
        match action {
            ActionType::Close => Self::Close,
            ActionType::Approve => Self::Approve,
            ActionType::Deny => Self::Deny,
            ActionType::Comment => Self::Comment,
            ActionType::Delete => Self::Delete,
            ActionType::Reassign => Self::Reassign,
            ActionType::Restart => Self::Restart,
            ActionType::SendReminder => Self::SendReminder,
            ActionType::ProvisionComplete => Self::ProvisionComplete,
            ActionType::ProvisionCancelled => Self::ProvisionCancelled,
            ActionType::ProvisionErrored => Self::ProvisionErrored,
            ActionType::HardReset => Self::HardReset,
            ActionType::EscalateToEmergencyAccess => Self::EscalateToEmergencyAccess,
            ActionType::ChangePolicy => Self::ChangePolicy,
            ActionType::ProcessNow => Self::ProcessNow,
            ActionType::ApproveWithStepUp => Self::ApproveWithStepUp,
            ActionType::SkipStep => Self::SkipStep,
            ActionType::UpdateRequestData => Self::UpdateRequestData,
            ActionType::UpdateGrantDuration => Self::UpdateGrantDuration,
            ActionType::RetryProvisioning => Self::RetryProvisioning,
        }
    }
}

/// What came of a task, in the words of its kind (contract, 8.2).
macro_rules! outcomes {
    ($($kind:ident: $($from:ident => $to:ident),+;)+) => { $(
        impl From<Outcome> for $kind {
            fn from(outcome: Outcome) -> Self {
                match outcome { $(Outcome::$from => Self::$to),+ }
            }
        }
    )+ };
}
outcomes! {
    GrantOutcome: Undecided => Unspecified, Succeeded => Granted, Refused => Denied, Cancelled => Cancelled,
        Failed => Error, TimedOut => WaitTimedOut;
    RevokeOutcome: Undecided => Unspecified, Succeeded => Revoked, Refused => Denied, Cancelled => Cancelled,
        Failed => Error, TimedOut => WaitTimedOut;
    CertifyOutcome: Undecided => Unspecified, Succeeded => Certified, Refused => Decertified, Cancelled => Cancelled,
        Failed => Error, TimedOut => WaitTimedOut;
    OffboardingOutcome: Undecided => InProgress, Succeeded => Done, Refused => Cancelled, Cancelled => Cancelled,
        Failed => Error, TimedOut => Error;
    ActionOutcome: Undecided => Unspecified, Succeeded => Success, Refused => Denied, Cancelled => Cancelled,
        Failed => Error, TimedOut => Error;
}

fn revocation_targets(kind: &TaskKind) -> Vec<TaskRevocationTarget> {
    let TaskKind::Revoke(revoke) = kind else { return Vec::new() };
    let target = |at: &model::EntitlementRef| TaskRevocationTarget { entitlement_ref: Some((*at).into()) };
    revoke.targets.iter().map(target).collect()
}

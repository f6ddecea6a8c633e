//! What has become of a policy's steps in one task.

use crate::kernel::Id;
use crate::vendors::conductorone::dto::Form;
use crate::vendors::conductorone::dto::policies::{
    self, Accept, AppEntitlementReference, Approval, Provision, ReassignToApprovers, Reject, ReplacePolicy,
};
use crate::vendors::conductorone::model::{
    self, ApprovalOutcome, EscalationAction, FormOutcome, ProvisionOutcome, StepBody, WaitFor, WaitOutcome, system_user,
};
use crate::vendors::conductorone::wire::{Empty, Json, Lasting, Time, id, message, vocabulary};

vocabulary! {
    /// Whether a step runs.
    PolicyStepState {
        Unspecified = "POLICY_STEP_STATE_UNSPECIFIED",
        Active = "POLICY_STEP_STATE_ACTIVE",
        Done = "POLICY_STEP_STATE_DONE",
    }
    /// Where an approval stands.
    ApprovalInstanceState {
        Unspecified = "APPROVAL_INSTANCE_STATE_UNSPECIFIED",
        Init = "APPROVAL_INSTANCE_STATE_INIT",
        SendingNotifications = "APPROVAL_INSTANCE_STATE_SENDING_NOTIFICATIONS",
        Waiting = "APPROVAL_INSTANCE_STATE_WAITING",
        Done = "APPROVAL_INSTANCE_STATE_DONE",
    }
    /// Where a provisioning stands.
    ProvisionInstanceState {
        Unspecified = "PROVISION_INSTANCE_STATE_UNSPECIFIED",
        Init = "PROVISION_INSTANCE_STATE_INIT",
        CreateConnectorActionsForTarget = "PROVISION_INSTANCE_STATE_CREATE_CONNECTOR_ACTIONS_FOR_TARGET",
        SendingNotifications = "PROVISION_INSTANCE_STATE_SENDING_NOTIFICATIONS",
        Waiting = "PROVISION_INSTANCE_STATE_WAITING",
        Webhook = "PROVISION_INSTANCE_STATE_WEBHOOK",
        WebhookWaiting = "PROVISION_INSTANCE_STATE_WEBHOOK_WAITING",
        ExternalTicket = "PROVISION_INSTANCE_STATE_EXTERNAL_TICKET",
        ExternalTicketWaiting = "PROVISION_INSTANCE_STATE_EXTERNAL_TICKET_WAITING",
        AccountLifecycleActions = "PROVISION_INSTANCE_STATE_ACCOUNT_LIFECYCLE_ACTIONS",
        AccountLifecycleActionsWaiting = "PROVISION_INSTANCE_STATE_ACCOUNT_LIFECYCLE_ACTIONS_WAITING",
        DevicePlacement = "PROVISION_INSTANCE_STATE_DEVICE_PLACEMENT",
        Done = "PROVISION_INSTANCE_STATE_DONE",
    }
    /// Where a wait stands.
    WaitInstanceState {
        Unspecified = "WAIT_INSTANCE_STATE_UNSPECIFIED",
        Waiting = "WAIT_INSTANCE_STATE_WAITING",
        Completed = "WAIT_INSTANCE_STATE_COMPLETED",
        TimedOut = "WAIT_INSTANCE_STATE_TIMED_OUT",
    }
    /// Where a form stands.
    FormInstanceState {
        Unspecified = "FORM_INSTANCE_STATE_UNSPECIFIED",
        Waiting = "FORM_INSTANCE_STATE_WAITING",
        Done = "FORM_INSTANCE_STATE_DONE",
    }
}

message! {
    /// One step of one task.
    PolicyStepInstance = c1.api.policy.v1.PolicyStepInstance {
        id: String,
        policy_generation_id: String,
        state: PolicyStepState;
        oneof instance {
            accept: Accept,
            action: Json,
            approval: ApprovalInstance,
            form: FormInstance,
            provision: ProvisionInstance,
            reject: Reject,
            wait: WaitInstance,
        }
    }
    /// An approval that was put to somebody.
    ApprovalInstance = c1.api.policy.v1.ApprovalInstance {
        approval: Option<Approval>,
        assigned_at: Option<Time>,
        escalation_instance: Option<EscalationInstance>,
        state: ApprovalInstanceState;
        oneof outcome {
            approved: ApprovedAction,
            denied: DeniedAction,
            reassigned: ReassignedAction,
            reassigned_by_error: ReassignedByErrorAction,
            restarted: RestartAction,
            skipped: SkippedAction,
        }
    }
    /// An escalation that waits, or has come.
    EscalationInstance = c1.api.policy.v1.EscalationInstance {
        already_escalated: bool,
        escalation_comment: String,
        expires_at: Option<Time>;
        oneof escalation_policy {
            cancel_ticket: Empty,
            reassign_to_approvers: ReassignToApprovers,
            replace_policy: ReplacePolicy,
            skip_step: Empty,
        }
    }
    /// Somebody said yes.
    ApprovedAction = c1.api.policy.v1.ApprovedAction {
        approved_at: Option<Time>,
        entitlements: Vec<AppEntitlementReference>,
        step_up_transaction_id: String,
        user_id: String,
    }
    /// Somebody said no.
    DeniedAction = c1.api.policy.v1.DeniedAction { denied_at: Option<Time>, user_id: String }
    /// Somebody handed it on.
    ReassignedAction = c1.api.policy.v1.ReassignedAction {
        new_policy_step_id: String,
        reassigned_at: Option<Time>,
        user_id: String,
    }
    /// It was handed on because of an error.
    ReassignedByErrorAction = c1.api.policy.v1.ReassignedByErrorAction {
        description: String,
        error_code: String,
        error_user_id: String,
        errored_at: Option<Time>,
        new_policy_step_id: String,
        reassigned_at: Option<Time>,
    }
    /// Somebody began anew.
    RestartAction = c1.api.policy.v1.RestartAction {
        old_policy_step_id: String,
        restarted_at: Option<Time>,
        user_id: String,
    }
    /// Somebody passed it over.
    SkippedAction = c1.api.policy.v1.SkippedAction {
        new_policy_step_id: String,
        skipped_at: Option<Time>,
        user_id: String,
    }
    /// A provisioning that runs, or is over.
    ProvisionInstance = c1.api.policy.v1.ProvisionInstance {
        baton_action_invocation_id: String,
        external_ticket_id: String,
        external_ticket_provisioner_config_id: String,
        notification_id: String,
        provision: Option<Provision>,
        state: ProvisionInstanceState,
        waiting_on: Option<Json>,
        webhook_id: String,
        webhook_instance_id: String;
        oneof outcome {
            cancelled: CancelledAction,
            completed: CompletedAction,
            errored: ErroredAction,
            reassigned_by_error: ReassignedByErrorAction,
            skipped: SkippedAction,
        }
    }
    /// Nobody will do it.
    CancelledAction = c1.api.policy.v1.CancelledAction {
        cancelled_at: Option<Time>,
        cancelled_by_user_id: String,
    }
    /// It was done.
    CompletedAction = c1.api.policy.v1.CompletedAction {
        completed_at: Option<Time>,
        entitlements: Vec<AppEntitlementReference>,
        user_id: String,
    }
    /// It could not be done.
    ErroredAction = c1.api.policy.v1.ErroredAction {
        description: String,
        error_code: String,
        errored_at: Option<Time>,
    }
    /// A wait that runs, or is over.
    WaitInstance = c1.api.policy.v1.WaitInstance {
        comment_on_first_wait: String,
        comment_on_timeout: String,
        name: String,
        started_waiting_at: Option<Time>,
        state: WaitInstanceState,
        timeout: Option<Time>,
        timeout_duration: Option<Lasting>;
        oneof until { condition: WaitConditionInstance, until_time: WaitUntilTimeInstance };
        oneof outcome { skipped: SkippedAction, succeeded: WaitSucceeded, timed_out: WaitTimedOut }
    }
    /// What has to become true.
    WaitConditionInstance = c1.api.policy.v1.WaitConditionInstance { condition: String }
    /// Until when.
    WaitUntilTimeInstance = c1.api.policy.v1.WaitUntilTimeInstance {
        duration_if_exists: Option<Lasting>,
        until_time: Option<Time>,
    }
    /// It became so.
    WaitSucceeded = c1.api.policy.v1.WaitInstance.ConditionSucceeded { succeeded_at: Option<Time> }
    /// It took too long.
    WaitTimedOut = c1.api.policy.v1.WaitInstance.ConditionTimedOut { timed_out_at: Option<Time> }
    /// A form that is to be filled in, or was.
    FormInstance = c1.api.policy.v1.FormInstance {
        data: Option<Json>,
        form: Option<Form>,
        state: FormInstanceState;
        oneof outcome {
            completed: FormCompletedAction,
            reassigned: ReassignedAction,
            restarted: RestartAction,
            skipped: SkippedAction,
        }
    }
    /// It was filled in.
    FormCompletedAction = c1.api.policy.v1.FormCompletedAction { completed_at: Option<Time>, user_id: String }
}

/// A step, running or over.
pub fn step(step: &model::StepInstance, is_current: bool) -> PolicyStepInstance {
    let state = if is_current { PolicyStepState::Active } else { PolicyStepState::Done };
    let mut shown = PolicyStepInstance {
        id: id::text(step.id),
        policy_generation_id: id::text(step.generation),
        state,
        ..PolicyStepInstance::default()
    };
    match &step.body {
        StepBody::Approval(instance) => shown.approval = Some(approval(instance)),
        StepBody::Provision(instance) => shown.provision = Some(provision(instance)),
        StepBody::Accept(message) => shown.accept = Some(Accept { accept_message: message.clone() }),
        StepBody::Reject(message) => shown.reject = Some(Reject { reject_message: message.clone() }),
        StepBody::Wait(instance) => shown.wait = Some(wait(instance)),
        StepBody::Form(instance) => shown.form = Some(form(instance)),
    }
    shown
}

/// Who did it; the system user when nobody did.
fn by(done: &model::Done) -> String {
    id::text(done.by.unwrap_or_else(system_user))
}

fn reassigned(done: &model::Done, to: Id<model::StepInstance>) -> ReassignedAction {
    ReassignedAction { new_policy_step_id: id::text(to), reassigned_at: Some(done.at.into()), user_id: by(done) }
}

fn restarted(done: &model::Done, from: Id<model::StepInstance>) -> RestartAction {
    RestartAction { old_policy_step_id: id::text(from), restarted_at: Some(done.at.into()), user_id: by(done) }
}

fn skipped(done: &model::Done, to: Option<Id<model::StepInstance>>) -> SkippedAction {
    let new_policy_step_id = to.map(id::text).unwrap_or_default();
    SkippedAction { new_policy_step_id, skipped_at: Some(done.at.into()), user_id: by(done) }
}

/// An approval that was put to somebody.
pub fn approval(instance: &model::ApprovalInstance) -> ApprovalInstance {
    let mut shown = ApprovalInstance {
        approval: Some(policies::approval(&instance.approval, Some(&instance.assigned))),
        assigned_at: Some(instance.assigned_at.into()),
        escalation_instance: escalation(instance),
        state: match instance.state {
            model::ApprovalState::Init => ApprovalInstanceState::Init,
            model::ApprovalState::SendingNotifications => ApprovalInstanceState::SendingNotifications,
            model::ApprovalState::Waiting => ApprovalInstanceState::Waiting,
            model::ApprovalState::Done => ApprovalInstanceState::Done,
        },
        ..ApprovalInstance::default()
    };
    match &instance.outcome {
        Some(ApprovalOutcome::Approved { done, entitlements, step_up }) => {
            shown.approved = Some(ApprovedAction {
                approved_at: Some(done.at.into()),
                entitlements: entitlements.iter().map(|it| policies::reference(*it)).collect(),
                step_up_transaction_id: step_up.map(id::text).unwrap_or_default(),
                user_id: by(done),
            });
        }
        Some(ApprovalOutcome::Denied(done)) => {
            shown.denied = Some(DeniedAction { denied_at: Some(done.at.into()), user_id: by(done) });
        }
        Some(ApprovalOutcome::Reassigned { done, to }) => shown.reassigned = Some(reassigned(done, *to)),
        Some(ApprovalOutcome::Restarted { done, from }) => shown.restarted = Some(restarted(done, *from)),
        Some(ApprovalOutcome::Skipped { done, to }) => shown.skipped = Some(skipped(done, *to)),
        Some(ApprovalOutcome::ReassignedByError { at, code, description, to }) => {
            shown.reassigned_by_error = Some(by_error(*at, code, description, *to));
        }
        Some(ApprovalOutcome::Closed) | None => {}
    }
    shown
}

fn by_error(
    at: crate::kernel::Timestamp,
    code: &str,
    description: &str,
    to: Id<model::StepInstance>,
) -> ReassignedByErrorAction {
    ReassignedByErrorAction {
        description: description.to_owned(),
        error_code: code.to_owned(),
        error_user_id: id::text(system_user()),
        errored_at: Some(at.into()),
        new_policy_step_id: id::text(to),
        reassigned_at: Some(at.into()),
    }
}

fn escalation(instance: &model::ApprovalInstance) -> Option<EscalationInstance> {
    let (waiting, defined) = (instance.escalation?, instance.approval.escalation.as_ref()?);
    let mut shown = EscalationInstance {
        already_escalated: waiting.already,
        escalation_comment: defined.comment.clone(),
        expires_at: Some(waiting.expires_at.into()),
        ..EscalationInstance::default()
    };
    match &defined.action {
        EscalationAction::CancelTicket => shown.cancel_ticket = Some(Empty {}),
        EscalationAction::SkipStep => shown.skip_step = Some(Empty {}),
        EscalationAction::ReassignToApprovers(approvers) => {
            let approver_ids = approvers.iter().map(|approver| id::text(*approver)).collect();
            shown.reassign_to_approvers = Some(ReassignToApprovers { approver_ids });
        }
        EscalationAction::ReplacePolicy(policy) => {
            shown.replace_policy = Some(ReplacePolicy { policy_id: id::text(*policy) });
        }
    }
    Some(shown)
}

fn provision(instance: &model::ProvisionInstance) -> ProvisionInstance {
    let (webhook_id, config) = match &instance.provision.policy {
        model::ProvisionPolicy::Webhook(webhook) => (id::text(*webhook), String::new()),
        model::ProvisionPolicy::ExternalTicket { config, .. } => (String::new(), config.clone()),
        _ => (String::new(), String::new()),
    };
    let mut shown = ProvisionInstance {
        external_ticket_id: instance.ticket.clone().unwrap_or_default(),
        external_ticket_provisioner_config_id: config,
        provision: Some(policies::provision(&instance.provision, !instance.assigned.is_empty())),
        state: provision_state(instance.state),
        webhook_id,
        webhook_instance_id: instance.webhook_call.map(id::text).unwrap_or_default(),
        ..ProvisionInstance::default()
    };
    match &instance.outcome {
        Some(ProvisionOutcome::Completed { done, entitlements }) => {
            shown.completed = Some(CompletedAction {
                completed_at: Some(done.at.into()),
                entitlements: entitlements.iter().map(|it| policies::reference(*it)).collect(),
                user_id: by(done),
            });
        }
        Some(ProvisionOutcome::Cancelled(done)) => {
            shown.cancelled =
                Some(CancelledAction { cancelled_at: Some(done.at.into()), cancelled_by_user_id: by(done) });
        }
        Some(ProvisionOutcome::Errored { at, code, description }) => {
            let (error_code, description) = (code.clone(), description.clone());
            shown.errored = Some(ErroredAction { description, error_code, errored_at: Some((*at).into()) });
        }
        Some(ProvisionOutcome::ReassignedByError { at, code, description, to }) => {
            shown.reassigned_by_error = Some(by_error(*at, code, description, *to));
        }
        Some(ProvisionOutcome::Skipped { done, to }) => shown.skipped = Some(skipped(done, *to)),
        Some(ProvisionOutcome::Reassigned) | None => {}
    }
    shown
}

fn provision_state(state: model::ProvisionState) -> ProvisionInstanceState {
    use model::ProvisionState as State;
    match state {
        State::Init => ProvisionInstanceState::Init,
        State::CreateConnectorActionsForTarget => ProvisionInstanceState::CreateConnectorActionsForTarget,
        State::SendingNotifications => ProvisionInstanceState::SendingNotifications,
        State::Waiting => ProvisionInstanceState::Waiting,
        State::Webhook => ProvisionInstanceState::Webhook,
        State::WebhookWaiting => ProvisionInstanceState::WebhookWaiting,
        State::ExternalTicket => ProvisionInstanceState::ExternalTicket,
        State::ExternalTicketWaiting => ProvisionInstanceState::ExternalTicketWaiting,
        State::AccountLifecycleActions => ProvisionInstanceState::AccountLifecycleActions,
        State::AccountLifecycleActionsWaiting => ProvisionInstanceState::AccountLifecycleActionsWaiting,
        State::DevicePlacement => ProvisionInstanceState::DevicePlacement,
        State::Done => ProvisionInstanceState::Done,
    }
}

fn wait(instance: &model::WaitInstance) -> WaitInstance {
    let mut shown = WaitInstance {
        comment_on_first_wait: instance.comment_on_first_wait.clone(),
        comment_on_timeout: instance.comment_on_timeout.clone(),
        name: instance.name.clone(),
        started_waiting_at: Some(instance.started.into()),
        state: match instance.state {
            model::WaitState::Waiting => WaitInstanceState::Waiting,
            model::WaitState::Completed => WaitInstanceState::Completed,
            model::WaitState::TimedOut => WaitInstanceState::TimedOut,
        },
        timeout: instance.timeout.map(Into::into),
        timeout_duration: instance.timeout_after.map(Into::into),
        ..WaitInstance::default()
    };
    match &instance.until {
        WaitFor::Condition(condition) => {
            shown.condition = Some(WaitConditionInstance { condition: condition.clone() });
        }
        WaitFor::Instant { at, after } => {
            shown.until_time = Some(WaitUntilTimeInstance {
                duration_if_exists: after.map(Into::into),
                until_time: Some((*at).into()),
            });
        }
    }
    match &instance.outcome {
        Some(WaitOutcome::Succeeded(at)) => {
            shown.succeeded = Some(WaitSucceeded { succeeded_at: Some((*at).into()) });
        }
        Some(WaitOutcome::TimedOut(at)) => {
            shown.timed_out = Some(WaitTimedOut { timed_out_at: Some((*at).into()) });
        }
        Some(WaitOutcome::Skipped { done, to }) => shown.skipped = Some(skipped(done, *to)),
        None => {}
    }
    shown
}

fn form(instance: &model::FormInstance) -> FormInstance {
    let mut shown = FormInstance {
        data: Some(Json(instance.data.clone().into())),
        form: Some(Form::of(&instance.form)),
        state: match instance.state {
            model::FormState::Waiting => FormInstanceState::Waiting,
            model::FormState::Done => FormInstanceState::Done,
        },
        ..FormInstance::default()
    };
    match &instance.outcome {
        Some(FormOutcome::Completed(done)) => {
            shown.completed = Some(FormCompletedAction { completed_at: Some(done.at.into()), user_id: by(done) });
        }
        Some(FormOutcome::Reassigned { done, to }) => shown.reassigned = Some(reassigned(done, *to)),
        Some(FormOutcome::Restarted { done, from }) => shown.restarted = Some(restarted(done, *from)),
        Some(FormOutcome::Skipped { done, to }) => shown.skipped = Some(skipped(done, *to)),
        None => {}
    }
    shown
}

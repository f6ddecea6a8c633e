//! The audit trail of a task as its messages show it (contract, 8.13).

use super::{
    AuditActionSubmitted, AuditAdmins, AuditApprovalChange, AuditCancelled, AuditCancelledResult, AuditCertifyOutcome,
    AuditComment, AuditConnectorResult, AuditDelegate, AuditDuration, AuditError, AuditErrorMessage, AuditErrorResult,
    AuditEscalated, AuditEventType, AuditForm, AuditGrantOutcome, AuditMessage, AuditMetadata, AuditOldStep,
    AuditPendingResult, AuditPolicyChanged, AuditReassigned, AuditRevokeOutcome, AuditRule, AuditSkipped, AuditSource,
    AuditStateChange, AuditStep, AuditStepUp, AuditSuccessResult, AuditTicket, AuditTicketEnd, AuditTicketStart,
    AuditWaitSuccess, AuditWaitTimedOut, AuditWaitUntil, AuditWaiting, AuditWebhook, AuditWebhookError,
    SubmittedAction, TaskAuditView, instances,
};
use crate::company::Person;
use crate::kernel::Id;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::model::{Audit, Called, ConnectorResult, Event, StepInstance, system_user};
use crate::vendors::conductorone::wire::{Empty, id};

impl View<'_> {
    /// An entry of an audit trail.
    pub fn audit(&self, audit: &Audit) -> TaskAuditView {
        let event_type = if audit.event.is_error() { AuditEventType::Error } else { AuditEventType::Neutral };
        let mut shown = TaskAuditView {
            created: Some(audit.at.into()),
            current_state: audit.state.into(),
            event_type,
            id: id::text(audit.id),
            metadata: Some(AuditMetadata { user: audit.by.and_then(|by| self.user_document(by)) }),
            source: AuditSource::C1,
            ticket_id: id::text(audit.task),
            user_id: id::text(audit.by.unwrap_or_else(system_user)),
            ..TaskAuditView::default()
        };
        self.event(audit, &mut shown);
        shown
    }

    fn event(&self, audit: &Audit, shown: &mut TaskAuditView) {
        match &audit.event {
            Event::TaskCreated => shown.task_created = Some(Empty {}),
            Event::RuleTried { policy, condition, matched, default, key, outcome, depth, error } => {
                shown.conditional_policy_execution_result = Some(AuditRule {
                    chain_depth: i32::try_from(*depth).unwrap_or(i32::MAX),
                    condition: condition.clone(),
                    condition_matched: *matched,
                    default_condition: *default,
                    error: error.clone(),
                    outcome_policy_id: outcome.map(id::text).unwrap_or_default(),
                    policy_id: id::text(*policy),
                    policy_key: key.clone(),
                });
            }
            Event::ApprovalChanged(instance) => {
                shown.approval_instance_change =
                    Some(AuditApprovalChange { instance: Some(instances::approval(instance)) });
            }
            Event::ActionSubmitted { action, what, step, by } => {
                let action = SubmittedAction {
                    action_type: (*what).into(),
                    created_at: Some(audit.at.into()),
                    id: id::text(*action),
                    policy_step_id: step.map(id::text).unwrap_or_default(),
                    updated_at: Some(audit.at.into()),
                    user_id: by.map(id::text).unwrap_or_default(),
                    ..SubmittedAction::default()
                };
                shown.action_submitted = Some(AuditActionSubmitted { action: Some(action) });
            }
            Event::Comment(comment) => {
                shown.comment = Some(AuditComment {
                    comment: comment.clone(),
                    updated_at: Some(audit.at.into()),
                    updated_by: id::text(audit.by.unwrap_or_else(system_user)),
                });
            }
            Event::ApprovalReassigned { from, to, users } => {
                shown.approval_reassigned = Some(self.reassigned(*from, *to, users));
            }
            Event::ProvisionReassigned { from, to, users } => {
                shown.provision_reassigned = Some(self.reassigned(*from, *to, users));
            }
            Event::ReassignedToDelegate { from, to } => {
                shown.reassigned_to_delegate = Some(AuditDelegate {
                    delegated_assignee_user: self.user_document(*to),
                    delegated_assignee_user_id: id::text(*to),
                    original_assignee_user: self.user_document(*from),
                    original_assignee_user_id: id::text(*from),
                });
            }
            Event::FallbackToAdmin(admins) => {
                shown.reassignment_fallback_to_admin = Some(AuditAdmins {
                    admin_user_ids: admins.iter().map(|admin| id::text(*admin)).collect(),
                    admin_users: admins.iter().filter_map(|admin| self.user_document(*admin)).collect(),
                });
            }
            Event::AutoAccepted => shown.approval_auto_accepted_by_policy = Some(Empty {}),
            Event::AutoRejected => shown.approval_auto_rejected_by_policy = Some(Empty {}),
            Event::ExpressionError(error) => {
                shown.expression_policy_step_error = Some(AuditError { error: error.clone() });
            }
            Event::FormChanged { valid } => shown.form_instance_change = Some(AuditForm { is_valid: *valid }),
            Event::DurationUpdated(duration) => {
                shown.grant_duration_updated = Some(AuditDuration { duration: duration.map(Into::into) });
            }
            Event::Restarted(step) => {
                shown.task_restarted = Some(AuditOldStep { old_policy_step_id: id::text(*step) });
            }
            Event::HardReset(step) => {
                let old_policy_step_id = step.map(id::text).unwrap_or_default();
                shown.hard_reset = Some(AuditOldStep { old_policy_step_id });
            }
            Event::Escalated { policy, step } => {
                shown.task_escalated = Some(AuditEscalated {
                    old_policy_id: id::text(*policy),
                    old_policy_step_id: step.map(id::text).unwrap_or_default(),
                });
            }
            Event::PolicyChanged { from, to } => {
                let (new_policy_id, old_policy_id) = (id::text(*to), id::text(*from));
                shown.policy_changed = Some(AuditPolicyChanged { new_policy_id, old_policy_id });
            }
            Event::StepSkipped(by) => {
                let skipped_by = id::text(by.unwrap_or_else(system_user));
                shown.step_skipped = Some(AuditSkipped { skipped_by });
            }
            Event::StepUpApproval(transaction) => {
                let step_up_transaction_id = id::text(*transaction);
                shown.step_up_approval = Some(AuditStepUp { step_up_transaction_id });
            }
            Event::SlaEscalation(message) => {
                shown.sla_escalation = Some(AuditMessage { message: message.clone() });
            }
            Event::GrantOutcome(outcome) => {
                shown.grant_outcome = Some(AuditGrantOutcome { outcome: (*outcome).into() });
            }
            Event::RevokeOutcome(outcome) => {
                shown.revoke_outcome = Some(AuditRevokeOutcome { outcome: (*outcome).into() });
            }
            Event::CertifyOutcome(outcome) => {
                shown.certify_outcome = Some(AuditCertifyOutcome { outcome: (*outcome).into() });
            }
            Event::StateChanged(before) => {
                shown.state_change = Some(AuditStateChange { previous_state: (*before).into() });
            }
            waiting @ (Event::WaitWaiting { .. }
            | Event::WaitUntil { .. }
            | Event::WaitSucceeded { .. }
            | Event::WaitTimedOut { .. }) => wait(waiting, shown),
            machine => provisioning(machine, shown),
        }
    }

    fn reassigned(&self, from: Id<StepInstance>, to: Id<StepInstance>, users: &[Id<Person>]) -> AuditReassigned {
        AuditReassigned {
            new_policy_step_id: id::text(to),
            new_users: users.iter().map(|user| id::text(*user)).collect(),
            old_policy_step_id: id::text(from),
            users: users.iter().filter_map(|user| self.user_document(*user)).collect(),
        }
    }
}

fn wait(event: &Event, shown: &mut TaskAuditView) {
    match event {
        Event::WaitWaiting { step, condition } => {
            let (condition, step_id) = (condition.clone(), id::text(*step));
            shown.wait_step_waiting = Some(AuditWaiting { condition, step_id });
        }
        Event::WaitUntil { step, at } => {
            let (step_id, until_time) = (id::text(*step), Some((*at).into()));
            shown.wait_step_until_time = Some(AuditWaitUntil { step_id, until_time });
        }
        Event::WaitSucceeded { step, condition, at } => {
            let (condition, step_id, succeeded_at) = (condition.clone(), id::text(*step), Some((*at).into()));
            shown.wait_step_success = Some(AuditWaitSuccess { condition, step_id, succeeded_at });
        }
        Event::WaitTimedOut { step, condition, at } => {
            let (condition, step_id, timed_out_at) = (condition.clone(), id::text(*step), Some((*at).into()));
            shown.wait_step_timed_out = Some(AuditWaitTimedOut { condition, step_id, timed_out_at });
        }
        _ => {}
    }
}

fn provisioning(event: &Event, shown: &mut TaskAuditView) {
    match event {
        Event::ConnectorStarted(step) => {
            shown.connector_actions_start = Some(AuditStep { policy_step_id: id::text(*step) });
        }
        Event::ConnectorEnded(step) => {
            shown.connector_actions_end = Some(AuditStep { policy_step_id: id::text(*step) });
        }
        Event::ConnectorResult { entitlement, result } => {
            let mut answer = AuditConnectorResult {
                app_entitlement_id: id::text(entitlement.id),
                app_id: id::text(entitlement.app),
                ..AuditConnectorResult::default()
            };
            match result {
                ConnectorResult::Success => answer.success = Some(AuditSuccessResult::default()),
                ConnectorResult::Pending => answer.pending = Some(AuditPendingResult::default()),
                ConnectorResult::Cancelled => answer.cancelled = Some(AuditCancelledResult::default()),
                ConnectorResult::Error(reason) => {
                    answer.error = Some(AuditErrorResult { error_count: 1, error_reason: reason.clone() });
                }
            }
            shown.action_result = Some(answer);
        }
        Event::ProvisionError(error) => shown.provision_error = Some(AuditError { error: error.clone() }),
        Event::ProvisionCancelled(reason) => {
            shown.provision_cancelled = Some(AuditCancelled { cancel_reason: reason.clone() });
        }
        Event::TicketTriggered { app, connector, config } => {
            shown.external_ticket_triggered = Some(AuditTicketStart {
                app_id: app.clone(),
                connector_id: connector.clone(),
                external_ticket_provisioner_config_id: config.clone(),
                ..AuditTicketStart::default()
            });
        }
        Event::TicketCreated { app, connector, config, ticket } => {
            shown.external_ticket_created = Some(AuditTicket {
                app_id: app.clone(),
                connector_id: connector.clone(),
                external_ticket_id: ticket.clone(),
                external_ticket_provisioner_config_id: config.clone(),
                ..AuditTicket::default()
            });
        }
        Event::TicketResolved { app, connector, config, ticket } => {
            shown.external_ticket_provision_step_resolved = Some(AuditTicketEnd {
                app_id: app.clone(),
                connector_id: connector.clone(),
                external_ticket_id: ticket.clone(),
                external_ticket_provisioner_config_id: config.clone(),
                ..AuditTicketEnd::default()
            });
        }
        Event::TicketError(error) => {
            shown.external_ticket_error = Some(AuditErrorMessage { error_message: error.clone() });
        }
        Event::ApprovalWebhookTriggered(called) => shown.webhook_approval_triggered = Some(webhook(called)),
        Event::ApprovalWebhookAttempt(called) => shown.webhook_approval_attempt = Some(webhook(called)),
        Event::ApprovalWebhookSuccess(called) => shown.webhook_approval_success = Some(webhook(called)),
        Event::ApprovalWebhookBadResponse(called, error) => {
            shown.webhook_approval_bad_response = Some(webhook_error(called, error));
        }
        Event::ApprovalWebhookFatal(called, error) => {
            shown.webhook_approval_fatal_error = Some(webhook_error(called, error));
        }
        Event::WebhookTriggered(called) => shown.webhook_triggered = Some(webhook(called)),
        Event::WebhookAttempt(called) => shown.webhook_attempt = Some(webhook(called)),
        Event::WebhookSuccess(called) => shown.webhook_success = Some(webhook(called)),
        _ => {}
    }
}

fn webhook(called: &Called) -> AuditWebhook {
    AuditWebhook {
        webhook_id: id::text(called.webhook),
        webhook_instance_id: id::text(called.call),
        webhook_name: called.name.clone(),
        webhook_url: called.url.clone(),
    }
}

fn webhook_error(called: &Called, error: &str) -> AuditWebhookError {
    AuditWebhookError {
        error: error.to_owned(),
        webhook_id: id::text(called.webhook),
        webhook_instance_id: id::text(called.call),
        webhook_name: called.name.clone(),
        webhook_url: called.url.clone(),
    }
}

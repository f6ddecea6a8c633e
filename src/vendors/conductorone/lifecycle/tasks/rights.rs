//! Who sees a task, and what they could do to it now (contract, 4.5, 7.2, 8.7, 8.8).

use crate::company::{Company, Person};
use crate::kernel::Id;
use crate::vendors::conductorone::lifecycle::Actor;
use crate::vendors::conductorone::model::{
    ActionType, Domain, EntitlementRef, ProvisionPolicy, RoleName, StepBody, StepInstance, Task, TaskKind,
};

/// Whether somebody may ask for somebody (contract, 7.2).
pub fn may_request_for(company: &Company, by: &Actor, target: Option<Id<Person>>) -> bool {
    let is_self = target == Some(by.person);
    let manages =
        target.and_then(|id| company.people().get(&id)).is_some_and(|person| person.manager == Some(by.person));
    is_self || manages || by.has_any(&[RoleName::AccessRequestHelpdesk, RoleName::AccessRequestAdmin])
}

/// Whether somebody may see a task: who takes part, and who reads everything.
pub fn is_visible(task: &Task, by: &Actor) -> bool {
    let reads = [RoleName::AccessRequestAdmin, RoleName::ReadOnlySuperAdmin];
    let reviews = matches!(task.kind, TaskKind::Certify(_)) && by.has_any(&[RoleName::CampaignAdmin]);
    by.has_any(&reads) || reviews || task.participants().any(|person| person == by.person)
}

/// What somebody who sees a task could do to it now, in the vendor's order.
pub fn actions(domain: &Domain, task: &Task, by: &Actor) -> Vec<ActionType> {
    let mut actions = vec![ActionType::Comment];
    let admin = by.is_super_admin();
    if !task.is_open() {
        if admin {
            actions.extend([ActionType::Restart, ActionType::Delete]);
        }
        return tidy(actions);
    }
    if let Some(step) = task.current() {
        on_step(domain, task, step, by, &mut actions);
    }
    let party = task.created_by == Some(by.person) || task.subject == Some(by.person);
    if party {
        actions.push(ActionType::SendReminder);
    }
    if task.created_by == Some(by.person) {
        actions.push(ActionType::Close);
    }
    if (party || admin) && may_escalate(domain, task) {
        actions.push(ActionType::EscalateToEmergencyAccess);
    }
    if admin {
        actions.extend([ActionType::Close, ActionType::Delete]);
        if task.run.is_some() {
            actions.extend([ActionType::Restart, ActionType::HardReset, ActionType::ProcessNow]);
            if !matches!(task.kind, TaskKind::Grant(_)) {
                actions.push(ActionType::ChangePolicy);
            }
        }
        if task.current().is_some() {
            actions.push(ActionType::SkipStep);
        }
    }
    tidy(actions)
}

fn on_step(domain: &Domain, task: &Task, step: &StepInstance, by: &Actor, actions: &mut Vec<ActionType>) {
    let assigned = step.assigned().contains(&by.person);
    let admin = by.is_super_admin();
    match &step.body {
        StepBody::Approval(instance) => {
            let approval = &instance.approval;
            if assigned {
                let approve = approval.step_up_provider.map_or(ActionType::Approve, |_| ActionType::ApproveWithStepUp);
                actions.extend([approve, ActionType::Deny]);
            }
            if admin || (assigned && approval.allow_reassignment) {
                actions.push(ActionType::Reassign);
            }
            if (admin || assigned) && matches!(task.kind, TaskKind::Grant(_)) {
                actions.push(ActionType::UpdateGrantDuration);
            }
        }
        StepBody::Provision(instance) => {
            let manual = is_manual(&instance.provision.policy);
            if assigned && manual {
                let ends =
                    [ActionType::ProvisionComplete, ActionType::ProvisionCancelled, ActionType::ProvisionErrored];
                actions.extend(ends);
            }
            if manual && (admin || (assigned && allows_reassignment(&instance.provision.policy))) {
                actions.push(ActionType::Reassign);
            }
            if instance.is_errored() && (admin || owns(domain, task.entitlement(), by.person)) {
                actions.push(ActionType::RetryProvisioning);
            }
        }
        StepBody::Form(_) => {
            if assigned || task.created_by == Some(by.person) || task.subject == Some(by.person) {
                actions.push(ActionType::UpdateRequestData);
            }
            if admin {
                actions.push(ActionType::Reassign);
            }
        }
        StepBody::Wait(_) | StepBody::Accept(_) | StepBody::Reject(_) => {}
    }
}

/// Whether people give or take it.
pub fn is_manual(policy: &ProvisionPolicy) -> bool {
    matches!(policy, ProvisionPolicy::Manual(_) | ProvisionPolicy::Unconfigured)
}

fn allows_reassignment(policy: &ProvisionPolicy) -> bool {
    match policy {
        ProvisionPolicy::Manual(manual) => manual.assignee.as_ref().is_some_and(|assignee| assignee.allow_reassignment),
        _ => false,
    }
}

/// Whether it could become an emergency (contract, 8.7: escalate).
fn may_escalate(domain: &Domain, task: &Task) -> bool {
    let TaskKind::Grant(grant) = &task.kind else { return false };
    let entitlement = domain.entitlement(grant.entitlement);
    !task.emergency && entitlement.is_some_and(|entitlement| entitlement.emergency_enabled)
}

/// Whether somebody answers for the application of an entitlement.
fn owns(domain: &Domain, entitlement: Option<EntitlementRef>, person: Id<Person>) -> bool {
    let app = entitlement.and_then(|entitlement| domain.app(entitlement.app));
    app.is_some_and(|app| app.owners.contains(&person))
}

fn tidy(mut actions: Vec<ActionType>) -> Vec<ActionType> {
    actions.sort_unstable();
    actions.dedup();
    actions
}

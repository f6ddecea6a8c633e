//! Which tasks a search shows, and in which order (contract, 10.6). Filters of different fields are ANDed, values
//! inside one list ORed, an empty filter does not filter.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::company::{Account, App, Company, Person};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::dto::tasks::{
    AccountStatus, AccountType, CertifyOutcome, EmergencyStatus, GrantOutcome, PendingActionFilter, RevokeOutcome,
    SearchCurrentStep, SearchSortBy, StepApprovalType, TaskSearchRequest, TaskState,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::model::{
    self, AccessReview, AppUserType, ApprovalOutcome, Approvers, Domain, EntitlementRef, Resource, ResourceType,
    StepBody, StepInstance, Task, TaskKind,
};
use crate::vendors::conductorone::wire::{Asked, id};

/// A place in the order of a search: a text, a number from either end, and the task's own number.
pub type Place = (String, Reverse<u64>, u64);

/// What a search asks for, read.
pub struct TaskFilter {
    message: TaskSearchRequest,
    refs: BTreeSet<Id<Task>>,
    exclude: BTreeSet<Id<Task>>,
    apps: BTreeSet<Id<App>>,
    not_apps: BTreeSet<Id<App>>,
    entitlements: BTreeSet<Id<crate::company::Entitlement>>,
    not_entitlements: BTreeSet<Id<crate::company::Entitlement>>,
    resources: BTreeSet<Id<Resource>>,
    resource_types: BTreeSet<Id<ResourceType>>,
    not_resource_types: BTreeSet<Id<ResourceType>>,
    subjects: BTreeSet<Id<Person>>,
    accounts: BTreeSet<Id<Account>>,
    owners: BTreeSet<Id<Person>>,
    openers: BTreeSet<Id<Person>>,
    assignees: BTreeSet<Id<Person>>,
    my_work: BTreeSet<Id<Person>>,
    acted: BTreeSet<Id<Person>>,
    reviews: BTreeSet<Id<AccessReview>>,
    opener_or_subject: Option<Id<Person>>,
    assigned_or_approver: Option<Id<Person>>,
    actor: Option<Id<Person>>,
}

impl TaskFilter {
    /// Reads a search.
    ///
    /// # Errors
    /// 400 for what is no id.
    pub fn read(asked: &Asked, message: TaskSearchRequest) -> Result<Self, ApiError> {
        fn ids<T: ?Sized>(asked: &Asked, field: &str, texts: &[String]) -> Result<BTreeSet<Id<T>>, ApiError> {
            Ok(asked.ids(field, texts)?.into_iter().collect())
        }
        let refs: Vec<String> = message.refs.iter().map(|task| task.id.clone()).collect();
        Ok(Self {
            refs: ids(asked, "refs", &refs)?,
            exclude: ids(asked, "excludeIds", &message.exclude_ids)?,
            apps: ids(asked, "applicationIds", &message.application_ids)?,
            not_apps: ids(asked, "excludeApplicationIds", &message.exclude_application_ids)?,
            entitlements: ids(asked, "appEntitlementIds", &message.app_entitlement_ids)?,
            not_entitlements: ids(asked, "excludeAppEntitlementIds", &message.exclude_app_entitlement_ids)?,
            resources: ids(asked, "appResourceIds", &message.app_resource_ids)?,
            resource_types: ids(asked, "appResourceTypeIds", &message.app_resource_type_ids)?,
            not_resource_types: ids(asked, "excludeAppResourceTypeIds", &message.exclude_app_resource_type_ids)?,
            subjects: ids(asked, "subjectIds", &message.subject_ids)?,
            accounts: ids(asked, "appUserSubjectIds", &message.app_user_subject_ids)?,
            owners: ids(asked, "accountOwnerIds", &message.account_owner_ids)?,
            openers: ids(asked, "openerIds", &message.opener_ids)?,
            assignees: ids(asked, "assigneesInIds", &message.assignees_in_ids)?,
            my_work: ids(asked, "myWorkUserIds", &message.my_work_user_ids)?,
            acted: ids(asked, "previouslyActedOnIds", &message.previously_acted_on_ids)?,
            reviews: ids(asked, "accessReviewIds", &message.access_review_ids)?,
            opener_or_subject: asked.optional_id("openerOrSubjectUserId", &message.opener_or_subject_user_id)?,
            assigned_or_approver: asked
                .optional_id("assignedOrStepApproverUserId", &message.assigned_or_step_approver_user_id)?,
            actor: asked.optional_id("actorId", &message.actor_id)?,
            message,
        })
    }

    /// Whether a task is meant.
    pub fn matches(&self, domain: &Domain, company: &Company, now: Timestamp, task: &Task) -> bool {
        self.by_task(task, now)
            && self.by_outcome(task)
            && self.by_target(domain, task)
            && self.by_account(domain, company, task)
            && self.by_people(task)
            && self.by_step(task)
    }

    fn by_task(&self, task: &Task, now: Timestamp) -> bool {
        let wanted = &self.message;
        let text = wanted.query.to_lowercase();
        let says = |field: &str| field.to_lowercase().contains(&text);
        let finds =
            text.is_empty() || says(&task.display_name) || says(&task.description) || task.number.to_string() == text;
        let states: &[TaskState] = &wanted.task_states;
        let kind_is = |kind: &crate::vendors::conductorone::dto::tasks::TaskType| match &task.kind {
            TaskKind::Grant(_) => kind.grant.is_some(),
            TaskKind::Revoke(_) => kind.revoke.is_some(),
            TaskKind::Certify(_) => kind.certify.is_some(),
            TaskKind::Offboarding => kind.offboarding.is_some(),
            TaskKind::Action(_) => kind.action.is_some(),
        };
        let emergency = match wanted.emergency_status {
            EmergencyStatus::Unspecified | EmergencyStatus::All => true,
            EmergencyStatus::Emergency => task.emergency,
            EmergencyStatus::NonEmergency => !task.emergency,
        };
        finds
            && one_of(&self.refs, &task.id)
            && !self.exclude.contains(&task.id)
            && (states.is_empty() || states.contains(&task.state.into()))
            && (wanted.task_types.is_empty() || wanted.task_types.iter().any(kind_is))
            && emergency
            && wanted.created_after.is_none_or(|after| task.created >= after.0)
            && wanted.created_before.is_none_or(|before| task.created < before.0)
            && wanted.older_than_duration.is_none_or(|age| now - task.created >= age.0)
    }

    fn by_outcome(&self, task: &Task) -> bool {
        let wanted = &self.message;
        let (grants, revokes, certifies) = (&wanted.grant_outcomes, &wanted.revoke_outcomes, &wanted.certify_outcomes);
        let asked = !(grants.is_empty() && revokes.is_empty() && certifies.is_empty());
        let is_one = match task.kind {
            TaskKind::Grant(_) => grants.contains(&GrantOutcome::from(task.outcome)),
            TaskKind::Revoke(_) => revokes.contains(&RevokeOutcome::from(task.outcome)),
            TaskKind::Certify(_) => certifies.contains(&CertifyOutcome::from(task.outcome)),
            TaskKind::Offboarding | TaskKind::Action(_) => false,
        };
        (!asked || is_one)
            && wanted.outcome_after.is_none_or(|after| task.outcome_at.is_some_and(|at| at >= after.0))
            && wanted.outcome_before.is_none_or(|before| task.outcome_at.is_some_and(|at| at < before.0))
    }

    fn by_target(&self, domain: &Domain, task: &Task) -> bool {
        let at = task.entitlement();
        let row = at.and_then(|at| domain.entitlements.get(&at));
        let review = match &task.kind {
            TaskKind::Certify(certify) => Some(certify.review),
            _ => None,
        };
        let kind = row.and_then(|row| row.resource_type);
        one_of_some(&self.apps, at.map(|at| at.app))
            && one_of_some(&self.entitlements, at.map(|at| at.id))
            && one_of_some(&self.resources, row.and_then(|row| row.resource))
            && one_of_some(&self.resource_types, kind)
            && one_of_some(&self.reviews, review)
            && at.is_none_or(|EntitlementRef { app, id }| {
                !self.not_apps.contains(&app) && !self.not_entitlements.contains(&id)
            })
            && kind.is_none_or(|kind| !self.not_resource_types.contains(&kind))
    }

    fn by_account(&self, domain: &Domain, company: &Company, task: &Task) -> bool {
        let wanted = &self.message;
        let account = task.account().and_then(|account| company.accounts().get(&account));
        let status = account.map(|account| match account.status {
            crate::company::AccountStatus::Active => AccountStatus::Enabled,
            crate::company::AccountStatus::Disabled | crate::company::AccountStatus::Locked => AccountStatus::Disabled,
            crate::company::AccountStatus::Closed => AccountStatus::Deleted,
        });
        let kind = account.map(|account| match domain.kind_of(company, account) {
            AppUserType::ServiceAccount => AccountType::ServiceAccount,
            AppUserType::SystemAccount => AccountType::SystemAccount,
            AppUserType::User => AccountType::User,
        });
        let employment = task.subject.and_then(|person| company.people().get(&person));
        let employment = employment.map(|person| format!("{:?}", person.status).to_lowercase());
        let statuses = &wanted.user_employment_statuses;
        one_of_some(&self.accounts, task.account())
            && one_of_some(&self.owners, account.and_then(|account| account.person))
            && (wanted.account_statuses.is_empty() || status.is_some_and(|it| wanted.account_statuses.contains(&it)))
            && (wanted.account_types.is_empty() || kind.is_some_and(|it| wanted.account_types.contains(&it)))
            && (statuses.is_empty()
                || employment.is_some_and(|it| statuses.iter().any(|status| status.to_lowercase() == it)))
    }

    fn by_people(&self, task: &Task) -> bool {
        let assigned = task.current().map(StepInstance::assigned).unwrap_or_default();
        let any_assigned = |wanted: &BTreeSet<Id<Person>>| assigned.iter().any(|person| wanted.contains(person));
        let after = self.message.include_acted_after.map(|after| after.0);
        let acted = |person: &Id<Person>| has_acted(task, *person, after);
        let is_actor = |person: Id<Person>| acted(&person) || task.created_by == Some(person);
        one_of_some(&self.subjects, task.subject)
            && one_of_some(&self.openers, task.created_by)
            && (self.assignees.is_empty() || any_assigned(&self.assignees))
            && (self.my_work.is_empty()
                || any_assigned(&self.my_work)
                || (after.is_some() && self.my_work.iter().any(acted)))
            && (self.acted.is_empty() || self.acted.iter().any(acted))
            && self.actor.is_none_or(is_actor)
            && self
                .opener_or_subject
                .is_none_or(|person| task.created_by == Some(person) || task.subject == Some(person))
            && self.assigned_or_approver.is_none_or(|person| {
                assigned.contains(&person) || (!task.is_open() && task.approvers.contains(&person))
            })
    }

    fn by_step(&self, task: &Task) -> bool {
        let wanted = &self.message;
        let approval = task.current().and_then(StepInstance::approval);
        let step = match wanted.current_step {
            SearchCurrentStep::Unspecified => true,
            SearchCurrentStep::Approval => approval.is_some(),
            SearchCurrentStep::Provision => {
                task.current().is_some_and(|step| matches!(step.body, StepBody::Provision(_)))
            }
        };
        let types = &wanted.step_approval_types;
        let pending = match wanted.pending_action_filter {
            PendingActionFilter::Unspecified => true,
            // Decisions on reviews take effect at once here; none are pending.
            PendingActionFilter::WithPending => false,
            PendingActionFilter::WithoutPending => true,
        };
        step && pending
            && (types.is_empty() || approval.is_some_and(|it| types.contains(&approval_type(&it.approval.approvers))))
            && (!wanted.require_approval_reason || approval.is_some_and(|it| it.approval.require_approval_reason))
            && (!wanted.require_denial_reason || approval.is_some_and(|it| it.approval.require_denial_reason))
    }

    /// Where a task stands in the order asked for; the newest first unless something else is.
    pub fn place(&self, domain: &Domain, company: &Company, task: &Task) -> Place {
        let at = task.entitlement();
        let row = at.and_then(|at| domain.entitlements.get(&at));
        let name = |person: Option<Id<Person>>| {
            person.and_then(|id| company.people().get(&id)).map(|person| person.name()).unwrap_or_default()
        };
        let account = task.account().and_then(|account| company.accounts().get(&account));
        match self.message.sort_by {
            SearchSortBy::TicketId | SearchSortBy::CreatedAt => (String::new(), Reverse(0), task.number),
            SearchSortBy::Unspecified | SearchSortBy::ReverseTicketId | SearchSortBy::ReverseCreatedAt => {
                (String::new(), Reverse(task.number), 0)
            }
            SearchSortBy::Account => {
                let account = account.map(|account| account.user_name.to_string()).unwrap_or_default();
                (account, Reverse(0), task.number)
            }
            SearchSortBy::AccountOwner => (name(task.subject), Reverse(0), task.number),
            SearchSortBy::Resource => {
                let resource = row.and_then(|row| domain.resources.get(&row.resource?));
                (resource.map(|it| it.display_name.clone()).unwrap_or_default(), Reverse(0), task.number)
            }
            SearchSortBy::ResourceAndEntitlement => {
                let resource = row.and_then(|row| row.resource).map(id::text).unwrap_or_default();
                let entitlement = at.map(|at| id::text(at.id)).unwrap_or_default();
                (format!("{resource}{entitlement}"), Reverse(0), task.number)
            }
        }
    }
}

fn one_of<T: Ord>(wanted: &BTreeSet<T>, value: &T) -> bool {
    wanted.is_empty() || wanted.contains(value)
}

fn one_of_some<T: Ord>(wanted: &BTreeSet<T>, value: Option<T>) -> bool {
    wanted.is_empty() || value.is_some_and(|value| wanted.contains(&value))
}

/// Whether somebody has decided, handed on or passed over a step, after that hour if there is one.
fn has_acted(task: &Task, person: Id<Person>, after: Option<Timestamp>) -> bool {
    let steps = task.run.iter().flat_map(|run| &run.history);
    let mut done = steps.filter_map(|step| match &step.approval()?.outcome {
        Some(
            ApprovalOutcome::Approved { done, .. }
            | ApprovalOutcome::Denied(done)
            | ApprovalOutcome::Reassigned { done, .. }
            | ApprovalOutcome::Skipped { done, .. },
        ) => Some(*done),
        _ => None,
    });
    done.any(|done: model::Done| done.by == Some(person) && after.is_none_or(|after| done.at >= after))
}

fn approval_type(approvers: &Approvers) -> StepApprovalType {
    match approvers {
        Approvers::Users(_) => StepApprovalType::Users,
        Approvers::Manager => StepApprovalType::Manager,
        Approvers::AppOwners => StepApprovalType::AppOwners,
        Approvers::Group(_) => StepApprovalType::Group,
        Approvers::AccountOwner => StepApprovalType::Myself,
        Approvers::EntitlementOwners => StepApprovalType::EntitlementOwners,
        Approvers::ResourceOwners => StepApprovalType::ResourceOwners,
        Approvers::Expression(_) => StepApprovalType::Expression,
        Approvers::Webhook(_) => StepApprovalType::Webhook,
        Approvers::Agent(_) => StepApprovalType::Agent,
    }
}

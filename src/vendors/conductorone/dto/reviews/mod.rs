//! Access reviews and their templates.

mod campaigns;
mod scope;
mod templates;
mod words;

pub use campaigns::*;
pub use scope::*;
pub use templates::*;
pub use words::*;

use std::collections::BTreeSet;

use super::app_users::AppUserType;
use super::apps::AppEntitlementRef;
use super::settings::Says;
use super::users::UserStatus;
use super::{Object, View, field_id};
use crate::company::{AccountStatus, App, PersonStatus};
use crate::kernel::Id;
use crate::vendors::conductorone::expand::Expander;
use crate::vendors::conductorone::lifecycle::{Refusal, reviews};
use crate::vendors::conductorone::model::{
    self, EntitlementRef, Every, Recurrence, ReviewFilter, ReviewSettings, TaskKey, TemplateSettings,
};
use crate::vendors::conductorone::wire::{Message, Time, from_document, id, to_value};

/// What is said besides what somebody here acts on.
fn rest<M: Message>(document: &serde_json::Value) -> M {
    from_document(document.clone()).unwrap_or_default()
}

fn ids<T, C: FromIterator<Id<T>>>(field: &'static str, texts: &[String]) -> Result<C, Refusal> {
    texts.iter().map(|text| id::read(text).map_err(|_| Refusal::NotAnId(field))).collect()
}

fn entitlements<C: FromIterator<EntitlementRef>>(sent: &[AppEntitlementRef]) -> Result<C, Refusal> {
    let read = |sent: &AppEntitlementRef| {
        let app = id::read(&sent.app_id).map_err(|_| Refusal::NotAnId("AppId"))?;
        Ok(EntitlementRef { app, id: id::read(&sent.id).map_err(|_| Refusal::NotAnId("Id"))? })
    };
    sent.iter().map(read).collect()
}

fn kinds(words: &[AppUserType]) -> impl Iterator<Item = model::AppUserType> {
    words.iter().filter_map(|word| match word {
        AppUserType::Unspecified => None,
        AppUserType::User => Some(model::AppUserType::User),
        AppUserType::ServiceAccount => Some(model::AppUserType::ServiceAccount),
        AppUserType::SystemAccount => Some(model::AppUserType::SystemAccount),
    })
}

fn account_statuses(words: &[ReviewAppUserStatus]) -> impl Iterator<Item = AccountStatus> {
    words
        .iter()
        .flat_map(|word| match word {
            ReviewAppUserStatus::Unspecified => &[][..],
            ReviewAppUserStatus::Enabled => &[AccountStatus::Active],
            ReviewAppUserStatus::Disabled => &[AccountStatus::Disabled, AccountStatus::Locked],
            ReviewAppUserStatus::Deleted => &[AccountStatus::Closed],
        })
        .copied()
}

fn user_statuses(words: impl IntoIterator<Item = UserStatus>) -> Vec<PersonStatus> {
    let of = |word| match word {
        UserStatus::Unknown => &[][..],
        UserStatus::Enabled => &[PersonStatus::Active, PersonStatus::Leave],
        UserStatus::Disabled => &[PersonStatus::Prehire],
        UserStatus::Deleted => &[PersonStatus::Left],
    };
    words.into_iter().flat_map(|word| of(word).to_vec()).collect()
}

/// Which grants are reviewed, as both ways of saying it have it: the newer scope, and the inclusions of older clients.
/// What nothing here can tell — access conflicts, attributes, scoped roles — lets everything through.
fn filter(
    scope: Option<&AccessReviewScopeV2>,
    inclusion: Option<&AccessReviewInclusionScope>,
) -> Result<ReviewFilter, Refusal> {
    let mut filter = ReviewFilter::default();
    if let Some(scope) = scope {
        if let Some(selected) = &scope.selected_users {
            filter.users = ids("UserIds", &selected.user_ids)?;
        }
        if let Some(criteria) = &scope.user_criteria {
            filter.managers = ids("ManagerUserIds", &criteria.manager_user_ids)?;
            filter.holders = entitlements(&criteria.group_app_entitlements_ref)?;
            filter.user_statuses = user_statuses(criteria.user_status.iter().copied());
        }
        filter.user_condition = scope.cel_expression.as_ref().map(|cel| cel.expression.clone());
        if let Some(criteria) = &scope.account_criteria {
            filter.account_kinds = kinds(&criteria.account_types).collect();
            filter.account_statuses = account_statuses(&criteria.app_user_statuses).collect();
            filter.nobodys = criteria.no_account_owner;
        }
        if let Some(criteria) = &scope.grants_by_criteria {
            filter.ends = match criteria.type_filter {
                GrantFilterType::Unspecified => None,
                GrantFilterType::Permanent => Some(false),
                GrantFilterType::Temporary => Some(true),
            };
            filter.older_than = criteria.days_since_added.map(|age| age.0);
            filter.unused_for = criteria.days_since_last_used.map(|age| age.0);
            let between = criteria.grants_added_between.as_ref();
            filter.from = between.and_then(|between| between.start_date).map(|at| at.0);
            filter.until = between.and_then(|between| between.end_date).map(|at| at.0);
        }
    }
    if let Some(inclusion) = inclusion {
        filter.users.extend(ids::<_, Vec<_>>("UserIds", &inclusion.user_ids)?);
        filter.managers.extend(ids::<_, Vec<_>>("ManagerIds", &inclusion.manager_ids)?);
        filter.account_kinds.extend(kinds(&inclusion.app_user_types));
        filter.account_statuses.extend(account_statuses(&inclusion.app_user_statuses));
        filter.nobodys |= inclusion.no_account_owners;
        let words = inclusion.user_statuses.iter().map(|word| match word {
            ReviewUserStatus::Unknown => UserStatus::Unknown,
            ReviewUserStatus::Enabled => UserStatus::Enabled,
            ReviewUserStatus::Disabled => UserStatus::Disabled,
            ReviewUserStatus::Deleted => UserStatus::Deleted,
        });
        filter.user_statuses.extend(user_statuses(words));
    }
    Ok(filter)
}

impl TryFrom<&RecurrenceRule> for Recurrence {
    type Error = Refusal;
    fn try_from(rule: &RecurrenceRule) -> Result<Self, Refusal> {
        let interval = u32::try_from(rule.interval.max(1)).unwrap_or(1);
        let every = match rule.frequency {
            Frequency::Unspecified | Frequency::None => {
                return Err(Refusal::Missing("RecurrenceRule.Frequency", "value must be specified"));
            }
            Frequency::Daily => Every::Days(interval),
            Frequency::Weekly => Every::Days(interval.saturating_mul(7)),
            Frequency::Monthly => Every::Months(interval),
            Frequency::Yearly => Every::Months(interval.saturating_mul(12)),
        };
        let start = rule.start_date.ok_or(Refusal::Missing("RecurrenceRule.StartDate", "value is required"))?;
        let times = rule.occurrences.and_then(|times| u32::try_from(times).ok());
        Ok(Self { every, start: start.0, end: rule.end_date.map(|end| end.0), times })
    }
}

impl From<ReportFormat> for model::ReportFormat {
    fn from(word: ReportFormat) -> Self {
        match word {
            ReportFormat::Unspecified => Self::Unspecified,
            ReportFormat::Xlsx => Self::Xlsx,
            ReportFormat::Json => Self::Json,
            ReportFormat::Csv => Self::Csv,
        }
    }
}

impl From<model::ReportFormat> for ReportFormat {
    fn from(format: model::ReportFormat) -> Self {
        match format {
            model::ReportFormat::Unspecified => Self::Unspecified,
            model::ReportFormat::Xlsx => Self::Xlsx,
            model::ReportFormat::Json => Self::Json,
            model::ReportFormat::Csv => Self::Csv,
        }
    }
}

impl From<CloseDecision> for model::CloseDecision {
    fn from(word: CloseDecision) -> Self {
        match word {
            CloseDecision::Unspecified => Self::Unspecified,
            CloseDecision::Revoked => Self::Revoked,
            CloseDecision::Skip => Self::Skip,
            CloseDecision::NoAction => Self::NoAction,
        }
    }
}

impl From<model::CloseDecision> for CloseDecision {
    fn from(decision: model::CloseDecision) -> Self {
        match decision {
            model::CloseDecision::Unspecified => Self::Unspecified,
            model::CloseDecision::Revoked => Self::Revoked,
            model::CloseDecision::Skip => Self::Skip,
            model::CloseDecision::NoAction => Self::NoAction,
        }
    }
}

impl From<model::ReviewState> for ReviewState {
    fn from(state: model::ReviewState) -> Self {
        match state {
            model::ReviewState::Draft => Self::Draft,
            model::ReviewState::Pending => Self::Pending,
            model::ReviewState::Preparing => Self::Preparing,
            model::ReviewState::Review => Self::Review,
            model::ReviewState::Starting => Self::Starting,
            model::ReviewState::Open => Self::Open,
            model::ReviewState::Closed => Self::Closed,
            model::ReviewState::Deleting => Self::Deleting,
            model::ReviewState::Deleted => Self::Deleted,
        }
    }
}

impl ReviewState {
    /// The state that a client may lead a review to; `None` when it names none.
    pub fn wanted(self) -> Option<model::ReviewState> {
        Some(match self {
            Self::Unspecified
            | Self::ResettingPolicies
            | Self::CopyingSetupEntitlements
            | Self::CopyingResourceTypeSelections => return None,
            Self::Draft => model::ReviewState::Draft,
            Self::Pending => model::ReviewState::Pending,
            Self::Preparing => model::ReviewState::Preparing,
            Self::Review => model::ReviewState::Review,
            Self::Starting => model::ReviewState::Starting,
            Self::Open => model::ReviewState::Open,
            Self::Closed => model::ReviewState::Closed,
            Self::Deleting => model::ReviewState::Deleting,
            Self::Deleted => model::ReviewState::Deleted,
        })
    }
}

/// What older clients say a review is about: one application, or entitlements of several.
fn set_up(review: &AccessReview) -> Result<(BTreeSet<Id<App>>, BTreeSet<EntitlementRef>), Refusal> {
    let apps = review.single_app.iter().filter(|setup| !setup.app_id.is_empty()).map(|setup| setup.app_id.clone());
    let apps = ids("SingleApp.AppId", &apps.collect::<Vec<_>>())?;
    let mut entitlements = BTreeSet::new();
    for of_app in review.multi_app.iter().flat_map(|setup| setup.app_entitlements.values()) {
        let app = id::read(&of_app.app_id).map_err(|_| Refusal::NotAnId("MultiApp.AppId"))?;
        let named: Vec<_> = ids("MultiApp.EntitlementIds", &of_app.entitlement_ids)?;
        entitlements.extend(named.into_iter().map(|id| EntitlementRef { app, id }));
    }
    Ok((apps, entitlements))
}

impl Says<ReviewSettings> for AccessReview {
    fn of(settings: &ReviewSettings) -> Self {
        Self {
            display_name: settings.display_name.clone(),
            policy_id: settings.policy.map(id::text).unwrap_or_default(),
            use_policy_override: settings.uses_policy_override,
            auto_start_campaign: settings.starts_by_itself,
            scheduled_start_date: settings.starts.map(Time),
            auto_close_campaign: settings.closes_by_itself,
            completion_date: settings.completion.map(Time),
            auto_close_decision: settings.close_decision.into(),
            auto_generate_report: settings.reports_by_itself,
            auto_resolve: settings.resolves_by_itself,
            ..rest(&settings.document)
        }
    }
    fn said(self) -> Result<ReviewSettings, Refusal> {
        let document = to_value(&Self {
            id: String::new(),
            state: ReviewState::Unspecified,
            created_at: None,
            updated_at: None,
            started_at: None,
            closed_at: None,
            created_by_id: String::new(),
            expected_ticket_count: 0,
            scoping_version: 0,
            ..self.clone()
        });
        let (apps, entitlements) = set_up(&self)?;
        Ok(ReviewSettings {
            apps,
            entitlements,
            all_access: self.scope_v2.as_ref().is_some_and(|scope| scope.app_access.is_some()),
            policy: field_id("PolicyId", &self.policy_id)?,
            uses_policy_override: self.use_policy_override,
            starts_by_itself: self.auto_start_campaign,
            starts: self.scheduled_start_date.map(|date| date.0),
            closes_by_itself: self.auto_close_campaign,
            completion: self.completion_date.map(|date| date.0),
            close_decision: self.auto_close_decision.into(),
            reports_by_itself: self.auto_generate_report,
            resolves_by_itself: self.auto_resolve,
            filter: filter(self.scope_v2.as_ref(), self.inclusion_scope.as_ref())?,
            document: document.unwrap_or_default(),
            display_name: self.display_name,
        })
    }
}

impl Says<TemplateSettings> for AccessReviewTemplate {
    fn of(settings: &TemplateSettings) -> Self {
        rest(&settings.document)
    }
    fn said(self) -> Result<TemplateSettings, Refusal> {
        let document = to_value(&Self {
            id: String::new(),
            created_at: None,
            updated_at: None,
            deleted_at: None,
            next_scheduled_campaign_at: None,
            occurrences: 0,
            ..self.clone()
        });
        // What is said about every review that is made from it.
        let review = AccessReview {
            accuracy_issue_action: self.accuracy_issue_action,
            auto_close_campaign: self.auto_close_campaign,
            auto_close_decision: self.auto_close_decision,
            auto_generate_report: self.auto_generate_report,
            auto_start_campaign: self.auto_start_campaign,
            column_config: self.column_config.clone(),
            default_view: self.default_view,
            description: self.description.clone(),
            display_name: self.display_name.clone(),
            exempt_certified_access_conflicts: self.exempt_certified_access_conflicts,
            inclusion_scope: self.inclusion_scope.clone(),
            notification_config: self.notification_config.clone(),
            policy_id: self.policy_id.clone(),
            review_instructions: self.review_instructions.clone(),
            reviewer_attribute_config: self.reviewer_attribute_config.clone(),
            scope_type: self.scope_type,
            scope_v2: self.scope.clone(),
            signature_config: self.signature_config.clone(),
            use_policy_override: self.use_policy_override,
            ..AccessReview::default()
        };
        let rule = self.recurrence_rule.as_ref().filter(|_| self.is_campaign_schedule_enabled);
        let lasting = self.access_review_duration.map(|lasting| lasting.0);
        Ok(TemplateSettings {
            review: review.said()?,
            lasting,
            recurrence: rule.map(Recurrence::try_from).transpose()?,
            document: document.unwrap_or_default(),
        })
    }
}

impl AccessReviewServiceCreateRequest {
    /// What is said about the new review.
    ///
    /// # Errors
    /// When an id is not written like one.
    pub fn said(self) -> Result<ReviewSettings, Refusal> {
        let review = AccessReview {
            display_name: self.display_name,
            description: self.description,
            policy_id: self.policy_id,
            completion_date: self.completion_date,
            notification_config: self.notification_config,
            scope_type: self.scope_type,
            scope_v2: self.scope_v2,
            ..AccessReview::default()
        };
        review.said()
    }
}

impl AccessReviewTemplateServiceCreateRequest {
    /// What is said about the new template.
    ///
    /// # Errors
    /// When an id is not written like one, or the rule of recurrence says nothing.
    pub fn said(self) -> Result<TemplateSettings, Refusal> {
        let template = AccessReviewTemplate {
            access_review_duration: self.access_review_duration,
            accuracy_issue_action: self.accuracy_issue_action,
            annotations: self.annotations,
            auto_close_campaign: self.auto_close_campaign,
            auto_close_decision: self.auto_close_decision,
            auto_generate_report: self.auto_generate_report,
            auto_start_campaign: self.auto_start_campaign,
            column_config: self.column_config,
            default_view: self.default_view,
            description: self.description,
            display_name: self.display_name,
            exempt_certified_access_conflicts: self.exempt_certified_access_conflicts,
            is_campaign_schedule_enabled: self.is_campaign_schedule_enabled,
            notification_config: self.notification_config,
            policy_id: self.policy_id,
            recurrence_rule: self.recurrence_rule,
            review_instructions: self.review_instructions,
            reviewer_attribute_config: self.reviewer_attribute_config,
            scope: self.scope,
            scope_type: self.scope_type,
            signature_config: self.signature_config,
            use_policy_override: self.use_policy_override,
            ..AccessReviewTemplate::default()
        };
        template.said()
    }
}

impl View<'_> {
    /// A review. How many tasks it has is counted, or would have had if it had been started when it last changed.
    pub fn access_review(self, review: &model::AccessReview) -> AccessReview {
        let tasks = if review.started.is_some() {
            self.domain.tasks.ids_with(TaskKey::Review(review.id)).count()
        } else {
            reviews::in_scope(self.domain, self.company, review.updated, review).len()
        };
        AccessReview {
            id: id::text(review.id),
            state: review.state.into(),
            access_review_template_id: review.template.map(id::text).unwrap_or_default(),
            created_by_id: id::text(review.created_by),
            expected_ticket_count: i32::try_from(tasks).unwrap_or(i32::MAX),
            scoping_version: review.scoping_version,
            created_at: Some(review.created.into()),
            updated_at: Some(review.updated.into()),
            started_at: review.started.map(Time),
            closed_at: review.closed.map(Time),
            ..AccessReview::of(&review.settings)
        }
    }

    /// A review, with what it points at.
    pub fn access_review_view(
        self,
        review: &model::AccessReview,
        expand: &mut Expander<'_, Object>,
    ) -> AccessReviewView {
        AccessReviewView {
            access_review: Some(self.access_review(review)),
            created_by_user_path: expand.one("created_by_id", Some(Object::User(review.created_by))),
            policy_path: expand.one("policy_id", review.settings.policy.map(Object::Policy)),
        }
    }

    /// A template.
    pub fn review_template(self, template: &model::ReviewTemplate) -> AccessReviewTemplate {
        let next = template.settings.recurrence.as_ref().and_then(|rule| rule.at(template.occurrences));
        AccessReviewTemplate {
            id: id::text(template.id),
            occurrences: i32::try_from(template.occurrences).unwrap_or(i32::MAX),
            next_scheduled_campaign_at: next.filter(|_| template.deleted.is_none()).map(Time),
            created_at: Some(template.created.into()),
            updated_at: Some(template.updated.into()),
            deleted_at: template.deleted.map(Time),
            ..AccessReviewTemplate::of(&template.settings)
        }
    }

    /// The ids of the resource that an entitlement is about, and of its type.
    fn about(self, at: EntitlementRef) -> (String, String) {
        let row = self.domain.entitlements.get(&at);
        let resource = row.and_then(|row| row.resource).map(id::text).unwrap_or_default();
        (resource, row.and_then(|row| row.resource_type).map(id::text).unwrap_or_default())
    }

    /// An entitlement that a review covers.
    pub fn review_entitlement(
        self,
        review: &model::AccessReview,
        scoped: &model::ScopedEntitlement,
        expand: &mut Expander<'_, Object>,
    ) -> AccessReviewSetupEntitlementView {
        let (app_resource_id, app_resource_type_id) = self.about(scoped.at);
        AccessReviewSetupEntitlementView {
            access_review_entitlement: Some(AccessReviewSetupEntitlement {
                access_review_id: id::text(review.id),
                app_id: id::text(scoped.at.app),
                app_entitlement_id: id::text(scoped.at.id),
                app_resource_id,
                app_resource_type_id,
                policy_id: review.settings.policy.map(id::text).unwrap_or_default(),
                created_at: Some(scoped.since.into()),
                updated_at: Some(scoped.since.into()),
                ..AccessReviewSetupEntitlement::default()
            }),
            app_path: expand.one("app_id", Some(Object::App(scoped.at.app))),
            entitlement_path: expand.one("app_entitlement_id", Some(Object::Entitlement(scoped.at))),
            policy_path: expand.one("policy_id", review.settings.policy.map(Object::Policy)),
        }
    }

    /// An entitlement that reviews made from a template cover.
    pub fn template_entitlement(
        self,
        template: &model::ReviewTemplate,
        scoped: &model::ScopedEntitlement,
        expand: &mut Expander<'_, Object>,
    ) -> AccessReviewTemplateSetupEntitlementView {
        let (app_resource_id, app_resource_type_id) = self.about(scoped.at);
        let policy = template.settings.review.policy;
        AccessReviewTemplateSetupEntitlementView {
            access_review_template_entitlement: Some(AccessReviewTemplateSetupEntitlement {
                access_review_template_id: id::text(template.id),
                app_id: id::text(scoped.at.app),
                app_entitlement_id: id::text(scoped.at.id),
                app_resource_id,
                app_resource_type_id,
                policy_id: policy.map(id::text).unwrap_or_default(),
                created_at: Some(scoped.since.into()),
                updated_at: Some(scoped.since.into()),
                ..AccessReviewTemplateSetupEntitlement::default()
            }),
            app_path: expand.one("app_id", Some(Object::App(scoped.at.app))),
            entitlement_path: expand.one("app_entitlement_id", Some(Object::Entitlement(scoped.at))),
            policy_path: expand.one("policy_id", policy.map(Object::Policy)),
        }
    }

    /// A report about a review. It is ready at once; there is no file behind it.
    pub fn review_report(self, review: &model::AccessReview, report: &model::ReviewReport) -> AccessReviewReport {
        AccessReviewReport {
            id: id::text(report.id),
            access_review_id: id::text(review.id),
            created_at: Some(report.created.into()),
            format: report.format.into(),
            state: ReportState::Ok,
            ..AccessReviewReport::default()
        }
    }
}

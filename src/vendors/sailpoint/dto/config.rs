//! How access is requested (contract, section 7.12): one configuration in several shapes. A field
//! that a family does not have is left out there, and what a client of that family sends for it is
//! not read.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::View;
use crate::kernel::Id;
use crate::vendors::sailpoint::families::Family;
use crate::vendors::sailpoint::lifecycle::Refusal;
use crate::vendors::sailpoint::model::{
    GovernanceGroup, MaxDuration, RequestConfig, Requestability, Scheme, SchemeKind, TimeUnit,
};

/// `AccessRequestConfig` in all its shapes, and `AccessRequestConfigV2`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestConfig {
    pub approvals_must_be_external: Option<bool>,
    /// Only in the classic shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_approval_enabled: Option<bool>,
    pub reauthorization_enabled: Option<bool>,
    pub request_on_behalf_of_config: Option<RequestOnBehalfOfConfig>,
    /// Only in the classic shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_reminder_and_escalation_config: Option<ApprovalReminderAndEscalationConfig>,
    pub entitlement_request_config: Option<EntitlementRequestConfig>,
    /// Only in v2026 and `/v2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gov_group_visibility_enabled: Option<bool>,
    /// Only in `/v2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_identity_access_request_enabled: Option<bool>,
}

/// `RequestOnBehalfOfConfig`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestOnBehalfOfConfig {
    pub allow_request_on_behalf_of_anyone_by_anyone: Option<bool>,
    pub allow_request_on_behalf_of_employee_by_manager: Option<bool>,
    /// Only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_request_on_behalf_of_for_machine_identity: Option<bool>,
    /// Only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_request_for_machine_by_owner: Option<bool>,
}

/// `ApprovalReminderAndEscalationConfig`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalReminderAndEscalationConfig {
    pub days_until_escalation: Option<i32>,
    pub days_between_reminders: Option<i32>,
    pub max_reminders: Option<i32>,
    pub fallback_approver_ref: Option<FallbackApproverRef>,
}

/// `IdentityReferenceWithNameAndEmail`; only the id is read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FallbackApproverRef {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub id: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
}

/// `EntitlementRequestConfig`: flat in v3 and beta, in two parts elsewhere.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementRequestConfig {
    /// Not in v3 and beta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_request_config: Option<EntitlementAccessRequestConfig>,
    /// Not in v3 and beta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_request_config: Option<EntitlementRevocationRequestConfig>,
    /// Only in v3 and beta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_entitlement_request: Option<bool>,
    /// Only in v3 and beta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_comments_required: Option<bool>,
    /// Only in v3 and beta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied_comments_required: Option<bool>,
    /// Only in v3 and beta: `entitlementOwner, sourceOwner, manager, workgroup:{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_request_approval_schemes: Option<String>,
}

/// `EntitlementAccessRequestConfig`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementAccessRequestConfig {
    pub approval_schemes: Option<Vec<EntitlementApprovalScheme>>,
    pub request_comment_required: Option<bool>,
    pub denial_comment_required: Option<bool>,
    pub reauthorization_required: Option<bool>,
    pub require_end_date: Option<bool>,
    pub max_permitted_access_duration: Option<PermittedDuration>,
}

/// `EntitlementRevocationRequestConfig`.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementRevocationRequestConfig {
    pub approval_schemes: Option<Vec<EntitlementApprovalScheme>>,
}

/// `EntitlementApprovalScheme`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntitlementApprovalScheme {
    /// `ENTITLEMENT_OWNER`, `SOURCE_OWNER`, `MANAGER`, `GOVERNANCE_GROUP` or `WORKFLOW`.
    pub approver_type: Option<String>,
    pub approver_id: Option<String>,
}

/// The longest time for which an entitlement may be asked.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PermittedDuration {
    pub value: i32,
    #[schema(value_type = String)]
    pub time_unit: TimeUnit,
}

/// Which of the optional fields a family has.
#[derive(Clone, Copy)]
struct Shape {
    is_classic: bool,
    is_flat: bool,
    has_groups: bool,
    has_machines: bool,
    has_machine_switch: bool,
    /// The most reminders that may be set.
    reminders_max: Option<i32>,
}

impl Shape {
    fn of(family: Family) -> Self {
        let is_flat = matches!(family, Family::V3 | Family::Beta);
        let is_classic = !matches!(family, Family::V2026 | Family::ServiceV2);
        Self {
            is_classic,
            is_flat,
            has_groups: !is_classic,
            has_machines: family.is_per_service(),
            has_machine_switch: family == Family::ServiceV2,
            reminders_max: (!is_flat).then_some(20),
        }
    }
}

impl View<'_> {
    /// The configuration in the shape of this family.
    pub fn request_config(&self) -> AccessRequestConfig {
        let (config, shape) = (self.org.config(), Shape::of(self.family));
        let rules = &config.entitlement_rules;
        let escalation = config.approvals.escalation;
        let fallback = config.approvals.fallback_approver.map(|person| FallbackApproverRef {
            kind: Some("IDENTITY".into()),
            id: Some(person.hex()),
            name: self.person_name(person),
            email: self.company.people().get(&person).map(|person| person.mail.clone()),
        });
        let reminders = ApprovalReminderAndEscalationConfig {
            days_until_escalation: escalation.days_until_escalation,
            days_between_reminders: escalation.days_between_reminders,
            max_reminders: escalation.max_reminders,
            fallback_approver_ref: fallback,
        };
        let entitlements = match shape.is_flat {
            true => EntitlementRequestConfig {
                allow_entitlement_request: Some(config.entitlement_requests_allowed),
                request_comments_required: Some(rules.comments_required),
                denied_comments_required: Some(rules.denial_comments_required),
                grant_request_approval_schemes: Some(flat(&rules.approvals)),
                ..EntitlementRequestConfig::default()
            },
            false => EntitlementRequestConfig {
                access_request_config: Some(EntitlementAccessRequestConfig::of(rules)),
                revocation_request_config: Some(EntitlementRevocationRequestConfig {
                    approval_schemes: Some(rules.revocation_approvals.iter().map(Into::into).collect()),
                }),
                ..EntitlementRequestConfig::default()
            },
        };
        AccessRequestConfig {
            approvals_must_be_external: Some(config.approvals_must_be_external),
            auto_approval_enabled: shape.is_classic.then_some(config.approvals.auto_approval_enabled),
            reauthorization_enabled: Some(config.reauthorization_enabled),
            request_on_behalf_of_config: Some(RequestOnBehalfOfConfig {
                allow_request_on_behalf_of_anyone_by_anyone: Some(config.anyone_by_anyone),
                allow_request_on_behalf_of_employee_by_manager: Some(config.employee_by_manager),
                allow_request_on_behalf_of_for_machine_identity: shape.has_machines.then_some(config.machine_by_anyone),
                allow_request_for_machine_by_owner: shape.has_machines.then_some(config.machine_by_owner),
            }),
            approval_reminder_and_escalation_config: shape.is_classic.then_some(reminders),
            entitlement_request_config: Some(entitlements),
            gov_group_visibility_enabled: shape.has_groups.then_some(config.gov_group_visibility_enabled),
            machine_identity_access_request_enabled: shape
                .has_machine_switch
                .then_some(config.machine_identity_enabled),
        }
    }
}

impl AccessRequestConfig {
    /// What it makes of the configuration: everything that the family's shape has, at its default
    /// where it was left out. The rest stays.
    ///
    /// # Errors
    /// Unknown words and numbers out of range.
    pub fn over(self, family: Family, mut config: RequestConfig) -> Result<RequestConfig, Refusal> {
        let shape = Shape::of(family);
        config.approvals_must_be_external = self.approvals_must_be_external.unwrap_or(false);
        config.reauthorization_enabled = self.reauthorization_enabled.unwrap_or(false);
        let behalf = self.request_on_behalf_of_config.unwrap_or_default();
        config.anyone_by_anyone = behalf.allow_request_on_behalf_of_anyone_by_anyone.unwrap_or(false);
        config.employee_by_manager = behalf.allow_request_on_behalf_of_employee_by_manager.unwrap_or(false);
        if shape.has_machines {
            config.machine_by_anyone = behalf.allow_request_on_behalf_of_for_machine_identity.unwrap_or(true);
            config.machine_by_owner = behalf.allow_request_for_machine_by_owner.unwrap_or(false);
        }
        if shape.has_machine_switch {
            config.machine_identity_enabled = self.machine_identity_access_request_enabled.unwrap_or(true);
        }
        if shape.has_groups {
            config.gov_group_visibility_enabled = self.gov_group_visibility_enabled.unwrap_or(false);
        }
        if shape.is_classic {
            config.approvals.auto_approval_enabled = self.auto_approval_enabled.unwrap_or(false);
            self.approval_reminder_and_escalation_config.unwrap_or_default().over(shape, &mut config)?;
        }
        self.entitlement_request_config.unwrap_or_default().over(shape, &mut config)?;
        Ok(config)
    }
}

impl ApprovalReminderAndEscalationConfig {
    fn over(self, shape: Shape, config: &mut RequestConfig) -> Result<(), Refusal> {
        if let (Some(max), Some(count)) = (shape.reminders_max, self.max_reminders)
            && count > max
        {
            return Err(Refusal::IllegalValue("maxReminders"));
        }
        let fallback = self.fallback_approver_ref.and_then(|reference| reference.id);
        let known = |id: String| Id::from_hex(&id).ok_or(Refusal::NoOwner(id));
        config.approvals.fallback_approver = fallback.map(known).transpose()?;
        let escalation = &mut config.approvals.escalation;
        escalation.days_until_escalation = self.days_until_escalation;
        escalation.days_between_reminders = self.days_between_reminders;
        escalation.max_reminders = self.max_reminders;
        Ok(())
    }
}

impl EntitlementRequestConfig {
    fn over(self, shape: Shape, config: &mut RequestConfig) -> Result<(), Refusal> {
        let rules = &mut config.entitlement_rules;
        if shape.is_flat {
            config.entitlement_requests_allowed = self.allow_entitlement_request.unwrap_or(false);
            rules.comments_required = self.request_comments_required.unwrap_or(false);
            rules.denial_comments_required = self.denied_comments_required.unwrap_or(false);
            rules.approvals = parse_flat(self.grant_request_approval_schemes.as_deref().unwrap_or("sourceOwner"))?;
            return Ok(());
        }
        let access = self.access_request_config.unwrap_or_default();
        rules.comments_required = access.request_comment_required.unwrap_or(false);
        rules.denial_comments_required = access.denial_comment_required.unwrap_or(false);
        rules.reauthorization_required = access.reauthorization_required.unwrap_or(false);
        rules.require_end_date = access.require_end_date.unwrap_or(false);
        let longest = access.max_permitted_access_duration;
        rules.max_permitted_access_duration =
            longest.map(|longest| MaxDuration { value: longest.value, time_unit: longest.time_unit });
        rules.approvals = schemes(access.approval_schemes)?;
        rules.revocation_approvals = schemes(self.revocation_request_config.unwrap_or_default().approval_schemes)?;
        Ok(())
    }
}

impl EntitlementAccessRequestConfig {
    fn of(rules: &Requestability) -> Self {
        let longest = rules.max_permitted_access_duration;
        Self {
            approval_schemes: Some(rules.approvals.iter().map(Into::into).collect()),
            request_comment_required: Some(rules.comments_required),
            denial_comment_required: Some(rules.denial_comments_required),
            reauthorization_required: Some(rules.reauthorization_required),
            require_end_date: Some(rules.require_end_date),
            max_permitted_access_duration: longest
                .map(|longest| PermittedDuration { value: longest.value, time_unit: longest.time_unit }),
        }
    }
}

/// The kinds of approver of an entitlement, with their words in both shapes.
const KINDS: [(SchemeKind, &str, &str); 5] = [
    (SchemeKind::Owner, "ENTITLEMENT_OWNER", "entitlementOwner"),
    (SchemeKind::SourceOwner, "SOURCE_OWNER", "sourceOwner"),
    (SchemeKind::Manager, "MANAGER", "manager"),
    (SchemeKind::GovernanceGroup, "GOVERNANCE_GROUP", "workgroup"),
    (SchemeKind::Workflow, "WORKFLOW", "workflow"),
];

impl From<&Scheme> for EntitlementApprovalScheme {
    fn from(scheme: &Scheme) -> Self {
        let word = KINDS.iter().find(|(kind, ..)| *kind == scheme.kind).map(|(_, word, _)| (*word).to_owned());
        Self { approver_type: word, approver_id: scheme.approver.map(|id| id.dashed()) }
    }
}

fn schemes(schemes: Option<Vec<EntitlementApprovalScheme>>) -> Result<Vec<Scheme>, Refusal> {
    let scheme = |scheme: EntitlementApprovalScheme| {
        let word = scheme.approver_type.unwrap_or_default();
        let kind = KINDS.iter().find(|(_, known, _)| *known == word).map(|(kind, ..)| *kind);
        let kind = kind.ok_or(Refusal::IllegalValue("approverType"))?;
        let approver = scheme.approver_id.filter(|id| !id.is_empty()).map(|id| group(&id)).transpose()?;
        Ok(Scheme { kind, approver: approver.map(|id| id.cast()) })
    };
    schemes.unwrap_or_default().into_iter().map(scheme).collect()
}

fn group(id: &str) -> Result<Id<GovernanceGroup>, Refusal> {
    Id::from_dashed(id).or_else(|| Id::from_hex(id)).ok_or_else(|| Refusal::NoGroup(id.to_owned()))
}

fn flat(schemes: &[Scheme]) -> String {
    let one = |scheme: &Scheme| {
        let word = KINDS.iter().find(|(kind, ..)| *kind == scheme.kind).map_or("sourceOwner", |(_, _, word)| word);
        match scheme.approver {
            Some(id) => format!("{word}:{}", id.dashed()),
            None => word.to_owned(),
        }
    };
    schemes.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn parse_flat(text: &str) -> Result<Vec<Scheme>, Refusal> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let scheme = |word: &str| {
        let (word, id) = word.split_once(':').map_or((word, None), |(word, id)| (word, Some(id)));
        let kind = KINDS.iter().find(|(.., known)| *known == word).map(|(kind, ..)| *kind);
        let kind = kind.ok_or(Refusal::IllegalValue("grantRequestApprovalSchemes"))?;
        Ok(Scheme { kind, approver: id.map(group).transpose()?.map(|id| id.cast()) })
    };
    words.map(scheme).collect()
}

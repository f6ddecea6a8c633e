//! How access is requested (contract, section 7.12): one configuration in several shapes. A field
//! that a family does not have is left out there, and what a client of that family sends for it is
//! not read.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::requestability::{OwnRequestConfig, OwnRequestConfigIn};
use super::{ReferenceIn, ReferenceWithMail, View};
use crate::kernel::Id;
use crate::vendors::sailpoint::families::Family;
use crate::vendors::sailpoint::lifecycle::Refusal;
use crate::vendors::sailpoint::model::{RequestConfig, Requestability, Scheme, SchemeKind};
use crate::vendors::sailpoint::reply::read_id;

/// `AccessRequestConfig` in all its shapes, and `AccessRequestConfigV2`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestConfig {
    pub approvals_must_be_external: bool,
    /// Only in the classic shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_approval_enabled: Option<bool>,
    pub reauthorization_enabled: bool,
    pub request_on_behalf_of_config: RequestOnBehalfOfConfig,
    /// Only in the classic shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_reminder_and_escalation_config: Option<ApprovalReminderAndEscalationConfig>,
    pub entitlement_request_config: EntitlementRequestConfig,
    /// Only in v2026 and `/v2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gov_group_visibility_enabled: Option<bool>,
    /// Only in `/v2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_identity_access_request_enabled: Option<bool>,
}

/// [`AccessRequestConfig`] as clients send it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestConfigIn {
    approvals_must_be_external: Option<bool>,
    auto_approval_enabled: Option<bool>,
    reauthorization_enabled: Option<bool>,
    request_on_behalf_of_config: Option<RequestOnBehalfOfConfig>,
    approval_reminder_and_escalation_config: Option<ApprovalReminderAndEscalationConfigIn>,
    entitlement_request_config: Option<EntitlementRequestConfigIn>,
    gov_group_visibility_enabled: Option<bool>,
    machine_identity_access_request_enabled: Option<bool>,
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
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalReminderAndEscalationConfig {
    pub days_until_escalation: Option<i32>,
    pub days_between_reminders: Option<i32>,
    pub max_reminders: Option<i32>,
    pub fallback_approver_ref: Option<ReferenceWithMail>,
}

/// [`ApprovalReminderAndEscalationConfig`] as clients send it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalReminderAndEscalationConfigIn {
    days_until_escalation: Option<i32>,
    days_between_reminders: Option<i32>,
    max_reminders: Option<i32>,
    fallback_approver_ref: Option<ReferenceIn>,
}

/// `EntitlementRequestConfig`: flat in v3 and beta, in two parts elsewhere.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum EntitlementRequestConfig {
    Flat(FlatEntitlementRequestConfig),
    Parted(OwnRequestConfig),
}

/// `EntitlementRequestConfig` in v3 and beta.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlatEntitlementRequestConfig {
    pub allow_entitlement_request: Option<bool>,
    pub request_comments_required: Option<bool>,
    pub denied_comments_required: Option<bool>,
    /// `entitlementOwner, sourceOwner, manager, workgroup:{id}`.
    pub grant_request_approval_schemes: Option<String>,
}

/// `EntitlementRequestConfig` as clients send it, in the form of their family.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct EntitlementRequestConfigIn {
    #[serde(flatten)]
    flat: FlatEntitlementRequestConfig,
    #[serde(flatten)]
    parted: OwnRequestConfigIn,
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
        let fallback = config.approvals.fallback_approver;
        let reminders = ApprovalReminderAndEscalationConfig {
            days_until_escalation: escalation.days_until_escalation,
            days_between_reminders: escalation.days_between_reminders,
            max_reminders: escalation.max_reminders,
            fallback_approver_ref: fallback.map(|person| self.identity_with_mail(person)),
        };
        let flat = || FlatEntitlementRequestConfig {
            allow_entitlement_request: Some(config.entitlement_requests_allowed),
            request_comments_required: Some(rules.comments_required),
            denied_comments_required: Some(rules.denial_comments_required),
            grant_request_approval_schemes: Some(written(&rules.approvals)),
        };
        AccessRequestConfig {
            approvals_must_be_external: config.approvals_must_be_external,
            auto_approval_enabled: shape.is_classic.then_some(config.approvals.auto_approval_enabled),
            reauthorization_enabled: config.reauthorization_enabled,
            request_on_behalf_of_config: RequestOnBehalfOfConfig {
                allow_request_on_behalf_of_anyone_by_anyone: Some(config.anyone_by_anyone),
                allow_request_on_behalf_of_employee_by_manager: Some(config.employee_by_manager),
                allow_request_on_behalf_of_for_machine_identity: shape.has_machines.then_some(config.machine_by_anyone),
                allow_request_for_machine_by_owner: shape.has_machines.then_some(config.machine_by_owner),
            },
            approval_reminder_and_escalation_config: shape.is_classic.then_some(reminders),
            entitlement_request_config: match shape.is_flat {
                true => EntitlementRequestConfig::Flat(flat()),
                false => EntitlementRequestConfig::Parted(self.own_request_config(rules)),
            },
            gov_group_visibility_enabled: shape.has_groups.then_some(config.gov_group_visibility_enabled),
            machine_identity_access_request_enabled: shape
                .has_machine_switch
                .then_some(config.machine_identity_enabled),
        }
    }

    /// What a client makes of the configuration: everything that its family's shape has, at its
    /// default where it was left out. The rest stays.
    ///
    /// # Errors
    /// Unknown words, numbers out of range, and references to what does not exist.
    pub fn read_request_config(
        &self,
        sent: AccessRequestConfigIn,
        mut config: RequestConfig,
    ) -> Result<RequestConfig, Refusal> {
        let shape = Shape::of(self.family);
        config.approvals_must_be_external = sent.approvals_must_be_external.unwrap_or(false);
        config.reauthorization_enabled = sent.reauthorization_enabled.unwrap_or(false);
        let behalf = sent.request_on_behalf_of_config.unwrap_or_default();
        config.anyone_by_anyone = behalf.allow_request_on_behalf_of_anyone_by_anyone.unwrap_or(false);
        config.employee_by_manager = behalf.allow_request_on_behalf_of_employee_by_manager.unwrap_or(false);
        if shape.has_machines {
            config.machine_by_anyone = behalf.allow_request_on_behalf_of_for_machine_identity.unwrap_or(true);
            config.machine_by_owner = behalf.allow_request_for_machine_by_owner.unwrap_or(false);
        }
        if shape.has_machine_switch {
            config.machine_identity_enabled = sent.machine_identity_access_request_enabled.unwrap_or(true);
        }
        if shape.has_groups {
            config.gov_group_visibility_enabled = sent.gov_group_visibility_enabled.unwrap_or(false);
        }
        if shape.is_classic {
            config.approvals.auto_approval_enabled = sent.auto_approval_enabled.unwrap_or(false);
            sent.approval_reminder_and_escalation_config.unwrap_or_default().over(shape, &mut config)?;
        }
        let entitlements = sent.entitlement_request_config.unwrap_or_default();
        match shape.is_flat {
            true => entitlements.flat.over(&mut config)?,
            false => config.entitlement_rules = self.read_own_config(entitlements.parted)?,
        }
        Ok(config)
    }
}

impl ApprovalReminderAndEscalationConfigIn {
    fn over(self, shape: Shape, config: &mut RequestConfig) -> Result<(), Refusal> {
        if let (Some(max), Some(count)) = (shape.reminders_max, self.max_reminders)
            && count > max
        {
            return Err(Refusal::IllegalValue("maxReminders"));
        }
        let fallback = self.fallback_approver_ref.and_then(|reference| reference.id);
        let known = |id: String| read_id(&id).ok_or(Refusal::NoReference("identity", id));
        config.approvals.fallback_approver = fallback.map(known).transpose()?;
        let escalation = &mut config.approvals.escalation;
        escalation.days_until_escalation = self.days_until_escalation;
        escalation.days_between_reminders = self.days_between_reminders;
        escalation.max_reminders = self.max_reminders;
        Ok(())
    }
}

impl FlatEntitlementRequestConfig {
    fn over(self, config: &mut RequestConfig) -> Result<(), Refusal> {
        config.entitlement_requests_allowed = self.allow_entitlement_request.unwrap_or(false);
        let rules = &mut config.entitlement_rules;
        *rules = Requestability {
            comments_required: self.request_comments_required.unwrap_or(false),
            denial_comments_required: self.denied_comments_required.unwrap_or(false),
            approvals: read(self.grant_request_approval_schemes.as_deref().unwrap_or("sourceOwner"))?,
            ..std::mem::take(rules)
        };
        Ok(())
    }
}

/// The kinds of approver of an entitlement, in the words of v3 and beta.
const WORDS: [(SchemeKind, &str); 5] = [
    (SchemeKind::Owner, "entitlementOwner"),
    (SchemeKind::SourceOwner, "sourceOwner"),
    (SchemeKind::Manager, "manager"),
    (SchemeKind::GovernanceGroup, "workgroup"),
    (SchemeKind::Workflow, "workflow"),
];

fn written(schemes: &[Scheme]) -> String {
    let one = |scheme: &Scheme| {
        let (_, word) = WORDS.iter().find(|(kind, _)| *kind == scheme.kind)?;
        Some(match scheme.approver {
            Some(id) => format!("{word}:{}", Id::dashed(&id)),
            None => (*word).to_owned(),
        })
    };
    schemes.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

fn read(text: &str) -> Result<Vec<Scheme>, Refusal> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let scheme = |word: &str| {
        let (word, id) = word.split_once(':').map_or((word, None), |(word, id)| (word, Some(id)));
        let known = WORDS.iter().find(|(_, known)| *known == word);
        let (kind, _) = known.ok_or(Refusal::IllegalValue("grantRequestApprovalSchemes"))?;
        let unknown = |id: &str| Refusal::NoReference("governance group", id.to_owned());
        let approver = id.map(|id| read_id(id).ok_or_else(|| unknown(id))).transpose()?;
        Ok(Scheme { kind: *kind, approver })
    };
    words.map(scheme).collect()
}

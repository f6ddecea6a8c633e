//! Under which conditions an object may be asked for: three shapes of one thing (contract, 11.5).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AccessDuration, View};
use crate::kernel::Id;
use crate::vendors::sailpoint::lifecycle::Refusal;
use crate::vendors::sailpoint::model::{MaxDuration, ObjectKind, Requestability, Scheme, SchemeKind};
use crate::vendors::sailpoint::reply::read_id;

/// `ApprovalSchemeForRole`, `AccessProfileApprovalScheme`, `EntitlementApprovalScheme`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApprovalScheme {
    /// Such as `MANAGER`.
    pub approver_type: String,
    /// The governance group or workflow, where the type needs one.
    #[serde(default)]
    pub approver_id: Option<String>,
}

/// `RequestabilityForRole` and `Requestability`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequestRules {
    pub comments_required: Option<bool>,
    pub denial_comments_required: Option<bool>,
    pub reauthorization_required: Option<bool>,
    pub require_end_date: bool,
    pub max_permitted_access_duration: Option<AccessDuration>,
    pub approval_schemes: Vec<ApprovalScheme>,
    /// On access profiles only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub form_definition_id: Option<Option<()>>,
}

/// `RevocabilityForRole` and `Revocability`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevocationRules {
    /// Only on roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments_required: Option<bool>,
    /// Only on roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denial_comments_required: Option<bool>,
    pub approval_schemes: Vec<ApprovalScheme>,
}

/// `EntitlementRequestConfig` of one entitlement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnRequestConfig {
    pub access_request_config: OwnAccessRules,
    pub revocation_request_config: RevocationRules,
}

/// `EntitlementAccessRequestConfig` of one entitlement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnAccessRules {
    pub approval_schemes: Vec<ApprovalScheme>,
    pub request_comment_required: bool,
    pub denial_comment_required: bool,
    pub reauthorization_required: bool,
    pub require_end_date: bool,
    pub max_permitted_access_duration: Option<AccessDuration>,
    /// Only per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub form_definition_id: Option<Option<()>>,
}

/// [`AccessRequestRules`] as clients send them.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AccessRequestRulesIn {
    comments_required: Option<bool>,
    denial_comments_required: Option<bool>,
    reauthorization_required: Option<bool>,
    require_end_date: Option<bool>,
    max_permitted_access_duration: Option<MaxDuration>,
    approval_schemes: Option<Vec<ApprovalScheme>>,
    form_definition_id: Option<String>,
}

/// [`RevocationRules`] as clients send them.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RevocationRulesIn {
    comments_required: Option<bool>,
    denial_comments_required: Option<bool>,
    approval_schemes: Option<Vec<ApprovalScheme>>,
}

/// [`OwnRequestConfig`] as clients send it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnRequestConfigIn {
    access_request_config: Option<OwnAccessRulesIn>,
    revocation_request_config: Option<OwnRevocationRulesIn>,
}

/// [`OwnAccessRules`] as clients send them.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnAccessRulesIn {
    approval_schemes: Option<Vec<ApprovalScheme>>,
    request_comment_required: Option<bool>,
    denial_comment_required: Option<bool>,
    reauthorization_required: Option<bool>,
    require_end_date: Option<bool>,
    #[schema(value_type = Option<AccessDuration>)]
    max_permitted_access_duration: Option<MaxDuration>,
    form_definition_id: Option<String>,
}

/// Who is asked about revoking one entitlement, as clients send it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnRevocationRulesIn {
    approval_schemes: Option<Vec<ApprovalScheme>>,
}

impl View<'_> {
    /// How a role or an access profile may be asked for.
    pub fn access_rules(&self, rules: &Requestability, of: ObjectKind) -> AccessRequestRules {
        AccessRequestRules {
            comments_required: Some(rules.comments_required),
            denial_comments_required: Some(rules.denial_comments_required),
            reauthorization_required: Some(rules.reauthorization_required),
            require_end_date: rules.require_end_date,
            max_permitted_access_duration: rules.max_permitted_access_duration.map(AccessDuration::from),
            approval_schemes: schemes(&rules.approvals, of),
            form_definition_id: if of == ObjectKind::Role { Some(None) } else { self.per_service(None) },
        }
    }

    /// How a role or an access profile may be given back.
    pub fn revocation_rules(&self, rules: &Requestability, of: ObjectKind) -> RevocationRules {
        let of_role = of == ObjectKind::Role;
        RevocationRules {
            comments_required: of_role.then_some(rules.revocation_comments_required),
            denial_comments_required: of_role.then_some(rules.revocation_denial_comments_required),
            approval_schemes: schemes(&rules.revocation_approvals, of),
        }
    }

    /// How one entitlement may be asked for and given back.
    pub fn own_request_config(&self, rules: &Requestability) -> OwnRequestConfig {
        OwnRequestConfig {
            access_request_config: OwnAccessRules {
                approval_schemes: schemes(&rules.approvals, ObjectKind::Entitlement),
                request_comment_required: rules.comments_required,
                denial_comment_required: rules.denial_comments_required,
                reauthorization_required: rules.reauthorization_required,
                require_end_date: rules.require_end_date,
                max_permitted_access_duration: rules.max_permitted_access_duration.map(AccessDuration::from),
                form_definition_id: self.per_service(None),
            },
            revocation_request_config: self.revocation_rules(rules, ObjectKind::Entitlement),
        }
    }

    /// What clients want the conditions of a role or an access profile to be.
    ///
    /// # Errors
    /// When an approver is none for this kind of object, or names a group that does not exist.
    pub fn read_rules(
        &self,
        access: Option<AccessRequestRulesIn>,
        revocation: Option<RevocationRulesIn>,
        of: ObjectKind,
    ) -> Result<Requestability, Refusal> {
        let (access, revocation) = (access.unwrap_or_default(), revocation.unwrap_or_default());
        no_form(access.form_definition_id.as_deref())?;
        Ok(Requestability {
            comments_required: access.comments_required.unwrap_or_default(),
            denial_comments_required: access.denial_comments_required.unwrap_or_default(),
            reauthorization_required: access.reauthorization_required.unwrap_or_default(),
            require_end_date: access.require_end_date.unwrap_or_default(),
            max_permitted_access_duration: checked_duration(access.max_permitted_access_duration)?,
            approvals: self.read_schemes(access.approval_schemes, of)?,
            revocation_comments_required: revocation.comments_required.unwrap_or_default(),
            revocation_denial_comments_required: revocation.denial_comments_required.unwrap_or_default(),
            revocation_approvals: self.read_schemes(revocation.approval_schemes, of)?,
        })
    }

    /// What clients want the conditions of an entitlement to be.
    ///
    /// # Errors
    /// As [`View::read_rules`].
    pub fn read_own_config(&self, config: OwnRequestConfigIn) -> Result<Requestability, Refusal> {
        let of = ObjectKind::Entitlement;
        let access = config.access_request_config.unwrap_or_default();
        let revocation = config.revocation_request_config.unwrap_or_default();
        no_form(access.form_definition_id.as_deref())?;
        Ok(Requestability {
            comments_required: access.request_comment_required.unwrap_or_default(),
            denial_comments_required: access.denial_comment_required.unwrap_or_default(),
            reauthorization_required: access.reauthorization_required.unwrap_or_default(),
            require_end_date: access.require_end_date.unwrap_or_default(),
            max_permitted_access_duration: checked_duration(access.max_permitted_access_duration)?,
            approvals: self.read_schemes(access.approval_schemes, of)?,
            revocation_approvals: self.read_schemes(revocation.approval_schemes, of)?,
            ..Requestability::default()
        })
    }

    fn read_schemes(&self, schemes: Option<Vec<ApprovalScheme>>, of: ObjectKind) -> Result<Vec<Scheme>, Refusal> {
        schemes.unwrap_or_default().into_iter().map(|scheme| self.read_scheme(scheme, of)).collect()
    }

    fn read_scheme(&self, scheme: ApprovalScheme, of: ObjectKind) -> Result<Scheme, Refusal> {
        let mut kinds = KINDS.into_iter();
        let kind = kinds.find(|kind| scheme_name(*kind, of) == Some(scheme.approver_type.as_str()));
        let kind = kind.ok_or(Refusal::IllegalValue("approverType"))?;
        let approver = match (kind, scheme.approver_id.filter(|id| !id.is_empty())) {
            (SchemeKind::GovernanceGroup, Some(id)) => {
                let group = read_id(&id).filter(|group| self.org.groups.contains(group));
                Some(group.ok_or(Refusal::NoReference("governance group", id))?.cast())
            }
            (SchemeKind::Workflow, Some(id)) => Some(read_id(&id).ok_or(Refusal::NoReference("workflow", id))?),
            (SchemeKind::GovernanceGroup | SchemeKind::Workflow, None) => {
                return Err(Refusal::Missing("approverId"));
            }
            _ => None,
        };
        Ok(Scheme { kind, approver })
    }
}

const KINDS: [SchemeKind; 9] = [
    SchemeKind::Manager,
    SchemeKind::Owner,
    SchemeKind::AppOwner,
    SchemeKind::SourceOwner,
    SchemeKind::GovernanceGroup,
    SchemeKind::AllOwners,
    SchemeKind::AdditionalOwner,
    SchemeKind::AdditionalGovernanceGroup,
    SchemeKind::Workflow,
];

/// What a kind of approver is called on a kind of object; `None` where the vendor has no such kind.
fn scheme_name(kind: SchemeKind, of: ObjectKind) -> Option<&'static str> {
    use ObjectKind::{AccessProfile, Entitlement, Role};
    Some(match (kind, of) {
        (SchemeKind::Manager, _) => "MANAGER",
        (SchemeKind::GovernanceGroup, _) => "GOVERNANCE_GROUP",
        (SchemeKind::Workflow, _) => "WORKFLOW",
        (SchemeKind::Owner, Entitlement) => "ENTITLEMENT_OWNER",
        (SchemeKind::Owner, Role | AccessProfile) => "OWNER",
        (SchemeKind::AppOwner, AccessProfile) => "APP_OWNER",
        (SchemeKind::SourceOwner, AccessProfile | Entitlement) => "SOURCE_OWNER",
        (SchemeKind::AllOwners, Role | AccessProfile) => "ALL_OWNERS",
        (SchemeKind::AdditionalOwner, Role | AccessProfile) => "ADDITIONAL_OWNER",
        (SchemeKind::AdditionalGovernanceGroup, Role | AccessProfile) => "ADDITIONAL_GOVERNANCE_GROUP",
        (SchemeKind::AppOwner, Role | Entitlement)
        | (SchemeKind::SourceOwner, Role)
        | (SchemeKind::AllOwners | SchemeKind::AdditionalOwner | SchemeKind::AdditionalGovernanceGroup, Entitlement) => {
            return None;
        }
    })
}

fn schemes(schemes: &[Scheme], of: ObjectKind) -> Vec<ApprovalScheme> {
    let shown = |scheme: &Scheme| {
        let approver_type = scheme_name(scheme.kind, of)?.to_owned();
        Some(ApprovalScheme { approver_type, approver_id: scheme.approver.map(|id: Id<()>| id.dashed()) })
    };
    schemes.iter().filter_map(shown).collect()
}

fn checked_duration(duration: Option<MaxDuration>) -> Result<Option<MaxDuration>, Refusal> {
    match duration {
        Some(duration) if duration.value < 1 => Err(Refusal::IllegalValue("maxPermittedAccessDuration.value")),
        other => Ok(other),
    }
}

fn no_form(form: Option<&str>) -> Result<(), Refusal> {
    form.map_or(Ok(()), |id| Err(Refusal::NoReference("form definition", id.to_owned())))
}

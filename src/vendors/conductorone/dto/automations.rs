//! Entitlements that are given by themselves.

use super::View;
use super::apps::AppEntitlementRef;
use super::refs::entitlement_refs;
use super::settings::Says;
use super::users::User;
use crate::vendors::conductorone::lifecycle::Refusal;
use crate::vendors::conductorone::model::{self, AutomationRule, AutomationSettings};
use crate::vendors::conductorone::wire::{Asked, Empty, Mask, Time, id, message, vocabulary};

vocabulary! {
    AutomationRunStatus {
        Unspecified = "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_UNSPECIFIED",
        Success = "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_SUCCESS",
        Failed = "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_FAILED",
        InProgress = "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_IN_PROGRESS",
    }
}

message! {
    AppEntitlementAutomation = c1.api.app.v1.AppEntitlementAutomation {
        app_id: String,
        app_entitlement_id: String,
        display_name: String,
        description: String,
        last_run_status: Option<AutomationLastRun>,
        managed_by_request_catalog_id: String,
        created_at: Option<Time>,
        updated_at: Option<Time>,
        deleted_at: Option<Time>;
        oneof conditions {
            none: Empty,
            entitlements: AutomationEntitlements,
            cel: AutomationExpression,
            basic: AutomationExpression,
        }
    }

    AutomationLastRun = c1.api.app.v1.AppEntitlementAutomationLastRunStatus {
        status: AutomationRunStatus,
        error_message: String,
        last_completed_at: Option<Time>,
    }

    AutomationExpression = c1.api.app.v1.AppEntitlementAutomationRuleCEL {
        expression: String,
    }

    AutomationEntitlements = c1.api.app.v1.AppEntitlementAutomationRuleEntitlement {
        entitlement_refs: Vec<AppEntitlementRef>,
    }

    AutomationAnswer = c1.api.app.v1.AppEntitlementServiceGetAutomationResponse {
        #[serde(rename = "AppEntitlementAutomation")]
        automation: Option<AppEntitlementAutomation>,
    }

    AutomationCreateIn = c1.api.app.v1.CreateAutomationRequest {
        automation: Option<AppEntitlementAutomation>,
    }

    AutomationCreated = c1.api.app.v1.CreateAutomationResponse {
        automation: Option<AppEntitlementAutomation>,
    }

    AutomationUpdateIn = c1.api.app.v1.AppEntitlementServiceUpdateAutomationRequest {
        display_name: String,
        description: String,
        update_mask: Mask;
        oneof conditions {
            none: Empty,
            entitlements: AutomationEntitlements,
            cel: AutomationExpression,
            basic: AutomationExpression,
        }
    }

    AutomationExcludeIn = c1.api.app.v1.AddAutomationExclusionRequest {
        user_ids: Vec<String>,
    }

    AutomationIncludeIn = c1.api.app.v1.RemoveAutomationExclusionRequest {
        user_ids: Vec<String>,
    }

    ExcludedUser = c1.api.app.v1.UserWithAppEntitlementUserBindingView {
        user: Option<User>,
        app_id: String,
        app_entitlement_id: String,
        app_user_id: String,
    }
}

impl Says<AutomationSettings> for AppEntitlementAutomation {
    fn of(settings: &AutomationSettings) -> Self {
        let expression = |expression: &String| Some(AutomationExpression { expression: expression.clone() });
        let mut message = Self {
            display_name: settings.display_name.clone(),
            description: settings.description.clone(),
            ..Self::default()
        };
        match &settings.rule {
            AutomationRule::None => message.none = Some(Empty {}),
            AutomationRule::Basic(basic) => message.basic = expression(basic),
            AutomationRule::Cel(cel) => message.cel = expression(cel),
            AutomationRule::Entitlements(any) => {
                let entitlement_refs = any.iter().map(|at| (*at).into()).collect();
                message.entitlements = Some(AutomationEntitlements { entitlement_refs });
            }
        }
        message
    }
    fn said(self) -> Result<AutomationSettings, Refusal> {
        let entitlements = self.entitlements.map(|rule| {
            let asked = Asked("AutomationRule".into());
            let refs = entitlement_refs(&asked, "entitlementRefs", &rule.entitlement_refs);
            refs.map(AutomationRule::Entitlements).map_err(|_| Refusal::NotAnId("EntitlementRefs"))
        });
        let expressions = self.cel.map(|cel| AutomationRule::Cel(cel.expression));
        let expressions = expressions.or(self.basic.map(|basic| AutomationRule::Basic(basic.expression)));
        Ok(AutomationSettings {
            display_name: self.display_name,
            description: self.description,
            rule: entitlements.transpose()?.or(expressions).unwrap_or_default(),
        })
    }
}

impl AutomationUpdateIn {
    /// The automation as the request has it, and which parts of it count. A rule that is sent replaces the one before,
    /// of whatever kind that was.
    pub fn split(self) -> (Mask, AppEntitlementAutomation) {
        const RULES: [&str; 4] = ["none", "entitlements", "cel", "basic"];
        let named: Vec<String> = self.update_mask.paths().collect();
        let says_rule = named.iter().any(|path| RULES.contains(&path.as_str()))
            || (named.is_empty()
                && (self.none.is_some() || self.cel.is_some() || self.basic.is_some() || self.entitlements.is_some()));
        let mut paths: Vec<&str> = named.iter().map(String::as_str).collect();
        if named.is_empty() {
            paths.extend((!self.display_name.is_empty()).then_some("displayName"));
            paths.extend((!self.description.is_empty()).then_some("description"));
        }
        paths.extend(RULES.iter().filter(|_| says_rule));
        let mask = Mask::of(&paths);
        let automation = AppEntitlementAutomation {
            display_name: self.display_name,
            description: self.description,
            none: self.none,
            entitlements: self.entitlements,
            cel: self.cel,
            basic: self.basic,
            ..AppEntitlementAutomation::default()
        };
        (mask, automation)
    }
}

impl View<'_> {
    /// An automation.
    pub fn automation(self, automation: &model::Automation) -> AppEntitlementAutomation {
        AppEntitlementAutomation {
            app_id: id::text(automation.at.app),
            app_entitlement_id: id::text(automation.at.id),
            created_at: Some(automation.created.into()),
            updated_at: Some(automation.updated.into()),
            deleted_at: automation.deleted.map(Time),
            last_run_status: automation.last_run.as_ref().map(|(at, error)| AutomationLastRun {
                status: if error.is_empty() { AutomationRunStatus::Success } else { AutomationRunStatus::Failed },
                error_message: error.clone(),
                last_completed_at: Some((*at).into()),
            }),
            ..AppEntitlementAutomation::of(&automation.settings)
        }
    }
}

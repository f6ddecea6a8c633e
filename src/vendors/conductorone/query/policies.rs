//! Which policies a search shows (contract, 9).

use std::collections::BTreeSet;

use super::mentions;
use crate::company::{App, Entitlement};
use crate::kernel::Id;
use crate::vendors::conductorone::dto::policies::{
    PolicyScopeObjectType, PolicyScopeSlot, PolicyScopeView, PolicyType, SearchPoliciesRequest,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::model::Policy;
use crate::vendors::conductorone::wire::Asked;

/// What a search asks for, read.
pub struct PolicyFilter {
    message: SearchPoliciesRequest,
    refs: BTreeSet<Id<Policy>>,
    exclude: BTreeSet<Id<Policy>>,
    app: Option<Id<App>>,
    entitlement: Option<Id<Entitlement>>,
}

impl PolicyFilter {
    /// Reads a search.
    ///
    /// # Errors
    /// 400 for what is no id.
    pub fn read(asked: &Asked, message: SearchPoliciesRequest) -> Result<Self, ApiError> {
        let refs: Vec<String> = message.refs.iter().map(|policy| policy.id.clone()).collect();
        Ok(Self {
            refs: asked.ids("refs", &refs)?.into_iter().collect(),
            exclude: asked.ids("excludePolicyIds", &message.exclude_policy_ids)?.into_iter().collect(),
            app: asked.optional_id("scopeAppId", &message.scope_app_id)?,
            entitlement: asked.optional_id("scopeAppEntitlementId", &message.scope_app_entitlement_id)?,
            message,
        })
    }

    /// Whether a policy is meant.
    pub fn matches(&self, policy: &Policy) -> bool {
        let wanted = &self.message;
        let text = mentions(&policy.display_name, &wanted.query) || mentions(&policy.description, &wanted.query);
        text && mentions(&policy.display_name, &wanted.display_name)
            && (wanted.include_deleted || policy.deleted.is_none())
            && (wanted.policy_types.is_empty() || wanted.policy_types.contains(&PolicyType::from(policy.policy_type)))
            && (self.refs.is_empty() || self.refs.contains(&policy.id))
            && !self.exclude.contains(&policy.id)
            && self.by_scope(policy)
    }

    fn by_scope(&self, policy: &Policy) -> bool {
        let scope = policy.scope.as_ref();
        let of_object = self.app.is_none_or(|app| scope.is_some_and(|scope| scope.app == Some(app)))
            && self.entitlement.is_none_or(|it| scope.is_some_and(|scope| scope.entitlement == Some(it)));
        let kind = match self.message.scope_object_type {
            PolicyScopeObjectType::Unspecified => true,
            PolicyScopeObjectType::App => scope.is_some_and(|scope| scope.entitlement.is_none()),
            PolicyScopeObjectType::Entitlement => scope.is_some_and(|scope| scope.entitlement.is_some()),
        };
        let slot = match self.message.scope_slot {
            PolicyScopeSlot::Unspecified => true,
            PolicyScopeSlot::Emergency => scope.is_some_and(|scope| scope.emergency),
        };
        match self.message.scope_view {
            PolicyScopeView::Unspecified | PolicyScopeView::All => of_object && kind && slot,
            PolicyScopeView::Global => scope.is_none(),
            PolicyScopeView::Scoped => scope.is_some() && of_object && kind && slot,
            PolicyScopeView::GlobalAndObject => scope.is_none() || (of_object && kind && slot),
        }
    }
}

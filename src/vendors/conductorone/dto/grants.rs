//! Who holds what: bindings, their reasons, their history (contract, 6, 10.5).

use super::View;
use super::app_users::{AppUser, AppUserRef, AppUserView};
use super::apps::{AppEntitlementRef, AppRef};
use super::entitlements::{AppEntitlementView, Purpose};
use super::expanded::Object;
use super::users::{User, UserRef};
use crate::company::{Account, Grant, Reason, Strength};
use crate::kernel::{Id, Timestamp};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::model::{Binding, Domain, EntitlementProfile, EntitlementRef};
use crate::vendors::conductorone::wire::{Time, id, message, vocabulary};
use crate::world::Estate;

vocabulary! {
    /// How firmly a reason holds.
    ReferenceStrength {
        Unspecified = "GRANT_REASON_REFERENCE_STRENGTH_UNSPECIFIED",
        Weak = "GRANT_REASON_REFERENCE_STRENGTH_WEAK",
        Strong = "GRANT_REASON_REFERENCE_STRENGTH_STRONG",
    }

    /// Whether a grant came or went.
    GrantEventType {
        Unspecified = "GRANT_EVENT_TYPE_UNSPECIFIED",
        Added = "GRANT_EVENT_TYPE_ADDED",
        Removed = "GRANT_EVENT_TYPE_REMOVED",
    }
}

message! {
    /// Why a grant is held.
    GrantReason = c1.api.app.v1.GrantReason {
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        derived_id_data: String,
        derived_id_type: String,
        reason_expires_at: Option<Time>,
        reference_strength: ReferenceStrength,
        updated_at: Option<Time>,
    }

    /// A grant with its account and its end.
    AppEntitlementWithExpired = c1.api.app.v1.AppEntitlementWithExpired {
        app_entitlement_id: String,
        app_id: String,
        app_user: Option<AppUser>,
        app_user_id: String,
        discovered: Option<Time>,
        expired: Option<Time>,
        grant_reasons: Vec<GrantReason>,
        grant_sources: Vec<AppEntitlementRef>,
        user: Option<User>,
    }

    /// A grant.
    AppEntitlementUserBinding = c1.api.app.v1.AppEntitlementUserBinding {
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        created_at: Option<Time>,
        deleted_at: Option<Time>,
        deprovision_at: Option<Time>,
        grant_sources: Vec<AppEntitlementRef>,
    }

    /// One grant.
    BindingResponse = c1.api.app.v1.UpdateGrantDurationResponse {
        binding: Option<AppEntitlementUserBinding>,
    }

    /// The accounts of somebody, with what they hold.
    BindingsResponse = c1.api.app.v1.ListAppUsersForIdentityWithGrantResponse {
        bindings: Vec<AppEntitlementUserBinding>,
    }

    /// A grant with its account.
    AppEntitlementUserView = c1.api.app.v1.AppEntitlementUserView {
        app_entitlement_id: String,
        app_entitlement_user_binding_created_at: Option<Time>,
        app_entitlement_user_binding_deprovision_at: Option<Time>,
        app_id: String,
        app_user: Option<AppUserView>,
        app_user_id: String,
        grant_sources: Vec<AppEntitlementRef>,
        originating_ticket_id: String,
    }

    /// A grant with its entitlement.
    AppEntitlementWithUserBinding = c1.api.app.v1.AppEntitlementWithUserBinding {
        app_entitlement_user_binding: Option<AppEntitlementUserView>,
        entitlement: Option<AppEntitlementView>,
    }

    /// Which grants are to be found.
    SearchGrantsRequest = c1.api.app.v1.AppEntitlementSearchServiceSearchGrantsRequest {
        app_ids: Vec<String>,
        app_user_ids: Vec<String>,
        entitlement_refs: Vec<AppEntitlementRef>,
        entitlement_slugs: Vec<String>,
        expand_mask: Option<ExpandMask>,
        page_size: i32,
        page_token: String,
        purpose: Vec<Purpose>,
        resource_ids: Vec<String>,
        resource_type_ids: Vec<String>,
        user_id: String,
    }

    /// A grant that came or went.
    AppEntitlementUserBindingFeed = c1.api.app.v1.AppEntitlementUserBindingFeed {
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        date: Option<Time>,
        event_type: GrantEventType,
        ticket_id: String,
    }

    /// A grant that came or went, and where what it refers to stands.
    FeedView = c1.api.app.v1.AppEntitlementUserBindingFeedView {
        app_path: String,
        app_user_path: String,
        entitlement_path: String,
        feed: Option<AppEntitlementUserBindingFeed>,
        ticket_path: String,
    }

    /// Which events are to be found.
    SearchGrantFeedRequest = c1.api.app.v1.SearchGrantFeedRequest {
        after: Option<Time>,
        app_entitlement_refs: Vec<AppEntitlementRef>,
        app_refs: Vec<AppRef>,
        app_user_refs: Vec<AppUserRef>,
        before: Option<Time>,
        expand_mask: Option<ExpandMask>,
        page_size: i32,
        page_token: String,
        user_refs: Vec<UserRef>,
    }

    /// A grant that has ended.
    AppEntitlementUserBindingHistory = c1.api.app.v1.AppEntitlementUserBindingHistory {
        app_entitlement_id: String,
        app_id: String,
        app_user_id: String,
        granted_at: Option<Time>,
        id: String,
        revoked_at: Option<Time>,
    }

    /// A grant that has ended, and where what it refers to stands.
    HistoryView = c1.api.app.v1.AppEntitlementUserBindingHistoryView {
        app_path: String,
        app_user_path: String,
        entitlement_path: String,
        history: Option<AppEntitlementUserBindingHistory>,
    }

    /// Which ended grants are to be found.
    SearchPastGrantsRequest = c1.api.app.v1.SearchPastGrantsRequest {
        app_entitlement_refs: Vec<AppEntitlementRef>,
        app_ids: Vec<String>,
        app_user_refs: Vec<AppUserRef>,
        expand_mask: Option<ExpandMask>,
        page_size: i32,
        page_token: String,
    }

    /// When a grant is to end.
    UpdateGrantDurationRequest = c1.api.app.v1.UpdateGrantDurationRequest {
        new_deprovision_at: Option<Time>,
    }

    /// Who is to hold an entitlement that no connector speaks for.
    AddManualUsersRequest = c1.api.app.v1.AddManuallyManagedUsersRequest {
        user_ids: Vec<String>,
    }

    /// Who could not be added, and why.
    ManualUsersResponse = c1.api.app.v1.ManuallyManagedUsersResponse {
        bulk_action_id: String,
        failed_users_error_map: std::collections::BTreeMap<String, String>,
    }

    /// Who is to hold an entitlement no longer.
    RemoveMembershipRequest = c1.api.app.v1.RemoveEntitlementMembershipRequest {
        app_user_id: String,
    }

    /// The task that takes it.
    RemoveMembershipResponse = c1.api.app.v1.RemoveEntitlementMembershipResponse {
        revoke_task_id: String,
    }
}

/// An event of the feed, before it is shown.
#[derive(Clone, Debug)]
pub struct FeedEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub entitlement: EntitlementRef,
    /// Whose.
    pub account: Id<Account>,
    /// Whether it came or went.
    pub kind: GrantEventType,
    /// By which task.
    pub ticket: String,
}

/// The task behind the reasons of a grant: the latest that was asked for here.
pub fn ticket(reasons: &[Reason]) -> String {
    let mut own = reasons.iter().rev().filter(|reason| is_own(reason));
    own.find_map(|reason| Id::<()>::from_hex(&reason.what)).map(id::text).unwrap_or_default()
}

fn is_own(reason: &Reason) -> bool {
    &*reason.by == Domain::VENDOR
}

impl View<'_> {
    /// A grant with its account and its end.
    pub fn with_expired(self, binding: &Binding) -> AppEntitlementWithExpired {
        let account = &binding.account;
        AppEntitlementWithExpired {
            app_entitlement_id: id::text(binding.entitlement.id),
            app_id: id::text(binding.entitlement.app),
            app_user: Some(self.app_user(account)),
            app_user_id: id::text(account.id),
            discovered: Some(binding.since.into()),
            expired: binding.until().map(Time::from),
            grant_reasons: binding.reasons.iter().filter_map(|reason| grant_reason(binding, reason)).collect(),
            grant_sources: binding.sources().map(AppEntitlementRef::from).collect(),
            user: account.person.and_then(|person| self.user(person)),
        }
    }

    /// A grant with its account, for lists that expand.
    pub fn user_binding(self, binding: &Binding, expand: &mut Expander<'_, Object>) -> AppEntitlementUserView {
        AppEntitlementUserView {
            app_entitlement_id: id::text(binding.entitlement.id),
            app_entitlement_user_binding_created_at: Some(binding.since.into()),
            app_entitlement_user_binding_deprovision_at: binding.until().map(Time::from),
            app_id: id::text(binding.entitlement.app),
            app_user: Some(self.app_user_view(&binding.account, expand)),
            app_user_id: id::text(binding.account.id),
            grant_sources: binding.sources().map(AppEntitlementRef::from).collect(),
            originating_ticket_id: ticket(&binding.reasons),
        }
    }

    /// A grant with its entitlement.
    pub fn with_binding(
        self,
        row: &EntitlementProfile,
        binding: &Binding,
        expand: &mut Expander<'_, Object>,
    ) -> AppEntitlementWithUserBinding {
        AppEntitlementWithUserBinding {
            entitlement: Some(self.entitlement_view(row, expand)),
            app_entitlement_user_binding: Some(self.user_binding(binding, expand)),
        }
    }

    /// An event of the feed.
    pub fn feed(self, event: &FeedEvent, expand: &mut Expander<'_, Object>) -> FeedView {
        FeedView {
            app_path: expand.one("app_id", Some(Object::App(event.entitlement.app))),
            app_user_path: expand.one("app_user_id", Some(Object::Account(event.account))),
            entitlement_path: expand.one("app_entitlement_id", Some(Object::Entitlement(event.entitlement))),
            ticket_path: String::new(),
            feed: Some(AppEntitlementUserBindingFeed {
                app_entitlement_id: id::text(event.entitlement.id),
                app_id: id::text(event.entitlement.app),
                app_user_id: id::text(event.account),
                date: Some(event.at.into()),
                event_type: event.kind,
                ticket_id: event.ticket.clone(),
            }),
        }
    }

    /// A grant that has ended.
    pub fn past(
        self,
        sequence: u64,
        account: &Account,
        grant: &Grant,
        ended: Timestamp,
        expand: &mut Expander<'_, Object>,
    ) -> HistoryView {
        let at = EntitlementRef { app: account.app, id: grant.id.entitlement };
        HistoryView {
            app_path: expand.one("app_id", Some(Object::App(at.app))),
            app_user_path: expand.one("app_user_id", Some(Object::Account(account.id))),
            entitlement_path: expand.one("app_entitlement_id", Some(Object::Entitlement(at))),
            history: Some(AppEntitlementUserBindingHistory {
                app_entitlement_id: id::text(at.id),
                app_id: id::text(at.app),
                app_user_id: id::text(account.id),
                granted_at: Some(grant.since.into()),
                id: id::text(Id::<Grant>::named(&format!("conductorone/past/{sequence}"))),
                revoked_at: Some(ended.into()),
            }),
        }
    }
}

/// A grant.
pub fn binding(binding: &Binding) -> AppEntitlementUserBinding {
    AppEntitlementUserBinding {
        app_entitlement_id: id::text(binding.entitlement.id),
        created_at: Some(binding.since.into()),
        deprovision_at: binding.until().map(Time::from),
        grant_sources: binding.sources().map(AppEntitlementRef::from).collect(),
        ..unbound(&binding.account)
    }
}

/// An account that does not hold what is asked about.
pub fn unbound(account: &Account) -> AppEntitlementUserBinding {
    AppEntitlementUserBinding {
        app_id: id::text(account.app),
        app_user_id: id::text(account.id),
        ..AppEntitlementUserBinding::default()
    }
}

/// Why a grant is held, as far as ConductorOne knows: what it did not give itself it has merely found.
fn grant_reason(binding: &Binding, reason: &Reason) -> Option<GrantReason> {
    let source = Binding::source(reason).map(|source| id::text(source.id));
    let ticket = || Id::<()>::from_hex(&reason.what).map(id::text);
    let object = source.or_else(ticket).filter(|_| is_own(reason))?;
    Some(GrantReason {
        app_entitlement_id: id::text(binding.entitlement.id),
        app_id: id::text(binding.entitlement.app),
        app_user_id: id::text(binding.account.id),
        created_at: Some(reason.since.into()),
        deleted_at: None,
        derived_id_data: object,
        derived_id_type: if reason.strength == Strength::Inherited { "group" } else { "ticket" }.into(),
        reason_expires_at: reason.until.map(Time::from),
        reference_strength: match reason.strength {
            Strength::Found => ReferenceStrength::Weak,
            Strength::Asked | Strength::Inherited => ReferenceStrength::Strong,
        },
        updated_at: Some(reason.since.into()),
    })
}

impl View<'_> {
    /// Whether the caller may see that an account holds something: their own grants, those of what they answer for and
    /// of whom they manage, and all for whoever looks after access (contract, 6) [assumed].
    pub fn sees(self, at: EntitlementRef, account: &Account) -> bool {
        let user = self.caller.user;
        let app = self.domain.apps.get(&at.app);
        let row = self.domain.entitlements.get(&at);
        let owns =
            app.is_some_and(|app| app.owners.contains(&user)) || row.is_some_and(|row| row.owners.contains(&user));
        let holder = account.person.and_then(|holder| self.company.people().get(&holder));
        let is_theirs = || holder.is_some_and(|holder| holder.id == user || holder.manager == Some(user));
        self.caller.sees_access() || owns || is_theirs()
    }

    /// Those of these grants that the caller may see.
    pub fn visible<K>(self, at: EntitlementRef, mut rows: Vec<(K, Binding)>) -> Vec<(K, Binding)> {
        rows.retain(|(_, binding)| self.sees(at, &binding.account));
        rows
    }

    /// The same, for the list of grants with their ends, where what is not there may be refused.
    ///
    /// # Errors
    /// 404 for an entitlement that is not there, when the switch says so.
    pub fn listed<K>(self, at: EntitlementRef, rows: Vec<(K, Binding)>) -> Result<Vec<(K, Binding)>, ApiError> {
        let is_there = self.domain.entitlement(at).is_some();
        if !is_there && self.domain.switches().unknown_entitlement_is_missing {
            return Err(ApiError::NotFound);
        }
        Ok(self.visible(at, rows))
    }
}

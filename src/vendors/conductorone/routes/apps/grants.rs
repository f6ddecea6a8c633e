//! `/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/…`: who holds an entitlement, until when
//! (contract, 6, 8.11, 10.5).

use std::sync::Arc;

use http::Method;

use crate::company::{Account, App, Entitlement, Person};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::expanded::Object;
use crate::vendors::conductorone::dto::grants::{
    AddManualUsersRequest, AppEntitlementUserView, AppEntitlementWithExpired, BindingResponse, BindingsResponse,
    ManualUsersResponse, RemoveMembershipRequest, RemoveMembershipResponse, UpdateGrantDurationRequest, binding,
    unbound,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::Expander;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{AddMembers, RemoveMember, SetGrantEnd};
use crate::vendors::conductorone::model::{Domain, EntitlementRef};
use crate::vendors::conductorone::query::grants::of_entitlement;
use crate::vendors::conductorone::routes::PAGE;
use crate::vendors::conductorone::wire::{self, Asked, Body, Empty, Listed, ListedWith, Paging, PathIds, Reply};
use crate::world::World;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const GRANTS: &str = "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/grants";
    const USERS: &str = "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users";
    const OF_USER: &str = "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users/{identity_user_id}/grants";
    vec![
        Endpoint::new(
            Method::GET,
            GRANTS,
            "c1.api.app.v1.AppEntitlementSearchService.SearchAppEntitlementsWithExpired",
            Right::Any,
            list,
        )
        .doing("List the grants of an entitlement, with why and until when")
        .query(&PAGE)
        .answers::<Listed<AppEntitlementWithExpired>>(200),
        Endpoint::new(Method::GET, USERS, "c1.api.app.v1.AppEntitlements.ListUsers", Right::Any, users)
            .doing("List who holds an entitlement")
            .query(&PAGE)
            .answers::<ListedWith<AppEntitlementUserView>>(200),
        Endpoint::new(
            Method::GET,
            OF_USER,
            "c1.api.app.v1.AppEntitlementUserBindingService.ListAppUsersForIdentityWithGrant",
            Right::Any,
            of_user,
        )
        .doing("List a user's accounts, with what each holds of an entitlement")
        .answers::<BindingsResponse>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users/{app_user_id}/update-grant-duration",
            "c1.api.app.v1.AppEntitlementUserBindingService.UpdateGrantDuration",
            Right::Own,
            set_end,
        )
        .doing("Say when a grant ends")
        .reads::<UpdateGrantDurationRequest>()
        .answers::<BindingResponse>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/users/{app_user_id}/remove-grant-duration",
            "c1.api.app.v1.AppEntitlementUserBindingService.RemoveGrantDuration",
            Right::Own,
            remove_end,
        )
        .doing("Let a grant end no more")
        .reads_as::<Empty>("c1.api.app.v1.RemoveGrantDurationRequest")
        .answers::<BindingResponse>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/add-manual-user",
            "c1.api.app.v1.AppEntitlements.AddManuallyManagedMembers",
            Right::Own,
            add_members,
        )
        .doing("Let users hold an entitlement that is managed by hand")
        .reads::<AddManualUsersRequest>()
        .answers::<ManualUsersResponse>(200),
        Endpoint::new(
            Method::DELETE,
            "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/remove-membership",
            "c1.api.app.v1.AppEntitlements.RemoveEntitlementMembership",
            Right::Own,
            remove_member,
        )
        .doing("Let an account hold an entitlement that is managed by hand no longer")
        .reads::<RemoveMembershipRequest>()
        .answers::<RemoveMembershipResponse>(200),
    ]
}

type Named = PathIds<(Id<App>, Id<Entitlement>)>;

/// `GET …/grants`.
pub async fn list(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, id)): Named,
    page: Paging,
) -> Result<Reply<Listed<AppEntitlementWithExpired>>, ApiError> {
    let (view, at) = (View::of(sim.world(), &caller), EntitlementRef { app, id });
    let rows = view.listed(at, of_entitlement(view, at))?;
    let page = page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    Ok(Reply(page.map(|(_, held)| view.with_expired(&held)).into()))
}

/// `GET …/users`.
pub async fn users(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, id)): Named,
    page: Paging,
) -> Result<Reply<ListedWith<AppEntitlementUserView>>, ApiError> {
    let (view, at) = (View::of(sim.world(), &caller), EntitlementRef { app, id });
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(None, render);
    let rows = view.visible(at, of_entitlement(view, at));
    let page = page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    let page = page.map(|(_, held)| view.user_binding(&held, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

/// `GET …/users/{identity_user_id}/grants`: one row per account; one without the grant names no entitlement.
pub async fn of_user(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, id, user)): PathIds<(Id<App>, Id<Entitlement>, Id<Person>)>,
) -> Reply<BindingsResponse> {
    let (view, at) = (View::of(sim.world(), &caller), EntitlementRef { app, id });
    let is_there = view.domain.entitlement(at).is_some();
    let accounts =
        view.company.accounts_of(user).filter(|account| is_there && account.app == app && view.sees(at, account));
    let held = accounts.map(|account| {
        let held = view.bindings().get(at, account.id);
        held.map_or_else(|| unbound(account), |held| binding(&held))
    });
    Reply(BindingsResponse { bindings: held.collect() })
}

/// One binding, once it was changed.
fn answer(world: &Arc<World>, caller: &Caller, at: EntitlementRef, account: Id<Account>) -> Reply<BindingResponse> {
    let held = View::of(world, caller).bindings().get(at, account);
    Reply(BindingResponse { binding: held.map(|held| binding(&held)) })
}

/// `POST …/users/{app_user_id}/update-grant-duration`.
pub async fn set_end(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, id, account)): PathIds<(Id<App>, Id<Entitlement>, Id<Account>)>,
    asked: Asked,
    Body(sent): Body<UpdateGrantDurationRequest>,
) -> Result<Reply<BindingResponse>, ApiError> {
    let at = EntitlementRef { app, id };
    let until = sent.new_deprovision_at.ok_or_else(|| asked.missing("newDeprovisionAt", "value is required"))?;
    let done = sim.apply(SetGrantEnd { at, account, until: Some(until.0) }).await?;
    Ok(answer(&done.after, &caller, at, account))
}

/// `POST …/users/{app_user_id}/remove-grant-duration`.
pub async fn remove_end(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, id, account)): PathIds<(Id<App>, Id<Entitlement>, Id<Account>)>,
    Body(_): Body<Empty>,
) -> Result<Reply<BindingResponse>, ApiError> {
    let at = EntitlementRef { app, id };
    let done = sim.apply(SetGrantEnd { at, account, until: None }).await?;
    Ok(answer(&done.after, &caller, at, account))
}

/// `POST …/add-manual-user`.
pub async fn add_members(
    sim: Sim<Domain>,
    PathIds((app, id)): Named,
    asked: Asked,
    Body(sent): Body<AddManualUsersRequest>,
) -> Result<Reply<ManualUsersResponse>, ApiError> {
    let users = asked.ids("userIds", &sent.user_ids)?;
    let done = sim.apply(AddMembers { at: EntitlementRef { app, id }, users }).await?;
    let failed = done.output.failed.into_iter().map(|(user, why)| (wire::id::text(user), why));
    Ok(Reply(ManualUsersResponse {
        bulk_action_id: wire::id::text(done.output.bulk),
        failed_users_error_map: failed.collect(),
    }))
}

/// `DELETE …/remove-membership`. Only access profiles need a task for it, and entitlements here are none.
pub async fn remove_member(
    sim: Sim<Domain>,
    PathIds((app, id)): Named,
    asked: Asked,
    Body(sent): Body<RemoveMembershipRequest>,
) -> Result<Reply<RemoveMembershipResponse>, ApiError> {
    let account = asked.id("appUserId", &sent.app_user_id)?;
    sim.apply(RemoveMember { at: EntitlementRef { app, id }, account }).await?;
    Ok(Reply(RemoveMembershipResponse::default()))
}

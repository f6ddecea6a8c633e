//! `/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/…`: who holds an entitlement, until when
//! (contract, 6, 8.11, 10.5).

use http::Method;

use crate::company::{App, Entitlement, Person};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::expanded::Object;
use crate::vendors::conductorone::dto::grants::{
    AppEntitlementUserView, AppEntitlementWithExpired, BindingsResponse, binding, unbound,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::Expander;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::model::{Domain, EntitlementRef};
use crate::vendors::conductorone::query::grants::of_entitlement;
use crate::vendors::conductorone::routes::PAGE;
use crate::vendors::conductorone::wire::{Listed, ListedWith, Paging, PathIds, Reply};

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
    let accounts = view.company.accounts_of(user).filter(|account| is_there && account.app == app);
    let held = accounts.map(|account| {
        let held = view.bindings().get(at, account.id);
        held.map_or_else(|| unbound(account), |held| binding(&held))
    });
    Reply(BindingsResponse { bindings: held.collect() })
}

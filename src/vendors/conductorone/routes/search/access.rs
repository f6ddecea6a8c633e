//! `/api/v1/search/apps`, `…/app_users`, `…/entitlements`, and the listing of an account's entitlements that
//! stands under `search`; beside them `/api/v1/app_users/owned_service_accounts`.

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::app_users::{AppUserSearchRequest, AppUserView, OwnedServiceAccountsRequest};
use crate::vendors::conductorone::dto::apps::{App, SearchAppsRequest};
use crate::vendors::conductorone::dto::entitlements::{
    AppEntitlementView, FoundEntitlements, SearchEntitlementsRequest,
};
use crate::vendors::conductorone::dto::expanded::Object;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::Expander;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::query::{accounts, apps, entitlements};
use crate::vendors::conductorone::routes::apps::list_of_account;
use crate::vendors::conductorone::routes::{PAGE, app_user_page};
use crate::vendors::conductorone::wire::{Asked, Listed, ListedWith, Reply, Search};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const OF_ACCOUNT: &str = "/api/v1/search/apps/{app_id}/entitlements/users/{app_user_id}";
    const OF_ACCOUNT_ID: &str = "c1.api.app.v1.AppEntitlementSearchService.SearchAppEntitlementsForAppUser";
    const ENTITLEMENTS_ID: &str = "c1.api.app.v1.AppEntitlementSearchService.Search";
    const OWNED: &str = "/api/v1/app_users/owned_service_accounts";
    const OWNED_ID: &str = "c1.api.app.v1.AppUserService.ListOwnedServiceAccounts";
    vec![
        Endpoint::new(Method::POST, OWNED, OWNED_ID, Right::Any, owned_service_accounts)
            .doing("List the service accounts of whoever asks")
            .reads::<OwnedServiceAccountsRequest>()
            .answers::<ListedWith<AppUserView>>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/search/app_users",
            "c1.api.app.v1.AppUserService.Search",
            Right::Any,
            app_users,
        )
        .doing("Find accounts")
        .reads::<AppUserSearchRequest>()
        .answers::<ListedWith<AppUserView>>(200),
        Endpoint::new(Method::POST, "/api/v1/search/apps", "c1.api.app.v1.AppSearch.Search", Right::Any, found_apps)
            .doing("Find applications")
            .reads::<SearchAppsRequest>()
            .answers::<Listed<App>>(200),
        Endpoint::new(Method::GET, OF_ACCOUNT, OF_ACCOUNT_ID, Right::Any, list_of_account)
            .doing("List what an account holds")
            .query(&PAGE)
            .answers::<ListedWith<AppEntitlementView>>(200),
        Endpoint::new(Method::POST, "/api/v1/search/entitlements", ENTITLEMENTS_ID, Right::Any, found_entitlements)
            .doing("Find entitlements")
            .reads::<SearchEntitlementsRequest>()
            .answers::<FoundEntitlements>(200),
    ]
}

/// `POST /api/v1/app_users/owned_service_accounts`.
pub async fn owned_service_accounts(
    sim: Sim<Domain>,
    caller: Caller,
    search: Search<OwnedServiceAccountsRequest>,
) -> Result<Reply<ListedWith<AppUserView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let rows = accounts::service_accounts(view, caller.user);
    app_user_page(view, &search.page, rows, search.message.expand_mask.as_ref())
}

/// `POST /api/v1/search/app_users`.
pub async fn app_users(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<AppUserSearchRequest>,
) -> Result<Reply<ListedWith<AppUserView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let rows = accounts::found(view, &asked, &search.message)?;
    app_user_page(view, &search.page, rows, search.message.expand_mask.as_ref())
}

/// `POST /api/v1/search/apps`.
pub async fn found_apps(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchAppsRequest>,
) -> Result<Reply<Listed<App>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let rows = apps::found(view, &asked, &search.message)?;
    let page = search.page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    Ok(Reply(page.filter_map(|(_, row)| view.app(row.app)).into()))
}

/// `POST /api/v1/search/entitlements`.
pub async fn found_entitlements(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchEntitlementsRequest>,
) -> Result<Reply<FoundEntitlements>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(search.message.expand_mask.as_ref(), render);
    let rows = entitlements::found(view, &asked, &search.message)?;
    let page = search.page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    let page = page.map(|(_, row)| view.entitlement_view(&row, &mut expand));
    Ok(Reply(FoundEntitlements {
        list: page.items,
        next_page_token: page.next,
        expanded: expand.finish(),
        facets: None,
    }))
}

//! `/api/v1/search/request_catalog/entitlements`: what the caller may ask for (contract, 11).

use std::collections::BTreeSet;

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::grants::{AppEntitlementUserBinding, binding};
use crate::vendors::conductorone::dto::{CatalogSearchIn, CatalogSearchRow, GrantedStatus, View};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::model::{Domain, EntitlementProfile, EntitlementRef};
use crate::vendors::conductorone::query::mentions;
use crate::vendors::conductorone::wire::{ListedWith, Reply, Search};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(
            Method::POST,
            "/api/v1/search/request_catalog/entitlements",
            "c1.api.requestcatalog.v1.RequestCatalogSearchService.SearchEntitlements",
            Right::Any,
            search,
        )
        .doing("Find what the caller may ask for")
        .reads::<CatalogSearchIn>()
        .answers::<ListedWith<CatalogSearchRow>>(200),
    ]
}

async fn search(
    caller: Caller,
    sim: Sim<Domain>,
    Search { message, page }: Search<CatalogSearchIn>,
) -> Result<Reply<ListedWith<CatalogSearchRow>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let catalogs = view.domain.catalogs.iter().filter(|row| row.is_visible_to(view.bindings(), caller.user));
    let offered: BTreeSet<EntitlementRef> = catalogs.flat_map(|catalog| catalog.entries.iter().copied()).collect();
    let rows =
        offered.iter().filter_map(|at| view.domain.entitlement(*at)).filter(|row| is_wanted(view, row, &message));
    let rows = rows.map(|row| (row, held(view, row.at)));
    let rows = rows.filter(|(_, held)| match message.granted_status {
        GrantedStatus::Unspecified | GrantedStatus::All => true,
        GrantedStatus::Granted => !held.is_empty(),
        GrantedStatus::NotGranted => held.is_empty(),
    });
    let mut expand = view.expand(message.expand_mask.as_ref());
    let page = page.cut(rows, |(row, _)| row.at)?.map(|(row, held)| CatalogSearchRow {
        entitlement: Some(view.entitlement_view(row, &mut expand)),
        app_entitlement_user_bindings: held,
    });
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

fn is_wanted(view: View<'_>, row: &EntitlementProfile, wanted: &CatalogSearchIn) -> bool {
    let own = view.company.entitlements().get(&row.at.id);
    let app = view.domain.apps.get(&row.at.app).zip(view.company.apps().get(&row.at.app));
    let app = app.map_or("", |(profile, app)| profile.name(app));
    let name = row.name(own.map(|own| &**own));
    (wanted.entitlement_alias.is_empty() || row.alias == wanted.entitlement_alias)
        && mentions(app, &wanted.app_display_name)
        && [name, &row.alias, app].iter().any(|text| mentions(text, &wanted.query))
}

/// What the caller holds of it already, account by account.
fn held(view: View<'_>, at: EntitlementRef) -> Vec<AppEntitlementUserBinding> {
    let accounts = view.company.accounts_of(view.caller.user).filter(|account| account.app == at.app);
    accounts.filter_map(|account| view.bindings().get(at, account.id)).map(|held| binding(&held)).collect()
}

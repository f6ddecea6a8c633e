//! `/api/v1/search/grants`, `/api/v1/search/past-grants` and `/api/v1/grants/feed` (contract, 10.5).

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::expanded::Object;
use crate::vendors::conductorone::dto::grants::{
    AppEntitlementWithUserBinding, FeedView, HistoryView, SearchGrantFeedRequest, SearchGrantsRequest,
    SearchPastGrantsRequest,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::Expander;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::query::grants::{feed, found, past, place};
use crate::vendors::conductorone::wire::{Asked, ListedWith, Reply, Search};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const FOUND: &str = "c1.api.app.v1.AppEntitlementSearchService.SearchGrants";
    const PAST: &str = "c1.api.app.v1.AppEntitlementUserBindingService.SearchPastGrants";
    const FEED: &str = "c1.api.app.v1.AppEntitlementUserBindingService.SearchGrantFeed";
    vec![
        Endpoint::new(Method::POST, "/api/v1/grants/feed", FEED, Right::Any, grant_feed)
            .doing("List the grants that came and went, the newest first")
            .reads::<SearchGrantFeedRequest>()
            .answers::<ListedWith<FeedView>>(200),
        Endpoint::new(Method::POST, "/api/v1/search/grants", FOUND, Right::Any, grants)
            .doing("Find grants")
            .reads::<SearchGrantsRequest>()
            .answers::<ListedWith<AppEntitlementWithUserBinding>>(200),
        Endpoint::new(Method::POST, "/api/v1/search/past-grants", PAST, Right::Any, past_grants)
            .doing("Find grants that have ended")
            .reads::<SearchPastGrantsRequest>()
            .answers::<ListedWith<HistoryView>>(200),
    ]
}

/// `POST /api/v1/grants/feed`.
pub async fn grant_feed(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchGrantFeedRequest>,
) -> Result<Reply<ListedWith<FeedView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(search.message.expand_mask.as_ref(), render);
    let events = feed(view, &asked, &search.message)?;
    let page = search.page.cut(events.into_iter(), |event| std::cmp::Reverse(place(event)))?;
    let page = page.map(|event| view.feed(&event, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

/// `POST /api/v1/search/grants`.
pub async fn grants(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchGrantsRequest>,
) -> Result<Reply<ListedWith<AppEntitlementWithUserBinding>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(search.message.expand_mask.as_ref(), render);
    let rows = found(view, &asked, &search.message)?;
    let page = search.page.cut(rows.into_iter(), |(place, _)| place.clone())?;
    let page = page.map(|(_, (row, held))| view.with_binding(&row, &held, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

/// `POST /api/v1/search/past-grants`.
pub async fn past_grants(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchPastGrantsRequest>,
) -> Result<Reply<ListedWith<HistoryView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(search.message.expand_mask.as_ref(), render);
    let page = search.page.cut(past(view, &asked, &search.message)?, |(row, _)| row.sequence)?;
    let page = page.map(|(row, account)| view.past(row.sequence, account, &row.grant, row.ended, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

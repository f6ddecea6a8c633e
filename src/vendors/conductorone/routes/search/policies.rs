//! `POST /api/v1/search/policies`.

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::policies::{Policy, SearchPoliciesRequest};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::query::policies::PolicyFilter;
use crate::vendors::conductorone::wire::{Asked, Listed, Reply, Search};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(
            Method::POST,
            "/api/v1/search/policies",
            "c1.api.policy.v1.PolicySearch.Search",
            Right::Any,
            search,
        )
        .doing("Search policies")
        .reads::<SearchPoliciesRequest>()
        .answers::<Listed<Policy>>(200),
    ]
}

async fn search(
    _: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    search: Search<SearchPoliciesRequest>,
) -> Result<Reply<Listed<Policy>>, ApiError> {
    let filter = PolicyFilter::read(&asked, search.message)?;
    let meant = sim.estate().policies_by_name().filter(|policy| filter.matches(policy));
    let page = search.page.cut(meant, |policy| (policy.display_name.to_lowercase(), policy.id))?;
    Ok(Reply(page.map(|policy| Policy::from(&**policy)).into()))
}

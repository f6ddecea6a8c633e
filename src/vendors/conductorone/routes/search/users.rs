//! `/api/v1/search/users`.

use http::Method;

use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::expanded::Object;
use crate::vendors::conductorone::dto::users::{SearchUsersRequest, UserView};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::Expander;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::query::users::{found, place};
use crate::vendors::conductorone::wire::{Asked, ListedWith, Reply, Search};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::POST, "/api/v1/search/users", "c1.api.user.v1.UserSearch.Search", Right::Any, users)
            .doing("Find users")
            .reads::<SearchUsersRequest>()
            .answers::<ListedWith<UserView>>(200),
    ]
}

/// `POST /api/v1/search/users`.
pub async fn users(
    sim: Sim<Domain>,
    caller: Caller,
    asked: Asked,
    search: Search<SearchUsersRequest>,
) -> Result<Reply<ListedWith<UserView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(search.message.expand_mask.as_ref(), render);
    let page = search.page.cut(found(view, &asked, &search.message)?, |person| place(person))?;
    let page = page.map(|person| view.user_view(view.person(person), person.id, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

//! `/api/v1/users…`: users and who does their tasks (contract, 10.4).

use std::sync::Arc;

use http::Method;

use crate::company::Person;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::expanded::Object;
use crate::vendors::conductorone::dto::users::{
    IntrospectRequest, ProfileTypesResponse, SetDelegationRequest, SetDelegationResponse, UserServiceGetResponse,
    UserView,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::Delegate;
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::query::users::{all, place};
use crate::vendors::conductorone::routes::PAGE;
use crate::vendors::conductorone::wire::{Asked, Body, ListedWith, Paging, PathId, Reply};
use crate::world::World;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const DELEGATION: &str = "/api/v1/users/{user_id}/set-delegation-by-admin";
    const DELEGATION_ID: &str = "c1.api.user.v1.UserService.SetExpiringUserDelegationBindingByAdmin";
    const INTROSPECT: &str = "/api/v1/users/introspect";
    vec![
        Endpoint::new(Method::GET, "/api/v1/users", "c1.api.user.v1.UserService.List", Right::Any, list)
            .doing("List users")
            .query(&PAGE)
            .answers::<ListedWith<UserView>>(200),
        Endpoint::new(Method::POST, INTROSPECT, "c1.api.user.v1.UserService.Introspect", Right::Any, introspect)
            .doing("Read the user who asks")
            .reads::<IntrospectRequest>()
            .answers::<UserServiceGetResponse>(200),
        Endpoint::new(Method::GET, "/api/v1/users/{id}", "c1.api.user.v1.UserService.Get", Right::Any, get)
            .doing("Read a user")
            .answers::<UserServiceGetResponse>(200),
        Endpoint::new(
            Method::GET,
            "/api/v1/users/{user_id}/profile-types",
            "c1.api.user.v1.UserService.GetUserProfileTypes",
            Right::Any,
            profile_types,
        )
        .doing("List the profile types of a user")
        .answers::<ProfileTypesResponse>(200),
        Endpoint::new(Method::POST, DELEGATION, DELEGATION_ID, Right::Admin, delegate)
            .doing("Let somebody else do a user's tasks for a while")
            .reads::<SetDelegationRequest>()
            .answers::<SetDelegationResponse>(200),
    ]
}

/// One user. Without a mask everything is expanded, as a `GET` does [assumed].
fn answer(
    world: &Arc<World>,
    caller: &Caller,
    id: Id<Person>,
    mask: Option<Option<&ExpandMask>>,
) -> Result<Reply<UserServiceGetResponse>, ApiError> {
    let view = View::of(world, caller);
    let render = |object: &Object| view.object(object);
    let mut expand = mask.map_or_else(|| Expander::everything(render), |mask| Expander::new(mask, render));
    let user = view.user(id).ok_or(ApiError::NotFound)?;
    let user_view = Some(view.user_view(user, id, &mut expand));
    Ok(Reply(UserServiceGetResponse { user_view, expanded: expand.finish() }))
}

/// `GET /api/v1/users`.
pub async fn list(sim: Sim<Domain>, caller: Caller, page: Paging) -> Result<Reply<ListedWith<UserView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(None, render);
    let page = page.cut(all(view), |person| place(person))?;
    let page = page.map(|person| view.user_view(view.person(person), person.id, &mut expand));
    Ok(Reply(ListedWith::of(page, expand.finish())))
}

/// `POST /api/v1/users/introspect`.
pub async fn introspect(
    sim: Sim<Domain>,
    caller: Caller,
    Body(body): Body<IntrospectRequest>,
) -> Result<Reply<UserServiceGetResponse>, ApiError> {
    answer(sim.world(), &caller, caller.user, Some(body.expand_mask.as_ref()))
}

/// `GET /api/v1/users/{id}`.
pub async fn get(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(user): PathId<Person>,
) -> Result<Reply<UserServiceGetResponse>, ApiError> {
    answer(sim.world(), &caller, user, None)
}

/// `GET /api/v1/users/{user_id}/profile-types`.
pub async fn profile_types(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(user): PathId<Person>,
) -> Result<Reply<ProfileTypesResponse>, ApiError> {
    let view = View::of(sim.world(), &caller);
    view.user(user).ok_or(ApiError::NotFound)?;
    Ok(Reply(ProfileTypesResponse { profile_types: view.profile_types(user) }))
}

/// `POST /api/v1/users/{user_id}/set-delegation-by-admin`.
pub async fn delegate(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(user): PathId<Person>,
    asked: Asked,
    Body(body): Body<SetDelegationRequest>,
) -> Result<Reply<SetDelegationResponse>, ApiError> {
    let to = asked.optional_id("delegatedUserId", &body.delegated_user_id)?;
    let (start, end) = (body.delegation_start_at.map(|at| at.0), body.delegation_expire_at.map(|at| at.0));
    let done = sim.apply(Delegate { user, to, start, end }).await?;
    let view = View::of(&done.after, &caller);
    Ok(Reply(SetDelegationResponse { item: Some(view.delegation(user, done.after.hour())) }))
}

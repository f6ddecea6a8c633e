//! `/api/v1/apps/{app_id}/app_users…`: accounts (contract, 10.3).

use http::Method;

use crate::company::{Account, App, Person};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::app_users::{
    AppUserCredential, AppUserUpdateRequest, AppUserUpdateResponse, AppUserView, edit,
};
use crate::vendors::conductorone::dto::expanded::Object;
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::expand::Expander;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::query::accounts::{of_app, of_user};
use crate::vendors::conductorone::routes::{PAGE, app_user_page};
use crate::vendors::conductorone::wire::{Asked, Body, Listed, ListedWith, Paging, PathId, PathIds, Reply};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    const CREDENTIALS: &str = "/api/v1/apps/{app_id}/app_users/{app_user_id}/credentials";
    const OF_USER: &str = "/api/v1/apps/{app_id}/users/{user_id}/app_users";
    const ONE: &str = "/api/v1/apps/{app_user_app_id}/app_users/{app_user_id}";
    let list_id = "c1.api.app.v1.AppUserService.List";
    vec![
        Endpoint::new(Method::GET, "/api/v1/apps/{app_id}/app_users", list_id, Right::Any, list)
            .doing("List the accounts in an application")
            .query(&PAGE)
            .answers::<ListedWith<AppUserView>>(200),
        Endpoint::new(
            Method::GET,
            CREDENTIALS,
            "c1.api.app.v1.AppUserService.ListAppUserCredentials",
            Right::Any,
            credentials,
        )
        .doing("List the sealed secrets of an account: there are none here")
        .query(&PAGE)
        .answers::<Listed<AppUserCredential>>(200),
        Endpoint::new(
            Method::GET,
            OF_USER,
            "c1.api.app.v1.AppUserService.ListAppUsersForUser",
            Right::Any,
            list_of_user,
        )
        .doing("List a user's accounts in an application")
        .query(&PAGE)
        .answers::<ListedWith<AppUserView>>(200),
        Endpoint::new(Method::POST, ONE, "c1.api.app.v1.AppUserService.Update", Right::Own, update)
            .doing("Say what an account is, and whose")
            .reads::<AppUserUpdateRequest>()
            .answers::<AppUserUpdateResponse>(200),
    ]
}

/// `GET …/app_users`.
pub async fn list(
    sim: Sim<Domain>,
    caller: Caller,
    PathId(app): PathId<App>,
    page: Paging,
) -> Result<Reply<ListedWith<AppUserView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    app_user_page(view, &page, of_app(view, app), None)
}

/// `GET …/users/{user_id}/app_users`.
pub async fn list_of_user(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, user)): PathIds<(Id<App>, Id<Person>)>,
    page: Paging,
) -> Result<Reply<ListedWith<AppUserView>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    app_user_page(view, &page, of_user(view, app, user), None)
}

/// `GET …/credentials`.
pub async fn credentials(
    PathIds(_): PathIds<(Id<App>, Id<Account>)>,
    page: Paging,
) -> Result<Reply<Listed<AppUserCredential>>, ApiError> {
    let page = page.cut(std::iter::empty::<AppUserCredential>(), |row| row.id.clone())?;
    Ok(Reply(page.into()))
}

/// `POST …/app_users/{app_user_id}`.
pub async fn update(
    sim: Sim<Domain>,
    caller: Caller,
    PathIds((app, account)): PathIds<(Id<App>, Id<Account>)>,
    asked: Asked,
    Body(body): Body<AppUserUpdateRequest>,
) -> Result<Reply<AppUserUpdateResponse>, ApiError> {
    let done = sim.apply(edit(&asked, (app, account), &body)?).await?;
    let view = View::of(&done.after, &caller);
    let render = |object: &Object| view.object(object);
    let mut expand = Expander::new(body.expand_mask.as_ref(), render);
    let account = view.company.accounts().get(&account).ok_or(ApiError::NotFound)?;
    let app_user_view = Some(view.app_user_view(account, &mut expand));
    Ok(Reply(AppUserUpdateResponse { app_user_view, expanded: expand.finish() }))
}

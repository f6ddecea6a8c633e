//! `/source-apps/…`

use axum::Json;
use http::Method;

use super::{ADMIN, ANY, LIST, access};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::auth::Caller;
use crate::vendors::sailpoint::dto::{AccessProfileDetails, SourceAppDto, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::BETA_THEN_EXPERIMENTAL;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::model::{Object, ObjectKind, Org, SourceApp};
use crate::vendors::sailpoint::query::{ListQuery, listings};
use crate::vendors::sailpoint::reply::{List, PathId, Query};

const READ: &[&str] = &["idn:app-roles:read", "idn:app-roles:manage"];
const MANAGE: &[&str] = &["idn:app-roles:manage"];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(BETA_THEN_EXPERIMENTAL, READ, ANY);
    let read_all = access(BETA_THEN_EXPERIMENTAL, READ, ADMIN);
    vec![
        Endpoint::new(Method::GET, "/source-apps", "listAvailableSourceApps", read, available)
            .doing("List the source apps in which something can be asked for")
            .query(&LIST)
            .answers_list::<SourceAppDto>(200),
        Endpoint::new(Method::GET, "/source-apps/all", "listAllSourceApp", read_all, all)
            .doing("List all source apps")
            .query(&LIST)
            .answers_list::<SourceAppDto>(200),
        Endpoint::new(Method::GET, "/source-apps/assigned", "listAssignedSourceApp", read, assigned)
            .doing("List the source apps of which the caller has an access profile")
            .query(&LIST)
            .answers_list::<SourceAppDto>(200),
        Endpoint::new(Method::GET, "/source-apps/{id}", "getSourceApp", read, get)
            .doing("Get a source app")
            .answers::<SourceAppDto>(200),
        Endpoint::new(
            Method::GET,
            "/source-apps/{id}/access-profiles",
            "listAccessProfilesForSourceApp",
            access(BETA_THEN_EXPERIMENTAL, MANAGE, ANY),
            access_profiles,
        )
        .doing("List what can be asked for in a source app")
        .query(&["limit", "offset", "filters"])
        .answers_list::<AccessProfileDetails>(200),
    ]
}

/// `GET /source-apps`
async fn available(sim: Sim<Org>, query: Query) -> Result<List<SourceAppDto>, ApiError> {
    let list = query.list(&listings::SOURCE_APPS)?;
    Ok(listed(&sim, &query, list, |app| app.enabled))
}

/// `GET /source-apps/all`
async fn all(sim: Sim<Org>, query: Query) -> Result<List<SourceAppDto>, ApiError> {
    let list = query.list(&listings::ALL_SOURCE_APPS)?;
    Ok(listed(&sim, &query, list, |_| true))
}

/// `GET /source-apps/assigned`
async fn assigned(sim: Sim<Org>, caller: Caller, query: Query) -> Result<List<SourceAppDto>, ApiError> {
    let list = query.list(&listings::ASSIGNED_SOURCE_APPS)?;
    let (person, org, company) = (caller.identity()?, sim.estate(), sim.world().company());
    Ok(listed(&sim, &query, list, |app| {
        let mut profiles = app.access_profiles.iter();
        app.enabled
            && profiles.any(|id| org.has(company, person, Object { kind: ObjectKind::AccessProfile, id: id.cast() }))
    }))
}

fn listed(sim: &Sim<Org>, query: &Query, list: ListQuery, is_shown: impl Fn(&SourceApp) -> bool) -> List<SourceAppDto> {
    let list = list.oldest_first();
    let view = View::of(sim.world(), query.family);
    let apps = list.candidates(&view.org.source_apps).filter(|app| is_shown(app));
    List(list.page(apps, |app| app.id).map(|app| view.source_app(app)))
}

/// `GET /source-apps/{id}`
async fn get(sim: Sim<Org>, PathId(id): PathId<SourceApp>, query: Query) -> Result<Json<SourceAppDto>, ApiError> {
    let view = View::of(sim.world(), query.family);
    view.org.source_apps.get(&id).map(|app| Json(view.source_app(app))).ok_or(ApiError::NotFound)
}

/// `GET /source-apps/{id}/access-profiles`
async fn access_profiles(
    sim: Sim<Org>,
    PathId(id): PathId<SourceApp>,
    query: Query,
) -> Result<List<AccessProfileDetails>, ApiError> {
    let list = query.list(&listings::SOURCE_APP_ACCESS_PROFILES)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let app = view.org.source_apps.get(&id).ok_or(ApiError::NotFound)?;
    let profiles = app.access_profiles.iter().filter_map(|id| view.org.profiles.get(id));
    Ok(List(list.page(profiles, |profile| profile.id).map(|profile| view.profile_details(app, profile))))
}

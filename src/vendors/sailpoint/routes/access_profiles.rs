//! `/access-profiles/…`

use axum::Json;
use http::Method;
use json_patch::Patch;

use super::{ACCESS_LEVELS, LIST, SOURCE_LEVELS, access};
use crate::company::Company;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{AccessProfileDto, EntitlementDto, JsonPatchOperation, View};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::EVERYWHERE;
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::EditProfile;
use crate::vendors::sailpoint::model::{AccessProfile, Org};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{Body, List, PathId, Query};

const READ: &[&str] = &["idn:access-profile:read"];
const MANAGE: &[&str] = &["idn:access-profile:manage"];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let read = access(EVERYWHERE, READ, ACCESS_LEVELS);
    vec![
        Endpoint::new(Method::GET, "/access-profiles", "listAccessProfiles", read, list)
            .doing("List access profiles")
            .query(&["for-subadmin", "for-segment-ids", "include-unsegmented"])
            .query(&LIST)
            .answers_list::<AccessProfileDto>(200),
        Endpoint::new(Method::GET, "/access-profiles/{id}", "getAccessProfile", read, get)
            .doing("Get an access profile")
            .answers::<AccessProfileDto>(200),
        Endpoint::new(
            Method::PATCH,
            "/access-profiles/{id}",
            "patchAccessProfile",
            access(EVERYWHERE, MANAGE, SOURCE_LEVELS),
            patch,
        )
        .doing("Change an access profile by JSON Patch")
        .reads_list::<JsonPatchOperation>()
        .answers::<AccessProfileDto>(200),
        Endpoint::new(
            Method::GET,
            "/access-profiles/{id}/entitlements",
            "getAccessProfileEntitlements",
            access(EVERYWHERE, READ, SOURCE_LEVELS),
            entitlements,
        )
        .doing("List what an access profile brings")
        .query(&LIST)
        .answers_list::<EntitlementDto>(200),
    ]
}

/// `GET /access-profiles`
async fn list(sim: Sim<Org>, query: Query) -> Result<List<AccessProfileDto>, ApiError> {
    let list = query.list(&listings::ACCESS_PROFILES)?.oldest_first();
    let shows_unsegmented = query.shows_unsegmented()?;
    let view = View::of(sim.world(), query.family);
    let profiles = list.candidates(&view.org.profiles).filter(|_| shows_unsegmented);
    Ok(List(list.page(profiles, |profile| profile.id).map(|profile| view.profile(profile))))
}

/// `GET /access-profiles/{id}`
async fn get(
    sim: Sim<Org>,
    PathId(id): PathId<AccessProfile>,
    query: Query,
) -> Result<Json<AccessProfileDto>, ApiError> {
    let view = View::of(sim.world(), query.family);
    view.org.profiles.get(&id).map(|profile| Json(view.profile(profile))).ok_or(ApiError::NotFound)
}

/// `PATCH /access-profiles/{id}`
async fn patch(
    sim: Sim<Org>,
    PathId(profile): PathId<AccessProfile>,
    query: Query,
    Body(patch): Body<Patch>,
) -> Result<Json<AccessProfileDto>, ApiError> {
    let family = query.family;
    let edit = move |org: &Org, company: &Company, profile: &AccessProfile| {
        View { org, company, family }.patched_profile(profile, &patch)
    };
    let done = sim.apply(EditProfile { profile, edit }).await?;
    let view = View::of(&done.after, family);
    view.org.profiles.get(&profile).map(|profile| Json(view.profile(profile))).ok_or(ApiError::NotFound)
}

/// `GET /access-profiles/{id}/entitlements`
async fn entitlements(
    sim: Sim<Org>,
    PathId(id): PathId<AccessProfile>,
    query: Query,
) -> Result<List<EntitlementDto>, ApiError> {
    let list = query.list(&listings::ACCESS_PROFILE_ENTITLEMENTS)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let profile = view.org.profiles.get(&id).ok_or(ApiError::NotFound)?;
    let brought = profile.entitlements.iter().filter_map(|id| view.entitlement(*id)).map(|row| view.see(row));
    Ok(List(list.page(brought, |seen| seen.row.id).map(|seen| view.full_entitlement(seen.row))))
}

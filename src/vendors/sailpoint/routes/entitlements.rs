//! `/entitlements/…`

use std::collections::BTreeSet;

use axum::Json;
use http::Method;
use json_patch::Patch;

use super::{ADMIN, ANY, LIST, PAGE, SOURCE_LEVELS, access};
use crate::company::{Company, Entitlement, EntitlementKey, Person};
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::sailpoint::dto::{
    EntitlementOfFamily, IdentityEntitlement, JsonPatchOperation, OwnRequestConfig, OwnRequestConfigIn, View,
};
use crate::vendors::sailpoint::error::ApiError;
use crate::vendors::sailpoint::families::{BETA_AND_YEARLY, Family, YEARLY};
use crate::vendors::sailpoint::gate::Access;
use crate::vendors::sailpoint::lifecycle::EditEntitlement;
use crate::vendors::sailpoint::model::{EntitlementSettings, Org, UserLevel};
use crate::vendors::sailpoint::query::listings;
use crate::vendors::sailpoint::reply::{Body, List, OptionalBody, PathId, Query, read_id};

const READ: &[&str] = &["idn:entitlement:read", "idn:entitlement:manage"];
const MANAGE: &[&str] = &["idn:entitlement:manage"];
const UPDATE: &[&str] = &["idn:entitlement:manage", "idn:entitlement:update"];

/// The rows of the table of contents.
pub fn rows() -> Contents<Access> {
    let config = "/entitlements/{id}/entitlement-request-config";
    let editors: &[UserLevel] = &[UserLevel::OrgAdmin, UserLevel::SourceAdmin];
    vec![
        Endpoint::new(Method::GET, "/entitlements", "listEntitlements", access(BETA_AND_YEARLY, READ, ANY), list)
            .doing("List entitlements")
            .query(&["account-id", "segmented-for-identity", "for-segment-ids", "include-unsegmented"])
            .query(&LIST)
            .answers_list::<EntitlementOfFamily>(200),
        Endpoint::new(Method::GET, "/entitlements/{id}", "getEntitlement", access(BETA_AND_YEARLY, READ, ADMIN), get)
            .doing("Get an entitlement")
            .answers::<EntitlementOfFamily>(200),
        Endpoint::new(
            Method::PATCH,
            "/entitlements/{id}",
            "patchEntitlement",
            access(BETA_AND_YEARLY, UPDATE, editors),
            patch,
        )
        .doing("Change an entitlement by JSON Patch")
        .reads_list::<JsonPatchOperation>()
        .answers::<EntitlementOfFamily>(200),
        Endpoint::new(
            Method::GET,
            config,
            "getEntitlementRequestConfig",
            access(BETA_AND_YEARLY, READ, SOURCE_LEVELS),
            get_config,
        )
        .doing("Say how an entitlement may be asked for")
        .answers::<OwnRequestConfig>(200),
        Endpoint::new(
            Method::PUT,
            config,
            "putEntitlementRequestConfig",
            access(BETA_AND_YEARLY, MANAGE, SOURCE_LEVELS),
            put_config,
        )
        .doing("Set how an entitlement may be asked for")
        .reads::<OwnRequestConfigIn>()
        .answers::<OwnRequestConfig>(200),
        Endpoint::new(
            Method::GET,
            "/entitlements/identities/{id}/entitlements",
            "listEntitlementsByIdentity",
            access(YEARLY, &["idn:entitlement:read"], ANY),
            of_identity,
        )
        .doing("List what an identity holds")
        .query(&PAGE)
        .answers_list::<IdentityEntitlement>(200),
    ]
}

/// `GET /entitlements`. Older families take `account-id` instead of filters and segments.
async fn list(sim: Sim<Org>, query: Query) -> Result<List<EntitlementOfFamily>, ApiError> {
    let list = query.list(&listings::ENTITLEMENTS)?.oldest_first();
    let shows_unsegmented = query.shows_unsegmented()?;
    let view = View::of(sim.world(), query.family);
    let takes_account = matches!(query.family, Family::Beta | Family::V2024 | Family::V2025);
    let rows: Box<dyn Iterator<Item = _>> = match query.get("account-id").filter(|_| takes_account) {
        Some(_) if EXCLUDED.iter().any(|name| query.get(name).is_some()) => {
            return Err(ApiError::bad_value("account-id"));
        }
        Some(account) => {
            let account = read_id(account).and_then(|id| view.account(id));
            let grants = account.into_iter().flat_map(|account| view.company.grants_of(account.id));
            Box::new(grants.filter_map(|grant| view.entitlement(grant.id.entitlement)))
        }
        None => match list.pinned("source.id") {
            Some(sources) => {
                let table = view.company.entitlements();
                Box::new(sources.into_iter().flat_map(|source| table.with(EntitlementKey::App(source))))
            }
            None => list.candidates(view.company.entitlements()),
        },
    };
    let rows = rows.filter(|row| shows_unsegmented && view.shows_entitlement(row)).map(|row| view.see(row));
    Ok(List(list.page(rows, |seen| seen.row.id).map(|seen| view.entitlement_of_family(seen.row))))
}

const EXCLUDED: [&str; 4] = ["filters", "segmented-for-identity", "for-segment-ids", "include-unsegmented"];

/// `GET /entitlements/{id}`
async fn get(
    sim: Sim<Org>,
    PathId(id): PathId<Entitlement>,
    query: Query,
) -> Result<Json<EntitlementOfFamily>, ApiError> {
    let view = View::of(sim.world(), query.family);
    view.entitlement(id).map(|row| Json(view.entitlement_of_family(row))).ok_or(ApiError::NotFound)
}

/// `PATCH /entitlements/{id}`
async fn patch(
    sim: Sim<Org>,
    PathId(entitlement): PathId<Entitlement>,
    query: Query,
    OptionalBody(patch): OptionalBody<Patch>,
) -> Result<Json<EntitlementOfFamily>, ApiError> {
    let family = query.family;
    let edit = move |org: &Org, company: &Company, settings: &EntitlementSettings| {
        View { org, company, family }.patched_entitlement(settings, &patch)
    };
    let done = sim.apply(EditEntitlement { entitlement, edit }).await?;
    let view = View::of(&done.after, family);
    view.entitlement(entitlement).map(|row| Json(view.entitlement_of_family(row))).ok_or(ApiError::NotFound)
}

/// `GET /entitlements/{id}/entitlement-request-config`
async fn get_config(
    sim: Sim<Org>,
    PathId(id): PathId<Entitlement>,
    query: Query,
) -> Result<Json<OwnRequestConfig>, ApiError> {
    config(&View::of(sim.world(), query.family), id)
}

/// `PUT /entitlements/{id}/entitlement-request-config`
async fn put_config(
    sim: Sim<Org>,
    PathId(entitlement): PathId<Entitlement>,
    query: Query,
    Body(body): Body<OwnRequestConfigIn>,
) -> Result<Json<OwnRequestConfig>, ApiError> {
    let family = query.family;
    let edit = move |org: &Org, company: &Company, settings: &EntitlementSettings| {
        let requestability = Some(View { org, company, family }.read_own_config(body)?);
        Ok(EntitlementSettings { requestability, ..settings.clone() })
    };
    View::of(sim.world(), family).entitlement(entitlement).ok_or(ApiError::NotFound)?;
    let done = sim.apply(EditEntitlement { entitlement, edit }).await?;
    config(&View::of(&done.after, family), entitlement)
}

fn config(view: &View<'_>, id: crate::kernel::Id<Entitlement>) -> Result<Json<OwnRequestConfig>, ApiError> {
    let entitlement = view.entitlement(id).ok_or(ApiError::NotFound)?;
    let own = view.org.settings_of(entitlement.id).requestability;
    let rules = own.unwrap_or_else(|| view.org.config().entitlement_rules);
    Ok(Json(view.own_request_config(&rules)))
}

/// `GET /entitlements/identities/{id}/entitlements`
async fn of_identity(
    sim: Sim<Org>,
    PathId(id): PathId<Person>,
    query: Query,
) -> Result<List<IdentityEntitlement>, ApiError> {
    let list = query.list(&listings::UNFILTERED)?.oldest_first();
    let view = View::of(sim.world(), query.family);
    let person = view.person(id).ok_or(ApiError::NotFound)?;
    let held: BTreeSet<_> = view.company.held_by(person.id).map(|grant| grant.id.entitlement).collect();
    let rows = held.into_iter().filter_map(|id| view.entitlement(id)).map(|row| view.see(row));
    Ok(List(list.page(rows, |seen| seen.row.id).map(|seen| view.identity_entitlement(seen.row))))
}

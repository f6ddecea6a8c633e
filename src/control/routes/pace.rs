//! How fast each asynchronous hop goes.

use std::collections::BTreeMap;

use axum::extract::State;

use crate::control::dto::PaceDto;
use crate::control::extract::{Json, Of};
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::kernel::Hop;
use crate::world::{Cause, World};

served!(Plane: show, change);

type PacesDto = BTreeMap<&'static str, PaceDto>;

/// The pace of every hop: `atOnce`, `held`, or a duration.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/pace", tag = "pace", operation_id = "getPace",
    responses((status = 200, body = BTreeMap<String, String>)))]
async fn show(State(plane): State<Plane>, Of(tenant): Of) -> Json<PacesDto> {
    Json(paces(&plane, &tenant.read()))
}

/// Sets the pace of the hops named; `null` lets one go as usual again.
#[utoipa::path(put, path = "/_rolecall/tenants/{tenant}/pace", tag = "pace", operation_id = "putPace",
    request_body = BTreeMap<String, Option<String>>, responses((status = 200, body = BTreeMap<String, String>)))]
async fn change(
    State(plane): State<Plane>,
    Of(tenant): Of,
    Json(wanted): Json<BTreeMap<String, Option<PaceDto>>>,
) -> Result<Json<PacesDto>, Refusal> {
    let known: Vec<Hop> = hops(&plane).collect();
    let hop = |name: &str| known.iter().find(|hop| hop.name == name);
    let set = tenant.change(Cause::Operator("pace"), |draft| {
        let mut paces = draft.world().paces().clone();
        for (name, pace) in &wanted {
            let hop = hop(name).ok_or_else(|| Refusal::no_such("hop", name, known.iter().map(|hop| hop.name)))?;
            match pace {
                Some(PaceDto(pace)) => paces.set(hop.name, *pace),
                None => paces.unset(hop.name),
            }
        }
        draft.set_paces(paces);
        Ok::<_, Refusal>(())
    });
    let done = set.await?;
    Ok(Json(paces(&plane, &done.after)))
}

fn hops(plane: &Plane) -> impl Iterator<Item = Hop> {
    plane.site.vendors().flat_map(|vendor| vendor.hops())
}

fn paces(plane: &Plane, world: &World) -> PacesDto {
    hops(plane).map(|hop| (hop.name, PaceDto(world.paces().of(hop)))).collect()
}

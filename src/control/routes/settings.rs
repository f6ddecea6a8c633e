//! What may be switched for all vendors alike.

use crate::control::dto::SettingsPatch;
use crate::control::extract::{Json, Of};
use crate::control::{Plane, Refusal};
use crate::http::served;
use crate::world::{Cause, Settings};

served!(Plane: show, change);

/// The switches of a tenant.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/settings", tag = "settings", operation_id = "getSettings",
    responses((status = 200, body = SettingsPatch)))]
async fn show(Of(tenant): Of) -> Json<Settings> {
    Json(*tenant.read().settings())
}

/// Turns switches; what is absent stays.
#[utoipa::path(patch, path = "/_rolecall/tenants/{tenant}/settings", tag = "settings", operation_id = "patchSettings",
    request_body = SettingsPatch, responses((status = 200, body = SettingsPatch)))]
async fn change(Of(tenant): Of, Json(patch): Json<SettingsPatch>) -> Result<Json<Settings>, Refusal> {
    let turned = tenant.change(Cause::Operator("settings"), |draft| {
        let settings = patch.over(*draft.world().settings());
        draft.set_settings(settings);
        Ok::<_, Refusal>(settings)
    });
    Ok(Json(turned.await?.output))
}

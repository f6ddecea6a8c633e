//! `/api/v1/apps/{app_id}/usage_controls`: what is done about access that nobody uses.

use http::Method;

use crate::company::App;
use crate::http::{Contents, Endpoint, Sim};
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::{UsageAnswer, UsageUpdateIn, UsageUpdated, View, masked};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{Noun, Refusal, UpdateUsage};
use crate::vendors::conductorone::model::Domain;
use crate::vendors::conductorone::wire::{Body, PathId, Reply};

const PATH: &str = "/api/v1/apps/{app_id}/usage_controls";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, PATH, "c1.api.app.v1.AppUsageControlsService.Get", Right::Any, get)
            .doing("Get what is done about unused access")
            .answers::<UsageAnswer>(200),
        Endpoint::new(Method::POST, PATH, "c1.api.app.v1.AppUsageControlsService.Update", Right::Own, update)
            .doing("Say what is done about unused access")
            .reads::<UsageUpdateIn>()
            .answers::<UsageUpdated>(200),
    ]
}

async fn get(caller: Caller, sim: Sim<Domain>, PathId(app): PathId<App>) -> Result<Reply<UsageAnswer>, ApiError> {
    let view = View::of(sim.world(), &caller);
    view.domain.app(app).ok_or(Refusal::NoSuch(Noun::App))?;
    let (controls, known) = (view.usage_controls(app), view.has_usage_data(app));
    Ok(Reply(UsageAnswer { app_usage_controls: Some(controls), has_usage_data: known }))
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(app): PathId<App>,
    Body(sent): Body<UsageUpdateIn>,
) -> Result<Reply<UsageUpdated>, ApiError> {
    let done = sim.apply(UpdateUsage { app, change: masked(sent.update_mask, sent.app_usage_controls) }).await?;
    let controls = View::of(&done.after, &caller).usage_controls(app);
    Ok(Reply(UsageUpdated { app_usage_controls: Some(controls) }))
}

//! `/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/automation`.

use http::Method;

use crate::company::{App, Entitlement};
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::{
    AutomationAnswer, AutomationCreateIn, AutomationCreated, AutomationExcludeIn, AutomationIncludeIn,
    AutomationUpdateIn, ExcludedUser, Says, masked,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{
    CreateAutomation, DeleteAutomation, ExcludeUsers, UpdateAutomation, automation,
};
use crate::vendors::conductorone::model::{Domain, EntitlementRef};
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Listed, Paging, PathIds, Reply, id};

const AUTOMATION: &str = "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/automation";
const EXCLUSIONS: &str = "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/automation/exclusions";

type Path = PathIds<(Id<App>, Id<Entitlement>)>;

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, AUTOMATION, "c1.api.app.v1.AppEntitlements.GetAutomation", Right::Any, get)
            .doing("To whom an entitlement is given by itself")
            .answers::<AutomationAnswer>(200),
        Endpoint::new(Method::DELETE, AUTOMATION, "c1.api.app.v1.AppEntitlements.DeleteAutomation", Right::Own, delete)
            .doing("Give an entitlement to nobody by itself any more")
            .reads_as::<Empty>("c1.api.app.v1.DeleteAutomationRequest")
            .answers::<Empty>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/automation/create",
            "c1.api.app.v1.AppEntitlements.CreateAutomation",
            Right::Own,
            create,
        )
        .doing("Say to whom an entitlement is given by itself")
        .reads::<AutomationCreateIn>()
        .answers::<AutomationCreated>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/apps/{app_id}/entitlements/{app_entitlement_id}/automation/update",
            "c1.api.app.v1.AppEntitlements.UpdateAutomation",
            Right::Own,
            update,
        )
        .doing("Change to whom an entitlement is given by itself")
        .reads::<AutomationUpdateIn>()
        .answers::<AutomationAnswer>(200),
        Endpoint::new(
            Method::GET,
            EXCLUSIONS,
            "c1.api.app.v1.AppEntitlements.ListAutomationExclusions",
            Right::Any,
            exclusions,
        )
        .doing("List who is left out of an automation")
        .answers::<Listed<ExcludedUser>>(200),
        Endpoint::new(
            Method::POST,
            EXCLUSIONS,
            "c1.api.app.v1.AppEntitlements.AddAutomationExclusion",
            Right::Own,
            exclude,
        )
        .doing("Leave users out of an automation")
        .reads::<AutomationExcludeIn>()
        .answers::<Empty>(200),
        Endpoint::new(
            Method::DELETE,
            EXCLUSIONS,
            "c1.api.app.v1.AppEntitlements.RemoveAutomationExclusion",
            Right::Own,
            include,
        )
        .doing("Leave users out of an automation no more")
        .reads::<AutomationIncludeIn>()
        .answers::<Empty>(200),
    ]
}

fn answer(view: View<'_>, at: EntitlementRef) -> Result<Reply<AutomationAnswer>, ApiError> {
    Ok(Reply(AutomationAnswer { automation: Some(view.automation(&automation(view.domain, at)?)) }))
}

async fn get(caller: Caller, sim: Sim<Domain>, PathIds((app, id)): Path) -> Result<Reply<AutomationAnswer>, ApiError> {
    answer(View::of(sim.world(), &caller), EntitlementRef { app, id })
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((app, id)): Path,
    Body(sent): Body<AutomationCreateIn>,
) -> Result<Reply<AutomationCreated>, ApiError> {
    let at = EntitlementRef { app, id };
    let settings = sent.automation.unwrap_or_default().said()?;
    let done = sim.apply(CreateAutomation { at, settings }).await?;
    let Reply(AutomationAnswer { automation }) = answer(View::of(&done.after, &caller), at)?;
    Ok(Reply(AutomationCreated { automation }))
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((app, id)): Path,
    Body(sent): Body<AutomationUpdateIn>,
) -> Result<Reply<AutomationAnswer>, ApiError> {
    let at = EntitlementRef { app, id };
    let (mask, new) = sent.split();
    let done = sim.apply(UpdateAutomation { at, change: masked(mask, Some(new)) }).await?;
    answer(View::of(&done.after, &caller), at)
}

async fn delete(sim: Sim<Domain>, PathIds((app, id)): Path, _: Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(DeleteAutomation { at: EntitlementRef { app, id } }).await?;
    Ok(Done)
}

async fn exclusions(
    caller: Caller,
    sim: Sim<Domain>,
    PathIds((app, entitlement)): Path,
    page: Paging,
) -> Result<Reply<Listed<ExcludedUser>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let row = automation(view.domain, EntitlementRef { app, id: entitlement })?;
    let page = page.cut(row.exclusions.iter().copied(), |user| *user)?.map(|user| ExcludedUser {
        user: view.user(user),
        app_id: id::text(app),
        app_entitlement_id: id::text(entitlement),
        app_user_id: String::new(),
    });
    Ok(Reply(page.into()))
}

async fn exclude(
    sim: Sim<Domain>,
    asked: Asked,
    PathIds((app, id)): Path,
    Body(sent): Body<AutomationExcludeIn>,
) -> Result<Done, ApiError> {
    let users = asked.ids("userIds", &sent.user_ids)?;
    sim.apply(ExcludeUsers { at: EntitlementRef { app, id }, users, excluded: true }).await?;
    Ok(Done)
}

async fn include(
    sim: Sim<Domain>,
    asked: Asked,
    PathIds((app, id)): Path,
    Body(sent): Body<AutomationIncludeIn>,
) -> Result<Done, ApiError> {
    let users = asked.ids("userIds", &sent.user_ids)?;
    sim.apply(ExcludeUsers { at: EntitlementRef { app, id }, users, excluded: false }).await?;
    Ok(Done)
}

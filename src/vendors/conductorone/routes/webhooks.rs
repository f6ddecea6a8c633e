//! `/api/v1/webhooks` and its search.

use http::Method;

use super::PAGE;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::{
    Webhook, WebhookAnswer, WebhookCreateIn, WebhookDecision, WebhookSearchIn, WebhookTested, WebhookUpdateIn, masked,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::incoming;
use crate::vendors::conductorone::lifecycle::{BringDecision, Create, Delete, Noun, Refusal, TestWebhook, Update};
use crate::vendors::conductorone::model::{self, Domain};
use crate::vendors::conductorone::query::mentions;
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Listed, Paging, PathId, PathTexts, Reply, Search};

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, "/api/v1/webhooks", "c1.api.webhooks.v1.WebhooksService.List", Right::Any, list)
            .doing("List webhooks")
            .query(&PAGE)
            .answers::<Listed<Webhook>>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/webhooks",
            "c1.api.webhooks.v1.WebhooksService.Create",
            Right::Admin,
            create,
        )
        .doing("Create a webhook")
        .reads::<WebhookCreateIn>()
        .answers::<WebhookAnswer>(200),
        Endpoint::new(Method::GET, "/api/v1/webhooks/{id}", "c1.api.webhooks.v1.WebhooksService.Get", Right::Any, get)
            .doing("Get a webhook")
            .answers::<WebhookAnswer>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/webhooks/{id}",
            "c1.api.webhooks.v1.WebhooksService.Update",
            Right::Admin,
            update,
        )
        .doing("Change a webhook")
        .reads::<WebhookUpdateIn>()
        .answers::<WebhookAnswer>(200),
        Endpoint::new(
            Method::DELETE,
            "/api/v1/webhooks/{id}",
            "c1.api.webhooks.v1.WebhooksService.Delete",
            Right::Admin,
            delete,
        )
        .doing("Delete a webhook")
        .reads_as::<Empty>("c1.api.webhooks.v1.WebhooksServiceDeleteRequest")
        .answers::<Empty>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/search/webhooks",
            "c1.api.webhooks.v1.WebhooksSearch.Search",
            Right::Any,
            search,
        )
        .doing("Search webhooks")
        .reads::<WebhookSearchIn>()
        .answers::<Listed<Webhook>>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/webhooks/{id}/test",
            "c1.api.webhooks.v1.WebhooksService.Test",
            Right::Admin,
            test,
        )
        .doing("Call a webhook to see whether it is there")
        .reads_as::<Empty>("c1.api.webhooks.v1.WebhooksServiceTestRequest")
        .answers::<WebhookTested>(200),
        Endpoint::new(Method::POST, "/api/v1/webhooks/callback/{token}", "webhooks.callback", Right::Open, callback)
            .doing("Bring the decision that a webhook promised")
            .reads::<WebhookDecision>()
            .answers::<Empty>(200),
    ]
}

async fn list(caller: Caller, sim: Sim<Domain>, page: Paging) -> Result<Reply<Listed<Webhook>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let rows = view.domain.webhooks.iter().filter(|row| row.deleted.is_none());
    Ok(Reply(page.cut(rows, |row| row.id)?.map(|row| view.webhook(row)).into()))
}

async fn search(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Search { message, page }: Search<WebhookSearchIn>,
) -> Result<Reply<Listed<Webhook>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let refs: Vec<String> = message.refs.into_iter().map(|webhook| webhook.id).collect();
    let refs: Vec<Id<model::Webhook>> = asked.ids("refs", &refs)?;
    let rows = view.domain.webhooks.iter().filter(|row| row.deleted.is_none());
    let rows = rows.filter(|row| refs.is_empty() || refs.contains(&row.id));
    let rows = rows.filter(|row| mentions(&row.settings.display_name, &message.query));
    Ok(Reply(page.cut(rows, |row| row.id)?.map(|row| view.webhook(row)).into()))
}

async fn get(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<model::Webhook>,
) -> Result<Reply<WebhookAnswer>, ApiError> {
    let webhook =
        View::of(sim.world(), &caller).webhook(sim.estate().webhooks.get(&id).ok_or(Refusal::NoSuch(Noun::Webhook))?);
    Ok(Reply(WebhookAnswer { webhook: Some(webhook) }))
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    Body(sent): Body<WebhookCreateIn>,
) -> Result<Reply<WebhookAnswer>, ApiError> {
    let done = sim.apply(Create::<model::Webhook> { by: caller.user, settings: sent.into() }).await?;
    let view = View::of(&done.after, &caller);
    Ok(Reply(WebhookAnswer { webhook: view.domain.webhooks.get(&done.output).map(|row| view.webhook(row)) }))
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<model::Webhook>,
    Body(sent): Body<WebhookUpdateIn>,
) -> Result<Reply<WebhookAnswer>, ApiError> {
    let done = sim.apply(Update { id, change: masked(sent.update_mask, sent.webhook) }).await?;
    let view = View::of(&done.after, &caller);
    Ok(Reply(WebhookAnswer { webhook: view.domain.webhooks.get(&id).map(|row| view.webhook(row)) }))
}

async fn delete(sim: Sim<Domain>, PathId(id): PathId<model::Webhook>, _: Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(Delete { id }).await?;
    Ok(Done)
}

async fn test(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<model::Webhook>,
    _: Body<Empty>,
) -> Result<Reply<WebhookTested>, ApiError> {
    let done = sim.apply(TestWebhook { id }).await?;
    let view = View::of(&done.after, &caller);
    let instance = view.domain.webhook_instances.get(&done.output).map(|row| view.webhook_instance(row));
    Ok(Reply(WebhookTested { webhook: instance }))
}

async fn callback(sim: Sim<Domain>, path: PathTexts, Body(sent): Body<WebhookDecision>) -> Result<Done, ApiError> {
    let token = path.get("token").to_owned();
    sim.apply(BringDecision { token, decision: incoming::meant(sent)? }).await?;
    Ok(Done)
}

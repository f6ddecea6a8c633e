//! `/api/v1/step-up` and its searches.

use http::Method;

use super::PAGE;

use crate::company::Person;
use crate::http::{Contents, Endpoint, Sim};
use crate::kernel::Id;
use crate::vendors::conductorone::auth::Caller;
use crate::vendors::conductorone::dto::View;
use crate::vendors::conductorone::dto::{
    StepUpProvider, StepUpProviderAnswer, StepUpProviderCreateIn, StepUpProviderSearchIn, StepUpProviderTested,
    StepUpProviderUpdateIn, StepUpSecretIn, StepUpTransaction, StepUpTransactionAnswer, StepUpTransactionSearchIn,
    TransactionState, masked, step_up_page,
};
use crate::vendors::conductorone::error::ApiError;
use crate::vendors::conductorone::gate::Right;
use crate::vendors::conductorone::lifecycle::{
    CreateProvider, Delete, Noun, Refusal, SetProviderSecret, TestProvider, Update,
};
use crate::vendors::conductorone::model::{self, Domain, StepUpTarget, Task};
use crate::vendors::conductorone::query::mentions;
use crate::vendors::conductorone::wire::{Asked, Body, Done, Empty, Listed, Paging, PathId, Reply, Search};

const PROVIDERS: &str = "/api/v1/step-up/providers";
const PROVIDER: &str = "/api/v1/step-up/providers/{id}";

/// The endpoints.
pub fn rows() -> Contents<Right> {
    vec![
        Endpoint::new(Method::GET, PROVIDERS, "c1.api.stepup.v1.StepUpProviderService.List", Right::Any, list)
            .doing("List step-up providers")
            .query(&PAGE)
            .answers::<Listed<StepUpProvider>>(200),
        Endpoint::new(Method::POST, PROVIDERS, "c1.api.stepup.v1.StepUpProviderService.Create", Right::Admin, create)
            .doing("Create a step-up provider")
            .reads::<StepUpProviderCreateIn>()
            .answers::<StepUpProviderAnswer>(200),
        Endpoint::new(Method::GET, PROVIDER, "c1.api.stepup.v1.StepUpProviderService.Get", Right::Any, get)
            .doing("Get a step-up provider")
            .answers::<StepUpProviderAnswer>(200),
        Endpoint::new(Method::POST, PROVIDER, "c1.api.stepup.v1.StepUpProviderService.Update", Right::Admin, update)
            .doing("Change a step-up provider")
            .reads::<StepUpProviderUpdateIn>()
            .answers::<StepUpProviderAnswer>(200),
        Endpoint::new(Method::DELETE, PROVIDER, "c1.api.stepup.v1.StepUpProviderService.Delete", Right::Admin, delete)
            .doing("Delete a step-up provider")
            .reads_as::<Empty>("c1.api.stepup.v1.DeleteStepUpProviderRequest")
            .answers::<Empty>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/step-up/providers/{id}/secret",
            "c1.api.stepup.v1.StepUpProviderService.UpdateSecret",
            Right::Admin,
            set_secret,
        )
        .doing("Change the secret of a step-up provider")
        .reads::<StepUpSecretIn>()
        .answers::<StepUpProviderAnswer>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/step-up/providers/{id}/test",
            "c1.api.stepup.v1.StepUpProviderService.Test",
            Right::Admin,
            test,
        )
        .doing("Test a step-up provider")
        .reads_as::<Empty>("c1.api.stepup.v1.TestStepUpProviderRequest")
        .answers::<StepUpProviderTested>(200),
        Endpoint::new(
            Method::GET,
            "/api/v1/step-up/transactions/{id}",
            "c1.api.stepup.v1.StepUpTransactionService.Get",
            Right::Any,
            get_transaction,
        )
        .doing("Get a step-up transaction")
        .answers::<StepUpTransactionAnswer>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/search/step-up/providers",
            "c1.api.stepup.v1.StepUpProviderService.Search",
            Right::Any,
            search,
        )
        .doing("Search step-up providers")
        .reads::<StepUpProviderSearchIn>()
        .answers::<Listed<StepUpProvider>>(200),
        Endpoint::new(
            Method::POST,
            "/api/v1/search/step-up/transactions",
            "c1.api.stepup.v1.StepUpTransactionService.Search",
            Right::Any,
            search_transactions,
        )
        .doing("Search step-up transactions")
        .reads::<StepUpTransactionSearchIn>()
        .answers::<Listed<StepUpTransaction>>(200),
    ]
}

async fn list(caller: Caller, sim: Sim<Domain>, page: Paging) -> Result<Reply<Listed<StepUpProvider>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let rows = page.cut(view.domain.step_up_providers.iter(), |row| row.id)?;
    Ok(Reply(rows.map(|row| view.step_up_provider(row)).into()))
}

async fn search(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Search { message, page }: Search<StepUpProviderSearchIn>,
) -> Result<Reply<Listed<StepUpProvider>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let refs: Vec<String> = message.refs.into_iter().map(|provider| provider.id).collect();
    let refs: Vec<Id<model::StepUpProvider>> = asked.ids("refs", &refs)?;
    let rows = view.domain.step_up_providers.iter();
    let rows = rows.filter(|row| refs.is_empty() || refs.contains(&row.id));
    let rows = rows.filter(|row| message.provider_type.fits(row.settings.kind.as_ref()));
    let rows = rows.filter(|row| mentions(&row.settings.display_name, &message.query));
    Ok(Reply(page.cut(rows, |row| row.id)?.map(|row| view.step_up_provider(row)).into()))
}

async fn get(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<model::StepUpProvider>,
) -> Result<Reply<StepUpProviderAnswer>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let row = view.domain.step_up_providers.get(&id).ok_or(Refusal::NoSuch(Noun::StepUpProvider))?;
    Ok(Reply(StepUpProviderAnswer { step_up_provider: Some(view.step_up_provider(row)) }))
}

async fn create(
    caller: Caller,
    sim: Sim<Domain>,
    Body(sent): Body<StepUpProviderCreateIn>,
) -> Result<Reply<StepUpProviderAnswer>, ApiError> {
    let (settings, client_secret) = sent.said();
    let done = sim.apply(CreateProvider { settings, client_secret }).await?;
    Ok(provider(View::of(&done.after, &caller), done.output))
}

async fn update(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<model::StepUpProvider>,
    Body(sent): Body<StepUpProviderUpdateIn>,
) -> Result<Reply<StepUpProviderAnswer>, ApiError> {
    let done = sim.apply(Update { id, change: masked(sent.update_mask, sent.step_up_provider) }).await?;
    Ok(provider(View::of(&done.after, &caller), id))
}

async fn set_secret(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<model::StepUpProvider>,
    Body(sent): Body<StepUpSecretIn>,
) -> Result<Reply<StepUpProviderAnswer>, ApiError> {
    let done = sim.apply(SetProviderSecret { id, client_secret: sent.client_secret }).await?;
    Ok(provider(View::of(&done.after, &caller), id))
}

fn provider(view: View<'_>, id: Id<model::StepUpProvider>) -> Reply<StepUpProviderAnswer> {
    let row = view.domain.step_up_providers.get(&id);
    Reply(StepUpProviderAnswer { step_up_provider: row.map(|row| view.step_up_provider(row)) })
}

async fn delete(sim: Sim<Domain>, PathId(id): PathId<model::StepUpProvider>, _: Body<Empty>) -> Result<Done, ApiError> {
    sim.apply(Delete { id }).await?;
    Ok(Done)
}

async fn test(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<model::StepUpProvider>,
    _: Body<Empty>,
) -> Result<Reply<StepUpProviderTested>, ApiError> {
    let done = sim.apply(TestProvider { id, by: caller.user }).await?;
    Ok(Reply(StepUpProviderTested { redirect_url: step_up_page(&sim.visit().base, done.output) }))
}

async fn get_transaction(
    caller: Caller,
    sim: Sim<Domain>,
    PathId(id): PathId<model::StepUpTransaction>,
) -> Result<Reply<StepUpTransactionAnswer>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let row = view.domain.step_up_transactions.get(&id).ok_or(Refusal::NoSuch(Noun::StepUpTransaction))?;
    Ok(Reply(StepUpTransactionAnswer { transaction: Some(view.step_up_transaction(row)) }))
}

async fn search_transactions(
    caller: Caller,
    sim: Sim<Domain>,
    asked: Asked,
    Search { message, page }: Search<StepUpTransactionSearchIn>,
) -> Result<Reply<Listed<StepUpTransaction>>, ApiError> {
    let view = View::of(sim.world(), &caller);
    let user: Option<Id<Person>> = asked.optional_id("userId", &message.user_id)?;
    let provider: Option<Id<model::StepUpProvider>> = asked.optional_id("providerId", &message.provider_id)?;
    let task: Option<Id<Task>> = asked.optional_id("taskId", &message.task_id)?;
    let of_task = |target| matches!(target, StepUpTarget::Approve { task: of, .. } if Some(of) == task);
    let rows = view.domain.step_up_transactions.iter().filter(|row| {
        user.is_none_or(|user| row.user == user)
            && provider.is_none_or(|provider| row.provider == provider)
            && (task.is_none() || of_task(row.target))
            && (message.state == TransactionState::Unspecified || message.state == row.state.into())
            && message.target_type.fits(row.target)
            && message.created_after.is_none_or(|after| row.created > after.0)
            && message.created_before.is_none_or(|before| row.created < before.0)
    });
    Ok(Reply(page.cut(rows, |row| row.id)?.map(|row| view.step_up_transaction(row)).into()))
}
